package desk

import (
	"time"

	"balie/content"
)

const none = -1

// timer runs tickets' clocks through their events, one ticket after another.
type timer struct {
	d   *Desk
	all Lookup
	now time.Time
	timerState
	firstClocks [8]Clock // memory for the clocks of most tickets
}

// timerState is how far one ticket has come. Each index is of the clock that runs, or none.
type timerState struct {
	timeline timeline
	lane     laneState

	clocks  []Clock
	pauses  []Pause
	asked   bool              // the requester has written
	awaited content.ClockName // which response the requester waits for, promised or not; "" for none
	message *content.Event    // the oldest message that waits for it
	waiting time.Time         // since when the response is awaited
	thanks  bool              // the message was written to a solved ticket
	owing   time.Time         // since when the desk owes something

	ack, response, resolution, closure, periodic int

	solved   *content.Occurrence // what ended the resolution the last time
	setAside []int               // the clocks that spam or out_of_scope cancelled
	expected content.ClockName   // the response that was awaited then
}

func (d *Desk) timer(all Lookup, now time.Time) *timer {
	if all == nil {
		all = noOthers{}
	}
	w := &timer{d: d, all: all, now: now}
	w.clocks = w.firstClocks[:0]
	return w
}

// run takes a ticket through its events, and returns its standing. yield, which may be nil, gets
// each step.
func (w *timer) run(t *content.Ticket, yield func(Step)) content.Standing {
	w.timerState = timerState{timeline: w.d.timelineIn(w.timeline.occurrences, t, w.all, w.now), clocks: w.clocks[:0], pauses: w.pauses[:0], ack: none, response: none, resolution: none, closure: none, periodic: none}
	l := &w.timeline
	return l.Replay(l.occurrences, w.now, func(o *content.Occurrence, before, after *content.Standing) {
		if before.State == content.NotYet {
			w.lane.begin(l.Lane, w.d.at(o.At))
		}
		w.step(o, before, after)
		if yield != nil {
			yield(Step{o, before, after, w.d.at(o.At).laneIn(w.lane.lane), w.since(after)})
		}
	})
}

// ticket is what run found of a ticket.
func (w *timer) ticket(t *content.Ticket, standing content.Standing) Ticket {
	out := Ticket{Standing: standing, Ticket: t, Clocks: w.judged(standing), Evidence: w.timeline.evidence}
	out.Lane = w.d.at(w.now).laneIn(w.lane.lane)
	out.Rank = w.d.rank(out.Lane, w.now)
	if l := w.d.at(w.now).lane(w.lane.meant); l != nil && w.lane.meant != w.lane.lane && l.Requires != "" {
		out.Meant = l.ID
	}
	out.Since = w.since(&standing)
	out.DemotedUntil = w.d.DemotedUntil(t, w.all, out.Since, w.now)
	return out
}

// judged are the clocks with their verdicts.
func (w *timer) judged(standing content.Standing) []Clock {
	if len(w.clocks) == 0 {
		return nil
	}
	clocks := make([]Clock, len(w.clocks))
	for i := range clocks {
		c := &clocks[i]
		*c = w.clocks[i]
		c.judge(w.pauses, w.now)
		if standing.State == content.SpamState || standing.Resolution == outOfScope {
			c.State = Cancelled
		}
	}
	return clocks
}

// step takes one event. What it means to the clocks follows from how it moved the ticket.
func (w *timer) step(o *content.Occurrence, before, after *content.Standing) {
	e := o.Event
	w.pause(o, before, after)
	if before.State == content.SolvedState && after.State == content.Open {
		w.reopen(o)
	}
	if len(after.Unanswered) > len(before.Unanswered) && e.RequesterMessage() {
		w.receive(o, before)
	}
	switch {
	case o.As == content.FollowUpFiled:
		if len(before.Unanswered) > len(after.Unanswered) {
			w.respond(cancelled, o)
		}
		return
	case answers(o, before, after):
		w.answer(o, before, after)
	case before.State == content.ClosedState && len(before.Unanswered) > len(after.Unanswered):
		w.respond(forgiven, o) // staff's word, without a text, that it is solved
	}
	w.move(o, before, after)
	if e.Kind == content.Acknowledged {
		w.stop(&w.ack, fulfilled, o)
	}
	if evidence := w.lane.step(e, w.d.at(o.At)); evidence != nil {
		w.enter(evidence, o)
	}
}

