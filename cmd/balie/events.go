package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"balie/content"
	"balie/content/desk/queuefile"
)

// events tells what happened. It is said which of staff's events had no effect, and which were a
// reply and no more because a message crossed them.
func (s *sheet) events(events []*content.Event, at content.TicketSnapshot, public func(*content.Event) bool) {
	for _, e := range events {
		if e.At.After(s.now) {
			continue
		}
		head := s.time(e.At) + "  " + spaced(e.Kind)
		if e.Author != "" {
			head += " by " + e.Author
		}
		if more := s.details(e.Data()); more != "" {
			head += ": " + printable(more)
		}
		if !public(e) {
			head += "  (staff only)"
		}
		switch {
		case slices.Contains(at.NoEffect, e) && !e.ByRequester():
			head += "  (changes nothing)"
		case slices.Contains(at.AsReply, e):
			head += "  (a reply: a message came before it)"
		}
		s.linef("")
		s.linef("%s", head)
		s.text("    ", e.Body)
	}
}

// details returns what an event says besides its text, in a few words.
func (s *sheet) details(f *content.Front) string {
	var parts []string
	add := func(before, text string) {
		if text != "" {
			parts = append(parts, before+oneLine(text))
		}
	}
	at := func(before string, t time.Time) {
		if !t.IsZero() {
			add(before, s.time(t))
		}
	}
	for _, service := range f.Services {
		add("", service.Key+" "+spaced(service.Value))
	}
	at("next update by ", f.NextUpdate)
	at("until ", f.Until)
	add("answers ", f.Answers)
	add("", f.Assignee)
	add("", f.Lane)
	add("", f.Reference)
	add("", f.Amount.String())
	add("incident ", f.Incident)
	add("ticket ", content.SayNumber(f.Ticket))
	for _, number := range f.Into {
		add("into ", content.SayNumber(number))
	}
	add("", spaced(f.As))
	add("to ", f.To)
	add("", spaced(f.Resolution))
	add("", f.Reason)
	if f.Partly {
		add("", "a part of it")
	}
	if f.Score > 0 {
		add("", fmt.Sprintf("%d of 5", f.Score))
	}
	for _, a := range f.Attachments {
		add("", cmp.Or(a.Label, a.File))
	}
	return strings.Join(parts, ", ")
}

// jsonEvent is an event as programs read it. An event of a ticket is public if the requester sees
// it, one of an incident if everybody does.
type jsonEvent struct {
	At     jsonTime     `json:"at"`
	Kind   content.Kind `json:"kind"`
	Author *string      `json:"author"`
	Public bool         `json:"public"`
}

func eventsAsJSON(events []*content.Event, now time.Time, public func(*content.Event) bool) []jsonEvent {
	list := []jsonEvent{}
	for _, e := range events {
		if !e.At.After(now) {
			list = append(list, jsonEvent{jsonTime(e.At), e.Kind, queuefile.OrNull(e.Author), public(e)})
		}
	}
	return list
}
