package report

import (
	"testing"
	"time"
)

// autumn is two weeks of tickets; what it amounts to was worked out by hand.
func autumn(t testing.TB) *story {
	s := newStory(t)
	s.ticket("", "2026-11-02T09:00 received", "2026-11-02T10:00 reply anna")
	s.ticket("channel: email", "2026-11-02T10:00 received", "2026-11-02T15:00 reply ben")
	s.ticket("", "2026-11-06T16:00 received", "2026-11-09T10:00 reply anna")
	s.ticket("channel: email", "2026-11-07T12:00 received", "2026-11-09T09:30 waiting anna")
	s.ticket("", "2026-11-04T09:00 received")
	s.ticket("", "2026-11-05T09:00 received", "2026-11-05T10:00 note anna", "2026-11-05T12:00 call anna", "2026-11-05T13:00 reply anna")
	s.ticket("", "2026-11-03T09:00 received", "2026-11-03T09:05 spam anna")
	s.ticket("", "2026-11-03T09:10 received", "2026-11-03T09:30 out_of_scope anna {reason: custom}")
	s.ticket("", "2026-11-03T09:20 received", "2026-11-03T09:40 confirmed")
	s.ticket("", "2026-11-09T09:00 received")
	return s
}

func TestFirstResponse(t *testing.T) {
	f := autumn(t).facts("2026-11-09T12:00")
	r := Staff(f)
	want(t, "by week", lines(r.Table("first_response_by_week"), "week", "from", "arrived", "answered", "unanswered", "without", "met", "decided", "within_target", "p50_working", "p90_working", "p50_calendar", "p90_calendar"), `
		2026-W46 2026-11-09 1 0 1 0 0 0 - - - - -
		2026-W45 2026-11-02 7 5 1 1 4 6 66.6 2h0m0s 5h0m0s 5h0m0s 66h0m0s`)
	want(t, "by channel", lines(r.Table("first_response_by_channel"), "week", "channel", "arrived", "p50_working", "p90_working", "unanswered"), `
		2026-W46 form 1 - - 1
		2026-W45 email 2 30m0s 5h0m0s 0
		2026-W45 form 5 2h0m0s 3h0m0s 1`)
	want(t, "to everybody", lines(Public(f).Table("first_response_by_channel"), "week", "channel", "arrived", "within_target", "p50_working", "unanswered"), `
		2026-W46 form 1 - - 1
		2026-W45 email 2 - - 0
		2026-W45 form 5 - - 1`)
	want(t, "by lane", lines(r.Table("first_response_by_lane"), "week", "lane", "arrived"), `
		2026-W46 standard 1
		2026-W45 standard 7`)
}

func TestNearestRank(t *testing.T) {
	var five []time.Duration
	for i := range 5 {
		five = append(five, time.Duration(i+1))
	}
	for _, c := range []struct {
		values        []time.Duration
		percent, want int
	}{
		{five[:1], 50, 1}, {five[:1], 90, 1}, {five[:2], 50, 1}, {five[:2], 90, 2}, {five[:3], 50, 2}, {five, 50, 3}, {five, 90, 5}, {five, 20, 1}, {five, 21, 2}, {five, 100, 5}, {five, 0, 1},
	} {
		if got, ok := nearestRank(c.values, c.percent); !ok || int(got) != c.want {
			t.Errorf("%d%% of %v is %d, want %d", c.percent, c.values, got, c.want)
		}
	}
	if _, ok := nearestRank(nil, 50); ok {
		t.Error("half of nothing is something")
	}
}

