package content

import (
	"cmp"
	"slices"
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

// closedAfterConfirmed is how long a ticket stays solved after its requester said that it is.
const closedAfterConfirmed = time.Hour

// TicketSnapshot is all that can be derived of one ticket at an instant, from the events up to
// then.
type TicketSnapshot struct {
	State      TicketState
	Owes       Owes
	Resolution ResolvedAs // of solved and closed
	Lane       string     // the last lane that was named; its evidence is package desk's matter
	Assignee   string
	Unanswered []*Event  // the requester's messages without a whole answer, in order
	Partly     bool      // the last answer was partial, or staff reopened it: the desk still owes
	Received   time.Time // the first event
	Asked      *Event    // while pending: the last waiting that took effect
	Answered   *Event    // the last thing that a person said to the requester
	Bounced    []*Event  // the mails that did not arrive since the requester's last message
	Solved     *Event    // while solved or closed: what made it so
	ClosesAt   time.Time // while solved by the requester's word: when that closes it
	MergedInto string    // while merged
	Incident   string    // the public or staff-only incident it is linked to, the last one
	Events     int       // how many of the ticket's own events have happened
	NoEffect   []*Event  // own events that changed nothing where their kind usually does
	AsReply    []*Event  // answers that count as a reply and no more: a message crossed them
	Held       bool      // for a look: no mail goes out until a person acts

	byStaff  bool     // staff opened it: what was received are their own words
	received bool     // it has its received event
	setAside []*Event // by spam or the requester's confirmed: what waits again when it is reopened
	newest   *Event   // the newest of the requester's messages
}

// WaitingSince is the time of the oldest message without an answer; zero where there is none.
func (s TicketSnapshot) WaitingSince() (oldest time.Time) {
	for _, e := range s.Unanswered {
		if oldest.IsZero() || e.At.Before(oldest) {
			oldest = e.At
		}
	}
	return oldest
}

// Finished reports whether the ticket is closed, merged or spam.
func (s *TicketSnapshot) Finished() bool {
	return s.State == ClosedState || s.State == MergedState || s.State == SpamState
}

// Occurrence is an event as it counts in a ticket, its own or one that another ticket brings.
type Occurrence struct {
	Event     *Event
	At        time.Time // when it counts
	ReadUntil time.Time // of an answer with answers: see Event
	As        CountsAs
	Cause     *Event // the merge or split because of which it counts then; nil for none
}

// CountsAs says how an event counts in a ticket.
type CountsAs byte

// The ways in which one counts.
const (
	OwnEvent      CountsAs = iota
	MovedMessage           // a message on a ticket that was merged into this one
	LaneEvidence           // the call by which the ticket enters a lane; it answers nothing
	VoidMerge              // a merge without effect
	FollowUpFiled          // a follow-up ticket's link to this one
)

// HasRead reports whether the writer of an answer had read a message. Without the key answers
// whatever came before the answer was read.
func (o *Occurrence) HasRead(message *Event) bool {
	answers := o.Event.Data().Answers
	return answers == "" || cmp.Or(compareSeconds(message.At, o.ReadUntil), cmp.Compare(message.Name, answers)) <= 0
}

// ReadUpTo settles an answer that names a message of another ticket: how far its writer had read,
// and that it does not come before the message.
func (o *Occurrence) ReadUpTo(message *Event) {
	o.ReadUntil = message.At
	if o.At.Before(message.At) {
		o.At = message.At
	}
}

// Occurrences are the ticket's events as they count while no other ticket brings it anything.
func (t *Ticket) Occurrences() []Occurrence {
	return t.AppendOccurrences(make([]Occurrence, 0, len(t.Events)))
}

// AppendOccurrences appends the ticket's events to a list, as Occurrences returns them.
func (t *Ticket) AppendOccurrences(list []Occurrence) []Occurrence {
	for _, e := range t.Events {
		list = append(list, Occurrence{Event: e, At: e.At, ReadUntil: e.ReadUntil})
	}
	return list
}

// At derives how the ticket stood at an instant, by its own events: a later one has not happened.
// A pair of state and event that apply and its helpers do not name changes nothing and is listed
// in NoEffect.
func (t *Ticket) At(now time.Time) TicketSnapshot {
	return t.Replay(t.Occurrences(), now, func(*Occurrence, *TicketSnapshot, *TicketSnapshot) {})
}

// Replay takes occurrences up to an instant in their order, and returns how the ticket then stands.
// yield gets how it stood before and after each; it must not keep the pointers.
func (t *Ticket) Replay(occurrences []Occurrence, now time.Time, yield func(o *Occurrence, before, after *TicketSnapshot)) TicketSnapshot {
	s := TicketSnapshot{Lane: t.Lane, Held: t.Review, byStaff: t.Channel == "staff"}
	var before TicketSnapshot
	for i := range occurrences {
		o := &occurrences[i]
		if o.At.After(now) {
			break
		}
		s.closeConfirmed(o.At)
		before = s
		if effect := s.apply(o); !effect && o.As != MovedMessage {
			s.NoEffect = appendToCopy(s.NoEffect, o.Event)
		}
		s.Owes = s.owes()
		yield(o, &before, &s)
	}
	s.closeConfirmed(now)
	for s.Events < len(t.Events) && !t.Events[s.Events].At.After(now) {
		s.Events++
	}
	if len(t.Events) > 0 && s.State != NotYet {
		s.Received = t.Events[0].At
	}
	return s
}

// appendToCopy adds an event to a list that earlier snapshots may share.
func appendToCopy(list []*Event, e *Event) []*Event { return append(slices.Clip(list), e) }

// closeConfirmed closes a ticket whose requester said long enough ago that it is solved.
func (s *TicketSnapshot) closeConfirmed(now time.Time) {
	if !s.ClosesAt.IsZero() && !now.Before(s.ClosesAt) {
		s.State, s.ClosesAt = ClosedState, time.Time{}
	}
}

// owes derives who owes the next move.
func (s *TicketSnapshot) owes() Owes {
	switch s.State {
	case SolvedState, MergedState, SpamState, NotYet:
		return OwesNobody
	}
	if len(s.Unanswered) > 0 {
		return OwesDesk
	}
	switch {
	case s.State == ClosedState:
		return OwesNobody
	case s.Partly:
		return OwesDesk
	case s.State == OnHold:
		return OwesThirdParty
	case s.State == Pending, s.State == Open && s.Answered != nil:
		return OwesRequester
	}
	return OwesDesk // opened by staff: nobody has said anything yet
}

// apply changes the snapshot by one occurrence, and reports whether that changed what its kind is
// there to change.
func (s *TicketSnapshot) apply(o *Occurrence) bool {
	e := o.Event
	if s.State == NotYet { // whatever comes first opens the ticket
		s.State = New
	}
	wasHeld := s.Held
	if o.As == OwnEvent && e.endsReview() {
		s.Held = false
	}
	switch o.As {
	case MovedMessage:
		return s.takeMessage(e)
	case LaneEvidence:
		s.moveTo(Open, New)
		return !s.Finished()
	case VoidMerge:
		return false
	case FollowUpFiled:
		if s.State == ClosedState {
			s.Unanswered = nil
		}
		return true
	}
	switch e.Kind {
	case Received:
		return s.takeReceived(e)
	case Message:
		return s.takeMessage(e)
	case Confirmed:
		return s.confirm(o)
	case Reply, Call, Waiting, Hold, Solved, OutOfScope:
		return s.answer(o)
	case Closed:
		return s.close(e)
	case Reopened:
		mayTakeBack := s.State == SolvedState && !s.ClosesAt.IsZero()
		return (mayTakeBack || !e.ByRequester()) && s.reopen()
	case Released:
		return s.State == SpamState && s.reopen() || wasHeld
	case Merged:
		return s.merge(e)
	case Spam:
		return s.spam()
	case Assigned:
		s.Assignee = e.Data().Assignee
		s.moveTo(Open, New)
	case LaneChange:
		s.Lane = e.Data().Lane
	case Linked:
		s.Incident = cmp.Or(e.Data().Incident, s.Incident)
	case Bounced:
		s.Bounced = appendToCopy(s.Bounced, e)
	}
	return true
}

// moveTo moves to a state if the ticket is in one of those named, and reports whether it was.
func (s *TicketSnapshot) moveTo(to TicketState, states ...TicketState) bool {
	if !slices.Contains(states, s.State) {
		return false
	}
	s.State = to
	return true
}

// takeReceived takes what the ticket was opened with; a second received changes nothing.
func (s *TicketSnapshot) takeReceived(e *Event) bool {
	if s.received {
		return false
	}
	s.received = true
	return s.byStaff || s.takeMessage(e)
}

// takeMessage takes what the requester wrote. On a closed ticket it is owed all the same.
func (s *TicketSnapshot) takeMessage(e *Event) bool {
	if s.newest == nil || cmp.Or(compareSeconds(s.newest.At, e.At), cmp.Compare(s.newest.Name, e.Name)) < 0 {
		s.newest = e
		s.Bounced = bouncedSince(s.Bounced, e)
	}
	switch s.State {
	case SpamState:
		s.setAside = appendToCopy(s.setAside, e)
		return false
	case MergedState: // it counts on the survivor
		return true
	case Pending, OnHold, SolvedState:
		s.open()
	}
	s.Unanswered = appendToCopy(s.Unanswered, e)
	return true
}

// open opens what waited for others or was solved.
func (s *TicketSnapshot) open() {
	s.State, s.Asked, s.Solved, s.Resolution, s.ClosesAt, s.setAside = Open, nil, nil, "", time.Time{}, nil
}

// bouncedSince returns the mails that did not arrive after a message was written, whenever it came
// to stand here.
func bouncedSince(bounced []*Event, message *Event) []*Event {
	var since []*Event
	for _, e := range bounced {
		if compareSeconds(e.At, message.At) > 0 {
			since = append(since, e)
		}
	}
	return since
}

// answer takes what staff write to the requester. One that a message crossed is a reply and no
// more, so without a text it is nothing.
func (s *TicketSnapshot) answer(o *Occurrence) bool {
	e := o.Event
	switch {
	case s.State == ClosedState:
		return s.answerClosed(o)
	case e.Kind == Reply && e.Body == "": // its file is wrong: a reply needs a text
		return false
	case e.Kind == Reply || e.Kind == Call:
		return s.reply(o)
	case s.newest != nil && !o.HasRead(s.newest):
		if !e.ByPerson() || !s.reply(o) {
			return false
		}
		s.AsReply = appendToCopy(s.AsReply, e)
		return true
	case e.Kind == Waiting:
		return s.wait(o)
	case e.Kind == Hold:
		return s.hold(o)
	case e.Kind == OutOfScope:
		return s.State != MergedState && s.makeSolved(e, "out_of_scope")
	}
	return s.solve(o)
}

// answerClosed answers what the requester wrote after the closing, by a text or by the word that
// it is solved. The ticket stays closed.
func (s *TicketSnapshot) answerClosed(o *Occurrence) bool {
	e := o.Event
	if len(s.Unanswered) == 0 || e.Author == Balie || !e.ByPerson() && e.Kind != Solved {
		return false
	}
	s.markAnswered(o)
	return true
}

// countAnswer counts what a person says to the requester as an answer to the messages that they had
// read. After a partial one these keep waiting for the rest, in their place.
func (s *TicketSnapshot) countAnswer(o *Occurrence) {
	if o.Event.ByPerson() && !s.Finished() {
		s.Answered = o.Event
		s.markAnswered(o)
	}
}

func (s *TicketSnapshot) markAnswered(o *Occurrence) {
	if s.Partly = o.Event.Data().Partly; s.Partly {
		return
	}
	var unread []*Event
	for _, message := range s.Unanswered {
		if !o.HasRead(message) {
			unread = append(unread, message)
		}
	}
	s.Unanswered = unread
}

func (s *TicketSnapshot) reply(o *Occurrence) bool {
	s.countAnswer(o)
	s.moveTo(Open, New)
	return !s.Finished()
}

func (s *TicketSnapshot) wait(o *Occurrence) bool {
	if o.Event.Body == "" && s.owes() == OwesDesk || !s.moveTo(Pending, New, Open, OnHold, Pending) {
		return false
	}
	s.Asked = o.Event
	s.countAnswer(o)
	return true
}

func (s *TicketSnapshot) hold(o *Occurrence) bool {
	s.countAnswer(o)
	if !s.moveTo(OnHold, New, Open, Pending) {
		return false
	}
	s.Asked = nil
	return true
}

// solve ends a ticket by staff's word, or by balie's when a question or an answer met no reaction.
func (s *TicketSnapshot) solve(o *Occurrence) bool {
	e := o.Event
	if e.Author == Balie {
		return s.owes() == OwesRequester && s.makeSolved(e, cmp.Or(e.Data().Resolution, "no_reaction"))
	}
	switch s.State {
	case New, Open, Pending, OnHold:
		s.countAnswer(o)
		return s.makeSolved(e, cmp.Or(e.Data().Resolution, "handled"))
	}
	return false
}

// confirm takes the requester's word that it is solved. Saying it twice is saying it once. What
// waited for an answer waits again if they take it back.
func (s *TicketSnapshot) confirm(o *Occurrence) bool {
	if s.Finished() {
		return false
	}
	if s.ClosesAt.IsZero() {
		waited := s.Unanswered
		s.makeSolved(o.Event, "handled")
		s.setAside, s.ClosesAt = waited, o.At.Add(closedAfterConfirmed)
	}
	return true
}

// makeSolved makes the ticket solved.
func (s *TicketSnapshot) makeSolved(e *Event, as ResolvedAs) bool {
	s.State, s.Solved, s.Resolution = SolvedState, e, as
	s.Unanswered, s.Partly, s.Asked, s.ClosesAt, s.setAside = nil, false, nil, time.Time{}, nil
	return true
}

// close closes what was solved, for good.
func (s *TicketSnapshot) close(e *Event) bool {
	if s.State != SolvedState {
		return false
	}
	s.makeSolved(e, cmp.Or(e.Data().Resolution, s.Resolution, "handled"))
	s.State = ClosedState
	return true
}

// reopen opens what was solved or taken for spam. The messages that were set aside wait again;
// where there are none the desk owes a word all the same.
func (s *TicketSnapshot) reopen() bool {
	if s.State != SolvedState && s.State != SpamState {
		return false
	}
	waited := s.setAside
	s.open()
	s.Unanswered = waited
	s.Partly = len(s.Unanswered) == 0
	return true
}

// merge lets the ticket go on under another's number. Its unanswered messages stay on record here;
// package desk moves them to the other.
func (s *TicketSnapshot) merge(e *Event) bool {
	if s.State == ClosedState || s.State == MergedState || len(e.Data().Into) == 0 {
		return false
	}
	s.State, s.MergedInto = MergedState, e.Data().Into[0]
	s.Asked, s.Partly, s.ClosesAt = nil, false, time.Time{}
	return true
}

func (s *TicketSnapshot) spam() bool {
	if s.State == ClosedState || s.State == MergedState {
		return false
	}
	if s.State != SpamState {
		s.setAside = s.Unanswered
	}
	s.State, s.Unanswered, s.Partly, s.Asked, s.ClosesAt = SpamState, nil, false, nil, time.Time{}
	return true
}
