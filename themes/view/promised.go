package view

import (
	"slices"
	"time"

	"balie/content"
	"balie/content/desk"
)

// promises are clocks as people are told of them, with times in the site's zone; clocks without a due time are left out.
// A goal that has passed is told no more, since its limit still holds: late is what the limit has missed.
func promises(clocks []desk.Clock, zone *time.Location) []Promised {
	var list []Promised
	for _, c := range clocks {
		if c.Due.IsZero() {
			continue
		}
		p := Promised{Promise: c.Promise.ID, Clock: c.Name, Strength: c.Promise.Strength, Due: c.Due.In(zone), Late: c.Breached(), Met: c.State == desk.Met}
		if !p.Late {
			p.Breaks = c.Breaks()
		}
		if !c.GoalDue.IsZero() && c.State != desk.Late && !p.Late {
			p.Goal = c.GoalDue.In(zone)
		}
		list = append(list, p)
	}
	return list
}

// Beforehand is what a ticket is promised that is handed in by a form at an instant.
func Beforehand(d *desk.Desk, setup *content.Setup, f *content.Form, channel string, at time.Time) []Promised {
	return promises(d.Promised(at, d.Begins(at, f.Lane), channel, f.ID), setup.Zone)
}

// Standing is how a ticket stands at a desk, with all that other tickets and the lanes mean for it, and what its requester is promised.
type Standing struct {
	content.Standing
	Promised []Promised
}

// Stands is a ticket's standing, with times in the site's zone.
func Stands(t desk.Ticket, zone *time.Location) Standing {
	return Standing{t.Standing, pending(t.Clocks, zone)}
}

// Running are the clocks that have started and still run, an acknowledgement's too.
func Running(clocks []desk.Clock, zone *time.Location) []Promised {
	return promises(slices.DeleteFunc(slices.Clone(clocks), func(c desk.Clock) bool { return !c.Open() }), zone)
}

// pending are a ticket's clocks that still run, as its requester is told of them: the number is on the page that says so.
func pending(clocks []desk.Clock, zone *time.Location) []Promised {
	return slices.DeleteFunc(Running(clocks, zone), func(p Promised) bool { return p.Clock == content.Acknowledgement })
}
