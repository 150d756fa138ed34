package desk

import (
	"cmp"
	"slices"
	"time"

	"balie/content"
)

// Queued is a ticket with its place in the queue, from 1.
type Queued struct {
	Position int
	Ticket
}

// Queue puts the tickets of a tree in the order in which to work on them at an instant: first those in which the desk owes something, by rank of the lane, demoted ones behind,
// by their oldest unanswered message and by number; then, in the same order, those in which somebody else does; with all, then those in which nobody does.
func (d *Desk) Queue(tree *content.Tree, now time.Time, all bool) []Queued {
	queue := make([]Queued, 0, len(tree.Tickets))
	for _, t := range tree.Tickets {
		q := d.Ticket(t, tree, now)
		if q.State == content.NotYet || q.Owes == content.OwesNobody && !all {
			continue
		}
		queue = append(queue, Queued{Ticket: q})
	}
	order(queue)
	return queue
}

// order sorts by keys, since the records are large.
func order(queue []Queued) {
	keys := make([]key, len(queue))
	for i := range queue {
		keys[i] = keyOf(&queue[i].Ticket, i)
	}
	slices.SortFunc(keys, key.compare)
	sorted := make([]Queued, len(queue))
	for position, k := range keys {
		sorted[position] = queue[k.index]
		sorted[position].Position = position + 1
	}
	copy(queue, sorted)
}

// key is what a ticket's place goes by.
type key struct {
	group, rank, demoted int
	since                int64
	number               string
	index                int
}

func keyOf(t *Ticket, index int) key {
	k := key{group: 1, rank: t.Rank, number: t.Ticket.Number, index: index}
	switch t.Owes {
	case content.OwesDesk:
		k.group, k.since = 0, t.Since.UnixNano()
	case content.OwesNobody:
		k.group = 2
	}
	if !t.DemotedUntil.IsZero() {
		k.demoted = 1
	}
	return k
}

func (a key) compare(b key) int {
	return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(a.rank, b.rank), cmp.Compare(a.demoted, b.demoted),
		cmp.Compare(a.since, b.since), cmp.Compare(a.number, b.number))
}
