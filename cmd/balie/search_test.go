package main

import (
	"bytes"
	"context"
	"io/fs"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"balie/content"
	"balie/generator/web"
)

// fillIn answers what a form requires, but for its subject.
func fillIn(t *testing.T, ctx context.Context, form *content.Form) {
	t.Helper()
	for _, f := range form.Fields {
		field := chromedp.CSS(`main .ask [name="` + f.ID + `"]`)
		switch {
		case !f.Required || f.Role == content.SubjectRole:
		case f.Type == "choice" || f.Type == "service" || f.Type == "checkbox":
			do(t, ctx, chromedp.Click(field))
		default:
			do(t, ctx, chromedp.SendKeys(field, example(f)))
		}
	}
}

// TestSearchingBeforeAForm: with a script answers come as one types, and the fields when they do
// not help; without one they come on a page of their own. Either way the ticket says what was
// searched and shown, and has the words as its subject.
func TestSearchingBeforeAForm(t *testing.T) {
	ctx := browser(t)
	r := serveSampleWith(t, "marketplace", func(s *server) { s.here = true })
	guarded(t, ctx, r.addr)
	form := r.live.Current().Tree.Forms[0]
	do(t, ctx, chromedp.EmulateViewport(375, 667, chromedp.EmulateMobile))
	for _, scripts := range []bool{true, false} {
		if !scripts {
			do(t, ctx, withoutScript)
		}
		do(t, ctx, chromedp.Navigate("http://"+r.addr+"/it/forms/"+form.ID+"/"), chromedp.WaitVisible(chromedp.CSS("#q")))
		if hidden := ask(t, ctx, chromedp.Evaluate[bool](`document.querySelector(".ask").hidden`)); hidden != scripts {
			t.Errorf("with scripts %t: the fields are hidden: %t", scripts, hidden)
		}
		do(t, ctx, chromedp.SendKeys(chromedp.CSS("#q"), "rimborso"))
		if scripts {
			do(t, ctx, chromedp.WaitVisible(chromedp.CSS("#found .results li mark")))
			if said := ask(t, ctx, chromedp.Text(chromedp.CSS("#count"))); !strings.HasPrefix(said, "Trovati: ") {
				t.Errorf("the live region says %q", said)
			}
			do(t, ctx, chromedp.Click(chromedp.CSS("#goon button")), chromedp.WaitVisible(chromedp.CSS(".ask")))
			if focused := ask(t, ctx, chromedp.Evaluate[bool](`document.activeElement.closest(".ask") !== null`)); !focused {
				t.Error("the focus is not in the form")
			}
		} else {
			do(t, ctx, chromedp.Submit(chromedp.CSS("#q")), chromedp.WaitVisible(chromedp.CSS("#found .results li mark")))
			do(t, ctx, chromedp.Click(chromedp.CSS("#ways a")), chromedp.WaitVisible(chromedp.CSS(".ask")))
		}
		if got := ask(t, ctx, chromedp.Evaluate[shaped](shape)); got.H1 != 1 || got.Wide > 0 || got.Unnamed > 0 {
			t.Errorf("with scripts %t: %+v", scripts, got)
		}
		fillIn(t, ctx, form)
		do(t, ctx, chromedp.Click(chromedp.CSS("form.ask .acts button")), chromedp.WaitVisible(chromedp.CSS(".story")))
		_, token, _ := strings.Cut(ask(t, ctx, chromedp.Location()), "/t/")
		var ticket *content.Ticket
		r.until("the ticket is there", func() bool { ticket = r.live.Current().Tree.Follow(strings.Trim(token, "/")); return ticket != nil })
		if s := ticket.Searched; s == nil || s.Query != "rimborso" || len(s.Offered) == 0 || !content.IsFound(s.Offered[0]) || ticket.Subject != "rimborso" {
			t.Errorf("with scripts %t: %+v, subject %q", scripts, s, ticket.Subject)
		}
	}
}

// TestSearchingOnAStaticHost: a host that has only files answers as the server does, by the page's
// script.
func TestSearchingOnAStaticHost(t *testing.T) {
	ctx := browser(t)
	r := serveSampleWith(t, "marketplace", func(s *server) { s.here = true })
	files, err := web.Handler(web.Config{Root: r.outputs.Out})
	if err != nil {
		t.Fatal(err)
	}
	host := httptest.NewServer(files)
	t.Cleanup(host.Close)
	guarded(t, ctx, strings.TrimPrefix(host.URL, "http://"))
	const titles = `[...document.querySelectorAll("#found .results li a")].map(a => a.getAttribute("href")).join("\n")`
	for _, path := range []string{"/search/?q=betaling+mislukt", "/it/search/?q=rimborso", "/en/search/?q=payout"} {
		do(t, ctx, chromedp.Navigate(host.URL+path), chromedp.WaitVisible(chromedp.CSS("#found .results li")))
		got := ask(t, ctx, chromedp.Evaluate[string](titles))
		ways := ask(t, ctx, chromedp.Evaluate[string](`document.querySelector("#ways a").search`))
		if !strings.Contains(ways, "searched=") || !strings.Contains(ways, "offered=%2F") {
			t.Errorf("%s: the way to ask takes along %q", path, ways)
		}
		var want []string
		for _, href := range regexp.MustCompile(`<li><a href="([^"]+)">`).FindAllStringSubmatch(r.get("http://"+r.addr+path), -1) {
			address, err := url.PathUnescape(href[1]) // letters beyond ASCII
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(address, "searched=") {
				want = append(want, address)
			}
		}
		if !slices.Equal(strings.Split(got, "\n"), want[:min(len(want), strings.Count(got, "\n")+1)]) {
			t.Errorf("%s: the script finds\n%s\nand the server\n%s", path, got, strings.Join(want, "\n"))
		}
	}
}

// TestASearchLeavesNoTrace: nothing that was searched for is in the log or the state directory, and
// the metrics only count.
func TestASearchLeavesNoTrace(t *testing.T) {
	r := serveSample(t, "webshop")
	for _, path := range []string{"/search/?q=xyzzycanary", "/search/?q=xyzzycanary%ff", "/xx/search/?q=xyzzycanary", "/en/search/?q=refund"} {
		r.status(path)
	}
	if log := r.stderr.String(); strings.Contains(log, "xyzzycanary") {
		t.Errorf("the log has it:\n%s", log)
	}
	metrics := r.get("http://" + r.staffAddr + "/metrics")
	if !strings.Contains(metrics, `balie_searches_total{result="nothing"} 2`) || !strings.Contains(metrics, `balie_searches_total{result="found"} 1`) || strings.Contains(metrics, "xyzzy") {
		t.Errorf("metrics:\n%s", metrics)
	}
	err := filepath.WalkDir(r.state, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		if data, err := os.ReadFile(path); err == nil && bytes.Contains(data, []byte("xyzzycanary")) {
			t.Errorf("%s has it", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
