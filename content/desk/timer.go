package desk

import (
	"time"

	"balie/content"
)

// noClock is the index of a clock that does not run.
const noClock = -1

// clockRunner runs tickets' clocks through their events, one ticket after another.
type clockRunner struct {
	d   *Desk
	all Lookup
	now time.Time
	clockRunnerState
	firstClocks [8]Clock // memory for the clocks of most tickets
}

// clockRunnerState is how far one ticket has come. Each field …Clock below is the index of the
// clock that runs, or noClock.
type clockRunnerState struct {
	timeline timeline
	lanes    laneState

	clocks             []Clock
	pauses             []Pause
	hasWritten         bool              // the requester has written
	awaitedClock       content.ClockName // the response that is awaited, promised or not; or ""
	awaitedMessage     *content.Event    // the oldest message that waits for it
	awaitedSince       time.Time         // since when the response is awaited
	messageAfterSolved bool              // the awaited message was written to a solved ticket
	deskOwesSince      time.Time         // since when the desk owes something

	acknowledgementClock, responseClock, resolutionClock, closureClock, periodicClock int

	resolvedBy        *content.Occurrence // what ended the resolution the last time
	suspended         []int               // the clocks that spam or out_of_scope cancelled
	suspendedResponse content.ClockName   // the response that was awaited then
	confirmed         awaited             // what was awaited when the requester confirmed
}

// awaited is a response that is awaited, and the index of its clock.
type awaited struct {
	clock   content.ClockName
	message *content.Event
	since   time.Time
	running int
}

func (d *Desk) newClockRunner(all Lookup, now time.Time) *clockRunner {
	if all == nil {
		all = noOthers{}
	}
	r := &clockRunner{d: d, all: all, now: now}
	r.clocks = r.firstClocks[:0]
	return r
}

// run takes a ticket through its events, and returns its snapshot at the instant of
// the runner. yield gets each step. It may be nil.
func (r *clockRunner) run(t *content.Ticket, yield func(Step)) content.TicketSnapshot {
	r.clockRunnerState = clockRunnerState{
		timeline: r.d.timelineIn(r.timeline.occurrences, t, r.all, r.now),
		clocks:   r.clocks[:0], pauses: r.pauses[:0],
		acknowledgementClock: noClock, responseClock: noClock, resolutionClock: noClock, closureClock: noClock, periodicClock: noClock,
		confirmed: awaited{running: noClock},
	}
	l := &r.timeline
	return l.Replay(l.occurrences, r.now, func(o *content.Occurrence, before, after *content.TicketSnapshot) {
		if before.State == content.NotYet {
			r.lanes.enterFirst(l.Lane, r.d.versionAt(o.At))
		}
		r.step(o, before, after)
		if yield != nil {
			yield(Step{o, before, after, r.d.versionAt(o.At).laneIn(r.lanes.currentLane), r.queuedSince(after)})
		}
	})
}

// ticket returns a ticket with what run found. snapshot is what run returned.
func (r *clockRunner) ticket(t *content.Ticket, snapshot content.TicketSnapshot) Ticket {
	out := Ticket{TicketSnapshot: snapshot, Ticket: t, Clocks: r.judgedClocks(snapshot), Evidence: r.timeline.evidence}
	out.Lane = r.d.versionAt(r.now).laneIn(r.lanes.currentLane)
	out.Rank = r.d.rank(out.Lane, r.now)
	if l := r.d.versionAt(r.now).lane(r.lanes.meantLane); l != nil && r.lanes.meantLane != r.lanes.currentLane && l.Requires != "" {
		out.MeantLane = l.ID
	}
	out.Since = r.queuedSince(&snapshot)
	out.DemotedUntil = r.d.DemotedUntil(t, r.all, out.Since, r.now)
	return out
}

// judgedClocks returns the clocks with their states and due times.
func (r *clockRunner) judgedClocks(snapshot content.TicketSnapshot) []Clock {
	if len(r.clocks) == 0 {
		return nil
	}
	clocks := make([]Clock, len(r.clocks))
	for i := range clocks {
		c := &clocks[i]
		*c = r.clocks[i]
		c.judge(r.pauses, r.now)
		if snapshot.State == content.SpamState || snapshot.Resolution == outOfScope {
			c.State = Cancelled
		}
	}
	return clocks
}

