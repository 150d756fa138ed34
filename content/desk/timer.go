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
	course
	room [8]Clock // for the clocks of most tickets
}

// course is how far one ticket has come. Each index is of the clock that runs, or none.
type course struct {
	strand strand
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

func (d *Desk) timer(all Lookup, now time.Time) *timer {
	if all == nil {
		all = alone{}
	}
	w := &timer{d: d, all: all, now: now}
	w.clocks = w.room[:0]
	return w
}

// run takes a ticket through its events, and returns where it stands.
func (w *timer) run(t *content.Ticket) content.Standing {
	w.course = course{strand: w.d.strandOf(t, w.all, w.now), clocks: w.clocks[:0], pauses: w.pauses[:0], ack: none, response: none, resolution: none, closure: none, periodic: none}
	last := content.Standing{}
	w.strand.Until(w.now, func(e *content.Event, before, after content.Standing) {
		if before.State == content.NotYet {
			w.place.begin(w.strand.Lane, w.d.at(e.At))
		}
		w.step(e, &before, &after)
		last = after
	})
	return last
}

// ticket is what run found of a ticket.
func (w *timer) ticket(t *content.Ticket, standing content.Standing) Ticket {
	out := Ticket{Standing: standing, Ticket: t, Clocks: w.judged(standing), Evidence: w.strand.evidence}
	out.Lane = w.d.at(w.now).laneIn(w.place.lane)
	out.Rank = w.d.rank(out.Lane, w.now)
	if l := w.d.at(w.now).lane(w.place.meant); l != nil && w.place.meant != w.place.lane && l.Requires != "" {
		out.Meant = l.ID
	}
	if standing.Owes == content.OwesDesk {
		out.Since = w.since(standing)
	}
	out.DemotedUntil = w.d.demotedUntil(t, w.all, out.Since, w.now)
	if len(w.strand.brought) > 0 {
		w.strand.mend(&out.Standing, t, w.now)
	}
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
		w.takeBack(w.strand.cause(e))
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
		w.pauses = append(w.pauses, Pause{From: e.At, Why: is, Event: w.strand.cause(e)})
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
	r := v.ticketRule(name, v.laneIn(w.place.lane), w.strand.Channel, w.strand.Form)
	if r == nil {
		return none
	}
	w.clocks = append(w.clocks, newClock(r, v, name, at, why))
	return len(w.clocks) - 1
}

func (w *timer) stop(index *int, how ending, by *content.Event) {
	if *index != none {
		w.clocks[*index].stop(how, by.At, w.strand.cause(by))
		*index = none
	}
}

// await starts the clock of a response.
func (w *timer) await(name content.ClockName, at time.Time, why content.Kind) {
	w.awaited, w.waiting = name, at
	w.response = w.start(name, at, why)
}

func (w *timer) respond(how ending, by *content.Event) {
	w.stop(&w.response, how, by)
	w.awaited, w.thanks = "", false
}

// message takes what the requester wrote, or a merging or splitting brought.
func (w *timer) message(e *content.Event, before *content.Standing) {
	why := w.strand.cause(e).Kind
	if e.Kind == content.Received {
		w.acknowledge(e, why)
	}
	switch {
	case w.awaited != "":
	case w.asked || why == content.Merged:
		w.await(content.NextResponse, e.At, why)
		w.thanks = before.State == content.SolvedState && before.Resolution != outOfScope && why == content.Message
	default:
		w.await(content.FirstResponse, e.At, why)
	}
	if !w.asked {
		w.asked = true
		w.resolution = w.start(content.Resolution, e.At, why)
	}
}

// acknowledge starts the clock until the number reached them; form and API show it at once.
func (w *timer) acknowledge(e *content.Event, why content.Kind) {
	w.ack = w.start(content.Acknowledgement, e.At, why)
	if w.strand.Channel == "form" || w.strand.Channel == "api" {
		w.stop(&w.ack, fulfilled, e)
	}
}

// answer takes a response by a person. After a partial one the next is awaited.
func (w *timer) answer(e *content.Event, before *content.Standing) {
	w.stop(&w.periodic, fulfilled, e)
	if before.State != content.SolvedState {
		w.periodic = w.start(content.PeriodicUpdate, e.At, e.Kind)
	}
	if !w.asked {
		return
	}
	w.respond(fulfilled, e)
	if e.Data().Partly {
		w.await(content.NextResponse, e.At, e.Kind)
	}
}

func (w *timer) solve(e *content.Event) {
	by := e
	switch {
	case w.thanks:
		w.respond(forgiven, e)
		by = w.solved
	case w.awaited == content.NextResponse, w.awaited != "" && e.ByPerson():
		w.respond(fulfilled, e)
	}
	w.resolved(by)
	w.stop(&w.periodic, fulfilled, e)
	w.closure = w.start(content.Closure, e.At, e.Kind)
}

// resolved ends the resolution; its index stays, since a reopening continues it.
func (w *timer) resolved(by *content.Event) {
	if w.resolution != none && w.clocks[w.resolution].Open() {
		w.solved = by
		w.clocks[w.resolution].stop(fulfilled, by.At, w.strand.cause(by))
	}
}

// reopen continues the resolution, unless only the first solution counts, and ends the wait for the closing.
func (w *timer) reopen(e *content.Event) {
	how := fulfilled
	if !e.RequesterMessage() {
		how = cancelled
	}
	w.stop(&w.closure, how, e)
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
		w.clocks[i].stop(cancelled, e.At, w.strand.cause(e))
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
func (w *timer) takeBack(by *content.Event) {
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
			c.stop(cancelled, by.At, by)
		}
	}
	w.awaited, w.setAside = w.expected, nil
	w.resume()
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
	w.await(w.awaited, at, w.strand.cause(evidence).Kind)
}

// since is the place of a ticket in its lane.
func (w *timer) since(s content.Standing) time.Time {
	if oldest := w.strand.earliest(s.Unanswered); oldest != nil {
		return oldest.At
	}
	return w.owing
}