// answers reports whether an event is a response by a person to a ticket that still takes one.
func answers(o *content.Occurrence, before, after *content.Standing) bool {
	if !o.Event.ByPerson() || o.As != content.OwnEvent {
		return false
	}
	switch {
	case before.State == content.ClosedState:
		return len(before.Unanswered) > 0
	case before.Finished():
		return false
	case len(after.AsReply) > len(before.AsReply):
		return true
	}
	return o.Event.Kind != content.OutOfScope && o.Event.Kind != content.Solved
}

// move follows the ticket from state to state.
func (w *timer) move(o *content.Occurrence, before, after *content.Standing) {
	switch {
	case after.State == before.State && after.Solved == before.Solved:
	case after.State == content.SpamState, after.Resolution == outOfScope && o.Event.Kind == content.OutOfScope:
		w.putAside(o)
	case after.State == content.MergedState:
		w.cancelAll(o)
	case after.State == content.ClosedState, !after.ClosesAt.IsZero():
		w.close(o)
	case after.State == content.SolvedState:
		w.solve(o)
	case o.Event.Kind == content.Reopened && (before.State == content.SpamState || before.Resolution == outOfScope):
		w.takeBack(o)
	}
}

const outOfScope content.ResolvedAs = "out_of_scope"

// cause is what a clock names: the merge or the split that moved a message, else the event.
func cause(o *content.Occurrence) *content.Event {
	if o.Cause != nil && o.Event.RequesterMessage() {
		return o.Cause
	}
	return o.Event
}

