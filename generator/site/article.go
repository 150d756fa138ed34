package site

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"balie/content"
	"balie/generator/markdown"
)

// fewHeadings is up to how many headings an article has no list of them.
const fewHeadings = 2

func (m *Plan) article(s *content.Section, i int, lang string) Article {
	a := s.Articles[i]
	p, title, in := m.proseOf(a, lang)
	_, changed := m.committed(p.Path)
	section := m.words(s.Title, lang)
	html, headings := m.Prose.Article(p.Body, markdown.Options{
		Top: 2, IDs: true, At: articlePath(a), Link: m.link(lang), Picture: m.picture(s.ID, lang),
	})
	v := Article{
		Title: title, Summary: p.Summary, Changed: changed, Help: m.url(lang, "/help/"), Body: Prose{html, in}, Troubles: m.troubles(a, lang),
		Section: Link{section.Text, m.url(lang, "/help/"+s.ID+"/"), section.Lang}, Contents: contentsOf(headings), Ask: m.askURL(a, lang),
	}
	if i > 0 {
		v.Previous = m.articleLink(s.Articles[i-1], lang)
	}
	if i+1 < len(s.Articles) {
		v.Next = m.articleLink(s.Articles[i+1], lang)
	}
	for _, other := range m.relatedTo(a) {
		v.Related = append(v.Related, m.articleRow(other, lang))
	}
	return v
}

func articlePath(a *content.Article) string { return "/help/" + a.ID() + "/" }

func (m *Plan) articleLink(a *content.Article, lang string) *Link {
	_, title, _ := m.proseOf(a, lang)
	return &Link{title.Text, m.url(lang, articlePath(a)), title.Lang}
}

// contentsOf lists an article's headings of the first two levels, where there are enough of them.
func contentsOf(headings []markdown.Heading) []Heading {
	var list []Heading
	for _, h := range headings {
		one := Heading{ID: h.ID, Text: h.Text}
		switch {
		case h.Level == 2 || len(list) == 0 && h.Level == 3:
			list = append(list, one)
		case h.Level == 3:
			last := &list[len(list)-1]
			last.Below = append(last.Below, one)
		}
	}
	if len(headings) <= fewHeadings {
		return nil
	}
	return list
}

// askURL is the form by which to ask what an article did not answer: the first that shows answers,
// else the first; without a form the page with the ways in.
func (m *Plan) askURL(a *content.Article, lang string) string {
	if len(m.Tree.Forms) == 0 {
		return m.url(lang, "/contact/")
	}
	i := slices.IndexFunc(m.Tree.Forms, func(f *content.Form) bool { return slices.Contains(f.Steps, "search") })
	form := m.Tree.Forms[max(i, 0)]
	return m.intake() + strings.TrimPrefix(m.url(lang, "/forms/"+form.ID+"/"), m.paths.Prefix) + "?article=" + a.ID()
}

// troubles are the maintenance going on that touches what an article is about. Incidents stand in
// the line above it.
func (m *Plan) troubles(a *content.Article, lang string) []Trouble {
	var list []Trouble
	for _, f := range m.active {
		if services := f.Course.Services; isAbout(a, services.Keys()) {
			list = append(list, Trouble{
				Title: m.words(f.Title, lang), URL: m.url(lang, f.path), Services: m.names(services, lang), Until: m.zoned(f.Course.Planned.End),
			})
		}
	}
	return list
}

// isAbout reports whether an article names one of some services.
func isAbout(a *content.Article, services []string) bool {
	return slices.ContainsFunc(a.Services, func(id string) bool { return slices.Contains(services, id) })
}

// about lists the articles that name one of some services.
func (m *Plan) about(services []string, lang string) []Link {
	var list []Link
	for _, s := range m.Tree.Sections {
		for _, a := range s.Articles {
			if isAbout(a, services) {
				list = append(list, *m.articleLink(a, lang))
			}
		}
	}
	return list
}

// relatedTo are the articles that one names or, where it names none that is there, those that share
// most words with it.
func (m *Plan) relatedTo(a *content.Article) []*content.Article {
	var list []*content.Article
	for _, id := range a.Related {
		if other := m.Tree.Article(id); other != nil && other != a && !slices.Contains(list, other) {
			list = append(list, other)
		}
	}
	if len(list) == 0 {
		list = m.byWords()[a]
	}
	return list[:min(len(list), content.MaxRelated)]
}

// relatedByWords finds for each article those with which it shares words of titles and keywords in
// the source language. A word counts the more the fewer articles have it, and not at all where more
// than a third have it.
func relatedByWords(sections []*content.Section) map[*content.Article][]*content.Article {
	having := map[string][]*content.Article{}
	var all []*content.Article
	for _, s := range sections {
		for _, a := range s.Articles {
			all = append(all, a)
			for _, word := range wordsOf(a) {
				having[word] = append(having[word], a)
			}
		}
	}
	related := map[*content.Article][]*content.Article{}
	for _, a := range all {
		score := map[*content.Article]int{}
		for _, word := range wordsOf(a) {
			if n := len(having[word]); n <= max(2, len(all)/3) {
				for _, other := range having[word] {
					score[other] += 100 / n
				}
			}
		}
		for _, other := range all { // in their order, which decides between equals
			if other != a && score[other] > 0 {
				related[a] = append(related[a], other)
			}
		}
		slices.SortStableFunc(related[a], func(x, y *content.Article) int { return cmp.Compare(score[y], score[x]) })
	}
	return related
}

// wordsOf lists the words of four letters and more in an article's title and keywords, each once.
func wordsOf(a *content.Article) []string {
	text := strings.ToLower(strings.Join(append([]string{a.Title}, a.Keywords...), " "))
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
	words = slices.DeleteFunc(words, func(w string) bool { return len([]rune(w)) < 4 })
	slices.Sort(words)
	return slices.Compact(words)
}

// pictures plans the pictures beside articles. They are the same for all languages, since which one
// a page shows stands in its text.
func (m *Plan) pictures() {
	if m.Read == nil {
		return
	}
	for _, s := range m.Tree.Sections {
		for _, p := range s.Pictures {
			m.pages = append(m.pages, Page{
				File: p.Address()[1:], Hidden: true, Sources: Sources(p.Digest[:]),
				View: func() (any, error) { return m.Read(p.Path) },
			})
		}
	}
}
