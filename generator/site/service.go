package site

import (
	"slices"
)

func (m *Plan) service(lang string) {
	for _, s := range m.services {
		path := "/services/" + s.ID + "/"
		m.add(lang, path, Page{Layout: "service", Nav: "status", Feed: path, Sources: m.serviceSources(s)}, func() any { return m.serviceView(s, lang) })
	}
}

// serviceSources are the day, the months that have a page, and the cases that a service's page
// shows.
func (m *Plan) serviceSources(s *service) Sources {
	numbers := []uint64{uint64(m.days[len(m.days)-1].from.Unix())}
	for _, c := range m.months {
		numbers = append(numbers, uint64(c.month))
	}
	return sourcesOf(append(append(numbers, 0), numbersOf(s.cases)...)...)
}

func (m *Plan) serviceView(s *service, lang string) Service {
	v := Service{
		Name: m.words(s.Name, lang), Description: m.words(s.Description, lang), State: s.state, Bar: m.bar(s, lang), Days: m.serviceDays(s, lang),
		Open: m.incidentRows(s.open, lang), Planned: m.maintenanceRows(s.ahead, lang), Year: m.year(s, lang),
		Feeds: m.allFeeds("service", lang, "/services/"+s.ID+"/"), History: m.url(lang, "/history/"),
		Articles: m.about([]string{s.ID}, lang),
	}
	for _, d := range m.days[len(m.days)-barDays:] {
		v.Dates = append(v.Dates, d.from)
	}
	if s.group != nil {
		v.Group = m.words(s.group.Name, lang)
	}
	return v
}

// serviceDays lists the days of the bar on which something was.
func (m *Plan) serviceDays(s *service, lang string) []ServiceDay {
	var list []ServiceDay
	first := len(s.days) - barDays
	for i, d := range slices.Backward(s.days[first:]) {
		if len(d.spells) == 0 {
			continue
		}
		one := ServiceDay{Day: m.days[first+i].from, N: i, Spells: slices.Clone(d.spells)}
		for i, s := range one.Spells {
			if s.GoesOn {
				one.Spells[i].Time = 0 // else the page would be another at each build
			}
		}
		for _, f := range d.cases {
			title := m.words(f.title, lang)
			one.Cases = append(one.Cases, Link{title.Text, m.url(lang, f.path), title.Lang})
		}
		list = append(list, one)
	}
	return list
}

// year lists a service's months.
func (m *Plan) year(s *service, lang string) []ServiceMonth {
	var list []ServiceMonth
	for to := len(m.days); to > 0; {
		month := monthOf(m.days[to-1].from)
		from := to - m.days[to-1].from.Day()
		if one := m.serviceMonth(s, month, from, to, lang); one.Availability >= 0 || len(one.Incidents)+len(one.Maintenance) > 0 {
			list = append(list, one)
		}
		to = from
	}
	return list
}

// serviceMonth is the month of the days from one up to another.
func (m *Plan) serviceMonth(s *service, month month, from, to int, lang string) ServiceMonth {
	known := min(to, len(m.days)-1) // today is not over
	v := ServiceMonth{
		Month: month.start(m.Tree.Zone), Bands: bandsOf(s.days[from:to]), Availability: availability(s.days[from:known], m.days[from:known]),
		Incidents:   m.incidentRows(ofMonth(s.past, month, func(f *incident) string { return f.Incident.ID }), lang),
		Maintenance: m.maintenanceRows(ofMonth(s.done, month, func(f *maintenance) string { return f.Maintenance.ID }), lang),
	}
	slices.Reverse(v.Maintenance)
	if slices.ContainsFunc(m.months, func(c *monthCases) bool { return c.month == month }) {
		v.URL = m.url(lang, month.path())
	}
	return v
}

// ofMonth are the cases whose directory is of a month.
func ofMonth[F any](list []F, at month, id func(F) string) []F {
	var of []F
	for _, f := range list {
		if dirMonth(id(f)) == at {
			of = append(of, f)
		}
	}
	return of
}
