package report

import (
	"testing"
	"time"
)

func TestTraffic(t *testing.T) {
	s := newStory(t)
	s.times(3, "", "2026-11-02T09:10 received", "2026-11-02T11:10 reply anna")                                                                                              // Monday
	s.ticket("", "2026-11-03T09:00 received", "2026-11-03T09:30 message", "2026-11-03T10:00 reply anna", "2026-11-04T22:00 message", "2026-11-05T08:00 solved anna silent") // two turns
	s.ticket("", "2026-11-05T09:00 received", "2026-11-05T09:30 reply anna {partly: true}", "2026-11-05T13:00 reply anna")                                                  // one
	s.ticket("", "2026-11-05T09:00 received", "2026-11-05T09:30 spam anna")
	s.ticket("", "2026-11-08T23:30 received", "2026-11-08T23:59 confirmed") // Sunday, withdrawn
	s.ticket("", "2026-09-01T09:00 received")                               // too long ago
	f := s.facts("2026-11-10T12:00")
	r := Public(f)
	want(t, "by weekday", lines(r.Table("by_weekday"), "weekday", "arrivals", "further", "came", "answers", "came_a_week", "answers_a_week"), `
		monday 3 0 3 3 0.4 0.4
		tuesday 1 0 1 1 0.1 0.1
		wednesday 0 1 1 0 0.1 0.0
		thursday 1 0 1 2 0.1 0.3
		friday 0 0 0 0 0.0 0.0
		saturday 0 0 0 0 0.0 0.0
		sunday 1 0 1 0 0.1 0.0`)
	hours := r.Table("by_hour")
	hours.Rows = hours.Rows[8:14]
	want(t, "by hour", lines(hours, "hour", "arrivals", "further", "answers"), `
		08:00 0 0 1
		09:00 5 0 0
		10:00 0 0 1
		11:00 0 0 3
		12:00 0 0 0
		13:00 0 0 1`)
	grid := Staff(f).Table("by_weekday_and_hour")
	if got := grid.Cell(9, "monday").N; got != 3 {
		t.Errorf("on Monday between 9 and 10 came %d", got)
	}
	chart := r.Chart("by_weekday")
	if chart.Top != 3 || len(chart.Bars) != 7 || chart.Bars[0].Values[1].N != 3 || chart.Bars[0].Label.Text != "monday" {
		t.Errorf("chart: %+v", chart)
	}
}

// In a span of whole weeks each weekday comes as often as any other, also where the clocks change: what came at this time of day eight weeks ago is in it, a minute earlier is not.
func TestTrafficOverDST(t *testing.T) {
	s := newStory(t)
	s.ticket("", "2026-09-07T11:59 received")
	s.ticket("", "2026-09-07T12:00 received")
	s.ticket("", "2026-10-25T00:30:00Z received") // 02:30, the first time
	s.ticket("", "2026-10-25T01:30:00Z received") // 02:30 again
	g := s.facts("2026-11-02T12:00").traffic()
	if n := g.Sum().Tickets; n != 3 {
		t.Errorf("%d tickets came", n)
	}
	if n := g[time.Sunday][2].Tickets; n != 2 {
		t.Errorf("on Sunday at two came %d", n)
	}
}

func TestFlow(t *testing.T) {
	s := newStory(t)
	s.ticket("", "2026-11-02T09:00 received", "2026-11-02T10:00 reply anna", "2026-11-02T11:00 solved anna", "2026-11-09T17:00 closed balie")
	s.ticket("", "2026-11-02T09:00 received", "2026-11-02T10:00 solved anna", "2026-11-03T10:00 message", "2026-11-03T11:00 solved anna silent")                                     // thanks
	s.ticket("", "2026-11-02T09:00 received", "2026-11-02T10:00 solved anna", "2026-11-03T10:00 message", "2026-11-10T11:00 solved anna")                                            // it was not solved
	s.ticket("", "2026-11-02T09:00 received", "2026-11-02T10:00 waiting anna", "2026-11-03T17:00 reminder balie", "2026-11-09T17:00 solved balie", "2026-11-10T10:00 reopened anna") // by staff
	s.ticket("", "2026-11-02T09:00 received", "2026-11-02T10:00 out_of_scope anna {reason: custom}")
	s.ticket("", "2026-11-02T09:00 received", "2026-11-02T10:00 spam anna")
	s.ticket("", "2026-11-02T09:00 received", "2026-11-02T10:00 confirmed")
	s.ticket("", "2026-11-02T09:00 received", "2026-11-02T10:00 solved anna", "2026-11-09T10:00 closed anna") // by hand
	f := s.facts("2026-11-10T12:00")
	want(t, "flow", lines(Staff(f).Table("flow"), "week", "arrivals", "first_answers", "solved", "reopened", "closed_by_rule", "spam"), `
		2026-W46 0 0 2 1 1 0
		2026-W45 7 5 5 1 0 1`)
	want(t, "reopenings", lines(Staff(f).Table("reopenings"), "at", "kind", "by"), `
		2026-11-10T09:00:00Z reopened anna
		2026-11-03T09:00:00Z message -`)
}

// A solved that a message crossed is a reply: it is counted neither as solved nor, with the message,
// as a reopening.
func TestACrossedSolvedIsNoReopening(t *testing.T) {
	for answers, expected := range map[string]string{
		" {answers: 2026-11-02T080000Z-received}": "2026-W45 1 1 0 0",
		"":                 "2026-W45 1 1 1 0", // without the key time decides
		" {answers: none}": "2026-W45 1 0 0 0", // it answers nothing
	} {
		s := newStory(t)
		s.ticket("", "2026-11-02T09:00 received", "2026-11-02T10:59 message", "2026-11-02T11:00 solved anna"+answers)
		f := s.facts("2026-11-03T12:00")
		want(t, "flow"+answers, lines(Staff(f).Table("flow"), "week", "arrivals", "first_answers", "solved", "reopened"), expected)
		if n := len(Staff(f).Table("reopenings").Rows); n != 0 {
			t.Errorf("%s: %d reopenings", answers, n)
		}
	}
}
