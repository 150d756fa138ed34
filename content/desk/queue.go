package desk

import (
	"cmp"
	"slices"
	"time"

	"balie/content"
)

// Queued is a ticket with its position in the queue, from 1; 0 for one in which nobody owes a move.
type Queued struct {
	Position int
	Ticket
}

// Queue puts the tickets of a tree in the order in which to work on them at an instant. First come
// those in which the desk owes something: by rank of the lane, demoted ones behind, by their oldest
// unanswered message and by number. Then come, in the same order, those in which somebody else
// does; and with all those in which nobody does.
func (d *Desk) Queue(tree *content.Tree, now time.Time, all bool) []*Queued {
	var queue []*Queued
	r := d.newClockRunner(tree, now)
	for _, t := range tree.Tickets {
		snapshot := r.run(t, nil)
		if snapshot.State == content.NotYet || snapshot.Owes == content.OwesNobody && !all {
			continue
		}
		queue = append(queue, &Queued{Ticket: r.ticket(t, snapshot)})
	}
	sortQueue(queue)
	return queue
}

// sortQueue sorts the queue and numbers the tickets in which somebody owes a move.
func sortQueue(queue []*Queued) {
	slices.SortFunc(queue, func(a, b *Queued) int { return newSortKey(&a.Ticket).compare(newSortKey(&b.Ticket)) })
	for i, q := range queue {
		if q.Owes != content.OwesNobody {
			q.Position = i + 1
		}
	}
}

// sortKey is what a ticket's position in the queue goes by.
type sortKey struct {
	group, rank, demoted int
	since                int64
	number               string
}

func newSortKey(t *Ticket) sortKey {
	k := sortKey{group: 1, rank: t.Rank, number: t.Ticket.Number}
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

func (a sortKey) compare(b sortKey) int {
	return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(a.rank, b.rank), cmp.Compare(a.demoted, b.demoted),
		cmp.Compare(a.since, b.since), cmp.Compare(a.number, b.number))
}
