package site

import "balie/content"

// linksPath is the page on which a requester has the addresses of their questions mailed.
const linksPath = "/t/lost/"

// single plans the pages that there is one of: the ways in, the ways to follow, the search page,
// the page that mails addresses of questions, and the one for an address that has no page.
func (m *Plan) single(lang string) {
	m.add(lang, "/contact/", Page{Layout: "contact", Nav: "contact"}, func() any { return m.contact(lang) })
	m.add(lang, "/follow/", Page{Layout: "following", Nav: "status"}, func() any { return m.setting(lang).Following(m.base, content.FollowsAll) })
	if m.Tree.Site.Mail != nil {
		m.add(lang, linksPath, Page{Layout: "asklinks", Nav: "contact", Hidden: true}, func() any { return m.setting(lang).AskLinks() })
	}
	m.add(lang, "/search/", Page{Layout: "search", Nav: "help", Hidden: true}, func() any { return m.SearchPage(lang) })
	m.pages = append(m.pages, Page{
		File: m.file(lang, "/404.html"), Path: "/", Lang: lang, Layout: "notfound", Hidden: true, Outage: m.Outage(lang),
		View: plain(func() any { return NotFound{Search: m.url(lang, "/search/"), Contact: m.url(lang, "/contact/")} }),
	})
}

func (m *Plan) contact(lang string) Contact {
	v := Contact{Ways: m.ways(lang), Help: m.helpURL(lang), Search: m.url(lang, "/search/")}
	if m.Tree.Site.Mail != nil {
		v.Lost = m.url(lang, linksPath)
	}
	for _, c := range m.Tree.Site.Channels {
		channel := Channel{c.ID, m.words(c.Name, lang), m.words(c.Use, lang), m.words(c.Not, lang), m.channelLinks(c.ID, lang)}
		if channel.Not.Text != "" {
			v.Not = append(v.Not, channel)
		} else {
			v.Channels = append(v.Channels, channel)
		}
	}
	if m.Rules != nil && m.meToo != nil {
		v.Promise = m.Rules(m.meToo)
	}
	if policy := m.Tree.PolicyAt(m.Now); policy != nil {
		v.Promises = m.url(lang, "/promises/")
		v.Excluded = m.covered(policy.Coverage.Excluded, lang)
		if hours := m.hours(policy, lang); len(hours) > 0 {
			v.Hours = &hours[0]
		}
	}
	return v
}

// channelLinks returns where a channel begins: the forms, where it is called form or as one of
// them, and the help.
func (m *Plan) channelLinks(id, lang string) []Link {
	var list []Link
	for _, f := range m.Tree.Forms {
		if id == "form" || id == f.ID {
			title := m.words(f.Title, lang)
			list = append(list, Link{title.Text, m.url(lang, "/forms/"+f.ID+"/"), title.Lang})
		}
	}
	if help := m.helpURL(lang); id == "help" && help != "" {
		list = append(list, Link{Text: "", URL: help})
	}
	return list
}
