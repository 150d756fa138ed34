package view

import (
	"time"

	"balie/content"
	"balie/content/desk"
)

// Deadline is an instant by which something was promised, and whether that is late: whoever
// promised it judges, since a promise counts by a calendar.
type Deadline struct {
	At    time.Time
	Late  bool
	Opens time.Time // where it has passed while the desk is closed: when the desk opens
}

// Owed is what is promised of one incident: the next update while it is open, by the policy and as
// staff named it, the postmortem when it is over. Zero: nothing.
type Owed struct{ Update, Named, Postmortem Due }

// Due is an instant by which something was promised, whether it is late by the desk's own clock,
// and when it will be if nothing happens: not before the desk is open again.
type Due struct {
	At     time.Time
	Late   bool
	Breaks time.Time
}

// OwedOf returns what the policy promises of an incident, and what staff named themselves.
func OwedOf(d *desk.Desk, i *content.Incident, now time.Time) Owed {
	var owed Owed
	for _, c := range d.Incident(i, now) {
		if !c.Open() || c.Due.IsZero() {
			continue
		}
		due := Due{At: c.Due, Late: c.Breached(), Breaks: c.BreachedFrom()}
		switch {
		case c.Policy == nil:
			owed.Named = due
		case c.Name == content.PostmortemDue:
			owed.Postmortem = due
		default:
			owed.Update = due
		}
	}
	return owed
}

// Next is when the next update comes: as staff named it, else by the policy; the policy's where
// that one alone is late.
func (o Owed) Next() Due {
	if o.Named.At.IsZero() || o.Update.Late && !o.Named.Late {
		return o.Update
	}
	return o.Named
}

// Deadline returns what a page says of it at an instant; nil where nothing was promised.
func (d Due) Deadline(now time.Time, zone *time.Location) *Deadline {
	if d.At.IsZero() {
		return nil
	}
	deadline := &Deadline{At: d.At.In(zone), Late: d.Late}
	if !d.Late && now.After(d.At) && !d.Breaks.IsZero() {
		deadline.Opens = d.Breaks.In(zone)
	}
	return deadline
}
