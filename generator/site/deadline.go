package site

import (
	"time"

	"balie/content"
	"balie/themes/view"
)

// settled is the end of what is known of a case that nothing of time can change any more.
var settled = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// deadline is nil where nothing was promised.
func (m *Plan) deadline(d view.Due) *view.Deadline { return d.Deadline(m.Now, m.Tree.Zone) }

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
