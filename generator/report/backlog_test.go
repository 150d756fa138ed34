package report

import "testing"

func TestBacklog(t *testing.T) {
	s := newStory(t)
	s.ticket("", "2026-11-02T09:00 received")
	s.ticket("", "2026-11-02T09:01 received", "2026-11-02T09:30 reply anna")
	s.ticket("", "2026-11-02T09:02 received", "2026-11-02T09:30 waiting anna")
	s.ticket("", "2026-11-02T09:03 received", "2026-11-02T09:30 hold anna")
	s.ticket("", "2026-11-02T09:04 received", "2026-11-02T09:30 hold anna silent") // the desk has not answered: it owes
	s.ticket("", "2026-11-02T09:05 received", "2026-11-02T09:30 solved anna")
	s.ticket("", "2026-11-02T09:06 received", "2026-11-02T09:30 paid {reference: r1; amount: 5.00 EUR}", "2026-11-02T09:31 lane anna {lane: priority}")
	s.ticket("lane: priority", "2026-11-02T09:07 received") // not paid
	s.ticket("", "2026-11-02T09:08 received", "2026-11-02T09:30 spam anna")
	s.ticket("", "2026-11-02T13:00 received") // yet to come
	f := s.facts("2026-11-02T12:00")
	want(t, "backlog", lines(Public(f).Table("backlog"), "lane", "desk", "requester", "third_party"), `
		priority 1 0 0
		standard 3 2 1`)
	if b := Public(f).Backlog; b != (Backlog{4, 2, 1}) {
		t.Errorf("backlog: %+v", b)
	}
}

// Fri 2026-11-06 12:00; each is as old in working time as its bucket begins, and one a minute younger.
func TestAgeing(t *testing.T) {
	s := newStory(t)
	for _, at := range []string{
		"2026-11-06T11:30", "2026-11-06T11:00", "2026-11-06T11:01", "2026-11-05T16:00", "2026-11-05T16:01", "2026-11-05T12:00", "2026-11-05T12:01",
		"2026-11-04T12:00", "2026-10-30T12:00", "2026-10-23T12:00", "2026-10-22T16:59", "2026-11-05T20:00",
	} {
		s.ticket("", at+" received")
	}
	s.ticket("", "2026-11-06T09:00 received", "2026-11-06T10:00 reply anna {partly: true}") // the rest is unanswered since 09:00
	f := s.facts("2026-11-06T12:00")
	want(t, "ageing", lines(Public(f).Table("ageing"), "age", "unanswered"), `
		under_1h 2
		1h_to_4h 4
		4h_to_8h 2
		1d_to_2d 1
		2d_to_5d 1
		5d_to_10d 1
		over_10d 2`)
	oldest := Staff(f).Table("oldest")
	want(t, "the oldest", lines(&Table{Columns: oldest.Columns, Rows: oldest.Rows[:2]}, "number", "waiting_since", "working", "calendar"), `
		2610221011 2026-10-22T14:59:00Z 83h1m0s 356h1m0s
		2610231014 2026-10-23T10:00:00Z 80h0m0s 337h0m0s`)
	if len(oldest.Rows) != 10 {
		t.Errorf("%d are named", len(oldest.Rows))
	}
	if Public(f).Table("oldest") != nil || Public(f).Oldest != Staff(f).Oldest || len(f.aged()) != 13 {
		t.Error("the public is told more or less than the age of the oldest")
	}
}
