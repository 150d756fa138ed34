package content

import (
	"fmt"
	"strings"
	"time"
)

// farFuture is an instant by which every event has happened.
var farFuture = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// EffectProblems warns of a ticket's events that change nothing in the state they meet. Check has
// those of tickets that were never merged; of the others package desk knows which state that is.
func EffectProblems(t *Ticket, occurrences []Occurrence) []Problem {
	var problems []Problem
	effects := 0
	t.Replay(occurrences, farFuture, func(o *Occurrence, before, after *TicketSnapshot) {
		isNew := len(after.NoEffect) > effects
		effects = len(after.NoEffect)
		if e := o.Event; isNew && e.Author != Balie && o.As != VoidMerge {
			problems = append(problems, NoEffect(e, before))
		}
	})
	return problems
}

// NoEffect is the problem of a ticket's event that changes nothing in the state it meets.
func NoEffect(e *Event, before *TicketSnapshot) Problem {
	return Problem{
		File: e.Path, Severity: Warning, Code: CodeNoEffect,
		Message: fmt.Sprintf("%s changes nothing: the ticket is %s by then", e.Kind, before.State), Hint: effectHint(e, before),
	}
}

// effectHint says how what was meant is written.
func effectHint(e *Event, before *TicketSnapshot) string {
	silent := strings.TrimSpace(e.Body) == ""
	switch {
	case before.State == ClosedState:
		return "closed is final; let a new ticket follow it: linked, as: follow_up"
	case e.Kind == Waiting && silent:
		return "write what was asked; without that the desk still owes the answer"
	case e.Kind == Closed:
		return "write solved: it is closed by itself later, or when the requester confirms"
	case e.Kind == Released:
		return "it is not held: nothing waits for this"
	case e.Data().Answers != "" && silent && len(before.Unanswered) > 0:
		return "the requester wrote after what its writer had read: answer that first"
	}
	return "it is shown all the same; if something else was meant, add that"
}
