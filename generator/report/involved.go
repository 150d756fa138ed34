package report

import (
	"slices"
	"time"

	"balie/content"
)

// A ticket to which others bring something (merged into it, split off from one, a demotion of its requester), that is merged or that changes its lane is more than its own events say.
// Such tickets are few: package desk is asked how they stood at each instant at which something happened. All others are walked through once.

// stay is how a ticket stood in the queue from an instant on.
type stay struct {
	from    time.Time
	lane    string
	demoted time.Time // until when
	since   time.Time
}

// involved reports whether a ticket must be looked at instant by instant.
func (g *gatherer) involved(t *content.Ticket) bool {
	if len(g.tree.MergedInto(t.Number)) > 0 || g.tree.SplitFrom(t.Number) != nil || len(g.tree.Demotions(t.Requester)) > 0 {
		return true
	}
	return slices.ContainsFunc(t.Events, func(e *content.Event) bool {
		switch e.Kind {
		case content.LaneChange, content.Paid, content.Demoted, content.Merged:
			return true
		case content.Call:
			return g.office.byCall
		}
		return false
	})
}

// probe walks a ticket from instant to instant.
func (g *gatherer) probe(record *content.Ticket, w *walk) {
	var before content.Standing
	for _, s := range g.stirs(record) {
		q := g.desk.Ticket(record, g.tree, s.at)
		if q.State == content.NotYet {
			continue
		}
		w.t.stays = append(w.t.stays, stay{s.at, q.Lane, q.DemotedUntil, q.Since})
		w.step(s, &before, &q.Standing)
		before = q.Standing
	}
}

// stir is an instant at which something happened to a ticket, by its own events or by another's.
type stir struct {
	at     time.Time
	own    []*content.Event
	others []*content.Event
}

// stirs are the instants at which something happened that may matter to a ticket, in order.
func (g *gatherer) stirs(record *content.Ticket) []stir {
	var all []stir
	foreign := slices.Concat(g.tree.Demotions(record.Requester), g.foreign(record, map[string]bool{}))
	for _, e := range record.Events {
		all = append(all, stir{at: e.At, own: []*content.Event{e}})
	}
	for _, e := range foreign {
		all = append(all, stir{at: e.At, others: []*content.Event{e}})
	}
	slices.SortStableFunc(all, func(a, b stir) int { return a.at.Compare(b.at) })
	joined := all[:0]
	for _, s := range all {
		if s.at.After(g.now) {
			break
		}
		if n := len(joined); n > 0 && joined[n-1].at.Equal(s.at) {
			joined[n-1].own = append(joined[n-1].own, s.own...)
			joined[n-1].others = append(joined[n-1].others, s.others...)
			continue
		}
		joined = append(joined, s)
	}
	return joined
}

// foreign are the events of tickets that were merged into one, or from which it was split. Mergers may run in a ring.
func (g *gatherer) foreign(record *content.Ticket, met map[string]bool) []*content.Event {
	if met[record.Number] {
		return nil
	}
	met[record.Number] = true
	var events []*content.Event
	if parent := g.tree.SplitFrom(record.Number); parent != nil && !met[parent.Number] {
		events = append(events, parent.Events...)
	}
	for _, merged := range g.tree.MergedInto(record.Number) {
		if !met[merged.Number] {
			events = append(append(events, merged.Events...), g.foreign(merged, met)...)
		}
	}
	return events
}

// main is the event that says most of what happened: a person's word, else what staff or a rule did last, else what others brought.
func (s stir) main() *content.Event {
	if i := slices.IndexFunc(s.own, (*content.Event).ByPerson); i >= 0 {
		return s.own[i]
	}
	return slices.Concat(s.others, s.own)[len(s.others)+len(s.own)-1]
}
