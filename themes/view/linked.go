package view

import (
	"slices"

	"balie/content"
)

// addLinked adds the ticket that one follows, and those that follow it.
func (s Setting) addLinked(v *Follow, t *content.Ticket) {
	for _, e := range s.eventsUpToNow(t) {
		if e.Kind == content.Linked && e.Data().As == content.FollowUp {
			v.Follows = s.linked(e, t, s.ticketNumbered(e.Data().Ticket))
		}
	}
	for _, next := range s.followUps(t) {
		for _, e := range s.eventsUpToNow(next) {
			if e.Kind != content.Linked || e.Data().As != content.FollowUp || e.Data().Ticket != t.Number {
				continue
			}
			if l := s.linked(e, t, next); l != nil && !slices.Contains(v.FollowUps, *l) {
				v.FollowUps = append(v.FollowUps, *l)
			}
		}
	}
}

// linked returns what the page of one ticket shows of another one, to which an event links it. Its
// address is shown where the requester made the link, or the platform vouches for one requester of
// both. Where that is not certain the number stands alone, and where they are two, nothing.
func (s Setting) linked(e *content.Event, t, other *content.Ticket) *Linked {
	if other == nil || other.Number == t.Number {
		return nil
	}
	byRequester := e.Author == "" && e.Data().ID != ""
	vouched := t.Requester.ID != "" && t.Requester.ID == other.Requester.ID
	switch {
	case (byRequester || vouched) && other.Follow != "":
		return &Linked{Number: content.SayNumber(other.Number), URL: s.followURL(other)}
	case byRequester || t.Requester.Same(other.Requester):
		return &Linked{Number: content.SayNumber(other.Number)}
	}
	return nil
}

// ticketNumbered returns the ticket with a number, also one that the tree does not have yet, or
// nil.
func (s Setting) ticketNumbered(number string) *content.Ticket {
	if t := s.Tree.Ticket(number); t != nil {
		return t
	}
	for _, t := range s.New {
		if t.Number == number {
			return t
		}
	}
	return nil
}

// followUps lists the tickets that may follow one.
func (s Setting) followUps(t *content.Ticket) []*content.Ticket {
	var list []*content.Ticket
	for _, number := range s.Tree.FollowUpNumbers(t.Number, s.Now) {
		if next := s.Tree.Ticket(number); next != nil {
			list = append(list, next)
		}
	}
	return append(list, s.New...)
}
