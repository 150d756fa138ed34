package site

import (
	"slices"

	"balie/content"
)

type serviceKey struct {
	common uint64
	lang   string
	id     string
	today  content.Date
	rows   string
}

func (m *plan) service(lang string) {
	for _, s := range m.services {
		path := "/services/" + s.ID + "/"
		rows := append(append(append(serials{}, s.rows...), s.state...), s.mark()...)
		m.add(lang, path, Page{
			Layout: "service", Nav: "status", Feed: path,
			Key: serviceKey{m.common.serial, lang, s.ID, m.today, string(rows)}, View: func() any { return m.serviceView(s, lang) },
		})
	}
}

func (m *plan) serviceView(s *service, lang string) Service {
	v := Service{
		Name: m.words(s.Name, lang), Description: m.words(s.Description, lang), State: s.state, Bar: s.bar(m.today, m.Tree.Zone),
		Open: m.incidentRows(s.open, lang), Past: m.incidentRows(s.past, lang), Planned: m.maintenanceRows(s.ahead, lang), Done: m.maintenanceRows(s.done, lang),
		Feeds: m.allFeeds("service", lang, "/services/"+s.ID+"/"), History: m.url(lang, "/history/"),
	}
	slices.Reverse(v.Done)
	if s.group != nil {
		v.Group = m.words(s.group.Name, lang)
	}
	return v
}
