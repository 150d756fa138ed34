package site

import (
	"strings"

	"balie/content"
	"balie/generator/markdown"
)

// body is an event's text in a language. It stands below a heading of the third level, on its
// case's page and on others.
func (m *Plan) body(f *caseFacts, e *content.Event, lang string) Prose {
	return m.bodies.of(e, lang, func() Prose {
		text, in := e.In(lang, m.paths.Source)
		p := Prose{HTML: m.Prose.HTML(text, markdown.Options{Top: 4, At: f.path, Link: m.link(lang)})}
		if in != lang {
			p.Lang = in
		}
		return p
	})
}

// summaryLength is how many characters of an update RSS and JSON feeds tell first.
const summaryLength = 280

// summary is how an event's text begins, without marks.
func (m *Plan) summary(e *content.Event, lang string) string {
	return m.summaries.of(e, lang, func() string {
		text, _ := e.In(lang, m.paths.Source)
		return m.Prose.Text(text, summaryLength)
	})
}

// notPages are where files are; what else is on the site is a page and exists in every language.
var notPages = []string{"/assets/", "/brand/", "/badges/", "/api/", "/t/"}

// link makes the address of a path on the site as it is written in prose: a page is the one in the
// reader's language.
func (m *Plan) link(lang string) func(string) string {
	return func(path string) string {
		for _, dir := range notPages {
			if strings.HasPrefix(path, dir) {
				return m.paths.Prefix + path
			}
		}
		return m.url(lang, path)
	}
}

// absoluteLinks makes the addresses in HTML of ours absolute, for those who read it elsewhere. In
// what markdown writes, no quote stands outside of a tag.
func (m *Plan) absoluteLinks(p Prose) string {
	html := string(p.HTML)
	if !strings.Contains(html, `="/`) {
		return html
	}
	origin := strings.TrimSuffix(m.base, m.paths.Prefix)
	return strings.NewReplacer(`href="/`, `href="`+origin+`/`, `src="/`, `src="`+origin+`/`).Replace(html)
}
