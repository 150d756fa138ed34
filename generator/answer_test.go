package generator_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// answering is a generator that has built a desk, and counts searches.
type answering struct {
	*following
	found, nothing int
}

func newAnswering(t testing.TB, dir string) *answering {
	c := config(t, dir)
	a := &answering{following: follow(t, c)}
	t.Cleanup(func() { a.Close() })
	a.Searched = func(found bool) {
		if found {
			a.found++
		} else {
			a.nothing++
		}
	}
	if _, err := a.build(nil, at); err != nil {
		t.Fatal(err)
	}
	return a
}

// get asks for a path and returns the answer; nil where the request is no search.
func (a *answering) get(path string, accept ...string) *httptest.ResponseRecorder {
	r, w := httptest.NewRequest(http.MethodGet, path, nil), httptest.NewRecorder()
	r.Header["Accept"] = accept
	if !a.Answer(w, r) {
		return nil
	}
	return w
}

func TestASearchIsAnswered(t *testing.T) {
	a := newAnswering(t, desk(t, "webshop"))
	page := a.get("/search/?q=terugbetalen&form=contact", "text/html,*/*;q=0.8").Body.String()
	for _, want := range []string{
		`<html lang="nl">`, `value="terugbetalen"`, `<input type="hidden" name="form" value="contact">`, `<a href="/help/betalen/terugbetaling/">Een klant <mark>terugbetalen</mark></a> <span class="tag">artikel</span>`,
		`#h-`, `href="/en/search/?form=contact&amp;q=terugbetalen"`, `<meta name="robots" content="noindex">`, `href="/forms/contact/?offered=%2Fhelp%2Fbetalen%2Fterugbetaling%2F`, `&amp;searched=terugbetalen">`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in\n%s", want, page)
		}
	}
	english := a.get("/en/search/?q=refund").Body.String()
	if !strings.Contains(english, `<a href="/en/help/betalen/terugbetaling/">`) || !strings.Contains(english, `offered=%2Fhelp%2Fbetalen%2Fterugbetaling%2F`) || !strings.Contains(english, `href="/en/forms/quote/?`) {
		t.Errorf("in English:\n%s", english)
	}
	nothing := a.get("/search/?q=xyzzyqq").Body.String()
	if !strings.Contains(nothing, "Niets gevonden voor ‘xyzzyqq’") || !strings.Contains(nothing, `href="/forms/contact/?offered=&amp;searched=xyzzyqq"`) || !strings.Contains(nothing, "Alle artikelen") {
		t.Errorf("nothing found:\n%s", nothing)
	}
	if a.found != 2 || a.nothing != 1 {
		t.Errorf("counted %d found, %d nothing", a.found, a.nothing)
	}
	for _, path := range []string{"/search/", "/", "/fr/search/?q=x", "/help/?q=x", "/nl/search/?q=x"} {
		if a.get(path) != nil {
			t.Errorf("%s is answered as a search", path)
		}
	}
}

// TestASearchIsAnsweredToPrograms: the document that programs read, with all its keys.
func TestASearchIsAnsweredToPrograms(t *testing.T) {
	a := newAnswering(t, desk(t, "webshop"))
	w := a.get("/en/search/?q=+refund%20", "application/json")
	h := w.Header()
	if h.Get("Content-Type") != "application/json" || h.Get("Cache-Control") != "no-store" || h.Get("X-Robots-Tag") != "noindex" || !strings.Contains(h.Get("Vary"), "Accept") {
		t.Errorf("%v", h)
	}
	var answer struct {
		Query   string
		Results []map[string]string
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || answer.Query != "refund" || len(answer.Results) == 0 {
		t.Fatalf("%v %s", err, w.Body)
	}
	first := answer.Results[0]
	if first["title"] != "Refunding a customer" || first["kind"] != "article" || first["url"] != "https://hulp.winkelhaak.example/en/help/betalen/terugbetaling/" || first["excerpt"] == "" || len(first) != 4 {
		t.Errorf("%q", first)
	}
	if body := a.get("/search/?q=xyzzyqq", "application/json").Body.String(); body != `{"query":"xyzzyqq","results":[]}`+"\n" {
		t.Errorf("nothing: %s", body)
	}
	if body := a.get("/search/?q=", "application/json").Body.String(); body != `{"query":"","results":[]}`+"\n" {
		t.Errorf("no query: %s", body)
	}
}

// TestHostileQueries: whatever is searched for, the page is a page and has it as text.
func TestHostileQueries(t *testing.T) {
	a := newAnswering(t, desk(t, "webshop"))
	for _, q := range []string{"%00%00a", "%ff%fe", "%3Cscript%3Ealert(1)%3C/script%3E", "%22%27%26%7B%7B.%7D%7D", strings.Repeat("terugbetalen+", 800), strings.Repeat("a", 10_000), "%E2%80%AEevil", "%F0%9F%98%80", "%0A%0D", "%zz"} {
		w := a.get("/search/?form=%3Cb%3E&q=" + q)
		if w == nil { // %zz is no query
			continue
		}
		body := w.Body.String()
		if w.Code != http.StatusOK || len(body) > 20_000 || strings.Contains(body, "<script>") || strings.Contains(body, "<b>") || strings.ContainsAny(body, "\x00\u202e") || !strings.HasSuffix(body, "</html>\n") && !strings.HasSuffix(body, "</html>") {
			t.Errorf("%.40s: %d\n%s", q, w.Code, body)
		}
	}
}

// TestASearchFindsNothingPrivate asks for every word that must not come out.
func TestASearchFindsNothingPrivate(t *testing.T) {
	a := newAnswering(t, canaryDesk(t))
	for _, q := range []string{"SECRET", "SECRET+incident", "SECRET+update", "SECRET+reason", "canned+reply", "OWN+message", "OWN", "2611191015", "secret_hook", "Group"} {
		for _, accept := range []string{"text/html", "application/json"} {
			for _, word := range []string{"SECRET update", "SECRET incident", "1118-staff", "canned reply", "OWN message", "OWN subject", "SECRET reason", "SECRET-group"} {
				if body := a.get("/search/?q="+q, accept).Body.String(); strings.Contains(body, word) && !strings.Contains(strings.ReplaceAll(q, "+", " "), word) {
					t.Errorf("%s finds %s", q, word)
				}
			}
		}
	}
	if body := a.get("/search/?q=whoever+searches", "application/json").Body.String(); !strings.Contains(body, "/help/help/public/") {
		t.Errorf("what is public is not found: %s", body)
	}
}

// BenchmarkAnswer is a search as a server answers it, page and all.
func BenchmarkAnswer(b *testing.B) {
	a := newAnswering(b, desk(b, "marketplace"))
	for _, q := range []string{"rimborso", "pagamento+non+riuscito", "xyzzy", strings.Repeat("ordine+pagamento+", 12)} {
		b.Run(q[:min(len(q), 20)], func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				if a.get("/it/search/?q="+q) == nil {
					b.Fatal("no answer")
				}
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
		})
	}
}
