package desk

import (
	"time"

	"balie/content"
)

// Ticket is all that can be derived of one ticket at an instant.
type Ticket struct {
	content.Standing // Lane is the one it is in; Unanswered has what merging brought
	Ticket           *content.Ticket
	Rank             int       // of its lane
	Since            time.Time // its place within the lane: the oldest message without an answer, else when the desk came to owe something; zero where it owes nothing
	DemotedUntil     time.Time // while it goes behind the others of its lane
	Clocks           []Clock   // in the order in which events started them
}

// Ticket derives a ticket at an instant. Without a Lookup (nil) it stands by itself, as if nothing was merged into it or demoted elsewhere.
func (d *Desk) Ticket(t *content.Ticket, all Lookup, now time.Time) Ticket {
	if all == nil {
		all = alone{}
	}
	s := strandOf(t, all)
	w := timer{d: d, strand: &s, now: now, ack: none, response: none, resolution: none, closure: none, periodic: none}
	standing := w.run()
	out := Ticket{Standing: standing, Ticket: t, Clocks: w.clocks}
	out.Lane = d.at(now).laneIn(w.place.lane)
	out.Rank = d.rank(out.Lane, now)
	if standing.Owes == content.OwesDesk {
		out.Since = w.since(standing)
	}
	out.DemotedUntil = d.demotedUntil(t, all, out.Since, now)
	if len(s.brought) > 0 {
		s.mend(&out.Standing, t, now)
	}
	return out
}

// mend gives a standing that was derived with what others brought the messages as they stand in their files, and counts the ticket's own events alone.
func (s *strand) mend(standing *content.Standing, t *content.Ticket, now time.Time) {
	for i, e := range standing.Unanswered {
		if b := s.of(e); b != nil && b.cause.Kind == content.Merged {
			standing.Unanswered[i] = b.origin
		}
	}
	standing.Events = 0
	for standing.Events < len(t.Events) && !t.Events[standing.Events].At.After(now) {
		standing.Events++
	}
	if len(t.Events) > 0 && !standing.Received.IsZero() {
		standing.Received = t.Events[0].At
	}
}

const none = -1

// timer runs a ticket's clocks through its events. Each index is of the clock that runs, or none.
type timer struct {
	d      *Desk
	strand *strand
	now    time.Time
	place  place

	clocks  []Clock
	pauses  []Pause
	asked   bool              // the requester has written
	awaited content.ClockName // which response the requester waits for, whether it is promised or not; "" for none
	waiting time.Time         // since when
	thanks  bool              // what is awaited is the answer to what was written to a solved ticket
	owing   time.Time         // since when the desk owes something

	ack, response, resolution, closure, periodic int

	solved   *content.Event    // what ended the resolution the last time
	setAside []int             // the clocks that spam or out_of_scope cancelled
	expected content.ClockName // the response that was awaited then
}

func (w *timer) run() content.Standing {
	var last content.Standing
	w.strand.Until(w.now, func(e *content.Event, before, after content.Standing) {
		if before.State == content.NotYet {
			w.place.begin(w.strand.Lane, w.d.at(e.At))
		}
		w.step(e, &before, &after)
		last = after
	})
	if last.State == content.NotYet {
		return w.strand.At(w.now)
	}
	for i := range w.clocks {
		w.clocks[i].judge(w.pauses, w.now)
		if last.State == content.SpamState || last.Resolution == outOfScope {
			w.clocks[i].State = Cancelled
		}
	}
	return last
}

// step takes one event. What it means to the clocks follows from how it moved the ticket.
func (w *timer) step(e *content.Event, before, after *content.Standing) {
	w.pause(e, before, after)
	if before.State == content.SolvedState && after.State == content.Open {
		w.reopen(e)
	}
	if len(after.Unanswered) > len(before.Unanswered) && e.RequesterMessage() {
		w.message(e, before)
	}
	if answers(e, before) {
		w.answer(e, before)
	}
	w.move(e, before, after)
	if e.Kind == content.Acknowledged {
		w.stop(&w.ack, fulfilled, e)
	}
	if evidence := w.place.step(e, w.d.at(e.At)); evidence != nil {
		w.enter(evidence, e)
	}
}

