package site

import "balie/content"

// help plans the list of articles, each section and each article.
func (m *Plan) help(lang string) {
	if len(m.Tree.Sections) == 0 {
		return
	}
	m.add(lang, "/help/", Page{Layout: "help", Nav: "help"}, func() any { return m.helpView(lang) })
	for _, s := range m.Tree.Sections {
		m.add(lang, "/help/"+s.ID+"/", Page{Layout: "section", Nav: "help"}, func() any { return m.section(s, lang) })
		for i, a := range s.Articles {
			m.add(lang, articlePath(a), Page{Layout: "article", Nav: "help", Outage: m.Outage(lang, a.Services...)}, func() any { return m.article(s, i, lang) })
		}
	}
}

func (m *Plan) helpView(lang string) Help {
	return Help{Sections: m.sections(lang), Search: m.url(lang, "/search/"), Contact: m.url(lang, "/contact/")}
}

func (m *Plan) sections(lang string) []Section {
	var list []Section
	for _, s := range m.Tree.Sections {
		list = append(list, m.section(s, lang))
	}
	return list
}

func (m *Plan) section(s *content.Section, lang string) Section {
	v := Section{Title: m.words(s.Title, lang), URL: m.url(lang, "/help/"+s.ID+"/"), Help: m.url(lang, "/help/"), Contact: m.url(lang, "/contact/")}
	for _, a := range s.Articles {
		v.Articles = append(v.Articles, m.articleRow(a, lang))
	}
	return v
}

// proseOf is an article in a language: a translation's title is the source's where it has none.
func (m *Plan) proseOf(a *content.Article, lang string) (p *content.Prose, title Words, in string) {
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

func (m *Plan) articleRow(a *content.Article, lang string) ArticleRow {
	p, title, in := m.proseOf(a, lang)
	return ArticleRow{Title: title.Text, Summary: p.Summary, URL: m.url(lang, articlePath(a)), Lang: title.Lang, In: in}
}
