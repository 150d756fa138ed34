package view

import (
	"slices"
	"time"

	"balie/content"
	"balie/content/desk"
)

// promises returns what clocks promise, with times in the site's zone. Clocks without a due time
// are left out. A goal that has passed is left out too: a promise is late when its limit is missed.
func promises(clocks []desk.Clock, zone *time.Location) []Promised {
	var list []Promised
	for _, c := range clocks {
		if c.Due.IsZero() {
			continue
		}
		p := Promised{Promise: c.Promise.ID, Clock: c.Name, Strength: c.Promise.Strength, Due: c.Due.In(zone), Late: c.Breached(), Met: c.State == desk.Met}
		if !p.Late {
			p.Breaks = c.BreachedFrom()
		}
		if !c.GoalDue.IsZero() && c.State != desk.Late && !p.Late {
			p.Goal = c.GoalDue.In(zone)
		}
		list = append(list, p)
	}
	return list
}

// PromisedBy returns what a ticket is promised that is handed in by a form at an instant.
func PromisedBy(d *desk.Desk, setup *content.Setup, f *content.Form, channel string, at time.Time) []Promised {
	return promises(d.Promised(at, d.Begins(at, f.Lane), channel, f.ID), setup.Zone)
}

// TicketNow is how a ticket stands at a desk now, and what its requester is promised.
type TicketNow struct {
	content.TicketSnapshot
	Promised []Promised
	// Closes is when a rule closes it without word from its requester; zero where none does.
	Closes    time.Time
	MeantLane string     // the lane it enters on its evidence; "" where it is in it
	Reach     desk.Reach // whether mail reaches its requester
}

// TicketAt returns how a ticket stands at a desk at an instant, with times in the site's zone.
func TicketAt(d *desk.Desk, t *content.Ticket, tree *content.Tree, now time.Time) TicketNow {
	state := d.Ticket(t, tree, now)
	shown := TicketNow{
		TicketSnapshot: state.TicketSnapshot, Promised: pending(state.Clocks, tree.Zone),
		MeantLane: state.MeantLane, Reach: d.Reach(t, &state.TicketSnapshot),
	}
	if at := d.Closes(&state, now); at.After(now) {
		shown.Closes = at.In(tree.Zone)
	}
	return shown
}

// Running returns the promises of the clocks that run, an acknowledgement's among them.
func Running(clocks []desk.Clock, zone *time.Location) []Promised {
	return promises(slices.DeleteFunc(slices.Clone(clocks), func(c desk.Clock) bool { return !c.Open() }), zone)
}

// pending is Running without the acknowledgement: the page that shows it has the number.
func pending(clocks []desk.Clock, zone *time.Location) []Promised {
	return slices.DeleteFunc(Running(clocks, zone), func(p Promised) bool { return p.Clock == content.Acknowledgement })
}
