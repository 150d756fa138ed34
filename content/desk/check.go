package desk

import (
	"fmt"
	"time"

	"balie/content"
)

// Check warns of what a desk has promised and let go by: postmortems that are late. It complements content.Check, which knows no clocks.
func (d *Desk) Check(tree *content.Tree, now time.Time) []content.Problem {
	var problems []content.Problem
	for _, i := range tree.Incidents {
		for _, c := range d.Incident(i, now) {
			if c.Name == content.PostmortemDue && c.State == Overdue {
				problems = append(problems, content.Problem{File: i.Dir, Severity: content.Warning, Code: "late-postmortem",
					Message: fmt.Sprintf("its postmortem was due on %s, by the promise %q", c.Due.In(tree.Zone).Format("Mon 2 Jan 2006 15:04"), c.Promise.ID),
					Hint:    fmt.Sprintf("balie new update %s postmortem, or waived with the reason", i.ID)})
			}
		}
	}
	return problems
}
