package desk

import (
	"slices"
	"time"

	"balie/content"
)

// A ticket that is merged goes on under another's number, so that one must be able to go on. Where the other is closed or spam at that moment, where it was merged itself into
// one that is, or where following its mergers leads back, the merging has no effect: the ticket stays as it was, and whoever wrote it keeps their place. Nobody is left behind.
// What becomes of the other later changes nothing of that. Of two that merge into each other in the same second that of the smaller number comes first.

// gatherer brings together what other tickets mean for one, and remembers which mergings took effect.
type gatherer struct {
	d     *Desk
	all   Lookup
	count map[*content.Event]bool
}

// bound is a moment in the order of mergings: what comes later is not looked at.
type bound struct {
	at     time.Time
	number string
}

var noBound = bound{at: farFuture}

// has reports whether an event of a ticket comes before a bound; only mergings of the same second are told apart.
func (b bound) has(e *content.Event, number string) bool {
	return e.At.Before(b.at) || e.At.Equal(b.at) && (e.Kind != content.Merged || number < b.number)
}

// own are a ticket's events before a bound, the mergings without effect changed so that they have none.
func (g *gatherer) own(t *content.Ticket, before bound) strand {
	copied := *t
	s := strand{Ticket: &copied}
	copied.Events = make([]*content.Event, 0, len(t.Events))
	for _, e := range t.Events {
		if !before.has(e, t.Number) {
			continue
		}
		if e.Kind == content.Merged && !g.counts(t, e) {
			here := *e
			here.Kind = content.MergedInVain
			s.brought = append(s.brought, brought{event: &here, file: e, origin: e})
			e = &here
		}
		copied.Events = append(copied.Events, e)
	}
	return s
}

// counts reports whether a merging takes effect.
func (g *gatherer) counts(t *content.Ticket, e *content.Event) bool {
	counts, known := g.count[e]
	if !known {
		counts = g.goesOn(t, e)
		g.count[e] = counts
	}
	return counts
}

// goesOn reports whether the ticket under whose number one is to go on can.
func (g *gatherer) goesOn(t *content.Ticket, e *content.Event) bool {
	before := bound{e.At, t.Number}
	met := []string{t.Number}
	for into := e.Data().Into; len(into) > 0 && !slices.Contains(met, into[0]); {
		next := g.all.Ticket(into[0])
		if next == nil {
			return false
		}
		standing := g.standing(next, before)
		if standing.State != content.MergedState {
			return !standing.Finished()
		}
		met, into = append(met, next.Number), content.Numbers{standing.MergedInto}
	}
	return false
}

// standing is where a ticket stands before a bound.
func (g *gatherer) standing(t *content.Ticket, before bound) content.Standing {
	if !slices.ContainsFunc(t.Events, func(e *content.Event) bool { return ends(e.Kind) && before.has(e, t.Number) }) {
		return content.Standing{}
	}
	s := g.gather(t, before, map[string]bool{before.number: true})
	g.d.hear(&s, before.at)
	return s.At(before.at)
}

// ends reports whether events of a kind may let a ticket be finished.
func ends(k content.Kind) bool {
	return k == content.Closed || k == content.Confirmed || k == content.Spam || k == content.Merged
}

// inVain are the problems of a ticket that says it was merged: of each merging without effect, and of what has none in the state that it then meets.
func (d *Desk) inVain(t *content.Ticket, all Lookup) []content.Problem {
	g := gatherer{d, all, map[*content.Event]bool{}}
	return content.EffectProblems(g.own(t, noBound).Ticket)
}
