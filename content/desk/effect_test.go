package desk

import (
	"testing"

	"balie/content"
)

func TestEffect(t *testing.T) {
	const same = "requester: {email: a@x.example}"
	w := makeWorld(t, map[string]string{"2026-01-01": crossingPolicy}, "ticket 2604131 {channel: form; "+same+`}
		2026-04-13 10:00 received
		2026-04-13 11:00 message`, "ticket 2604132 {channel: form; requester: {email: b@x.example}}\n2026-04-13 09:00 received",
		"ticket 2604133 {channel: form; "+same+"}\n2026-04-13 09:00 received\n2026-04-13 11:30 merged {into: \""+number("2604131")+"\"}\n2026-04-13 11:40 message")
	event := func(kind content.Kind, at, body string, front content.Front) *content.Event {
		return &content.Event{Kind: kind, Name: "new", At: w.at("2026-04-13 " + at), Author: "anna", Body: body, Front: &front}
	}
	for _, c := range []struct {
		name  string
		event *content.Event
		want  Effect
		state content.TicketState
	}{
		{"solved by one who read all", event(content.Solved, "12:00", "so", content.Front{Answers: "2026-04-13T094000Z-message"}), Effect{}, content.SolvedState},
		{"solved by one who read the first", event(content.Solved, "12:00", "so", content.Front{Answers: "2026-04-13T080000Z-received"}), Effect{AsReply: true}, content.Open},
		{"the same without a text", event(content.Solved, "12:00", "", content.Front{Answers: "2026-04-13T080000Z-received"}), Effect{NoEffect: true}, content.New},
		{"closed", event(content.Closed, "12:00", "", content.Front{}), Effect{NoEffect: true}, content.New},
		{"merged into another's", event(content.Merged, "12:00", "", content.Front{Into: content.Numbers{number("2604132")}}), Effect{NoEffect: true, Merge: content.MergeOfOthers}, content.New},
	} {
		got := w.Effect(w.tree, w.ticket("2604131"), c.event)
		if got.NoEffect != c.want.NoEffect || got.AsReply != c.want.AsReply || got.Merge != c.want.Merge || got.After.State != c.state {
			t.Errorf("%s: none %v, as a reply %v, merge %d, %s", c.name, got.NoEffect, got.AsReply, got.Merge, got.After.State)
		}
	}
	if got := LastMessage(w.tree, w.ticket("2604131"), w.at("2026-04-13 12:00")); got != "2026-04-13T094000Z-message" {
		t.Errorf("last message %s", got)
	}
	if got := len(w.ticket("2604131").Events); got != 2 {
		t.Errorf("the record was changed: %d events", got)
	}
}
