package generator

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"balie/content"
	"balie/generator/render"
	"balie/generator/search"
	"balie/generator/site"
	"balie/themes"
	"balie/themes/view"
)

// answers is what searches are answered by: the index and the look of the last build. It is
// immutable.
type answers struct {
	pages render.Pages
	paths themes.Paths
	base  string // the site's address without its last slash
	langs map[string]langAnswers
}

// langAnswers is the search page before a search, and the parts of the index, in a language.
type langAnswers struct {
	page   site.Search
	outage *view.Outage
	parts  []*search.Index
}

// maxResults is how many pages a search finds at most: somebody who reads further asks.
const maxResults = 10

// keepAnswers lets searches be answered by a plan from now on.
func (g *Generator) keepAnswers(plan *site.Plan) {
	a := &answers{pages: g.renderer.Pages(), langs: map[string]langAnswers{}}
	a.paths, a.base = plan.Addresses()
	for _, lang := range plan.Tree.Site.Languages {
		a.langs[lang] = langAnswers{plan.SearchPage(lang), plan.Outage(lang), plan.SearchParts(lang)}
	}
	g.answers.Store(a)
}

// Answer answers a search by the last build and reports whether the request was one: GET
// /search/?q=… or /<lang>/search/?q=…. What was searched for is kept nowhere. The headers that
// every page has are set already. It is safe for use by many at once, also during a build.
func (g *Generator) Answer(w http.ResponseWriter, r *http.Request) bool {
	a := g.answers.Load()
	asked := r.URL.Query()
	if a == nil || !asked.Has("q") {
		return false
	}
	lang, in, ok := a.in(r.URL.Path)
	if !ok {
		return false
	}
	query := cleanQuery(asked.Get("q"))
	results := search.Search(query, maxResults, in.parts...)
	if g.Searched != nil && query != "" {
		g.Searched(len(results) > 0)
	}
	body, media, err := a.answer(r, lang, in, query, results)
	if err != nil {
		http.Error(w, "internal error", http.StatusInternalServerError)
		return true
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Robots-Tag", "noindex")
	h.Add("Vary", "Accept")
	h.Set("Content-Type", media)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		w.Write(body)
	}
	return true
}

// in returns the language whose search page has a path.
func (a *answers) in(path string) (lang string, in langAnswers, ok bool) {
	for lang, in := range a.langs {
		if path == a.paths.Local(lang, "/search/") {
			return lang, in, true
		}
	}
	return "", langAnswers{}, false
}

// answer returns the page or, for a program, JSON.
func (a *answers) answer(r *http.Request, lang string, in langAnswers, query string, results []search.Result) (body []byte, media string, err error) {
	if wantsJSON(r.Header) {
		body, err = a.json(query, results)
		return body, "application/json", err
	}
	var b bytes.Buffer
	v := a.view(in.page, lang, query, r.URL.Query().Get("form"), results)
	again := url.Values{"q": {query}}
	if v.Form != "" {
		again.Set("form", v.Form)
	}
	at := themes.Place{Lang: lang, Path: "/search/", Nav: "help", NoIndex: true, Query: again.Encode(), Outage: in.outage}
	err = a.pages.Page(&b, "search", at, v)
	return b.Bytes(), "text/html; charset=utf-8", err
}

// wantsJSON reports whether a program asks: a browser names HTML.
func wantsJSON(h http.Header) bool {
	accept := strings.Join(h.Values("Accept"), ",")
	return strings.Contains(accept, "application/json") && !strings.Contains(accept, "text/html")
}

// cleanQuery returns a query in one line, without what can't be seen, and not longer than is kept
// with a ticket.
func cleanQuery(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s[:min(len(s), 16*content.MaxSearched)], " "))
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > content.MaxSearched {
		s = strings.TrimSpace(string(runes[:content.MaxSearched]))
	}
	return s
}

// view is the search page with what was found. Its ways on take along what was searched and found.
func (a *answers) view(v site.Search, lang, query, form string, results []search.Result) site.Search {
	if query == "" {
		results = nil
	}
	v.Query, v.Searched = query, query != ""
	before := ""
	if v.Searched {
		before = "?" + url.Values{"searched": {query}, "offered": {a.offered(lang, results)}}.Encode()
	}
	v.Ways = slices.Clone(v.Ways)
	for i := range v.Ways {
		way := &v.Ways[i]
		if form != "" && strings.HasSuffix(way.URL, "/forms/"+form+"/") {
			v.Form, v.Ask = form, way.URL+before
		}
		way.URL += before
	}
	v.Results = slices.Clone(results)
	for i := range v.Results {
		v.Results[i].URL = a.paths.Prefix + v.Results[i].URL
	}
	return v
}

// offered lists the pages that were found by their paths without the language, as a form takes
// them.
func (a *answers) offered(lang string, results []search.Result) string {
	var paths []string
	for _, r := range results {
		path, _, _ := strings.Cut(r.URL, "#")
		if path = strings.TrimPrefix(path, strings.TrimSuffix(a.paths.Local(lang, "/"), "/")); !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	}
	return strings.Join(paths, ",")
}

// json is the answer to a program.
func (a *answers) json(query string, results []search.Result) ([]byte, error) {
	type result struct {
		Title   string      `json:"title"`
		URL     string      `json:"url"`
		Kind    search.Kind `json:"kind"`
		Excerpt string      `json:"excerpt"`
	}
	document := struct {
		Query   string   `json:"query"`
		Results []result `json:"results"`
	}{query, []result{}}
	for _, r := range results {
		document.Results = append(document.Results, result{text(r.Title), a.base + r.URL, r.Kind, text(r.Excerpt)})
	}
	body, err := json.Marshal(document)
	return append(body, '\n'), err
}

// text is what spans say.
func text(spans []search.Span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.Text)
	}
	return b.String()
}
