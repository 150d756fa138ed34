package desk

import (
	"time"

	"balie/content"
)

// DemotedUntil is until when a ticket goes behind the others of its lane: the earliest of what
// staff said, of what the policy allows, and of how long a ticket may wait that has waited since an
// instant. It is zero where the ticket goes behind nobody now.
func (d *Desk) DemotedUntil(t *content.Ticket, all Lookup, since, now time.Time) time.Time {
	e := lastDemotion(t, all, now)
	if e == nil {
		return time.Time{}
	}
	until := e.Data().Until
	if v := d.versionAt(e.At); v != nil && v.FairUse != nil {
		if longest := v.FairUse.Demotion; longest > 0 {
			until = earliest(until, e.At.Add(time.Duration(longest)))
		}
		if starving := v.FairUse.Starvation; starving > 0 && !since.IsZero() {
			until = earliest(until, v.mainCalendar.due(since, time.Duration(starving)))
		}
	}
	if !until.After(now) {
		return time.Time{}
	}
	return until
}

func earliest(a, b time.Time) time.Time {
	if !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// lastDemotion is the requester's last one by an instant, on this ticket or another; or nil.
func lastDemotion(t *content.Ticket, all Lookup, now time.Time) *content.Event {
	var last *content.Event
	newer := func(e *content.Event) {
		if e.Kind == content.Demoted && !e.At.After(now) && (last == nil || !e.At.Before(last.At)) {
			last = e
		}
	}
	for _, e := range all.Demotions(t.Requester) {
		newer(e)
	}
	for _, e := range t.Events {
		newer(e)
	}
	return last
}
