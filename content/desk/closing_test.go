package desk

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"balie/content"
)

const closingPolicy = officeYAML + "closing: {reminders: [2, 4], notice: 6, close: 5}\n"

// due is what must be written by an instant, a line each: kind, instant and how it ended.
func (w *world) due(now string) string {
	w.Helper()
	var lines []string
	for _, a := range w.Due(w.tree, w.at(now)) {
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %s %s", a.Kind, w.short(a.At), a.Resolution)))
	}
	return strings.Join(lines, "\n")
}

func TestClosing(t *testing.T) {
	const asked = `ticket 2604011 {channel: form}
		2026-04-01 10:00 received
		2026-04-01 11:00 waiting: which?
		`
	for _, c := range []struct{ name, ticket, now, want string }{
		{"nothing yet", asked, "2026-04-03 16:59:59", ""},
		{"the first reminder at closing time, Good Friday is no holiday", asked, "2026-04-03 17:00", "reminder 04-03 17:00"},
		{"the second after Easter", asked, "2026-04-08 17:00", "reminder 04-03 17:00\nreminder 04-08 17:00"},
		{"the notice", asked, "2026-04-10 17:00", "reminder 04-03 17:00\nreminder 04-08 17:00\nsolved 04-10 17:00 no_reaction"},
		{"and the end, all of it when nobody ran it before", asked, "2026-12-01", "reminder 04-03 17:00\nreminder 04-08 17:00\nsolved 04-10 17:00 no_reaction\nclosed 04-17 17:00 no_reaction"},
		{"what was written is not written again", asked + "2026-04-03 17:00 reminder balie", "2026-04-08 17:00", "reminder 04-08 17:00"},
		{"nor what staff wrote themselves", asked + "2026-04-03 12:00 reminder", "2026-04-03 17:00", ""},
		{"a crash between two writes", asked + "2026-04-03 17:00 reminder balie\n2026-04-08 17:00 reminder balie\n2026-04-10 17:00 solved balie {resolution: no_reaction}", "2026-04-17 17:00", "closed 04-17 17:00 no_reaction"},
		{"all is done", asked + "2026-04-10 17:00 solved balie {resolution: no_reaction}\n2026-04-17 17:00 closed balie {resolution: no_reaction}", "2026-12-17", ""},
		{"days count from the last question", asked + "2026-04-02 11:00 waiting: and that?", "2026-04-08 17:00", "reminder 04-07 17:00"},
		{"a reaction ends it", asked + "2026-04-03 16:00 message", "2026-12-01", ""},
		{"a reaction after the notice too", asked + "2026-04-10 17:00 solved balie {resolution: no_reaction}\n2026-04-17 16:59 message", "2026-12-01", ""},
		{"never while the desk owes the answer", "ticket 2604011 {channel: form}\n2026-04-01 10:00 received\n2026-04-01 11:00 waiting balie: which?", "2026-12-01", ""},
		{"nor on an answer that was partial", "ticket 2604011 {channel: form}\n2026-04-01 10:00 received\n2026-04-01 10:30 waiting: which?\n2026-04-01 11:00 reply {partly: true}", "2026-12-01", ""},
		{"solved by staff", "ticket 2604011 {channel: form}\n2026-04-01 10:00 received\n2026-04-01 11:00 solved: done", "2026-04-09 17:00", "closed 04-09 17:00 handled"},
		{"solved on a closed day", "ticket 2604011 {channel: form}\n2026-04-01 10:00 received\n2026-04-05 11:00 solved: done", "2026-12-09", "closed 04-13 17:00 handled"},
		{"out of scope", "ticket 2604011 {channel: form}\n2026-04-01 10:00 received\n2026-04-01 11:00 out_of_scope {reason: custom}: sorry", "2026-12-09", "closed 04-09 17:00 out_of_scope"},
		{"what was written for an instant yet to come counts when it has come", asked + "2026-04-03 17:00 reminder balie", "2026-04-03 16:00", ""},
		{"spam", asked + "2026-04-02 10:00 spam", "2026-12-01", ""},
		{"on hold", asked + "2026-04-02 10:00 hold: the bank", "2026-12-01", ""},
	} {
		w := makeWorld(t, map[string]string{"2026-01-01": closingPolicy + excludedYAML}, c.ticket)
		w.want(c.name, w.due(c.now), c.want)
	}
}

// Whenever tick runs and however often, the same is written in the end.
func TestClosingIsTheSameHoweverOften(t *testing.T) {
	const story = "ticket 2604011 {channel: form}\n2026-04-01 10:00 received\n2026-04-01 11:00 waiting: which?"
	end := "2026-05-01 12:00"
	w := makeWorld(t, map[string]string{"2026-01-01": closingPolicy}, story)
	atOnce := w.due(end)
	for _, step := range []time.Duration{time.Hour, 25 * time.Hour, 9 * 24 * time.Hour} {
		w := makeWorld(t, map[string]string{"2026-01-01": closingPolicy}, story)
		var lines []string
		for now := w.at("2026-04-01"); !now.After(w.at(end).Add(step)); now = now.Add(step) {
			actions := w.Due(w.tree, now)
			lines = append(lines, w.write(actions)...)
			if again := w.Due(w.tree, now); len(again) != 0 {
				t.Errorf("%v: %d due again", now, len(again))
			}
		}
		w.want(step.String(), strings.Join(lines, "\n"), atOnce)
	}
}

// write adds actions to their tickets as events.
func (w *world) write(actions []Action) []string {
	var lines []string
	for _, a := range actions {
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %s %s", a.Kind, w.short(a.At), a.Resolution)))
		a.Ticket.Events = append(a.Ticket.Events, &content.Event{At: a.At, Kind: a.Kind, Author: content.Balie, Body: "by rule", Front: &content.Front{Resolution: a.Resolution}})
	}
	return lines
}

func TestMaintenanceDue(t *testing.T) {
	const plan = "maintenance 2026/0401-database {services: {shop: under_maintenance}; automatic: true; planned: {start: 2026-04-01T22:00, end: 2026-04-01T23:00}}\n"
	for _, c := range []struct{ name, text, now, want string }{
		{"not yet", plan, "2026-04-01 21:59", ""},
		{"it starts", plan, "2026-04-01 22:00", "in_progress 04-01 22:00"},
		{"it ends", plan, "2026-04-01 23:00", "in_progress 04-01 22:00\ncompleted 04-01 23:00"},
		{"written once", plan + "2026-04-01 22:00 in_progress balie", "2026-04-01 23:30", "completed 04-01 23:00"},
		{"all written", plan + "2026-04-01 22:00 in_progress balie\n2026-04-01 23:00 completed balie", "2026-05-01", ""},
		{"moved", plan + "2026-04-01 12:00 update {planned: {start: 2026-04-02T22:00, end: 2026-04-02T23:00}}: later", "2026-04-02 12:00", ""},
		{"called off", plan + "2026-04-01 12:00 cancelled", "2026-05-01", ""},
		{"staff were sooner", plan + "2026-04-01 21:50 in_progress\n2026-04-01 22:40 completed", "2026-05-01", ""},
		{"by hand", strings.Replace(plan, "automatic: true", "automatic: false", 1), "2026-05-01", ""},
	} {
		w := makeWorld(t, map[string]string{"2026-01-01": closingPolicy}, strings.Replace(c.text, " cancelled", " cancelled anna", 1))
		w.want(c.name, w.due(c.now), c.want)
	}
}
