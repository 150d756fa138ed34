package site

import (
	"slices"
	"time"

	"balie/content"
	"balie/themes/view"
)

// caseFacts are what all incidents and maintenance have: what was said of them. They are the same
// value from one plan to the next while what they are made from is the same and nothing of it hangs
// on the time that has gone by.
type caseFacts struct {
	number  uint64 // no other facts have it
	path    string // /incidents/2026/1120-payments/
	title   content.Text
	events  []*content.Event // public ones that have happened, oldest first
	last    time.Time        // the newest
	months  []month          // in which there are any
	spans   []content.Span
	planned *content.Planned // of a maintenance
	dates   []commitDates    // of the files of all its events
	from    time.Time        // when this was derived
	until   time.Time        // when it is to be derived anew
}

// commitDates are when a file was first and last changed, by git.
type commitDates struct{ first, last time.Time }

// incident is what is derived of one incident.
type incident struct {
	*content.Incident
	content.Progress
	caseFacts
	owed     view.Owed
	linked   int // tickets that say that they have it too
	reported int // and with them those who left no message
}

// maintenance is the same of a maintenance.
type maintenance struct {
	*content.Maintenance
	content.Course
	caseFacts
}

// newCaseFacts returns the facts of the events that have happened.
func (p *Planner) newCaseFacts(m *Plan, dir string, title content.Text, events []*content.Event, spans []content.Span, dates []commitDates) caseFacts {
	f := caseFacts{number: p.numbers.Add(1), path: "/" + dir + "/", title: title, events: events, spans: spans, dates: dates, from: m.Now}
	for _, e := range events {
		f.last = later(f.last, e.At)
		f.months = addMonth(f.months, monthOf(m.zoned(e.At)))
	}
	return f
}

// hold reports whether the facts hold now, and with what git says.
func (f *caseFacts) hold(now time.Time, dates []commitDates) bool {
	return !now.Before(f.from) && now.Before(f.until) && slices.Equal(f.dates, dates)
}

// datesOf returns the commit dates of a case's events and their translations, which pages and feeds
// show.
func (m *Plan) datesOf(events []*content.Event) []commitDates {
	if m.Committed == nil {
		return nil
	}
	dates := make([]commitDates, 0, len(events)*len(m.Tree.Site.Languages))
	add := func(path string) {
		first, last := m.Committed(path)
		dates = append(dates, commitDates{first, last})
	}
	for _, e := range events {
		add(e.Path)
		for _, lang := range m.Tree.Site.Languages[1:] {
			if t := e.Translations[lang]; t != nil {
				add(t.Path)
			}
		}
	}
	return dates
}

// deriveIncidents brings the facts of all incidents to the plan's now. Facts of records that are
// gone are dropped.
func (p *Planner) deriveIncidents(m *Plan) {
	facts := make([]*incident, len(m.Tree.Incidents))
	content.OnAllCores(len(facts), func(i int) { facts[i] = p.incident(m, m.Tree.Incidents[i]) })
	p.incidents = make(map[*content.Incident]*incident, len(facts))
	for _, f := range facts {
		p.incidents[f.Incident] = f
		if len(f.Updates) == 0 { // not yet
			continue
		}
		m.all = append(m.all, f)
		if !f.Public() {
			continue
		}
		m.incidents = append(m.incidents, f)
		if f.Open {
			m.open = append(m.open, f)
		}
	}
	slices.SortStableFunc(m.open, func(a, b *incident) int { return content.CompareWorst(a.Progress, b.Progress) })
}

// incident returns the facts of a record: those of the last plan while they hold. It is called by
// many at once.
func (p *Planner) incident(m *Plan, record *content.Incident) *incident {
	linked, dates := len(m.Tree.Linked(record.ID)), m.datesOf(record.Events)
	if f := p.incidents[record]; f != nil && f.linked == linked && f.hold(m.Now, dates) {
		return f
	}
	f := &incident{Incident: record, Progress: record.At(m.Now), linked: linked}
	f.reported = linked + f.Progress.Reports
	f.caseFacts = p.newCaseFacts(m, record.Dir, record.Title, f.Updates, record.Spans(m.Now), dates)
	f.owed = m.owes(f)
	ahead := future(record.Events, m.Now)
	for _, due := range []view.Due{f.owed.Named, f.owed.Update, f.owed.Postmortem} {
		ahead = append(ahead, after(due.At), due.Breaks)
	}
	f.until = next(m.Now, ahead...)
	return f
}

// owes is what is promised of an incident. Where nobody knows the promises, it is what staff named,
// by the clock on the wall.
func (m *Plan) owes(f *incident) view.Owed {
	switch at := f.NextUpdate; {
	case m.Owed != nil:
		return m.Owed(f.Incident, f.Progress)
	case !at.IsZero():
		return view.Owed{Named: view.Due{At: at, Late: m.Now.After(at), Breaks: after(at)}}
	}
	return view.Owed{}
}

// deriveMaintenance brings the facts of all maintenance to the plan's now.
func (p *Planner) deriveMaintenance(m *Plan) {
	facts := make(map[*content.Maintenance]*maintenance, len(m.Tree.Maintenance))
	for _, record := range m.Tree.Maintenance {
		f, dates := p.maintenance[record], m.datesOf(record.Events)
		if f == nil || !f.hold(m.Now, dates) {
			f = p.newMaintenance(m, record, dates)
		}
		facts[record] = f
		m.maintenance = append(m.maintenance, f)
		switch {
		case f.Active():
			m.active = append(m.active, f)
		case f.Status == content.Scheduled && f.Course.Planned.End.After(m.Now):
			m.planned = append(m.planned, f)
		}
	}
	p.maintenance = facts
	slices.SortStableFunc(m.planned, func(a, b *maintenance) int { return a.Course.Planned.Start.Compare(b.Course.Planned.Start) })
}

func (p *Planner) newMaintenance(m *Plan, record *content.Maintenance, dates []commitDates) *maintenance {
	f := &maintenance{Maintenance: record, Course: record.At(m.Now)}
	f.caseFacts = p.newCaseFacts(m, record.Dir, record.Title, f.Updates, record.Spans(m.Now), dates)
	f.planned = &f.Course.Planned
	f.until = next(m.Now, append(future(record.Events, m.Now), f.Course.Planned.Start, f.Course.Planned.End)...)
	return f
}
