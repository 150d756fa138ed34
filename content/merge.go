package content

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// MergeEffect says whether a merge takes effect or, if not, why.
type MergeEffect byte

// The effects. The survivor is the ticket under whose number another is to go on.
const (
	MergeCounts      MergeEffect = iota
	MergeOfOthers                // the two tickets are of two requesters
	MergeIntoEnded               // the survivor is closed, merged or spam by then
	MergeOfEnded                 // the ticket is closed or merged by then
	MergeOfSurvivor              // another ticket was merged into this one
	MergeIntoNothing             // there is no such survivor
)

// Problem is what is to be said of a merge without effect; zero where there is nothing to say.
func (m MergeEffect) Problem(merged *Event) Problem {
	var why, hint string
	switch m {
	case MergeOfOthers:
		why, hint = "the two tickets are of two requesters", "write linked, as: duplicate, and answer each of them"
	case MergeIntoEnded:
		why, hint = "the other ticket is closed, merged or spam by then", "answer this one, or merge it into a ticket that is open"
	case MergeOfSurvivor:
		why, hint = "another ticket was merged into this one", "answer this one, or merge the other ticket into it"
	case MergeOfEnded:
		why, hint = "this ticket is closed or merged by then", "take it out"
	default:
		return Problem{}
	}
	return Problem{File: merged.Path, Severity: Warning, Code: CodeNoEffect, Message: "merged changes nothing: " + why, Hint: hint}
}

// Same reports whether two requesters are one: by the platform's id where both have one, else by
// address, or by phone where neither has an id or an address.
func (r Requester) Same(other Requester) bool {
	switch {
	case r.ID != "" && other.ID != "":
		return r.ID == other.ID
	case r.Email != "" || other.Email != "":
		return strings.EqualFold(r.Email, other.Email)
	}
	return r.ID == "" && other.ID == "" && r.Phone != "" && r.Phone == other.Phone
}

// Merges says of each merge among tickets what effect it has. find returns the ticket with a
// number.
//
// A merge joins two tickets of one requester, one step deep: of a ticket's merges the first that
// takes effect counts, and a ticket into which one was merged can't be merged itself. They are
// judged in the order of their time and, within a second, of the tickets' numbers.
func Merges(tickets []*Ticket, find func(number string) *Ticket) map[*Event]MergeEffect {
	m := merges{effect: map[*Event]MergeEffect{}, survivor: map[*Ticket]bool{}}
	type merge struct {
		ticket *Ticket
		event  *Event
	}
	var all []merge
	for _, t := range tickets {
		for _, e := range t.Events {
			if e.Kind == Merged {
				all = append(all, merge{t, e})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b merge) int {
		return cmp.Or(compareSeconds(a.event.At, b.event.At), cmp.Compare(a.ticket.Number, b.ticket.Number))
	})
	for _, one := range all {
		m.judge(one.ticket, one.event, find)
	}
	return m.effect
}

// merges are those that were judged.
type merges struct {
	effect   map[*Event]MergeEffect
	survivor map[*Ticket]bool // a ticket was merged into it
}

func (m *merges) judge(t *Ticket, e *Event, find func(number string) *Ticket) {
	var survivor *Ticket
	if into := e.Data().Into; len(into) > 0 {
		survivor = find(into[0])
	}
	switch {
	case survivor == nil || survivor == t:
		m.effect[e] = MergeIntoNothing
	case !t.Requester.Same(survivor.Requester):
		m.effect[e] = MergeOfOthers
	case m.survivor[t]:
		m.effect[e] = MergeOfSurvivor
	case m.hasEnded(t, e):
		m.effect[e] = MergeOfEnded
	case m.isOver(survivor, e.At):
		m.effect[e] = MergeIntoEnded
	default:
		m.effect[e] = MergeCounts
		m.survivor[survivor] = true
	}
}

// hasEnded reports whether a ticket is closed or merged when one of its merges comes.
func (m *merges) hasEnded(t *Ticket, merge *Event) (ended bool) {
	t.Replay(m.occurrences(t), merge.At, func(o *Occurrence, before, _ *TicketSnapshot) {
		if o.Event == merge {
			ended = before.State == ClosedState || before.State == MergedState
		}
	})
	return ended
}

// isOver reports whether a ticket is closed, merged or spam at an instant, by its own events.
func (m *merges) isOver(t *Ticket, at time.Time) bool {
	s := t.Replay(m.occurrences(t), at, func(*Occurrence, *TicketSnapshot, *TicketSnapshot) {})
	return s.Finished()
}

// occurrences are a ticket's own, in which those merges count that were found to.
func (m *merges) occurrences(t *Ticket) []Occurrence {
	occurrences := t.Occurrences()
	for i := range occurrences {
		if e := occurrences[i].Event; e.Kind == Merged {
			if effect, judged := m.effect[e]; !judged || effect != MergeCounts {
				occurrences[i].As = VoidMerge
			}
		}
	}
	return occurrences
}
