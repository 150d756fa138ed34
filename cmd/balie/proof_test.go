package main

import (
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"balie/content"
)

// TestProofOfWorkInABrowser hands in a form with scripts, whose proof nobody sees, and one without, which is held.
func TestProofOfWorkInABrowser(t *testing.T) {
	ctx := browser(t)
	r := serveSampleWith(t, "marketplace", func(s *server) {
		s.here = true
		data, err := os.ReadFile(s.dir + "/site.yaml")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(s.dir+"/site.yaml", append(data, "\nguard: {proof_of_work: true}\n"...), 0o666); err != nil {
			t.Fatal(err)
		}
	})
	guarded(t, ctx, r.addr)
	form := r.live.Current().Tree.Forms[0]
	for _, held := range []bool{false, true} {
		if held {
			do(t, ctx, withoutScript)
		}
		do(t, ctx, chromedp.Navigate("http://"+r.addr+"/forms/"+form.ID+"/"))
		if !held {
			do(t, ctx, chromedp.Click(chromedp.CSS("#goon button")))
		}
		for _, f := range form.Fields {
			field := chromedp.CSS(`main [name="` + f.ID + `"]`)
			switch {
			case !f.Required:
			case f.Type == "choice" || f.Type == "service" || f.Type == "checkbox":
				do(t, ctx, chromedp.Click(field))
			default:
				do(t, ctx, chromedp.SendKeys(field, example(f)))
			}
		}
		do(t, ctx, chromedp.Click(chromedp.CSS("form.ask .acts button")), chromedp.WaitVisible(chromedp.CSS(".story")))
		_, token, _ := strings.Cut(ask(t, ctx, chromedp.Location()), "/t/")
		var ticket *content.Ticket
		r.until("the ticket is there", func() bool { ticket = r.live.Current().Tree.Follow(strings.Trim(token, "/")); return ticket != nil })
		if ticket.Review != held {
			t.Errorf("without script %t: held %t", held, ticket.Review)
		}
	}
}
