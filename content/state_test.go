package content

import (
	"strings"
	"testing"
	"time"
)

// story makes a ticket of events a minute apart, each as "kind", "kind:text" or "kind@author:text".
func story(events ...string) *Ticket {
	t := &Ticket{Number: "2611204216", Channel: "form", Lane: "standard"}
	at := time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC)
	for _, s := range events {
		head, body, _ := strings.Cut(s, ":")
		kind, author, _ := strings.Cut(head, "@")
		e := &Event{At: at, Kind: Kind(kind), Author: author, Body: body, Front: &Front{}}
		if author == "" && !e.Kind.ByRequester() {
			e.Author = "anna"
		}
		switch e.Kind {
		case Merged:
			e.Front.Into = Numbers{"2611204224"}
		case OutOfScope:
			e.Front.Reason = "custom-work"
		case Reply:
			e.Front.Partly = body == "partly"
		}
		t.Events = append(t.Events, e)
		at = at.Add(time.Minute)
	}
	return t
}

// ways lead to each state, the desk owing nothing where that can be.
var ways = []struct {
	state  TicketState
	events string
}{
	{New, "received"},
	{Open, "received reply:so"},
	{Pending, "received waiting:which?"},
	{OnHold, "received hold:the_bank"},
	{SolvedState, "received solved:done"},
	{ClosedState, "received solved:done closed@balie"},
	{MergedState, "received merged"},
	{SpamState, "received spam"},
}

// transitions is the table of every pair: the state that follows from new, open, pending, on_hold, solved, closed, merged and spam.
// A dot is no change; a dash is no change where the kind usually brings one, which is a warning.
var transitions = []struct{ event, after string }{
	{"received:again", "- - - - - - - -"},
	{"message:hello", ". . open open open . . -"},
	{"confirmed", "closed closed closed closed closed - - -"},
	{"rated", ". . . . . . . ."},
	{"acknowledged", ". . . . . . . ."},
	{"reply:so", "open . . . . - - -"},
	{"reply:partly", "open . . . . - - -"},
	{"note:psst", ". . . . . . . ."},
	{"waiting:which?", "pending pending . pending - - - -"},
	{"waiting", "- pending . pending - - - -"}, // new owes an answer still
	{"reminder@balie:still_there?", ". . . . . . . ."},
	{"hold:the_bank", "on_hold on_hold on_hold - - - - -"},
	{"hold", "on_hold on_hold on_hold - - - - -"},
	{"solved", "solved solved solved solved - - - -"},
	{"solved@balie:no_answer", "- solved solved - - - - -"},
	{"closed", "- - - - closed - - -"},
	{"closed@balie", "- - - - closed - - -"},
	{"reopened", "- - - - open - - open"},
	{"assigned", "open . . . . . . ."},
	{"lane", ". . . . . . . ."},
	{"paid", ". . . . . . . ."},
	{"demoted", ". . . . . . . ."},
	{"linked", ". . . . . . . ."},
	{"merged", "merged merged merged merged merged - - merged"},
	{"split", ". . . . . . . ."},
	{"released", "- - - - - - - open"},
	{"bounced", ". . . . . . . ."},
	{"spam", "spam spam spam spam spam - - ."},
	{"out_of_scope", "solved solved solved solved . - - solved"},
	{"escalated", ". . . . . . . ."},
	{"call", "open . . . . - - -"},
}

func TestEveryPairOfStateAndEvent(t *testing.T) {
	seen := map[string]bool{}
	for _, row := range transitions {
		seen[strings.TrimSpace(strings.FieldsFunc(row.event, func(r rune) bool { return r == ':' || r == '@' })[0])] = true
		for i, after := range strings.Fields(row.after) {
			way := ways[i]
			ticket := story(append(strings.Fields(way.events), row.event)...)
			got := ticket.At(farFuture)
			want := way.state
			if after != "." && after != "-" {
				want = TicketState(after)
			}
			if got.State != want {
				t.Errorf("%s after %s: %s, want %s", row.event, way.state, got.State, want)
			}
			if warned := len(got.NoEffect) > 0; warned != (after == "-") {
				t.Errorf("%s after %s: no effect %v, want %v", row.event, way.state, warned, after == "-")
			}
		}
	}
	for _, k := range KindsOf(TicketCase) {
		if !seen[string(k)] {
			t.Errorf("%s stands in no pair", k)
		}
	}
}

