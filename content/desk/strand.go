package desk

import (
	"slices"
	"time"

	"balie/content"
)

// Lookup finds what other tickets mean for one. *content.Tree is one.
type Lookup interface {
	Ticket(number string) *content.Ticket                   // or nil
	MergedInto(number string) []*content.Ticket             // the tickets that were ever merged into it
	SaysMerged(number string) bool                          // it has an event by which it was merged
	SplitFrom(number string) *content.Ticket                // the one it was split from, or nil
	Demotions(requester content.Requester) []*content.Event // on any ticket of the requester
}

// alone is the Lookup of a ticket by itself.
type alone struct{}

func (alone) Ticket(string) *content.Ticket                { return nil }
func (alone) MergedInto(string) []*content.Ticket          { return nil }
func (alone) SaysMerged(string) bool                       { return false }
func (alone) SplitFrom(string) *content.Ticket             { return nil }
func (alone) Demotions(content.Requester) []*content.Event { return nil }

// strand is a ticket's events as they count: with what merging and splitting brought to it, and the call that was no answer.
type strand struct {
	*content.Ticket
	brought  []brought
	evidence *content.Event // the call by which it entered a lane, as it stands in its file; nil where there is none
}

// brought is an event that counts here otherwise than it stands in its file.
type brought struct {
	event  *content.Event // as it counts here
	file   *content.Event // as it stands in its file
	origin *content.Event // what its place in the queue is by
	cause  *content.Event // the merging or splitting that brought it; nil for evidence
}

// of returns how an event came here, or nil for one of the ticket's own.
func (s *strand) of(e *content.Event) *brought {
	for i := range s.brought {
		if s.brought[i].event == e {
			return &s.brought[i]
		}
	}
	return nil
}

// cause is what to name when an event here did something: of a message that was brought the merging or splitting, else the event as it stands in its file.
func (s *strand) cause(e *content.Event) *content.Event {
	if b := s.of(e); b != nil && e.RequesterMessage() {
		return b.cause
	}
	return s.file(e)
}

// file is an event as it stands in its file.
func (s *strand) file(e *content.Event) *content.Event {
	if b := s.of(e); b != nil {
		return b.file
	}
	return e
}

// strandOf gathers a ticket's events, as they count by what is known at an instant.
func (d *Desk) strandOf(t *content.Ticket, all Lookup, now time.Time) strand {
	s := strand{Ticket: t}
	if len(all.MergedInto(t.Number)) > 0 || all.SplitFrom(t.Number) != nil || all.SaysMerged(t.Number) {
		g := gatherer{d, all, map[*content.Event]bool{}}
		s = g.gather(t, noBound, map[string]bool{})
	}
	d.hear(&s, now)
	return s
}

// gather brings together what other tickets mean for one before a bound; met holds the tickets on the way, since mergers may run in a ring.
func (g *gatherer) gather(t *content.Ticket, before bound, met map[string]bool) strand {
	met[t.Number] = true
	s := g.own(t, before)
	if parent := g.all.SplitFrom(t.Number); parent != nil && parent.Number != t.Number {
		s.splitFrom(parent)
	}
	for _, other := range g.all.MergedInto(t.Number) {
		if met[other.Number] {
			continue
		}
		o := g.gather(other, before, met)
		g.d.hear(&o, farFuture) // what came of a call after the merging counts no more
		s.takeOver(o, t.Number)
	}
	slices.SortStableFunc(s.Events, func(a, b *content.Event) int { return a.At.Compare(b.At) })
	return s
}

// splitFrom lets the ticket begin at the split, with the place of the other's first message.
func (s *strand) splitFrom(parent *content.Ticket) {
	split := find(parent.Events, func(e *content.Event) bool {
		return e.Kind == content.Split && slices.Contains(e.Data().Into, s.Number)
	})
	first := find(parent.Events, (*content.Event).RequesterMessage)
	if split == nil || first == nil {
		return
	}
	for i, e := range s.Events {
		if e.Kind != content.Received && !e.At.Before(split.At) {
			continue
		}
		began := *e
		began.At = split.At
		s.Events[i] = &began
		s.brought = append(s.brought, brought{&began, e, first, split})
	}
}

func find(events []*content.Event, is func(*content.Event) bool) *content.Event {
	if i := slices.IndexFunc(events, is); i >= 0 {
		return events[i]
	}
	return nil
}

// takeOver brings the earliest unanswered message of a ticket that was merged into this one, and what was written to it since.
func (s *strand) takeOver(other strand, number string) {
	var merged *content.Event
	other.Until(farFuture, func(e *content.Event, before, after content.Standing) {
		switch {
		case merged != nil:
			if e.Kind == content.Message {
				s.Events = append(s.Events, e)
				if b := other.of(e); b != nil {
					s.brought = append(s.brought, *b)
				}
			}
		case e.Kind == content.Merged && before.State != content.MergedState && after.MergedInto == number:
			merged = e
			if earliest := other.earliest(before.Unanswered); earliest != nil {
				s.bring(earliest, merged)
			}
		}
	})
}

var farFuture = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// bring lets a message count from the moment that brought it, in the place it had.
func (s *strand) bring(message, cause *content.Event) {
	here := *message
	here.Kind, here.At = content.Message, cause.At
	s.brought = append(s.brought, brought{&here, message, message, cause})
	s.Events = append(s.Events, &here)
}

// earliest is the oldest of messages by their place in the queue, as it stands in its file; nil where there are none.
func (s *strand) earliest(messages []*content.Event) *content.Event {
	var oldest *content.Event
	for _, e := range messages {
		if b := s.of(e); b != nil {
			e = b.origin
		}
		if oldest == nil || e.At.Before(oldest.At) {
			oldest = e
		}
	}
	return oldest
}
