package report

import (
	"cmp"
	"slices"
	"time"

	"balie/content"
)

// An inversion is a ticket that got its answer while another stood ahead of it. Whether one stood ahead is judged at the instant of the answer, by what put the queue in order then:
// rank of the lane, demotion, the oldest unanswered message, number. Some inversions are right; so each is told with who answered and the reason that is on record, if any.
//
// The places of all turns are laid out in the queue's order once; then time is swept, and a tree of sums (Fenwick 1994) counts how many of those that wait stand before a place.

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

// place is where a ticket stands in the queue for a part of a turn, half-open.
type place struct {
	ticket   *Ticket
	turn     *Turn
	from, to time.Time // to is zero as long as it waits
	rank     int
	demoted  bool
	since    time.Time
}

func (p *place) compare(q *place) int {
	return cmp.Or(cmp.Compare(p.rank, q.rank), compareBools(p.demoted, q.demoted), p.since.Compare(q.since),
		cmp.Compare(p.ticket.Record.Number, q.ticket.Record.Number), p.from.Compare(q.from))
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

// inversions are the answers out of order from an instant on, the newest first.
func (f *Facts) inversions(from time.Time) []Inversion {
	places := f.places(from)
	found := sweep{places: places, waiting: newSums(len(places))}
	for _, s := range swept(places) {
		found.take(s)
	}
	slices.SortStableFunc(found.all, func(a, b Inversion) int {
		return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.Ticket.Record.Number, b.Ticket.Record.Number))
	})
	return slices.DeleteFunc(found.all, func(i Inversion) bool { return i.At.Before(from) })
}

// places are those of all turns that were not over by an instant, in the order of the queue.
func (f *Facts) places(from time.Time) []place {
	var all []place
	for _, t := range f.Tickets {
		if t.Spam() {
			continue
		}
		for i := range t.Turns {
			if turn := &t.Turns[i]; turn.To.IsZero() || !turn.To.Before(from) {
				all = f.office.placesOf(all, t, turn)
			}
		}
	}
	slices.SortFunc(all, func(a, b place) int { return a.compare(&b) })
	return all
}

// placesOf adds the places of a turn: a new one for each change of lane, demotion or policy.
func (o *office) placesOf(all []place, t *Ticket, turn *Turn) []place {
	from := turn.From
	for {
		lane, since, demoted, until := t.stayAt(from, turn.Since)
		if v := o.at(from); v+1 < len(o.versions) {
			until = earlier(until, o.versions[v+1].from)
		}
		last := until.IsZero() || !turn.To.IsZero() && !until.Before(turn.To)
		if last {
			until = turn.To
		}
		all = append(all, place{t, turn, from, until, o.rank(lane, from), demoted, since})
		if last {
			return all
		}
		from = until
	}
}

// stayAt is how a ticket stands in the queue at an instant, and until when at most; zero for good.
func (t *Ticket) stayAt(at, since time.Time) (lane string, place time.Time, demoted bool, until time.Time) {
	lane, place = t.Lane, since
	for i, s := range t.stays {
		if s.from.After(at) {
			return lane, place, demoted, earlier(until, s.from)
		}
		lane, demoted, until = s.lane, s.demoted.After(at), time.Time{}
		if demoted {
			until = t.stays[i].demoted
		}
		if !s.since.IsZero() {
			place = s.since
		}
	}
	return lane, place, demoted, until
}

// earlier is the first of two instants, of which zero never comes.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// change is what the sweep meets: a place taken or left, or an answer given from it.
type change struct {
	at    int64
	what  meeting
	place int
}

type meeting byte

// At one instant turns end before answers are judged, and all else comes after: who was answered in the same second was not passed over, nor who had only just come.
const (
	ends meeting = iota
	isAnswered
	moves
	comes
)

func swept(places []place) []change {
	all := make([]change, 0, 3*len(places))
	for i := range places {
		p := &places[i]
		all = append(all, change{p.from.UnixNano(), comes, i})
		switch {
		case p.to.IsZero():
		case p.to.Equal(p.turn.To):
			all = append(all, change{p.to.UnixNano(), ends, i})
		default:
			all = append(all, change{p.to.UnixNano(), moves, i})
		}
		if first := p.turn.First; first != nil && first.At.After(p.from) && (p.to.IsZero() || !first.At.After(p.to)) {
			all = append(all, change{first.At.UnixNano(), isAnswered, i})
		}
	}
	slices.SortFunc(all, func(a, b change) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.what, b.what), cmp.Compare(a.place, b.place))
	})
	return all
}

type sweep struct {
	places  []place
	waiting sums
	all     []Inversion
}

func (s *sweep) take(c change) {
	switch c.what {
	case ends, moves:
		s.waiting.add(c.place, -1)
	case comes:
		s.waiting.add(c.place, 1)
	case isAnswered:
		if ahead := s.waiting.before(c.place); ahead > 0 {
			p, first := &s.places[c.place], &s.places[s.waiting.first()]
			s.all = append(s.all, Inversion{p.turn.First.At, p.ticket, p.turn.First, ahead, first.ticket, first.since, p.turn.Reason})
		}
	}
}

// sums is a Fenwick tree: counts at places, and their sums.
type sums []int

func newSums(n int) sums { return make(sums, n+1) }

func (s sums) add(place, n int) {
	for i := place + 1; i < len(s); i += i & -i {
		s[i] += n
	}
}

// before is the sum of the counts before a place.
func (s sums) before(place int) (sum int) {
	for i := place; i > 0; i -= i & -i {
		sum += s[i]
	}
	return sum
}

// first is the first place with a count.
func (s sums) first() int {
	step, place := 1, 0
	for step<<1 < len(s) {
		step <<= 1
	}
	for ; step > 0; step >>= 1 {
		if next := place + step; next < len(s) && s[next] == 0 {
			place = next
		}
	}
	return place
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
