package report

import (
	"cmp"
	"slices"
	"time"

	"balie/content"
	"balie/content/desk"
)

// Step is what balie's rule does to a ticket if nobody does anything before.
type Step struct {
	What  string // reminder, notice or closing
	At    time.Time
	Since time.Time // when it was asked, answered or solved
}

// The steps.
const (
	reminder = "reminder"
	notice   = "notice"
	closing  = "closing"
)

// next is the next step of a ticket; nil where there is none.
func (g *gatherer) next(q *desk.Ticket) *Step {
	action := g.desk.Next(q, g.now)
	if action == nil {
		return nil
	}
	switch {
	case action.Kind == content.Closed:
		return &Step{closing, action.At, q.Solved.At}
	case action.Answer != nil:
		return &Step{notice, action.At, action.Answer.At}
	case action.Kind == content.Solved:
		return &Step{notice, action.At, q.Asked.At}
	}
	return &Step{reminder, action.At, q.Asked.At}
}

// closingTable lists the tickets that close by rule if nobody does anything, with what falls due
// next of each, the soonest first. Where that has fallen due already it is late by the clock on the
// wall.
func (f *Facts) closingTable() Table {
	t := Table{ID: "closing_due", Columns: []Column{
		timeColumn("due"), wordColumn("step", "step"), textColumn("number"), textColumn("subject"), textColumn("assignee"), timeColumn("since"), durationColumn("late_by"),
	}}
	var all []*Ticket
	for _, ticket := range f.Tickets {
		if ticket.Next != nil {
			all = append(all, ticket)
		}
	}
	slices.SortStableFunc(all, func(a, b *Ticket) int {
		return cmp.Or(a.Next.At.Compare(b.Next.At), cmp.Compare(a.Record.Number, b.Record.Number))
	})
	for _, ticket := range all {
		next, late := ticket.Next, Cell{}
		if next.At.Before(f.At) {
			late = span(f.At.Sub(next.At))
		}
		t.add(instant(next.At), text(next.What), text(ticket.Record.Number), text(ticket.Record.Subject), text(ticket.Assignee), instant(next.Since), late)
	}
	return t
}
