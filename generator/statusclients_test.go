package generator_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"balie/content/sample"
	"balie/generator/web"
	"balie/generator/web/browsertest"
)

// serveOutage serves the marketplace while nobody can pay there, and returns its address.
func serveOutage(t *testing.T) string {
	t.Helper()
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
	c := config(t, layOut(t, files))
	c.Follow, c.Staff = "", ""
	if _, err := buildOnce(t, c, func(*time.Location) (time.Time, error) { return outage, nil }); err != nil {
		t.Fatal(err)
	}
	h, err := web.Handler(web.Config{Root: c.Out, Languages: func() []string { return []string{"en"} }})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// nodeModules is the directory in which the clients are installed, by the environment variable
// BALIE_NODE_MODULES: statuspage.js and @statuspage/status-widget.
func nodeModules(t *testing.T) string {
	dir := os.Getenv("BALIE_NODE_MODULES")
	if dir == "" {
		t.Skip("BALIE_NODE_MODULES does not name a directory with clients of the status API")
	}
	return dir
}

// TestStatuspageJS: what a client of Statuspage's understands of an outage is what is going on.
func TestStatuspageJS(t *testing.T) {
	dir, url := nodeModules(t), serveOutage(t)
	script, err := os.Open("testdata/statuspage.cjs")
	if err != nil {
		t.Fatal(err)
	}
	defer script.Close()
	node := exec.CommandContext(t.Context(), "node", "--input-type=commonjs", "-", url)
	node.Dir, node.Stdin, node.Stderr = dir, script, os.Stderr
	node.Env = append(os.Environ(), "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1")
	out, err := node.Output()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("statuspage.js understood %s", out)
	want := `{"page":"Muntplein","indicator":"critical","same":true,"incident":"Betalen lukt niet","status":"investigating","impact":"major","minutes":22,` +
		`"updates":["investigating","investigating"],"touched":["Afrekenen: major_outage","Zoeken: degraded_performance"],` +
		`"troubled":["Afrekenen: major_outage","Zoeken: degraded_performance","Uitbetalen: degraded_performance"],"grouped":8,"counts":[7,2,2,1,0],"plannedFor":"2026-12-08T04:30:00.000Z"}`
	if got := strings.TrimSpace(string(out)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestStatusWidget: Atlassian's widget, on another site's page in a browser, shows that there is an
// outage.
func TestStatusWidget(t *testing.T) {
	dir := nodeModules(t)
	ctx := browsertest.Start(t, 3*time.Minute)
	url := serveOutage(t)
	widget, err := os.ReadFile(filepath.Join(dir, "node_modules/@statuspage/status-widget/dist/index.js"))
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/widget.js" {
			w.Header().Set("Content-Type", "text/javascript")
			w.Write(widget)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!doctype html><title>Shop</title><script src="/widget.js"></script><statuspage-widget src="%s"></statuspage-widget>`, url)
	}))
	defer elsewhere.Close()
	const shown = `(() => { const root = document.querySelector("statuspage-widget")?.shadowRoot; const light = root?.querySelector(".status-indicator");
		return light ? light.className + ": " + root.querySelector(".status-text").textContent.trim() : ""; })()`
	if err := chromedp.Do(ctx, chromedp.Navigate(elsewhere.URL)); err != nil {
		t.Fatal(err)
	}
	got, err := chromedp.Run(ctx, chromedp.Poll[string](shown))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the widget shows %q", got)
	if got != "status-indicator critical: Major System Outage" {
		t.Errorf("the widget shows %q", got)
	}
}

// TestStatusAPIOverHTTP: the documents may be read by any site's script, are JSON, and cost nothing
// where they are as they were.
func TestStatusAPIOverHTTP(t *testing.T) {
	url := serveOutage(t)
	ask := func(method, path, tag string) *http.Response {
		r, err := http.NewRequestWithContext(t.Context(), method, url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Origin", "https://elsewhere.example")
		if tag != "" {
			r.Header.Set("If-None-Match", tag)
		}
		answer, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { answer.Body.Close() })
		return answer
	}
	for _, path := range []string{"/api/v2/summary.json", "/api/v2/incidents/kk232gnxjh9c.json", "/incidents/kk232gnxjh9c.json"} {
		head := ask(http.MethodHead, path, "")
		h := head.Header
		if head.StatusCode != http.StatusOK || h.Get("Access-Control-Allow-Origin") != "*" || h.Get("Content-Type") != "application/json; charset=utf-8" || h.Get("ETag") == "" {
			t.Errorf("HEAD %s: %d %v", path, head.StatusCode, h)
		}
		if again := ask(http.MethodGet, path, h.Get("ETag")); again.StatusCode != http.StatusNotModified {
			t.Errorf("%s again: %d", path, again.StatusCode)
		}
		body, err := io.ReadAll(ask(http.MethodGet, path, "").Body)
		if err != nil || !strings.Contains(string(body), `"Betalen lukt niet"`) {
			t.Errorf("%s: %v %s", path, err, body)
		}
	}
}
