package site

import (
	"slices"
	"strings"
	"sync"

	"balie/content"
	"balie/generator/markdown"
)

// proses holds what is told of each case, each text made once in a plan for its page and all the feeds that tell of it.
type proses struct {
	languages []string
	cells     []cell
}

// cell is the texts of one case in one language.
type cell struct {
	once  sync.Once
	texts []text // by event
}

type text struct {
	written sync.Once
	Prose
	told        sync.Once
	entry       Entry
	atom, begin Memo
}

func newProses(cases int, languages []string) *proses {
	return &proses{languages, make([]cell, cases*len(languages))}
}

// prose returns the text of one of a case's events in a language, made the first time it is asked for.
func (m *plan) prose(s *story, i int, lang string) Prose {
	t := m.text(s, i, lang)
	t.written.Do(func() { t.Prose = m.body(s, s.events[i], lang) })
	return t.Prose
}

// entry returns the same as an entry of feeds.
func (m *plan) entry(s *story, i int, lang string) *Entry {
	t := m.text(s, i, lang)
	t.told.Do(func() {
		t.entry = m.newEntry(s, i, lang)
		t.entry.Atom, t.entry.begin = &t.atom, &t.begin
	})
	return &t.entry
}

func (m *plan) text(s *story, i int, lang string) *text {
	c := &m.proses.cells[s.place*len(m.proses.languages)+slices.Index(m.proses.languages, lang)]
	c.once.Do(func() { c.texts = make([]text, len(s.events)) })
	return &c.texts[i]
}

// body is an event's text in a language. It stands below a heading of the third level, on its case's page and on others.
func (m *plan) body(s *story, e *content.Event, lang string) Prose {
	text, in := e.In(lang, m.paths.Source)
	p := Prose{HTML: m.Input.Prose.HTML(text, markdown.Options{Top: 4, At: s.path, Link: m.link(lang)})}
	if in != lang {
		p.Lang = in
	}
	return p
}

// files are beneath these; what else is on the site is a page and exists in every language.
var notPages = []string{"/assets/", "/brand/", "/badges/", "/api/", "/t/"}

// link makes the address of a place on the site as it is written in prose: a page is the one in the reader's language.
func (m *plan) link(lang string) func(string) string {
	return func(path string) string {
		for _, dir := range notPages {
			if strings.HasPrefix(path, dir) {
				return m.paths.Prefix + path
			}
		}
		return m.url(lang, path)
	}
}

// away makes the addresses in HTML of ours absolute, for those who read it elsewhere. In what markdown writes, no quote stands outside of a tag.
func (m *plan) away(p Prose) string {
	html := string(p.HTML)
	if !strings.Contains(html, `="/`) {
		return html
	}
	origin := strings.TrimSuffix(m.base, m.paths.Prefix)
	return strings.NewReplacer(`href="/`, `href="`+origin+`/`, `src="/`, `src="`+origin+`/`).Replace(html)
}
