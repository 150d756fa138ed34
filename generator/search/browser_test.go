package search

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"balie/generator/web/browsertest"
)

func browser(t testing.TB) context.Context { return browsertest.Start(t, 5*time.Minute) }

// host is a static host: a page with the script, and the files of indexes.
type host struct {
	*httptest.Server
	mu     sync.Mutex
	files  map[string][]byte
	loaded []string
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
	h.Server = httptest.NewServer(h)
	t.Cleanup(h.Close)
	return h
}

// ServeHTTP implements http.Handler.
func (h *host) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	data, known := h.files[r.URL.Path]
	h.loaded = append(h.loaded, r.URL.Path)
	h.mu.Unlock()
	if !known {
		http.NotFound(w, r)
		return
	}
	switch {
	case strings.HasSuffix(r.URL.Path, ".js"):
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	case strings.HasSuffix(r.URL.Path, ".json"):
		w.Header().Set("Content-Type", "application/json")
	default:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
	}
	w.Header().Set("Cache-Control", "max-age=600")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; connect-src 'self'")
	w.Write(data)
}

// put places the files of an index under a path.
func (h *host) put(base string, ix *Index) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, f := range ix.Files() {
		h.files["/"+base+f.Name] = f.Data
	}
}

// open shows the page, in a browser that has loaded nothing yet.
func (h *host) open(t testing.TB, ctx context.Context) {
	t.Helper()
	if err := chromedp.Do(ctx, noCache, chromedp.Navigate(h.URL)); err != nil {
		t.Fatal(err)
	}
	h.mu.Lock()
	h.loaded = nil
	h.mu.Unlock()
}

func noCache(ctx context.Context, s *chromedp.Target) (chromedp.Void, error) {
	_, err := cdp.Call(ctx, s, network.ClearBrowserCache, cdp.Empty{})
	return chromedp.Void{}, err
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
	h.open(t, ctx)
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

// TestScriptInOtherScripts asks the script and Go the same of words that have no Latin letters.
func TestScriptInOtherScripts(t *testing.T) {
	ctx := browser(t)
	ix := Build("el", []Document{page("/el/", "Πληρωμές στην Ελλάδα", "Ο λογαριασμός σας."), page("/ru/", "Ошибка платежа", "Ёлка и йод."), page("/ar/", "استرداد الأموال", "مُحَمَّد"),
		page("/he/", "החזר כספי"), page("/ja/", "返金について", "お支払いがガできない"), page("/ko/", "환불 요청"), page("/hi/", "धनवापसी का अनुरोध"), page("/th/", "ขอคืนเงิน"), page("/tr/", "İade ve ısrar"),
		page("/zh/", "退款申请𠮷", "𠮷野家"), page("/math/", "𝐡𝐞𝐥𝐥𝐨 ½ ﬁn Ⅳ")})
	h := serveScript(t, map[string]*Index{"index/": ix})
	h.open(t, ctx)
	for _, query := range []string{"α", "π", "πλ", "ΠΛΗΡΩΜΗΣ", "λογαριασμος", "Λογαριασμό", "ελλαδασ", "ошибка", "ОШИБКИ", "ошбика", "елка", "иод", "д", "الاموال", "محمد", "ا", "כספי", "返金", "支払", "が",
		"か", "退款", "𠮷", "野家𠮷", "환불", "환", "अनुरोध", "का", "ขอคืน", "iade", "İADE", "ISRAR", "hello", "𝐡", "½", "1⁄2", "fin", "IV"} {
		got := evaluate[[]Result](t, ctx, fmt.Sprintf(`balieSearch(["index/"], %q, 10)`, query))
		if want := Search(query, 10, ix); !reflect.DeepEqual(got, want) {
			t.Errorf("%q:\nscript %v\nGo     %v", query, got, want)
		}
	}
}

// TestScriptAfterRebuild builds an index again after a page has read its first file.
func TestScriptAfterRebuild(t *testing.T) {
	ctx := browser(t)
	h := serveScript(t, map[string]*Index{"index/": Build("en", []Document{{URL: "/old/", Title: "Refunds"}})})
	h.open(t, ctx)
	find := func(query string) string {
		urls := ""
		for _, r := range evaluate[[]Result](t, ctx, fmt.Sprintf(`balieSearch(["index/"], %q, 10)`, query)) {
			urls += r.URL
		}
		return urls
	}
	if got := find("0"); got != "" {
		t.Error("before:", got)
	}
	h.put("index/", Build("en", []Document{{URL: "/a/", Title: "Payouts"}, {URL: "/new/", Title: "Refunds"}}))
	if got := find("refund"); got != "/new/" {
		t.Error("after the index was built again:", got)
	}

	files := Build("en", []Document{{URL: "/c/", Title: "Cable"}}).Files()
	h.mu.Lock()
	h.files["/index/"+files[0].Name] = files[0].Data
	h.loaded = nil
	h.mu.Unlock()
	h.open(t, ctx)
	if got := evaluate[string](t, ctx, `balieSearch(["index/"], "cable", 10).then(() => "found", (e) => e.message)`); got != "the index was built again" {
		t.Error("files of two versions:", got)
	}
	if len(h.loaded) > 8 {
		t.Errorf("%d files were loaded", len(h.loaded))
	}
}

// TestScriptLoads asks a large index questions in a page that has loaded nothing yet.
func TestScriptLoads(t *testing.T) {
	ctx := browser(t)
	l := makeLarge(t, 2000)
	h := serveScript(t, map[string]*Index{"index/": Build("nl", l.docs)})
	title := split(l.docs[1].Title)
	for _, query := range []string{title[0], l.docs[2].Title, l.docs[3].Keywords[0] + " " + l.docs[3].Keywords[1] + " " + l.docs[3].Keywords[2],
		"hoe kan ik mijn betaling terugkrijgen", "verzendkotsen instellne", "bestelmails", "bestelmailbetaling", "storingg", "versn", "vers", "verkoopsnelheid betaalttt", "s"} {
		h.open(t, ctx)
		const timed = `(async (query) => { const start = performance.now(); const results = await balieSearch(["index/"], query, 10); return {Time: performance.now() - start, Results: results.length}})(%q)`
		type answer struct {
			Time    float64
			Results int
		}
		cold := evaluate[answer](t, ctx, fmt.Sprintf(timed, query))
		warm := evaluate[answer](t, ctx, fmt.Sprintf(timed, query))
		bytes, kinds := 0, map[string]int{}
		for _, name := range h.loaded {
			kind, _, _ := strings.Cut(path.Base(name), "-")
			kinds[kind] += compressed(h.files[name])
			bytes += compressed(h.files[name])
		}
		t.Logf("%q: %d results, %d files of %d bytes %v, %.1f ms, again %.1f ms", query, cold.Results, len(h.loaded), bytes, kinds, cold.Time, warm.Time)
		if bytes > 60_000 {
			t.Errorf("%q loads %d bytes", query, bytes)
		}
	}
}
