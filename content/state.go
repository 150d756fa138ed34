package content

import (
	"cmp"
	"time"
)

// TicketState is a ticket's state word.
type TicketState string

// The states of a ticket. NotYet: nothing of it has happened at that instant.
const (
	NotYet      TicketState = ""
	New         TicketState = "new"
	Open        TicketState = "open"
	Pending     TicketState = "pending"
	OnHold      TicketState = "on_hold"
	SolvedState TicketState = "solved"
	ClosedState TicketState = "closed"
	MergedState TicketState = "merged"
	SpamState   TicketState = "spam"
)

// Standing is all that can be derived of one ticket at an instant, from the events up to then.
type Standing struct {
	State      TicketState
	Owes       Owes
	Resolution ResolvedAs // of solved and closed
	Lane       string     // the last lane that was named; whether its evidence is there package desk says
	Assignee   string
	Unanswered []*Event  // the requester's messages without a whole answer, oldest first
	Partly     bool      // the last answer was partial, or staff reopened it: the desk still owes
	Received   time.Time // the first event
	LastEvent  time.Time
	Asked      *Event   // while pending: the last waiting that took effect
	Solved     *Event   // while solved or closed: what made it so
	Demoted    *Event   // the last demotion, whether it still holds or not
	MergedInto string   // while merged
	Incident   string   // the public or staff-only incident it is linked to, the last one
	Events     int      // how many of the ticket's events have happened
	NoEffect   []*Event // events that changed nothing where their kind usually does

	byStaff  bool     // staff opened it: what was received are their own words
	received bool     // it has its received event
	spoken   bool     // a person has said something to the requester
	aside    []*Event // of a ticket in spam: what has no answer, should it be reopened
}

// WaitingSince is the time of the oldest message without an answer; zero where there is none.
func (s Standing) WaitingSince() time.Time {
	if len(s.Unanswered) == 0 {
		return time.Time{}
	}
	return s.Unanswered[0].At
}

// Finished reports whether nobody will move again by the usual course: closed, merged or spam. The requester's word and the desk's verdict no longer change that.
func (s *Standing) Finished() bool {
	return s.State == ClosedState || s.State == MergedState || s.State == SpamState
}

// At derives where the ticket stood at an instant (PROMISES.md, "Ticket states"): an event later than it has not happened.
// Pairs of state and event that the table does not name change nothing and are listed in NoEffect.
func (t *Ticket) At(now time.Time) Standing {
	s := t.start()
	for _, e := range t.Events {
		if e.At.After(now) {
			break
		}
		s.Events++
		s.LastEvent = e.At
		if !s.apply(e) {
			s.NoEffect = append(s.NoEffect, e)
		}
	}
	s.Owes = s.owes()
	return s
}

// start is a ticket's standing before its first event.
func (t *Ticket) start() Standing {
	return Standing{Lane: t.Lane, byStaff: t.Channel == "staff"}
}

// Until is At for each event in turn: yield gets the standing before and after it. It lets clocks be derived in one pass.
func (t *Ticket) Until(now time.Time, yield func(e *Event, before, after Standing)) {
	s := t.start()
	for _, e := range t.Events {
		if e.At.After(now) {
			return
		}
		before := s
		before.Owes = before.owes()
		s.Events++
		s.LastEvent = e.At
		if !s.apply(e) {
			s.NoEffect = append(s.NoEffect[:len(s.NoEffect):len(s.NoEffect)], e)
		}
		after := s
		after.Owes = after.owes()
		yield(e, before, after)
	}
}

// owes derives who owes the next move.
func (s *Standing) owes() Owes {
	switch s.State {
	case SolvedState, ClosedState, MergedState, SpamState, NotYet:
		return OwesNobody
	}
	if len(s.Unanswered) > 0 || s.Partly {
		return OwesDesk
	}
	switch {
	case s.State == OnHold:
		return OwesThirdParty
	case s.State == Pending, s.State == Open && s.spoken:
		return OwesRequester
	}
	return OwesDesk // opened by staff: nobody has said anything yet
}

// apply moves the standing by one event, and reports whether that changed what the event is there to change.
func (s *Standing) apply(e *Event) bool {
	if s.State == NotYet { // whatever comes first opens the ticket
		s.State, s.Received = New, e.At
	}
	switch e.Kind {
	case Received:
		return s.receive(e)
	case Message:
		return s.message(e)
	case Reply, Call:
		return s.answer(e)
	case Evidence:
		s.from(Open, New)
		return !s.Finished()
	case Assigned:
		s.Assignee = e.Data().Assignee
		s.from(Open, New)
		return true
	case Waiting:
		return s.wait(e)
	case Hold:
		return s.hold(e)
	case Solved:
		return s.solve(e, e.Data().Resolution)
	case OutOfScope:
		return s.State != ClosedState && s.State != MergedState && s.end(e, "out_of_scope")
	case Confirmed:
		return !s.Finished() && s.close(e, "handled")
	case Closed:
		return s.closeBy(e)
	case Reopened:
		return s.reopen()
	case Merged:
		return s.merge(e)
	case MergedInVain:
		return false
	case Spam:
		return s.spam()
	case LaneChange:
		s.Lane = e.Data().Lane
	case Demoted:
		s.Demoted = e
	case Linked:
		if e.Data().Incident != "" {
			s.Incident = e.Data().Incident
		}
	}
	return true
}

