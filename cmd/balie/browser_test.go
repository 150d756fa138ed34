package main

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"balie/generator"
	"balie/generator/web/browsertest"
)

func browser(t *testing.T) context.Context { return browsertest.Start(t, patience) }

// guarded fails the test for what a page must not do: throw, break its own Content-Security-Policy,
// or ask another host.
func guarded(t *testing.T, ctx context.Context, host string) {
	var mu sync.Mutex
	var wrong []string
	err := chromedp.Listen(ctx, func(ev any) {
		mu.Lock()
		defer mu.Unlock()
		switch ev := ev.(type) {
		case *runtime.EventExceptionThrown:
			wrong = append(wrong, "a script failed: "+ev.ExceptionDetails.Text)
		case *log.EventEntryAdded:
			if ev.Entry.Source == log.EntrySourceSecurity && ev.Entry.Level == log.EntryLevelError {
				wrong = append(wrong, "the browser refuses: "+ev.Entry.Text)
			}
		case *network.EventRequestWillBeSent:
			if u, err := url.Parse(ev.Request.URL); err == nil && u.Host != host && u.Scheme != "data" && u.Scheme != "about" {
				wrong = append(wrong, "a page asks "+ev.Request.URL)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Run(ctx, func(ctx context.Context, s *chromedp.Target) (cdp.Empty, error) {
		if _, err := cdp.Call(ctx, s, log.Enable, cdp.Empty{}); err != nil {
			return cdp.Empty{}, err
		}
		return cdp.Call(ctx, s, network.Enable, network.EnableParams{})
	}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		mu.Lock()
		defer mu.Unlock()
		for _, w := range wrong {
			t.Error(w)
		}
	})
}

func do(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// ask runs a step that has an answer.
func ask[T any](t *testing.T, ctx context.Context, step chromedp.Action[T]) T {
	t.Helper()
	v, err := chromedp.Run(ctx, step)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// withoutScript turns scripts off, as some customers have them.
func withoutScript(ctx context.Context, s *chromedp.Target) (chromedp.Void, error) {
	_, err := cdp.Call(ctx, s, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	return chromedp.Void{}, err
}

// shape is what must hold of every page at 320 pixels.
const shape = `({
	h1: document.querySelectorAll("h1").length,
	lang: document.documentElement.lang,
	skip: document.querySelector("body a")?.getAttribute("href") || "",
	wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
	unnamed: [...document.querySelectorAll("input:not([type=hidden]),select,textarea")].filter(e => !e.labels?.length && !e.ariaLabel).length,
	scripts: document.scripts.length,
	text: document.querySelector("main")?.innerText.length || 0,
})`

type shaped struct {
	H1, Wide, Unnamed, Scripts, Text int
	Lang, Skip                       string
}

// TestPagesInABrowser reads each kind of page in two languages on a narrow screen.
func TestPagesInABrowser(t *testing.T) {
	ctx := browser(t)
	r := serveSample(t, "marketplace")
	guarded(t, ctx, r.addr)
	do(t, ctx, chromedp.EmulateViewport(320, 700, chromedp.EmulateMobile))
	tree := r.live.Current().Tree
	paths := []string{"/", "/help/", "/help/" + tree.Sections[0].ID + "/", "/help/" + tree.Sections[0].ID + "/" + tree.Sections[0].Articles[0].Slug + "/",
		"/incidents/" + tree.Incidents[0].ID + "/", "/maintenance/" + tree.Maintenance[0].ID + "/", "/services/checkout/", "/history/", "/promises/", "/contact/", "/forms/contact/", "/search/?q=Muntplein"}
	for _, lang := range []string{"nl", "it"} {
		for _, path := range paths {
			if lang != "nl" {
				path = "/" + lang + path
			}
			do(t, ctx, chromedp.Navigate("http://"+r.addr+path))
			got := ask(t, ctx, chromedp.Evaluate[shaped](shape))
			if strings.Contains(path, "/forms/") || strings.Contains(path, "/search/") {
				got.Scripts-- // the one that searches
			}
			if strings.Contains(path, "/services/") || path == "/" || path == "/it/" {
				got.Scripts-- // the one of bars
			}
			if strings.Contains(path, "/forms/") {
				got.Scripts-- // the form's own
			}
			if got.H1 != 1 || got.Lang != lang || !strings.HasPrefix(got.Skip, "#") || got.Wide > 0 || got.Unnamed > 0 || got.Scripts > 0 || got.Text < 40 {
				t.Errorf("%s: %+v", path, got)
			}
		}
	}
}

// TestFormInABrowser hands in a form with mistakes, then without them, with scripts off.
func TestFormInABrowser(t *testing.T) {
	ctx := browser(t)
	r := serveSample(t, "marketplace")
	guarded(t, ctx, r.addr)
	form := r.live.Current().Tree.Forms[0]
	do(t, ctx, withoutScript, chromedp.Navigate("http://"+r.addr+"/it/forms/"+form.ID+"/"))
	var subject, body chromedp.CSS
	for _, f := range form.Fields {
		switch f.Role {
		case "subject":
			subject = chromedp.CSS(`main [name="` + f.ID + `"]`)
		case "body":
			body = chromedp.CSS(`main [name="` + f.ID + `"]`)
		}
	}
	do(t, ctx, chromedp.SendKeys(body, "Pagamento rifiutato due volte."), chromedp.Submit(body), chromedp.WaitVisible(chromedp.CSS(".errors")))
	summary, kept := ask(t, ctx, chromedp.Text(chromedp.CSS(".errors"))), ask(t, ctx, chromedp.Value(body))
	if !strings.Contains(kept, "rifiutato") || len(summary) < 20 {
		t.Errorf("the form came back with %q and the summary %q", kept, summary)
	}
	do(t, ctx, chromedp.SendKeys(subject, "Pagamento"))
	for _, f := range form.Fields {
		field := chromedp.CSS(`main [name="` + f.ID + `"]`)
		switch {
		case !f.Required || f.Role == "body" || f.Role == "subject":
		case f.Type == "choice" || f.Type == "service" || f.Type == "checkbox":
			do(t, ctx, chromedp.Click(field))
		default:
			value := example(f)
			if f.Type == "email" {
				value = "chiara@posta.example"
			}
			do(t, ctx, chromedp.SendKeys(field, value))
		}
	}
	do(t, ctx, chromedp.Submit(subject), chromedp.WaitVisible(chromedp.CSS(".story")))
	title, address := ask(t, ctx, chromedp.Text(chromedp.CSS("h1"))), ask(t, ctx, chromedp.Location())
	if !strings.Contains(title, "Pagamento") || !strings.Contains(address, "/t/") {
		t.Errorf("after the form: %q at %s", title, address)
	}
}

// TestFollowInABrowser writes on a ticket's page on a narrow screen, with scripts off: a message, then that it is solved, then a rating.
func TestFollowInABrowser(t *testing.T) {
	ctx := browser(t)
	r := serveSampleWith(t, "marketplace", func(s *server) { s.here = true })
	guarded(t, ctx, r.addr)
	_, answer := r.post("/forms/contact", exampleJSON(r.live.Current().Tree.Forms[0]))
	var receipt struct{ Follow string }
	if err := json.Unmarshal([]byte(answer), &receipt); err != nil {
		t.Fatal(err)
	}
	do(t, ctx, chromedp.EmulateViewport(320, 700, chromedp.EmulateMobile), chromedp.Navigate(receipt.Follow))
	if got := ask(t, ctx, chromedp.Evaluate[shaped](shape)); got.H1 != 1 || got.Wide > 0 || got.Unnamed > 0 || got.Scripts > 1 {
		t.Errorf("%+v", got)
	}
	if given := ask(t, ctx, chromedp.Text(chromedp.CSS("section[aria-labelledby=given]"))); !strings.Contains(given, "you@mail.example") {
		t.Errorf("what was filled in: %s", given)
	}
	message := chromedp.CSS("#f-message")
	do(t, ctx, withoutScript, chromedp.Submit(message), chromedp.WaitVisible(chromedp.CSS(".errors")))
	do(t, ctx, chromedp.SendKeys(message, "En dit nog: https://shop.example/return?id="+strings.Repeat("0123456789", 30)), chromedp.Submit(message), chromedp.WaitVisible(chromedp.CSS(".story li:nth-child(2)")))
	const focused = `document.activeElement?.id + ": " + document.activeElement?.innerText`
	if got := ask(t, ctx, chromedp.Evaluate[string](focused)); !strings.HasPrefix(got, "sent: Uw bericht is aangekomen.") {
		t.Errorf("after a message the focus is on %q", got)
	}
	do(t, ctx, chromedp.Click(chromedp.CSS("#sent a")))
	if got := ask(t, ctx, chromedp.Evaluate[string](`document.querySelector(":target")?.innerText || ""`)); !strings.Contains(got, "En dit nog") {
		t.Errorf("the confirmation leads to %q", got)
	}
	if got := ask(t, ctx, chromedp.Evaluate[shaped](shape)); got.Wide > 0 {
		t.Errorf("a long address makes the page %d pixels too wide", got.Wide)
	}
	do(t, ctx, chromedp.Click(chromedp.CSS("section[aria-labelledby=done] button")), chromedp.WaitVisible(chromedp.CSS(".rate")))
	do(t, ctx, chromedp.Click(chromedp.CSS(".rate input[value='4']")), chromedp.Click(chromedp.CSS(".rate button")), chromedp.WaitVisible(chromedp.CSS(".story li:nth-child(4)")))
	if address := ask(t, ctx, chromedp.Location()); address != receipt.Follow+"?sent=rated#sent" {
		t.Errorf("ended at %s", address)
	}
}

// TestASearchFromAnIntakeOfItsOwn: a form's page that an intake serves under its own address lets a search go to the site, and the site's page a form to the intake.
func TestASearchFromAnIntakeOfItsOwn(t *testing.T) {
	ctx := browser(t)
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	site := serveSampleWith(t, "marketplace", func(s *server) {
		s.here = true
		data, err := os.ReadFile(s.dir + "/site.yaml")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(s.dir+"/site.yaml", append(data, ("\nintake_url: http://"+address+"\n")...), 0o666); err != nil {
			t.Fatal(err)
		}
	})
	intake := &running{T: t, dir: site.dir, builds: make(chan *generator.Result, 100), stderr: &safeBuffer{}}
	intake.serve(&terminal{in: strings.NewReader(""), out: io.Discard, err: intake.stderr, dir: site.dir, clock: site.clock}, func(s *server) {
		s.addr, s.staffAddr, s.intakeOnly, s.baseURL = address, "", true, "http://"+site.addr
	})
	do(t, ctx, withoutScript, chromedp.Navigate("http://"+address+"/forms/contact/"), chromedp.SendKeys(chromedp.CSS("#q"), "betaling"))
	loads := chromedp.Events(ctx, page.LoadEventFired)
	do(t, ctx, chromedp.Submit(chromedp.CSS("#q")))
	for _, err := range loads {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	if got := ask(t, ctx, chromedp.Location()); !strings.HasPrefix(got, "http://"+site.addr+"/search/?q=betaling") {
		t.Errorf("the search went to %s", got)
	}
}

// TestOpenPageReloads edits a file while a page is open, as in the demo.
func TestOpenPageReloads(t *testing.T) {
	ctx := browser(t)
	r := serveSampleWith(t, "plugins", func(s *server) { s.reload = true })
	site := r.live.Current().Tree.Site
	do(t, ctx, chromedp.Navigate("http://"+r.addr+"/"), chromedp.WaitReady(chromedp.CSS("main")))
	data, err := os.ReadFile(r.dir + "/site.yaml")
	if err != nil {
		t.Fatal(err)
	}
	old := site.Name[site.Source()]
	loads := chromedp.Events(ctx, page.LoadEventFired)
	r.edit("site.yaml", strings.ReplaceAll(string(data), old, "Gereedschapskist"))
	for _, err := range loads { // the desk's first commits by rule may make it load once before
		if err != nil {
			t.Fatal(err)
		}
		header, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector("header").innerText`))
		if err == nil && strings.Contains(header, "Gereedschapskist") {
			return
		}
	}
}

// TestOpenPageStays edits a file while a page is open that says nothing of it: whoever reads it is not disturbed.
func TestOpenPageStays(t *testing.T) {
	ctx := browser(t)
	r := serveSampleWith(t, "plugins", func(s *server) { s.reload = true })
	tree := r.live.Current().Tree
	guarded(t, ctx, r.addr)
	do(t, ctx, chromedp.Navigate("http://"+r.addr+"/promises/"), chromedp.WaitReady(chromedp.CSS("main")))
	ask(t, ctx, chromedp.Evaluate[bool](`window.stays = true`))
	requests := chromedp.Events(ctx, network.RequestWillBeSent)
	looked := false
	r.edit(tree.Sections[0].Articles[0].Path, "---\ntitle: Iets anders\n---\nIets anders.\n")
	for e, err := range requests {
		if err != nil {
			t.Fatal(err)
		}
		if looked = looked || strings.Contains(e.Request.URL, "/promises/"); looked && strings.Contains(e.Request.URL, "/_balie/changes") {
			break // it has looked, and listens again
		}
	}
	if !ask(t, ctx, chromedp.Evaluate[bool](`window.stays === true`)) {
		t.Error("the page was loaded again")
	}
}
