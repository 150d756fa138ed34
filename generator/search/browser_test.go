package search

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// browser starts a real Chromium. Where there is none the test is skipped, but fails under BALIE_BROWSER=required.
func browser(t testing.TB) context.Context {
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		if os.Getenv("BALIE_BROWSER") == "required" {
			t.Fatal("there is no Chromium on this machine, and BALIE_BROWSER=required")
		}
		t.Skip("skipped: there is no Chromium on this machine")
	}
	if testing.Short() {
		t.Skip("skipped: a browser is not for -short")
	}
	ctx, stop := chromedp.NewExecAllocator(context.Background(), chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.Headless, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	ctx, stop = context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(stop)
	return ctx
}

// host is a static host: a page with the script, and the files of indexes.
type host struct {
	*httptest.Server
	files  map[string][]byte
	served atomic.Int64 // bytes
}

func serveScript(t testing.TB, indexes map[string]*Index) *host {
	script, err := os.ReadFile("../../themes/default/assets/search.js")
	if err != nil {
		t.Fatal(err)
	}
	h := &host{files: map[string][]byte{"/": []byte(`<!doctype html><title>Search</title><script src="search.js"></script>`), "/search.js": script}}
	for base, ix := range indexes {
		h.put(base, ix)
	}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, known := h.files[r.URL.Path]
		if !known {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", map[bool]string{true: "text/javascript", false: "text/html; charset=utf-8"}[strings.HasSuffix(r.URL.Path, ".js")])
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; connect-src 'self'")
		h.served.Add(int64(len(data)))
		w.Write(data)
	}))
	t.Cleanup(h.Close)
	return h
}

// put places the files of an index under a path.
func (h *host) put(base string, ix *Index) {
	for _, f := range ix.Files() {
		h.files["/"+base+f.Name] = f.Data
	}
}

// evaluate runs an expression and waits for what it promises.
func evaluate[T any](t testing.TB, ctx context.Context, expression string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestScript asks the script what TestVectors asks Go.
func TestScript(t *testing.T) {
	ctx := browser(t)
	corpora, indexes := map[string]corpus{}, map[string]*Index{}
	for _, lang := range languages {
		corpora[lang] = readCorpus(t, lang)
		parts := corpora[lang].build(lang)
		indexes[lang+"/setup/"], indexes[lang+"/incidents/"] = parts[0], parts[1]
	}
	h := serveScript(t, indexes)
	if err := chromedp.Do(ctx, chromedp.Navigate(h.URL)); err != nil {
		t.Fatal(err)
	}
	for _, lang := range languages {
		vectors := makeQueries(lang, corpora[lang].all())
		queries := make([]string, len(vectors))
		for i, v := range vectors {
			queries[i] = v.query
		}
		data, err := json.Marshal(queries)
		if err != nil {
			t.Fatal(err)
		}
		answers := evaluate[[][]Result](t, ctx, fmt.Sprintf(`Promise.all(%s.map((q) => balieSearch(["%s/setup/", "%[2]s/incidents/"], q, 10)))`, data, lang))
		for i, q := range queries {
			want := Search(q, 10, indexes[lang+"/setup/"], indexes[lang+"/incidents/"])
			if !reflect.DeepEqual(answers[i], want) {
				t.Errorf("%s %s %q:\nscript %v\nGo     %v", lang, vectors[i].kind, q, answers[i], want)
			}
		}
	}
}
