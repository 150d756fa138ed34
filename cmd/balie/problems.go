package main

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"balie/content"
	"balie/content/desk"
)

// problems are those of the content and, where it has no errors, what is to be told of promises: a cause that is owed too long, a version that was changed while it held.
func (o *opened) problems() []content.Problem {
	problems := content.Check(o.Tree, o.now)
	if content.HasErrors(problems) {
		return problems
	}
	problems = append(problems, o.causesOwed()...)
	problems = append(problems, o.editedPolicies()...)
	slices.SortStableFunc(problems, func(a, b content.Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return problems
}

// causesOwed are incidents whose postmortem the policy says is late.
func (o *opened) causesOwed() []content.Problem {
	d, err := desk.New(o.Tree.Setup)
	if err != nil {
		return nil
	}
	var problems []content.Problem
	for _, i := range o.Tree.Incidents {
		for _, c := range d.Incident(i, o.now) {
			if c.Name != content.PostmortemDue || c.State != desk.Overdue {
				continue
			}
			problems = append(problems, content.Problem{
				File: i.Dir, Severity: content.Warning, Code: "postmortem-overdue",
				Message: fmt.Sprintf("nothing says what the cause was; that was promised by %s (%s)", c.Due.In(o.Tree.Zone).Format("2006-01-02T15:04"), basis(c)),
				Hint:    fmt.Sprintf("balie new update %s postmortem --cause …, or waived with the reason why there will be none", i.ID),
			})
		}
	}
	return problems
}

// recent is for how long a change of a version in force is told: as far back as the figures on the promises page look.
const recent = 4 * 7 * 24 * time.Hour

// editedPolicies are versions that were changed while they were in force and tickets ran by them: their clocks were computed anew.
func (o *opened) editedPolicies() []content.Problem {
	var problems []content.Problem
	for _, p := range o.Tree.Policies {
		changed := o.History[p.Path]
		if changed.First.Equal(changed.Last) || !changed.Last.After(p.From.In(o.Tree.Zone)) || o.now.Sub(changed.Last) > recent || !o.ranBy(p, changed.Last) {
			continue
		}
		problems = append(problems, content.Problem{
			File: p.Path, Severity: content.Warning, Code: "edited-policy",
			Message: fmt.Sprintf("changed on %s, while it was in force: the clocks that run by it were computed anew", content.DateOf(changed.Last.In(o.Tree.Zone))),
			Hint:    "put this version back as it was, and the change into a new file, named after the day from which it holds",
		})
	}
	return problems
}

// ranBy reports whether a ticket came in under a version before an instant.
func (o *opened) ranBy(p *content.Policy, before time.Time) bool {
	return slices.ContainsFunc(o.Tree.Tickets, func(t *content.Ticket) bool {
		return len(t.Events) > 0 && t.Events[0].At.Before(before) && o.Tree.PolicyAt(t.Events[0].At) == p
	})
}
