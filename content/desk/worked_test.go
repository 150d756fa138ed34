package desk

import (
	"strings"
	"testing"
	"time"
)

// Worked cases, as people would work them out with a calendar.
func TestWorkedCases(t *testing.T) {
	for _, c := range []struct{ calendar, target, arrived, goal, due string }{
		{"office", "within: 4h", "2026-04-03 15:30", "", "2026-04-07 11:30"},
		{"office", "within: 4h", "2026-04-03 13:00:00", "", "2026-04-03 17:00:00"},
		{"office", "within: 4h", "2026-04-03 13:00:01", "", "2026-04-07 09:00:01"},
		{"office", "within: 4h", "2026-03-27 16:00", "", "2026-03-30 12:00"},
		{"office", `end_of_day_before: "16:00"`, "2026-04-02 15:59:59", "", "2026-04-02 17:00"},
		{"office", `end_of_day_before: "16:00"`, "2026-04-02 16:00:00", "", "2026-04-03 17:00"},
		{"always", "goal: 24h, limit: 48h", "2026-03-27 16:00", "2026-03-28 16:00", "2026-03-29 17:00"},
		{"office", "working_days: 5", "2026-04-03 15:00", "", "2026-04-13 17:00"},
		{"office", "working_days: 5", "2026-07-18 12:00", "", "2026-07-27 17:00"},

		{"office", "working_days: 5, at: same_time", "2026-04-03 15:00", "", "2026-04-13 15:00"},
		{"office", "working_days: 1", "2026-04-03 23:00", "", "2026-04-07 17:00"},
		{"office", `end_of_day_before: "16:00"`, "2026-04-04 10:00", "", "2026-04-07 17:00"},
		{"office", `end_of_day_before: "18:00"`, "2026-04-02 17:00", "", "2026-04-03 17:00"},
		{"office", `end_of_day_before: "18:00"`, "2026-04-02 16:59:59", "", "2026-04-02 17:00"},
		{"office", "every: 1d", "2026-04-02 10:15", "", "2026-04-03 10:15"},
		{"office", "every: 1d", "2026-04-03 10:15", "", "2026-04-07 10:15"},
		{"office", "every: 1d", "2026-04-03 17:00", "", "2026-04-07 17:00"},
		{"office", "every: 1d", "2026-04-02 20:00", "", "2026-04-07 17:00"},
		{"office", "every: 1d", "2026-04-02 07:00", "", "2026-04-03 17:00"},
		{"office", "every: 2d", "2026-04-02 10:15", "", "2026-04-07 10:15"},
		{"office", "every: 4h", "2026-04-03 15:00", "", "2026-04-07 11:00"},
		{"always", "every: 1d", "2026-03-28 02:30", "", "2026-03-29 03:30"},
		{"always", "working_days: 1", "2026-03-28 02:30", "", "2026-03-30 00:00"},
		{"office", "within: 3650d", "2026-04-03 15:00", "", ""},
	} {
		policy := officeYAML + "promises:\n  - {id: p, clock: first_response, calendar: " + c.calendar + ", target: {" + c.target + "}}\n"
		w := makeWorld(t, map[string]string{"2026-01-01": policy})
		clocks := w.Promised(w.at(c.arrived), "standard", "form", "contact")
		if len(clocks) != 1 {
			t.Fatalf("%s: %d clocks", c.target, len(clocks))
		}
		got := clocks[0]
		if c.due == "" {
			if years := got.Due.Year() - 2026; years < 30 || years > 60 {
				t.Errorf("%s: due %v", c.target, got.Due)
			}
			continue
		}
		if !got.Due.Equal(w.at(c.due)) || c.goal != "" && !(got.GoalDue.Equal(w.at(c.goal)) && got.LimitDue.Equal(got.Due)) || c.goal == "" && !got.GoalDue.IsZero() {
			t.Errorf("%s, %s: due %v, goal %v; want %s, %s", c.target, c.arrived, got.Due, got.GoalDue, c.due, c.goal)
		}
	}
}

