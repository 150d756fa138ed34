package generator_test

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"balie/content/sample"
	"balie/generator/web"
	"balie/generator/web/browsertest"
)

// asked are the requests for the banner's file: each with its If-None-Match, its address and the
// status of the answer.
type asked struct {
	mu   sync.Mutex
	list []string
}

func (a *asked) around(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		h.ServeHTTP(status, r)
		if strings.HasSuffix(r.URL.Path, "embed.json") {
			a.mu.Lock()
			defer a.mu.Unlock()
			a.list = append(a.list, fmt.Sprintf("%s %t %d", r.URL.Path, r.Header.Get("If-None-Match") != "", status.status))
		}
	})
}

func (a *asked) last() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return strings.Join(a.list[max(len(a.list)-1, 0):], "")
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// TestBannerOnAnotherSite: a page of another origin, with a strict policy and styles that hide
// everything, shows the banner while something is wrong and nothing when it is over. It asks at
// most once a minute, and what has not changed costs an answer without a body.
func TestBannerOnAnotherSite(t *testing.T) {
	ctx := browsertest.Start(t, 3*time.Minute)
	outage := time.Date(2026, 11, 27, 13, 40, 0, 0, time.UTC)
	history, err := sample.History("marketplace", outage)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, c := range history {
		for _, f := range c.Files {
			files[f.Path] = string(f.Data)
		}
	}
	dir := layOut(t, files)
	c := config(t, dir)
	c.Follow, c.Staff = "", ""
	build := func(at time.Time) {
		if _, err := buildOnce(t, c, func(*time.Location) (time.Time, error) { return at, nil }); err != nil {
			t.Fatal(err)
		}
	}
	build(outage)
	h, err := web.Handler(web.Config{Root: c.Out})
	if err != nil {
		t.Fatal(err)
	}
	var requests asked
	desk := httptest.NewServer(requests.around(h))
	defer desk.Close()
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", fmt.Sprintf("default-src 'none'; script-src %s; connect-src %[1]s; style-src 'self' 'nonce-1'", desk.URL))
		fmt.Fprintf(w, `<!doctype html><title>Shop</title><style nonce="1">*{display:none;color:red!important;font-size:1px!important}html,body{display:block}</style>
<script src="%s/embed.js" async data-lang="%s" data-service="%s"></script><body><p>Our shop`, desk.URL, cmp.Or(r.FormValue("lang"), "en"), r.FormValue("service"))
	}))
	defer shop.Close()

	const shown = `(() => { const box = [...document.querySelectorAll('body > div')].map(d => d.shadowRoot?.querySelector('[role=status]')).find(d => d); return box ? 'banner: ' + box.innerText : '' })()`
	load := func(url string) {
		t.Helper()
		if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
			t.Fatal(err)
		}
	}
	load(shop.URL)
	text := waitFor(t, ctx, shown, func(s string) bool { return len(s) > 20 })
	for _, want := range []string{"Down", "Payments fail", "Next update by", "(Dutch time)", "Hide"} {
		if !strings.Contains(text, want) {
			t.Errorf("the banner does not say %q: %q", want, text)
		}
	}
	high, err := chromedp.Run(ctx, chromedp.Evaluate[string](`(() => { const p = document.querySelector('body > div').shadowRoot.querySelector('p'); return [p.offsetHeight > 30, p.offsetWidth > 300, getComputedStyle(p).fontSize, getComputedStyle(p.querySelector('a')).color != 'rgb(255, 0, 0)', p.querySelector('a').href].join(' ') })()`))
	if err != nil || high != "true true 15px true https://hulp.muntplein.example/en/incidents/2026/1127-payments/" && !strings.HasPrefix(high, "true true 15px true https://hulp.muntplein.example/en/incidents/2026/") {
		t.Errorf("%v: %q", err, high)
	}

	// Within a minute it does not ask again, after it by what it has.
	const seen, minute = `document.dispatchEvent(new Event('visibilitychange', { bubbles: true })), ''`, `(() => { const now = Date.now; Date.now = () => now() + 61e3; return '' })(),`
	before := len(requests.list)
	ask(t, ctx, seen)
	ask(t, ctx, minute+seen)
	waitFor(t, ctx, `''`, func(string) bool { return requests.last() == "/en/embed.json true 304" })
	if n := len(requests.list) - before; n != 1 {
		t.Errorf("asked %d times in a minute: %q", n, requests.list)
	}

	// What is closed stays closed in the session.
	ask(t, ctx, `document.querySelector('body > div').shadowRoot.querySelector('button').click(), ''`)
	waitFor(t, ctx, shown, func(s string) bool { return s == "banner: " })
	load(shop.URL)
	waitFor(t, ctx, `''`, func(string) bool { return requests.last() != "" })
	if text := waitFor(t, ctx, shown, func(s string) bool { return s != "" }); text != "banner: " {
		t.Errorf("it was closed, and is there again: %q", text)
	}
	ask(t, ctx, `sessionStorage.clear(), ''`)

	// A service that nothing touches, and the source language.
	load(shop.URL + "/?service=messages")
	waitFor(t, ctx, `''`, func(string) bool { return strings.HasPrefix(requests.last(), "/en/services/messages/embed.json") })
	if text := waitFor(t, ctx, shown, func(s string) bool { return s != "" }); text != "banner: " {
		t.Errorf("nothing touches messages: %q", text)
	}
	load(shop.URL + "/?lang=nl&service=checkout")
	waitFor(t, ctx, shown, func(s string) bool { return strings.Contains(s, "Betalen") })

	// It is over while the page is open.
	load(shop.URL)
	waitFor(t, ctx, shown, func(s string) bool { return len(s) > 20 })
	open, err := filepath.Glob(filepath.Join(dir, "incidents/2026/*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, incident := range open {
		if err := os.WriteFile(filepath.Join(incident, "2026-11-27T1441-resolved.md"), []byte("It works again.\n"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	build(outage.Add(2 * time.Minute))
	ask(t, ctx, minute+seen)
	waitFor(t, ctx, shown, func(s string) bool { return s == "banner: " })
}

func ask(t *testing.T, ctx context.Context, script string) string {
	t.Helper()
	got, err := chromedp.Run(ctx, chromedp.Evaluate[string](script))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// waitFor evaluates a script until what it says is as it should be.
func waitFor(t *testing.T, ctx context.Context, script string, fits func(string) bool) string {
	t.Helper()
	for {
		got := ask(t, ctx, script)
		if fits(got) {
			return got
		}
		select {
		case <-ctx.Done():
			t.Fatalf("it stayed at %q", got)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// TestFrameOnAnotherSite: the page made for it is shown in a frame of another origin, and no other
// page is.
func TestFrameOnAnotherSite(t *testing.T) {
	ctx := browsertest.Start(t, time.Minute)
	desk := serveOutage(t)
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!doctype html><title>Shop</title><iframe src="%s%s" title="Status"></iframe>`, desk, r.FormValue("page"))
	}))
	defer shop.Close()
	for page, framed := range map[string]bool{"/embed/": true, "/en/embed/": true, "/": false, "/en/programs/": false, "/contact/": false} {
		if err := chromedp.Do(ctx, chromedp.Navigate(shop.URL+"/?page="+page)); err != nil {
			t.Fatal(err)
		}
		tree, err := chromedp.Call(ctx, cdppage.GetFrameTree, cdp.Empty{})
		if err != nil {
			t.Fatal(err)
		}
		if n := len(tree.FrameTree.ChildFrames); n != 1 || (tree.FrameTree.ChildFrames[0].Frame.UnreachableURL == "") != framed {
			t.Errorf("%s: %d frames, %+v", page, n, tree.FrameTree.ChildFrames)
		}
	}
}
