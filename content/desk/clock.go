package desk

import (
	"time"

	"balie/content"
)

// ClockState says whether a clock runs, and whether its promise was kept.
type ClockState string

// The states. Late: the goal is missed and the limit is not. Overdue: breached and not fulfilled
// yet. Met and Missed: fulfilled in time or after.
const (
	Running   ClockState = "running"
	Paused    ClockState = "paused"
	Late      ClockState = "late"
	Overdue   ClockState = "overdue"
	Met       ClockState = "met"
	Missed    ClockState = "missed"
	Cancelled ClockState = "cancelled"
)

// Clock is one promise as it runs, or ran, on a case. Instants are zero where there is none.
type Clock struct {
	Promise  *content.Promise
	Policy   *content.Policy // the version it belongs to; nil for a time that staff named themselves
	Calendar string          // its name in that version, or "always"
	Name     content.ClockName

	Started time.Time
	Why     content.Kind // what started it: a message, a merging, a payment...

	Due      time.Time // the limit, where there are a goal and a limit; zero while a pause lasts
	GoalDue  time.Time // only where there are both
	LimitDue time.Time // only where there are both
	Pauses   []Pause   // that count for it, in order, within its time
	Elapsed  time.Duration

	State     ClockState
	Fulfilled time.Time
	Ended     time.Time      // fulfilled or cancelled
	By        *content.Event // what ended it, or nil

	calendar *Calendar
	end      ending
}

// ending says how a clock ended. Its state follows once its due time is known.
type ending byte

const (
	notEnded  ending = iota
	fulfilled        // met, or missed
	cancelled
	lapsed   // nobody can fulfil it any more: missed if it was breached by then, else cancelled
	forgiven // met, or cancelled
)

// Open reports whether it still runs: nothing has fulfilled or cancelled it.
func (c *Clock) Open() bool { return c.end == notEnded }

// Breached reports whether it is overdue or was missed. A missed goal whose limit is yet to come is
// no breach.
func (c *Clock) Breached() bool { return c.State == Overdue || c.State == Missed }

// BreachedFrom is the first instant at which an open clock is breached if nothing happens before:
// as soon as the desk has been open after what was due. It is zero where that never comes.
func (c *Clock) BreachedFrom() time.Time {
	switch {
	case !c.Open() || c.Due.IsZero():
		return time.Time{}
	case c.calendar == nil:
		return c.Due.Add(1)
	}
	return c.calendar.dueAfterPauses(c.Due, 1, c.Pauses)
}

func newClock(r *rule, v *version, name content.ClockName, at time.Time, why content.Kind) Clock {
	return Clock{Promise: r.Promise, Policy: v.Policy, Calendar: r.calendarName, Name: name, Started: at, Why: why, calendar: r.calendar}
}

func (c *Clock) stop(how ending, at time.Time, by *content.Event) {
	if c.end == notEnded {
		c.end, c.Ended, c.By = how, at, by
	}
}

// judge works out the due times and the state at an instant. The pauses are all those of the case,
// in order.
func (c *Clock) judge(pauses []Pause, now time.Time) {
	end := c.Ended
	if c.Open() {
		end = now
	}
	c.Pauses = c.ownPauses(pauses)
	c.GoalDue, c.Due = c.calendar.goalAndDue(c.Promise.Target, c.Started, c.Pauses)
	if !c.GoalDue.IsZero() {
		c.LimitDue = c.Due
	}
	c.Elapsed = c.calendar.elapsedWithoutPauses(c.Started, end, c.Pauses)
	c.setVerdict(c.isPast(c.GoalDue, end), c.isPast(c.Due, end))
}

// isPast reports whether an open, unpaused second lies between a due time and an end.
func (c *Clock) isPast(due, end time.Time) bool {
	return !due.IsZero() && due.Before(end) && c.calendar.elapsedWithoutPauses(due, end, c.Pauses) > 0
}

func (c *Clock) setVerdict(pastGoal, pastDue bool) {
	switch {
	case c.Open():
		c.State = c.openState(pastGoal, pastDue)
	case c.end == cancelled, c.end == lapsed && !pastDue, c.end == forgiven && pastDue:
		c.State = Cancelled
	case pastDue:
		c.State = Missed
	default:
		c.State = Met
	}
	if c.end == fulfilled || c.State == Met {
		c.Fulfilled = c.Ended
	}
}

func (c *Clock) openState(pastGoal, pastDue bool) ClockState {
	switch {
	case pastDue:
		return Overdue
	case pastGoal:
		return Late
	case len(c.Pauses) > 0 && c.Pauses[len(c.Pauses)-1].To.IsZero():
		return Paused
	}
	return Running
}

// ownPauses are those that the promise lets count, within the clock's time.
func (c *Clock) ownPauses(pauses []Pause) []Pause {
	var own []Pause
	for _, p := range pauses {
		if !c.pausedBy(p.Why) {
			continue
		}
		if p, ok := p.cut(c.Started, c.Ended); ok {
			own = append(own, p)
		}
	}
	return own
}

// pausedBy reports whether a reason stops the clock. Without a word in the policy a resolution is
// stopped by whoever else owes the answer, and a response by nobody.
func (c *Clock) pausedBy(why PauseReason) bool {
	switch c.Name {
	case content.Acknowledgement, content.Closure, content.PostmortemDue:
		return false
	case content.Resolution:
		if why == WasSolved || c.Promise.Pauses == nil {
			return true
		}
	}
	for _, owes := range c.Promise.Pauses {
		if PauseReason(owes) == why {
			return true
		}
	}
	return false
}