// from moves to a state if the ticket is in one of those named.
func (s *Standing) from(to TicketState, states ...TicketState) bool {
	for _, state := range states {
		if s.State == state {
			s.State = to
			return true
		}
	}
	return false
}

// unanswered adds a message; the slice is never shared with an earlier standing.
func (s *Standing) unanswered(e *Event) {
	s.Unanswered = append(s.Unanswered[:len(s.Unanswered):len(s.Unanswered)], e)
}

// receive takes what the ticket was opened with, whatever stands before it in the order of time; a second one changes nothing.
func (s *Standing) receive(e *Event) bool {
	if s.received {
		return false
	}
	s.received = true
	return s.byStaff || s.message(e)
}

func (s *Standing) message(e *Event) bool {
	switch s.State {
	case SpamState:
		s.aside = append(s.aside[:len(s.aside):len(s.aside)], e)
		return false
	case ClosedState, MergedState:
		return false // closed is final; a merged ticket's messages count on the survivor
	case Pending, OnHold, SolvedState:
		s.State, s.Asked, s.Solved, s.Resolution = Open, nil, nil, ""
	}
	s.unanswered(e)
	return true
}

// speak counts what a person says to the requester as an answer. After a partial one the messages keep waiting for the rest, in their place.
func (s *Standing) speak(e *Event) {
	if !e.ByPerson() || s.Finished() {
		return
	}
	s.spoken, s.Partly = true, e.Data().Partly
	if !s.Partly {
		s.Unanswered = nil
	}
}

func (s *Standing) answer(e *Event) bool {
	s.speak(e)
	s.from(Open, New)
	return !s.Finished()
}

func (s *Standing) wait(e *Event) bool {
	if e.Body == "" && s.owes() == OwesDesk {
		return false
	}
	if !s.from(Pending, New, Open, OnHold, Pending) {
		return false
	}
	s.Asked = e
	s.speak(e)
	return true
}

func (s *Standing) hold(e *Event) bool {
	s.speak(e)
	if !s.from(OnHold, New, Open, Pending) {
		return false
	}
	s.Asked = nil
	return true
}

// solve ends a ticket by staff's word or, by balie, when the reminders are used up: then only if no message waits for an answer.
func (s *Standing) solve(e *Event, as ResolvedAs) bool {
	if e.Author == Balie {
		return s.State == Pending && s.owes() != OwesDesk && s.end(e, cmp.Or(as, "no_reaction"))
	}
	switch s.State {
	case New, Open, Pending, OnHold:
		s.speak(e)
		return s.end(e, cmp.Or(as, "handled"))
	}
	return false
}

func (s *Standing) end(e *Event, as ResolvedAs) bool {
	s.State, s.Solved, s.Resolution = SolvedState, e, as
	s.Unanswered, s.Partly, s.Asked = nil, false, nil
	return true
}

func (s *Standing) close(e *Event, as ResolvedAs) bool {
	s.end(e, as)
	s.State = ClosedState
	return true
}

// closeBy closes what was solved, for good.
func (s *Standing) closeBy(e *Event) bool {
	return s.State == SolvedState && s.close(e, cmp.Or(e.Data().Resolution, s.Resolution, "handled"))
}

func (s *Standing) reopen() bool {
	if !s.from(Open, SolvedState, SpamState) {
		return false
	}
	s.Solved, s.Resolution = nil, ""
	s.Unanswered, s.aside = s.aside, nil // what had no answer before it was taken for spam has none yet
	s.Partly = len(s.Unanswered) == 0    // else somebody will still say why: the desk owes
	return true
}

func (s *Standing) merge(e *Event) bool {
	if s.State == ClosedState || s.State == MergedState || len(e.Data().Into) == 0 {
		return false
	}
	s.State, s.MergedInto = MergedState, e.Data().Into[0]
	s.Asked, s.Partly = nil, false
	return true
}

func (s *Standing) spam() bool {
	if s.State == ClosedState || s.State == MergedState {
		return false
	}
	if s.State != SpamState {
		s.aside = s.Unanswered
	}
	s.State, s.Unanswered, s.Partly, s.Asked = SpamState, nil, false, nil
	return true
}
