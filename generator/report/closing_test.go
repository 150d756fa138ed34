package report

import (
	"fmt"
	"strings"
	"testing"
)

// Mon-Fri 09:00-17:00; reminders after 2 and 4 working days, the notice after 6, closed 5 after that.
func TestClosingDue(t *testing.T) {
	s := newStory(t)
	solved := s.ticket("", "2026-11-02T09:00 received", "2026-11-03T10:00 solved anna")
	asked := s.ticket("", "2026-11-02T09:10 received", "2026-11-03T11:00 waiting ben", "2026-11-03T11:01 assigned ben {assignee: ben}")
	reminded := s.ticket("", "2026-10-26T09:10 received", "2026-10-26T11:00 waiting ben", "2026-10-28T17:00 reminder balie", "2026-10-30T17:00 reminder balie")
	s.ticket("", "2026-11-02T09:20 received", "2026-11-03T11:00 waiting ben", "2026-11-03T12:00 message") // we owe the answer
	s.ticket("", "2026-11-02T09:30 received", "2026-11-03T11:00 hold ben")
	s.ticket("", "2026-11-02T09:40 received", "2026-11-03T11:00 confirmed")
	late := s.ticket("", "2026-10-12T09:40 received", "2026-10-12T11:00 solved ben") // nobody closed it when it was due
	want(t, "closing_due", lines(Staff(s.facts("2026-11-03T13:00")).Table("closing_due"), "due", "step", "number", "assignee", "since", "late_by"), fmt.Sprintf(`
		2026-10-19T15:00:00Z closing %s - 2026-10-12T09:00:00Z 357h0m0s
		2026-11-03T16:00:00Z notice %s - 2026-10-26T10:00:00Z -
		2026-11-05T16:00:00Z reminder %s ben 2026-11-03T10:00:00Z -
		2026-11-10T16:00:00Z closing %s - 2026-11-03T09:00:00Z -`, late, reminded, asked, solved))
	if got := Staff(s.facts("2026-10-12T10:00")).Table("closing_due"); len(got.Rows) > 0 {
		t.Errorf("before anything was asked: %+v", got.Rows)
	}
}

// After an answer days are counted as after a question; where nobody can be told nothing is due.
func TestClosingDueAfterAnAnswer(t *testing.T) {
	s := newStory(t)
	answered := s.ticket("requester: {email: a@x.example}", "2026-11-02T09:00 received", "2026-11-03T10:00 reply anna")
	s.write("policy/2024-01-01.yaml", strings.Replace(policy, "unreachable: close", "answered: 3", 1))
	if got := Staff(s.facts("2026-11-03T13:00")).Table("closing_due"); len(got.Rows) > 0 {
		t.Errorf("without mail: %+v", got.Rows)
	}
	s.write("site.yaml", site+"mail: {from: help@desk.example, since: 2026-01-01, smtp: {host: smtp.desk.example}}\n")
	want(t, "closing_due", lines(Staff(s.facts("2026-11-03T13:00")).Table("closing_due"), "due", "step", "number", "since"), fmt.Sprintf(`
		2026-11-06T16:00:00Z notice %s 2026-11-03T09:00:00Z`, answered))
}
