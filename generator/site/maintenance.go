package site

import (
	"slices"

	"balie/content"
)

func (m *Plan) maintenanceView(f *maintenance, lang string) Maintenance {
	v := Maintenance{
		Title: m.words(f.Title, lang), Crumbs: m.crumbs(f.Maintenance.ID, lang), Status: f.Status, Services: m.states(f.Course.Services, lang),
		Planned: *m.plannedOf(&f.Course.Planned), Started: m.zoned(f.Started), Ended: m.zoned(f.Ended),
		Feeds: m.caseFeeds("maintenance", lang, f.path), Calendar: m.url(lang, "/"+calendarFile),
	}
	for _, e := range slices.Backward(f.Updates) {
		v.Updates = append(v.Updates, m.update(e, m.body(&f.caseFacts, e, lang), lang))
	}
	tellYears(v.Updates)
	return v
}

func (m *Plan) maintenanceRow(f *maintenance, lang string) MaintenanceRow {
	r := MaintenanceRow{
		Title: m.words(f.Title, lang), URL: m.url(lang, f.path), Status: f.Status, Services: m.names(f.Course.Services, lang),
		Planned: *m.plannedOf(&f.Course.Planned), Started: m.zoned(f.Started), Ended: m.zoned(f.Ended),
	}
	if last := f.lastWithText(); last != nil {
		body := m.body(&f.caseFacts, last, lang)
		r.Body = &body
	}
	return r
}

// lastWithText is the newest update that has a text, or nil.
func (f *maintenance) lastWithText() *content.Event {
	for _, e := range slices.Backward(f.Updates) {
		if e.Body != "" {
			return e
		}
	}
	return nil
}

// maintenanceRows are the newest first, or in order where they lie ahead.
func (m *Plan) maintenanceRows(list []*maintenance, lang string) []MaintenanceRow {
	rows := make([]MaintenanceRow, len(list))
	for i, f := range list {
		rows[i] = m.maintenanceRow(f, lang)
	}
	return rows
}
