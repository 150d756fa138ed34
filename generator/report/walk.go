package report

import (
	"slices"

	"balie/content"
	"balie/content/desk"
)

// walk follows a ticket through its events.
type walk struct {
	t        *Ticket
	office   *office
	evidence *content.Event // the call by which the ticket entered a lane, which is no answer; or nil
	waiting  bool           // the last turn has not ended
	thanks   bool           // the last turn began by a message to a solved ticket
	paused   bool           // the last pause has not ended
	alone    [1]*content.Event
}

// event takes one event of a ticket that stands by itself.
func (w *walk) event(e *content.Event, before, after content.Standing) {
	w.alone[0] = e
	w.step(stir{at: e.At, own: w.alone[:]}, &before, &after)
}

// step takes what happened at an instant: how the ticket stood before and after it says what it meant.
func (w *walk) step(s stir, before, after *content.Standing) {
	main := s.main()
	if !waits(before) && waits(after) {
		w.begin(main, before, after)
	}
	for _, e := range s.own {
		w.answer(e, before)
	}
	w.pause(main, before, after)
	w.moments(main, before, after)
	if w.waiting && !waits(after) {
		w.end(main, len(s.own) > 0)
	}
	for _, e := range s.own {
		w.told(e)
	}
}

// waits reports whether the desk owes a message an answer: those of a ticket that was merged into another wait there.
func waits(s *content.Standing) bool { return len(s.Unanswered) > 0 && s.Owes == content.OwesDesk }

func (w *walk) begin(e *content.Event, before, after *content.Standing) {
	if w.t.Arrived.IsZero() {
		w.t.Arrived = e.At
	}
	w.waiting, w.thanks = true, before.State == content.SolvedState && e.RequesterMessage()
	since := after.WaitingSince()
	if n := len(w.t.stays); n > 0 {
		since = w.t.stays[n-1].since
	}
	w.t.Turns = append(w.t.Turns, Turn{From: e.At, Since: since})
}

// answer notes a response by a person, and what staff say of a ticket that waits.
func (w *walk) answer(e *content.Event, before *content.Standing) {
	if w.waiting {
		turn := &w.t.Turns[len(w.t.Turns)-1]
		if reason := e.Data().Reason; reason != "" && (e.Kind == content.Escalated || e.Kind == content.LaneChange) {
			turn.Reason = reason
		}
		if turn.First == nil && w.byPerson(e) {
			turn.First = e
		}
	}
	if w.t.First == nil && !w.t.Arrived.IsZero() && w.responds(e, before) {
		w.t.First = &Response{e.At, w.office.working(w.t.Arrived, e.At)}
	}
}

// responds reports whether an event is a response by a person to a ticket that still takes one.
func (w *walk) responds(e *content.Event, before *content.Standing) bool {
	return w.byPerson(e) && !before.Finished() && e.Kind != content.OutOfScope
}

// byPerson reports whether an event is a response by a person, by all that is known now.
func (w *walk) byPerson(e *content.Event) bool { return e.ByPerson() && e != w.evidence }

// end ends a turn, by an event of the ticket's own or by another's. That a message to a solved ticket was no more than thanks staff say by solving it again without a word: then nothing was reopened.
func (w *walk) end(e *content.Event, own bool) {
	turn := &w.t.Turns[len(w.t.Turns)-1]
	turn.To = e.At
	turn.Answered = own && (w.byPerson(e) || e.Kind == content.Solved)
	if turn.Answered && turn.First == nil {
		turn.First = e
	}
	if w.thanks && e.Kind == content.Solved && !e.ByPerson() {
		w.forget(WasReopened)
		w.forget(WasSolved)
	}
	w.waiting = false
}

// forget takes back the last moment of a kind.
func (w *walk) forget(what Happening) {
	for i := len(w.t.Moments) - 1; i >= 0; i-- {
		if w.t.Moments[i].What == what {
			w.t.Moments = slices.Delete(w.t.Moments, i, i+1)
			return
		}
	}
}

// pause notes when staff made somebody else owe the next move, and when that ended.
func (w *walk) pause(e *content.Event, before, after *content.Standing) {
	was, is := pauseReason(before), pauseReason(after)
	if was == is {
		return
	}
	if w.paused {
		w.t.Pauses[len(w.t.Pauses)-1].To = e.At
	}
	if w.paused = is != ""; w.paused {
		w.t.Pauses = append(w.t.Pauses, Pause{From: e.At, Why: is, By: e})
	}
}

func pauseReason(s *content.Standing) desk.PauseReason {
	if s.Owes == content.OwesDesk || s.State != content.Pending && s.State != content.OnHold {
		return ""
	}
	return desk.PauseReason(s.Owes)
}

// moments notes what is counted by week, or told one by one.
func (w *walk) moments(e *content.Event, before, after *content.Standing) {
	ended, wasEnded := isEnd(after), isEnd(before)
	switch {
	case ended && !wasEnded:
		w.note(WasSolved, e)
	case wasEnded && after.State == content.Open:
		w.note(WasReopened, e)
	}
	if e.Kind == content.Closed && e.Author == content.Balie && after.State == content.ClosedState && before.State != content.ClosedState {
		w.note(WasClosedByRule, e)
	}
}

// told notes what one of the ticket's own events says whatever the state.
func (w *walk) told(e *content.Event) {
	switch e.Kind {
	case content.Rated:
		w.note(WasRated, e)
	case content.Demoted:
		w.note(WasDemoted, e)
	}
}

func (w *walk) note(what Happening, e *content.Event) {
	w.t.Moments = append(w.t.Moments, Moment{what, e.At, e})
}

// isEnd reports whether a ticket is solved, closed or not: what is out of scope was not solved.
func isEnd(s *content.Standing) bool {
	return (s.State == content.SolvedState || s.State == content.ClosedState) && s.Resolution != "out_of_scope"
}
