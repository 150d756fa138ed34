package main

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"balie/content"
	"balie/content/desk"
)

// clocks explains each clock: its promise, when it started and why, what paused it, when it is due,
// and its state.
func (s *sheet) clocks(clocks []desk.Clock) {
	if len(clocks) == 0 {
		s.linef("\nno clock runs or ran on it")
	}
	for _, c := range clocks {
		s.linef("")
		s.clock(c)
	}
}

func (s *sheet) clock(c desk.Clock) {
	s.linef("%s: %s", spaced(c.Name), c.State)
	s.linef("    promise    %s", promiseSource(c))
	s.linef("    started    %s, %s", s.exact(c.Started), spaced(c.Why))
	for _, p := range c.Pauses {
		until := "and goes on"
		if !p.To.IsZero() {
			until = "to " + s.exact(p.To)
		}
		s.linef("    paused     %s %s: %s", s.exact(p.From), until, pausedBy[p.Why])
	}
	s.linef("    due        %s", s.dueOf(c))
	switch {
	case !c.Fulfilled.IsZero():
		s.linef("    fulfilled  %s%s", s.exact(c.Fulfilled), causeOf(c.By))
	case !c.Ended.IsZero():
		s.linef("    ended      %s%s", s.exact(c.Ended), causeOf(c.By))
	}
	s.linef("    elapsed    %s", elapsed(c))
}

func causeOf(e *content.Event) string {
	if e == nil {
		return ""
	}
	return ", " + spaced(e.Kind)
}

// dueOf says when a clock is due, one that runs or one that would.
func (s *sheet) dueOf(c desk.Clock) string {
	switch {
	case c.Due.IsZero():
		return "not while it is paused"
	case !c.GoalDue.IsZero():
		return fmt.Sprintf("goal %s, limit %s", s.exact(c.GoalDue), s.exact(c.Due))
	}
	return s.exact(c.Due)
}

// elapsed says how much time of the clock's calendar has gone by.
func elapsed(c desk.Clock) string {
	text := hours(c.Elapsed)
	if c.Calendar != "always" {
		return text + " of open time"
	}
	return text
}

// hours writes a duration in hours and smaller units: 26h19m and not 1d2h19m, since a day of open
// time has fewer than 24 hours.
func hours(d time.Duration) string {
	d = d.Truncate(time.Second)
	text := d.String()
	if d%time.Minute == 0 {
		text = strings.TrimSuffix(text, "0s")
	}
	if d%time.Hour == 0 {
		text = strings.TrimSuffix(text, "0m")
	}
	return cmp.Or(text, "0m")
}

// promiseSource returns the names of a clock's promise, its target and calendar, and the policy
// file.
func promiseSource(c desk.Clock) string {
	if c.Policy == nil {
		return "the time that the last update named"
	}
	calendar := "calendar " + c.Calendar
	if c.Calendar == "always" {
		calendar = "every hour of every day"
	}
	return fmt.Sprintf("%s: %s, %s, by %s", c.Promise.ID, target(c.Promise.Target), calendar, c.Policy.Path)
}

// target writes a target as the policy does.
func target(t *content.Target) string {
	switch {
	case t == nil:
		return "no target"
	case t.Within > 0:
		return "within " + hours(time.Duration(t.Within))
	case t.Goal > 0:
		return fmt.Sprintf("goal %s, limit %s", hours(time.Duration(t.Goal)), hours(time.Duration(t.Limit)))
	case t.EndOfDayBefore != 0:
		return "end of the day before " + t.EndOfDayBefore.String()
	case t.WorkingDays == 1:
		return "1 working day"
	case t.WorkingDays > 0:
		return fmt.Sprintf("%d working days", t.WorkingDays)
	}
	return "every " + t.Every.String()
}

var pausedBy = map[desk.PauseReason]string{
	desk.RequesterOwes:  "the requester owed the answer",
	desk.ThirdPartyOwes: "a third party owed the answer",
	desk.WasSolved:      "it was solved",
}
