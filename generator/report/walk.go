package report

import (
	"slices"

	"balie/content"
	"balie/content/desk"
)

// walk notes what a ticket's events mean for the figures, one step after another.
type walk struct {
	t                  *Ticket
	hours              *workingHours
	arrival            *content.Event // the requester's first message
	message            *content.Event // the oldest message of the last turn
	waiting            bool           // the last turn has not ended
	messageAfterSolved bool           // the last turn began with a message to a solved ticket
	paused             bool           // the last pause has not ended
}

// step takes one event: how the ticket stood before and after it says what it meant.
func (w *walk) step(s desk.Step) {
	own := s.As == content.OwnEvent || s.As == content.LaneEvidence
	if !waits(s.Before) && waits(s.After) {
		w.begin(s)
	}
	if w.waiting && waits(s.After) {
		w.notePosition(s)
	}
	if own {
		w.answer(s)
	}
	w.pause(s)
	w.moments(s)
	if w.waiting && !waits(s.After) {
		w.end(s, own)
	}
	switch {
	case own && s.Event.Kind == content.Rated:
		w.note(WasRated, s)
	case own && s.Event.Kind == content.Demoted:
		w.note(WasDemoted, s)
	}
}

// waits reports whether the desk owes a message an answer.
func waits(s *content.TicketSnapshot) bool {
	return len(s.Unanswered) > 0 && s.Owes == content.OwesDesk
}

func (w *walk) begin(s desk.Step) {
	w.message = s.After.Unanswered[0]
	if w.t.Arrived.IsZero() {
		w.t.Arrived, w.arrival = s.At, w.message
	}
	w.waiting, w.messageAfterSolved = true, s.Before.State == content.SolvedState && s.Event.RequesterMessage()
	w.t.Turns = append(w.t.Turns, Turn{From: s.At})
}

// notePosition notes the ticket's position in the queue where it changed.
func (w *walk) notePosition(s desk.Step) {
	turn := &w.t.Turns[len(w.t.Turns)-1]
	if n := len(turn.positions); n == 0 || turn.positions[n-1].lane != s.Lane || !turn.positions[n-1].since.Equal(s.Since) {
		turn.positions = append(turn.positions, queuePosition{from: s.At, lane: s.Lane, since: s.Since})
	}
}

// answer notes a response by a person, and what staff say of a ticket that waits.
func (w *walk) answer(s desk.Step) {
	responds := responds(s)
	if w.waiting {
		turn := &w.t.Turns[len(w.t.Turns)-1]
		if reason := s.Event.Data().Reason; reason != "" && (s.Event.Kind == content.Escalated || s.Event.Kind == content.LaneChange) {
			turn.Reason = reason
		}
		if turn.First == nil && responds && s.HasRead(w.message) {
			turn.First, turn.Answer = s.Event, s.At
		}
	}
	if w.t.First == nil && w.arrival != nil && responds && s.HasRead(w.arrival) {
		w.t.First = &Response{s.At, w.hours.working(w.t.Arrived, s.At)}
	}
}

// responds reports whether an event is a response by a person to a ticket that still takes one.
func responds(s desk.Step) bool {
	switch {
	case !isByPerson(s):
		return false
	case s.Before.State == content.ClosedState:
		return len(s.Before.Unanswered) > 0
	case s.Before.Finished():
		return false
	}
	return s.Event.Kind != content.OutOfScope || len(s.After.AsReply) > len(s.Before.AsReply)
}

// isByPerson reports whether an event is one of the ticket's own by which a person says something
// to the requester.
func isByPerson(s desk.Step) bool { return s.As == content.OwnEvent && s.Event.ByPerson() }

// end ends a turn, by an event of the ticket's own or by another's. Staff solve a ticket again
// without a text where the requester's message needed no answer: then nothing was reopened.
func (w *walk) end(s desk.Step, own bool) {
	turn := &w.t.Turns[len(w.t.Turns)-1]
	turn.To = s.At
	turn.Answered = own && (isByPerson(s) || s.Event.Kind == content.Solved)
	if turn.Answered && turn.First == nil {
		turn.First, turn.Answer = s.Event, s.At
	}
	if w.messageAfterSolved && s.Event.Kind == content.Solved && !s.Event.ByPerson() {
		w.removeLast(WasReopened)
		w.removeLast(WasSolved)
	}
	w.waiting = false
}

// removeLast removes the last moment of a kind.
func (w *walk) removeLast(what Happening) {
	for i := len(w.t.Moments) - 1; i >= 0; i-- {
		if w.t.Moments[i].What == what {
			w.t.Moments = slices.Delete(w.t.Moments, i, i+1)
			return
		}
	}
}

// pause notes when staff made somebody else owe the next move, and when that ended.
func (w *walk) pause(s desk.Step) {
	was, is := pauseReason(s.Before), pauseReason(s.After)
	if was == is {
		return
	}
	if w.paused {
		w.t.Pauses[len(w.t.Pauses)-1].To = s.At
	}
	if w.paused = is != ""; w.paused {
		w.t.Pauses = append(w.t.Pauses, Pause{From: s.At, Why: is, By: s.Event})
	}
}

func pauseReason(s *content.TicketSnapshot) desk.PauseReason {
	if s.Owes == content.OwesDesk || s.State != content.Pending && s.State != content.OnHold {
		return ""
	}
	return desk.PauseReason(s.Owes)
}

// moments notes what is counted by week, or told one by one.
func (w *walk) moments(s desk.Step) {
	ended, wasEnded := isEnd(s.After), isEnd(s.Before)
	switch {
	case ended && !wasEnded:
		w.note(WasSolved, s)
	case wasEnded && s.After.State == content.Open:
		w.note(WasReopened, s)
	}
	if s.Event.Kind == content.Closed && s.Event.Author == content.Balie && s.After.State == content.ClosedState && s.Before.State != content.ClosedState {
		w.note(WasClosedByRule, s)
	}
}

func (w *walk) note(what Happening, s desk.Step) {
	w.t.Moments = append(w.t.Moments, Moment{what, s.At, s.Event})
}

// isEnd reports whether a ticket is solved, closed or not: what is out of scope was not solved.
func isEnd(s *content.TicketSnapshot) bool {
	return (s.State == content.SolvedState || s.State == content.ClosedState) && s.Resolution != "out_of_scope"
}
