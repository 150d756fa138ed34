package report

import (
	"cmp"
	"slices"
	"time"

	"balie/content"
)

// An inversion is a ticket that got its answer while another stood ahead of it. Whether one stood
// ahead is judged at the instant of the answer, by what put the queue in order then: rank of the
// lane, demotion, the oldest unanswered message, number. Some inversions are right; so each is
// listed with who answered and the reason that is on record, if any.

// Inversion is one answer out of order.
type Inversion struct {
	At     time.Time
	Ticket *Ticket
	By     *content.Event
	Ahead  int     // how many stood ahead
	First  *Ticket // the one that stood first
	Since  time.Time
	Reason string
}

// queued is a ticket in the queue for a part of a turn, half-open.
type queued struct {
	ticket   *Ticket
	turn     *Turn
	from, to time.Time // to is zero as long as it waits
	rank     int
	demoted  bool
	since    time.Time
}

// compare puts tickets in the order of the queue.
func (q *queued) compare(p *queued) int {
	return cmp.Or(cmp.Compare(q.rank, p.rank), compareBools(q.demoted, p.demoted), q.since.Compare(p.since),
		cmp.Compare(q.ticket.Record.Number, p.ticket.Record.Number), q.from.Compare(p.from))
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// inversions are the answers out of order from an instant on, the newest first. They are found by
// going through time with the queue as it was.
func (f *Facts) inversions(from time.Time) []Inversion {
	var found []Inversion
	var queue []*queued
	for _, c := range changes(f.queued(from)) {
		i, _ := slices.BinarySearchFunc(queue, c.queued, (*queued).compare)
		switch {
		case c.what == comes:
			queue = slices.Insert(queue, i, c.queued)
		case c.what == leaves || c.what == ends:
			queue = slices.Delete(queue, i, i+1)
		case i > 0 && !c.at.Before(from):
			turn, first := c.queued.turn, queue[0]
			found = append(found, Inversion{c.at, c.queued.ticket, turn.First, i, first.ticket, first.since, turn.Reason})
		}
	}
	slices.SortStableFunc(found, func(a, b Inversion) int {
		return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.Ticket.Record.Number, b.Ticket.Record.Number))
	})
	return found
}

// queued are the parts of all turns that were not over by an instant.
func (f *Facts) queued(from time.Time) []*queued {
	var all []*queued
	for _, t := range f.Tickets {
		if t.Spam() {
			continue
		}
		for i := range t.Turns {
			if turn := &t.Turns[i]; turn.To.IsZero() || !turn.To.Before(from) {
				all = f.hours.partsOf(all, t, turn)
			}
		}
	}
	return all
}

// partsOf adds the parts of a turn: a new one where its position changes, a demotion ends or
// another version of the policy comes into force.
func (h *workingHours) partsOf(all []*queued, t *Ticket, turn *Turn) []*queued {
	for i, p := range turn.positions {
		end := turn.To
		if i+1 < len(turn.positions) {
			end = turn.positions[i+1].from
		}
		for from := p.from; end.IsZero() || from.Before(end); {
			to := end
			if demoted := p.demoted.After(from); demoted {
				to = earlier(to, p.demoted)
			}
			if v := h.at(from); v+1 < len(h.versions) {
				to = earlier(to, h.versions[v+1].from)
			}
			all = append(all, &queued{t, turn, from, to, h.rank(p.lane, from), p.demoted.After(from), p.since})
			if to.IsZero() {
				break
			}
			from = to
		}
	}
	return all
}

// earlier is the first of two instants, of which zero never comes.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// change is a ticket that comes into the queue, leaves its position, or is answered there.
type change struct {
	at     time.Time
	what   what
	queued *queued
}

type what byte

// At one instant turns end before answers are judged, and all else comes after: who was answered in
// the same second was not passed over, nor who had only just come.
const (
	ends what = iota
	isAnswered
	leaves
	comes
)

// changes are in order of time.
func changes(all []*queued) []change {
	var list []change
	for _, q := range all {
		list = append(list, change{q.from, comes, q})
		switch {
		case q.to.IsZero():
		case q.to.Equal(q.turn.To):
			list = append(list, change{q.to, ends, q})
		default:
			list = append(list, change{q.to, leaves, q})
		}
		if at := q.turn.Answer; at.After(q.from) && (q.to.IsZero() || !at.After(q.to)) {
			list = append(list, change{at, isAnswered, q})
		}
	}
	slices.SortStableFunc(list, func(a, b change) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.what, b.what), a.queued.compare(b.queued))
	})
	return list
}

// inversionTable lists the answers out of order.
func inversionTable(all []Inversion) Table {
	t := Table{ID: "inversions", Columns: []Column{
		timeColumn("at"), textColumn("number"), wordColumn("lane", "lane"), textColumn("by"), wordColumn("kind", "kind"), countColumn("ahead"), textColumn("first_ahead"), timeColumn("waiting_since"), textColumn("reason"),
	}}
	for _, i := range all {
		t.add(instant(i.At), text(i.Ticket.Record.Number), text(i.Ticket.Lane), text(i.By.Author), text(string(i.By.Kind)),
			count(i.Ahead), text(i.First.Record.Number), instant(i.Since), text(i.Reason))
	}
	return t
}