// answers reports whether an event is a response by a person to a ticket that still takes one.
func answers(e *content.Event, before *content.Standing) bool {
	return e.ByPerson() && !before.Finished() && e.Kind != content.OutOfScope && e.Kind != content.Solved
}

// move follows the ticket from state to state.
func (w *timer) move(e *content.Event, before, after *content.Standing) {
	switch {
	case after.State == before.State && after.Solved == before.Solved:
	case after.State == content.SpamState, after.Resolution == outOfScope && e.Kind == content.OutOfScope:
		w.putAside(e)
	case after.State == content.MergedState:
		w.cancelAll(e)
	case after.State == content.SolvedState:
		w.solve(e)
	case after.State == content.ClosedState:
		w.close(e)
	case e.Kind == content.Reopened && (before.State == content.SpamState || before.Resolution == outOfScope):
		w.takeBack()
	}
}

const outOfScope content.ResolvedAs = "out_of_scope"

// pause notes since when somebody else owes the answer, or nobody because it is solved.
func (w *timer) pause(e *content.Event, before, after *content.Standing) {
	if after.Owes == content.OwesDesk && before.Owes != content.OwesDesk {
		w.owing = e.At
	}
	was, is := pauseReason(before), pauseReason(after)
	if was == is {
		return
	}
	if was != "" {
		w.pauses[len(w.pauses)-1].To = e.At
	}
	if is != "" {
		w.pauses = append(w.pauses, Pause{From: e.At, Why: is, Event: e})
	}
}

func pauseReason(s *content.Standing) PauseReason {
	if s.State == content.SolvedState {
		return WasSolved
	}
	if s.Owes == content.OwesRequester || s.Owes == content.OwesThirdParty {
		return PauseReason(s.Owes)
	}
	return ""
}

// start starts a clock if one is promised, and returns its index.
func (w *timer) start(name content.ClockName, at time.Time, why content.Kind, event *content.Event) int {
	v := w.d.at(at)
	r := v.ticketRule(name, v.laneIn(w.place.lane), w.strand.Channel, w.strand.Form)
	if r == nil {
		return none
	}
	if w.clocks == nil {
		w.clocks = make([]Clock, 0, 4)
	}
	w.clocks = append(w.clocks, newClock(r, v, name, at, why, event))
	return len(w.clocks) - 1
}

func (w *timer) stop(index *int, how ending, by *content.Event) {
	if *index != none {
		w.clocks[*index].stop(how, by.At, by)
		*index = none
	}
}

// await starts the clock of a response.
func (w *timer) await(name content.ClockName, at time.Time, why content.Kind, event *content.Event) {
	w.awaited, w.waiting = name, at
	w.response = w.start(name, at, why, event)
}

func (w *timer) respond(how ending, by *content.Event) {
	w.stop(&w.response, how, by)
	w.awaited, w.thanks = "", false
}

// message takes what the requester wrote, or a merging or splitting brought.
func (w *timer) message(e *content.Event, before *content.Standing) {
	why, event := e.Kind, e
	if b := w.strand.of(e); b != nil {
		why, event = b.cause.Kind, b.cause
	}
	if e.Kind == content.Received {
		w.acknowledge(e, why, event)
	}
	switch {
	case w.awaited != "":
	case w.asked || why == content.Merged:
		w.await(content.NextResponse, e.At, why, event)
		w.thanks = before.State == content.SolvedState && before.Resolution != outOfScope && why == content.Message
	default:
		w.await(content.FirstResponse, e.At, why, event)
	}
	if !w.asked {
		w.asked = true
		w.resolution = w.start(content.Resolution, e.At, why, event)
	}
}

// acknowledge starts the clock until the number reached them; form and API show it at once.
func (w *timer) acknowledge(e *content.Event, why content.Kind, event *content.Event) {
	w.ack = w.start(content.Acknowledgement, e.At, why, event)
	if w.strand.Channel == "form" || w.strand.Channel == "api" {
		w.stop(&w.ack, fulfilled, e)
	}
}

