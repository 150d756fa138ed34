package desk

import (
	"cmp"
	"slices"
	"time"

	"balie/content"
)

// Action is an event that balie's rule writes. Its time is when it fell due, whenever it is
// written: at most one of a kind in a case at an instant.
type Action struct {
	Case       string // the case's directory
	Kind       content.Kind
	At         time.Time
	Resolution content.ResolvedAs // of solved and closed
	Answer     *content.Event     // of solved: the answer that met no reaction; nil where a question did

	Ticket *content.Ticket // nil in maintenance
}

// Due lists what balie's rule must have written by an instant and has not: reminders, the closing
// notice with which a ticket without reaction is solved, closings, and the states of maintenance
// that follow its plan. It is in order of time, then of cases.
//
// Nothing of a ticket is due whose requester can't be told, unless the policy says otherwise: see
// mayCloseFrom.
//
// What falls due after something that is due itself is listed too, so the answer does not depend on
// when and how often one asks.
func (d *Desk) Due(tree *content.Tree, now time.Time) []Action {
	var actions []Action
	for _, t := range tree.Tickets {
		actions = append(actions, d.ticketDue(t, tree, now)...)
	}
	for _, m := range tree.Maintenance {
		actions = append(actions, maintenanceDue(m, now)...)
	}
	slices.SortStableFunc(actions, func(a, b Action) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Case, b.Case)) })
	return actions
}

func (d *Desk) ticketDue(t *content.Ticket, all Lookup, now time.Time) []Action {
	l := d.timelineOf(t, all, now)
	c := closingPlan{d: d, t: t, until: now}
	snapshot := l.snapshotAt(now)
	c.plan(&snapshot, now)
	return c.actions
}

// Next is what balie's rule does next to a ticket if its requester does not react: a reminder, the
// closing notice or the closing. It may have fallen due already. Nil where nothing is to come.
func (d *Desk) Next(t *Ticket, now time.Time) *Action {
	c := closingPlan{d: d, t: t.Ticket, until: farFuture}
	c.plan(&t.TicketSnapshot, now)
	if len(c.actions) == 0 {
		return nil
	}
	return &c.actions[0]
}

// Closes returns when balie's rule closes a ticket if its requester does not react; zero where none
// does.
func (d *Desk) Closes(t *Ticket, now time.Time) time.Time {
	c := closingPlan{d: d, t: t.Ticket, until: farFuture}
	c.plan(&t.TicketSnapshot, now)
	for _, a := range c.actions {
		if a.Kind == content.Closed {
			return a.At
		}
	}
	return time.Time{}
}

// closingPlan collects the actions that close a ticket without reaction, up to an instant.
type closingPlan struct {
	d       *Desk
	t       *content.Ticket
	until   time.Time
	actions []Action
}

// plan adds the actions that follow a ticket's snapshot.
func (c *closingPlan) plan(snapshot *content.TicketSnapshot, now time.Time) {
	from := countedFrom(snapshot)
	if from == nil || !c.d.mayCloseFrom(from, c.t, snapshot) {
		return
	}
	switch snapshot.State {
	case content.Pending:
		c.planReminders(from.At, remindersSince(c.t.Events, from, now))
	case content.Open:
		c.planAnswered(from)
	case content.SolvedState:
		c.planClosing(from.At, snapshot.Resolution)
	}
}

// countedFrom returns the event from which days are counted: the question or the answer to which
// the requester owes a reaction, or what made the ticket solved. It is nil where none are, as while
// the ticket closes without an event.
func countedFrom(s *content.TicketSnapshot) *content.Event {
	switch {
	case s.State == content.Pending && s.Owes == content.OwesRequester:
		return s.Asked
	case s.State == content.Open && s.Owes == content.OwesRequester:
		return s.Answered
	case s.State == content.SolvedState && s.ClosesAt.IsZero():
		return s.Solved
	}
	return nil
}

func (c *closingPlan) add(kind content.Kind, at time.Time, as content.ResolvedAs) {
	c.actions = append(c.actions, Action{Case: c.t.Dir, Kind: kind, At: at, Resolution: as, Ticket: c.t})
}

// dueAfter returns closing time of the n-th working day after an event, by the version in force
// then. due is false without such a rule, or where that time is yet to come.
func (c *closingPlan) dueAfter(from time.Time, days func(*content.Closing) int) (at time.Time, due bool) {
	v := c.d.versionAt(from)
	if v == nil || v.Closing == nil || days(v.Closing) <= 0 {
		return time.Time{}, false
	}
	at = v.mainCalendar.closingAfter(from, days(v.Closing))
	return at, !at.IsZero() && !at.After(c.until)
}

// planReminders adds the reminders of a question after those that were sent, and the closing
// notice.
func (c *closingPlan) planReminders(asked time.Time, reminded int) {
	notice, isDue := c.dueAfter(asked, func(r *content.Closing) int { return r.Notice })
	reminders := c.reminderTimes(asked)
	for _, at := range reminders[min(reminded, len(reminders)):] {
		if notice.IsZero() || at.Before(notice) {
			c.add(content.Reminder, at, "")
		}
	}
	if isDue {
		c.add(content.Solved, notice, "no_reaction")
		c.planClosing(notice, "no_reaction")
	}
}

// planAnswered adds the closing notice after an answer, and the closing.
func (c *closingPlan) planAnswered(answer *content.Event) {
	if at, isDue := c.dueAfter(answer.At, func(r *content.Closing) int { return r.Answered }); isDue {
		c.add(content.Solved, at, "no_reaction")
		c.actions[len(c.actions)-1].Answer = answer
		c.planClosing(at, "no_reaction")
	}
}

// reminderTimes returns when each reminder that is due was due, each later than the one before.
func (c *closingPlan) reminderTimes(asked time.Time) []time.Time {
	v := c.d.versionAt(asked)
	if v == nil || v.Closing == nil {
		return nil
	}
	var instants []time.Time
	for i := range v.Closing.Reminders {
		at, isDue := c.dueAfter(asked, func(r *content.Closing) int { return r.Reminders[i] })
		if isDue && (len(instants) == 0 || at.After(instants[len(instants)-1])) {
			instants = append(instants, at)
		}
	}
	return instants
}

// planClosing adds the closing of a ticket that was solved and met no reaction.
func (c *closingPlan) planClosing(solved time.Time, as content.ResolvedAs) {
	if at, isDue := c.dueAfter(solved, func(r *content.Closing) int { return r.Close }); isDue {
		c.add(content.Closed, at, as)
	}
}

// remindersSince counts the reminders after a question, whoever wrote them.
func remindersSince(events []*content.Event, asked *content.Event, now time.Time) int {
	n := 0
	for _, e := range events[slices.Index(events, asked)+1:] {
		if e.Kind == content.Reminder && !e.At.After(now) {
			n++
		}
	}
	return n
}

// maintenanceDue lists the states that an automatic maintenance went through and nobody wrote down.
func maintenanceDue(m *content.Maintenance, now time.Time) []Action {
	if !m.Automatic {
		return nil
	}
	byHand := *m
	byHand.Automatic = false
	written, planned := byHand.At(now), m.At(now)
	act := func(kind content.Kind, at time.Time) Action {
		return Action{Case: m.Dir, Kind: kind, At: at}
	}
	var actions []Action
	if written.Status == content.Scheduled && !planned.Started.IsZero() {
		actions = append(actions, act(content.InProgress, planned.Planned.Start))
	}
	if written.Status != content.Completed && planned.Status == content.Completed {
		actions = append(actions, act(content.Completed, planned.Planned.End))
	}
	return actions
}
