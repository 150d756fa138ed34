package desk

import (
	"time"

	"balie/content"
)

// Pause is a time that does not count against the desk, half-open. To is zero for one that has not
// ended.
type Pause struct {
	From, To time.Time
	Why      PauseReason
	Event    *content.Event // that began it; nil where nobody said
}

// PauseReason says why a clock is paused.
type PauseReason string

// The reasons. WasSolved: of a resolution, the ticket was solved for a while and then reopened.
const (
	RequesterOwes  PauseReason = "requester"
	ThirdPartyOwes PauseReason = "third_party"
	WasSolved      PauseReason = "solved"
)

// cut returns the part of a pause that lies in [from, to); to is zero for no end. ok is false where
// nothing is left.
func (p Pause) cut(from, to time.Time) (Pause, bool) {
	if p.From.Before(from) {
		p.From = from
	}
	if !to.IsZero() && (p.To.IsZero() || p.To.After(to)) {
		p.To = to
	}
	return p, p.To.IsZero() || p.From.Before(p.To)
}

// elapsedWithoutPauses is Elapsed without the time of pauses, which are in order and do not
// overlap.
func (c *Calendar) elapsedWithoutPauses(from, to time.Time, pauses []Pause) time.Duration {
	return c.Elapsed(from, to) - c.openTimeOf(from, to, pauses)
}

// openTimeOf returns the open time of pauses within [from, to).
func (c *Calendar) openTimeOf(from, to time.Time, pauses []Pause) time.Duration {
	var open time.Duration
	for _, p := range pauses {
		if p, ok := p.cut(from, to); ok {
			open += c.Elapsed(p.From, p.To)
		}
	}
	return open
}

// dueAfterPauses is due without the time of pauses, which are in order and do not overlap. It is
// zero while a pause that has not ended keeps it away.
func (c *Calendar) dueAfterPauses(from time.Time, d time.Duration, pauses []Pause) time.Time {
	for _, p := range pauses {
		p, ok := p.cut(from, time.Time{})
		if !ok {
			continue
		}
		open := c.Elapsed(from, p.From)
		if open >= d {
			break
		}
		if p.To.IsZero() {
			return time.Time{}
		}
		from, d = p.To, d-open
	}
	return c.due(from, d)
}

// goalAndDue is when a target that started at an instant is due, zero for never. Where a target has
// a goal and a limit, goal is the one and due the other.
func (c *Calendar) goalAndDue(t *content.Target, from time.Time, pauses []Pause) (goal, due time.Time) {
	switch {
	case t.Within > 0:
		return goal, c.dueAfterPauses(from, time.Duration(t.Within), pauses)
	case t.Goal > 0 && t.Limit > 0:
		return c.dueAfterPauses(from, time.Duration(t.Goal), pauses), c.dueAfterPauses(from, time.Duration(t.Limit), pauses)
	case t.Goal > 0 || t.Limit > 0:
		return goal, c.dueAfterPauses(from, time.Duration(t.Goal+t.Limit), pauses)
	}
	return goal, c.postponed(from, c.dayDue(t, from), pauses)
}

// dayDue is when a target that counts days is due, as if nothing paused it.
func (c *Calendar) dayDue(t *content.Target, from time.Time) time.Time {
	switch {
	case t.EndOfDayBefore > 0:
		return c.endOfDay(from, t.EndOfDayBefore.Minutes())
	case t.WorkingDays > 0 && t.At == "same_time":
		return c.sameTime(from, t.WorkingDays)
	case t.WorkingDays > 0:
		return c.closingAfter(from, t.WorkingDays)
	}
	return c.every(from, time.Duration(t.Every))
}

// postponed returns a due time later by the open time of the pauses before it, and of those that it
// reaches by that.
func (c *Calendar) postponed(from, due time.Time, pauses []Pause) time.Time {
	if due.IsZero() || len(pauses) == 0 {
		return due
	}
	if open := c.openTimeOf(from, due, pauses); open > 0 {
		return c.dueAfterPauses(due, open, pauses)
	}
	return due
}

// closingAfter is closing time of the n-th working day after an instant's; zero where there is
// none.
func (c *Calendar) closingAfter(from time.Time, n int) time.Time {
	return c.closing(c.AddDays(c.date(from), n))
}

// endOfDay is closing time of the day of arrival, if it came before that and before an hour of the
// day; else closing time of the next working day.
func (c *Calendar) endOfDay(from time.Time, minutes int) time.Time {
	d := c.date(from)
	closing := c.closing(d)
	if from.Before(closing) && from.Before(content.Local(d, minutes*60, c.zone)) {
		return closing
	}
	return c.closingAfter(from, 1)
}

// sameTime is the same time of the day on the n-th working day after.
func (c *Calendar) sameTime(from time.Time, n int) time.Time {
	d := c.AddDays(c.date(from), n)
	if d.IsZero() {
		return time.Time{}
	}
	local := from.In(c.zone)
	hour, minute, second := local.Clock()
	return content.Local(d, (hour*60+minute)*60+second, c.zone)
}

// every is the same local time so many working days on, or the next closing time where the desk is
// closed then. A length that is not whole days counts as open time.
func (c *Calendar) every(from time.Time, d time.Duration) time.Time {
	const day = 24 * time.Hour
	if d%day != 0 {
		return c.due(from, d)
	}
	due := c.sameTime(from, int(d/day))
	if due.IsZero() || c.isOpen(due) {
		return due
	}
	return c.nextClosing(due)
}

func (c *Calendar) date(at time.Time) content.Date { return content.DateOf(at.In(c.zone)) }
