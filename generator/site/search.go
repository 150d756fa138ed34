package site

import (
	"slices"
	"strings"

	"balie/content"
	"balie/generator/search"
	"balie/themes/view"
)

// foundIncidents is how many incidents that are over can be found, the newest.
const foundIncidents = 500

// SearchPage is a language's search page as it stands on a static host: the list of all articles.
// Its ways lead to the intake, which alone reads from a form's address what was searched for.
func (m *Plan) SearchPage(lang string) Search {
	v := Search{Sections: m.sections(lang), Action: m.url(lang, "/search/"), Index: m.paths.Prefix + view.SearchIndex(lang), Ways: m.ways(lang)}
	for i := range v.Ways {
		v.Ways[i].URL = m.intake() + strings.TrimPrefix(v.Ways[i].URL, m.paths.Prefix)
	}
	return v
}

// setupDocuments are what can be found of the setup: articles, promises and services.
func (m *Plan) setupDocuments(lang string) []search.Document {
	var list []search.Document
	for _, s := range m.Tree.Sections {
		for _, a := range s.Articles {
			list = append(list, m.articleDocument(a, lang))
		}
	}
	if policy := m.Tree.PolicyAt(m.Now); policy != nil {
		list = append(list, m.policyDocuments(policy, lang)...)
	}
	m.Tree.EachService(func(group, s *content.Service) {
		list = append(list, m.serviceDocument(group, s, lang))
	})
	return list
}

func (m *Plan) articleDocument(a *content.Article, lang string) search.Document {
	p, title, in := m.proseOf(a, lang)
	d := search.Document{
		URL: m.paths.Local(lang, "/help/"+a.Section+"/"+a.Slug+"/"), Kind: search.Article, Lang: in,
		Title: title.Text, Summary: p.Summary, Keywords: p.Keywords,
	}
	for _, s := range m.Prose.Sections(p.Body) {
		d.Sections = append(d.Sections, search.Section(s))
	}
	return d
}

// policyDocuments are the promises, each in the words that the page has, when the desk works, and
// what is not covered.
func (m *Plan) policyDocuments(policy *content.Policy, lang string) []search.Document {
	var list []search.Document
	add := func(anchor, rule string, said, why Words) {
		d := search.Document{URL: m.paths.Local(lang, "/promises/") + "#" + anchor, Kind: search.Promise, Title: rule, Lang: said.Lang}
		if rule == "" {
			d.Title, said = said.Text, why
		} else {
			d.Lang = ""
		}
		if said.Text != "" {
			d.Sections = []search.Section{{Text: said.Text}}
		}
		if d.Title != "" {
			list = append(list, d)
		}
	}
	for _, p := range policy.Promises {
		rule := ""
		if p.Measured() && m.Rule != nil {
			rule = m.Rule(p, lang)
		}
		add(promiseAnchor(p), rule, m.words(p.Text, lang), Words{})
	}
	if m.Word != nil && len(m.hours(policy, lang)) > 0 {
		list = append(list, search.Document{
			URL: m.paths.Local(lang, "/promises/") + "#hours", Kind: search.Promise, Title: m.Word("promises.hours", lang),
			Keywords: strings.Split(m.Word("search.hours", lang), ", "),
		})
	}
	for _, c := range policy.Coverage.Excluded {
		add("excluded", "", m.words(c.Text, lang), m.words(c.Why, lang))
	}
	return list
}

func promiseAnchor(p *content.Promise) string { return "p-" + p.ID }

func (m *Plan) serviceDocument(group, s *content.Service, lang string) search.Document {
	name := m.words(s.Name, lang)
	d := search.Document{URL: m.paths.Local(lang, "/services/"+s.ID+"/"), Kind: search.Service, Lang: name.Lang, Title: name.Text}
	if group != nil {
		d.Keywords = []string{m.words(group.Name, lang).Text}
	}
	if said := m.words(s.Description, lang); said.Text != "" {
		d.Sections = []search.Section{{Text: said.Text}}
	}
	return d
}

// found is an incident that can be found, as far as its document depends on it. Documents of equal
// values are equal while the setup is the same.
type found struct {
	record  *content.Incident
	updates int
	open    bool
	rank    int
}

// foundNow lists the incidents that can be found: the open ones, and the newest of the others.
func (m *Plan) foundNow() []found {
	var list []found
	for i := len(m.incidents) - 1; i >= 0; i-- {
		f, rank := m.incidents[i], len(m.incidents)-1-i
		if f.Open || rank < foundIncidents {
			list = append(list, found{f.Incident, len(f.Updates), f.Open, rank})
		}
	}
	return list
}

// incidentDocument is what can be found of an incident.
func (m *Plan) incidentDocument(f found, lang string) search.Document {
	p := f.record.At(m.Now)
	title := m.words(f.record.Title, lang)
	d := search.Document{URL: m.paths.Local(lang, "/"+f.record.Dir+"/"), Kind: search.Incident, Lang: title.Lang, Title: title.Text, Open: f.open, Rank: f.rank}
	for _, s := range p.Services {
		name, _ := m.serviceName(s.Key, lang)
		d.Keywords = append(d.Keywords, name.Text)
	}
	var text []string
	for _, e := range slices.Backward(p.Updates) {
		if cause := m.words(e.Data().Cause, lang); cause.Text != "" {
			text = append(text, cause.Text)
		}
		said, _ := e.In(lang, m.paths.Source)
		text = append(text, m.Prose.Text(said, 0))
	}
	d.Sections = []search.Section{{Text: strings.Join(text, " ")}}
	return d
}