// A partial answer, one that is asked back, and one after the ticket was solved without a word are what they are.
func TestWhatIsAFirstResponse(t *testing.T) {
	for name, c := range map[string]struct {
		events []string
		want   time.Duration // -1: none
	}{
		"a reply":                  {[]string{"2026-11-02T09:00 received", "2026-11-02T10:00 reply anna"}, time.Hour},
		"a partial reply":          {[]string{"2026-11-02T09:00 received", "2026-11-02T10:00 reply anna {partly: true}", "2026-11-02T12:00 reply anna"}, time.Hour},
		"a question back":          {[]string{"2026-11-02T09:00 received", "2026-11-02T11:00 waiting anna"}, 2 * time.Hour},
		"solved with words":        {[]string{"2026-11-02T09:00 received", "2026-11-02T10:00 solved anna"}, time.Hour},
		"solved without a word":    {[]string{"2026-11-02T09:00 received", "2026-11-02T10:00 solved anna silent"}, -1},
		"on hold without a word":   {[]string{"2026-11-02T09:00 received", "2026-11-02T10:00 hold anna silent"}, -1},
		"what a rule wrote":        {[]string{"2026-11-02T09:00 received", "2026-11-02T10:00 reply balie"}, -1},
		"a note":                   {[]string{"2026-11-02T09:00 received", "2026-11-02T10:00 note anna"}, -1},
		"after it was closed":      {[]string{"2026-11-02T09:00 received", "2026-11-02T09:30 confirmed", "2026-11-02T10:40 reply anna"}, -1},
		"a second message between": {[]string{"2026-11-02T09:00 received", "2026-11-02T09:30 message", "2026-11-02T10:00 reply anna"}, time.Hour},
	} {
		s := newStory(t)
		s.ticket("", c.events...)
		got := time.Duration(-1)
		if first := s.facts("2026-11-02T16:00").Tickets[0].First; first != nil {
			got = first.Working
		}
		if got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// What staff opened is waited for from when the requester first wrote.
func TestOpenedByStaff(t *testing.T) {
	s := newStory(t)
	s.ticket("channel: staff", "2026-11-02T09:00 received anna", "2026-11-02T09:10 reply anna", "2026-11-02T10:00 message", "2026-11-02T10:30 reply anna")
	ticket := s.facts("2026-11-02T12:00").Tickets[0]
	if !ticket.Arrived.Equal(s.at("2026-11-02T10:00")) || ticket.First.Working != 30*time.Minute {
		t.Errorf("arrived %v, first response after %v", ticket.Arrived, ticket.First.Working)
	}
}

// The hour that the clocks skip or repeat is counted as it was: the Sunday of 2026-10-25 has 25 hours, that of 2026-03-29 has 23.
func TestWeeksOfDST(t *testing.T) {
	s := newStory(t)
	s.ticket("", "2026-10-24T12:00 received", "2026-10-26T09:30 reply anna")
	s.ticket("", "2026-03-28T12:00 received", "2026-03-30T09:30 reply anna")
	s.ticket("", "2026-03-29T23:59 received")
	s.ticket("", "2026-03-30T00:00 received")
	f := s.facts("2026-04-03T12:00")
	want(t, "spring", lines(Staff(f).Table("first_response_by_week"), "week", "from", "arrived", "p50_working", "p50_calendar"), `
		2026-W14 2026-03-30 1 - -
		2026-W13 2026-03-23 2 30m0s 44h30m0s`)
	f = s.facts("2026-10-30T12:00")
	table := Staff(f).Table("first_response_by_week")
	table.Rows = table.Rows[:2]
	want(t, "autumn", lines(table, "week", "from", "arrived", "p50_working", "p50_calendar"), `
		2026-W44 2026-10-26 0 - -
		2026-W43 2026-10-19 1 30m0s 46h30m0s`)
}

// ISO 8601: the first week of a year is that of its first Thursday.
func TestWeeksAroundNewYear(t *testing.T) {
	s := newStory(t)
	for _, day := range []string{"2026-12-27", "2026-12-28", "2027-01-01", "2027-01-03", "2027-01-04"} {
		s.ticket("", day+"T12:00 received")
	}
	f := s.facts("2027-01-05T12:00")
	want(t, "weeks", lines(Public(f).Table("first_response_by_week"), "week", "from", "arrived"), `
		2027-W01 2027-01-04 1
		2026-W53 2026-12-28 3
		2026-W52 2026-12-21 1`)
	for day, want := range map[string]string{"2024-12-29": "2024-W52", "2024-12-30": "2025-W01", "2022-01-02": "2021-W52", "2021-01-03": "2020-W53"} {
		if got := weekOf(s.at(day+"T23:59"), s.zone).String(); got != want {
			t.Errorf("%s is in %s, want %s", day, got, want)
		}
	}
}
