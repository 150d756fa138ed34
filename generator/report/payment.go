package report

import (
	"slices"
	"time"

	"balie/content"
	"balie/content/desk"
)

// What is wrong with a payment for a ticket.
const (
	answeredLate  = "late"           // the first answer came after what the paid lane promises
	notAnswered   = "overdue"        // it has not come yet, and should have
	belowPrice    = "below_price"    // no paid lane is as cheap
	otherCurrency = "other_currency" // no paid lane has a price in it
	wasFinished   = "finished"       // nothing was to be answered any more
	notMoved      = "not_moved"      // it was enough, and the ticket did not enter the lane by it
)

// paymentTable lists the payments of the last quarter that did not bring what was paid for, the
// newest first: what is wrong, and where an answer is late by when it was promised and when it
// came.
func (f *Facts) paymentTable() Table {
	t := Table{ID: "payments", Columns: []Column{
		timeColumn("paid"), textColumn("number"), textColumn("amount"), textColumn("reference"), wordColumn("problem", "payment"), timeColumn("due"), timeColumn("answer"), durationColumn("late_by"),
	}}
	from := f.ago(auditDays)
	var rows []listed
	for _, ticket := range f.Tickets {
		var bought bool // by an earlier payment
		for _, e := range ticket.Record.Events {
			if e.Kind != content.Paid || e.At.After(f.At) {
				continue
			}
			problem, clock := f.paymentProblem(ticket, e, bought)
			bought = bought || problem == "" || clock != nil
			if problem != "" && f.since(from, e.At) {
				rows = append(rows, listed{e.At, ticket.Record.Number, f.paymentCells(ticket, e, problem, clock)})
			}
		}
	}
	t.newestFirst(rows)
	return t
}

func (f *Facts) paymentCells(t *Ticket, e *content.Event, problem string, c *Clock) []Cell {
	due, answer, late := Cell{}, Cell{}, Cell{}
	if c != nil {
		end := c.Ended
		if c.Open() {
			end = f.At
		}
		due, answer, late = instant(c.Due), instant(c.Ended), span(end.Sub(c.Due))
	}
	return []Cell{instant(e.At), text(t.Record.Number), text(e.Data().Amount.String()), text(e.Data().Reference), text(problem), due, answer, late}
}

// paymentProblem returns what is wrong with a payment, or "", and the breached clock where that is
// what is wrong. A second payment for what was bought before brings nothing.
func (f *Facts) paymentProblem(t *Ticket, e *content.Event, bought bool) (problem string, breached *Clock) {
	lane, problem := paidLane(f.setup.PolicyAt(e.At), e.Data().Amount)
	switch state := t.Record.At(e.At).State; {
	case problem != "":
		return problem, nil
	case state == content.SolvedState || state == content.ClosedState || state == content.MergedState || state == content.SpamState:
		return wasFinished, nil
	case bought || !f.hasEntered(t, lane):
		return notMoved, nil
	}
	c := t.answerClock(e.At)
	switch {
	case c == nil || !c.Breached():
		return "", nil
	case c.State == desk.Overdue:
		return notAnswered, c
	}
	return answeredLate, c
}

// paidLane returns the dearest lane that an amount opens, or why it opens none.
func paidLane(p *content.Policy, amount content.Money) (lane, problem string) {
	if p == nil {
		return "", notMoved
	}
	problem, price := otherCurrency, int64(-1)
	for _, l := range p.Lanes {
		if l.Requires != "payment" || l.Price.Currency != amount.Currency {
			continue
		}
		if problem == otherCurrency {
			problem = belowPrice
		}
		if l.Price.Cents <= amount.Cents && l.Price.Cents > price {
			lane, problem, price = l.ID, "", l.Price.Cents
		}
	}
	return lane, problem
}

// hasEntered reports whether a ticket is in a lane, or was moved there.
func (f *Facts) hasEntered(t *Ticket, lane string) bool {
	return t.Lane == lane || slices.ContainsFunc(t.Record.Events, func(e *content.Event) bool {
		return e.Kind == content.LaneChange && e.Data().Lane == lane && !e.At.After(f.At)
	})
}

// answerClock returns the first clock of an answer that started at an instant or later, or nil.
func (t *Ticket) answerClock(from time.Time) *Clock {
	for i := range t.Clocks {
		c := &t.Clocks[i]
		if (c.Name == content.FirstResponse || c.Name == content.NextResponse) && !c.Started.Before(from) {
			return c
		}
	}
	return nil
}
