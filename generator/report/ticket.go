package report

import (
	"time"

	"balie/content"
	"balie/content/desk"
)

// Ticket is what is known of one ticket at an instant. Instants are zero where there is none.
type Ticket struct {
	Record   *content.Ticket
	State    content.TicketState
	Ended    content.ResolvedAs // of solved and closed
	Owes     content.Owes
	Lane     string
	Assignee string
	Since    time.Time // while a message waits for an answer: its place in the queue

	Received time.Time // its first event
	Arrived  time.Time // the requester's first message
	First    *Response // nil as long as there is none
	Turns    []Turn
	Moments  []Moment // in order
	Pauses   []Pause  // in order
	Clocks   []Clock  // in order of their start, cancelled ones left out
	Next     *Step    // that follows if nobody does anything; nil where none does

	stays   []stay    // in which lane and how demoted it was, where that changed
	settled time.Time // from when on all this stays as it is; zero: it may change
}

// Spam reports whether it counts nowhere.
func (t *Ticket) Spam() bool { return t.State == content.SpamState }

// Counts reports whether it is in denominators: not spam, nor out of scope.
func (t *Ticket) Counts() bool { return !t.Spam() && t.Ended != "out_of_scope" }

// Waiting reports whether a message of the requester has no whole answer.
func (t *Ticket) Waiting() bool { return !t.Since.IsZero() }

// Response is a first response, and how long it took.
type Response struct {
	At      time.Time
	Working time.Duration
}

// Turn is a wait for the desk.
type Turn struct {
	From     time.Time      // when it began to wait
	Since    time.Time      // the message by which it stands in the queue
	First    *content.Event // the first response in it, which may be a partial one
	To       time.Time      // when nothing waited any more
	Answered bool           // it was ended by a person's response, or by staff's word that it is solved
	Reason   string         // that staff gave while it lasted, for passing it on or to another lane
}

// Moment is something that happened to a ticket and is counted or told.
type Moment struct {
	What Happening
	At   time.Time
	By   *content.Event
}

// Happening is what a moment is.
type Happening byte

// The happenings. A closing by rule is one that nobody had to do.
const (
	WasSolved Happening = iota
	WasReopened
	WasClosedByRule
	WasRated
	WasDemoted
)

// Pause is a time in which somebody else owed the next move because staff asked or put it on hold, or in which a clock stood still.
type Pause struct {
	From, To time.Time
	Why      desk.PauseReason
	By       *content.Event // what began it, or nil
	Counted  []*content.Promise
}

// Clock is a promise's clock: how it stands and when that was decided.
type Clock struct {
	Promise *content.Promise
	Name    content.ClockName
	State   desk.ClockState
	Due     time.Time
	Ended   time.Time
}

// Open reports whether it has not ended.
func (c *Clock) Open() bool { return c.Ended.IsZero() }

// Breached reports whether it is overdue or was missed.
func (c *Clock) Breached() bool { return c.State == desk.Overdue || c.State == desk.Missed }

// ticket notes a ticket; nil where it has not begun, whatever others may have brought to it already.
func (g *gatherer) ticket(record *content.Ticket) *Ticket {
	if len(record.Events) == 0 || record.Events[0].At.After(g.now) {
		return nil
	}
	q := g.desk.Ticket(record, g.tree, g.now)
	if q.State == content.NotYet {
		return nil
	}
	t := &Ticket{Record: record, State: q.State, Ended: q.Resolution, Owes: q.Owes, Lane: q.Lane, Assignee: q.Assignee, Received: q.Received}
	if waits(&q.Standing) {
		t.Since = q.Since
	}
	w := walk{t: t, office: g.office, evidence: q.Evidence}
	if g.involved(record) {
		g.probe(record, &w)
	} else {
		record.Until(g.now, w.event)
		t.settled = settledAt(record, &q)
	}
	t.clocks(q.Clocks)
	t.Next = g.next(&q)
	return t
}

// settledAt is from when on nothing can happen to a ticket that stands by itself any more.
func settledAt(record *content.Ticket, q *desk.Ticket) time.Time {
	if !q.Finished() || q.Events < len(record.Events) {
		return time.Time{}
	}
	for i := range q.Clocks {
		if q.Clocks[i].Open() {
			return time.Time{}
		}
	}
	return q.LastEvent
}

// clocks notes the clocks, and which of them stood still when.
func (t *Ticket) clocks(clocks []desk.Clock) {
	for i := range clocks {
		c := &clocks[i]
		if c.State == desk.Cancelled {
			continue
		}
		t.Clocks = append(t.Clocks, Clock{c.Promise, c.Name, c.State, c.Due, c.Ended})
		for _, p := range c.Pauses {
			t.paused(p, c.Promise)
		}
	}
}

// paused adds to the pause that an event began that a clock stood still by it.
func (t *Ticket) paused(p desk.Pause, promise *content.Promise) {
	for i := range t.Pauses {
		if own := &t.Pauses[i]; own.By == p.Event && own.Why == p.Why {
			own.Counted = append(own.Counted, promise)
			return
		}
	}
	t.Pauses = append(t.Pauses, Pause{p.From, p.To, p.Why, p.Event, []*content.Promise{promise}})
}
