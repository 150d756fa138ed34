package site

import (
	"time"

	"balie/content"
	"balie/generator/markdown"
)

// setupKey is what a page depends on that shows the setup, articles and all.
type setupKey struct {
	what  string
	setup *content.Setup
	lang  string
	of    any
}

// articleKey is what an article's page depends on. Its neighbours come with the setup.
type articleKey struct {
	setupKey
	changed time.Time
}

// help plans the list of articles, each section and each article.
func (m *plan) help(lang string) {
	if len(m.Tree.Sections) == 0 {
		return
	}
	m.add(lang, "/help/", Page{Layout: "help", Nav: "help", Key: setupKey{"help", m.Tree.Setup, lang, nil}, View: func() any { return m.helpView(lang) }})
	for _, s := range m.Tree.Sections {
		m.add(lang, "/help/"+s.ID+"/", Page{Layout: "section", Nav: "help", Key: setupKey{"section", m.Tree.Setup, lang, s}, View: func() any { return m.section(s, lang) }})
		for _, a := range s.Articles {
			changed := m.articleChanged(a, lang)
			m.add(lang, "/help/"+s.ID+"/"+a.Slug+"/", Page{
				Layout: "article", Nav: "help", Key: articleKey{setupKey{"article", m.Tree.Setup, lang, a}, changed},
				View: func() any { return m.article(s, a, changed, lang) },
			})
		}
	}
}

func (m *plan) helpView(lang string) Help {
	return Help{Sections: m.sections(lang), Search: m.url(lang, "/search/"), Contact: m.url(lang, "/contact/")}
}

func (m *plan) sections(lang string) []Section {
	var list []Section
	for _, s := range m.Tree.Sections {
		list = append(list, m.section(s, lang))
	}
	return list
}

func (m *plan) section(s *content.Section, lang string) Section {
	v := Section{Title: m.words(s.Title, lang), URL: m.url(lang, "/help/"+s.ID+"/"), Help: m.url(lang, "/help/"), Contact: m.url(lang, "/contact/")}
	for _, a := range s.Articles {
		v.Articles = append(v.Articles, m.articleRow(a, lang))
	}
	return v
}

// proseOf is an article in a language: a translation's title is the source's where it has none.
func (m *plan) proseOf(a *content.Article, lang string) (p *content.Prose, title Words, in string) {
	t, ok := a.Translations[lang]
	if !ok || lang == m.paths.Source {
		if lang == m.paths.Source {
			return &a.Prose, Words{Text: a.Title}, ""
		}
		return &a.Prose, Words{a.Title, m.paths.Source}, m.paths.Source
	}
	if t.Title == "" {
		return t, Words{a.Title, m.paths.Source}, ""
	}
	return t, Words{Text: t.Title}, ""
}

func (m *plan) articleRow(a *content.Article, lang string) ArticleRow {
	p, title, _ := m.proseOf(a, lang)
	return ArticleRow{Title: title.Text, Summary: p.Summary, URL: m.url(lang, "/help/"+a.Section+"/"+a.Slug+"/"), Lang: title.Lang}
}

func (m *plan) articleChanged(a *content.Article, lang string) time.Time {
	p, _, _ := m.proseOf(a, lang)
	_, last := m.committed(p.Path)
	return last
}

func (m *plan) article(s *content.Section, a *content.Article, changed time.Time, lang string) Article {
	p, title, in := m.proseOf(a, lang)
	section := m.words(s.Title, lang)
	v := Article{
		Title: title, Summary: p.Summary, Changed: changed, Help: m.url(lang, "/help/"), Contact: m.url(lang, "/contact/"),
		Section: Link{section.Text, m.url(lang, "/help/"+s.ID+"/"), section.Lang},
		Body:    Prose{m.Input.Prose.HTML(p.Body, markdown.Options{Top: 2, IDs: true, Link: m.link(lang)}), in},
	}
	for _, other := range s.Articles {
		if other != a {
			v.Others = append(v.Others, m.articleRow(other, lang))
		}
	}
	return v
}
