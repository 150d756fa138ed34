package site

import (
	"slices"
)

func (m *plan) maintenanceView(f *maintenance, lang string) Maintenance {
	v := Maintenance{
		Title: m.words(f.Title, lang), Crumbs: m.crumbs(f.Maintenance.ID, lang), Status: f.Status, Services: m.states(f.Course.Services, lang),
		Planned: *m.plannedOf(&f.Course.Planned), Started: m.zoned(f.Started), Ended: m.zoned(f.Ended),
		Feeds: m.caseFeeds("maintenance", lang, f.path),
	}
	for i, e := range slices.Backward(f.Updates) {
		v.Updates = append(v.Updates, m.update(e, m.prose(&f.story, i, lang), lang))
	}
	tellYears(v.Updates)
	return v
}

func (m *plan) maintenanceRow(f *maintenance, lang string) MaintenanceRow {
	r := MaintenanceRow{
		Title: m.words(f.Title, lang), URL: m.url(lang, f.path), Status: f.Status, Services: m.names(f.Course.Services, lang),
		Planned: *m.plannedOf(&f.Course.Planned), Started: m.zoned(f.Started), Ended: m.zoned(f.Ended),
	}
	if said := f.lastSaid(); said >= 0 {
		body := m.prose(&f.story, said, lang)
		r.Body = &body
	}
	return r
}

// lastSaid is the newest update that has a text, or -1.
func (f *maintenance) lastSaid() int {
	for i, e := range slices.Backward(f.Updates) {
		if e.Body != "" {
			return i
		}
	}
	return -1
}

// maintenanceRows are the newest first, or in order where they lie ahead.
func (m *plan) maintenanceRows(list []*maintenance, lang string) []MaintenanceRow {
	rows := make([]MaintenanceRow, len(list))
	for i, f := range list {
		rows[i] = m.maintenanceRow(f, lang)
	}
	return rows
}