// Sequence (a): 08 to 20 in Berlin, 1 November closed.
func TestSequenceA(t *testing.T) {
	policy := `
calendars:
  berlin: {time_zone: Europe/Berlin, hours: {mon-sun: ["08:00-20:00"]}, exceptions: {2016-11-01: {closed: true}}}
promises:
  - {id: first, clock: first_response, target: {within: 2h}}
  - {id: next, clock: next_response, target: {within: 20h}}
`
	w := makeWorld(t, map[string]string{"2016-01-01": policy}, `
ticket 1611011 {channel: form}
  2016-11-01 14:56:21 received
  2016-11-01 16:25:40 reply
  2016-11-01 16:59:14 message
  2016-11-02 15:26:36 message`)
	first := "first_response (first) received 11-01 14:56:21 > 11-02 10:00 "
	for _, c := range []struct{ now, want string }{
		{"2016-11-01 15:00", first + "running"},
		{"2016-11-01 16:26", first + "met 11-01 16:25:40"},
		{"2016-11-01 17:00", first + "met 11-01 16:25:40\n next_response (next) message 11-01 16:59:14 > 11-03 16:00 running"},
		{"2016-11-03 15:59", first + "met 11-01 16:25:40\n next_response (next) message 11-01 16:59:14 > 11-03 16:00 running"},
		{"2016-11-03 16:01", first + "met 11-01 16:25:40\n next_response (next) message 11-01 16:59:14 > 11-03 16:00 overdue"},
	} {
		w.want(c.now, w.told("1611011", c.now), c.want)
	}
	if due := w.Ticket(w.ticket("1611011"), w.tree, w.at("2016-11-01 15:00")).Clocks[0].Due; !due.Equal(w.at("2016-11-02 09:00:00Z")) {
		t.Errorf("due %v", due)
	}
}

// Sequence (b): due, none, none, due, unchanged.
func TestSequenceB(t *testing.T) {
	policy := officeYAML + `
promises:
  - {id: first, clock: first_response, target: {within: 2h}}
  - {id: next, clock: next_response, target: {within: 2h}}
`
	w := makeWorld(t, map[string]string{"2026-01-01": policy}, `
ticket 2604021 {channel: form}
  2026-04-02 09:00 received
  2026-04-02 10:00 reply
  2026-04-02 10:30 reply
  2026-04-02 11:00 message
  2026-04-02 11:30 message`)
	for _, c := range []struct{ now, open string }{
		{"2026-04-02 09:30", "04-02 11:00"}, {"2026-04-02 10:15", ""}, {"2026-04-02 10:45", ""}, {"2026-04-02 11:15", "04-02 13:00"}, {"2026-04-02 11:45", "04-02 13:00"},
	} {
		var open []string
		for _, clock := range w.Ticket(w.ticket("2604021"), w.tree, w.at(c.now)).Clocks {
			if clock.Open() {
				open = append(open, w.short(clock.Due))
			}
		}
		if got := strings.Join(open, " "); got != c.open {
			t.Errorf("%s: open until %q, want %q", c.now, got, c.open)
		}
	}
}

// A budget used up at closing time is kept by an answer given while the desk is closed, and missed by one given a second after the next opening.
func TestAnAnswerWhileClosedCostsNothing(t *testing.T) {
	policy := officeYAML + "promises:\n  - {id: first, clock: first_response, target: {within: 4h}}\n"
	for _, c := range []struct{ answered, want string }{
		{"2026-04-03 17:00", "met"}, {"2026-04-05 12:00", "met"}, {"2026-04-07 09:00", "met"}, {"2026-04-07 09:00:01", "missed"},
	} {
		w := makeWorld(t, map[string]string{"2026-01-01": policy}, "ticket 2604031 {channel: form}\n 2026-04-03 13:00 received\n "+c.answered+" reply")
		clocks := w.Ticket(w.ticket("2604031"), w.tree, w.at("2026-05-01")).Clocks
		if got := string(clocks[0].State); got != c.want || clocks[0].Fulfilled.IsZero() {
			t.Errorf("answered %s: %s, want %s", c.answered, got, c.want)
		}
		if elapsed := clocks[0].Elapsed; c.want == "met" && elapsed != 4*time.Hour {
			t.Errorf("answered %s: %v elapsed", c.answered, elapsed)
		}
	}
}
