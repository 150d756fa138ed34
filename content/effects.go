package content

import (
	"fmt"
	"strings"
	"time"
)

// farFuture is an instant by which every event has happened.
var farFuture = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// EffectProblems warns of a ticket's events that change nothing in the state they meet. Check has those of tickets that were never merged; of the others package desk
// knows which state that is.
func EffectProblems(t *Ticket) []Problem {
	var problems []Problem
	warn := func(e *Event, hint, message string) {
		problems = append(problems, Problem{File: e.Path, Severity: Warning, Code: CodeNoEffect, Message: message, Hint: hint})
	}
	t.Until(farFuture, func(e *Event, before, after Standing) {
		if len(after.NoEffect) == len(before.NoEffect) || e.Author == Balie {
			return
		}
		if e.Kind == Message && before.State == MergedState {
			return // it counts on the survivor
		}
		if e.Kind == MergedInVain {
			warn(e, "answer it here, or merge it into a ticket that goes on", "merged changes nothing: the other ticket was closed, spam or merged by then; this one stays as it was")
			return
		}
		warn(e, effectHint(e, before.State), fmt.Sprintf("%s changes nothing: the ticket is %s by then", e.Kind, before.State))
	})
	return problems
}

// effectHint says how what was meant is written.
func effectHint(e *Event, state TicketState) string {
	switch {
	case state == ClosedState:
		return "closed is final; let a new ticket follow it: linked, as: follow_up"
	case e.Kind == Waiting && strings.TrimSpace(e.Body) == "":
		return "write what was asked; without that the desk still owes the answer"
	case e.Kind == Closed:
		return "write solved: it is closed by itself later, or when the requester confirms"
	}
	return "it is shown all the same; if something else was meant, add that"
}
