package site

import (
	"fmt"
	"slices"
	"strconv"
)

// monthCases are the cases of one month, by the date of their directory: it does not move, whatever
// is written into them.
type monthCases struct {
	month       month
	incidents   []*incident
	maintenance []*maintenance
}

// byMonth groups the cases that have begun, newest month first.
func (m *Plan) byMonth() []*monthCases {
	found := map[month]*monthCases{}
	in := func(id string) *monthCases {
		at := dirMonth(id)
		if found[at] == nil {
			found[at] = &monthCases{month: at}
		}
		return found[at]
	}
	for _, f := range m.incidents {
		c := in(f.Incident.ID)
		c.incidents = append(c.incidents, f)
	}
	for _, f := range m.maintenance {
		c := in(f.Maintenance.ID)
		c.maintenance = append(c.maintenance, f)
	}
	var list []*monthCases
	for _, c := range found {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b *monthCases) int { return int(b.month - a.month) })
	return list
}

// dirMonth is the month of an id: 2026/1120-payments is of November 2026.
func dirMonth(id string) month {
	if len(id) < 7 {
		return 0
	}
	year, _ := strconv.Atoi(id[:4])
	mon, _ := strconv.Atoi(id[5:7])
	return month(year*12 + mon - 1)
}

func (m month) path() string { return fmt.Sprintf("/history/%04d/%02d/", int(m)/12, int(m)%12+1) }

func (m *Plan) crumbs(id, lang string) Crumbs {
	at := dirMonth(id)
	return Crumbs{m.url(lang, "/"), at.start(m.Tree.Zone), m.url(lang, at.path())}
}

// history plans the page of each month and their index.
func (m *Plan) history(lang string) {
	for i, c := range m.months {
		var newer, older *monthCases
		if i > 0 {
			newer = m.months[i-1]
		}
		if i+1 < len(m.months) {
			older = m.months[i+1]
		}
		m.add(lang, c.month.path(), Page{Layout: "month", Nav: "status", Sources: c.sources(newer, older)}, func() any { return m.monthView(c, newer, older, lang) })
	}
	m.add(lang, "/history/", Page{Layout: "history", Nav: "status"}, func() any { return m.historyView(lang) })
}

// sources are the cases of a month, and which months are beside it.
func (c *monthCases) sources(newer, older *monthCases) Sources {
	var numbers []uint64
	for _, beside := range []*monthCases{newer, older} {
		if beside == nil {
			beside = &monthCases{}
		}
		numbers = append(numbers, uint64(beside.month))
	}
	for _, f := range c.incidents {
		numbers = append(numbers, f.number)
	}
	for _, f := range c.maintenance {
		numbers = append(numbers, f.number)
	}
	return sourcesOf(numbers...)
}

func (m *Plan) monthView(c, newer, older *monthCases, lang string) Month {
	v := Month{Month: c.month.start(m.Tree.Zone), Index: m.url(lang, "/history/"), Incidents: m.incidentRows(c.incidents, lang)}
	v.Maintenance = m.maintenanceRows(c.maintenance, lang)
	slices.SortStableFunc(v.Maintenance, func(a, b MaintenanceRow) int { return b.Planned.Start.Compare(a.Planned.Start) })
	v.Newer, v.Older = m.monthLink(newer, lang), m.monthLink(older, lang)
	return v
}

func (m *Plan) monthLink(c *monthCases, lang string) *MonthLink {
	if c == nil {
		return nil
	}
	return &MonthLink{c.month.start(m.Tree.Zone), m.url(lang, c.month.path())}
}

func (m *Plan) historyView(lang string) History {
	v := History{Feeds: m.allFeeds("history", lang, "/")}
	now := monthOf(m.today.In(m.Tree.Zone))
	for _, c := range m.months {
		at := c.month.start(m.Tree.Zone)
		if n := len(v.Years); n == 0 || v.Years[n-1].Year != at.Year() {
			v.Years = append(v.Years, HistoryYear{Year: at.Year()})
		}
		year := &v.Years[len(v.Years)-1]
		year.Months = append(year.Months, HistoryMonth{at, m.url(lang, c.month.path()), len(c.incidents), len(c.maintenance), c.month > now})
	}
	return v
}
