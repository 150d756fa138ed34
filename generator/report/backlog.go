package report

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"balie/content"
)

// Backlog is how many tickets wait, by who owes the next move. It is never one number: what waits
// for a requester is no work left undone.
type Backlog struct{ Desk, Requester, ThirdParty int }

func (b *Backlog) add(t *Ticket) {
	switch t.Owes {
	case content.OwesDesk:
		b.Desk++
	case content.OwesRequester:
		b.Requester++
	case content.OwesThirdParty:
		b.ThirdParty++
	}
}

func (b Backlog) cells() []Cell {
	return []Cell{count(b.Desk), count(b.Requester), count(b.ThirdParty)}
}

var backlogColumns = []Column{countColumn("desk"), countColumn("requester"), countColumn("third_party")}

// backlog is the whole of it.
func (f *Facts) backlog() (b Backlog) {
	for _, t := range f.Tickets {
		b.add(t)
	}
	return b
}

// backlogTable has a row for each lane of the policy, and for each other in which something waits.
func (f *Facts) backlogTable() Table {
	lanes := map[string]*Backlog{}
	if f.policy != nil {
		for _, l := range f.policy.Lanes {
			lanes[l.ID] = &Backlog{}
		}
	}
	for _, t := range f.Tickets {
		if t.Owes == content.OwesNobody {
			continue
		}
		if lanes[t.Lane] == nil {
			lanes[t.Lane] = &Backlog{}
		}
		lanes[t.Lane].add(t)
	}
	table := Table{ID: "backlog", Columns: slices.Concat([]Column{wordColumn("lane", "lane")}, backlogColumns)}
	for _, lane := range slices.SortedFunc(maps.Keys(lanes), f.compareLanes) {
		table.add(slices.Concat([]Cell{text(lane)}, lanes[lane].cells())...)
	}
	table.sum()
	return table
}

// day is a working day in working time.
const day = 8 * time.Hour

// ages are the buckets of working time in which unanswered tickets are counted. Each begins where
// the one before ends, and ends before its own bound.
var ages = []struct {
	id   string
	upTo time.Duration
}{
	{"under_1h", time.Hour}, {"1h_to_4h", 4 * time.Hour}, {"4h_to_8h", day}, {"1d_to_2d", 2 * day}, {"2d_to_5d", 5 * day}, {"5d_to_10d", 10 * day}, {"over_10d", 1<<63 - 1},
}

// Aged is a ticket that waits for an answer, and for how long it has in working time.
type Aged struct {
	*Ticket
	Working time.Duration
}

// aged are the tickets with a message that waits for an answer, the oldest first.
func (f *Facts) aged() []Aged {
	var all []Aged
	for _, t := range f.Tickets {
		if t.Waiting() {
			all = append(all, Aged{t, f.hours.working(t.Since, f.At)})
		}
	}
	slices.SortFunc(all, func(a, b Aged) int {
		return cmp.Or(cmp.Compare(b.Working, a.Working), a.Since.Compare(b.Since), cmp.Compare(a.Record.Number, b.Record.Number))
	})
	return all
}

// ageingTable counts what waits by its age.
func ageingTable(aged []Aged) Table {
	t := Table{ID: "ageing", Columns: []Column{wordColumn("age", "age"), countColumn("unanswered")}}
	counts := make([]int, len(ages))
	for _, a := range aged {
		i := 0
		for a.Working >= ages[i].upTo {
			i++
		}
		counts[i]++
	}
	for i, n := range counts {
		t.add(text(ages[i].id), count(n))
	}
	t.sum()
	return t
}

// oldest is how many of those that wait longest are named to staff.
const oldest = 10

// oldestTable names those that wait longest.
func (f *Facts) oldestTable(aged []Aged) Table {
	t := Table{ID: "oldest", Columns: []Column{
		textColumn("number"), textColumn("subject"), wordColumn("lane", "lane"), textColumn("assignee"), timeColumn("waiting_since"), durationColumn("working"), durationColumn("calendar"),
	}}
	for _, a := range aged[:min(oldest, len(aged))] {
		t.add(text(a.Record.Number), text(a.Record.Subject), text(a.Lane), text(a.Assignee), instant(a.Since), span(a.Working), span(f.At.Sub(a.Since)))
	}
	return t
}
