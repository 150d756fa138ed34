package report

import (
	"slices"
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
	Since    time.Time // while a message waits for an answer: the time that orders it in the queue

	Received time.Time // its first event
	Arrived  time.Time // the requester's first message
	First    *Response // nil as long as there is none
	Turns    []Turn
	Moments  []Moment // in order
	Pauses   []Pause  // in order
	Clocks   []Clock  // in order of their start, cancelled ones left out
	Next     *Step    // that follows if nobody does anything; nil where none does

	demotedUntil time.Time // while it goes behind the others of its lane
	finished     time.Time // from when on nothing of this changes; zero: something may
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
	First    *content.Event // the first response in it, which may be a partial one
	Answer   time.Time      // when that came
	To       time.Time      // when nothing waited any more
	Answered bool           // a person's response ended it, or staff's word that it is solved
	Reason   string         // that staff gave while it lasted, for passing it on or to another lane

	positions []queuePosition // its positions in the queue, in order of time
}

// queuePosition is what orders a ticket in the queue from an instant on.
type queuePosition struct {
	from    time.Time
	lane    string
	since   time.Time
	demoted time.Time // until when it goes behind others; zero: behind nobody
}

// Moment is something that happened to a ticket and is counted or listed.
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

// Pause is a time in which somebody else owed the next move because staff asked or put it on hold,
// or in which a clock was paused.
type Pause struct {
	From, To time.Time
	Why      desk.PauseReason
	By       *content.Event // what began it, or nil
	Counted  []*content.Promise
}

// Clock is a promise's clock: its state, and when that was decided.
type Clock struct {
	Promise *content.Promise
	Name    content.ClockName
	State   desk.ClockState
	Started time.Time
	Due     time.Time
	Ended   time.Time
}

// Open reports whether it has not ended.
func (c *Clock) Open() bool { return c.Ended.IsZero() }

// Breached reports whether it is overdue or was missed.
func (c *Clock) Breached() bool { return c.State == desk.Overdue || c.State == desk.Missed }

// ticket notes the facts of a ticket; nil where none of its own events has happened.
func (g *gatherer) ticket(record *content.Ticket) *Ticket {
	if len(record.Events) == 0 || record.Events[0].At.After(g.now) {
		return nil
	}
	t := &Ticket{Record: record}
	w := walk{t: t, hours: g.hours}
	q := g.desk.Follow(record, g.tree, g.now, w.step)
	if q.State == content.NotYet {
		return nil
	}
	t.State, t.Ended, t.Owes, t.Lane, t.Assignee, t.Received, t.demotedUntil = q.State, q.Resolution, q.Owes, q.Lane, q.Assignee, q.Received, q.DemotedUntil
	if waits(&q.TicketSnapshot) {
		t.Since = q.Since
	}
	if isFinished(&q) && g.isAlone(record) {
		t.finished = g.now
	}
	g.demote(t)
	t.clocks(q.Clocks)
	t.Next = g.next(&q)
	return t
}

// demote notes while a ticket waited how it was demoted, on this ticket or another of its
// requester.
func (g *gatherer) demote(t *Ticket) {
	demotions := g.tree.Demotions(t.Record.Requester)
	if len(demotions) == 0 {
		return
	}
	for i := range t.Turns {
		turn := &t.Turns[i]
		for _, e := range demotions {
			if turn.To.IsZero() || e.At.Before(turn.To) {
				turn.splitPosition(e.At)
			}
		}
		for j := range turn.positions {
			p := &turn.positions[j]
			p.demoted = g.desk.DemotedUntil(t.Record, g.tree, p.since, p.from)
		}
	}
}

// splitPosition begins a new position, equal to the last, at an instant within a turn.
func (t *Turn) splitPosition(at time.Time) {
	for i := len(t.positions) - 1; i >= 0; i-- {
		if t.positions[i].from.Before(at) {
			next := t.positions[i]
			next.from = at
			t.positions = slices.Insert(t.positions, i+1, next)
			return
		}
	}
}

// clocks notes the clocks, and which of them stood still when.
func (t *Ticket) clocks(clocks []desk.Clock) {
	for i := range clocks {
		c := &clocks[i]
		if c.State == desk.Cancelled {
			continue
		}
		t.Clocks = append(t.Clocks, Clock{c.Promise, c.Name, c.State, c.Started, c.Due, c.Ended})
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
