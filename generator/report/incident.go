package report

import (
	"cmp"
	"slices"
	"time"

	"balie/content"
	"balie/content/desk"
)

// Incident is what is known of one public incident at an instant.
type Incident struct {
	Record *content.Incident
	Clocks []Clock // of its updates and its postmortem, cancelled ones left out

	finished time.Time // an instant from which on nothing of this changes; zero: not known
}

// incident notes an incident; nil for one that has not begun, or that only staff know of.
func (g *gatherer) incident(record *content.Incident) *Incident {
	if !record.Public() || len(record.Events) == 0 || record.Events[0].At.After(g.now) {
		return nil
	}
	i := &Incident{Record: record}
	if !record.Events[len(record.Events)-1].At.After(g.now) {
		i.finished = g.now
	}
	for _, c := range g.desk.Incident(record, g.now) {
		if c.Open() {
			i.finished = time.Time{}
		}
		if c.State != desk.Cancelled {
			i.Clocks = append(i.Clocks, Clock{c.Promise, c.Name, c.State, c.Started, c.Due, c.Ended})
		}
	}
	return i
}

// Owed is an update or a postmortem of an incident that has yet to come.
type Owed struct {
	Incident *content.Incident
	Clock
}

// owed are what incidents wait for, what is due first first.
func (f *Facts) owed() []Owed {
	var all []Owed
	for _, i := range f.Incidents {
		for _, c := range i.Clocks {
			if c.Open() {
				all = append(all, Owed{i.Record, c})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Owed) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Incident.Dir, b.Incident.Dir)) })
	return all
}

// incidentTable lists the updates and postmortems that are due and overdue, with how long each is
// late by the clock on the wall.
func (f *Facts) incidentTable() Table {
	t := Table{ID: "incidents_owed", Columns: []Column{
		textColumn("incident"), textColumn("title"), wordColumn("clock", "clock"), textColumn("promise"), wordColumn("state", "clock_state"), timeColumn("due"), durationColumn("late_by"),
	}}
	for _, o := range f.owed() {
		var late Cell
		if o.Breached() {
			late = span(f.At.Sub(o.Due))
		}
		title, _ := o.Incident.Title.In(f.setup.Site.Source(), f.setup.Site.Source())
		t.add(text(o.Incident.ID), text(title), text(string(o.Name)), text(o.Promise.ID), text(string(o.State)), instant(o.Due), late)
	}
	return t
}
