package desk

import (
	"slices"
	"time"

	"balie/content"
)

// A call by which a ticket enters a lane is the evidence for that: the requester's word that it is urgent, and no answer to it. Whichever came first, the call or staff's word
// that the ticket is meant for the lane, it counts so from the moment at which both are on record; until then a call is an answer, like any other. A ticket that was closed
// or merged by then stays so.
//
// One call is enough: what lets the ticket into a lane once lets it in again, and every later call is an answer.

// hear lets the call by which a ticket entered a lane by an instant count as evidence.
func (d *Desk) hear(s *strand, now time.Time) {
	call := d.entry(s, now)
	if call == nil {
		return
	}
	copied, here := *s.Ticket, *call
	here.Kind = content.Evidence
	copied.Events = slices.Clone(s.Events)
	copied.Events[slices.Index(copied.Events, call)] = &here
	s.evidence = s.file(call)
	s.brought = append(s.brought, brought{event: &here, file: s.evidence, origin: s.evidence})
	s.Ticket = &copied
}

// entry is the call by which a ticket entered a lane by an instant, or nil.
func (d *Desk) entry(s *strand, now time.Time) (call *content.Event) {
	if !d.byCall || !slices.ContainsFunc(s.Events, func(e *content.Event) bool { return e.Kind == content.Call }) {
		return nil
	}
	var p place
	s.Until(now, func(e *content.Event, before, _ content.Standing) {
		v := d.at(e.At)
		if before.State == content.NotYet {
			p.begin(s.Lane, v)
		}
		evidence := p.step(e, v)
		if evidence != nil && evidence.Kind == content.Call && before.State != content.ClosedState && before.State != content.MergedState {
			call = evidence
		}
	})
	return call
}
