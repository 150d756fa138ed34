package site

import "slices"

func (m *Plan) service(lang string) {
	for _, s := range m.services {
		path := "/services/" + s.ID + "/"
		m.add(lang, path, Page{Layout: "service", Nav: "status", Feed: path}, func() any { return m.serviceView(s, lang) })
	}
}

func (m *Plan) serviceView(s *service, lang string) Service {
	v := Service{
		Name: m.words(s.Name, lang), Description: m.words(s.Description, lang), State: s.state, Bar: s.bar(m.today, m.Tree.Zone),
		Open: m.incidentRows(s.open, lang), Past: m.incidentRows(s.past, lang), Planned: m.maintenanceRows(s.ahead, lang), Done: m.maintenanceRows(s.done, lang),
		Feeds: m.allFeeds("service", lang, "/services/"+s.ID+"/"), History: m.url(lang, "/history/"),
		Articles: m.about([]string{s.ID}, lang),
	}
	slices.Reverse(v.Done)
	if s.group != nil {
		v.Group = m.words(s.group.Name, lang)
	}
	return v
}