// answer takes a response by a person. After a partial one the next is awaited.
func (w *timer) answer(e *content.Event, before *content.Standing) {
	w.stop(&w.periodic, fulfilled, e)
	if before.State != content.SolvedState {
		w.periodic = w.start(content.PeriodicUpdate, e.At, e.Kind, e)
	}
	if !w.asked {
		return
	}
	w.respond(fulfilled, e)
	if e.Data().Partly {
		w.await(content.NextResponse, e.At, e.Kind, e)
	}
}

func (w *timer) solve(e *content.Event) {
	switch {
	case w.thanks:
		w.respond(forgiven, e)
		w.resolved(w.solved)
	case w.awaited == content.NextResponse, w.awaited != "" && e.ByPerson():
		w.respond(fulfilled, e)
		fallthrough
	default:
		w.resolved(e)
	}
	w.stop(&w.periodic, fulfilled, e)
	w.closure = w.start(content.Closure, e.At, e.Kind, e)
}

// resolved ends the resolution; its index stays, since a reopening continues it.
func (w *timer) resolved(by *content.Event) {
	if w.resolution != none && w.clocks[w.resolution].Open() {
		w.solved = by
		w.clocks[w.resolution].stop(fulfilled, by.At, by)
	}
}

// reopen continues the resolution, unless only the first solution counts, and ends the wait for the closing.
func (w *timer) reopen(e *content.Event) {
	how := fulfilled
	if !e.RequesterMessage() {
		how = cancelled
	}
	w.stop(&w.closure, how, e)
	if w.resolution == none {
		return
	}
	if c := &w.clocks[w.resolution]; c.Promise.Measure != "first" {
		c.end, c.Ended, c.By = notEnded, time.Time{}, nil
	}
}

// close ends everything: the ticket is closed for good. That the requester says it is solved answers what they wrote after the first response.
func (w *timer) close(e *content.Event) {
	how := lapsed
	if w.awaited == content.NextResponse {
		how = fulfilled
	}
	w.respond(how, e)
	w.resolved(e)
	w.stop(&w.closure, fulfilled, e)
	w.stop(&w.periodic, fulfilled, e)
	w.stop(&w.ack, lapsed, e)
}

func (w *timer) cancelAll(e *content.Event) {
	for i := range w.clocks {
		w.clocks[i].stop(cancelled, e.At, e)
	}
	w.response, w.closure, w.periodic, w.ack = none, none, none, none
	w.awaited, w.thanks = "", false
}

// putAside cancels what runs; should the ticket be reopened, it runs on.
func (w *timer) putAside(e *content.Event) {
	w.expected, w.setAside = w.awaited, w.setAside[:0]
	for i := range w.clocks {
		if w.clocks[i].Open() {
			w.setAside = append(w.setAside, i)
		}
	}
	w.cancelAll(e)
}

// takeBack lets run on what was cancelled by mistake.
func (w *timer) takeBack() {
	for _, i := range w.setAside {
		c := &w.clocks[i]
		c.end, c.Ended, c.By = notEnded, time.Time{}, nil
		switch c.Name {
		case content.FirstResponse, content.NextResponse:
			w.response = i
		case content.Acknowledgement:
			w.ack = i
		case content.PeriodicUpdate:
			w.periodic = i
		case content.Closure:
			w.closure = i
		}
	}
	w.awaited, w.setAside = w.expected, nil
}

// enter cancels the response that runs and starts the new lane's at the evidence, or at the message where that came later.
func (w *timer) enter(evidence, e *content.Event) {
	if w.awaited == "" {
		return
	}
	w.stop(&w.response, cancelled, e)
	at := evidence.At
	if w.waiting.After(at) {
		at = w.waiting
	}
	w.await(w.awaited, at, evidence.Kind, evidence)
}

// since is the place of a ticket in its lane.
func (w *timer) since(s content.Standing) time.Time {
	if oldest := w.strand.earliest(s.Unanswered); oldest != nil {
		return oldest.At
	}
	return w.owing
}
