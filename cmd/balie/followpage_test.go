package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"balie/content"
)

// inPrint shows a page as it would be printed.
func inPrint(ctx context.Context, s *chromedp.Target) (chromedp.Void, error) {
	_, err := cdp.Call(ctx, s, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	return chromedp.Void{}, err
}

// TestAFollowPageOfLongWords: a word of 3,000 letters in all that a customer and staff type makes a
// follow page no wider than a narrow screen. In print all that was said is there, and no form.
func TestAFollowPageOfLongWords(t *testing.T) {
	ctx := browser(t)
	word := strings.Repeat("Donaudampfschiff", 188)
	number := content.NewNumber(content.Date{Year: 2026, Month: 11, Day: 20}, 9, 900)
	dir := content.TicketDir(number) + "/"
	const token, png = "longwordslongwordslongwordslongw", "0123456789abcdef.png"
	r := serveSampleWith(t, "marketplace", func(s *server) {
		s.here = true
		attached := "---\nattachments: [{file: " + png + ", label: " + word + ".png}]\n---\n"
		for name, text := range map[string]string{
			"ticket.yaml":                    "form: contact\nlane: standard\nchannel: form\nlanguage: nl\nsubject: " + word + "\nrequester: {name: " + word + ", email: " + word + "@post.example}\norganisation: " + word + "\nfollow: " + token + "\n",
			"2026-11-20T090000Z-received.md": attached + word + "\n\nhttps://shop.example/" + word + "\n",
			"2026-11-20T091000Z-waiting.md":  "Is het " + word + "?\n\n    " + word + "\n",
			"2026-11-20T092000Z-rated.md":    "---\nscore: 2\n---\n" + word + "\n",
			"attachments/" + png:             "PNG",
		} {
			full := filepath.Join(s.dir, filepath.FromSlash(dir+name))
			if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(full, []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	})
	do(t, ctx, chromedp.EmulateViewport(320, 700, chromedp.EmulateMobile), chromedp.Navigate("http://"+r.addr+"/t/"+token+"/"), chromedp.WaitVisible(chromedp.CSS(".story")))
	if got := ask(t, ctx, chromedp.Evaluate[shaped](shape)); got.H1 != 1 || got.Wide > 0 || got.Unnamed > 0 {
		t.Errorf("%+v", got)
	}
	top := ask(t, ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll("main > .answer, main > section, main > h2")].map(e => e.id || e.className || e.getAttribute("aria-labelledby") || e.tagName)`))
	if len(top) < 3 || top[0] != "answer at-you" || !strings.Contains(top[1], "act") || top[2] != "H2" {
		t.Errorf("the question, the box for the answer and the rest: %q", top)
	}
	do(t, ctx, inPrint)
	const visible = `[...document.querySelectorAll(%)].filter(e => e.checkVisibility()).length`
	for selector, want := range map[string]bool{`"form, button, .act"`: false, `".story li"`: true, `"#given"`: true} {
		if n := ask(t, ctx, chromedp.Evaluate[int](strings.Replace(visible, "%", selector, 1))); (n > 0) != want {
			t.Errorf("printed: %d of %s", n, selector)
		}
	}
	if got := ask(t, ctx, chromedp.Evaluate[shaped](shape)); got.Wide > 0 {
		t.Errorf("printed: %d pixels too wide", got.Wide)
	}
}