// pause notes since when somebody else owes the answer, or nobody because it is solved.
func (w *timer) pause(o *content.Occurrence, before, after *content.Standing) {
	if after.Owes == content.OwesDesk && before.Owes != content.OwesDesk {
		w.owing = o.At
	}
	was, is := pauseReason(before), pauseReason(after)
	if was == is {
		return
	}
	if was != "" {
		w.pauses[len(w.pauses)-1].To = o.At
	}
	if is != "" {
		w.pauses = append(w.pauses, Pause{From: o.At, Why: is, Event: cause(o)})
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
func (w *timer) start(name content.ClockName, at time.Time, why content.Kind) int {
	v := w.d.at(at)
	r := v.ticketRule(name, v.laneIn(w.lane.lane), w.timeline.Channel, w.timeline.Form)
	if r == nil {
		return none
	}
	w.clocks = append(w.clocks, newClock(r, v, name, at, why))
	return len(w.clocks) - 1
}

func (w *timer) stop(index *int, how ending, by *content.Occurrence) {
	if *index != none {
		w.clocks[*index].stop(how, by.At, cause(by))
		*index = none
	}
}

// await starts the clock of a response to a message.
func (w *timer) await(name content.ClockName, message *content.Event, at time.Time, why content.Kind) {
	w.awaited, w.message, w.waiting = name, message, at
	w.response = w.start(name, at, why)
}

func (w *timer) respond(how ending, by *content.Occurrence) {
	w.stop(&w.response, how, by)
	w.awaited, w.message, w.thanks = "", nil, false
}

// receive takes what the requester wrote, or what a merge or a split moved here.
func (w *timer) receive(o *content.Occurrence, before *content.Standing) {
	why := cause(o).Kind
	if o.Event.Kind == content.Received && o.As == content.OwnEvent {
		w.acknowledge(o, why)
	}
	switch {
	case w.awaited != "":
	case w.asked || why == content.Merged:
		w.await(content.NextResponse, o.Event, o.At, why)
		w.thanks = before.State == content.SolvedState && before.Resolution != outOfScope && why == content.Message
	default:
		w.await(content.FirstResponse, o.Event, o.At, why)
	}
	if !w.asked {
		w.asked = true
		w.resolution = w.start(content.Resolution, o.At, why)
	}
}

// acknowledge starts the clock until the number reached them; form and API show it at once.
func (w *timer) acknowledge(o *content.Occurrence, why content.Kind) {
	w.ack = w.start(content.Acknowledgement, o.At, why)
	if w.timeline.Channel == "form" || w.timeline.Channel == "api" {
		w.stop(&w.ack, fulfilled, o)
	}
}

// answer takes a response by a person. After a partial one the next is awaited, and after one that
// a message crossed the next to that message.
func (w *timer) answer(o *content.Occurrence, before, after *content.Standing) {
	w.stop(&w.periodic, fulfilled, o)
	if before.State != content.SolvedState && before.State != content.ClosedState {
		w.periodic = w.start(content.PeriodicUpdate, o.At, o.Event.Kind)
	}
	if !w.asked || w.message != nil && !o.HasRead(w.message) {
		return
	}
	partly, message := o.Event.Data().Partly, w.message
	w.respond(fulfilled, o)
	for _, unread := range after.Unanswered {
		if !o.HasRead(unread) {
			crossed := w.timeline.occurrence(unread)
			w.await(content.NextResponse, unread, crossed.At, cause(crossed).Kind)
			return
		}
	}
	if partly {
		w.await(content.NextResponse, message, o.At, o.Event.Kind)
	}
}

func (w *timer) solve(o *content.Occurrence) {
	by := o
	switch {
	case w.thanks:
		w.respond(forgiven, o)
		by = w.solved
	case w.awaited == content.NextResponse, w.awaited != "" && o.Event.ByPerson():
		w.respond(fulfilled, o)
	}
	w.resolved(by)
	w.stop(&w.periodic, fulfilled, o)
	w.closure = w.start(content.Closure, o.At, o.Event.Kind)
}

// resolved ends the resolution; its index stays, since a reopening continues it.
func (w *timer) resolved(by *content.Occurrence) {
	if w.resolution != none && w.clocks[w.resolution].Open() {
		w.solved = by
		w.clocks[w.resolution].stop(fulfilled, by.At, cause(by))
	}
}

// reopen continues the resolution, unless only the first solution counts, and ends the wait for the
// closing.
func (w *timer) reopen(o *content.Occurrence) {
	how := fulfilled
	if !o.Event.RequesterMessage() {
		how = cancelled
	}
	w.stop(&w.closure, how, o)
	w.resume()
}

// resume lets the resolution run on, unless it was measured already.
func (w *timer) resume() {
	if w.resolution == none {
		return
	}
	if c := &w.clocks[w.resolution]; c.end != fulfilled || c.Promise.Measure != "first" {
		c.end, c.Ended, c.By = notEnded, time.Time{}, nil
	}
}

// close ends everything: the ticket is closed, or will be by its requester's word. That word
// answers what they wrote after the first response.
func (w *timer) close(o *content.Occurrence) {
	how := lapsed
	if w.awaited == content.NextResponse {
		how = fulfilled
	}
	w.respond(how, o)
	w.resolved(o)
	w.stop(&w.closure, fulfilled, o)
	w.stop(&w.periodic, fulfilled, o)
	w.stop(&w.ack, lapsed, o)
}

func (w *timer) cancelAll(o *content.Occurrence) {
	for i := range w.clocks {
		w.clocks[i].stop(cancelled, o.At, cause(o))
	}
	w.response, w.closure, w.periodic, w.ack = none, none, none, none
	w.awaited, w.thanks = "", false
}

// putAside cancels what runs; should the ticket be reopened, it runs on.
func (w *timer) putAside(o *content.Occurrence) {
	w.expected, w.setAside = w.awaited, w.setAside[:0]
	for i := range w.clocks {
		if w.clocks[i].Open() {
			w.setAside = append(w.setAside, i)
		}
	}
	w.cancelAll(o)
}

// takeBack lets run on what was cancelled by mistake.
func (w *timer) takeBack(o *content.Occurrence) {
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
		case content.Closure: // it is open now: the closing will be announced again
			c.stop(cancelled, o.At, cause(o))
		}
	}
	w.awaited, w.setAside = w.expected, nil
	w.resume()
}

// enter cancels the response that runs and starts the new lane's at the evidence, or at the message
// where that came later.
func (w *timer) enter(evidence *content.Event, o *content.Occurrence) {
	if w.awaited == "" {
		return
	}
	w.stop(&w.response, cancelled, o)
	at := evidence.At
	if w.waiting.After(at) {
		at = w.waiting
	}
	w.await(w.awaited, w.message, at, evidence.Kind)
}

// since is the place of a ticket in its lane: the oldest message without an answer, else when the
// desk came to owe something; zero where it owes nothing.
func (w *timer) since(s *content.Standing) time.Time {
	switch {
	case s.Owes != content.OwesDesk:
		return time.Time{}
	case len(s.Unanswered) > 0:
		return w.timeline.oldest(s.Unanswered)
	}
	return w.owing
}
