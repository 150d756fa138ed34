package site

import (
	"time"

	"balie/content"
)

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

// Next is when the next update comes: as staff named it, else by the policy; the policy's where
// that one alone is late.
func (o Owed) Next() Due {
	if o.Named.At.IsZero() || o.Update.Late && !o.Named.Late {
		return o.Update
	}
	return o.Named
}

// settled is the end of what is known of a case that nothing of time can change any more.
var settled = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// deadline is nil where nothing was promised.
func (m *Plan) deadline(d Due) *Deadline {
	if d.At.IsZero() {
		return nil
	}
	deadline := &Deadline{At: m.zoned(d.At), Late: d.Late}
	if !d.Late && m.Now.After(d.At) {
		deadline.Opens = m.zoned(d.Breaks)
	}
	return deadline
}

// future lists the instants of events that have not happened.
func future(events []*content.Event, now time.Time) []time.Time {
	var list []time.Time
	for _, e := range events {
		if e.At.After(now) {
			list = append(list, e.At)
		}
	}
	return list
}

// next is the earliest of the instants that lie ahead.
func next(now time.Time, instants ...time.Time) time.Time {
	first := settled
	for _, t := range instants {
		if t.After(now) && t.Before(first) {
			first = t
		}
	}
	return first
}

// after is the first instant at which a deadline has gone by.
func after(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.Add(1)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