func TestWhoOwes(t *testing.T) {
	for _, c := range []struct {
		events     string
		owes       Owes
		state      TicketState
		unanswered int
	}{
		{"received", OwesDesk, New, 1},
		{"received assigned", OwesDesk, Open, 1},
		{"received reply:so", OwesRequester, Open, 0},
		{"received call", OwesRequester, Open, 0},
		{"received note:psst", OwesDesk, New, 1},
		{"received reply@balie:automatic", OwesDesk, Open, 1},
		{"received waiting:which?", OwesRequester, Pending, 0},
		{"received waiting", OwesDesk, New, 1},
		{"received waiting@balie:which?", OwesDesk, Pending, 1},
		{"received waiting:which? message:this", OwesDesk, Open, 1},
		{"received waiting:which? message:this reply:so", OwesRequester, Open, 0},
		{"received hold", OwesDesk, OnHold, 1},
		{"received hold:the_bank", OwesThirdParty, OnHold, 0},
		{"received hold hold:the_bank", OwesThirdParty, OnHold, 0},
		{"received hold reply:so", OwesThirdParty, OnHold, 0},
		{"received reply:partly", OwesDesk, Open, 1},
		{"received reply:partly message:more", OwesDesk, Open, 2},
		{"received reply:partly reply:so", OwesRequester, Open, 0},
		{"received reply:partly waiting:which?", OwesRequester, Pending, 0},
		{"received reply:partly waiting", OwesDesk, Open, 1},
		{"received solved:done", OwesNobody, SolvedState, 0},
		{"received solved:done message:thanks", OwesDesk, Open, 1},
		{"received solved:done message:thanks solved", OwesNobody, SolvedState, 0},
		{"received solved:done reopened", OwesDesk, Open, 0},
		{"received spam", OwesNobody, SpamState, 0},
		{"received spam message:please", OwesNobody, SpamState, 0},
		{"received spam message:please reopened", OwesDesk, Open, 2},
		{"received waiting:which? spam reopened", OwesDesk, Open, 0},
		{"received solved@balie:bye", OwesDesk, New, 1},
		{"received solved:done closed@balie message:late", OwesDesk, ClosedState, 1},
		{"received solved:done closed@balie message:late reply:so", OwesNobody, ClosedState, 0},
		{"received solved:done closed@balie message:late call", OwesNobody, ClosedState, 0},
		{"received solved:done closed@balie message:thanks solved", OwesNobody, ClosedState, 0},
		{"received solved:done closed@balie message:late note:psst", OwesDesk, ClosedState, 1},
		{"received solved:done closed@balie message:late reply@balie:automatic", OwesDesk, ClosedState, 1},
		{"received solved:done closed@balie message:late reply:partly", OwesDesk, ClosedState, 1},
		{"received reply", OwesDesk, New, 1},
		{"reply:hello", OwesRequester, Open, 0},
		{"assigned", OwesDesk, Open, 0},
		{"assigned received", OwesDesk, Open, 1},
	} {
		got := story(strings.Fields(c.events)...).At(farFuture)
		if got.Owes != c.owes || got.State != c.state || len(got.Unanswered) != c.unanswered {
			t.Errorf("%s: %s owes %q, %d unanswered; want %s owes %q, %d", c.events, got.State, got.Owes, len(got.Unanswered), c.state, c.owes, c.unanswered)
		}
	}
}

func TestHowItEnded(t *testing.T) {
	for events, want := range map[string]ResolvedAs{
		"received solved":                                "handled",
		"received waiting:which? solved@balie":           "no_reaction",
		"received waiting:which? solved@balie closed":    "no_reaction",
		"received out_of_scope:sorry":                    "out_of_scope",
		"received out_of_scope:sorry closed@balie":       "out_of_scope",
		"received solved confirmed":                      "handled",
		"received waiting:which? solved@balie message:x": "",
	} {
		if got := story(strings.Fields(events)...).At(farFuture).Resolution; got != want {
			t.Errorf("%s: %q, want %q", events, got, want)
		}
	}
}

func TestWhatStaffOpened(t *testing.T) {
	ticket := story("received@anna:we_saw_your_shop_is_down", "reply:it_is_up_again", "message:thank_you")
	ticket.Channel = "staff"
	start := ticket.Events[0].At
	for minute, want := range []struct {
		owes       Owes
		unanswered int
	}{{OwesDesk, 0}, {OwesRequester, 0}, {OwesDesk, 1}} {
		got := ticket.At(start.Add(time.Duration(minute) * time.Minute))
		if got.Owes != want.owes || len(got.Unanswered) != want.unanswered {
			t.Errorf("minute %d: %q owes, %d unanswered; want %q, %d", minute, got.Owes, len(got.Unanswered), want.owes, want.unanswered)
		}
	}
}

// What stood at an instant is what Replay told on the way, and nothing of an earlier snapshot changes afterwards.
func TestReplayTellsWhatAtTells(t *testing.T) {
	ticket := story("received", "message:a", "waiting", "reply:partly", "message:b", "waiting:which?", "message:c", "solved", "message:d", "spam", "message:e", "reopened", "reply:so", "solved", "closed@balie", "message:f")
	var told []TicketSnapshot
	ticket.Replay(ticket.Occurrences(), farFuture, func(_ *Occurrence, _, after *TicketSnapshot) { told = append(told, *after) })
	for i, e := range ticket.Events {
		at, got := ticket.At(e.At), told[i]
		if at.State != got.State || at.Owes != got.Owes || len(at.Unanswered) != len(got.Unanswered) || len(at.NoEffect) != len(got.NoEffect) {
			t.Errorf("after %s: %+v, told %+v", e.Kind, at, got)
		}
		for j := range at.Unanswered {
			if at.Unanswered[j] != got.Unanswered[j] {
				t.Errorf("after %s: unanswered[%d] differs", e.Kind, j)
			}
		}
	}
	if before := ticket.At(ticket.Events[0].At.Add(-time.Second)); before.State != NotYet || before.Owes != OwesNobody {
		t.Errorf("before its first event: %+v", before)
	}
}
