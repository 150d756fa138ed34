package desk

import (
	"fmt"
	"slices"
	"time"

	"balie/content"
)

// Codes of problems that only clocks and history know.
const (
	codeCauseOwed    = "postmortem-overdue"
	codeEditedPolicy = "edited-policy"
)

// Checker finds problems of promises in a tree without errors, besides those of check.Check: a
// cause that is owed too long, an event of a merged ticket without effect, a version that was
// changed while tickets ran by it. It remembers what is owed of incidents, by the identity of their
// records; that never changes a result.
//
// The zero value is ready. It is not for use by two at once.
type Checker struct {
	desk    *Desk
	settled map[*content.Incident]settledCause
}

// settledCause is the problem of an incident's cause from an instant on, or none, until something
// is written.
type settledCause struct {
	from     time.Time
	problems []content.Problem
}

// Check returns the problems at an instant. committed returns when a file first and last changed,
// zero where that is not known.
func (c *Checker) Check(d *Desk, tree *content.Tree, committed func(path string) (first, last time.Time), now time.Time) []content.Problem {
	if c.desk != d || len(c.settled) > 2*len(tree.Incidents) { // many are gone from the tree
		*c = Checker{desk: d, settled: map[*content.Incident]settledCause{}}
	}
	var problems []content.Problem
	for _, i := range tree.Incidents {
		problems = append(problems, c.causeProblems(i, now)...)
	}
	for _, t := range tree.Tickets {
		if slices.ContainsFunc(t.Events, isMerge) || len(tree.MergedInto(t.Number)) > 0 {
			l := d.timelineOf(t, tree, farFuture)
			problems = append(problems, content.EffectProblems(t, l.occurrences)...)
		}
	}
	return append(problems, d.editedPolicies(tree, committed)...)
}

func isMerge(e *content.Event) bool { return e.Kind == content.Merged }

// causeProblems is the problem of an incident whose postmortem the policy says is late.
func (c *Checker) causeProblems(i *content.Incident, now time.Time) []content.Problem {
	if known, ok := c.settled[i]; ok && !now.Before(known.from) {
		return known.problems
	}
	var owed []content.Problem
	settled := len(i.Events) == 0 || !i.Events[len(i.Events)-1].At.After(now)
	if isUnexplained(i, now) {
		for _, clock := range c.desk.Incident(i, now) {
			if clock.Name != content.PostmortemDue || !clock.Open() {
				continue
			}
			if clock.State == Overdue {
				owed = append(owed, causeOwed(i, clock, c.desk.setup.Zone))
			} else {
				settled = false
			}
		}
	}
	if settled {
		c.settled[i] = settledCause{now, owed}
	}
	return owed
}

func causeOwed(i *content.Incident, c Clock, zone *time.Location) content.Problem {
	return content.Problem{
		File: i.Dir, Severity: content.Warning, Code: codeCauseOwed,
		Message: fmt.Sprintf("nothing says what the cause was; that was due on %s (%s in %s)", c.Due.In(zone).Format("2006-01-02T15:04"), c.Promise.ID, c.Policy.Path),
		Hint:    fmt.Sprintf("balie new update %s postmortem --cause …, or waived with the reason why there will be none", i.ID),
	}
}

// isUnexplained reports whether an incident is over and nothing was said since of its cause.
func isUnexplained(i *content.Incident, now time.Time) bool {
	for _, e := range slices.Backward(i.Events) {
		if e.At.After(now) {
			continue
		}
		switch e.Kind {
		case content.Resolved:
			return true
		case content.Postmortem, content.Waived, content.Investigating, content.Identified, content.Monitoring:
			return false
		}
	}
	return false
}

// editedPolicies warns of versions that were changed while they were in force and tickets ran by
// them.
func (d *Desk) editedPolicies(tree *content.Tree, committed func(path string) (first, last time.Time)) []content.Problem {
	var problems []content.Problem
	for _, v := range d.versions {
		first, last := committed(v.Path)
		if first.Equal(last) || !last.After(v.from) || !d.ranBy(v, tree, last) {
			continue
		}
		problems = append(problems, content.Problem{
			File: v.Path, Severity: content.Warning, Code: codeEditedPolicy,
			Message: fmt.Sprintf("changed on %s, while it was in force: the clocks that run by it were computed anew", content.DateOf(last.In(tree.Zone))),
			Hint:    "put this version back as it was, and the change into a new file, named after the day from which it holds",
		})
	}
	return problems
}

// ranBy reports whether a ticket came in under a version before an instant.
func (d *Desk) ranBy(v *version, tree *content.Tree, before time.Time) bool {
	return slices.ContainsFunc(tree.Tickets, func(t *content.Ticket) bool {
		return len(t.Events) > 0 && t.Events[0].At.Before(before) && d.versionAt(t.Events[0].At) == v
	})
}