// step takes one event. What it means to the clocks follows from how it moved the ticket.
func (r *clockRunner) step(o *content.Occurrence, before, after *content.TicketSnapshot) {
	e := o.Event
	r.updatePauses(o, before, after)
	if before.State == content.SolvedState && after.State == content.Open {
		r.reopen(o, after)
	}
	if len(after.Unanswered) > len(before.Unanswered) && e.RequesterMessage() {
		r.receive(o, before)
	}
	if e.Kind == content.Acknowledged || e.ByPerson() && !r.d.canMail(r.timeline.Ticket) {
		r.stop(&r.acknowledgementClock, fulfilled, o)
	}
	switch {
	case o.As == content.FollowUpFiled:
		if len(before.Unanswered) > len(after.Unanswered) {
			r.endResponse(cancelled, o)
		}
		return
	case isAnswer(o, before, after):
		r.answer(o, before, after)
	case before.State == content.ClosedState && len(before.Unanswered) > len(after.Unanswered):
		r.endResponse(forgiven, o) // staff's word, without a text, that it is solved
	}
	r.applyTransition(o, before, after)
	if evidence := r.lanes.step(e, r.d.versionAt(o.At)); evidence != nil {
		r.enterLane(evidence, o)
	}
}

// isAnswer reports whether an event is a response by a person to a ticket that still takes one.
func isAnswer(o *content.Occurrence, before, after *content.TicketSnapshot) bool {
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

// applyTransition stops and resumes clocks where the event changed the ticket's state.
func (r *clockRunner) applyTransition(o *content.Occurrence, before, after *content.TicketSnapshot) {
	switch {
	case after.State == before.State && after.Solved == before.Solved:
	case after.State == content.SpamState, after.Resolution == outOfScope && o.Event.Kind == content.OutOfScope:
		r.suspendClocks(o)
	case after.State == content.MergedState:
		r.cancelAll(o)
	case after.State == content.ClosedState, !after.ClosesAt.IsZero():
		r.close(o)
	case after.State == content.SolvedState:
		r.solve(o)
	case o.Event.Kind == content.Reopened && (before.State == content.SpamState || before.Resolution == outOfScope):
		r.resumeSuspended(o)
	}
}

const outOfScope content.ResolvedAs = "out_of_scope"

// causeOf returns the event that a clock names: the merge or the split that moved a message, else
// the event itself.
func causeOf(o *content.Occurrence) *content.Event {
	if o.Cause != nil && o.Event.RequesterMessage() {
		return o.Cause
	}
	return o.Event
}

// updatePauses ends a pause and begins one where the event changed who owes the answer. A solved
// ticket is paused too.
func (r *clockRunner) updatePauses(o *content.Occurrence, before, after *content.TicketSnapshot) {
	if after.Owes == content.OwesDesk && before.Owes != content.OwesDesk {
		r.deskOwesSince = o.At
	}
	was, is := pauseReason(before), pauseReason(after)
	if was == is {
		return
	}
	if was != "" {
		r.pauses[len(r.pauses)-1].To = o.At
	}
	if is != "" {
		r.pauses = append(r.pauses, Pause{From: o.At, Why: is, Event: causeOf(o)})
	}
}

func pauseReason(s *content.TicketSnapshot) PauseReason {
	if s.State == content.SolvedState {
		return WasSolved
	}
	if s.Owes == content.OwesRequester || s.Owes == content.OwesThirdParty {
		return PauseReason(s.Owes)
	}
	return ""
}

// start starts a clock if one is promised, and returns its index.
func (r *clockRunner) start(name content.ClockName, at time.Time, why content.Kind) int {
	v := r.d.versionAt(at)
	matched := v.ticketRule(name, v.laneIn(r.lanes.currentLane), r.timeline.Channel, r.timeline.Form)
	if matched == nil {
		return noClock
	}
	r.clocks = append(r.clocks, newClock(matched, v, name, at, why))
	return len(r.clocks) - 1
}

func (r *clockRunner) stop(index *int, how ending, by *content.Occurrence) {
	if *index != noClock {
		r.clocks[*index].stop(how, by.At, causeOf(by))
		*index = noClock
	}
}

// startResponse starts the clock of the response to a message.
func (r *clockRunner) startResponse(name content.ClockName, message *content.Event, at time.Time, why content.Kind) {
	r.awaitedClock, r.awaitedMessage, r.awaitedSince = name, message, at
	r.responseClock = r.start(name, at, why)
}

func (r *clockRunner) endResponse(how ending, by *content.Occurrence) {
	r.stop(&r.responseClock, how, by)
	r.awaitedClock, r.awaitedMessage, r.messageAfterSolved = "", nil, false
}

// receive starts the clocks of a message: one that the requester wrote, or that a merge or a split
// moved here.
func (r *clockRunner) receive(o *content.Occurrence, before *content.TicketSnapshot) {
	why := causeOf(o).Kind
	if o.Event.Kind == content.Received && o.As == content.OwnEvent {
		r.acknowledge(o, why)
	}
	switch {
	case r.awaitedClock != "":
	case r.hasWritten || why == content.Merged:
		r.startResponse(content.NextResponse, o.Event, o.At, why)
		r.messageAfterSolved = before.State == content.SolvedState && before.Resolution != outOfScope && why == content.Message
	default:
		r.startResponse(content.FirstResponse, o.Event, o.At, why)
	}
	if !r.hasWritten {
		r.hasWritten = true
		r.resolutionClock = r.start(content.Resolution, o.At, why)
	}
}

// acknowledge starts the clock of the acknowledgement. A form and the API show the number at once,
// which fulfils it. Else the mail with the number does or, where none can go, the first word by a
// person.
func (r *clockRunner) acknowledge(o *content.Occurrence, why content.Kind) {
	r.acknowledgementClock = r.start(content.Acknowledgement, o.At, why)
	if r.timeline.Channel == "form" || r.timeline.Channel == "api" {
		r.stop(&r.acknowledgementClock, fulfilled, o)
	}
}

// answer fulfils clocks by a person's response. After a partial one the next response is awaited.
// If its writer had not read a message, the response to that message is awaited.
func (r *clockRunner) answer(o *content.Occurrence, before, after *content.TicketSnapshot) {
	r.stop(&r.periodicClock, fulfilled, o)
	if before.State != content.SolvedState && before.State != content.ClosedState {
		r.periodicClock = r.start(content.PeriodicUpdate, o.At, o.Event.Kind)
	}
	if !r.hasWritten || r.awaitedMessage != nil && !o.HasRead(r.awaitedMessage) {
		return
	}
	partly, message := o.Event.Data().Partly, r.awaitedMessage
	r.endResponse(fulfilled, o)
	for _, unread := range after.Unanswered {
		if !o.HasRead(unread) {
			crossed := r.timeline.occurrence(unread)
			r.startResponse(content.NextResponse, unread, crossed.At, causeOf(crossed).Kind)
			return
		}
	}
	if partly {
		r.startResponse(content.NextResponse, message, o.At, o.Event.Kind)
	}
}

func (r *clockRunner) solve(o *content.Occurrence) {
	by := o
	switch {
	case r.messageAfterSolved:
		r.endResponse(forgiven, o)
		by = r.resolvedBy
	case r.awaitedClock == content.NextResponse, r.awaitedClock != "" && o.Event.ByPerson():
		r.endResponse(fulfilled, o)
	}
	r.stopResolution(by)
	r.stop(&r.periodicClock, fulfilled, o)
	r.closureClock = r.start(content.Closure, o.At, o.Event.Kind)
}

// stopResolution fulfils the resolution. Its index stays, since a reopening continues it.
func (r *clockRunner) stopResolution(by *content.Occurrence) {
	if r.resolutionClock != noClock && r.clocks[r.resolutionClock].Open() {
		r.resolvedBy = by
		r.clocks[r.resolutionClock].stop(fulfilled, by.At, causeOf(by))
	}
}

// reopen continues the resolution, unless only the first solution counts, and ends the wait for the
// closing. Messages that wait again were set aside by the requester's confirmed: their response is
// awaited as before.
func (r *clockRunner) reopen(o *content.Occurrence, after *content.TicketSnapshot) {
	how := fulfilled
	if !o.Event.RequesterMessage() {
		how = cancelled
	}
	r.stop(&r.closureClock, how, o)
	r.continueResolution()
	if o.Event.Kind == content.Reopened && len(after.Unanswered) > 0 {
		a := r.confirmed
		r.awaitedClock, r.awaitedMessage, r.awaitedSince, r.responseClock = a.clock, a.message, a.since, a.running
		r.resume(a.running)
	}
}

// resume lets a clock run on as if it had not ended.
func (r *clockRunner) resume(index int) {
	if index != noClock {
		c := &r.clocks[index]
		c.end, c.Ended, c.By = notEnded, time.Time{}, nil
	}
}

// continueResolution reopens the resolution, unless it ended and only the first solution counts.
func (r *clockRunner) continueResolution() {
	if i := r.resolutionClock; i != noClock && (r.clocks[i].end != fulfilled || r.clocks[i].Promise.Measure != "first") {
		r.resume(i)
	}
}

// close ends every clock: the ticket is closed, or will be because its requester confirmed the
// solution. The confirmation also fulfils a next response.
func (r *clockRunner) close(o *content.Occurrence) {
	r.confirmed = awaited{r.awaitedClock, r.awaitedMessage, r.awaitedSince, r.responseClock}
	how := lapsed
	if r.awaitedClock == content.NextResponse {
		how = fulfilled
	}
	r.endResponse(how, o)
	r.stopResolution(o)
	r.stop(&r.closureClock, fulfilled, o)
	r.stop(&r.periodicClock, fulfilled, o)
	r.stop(&r.acknowledgementClock, lapsed, o)
}

func (r *clockRunner) cancelAll(o *content.Occurrence) {
	for i := range r.clocks {
		r.clocks[i].stop(cancelled, o.At, causeOf(o))
	}
	r.responseClock, r.closureClock, r.periodicClock, r.acknowledgementClock = noClock, noClock, noClock, noClock
	r.awaitedClock, r.messageAfterSolved = "", false
}

// suspendClocks cancels the clocks that run. resumeSuspended undoes it if the ticket is reopened.
func (r *clockRunner) suspendClocks(o *content.Occurrence) {
	r.suspendedResponse, r.suspended = r.awaitedClock, r.suspended[:0]
	for i := range r.clocks {
		if r.clocks[i].Open() {
			r.suspended = append(r.suspended, i)
		}
	}
	r.cancelAll(o)
}

// resumeSuspended reopens the clocks that suspendClocks cancelled.
func (r *clockRunner) resumeSuspended(o *content.Occurrence) {
	for _, i := range r.suspended {
		r.resume(i)
		c := &r.clocks[i]
		switch c.Name {
		case content.FirstResponse, content.NextResponse:
			r.responseClock = i
		case content.Acknowledgement:
			r.acknowledgementClock = i
		case content.PeriodicUpdate:
			r.periodicClock = i
		case content.Closure: // the closing will be announced again
			c.stop(cancelled, o.At, causeOf(o))
		}
	}
	r.awaitedClock, r.suspended = r.suspendedResponse, nil
	r.continueResolution()
}

// enterLane cancels the response clock that runs and starts the new lane's. That one starts at the
// evidence, or at the message if it came later.
func (r *clockRunner) enterLane(evidence *content.Event, o *content.Occurrence) {
	if r.awaitedClock == "" {
		return
	}
	r.stop(&r.responseClock, cancelled, o)
	at := evidence.At
	if r.awaitedSince.After(at) {
		at = r.awaitedSince
	}
	r.startResponse(r.awaitedClock, r.awaitedMessage, at, evidence.Kind)
}

// queuedSince returns the time by which a ticket is ordered in its lane: the oldest message without
// an answer, else when the desk came to owe something. It is zero where the desk owes nothing.
func (r *clockRunner) queuedSince(s *content.TicketSnapshot) time.Time {
	switch {
	case s.Owes != content.OwesDesk:
		return time.Time{}
	case len(s.Unanswered) > 0:
		return r.timeline.oldestQueued(s.Unanswered)
	}
	return r.deskOwesSince
}
