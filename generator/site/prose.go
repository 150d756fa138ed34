package site

import (
	"slices"
	"strings"

	"balie/content"
	"balie/generator/markdown"
)

// body is an event's text in a language. It stands below a heading of the third level, on its
// case's page and on others.
func (m *Plan) body(f *caseFacts, e *content.Event, lang string) Prose {
	return m.bodies.of(e, lang, func() Prose {
		text, in := e.In(lang, m.paths.Source)
		p := Prose{HTML: m.Prose.HTML(text, markdown.Options{Top: 4, At: f.path, Link: m.link(lang), Picture: m.picture("", lang)})}
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

func isPage(path string) bool {
	return !slices.ContainsFunc(notPages, func(dir string) bool { return strings.HasPrefix(path, dir) })
}

// link makes the address of a path on the site as it is written in prose: a page is the one in the
// reader's language, unless the path names another.
func (m *Plan) link(lang string) func(string) string {
	return func(path string) string {
		switch picture := m.Tree.Picture("", path, lang); {
		case picture != nil:
			return m.paths.Prefix + picture.Address()
		case !isPage(path), m.namesLanguage(path):
			return m.paths.Prefix + path
		}
		return m.url(lang, path)
	}
}

// namesLanguage reports whether a path is below one of the languages that have a directory.
func (m *Plan) namesLanguage(path string) bool {
	return slices.ContainsFunc(m.Tree.Site.Languages[1:], func(l string) bool { return strings.HasPrefix(path, "/"+l+"/") })
}

// picture finds the picture that a text in a section names, as the pages in a language show it. "":
// the text is in no section.
func (m *Plan) picture(section, lang string) func(string) (markdown.Picture, bool) {
	return func(address string) (markdown.Picture, bool) {
		if p := m.Tree.Picture(section, address, lang); p != nil {
			return markdown.Picture{URL: m.paths.Prefix + p.Address(), Width: p.Width, Height: p.Height}, true
		}
		return markdown.Picture{URL: m.paths.Prefix + address}, strings.HasPrefix(address, "/") && !isPage(address)
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
