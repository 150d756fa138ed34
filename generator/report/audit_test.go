package report

import (
	"fmt"
	"strings"
	"testing"
)

func TestPauses(t *testing.T) {
	s := newStory(t)
	// Asked on Monday 10:00, answered on Tuesday 10:00: eight hours. The promise does not stand still by it.
	a := s.ticket("", "2026-11-02T09:00 received", "2026-11-02T10:00 waiting anna", "2026-11-03T10:00 message", "2026-11-03T11:00 reply ben")
	// On hold since Tuesday 12:00; a message meanwhile lets the desk owe again, whatever was typed; then on hold again, and it goes on.
	b := s.ticket("", "2026-11-02T09:01 received", "2026-11-03T12:00 hold anna", "2026-11-03T14:00 message", "2026-11-03T15:00 hold ben silent", "2026-11-03T16:00 hold ben")
	// Nobody asked anything: no pause, though the requester owes the next move.
	s.ticket("", "2026-11-02T09:02 received", "2026-11-02T10:00 reply anna")
	f := s.facts("2026-11-04T10:00")
	want(t, "pauses", lines(Staff(f).Table("pauses"), "number", "why", "kind", "by", "from", "to", "working", "paused"), fmt.Sprintf(`
		%s third_party hold ben 2026-11-03T15:00:00Z - 2h0m0s -
		%s third_party hold anna 2026-11-03T11:00:00Z 2026-11-03T13:00:00Z 2h0m0s -
		%s requester waiting anna 2026-11-02T09:00:00Z 2026-11-03T09:00:00Z 8h0m0s -`, b, b, a))
}

// Of a promise that lets a clock stand still it is told that it did, also where only a reply made somebody else owe the next move.
func TestPausesThatCount(t *testing.T) {
	s := newStory(t)
	s.write("policy/2024-01-01.yaml", strings.Replace(policy, "promises:\n", "promises:\n  - {id: mended, clock: resolution, target: {within: 40h}, strength: aim}\n", 1))
	s.ticket("", "2026-11-02T09:00 received", "2026-11-02T10:00 reply anna", "2026-11-02T12:00 waiting anna", "2026-11-02T14:00 message", "2026-11-02T15:00 solved anna", "2026-11-02T16:00 message")
	f := s.facts("2026-11-02T16:30")
	want(t, "pauses", lines(Staff(f).Table("pauses"), "why", "kind", "from", "to", "working", "paused"), `
		solved solved 2026-11-02T14:00:00Z 2026-11-02T15:00:00Z 1h0m0s mended
		requester waiting 2026-11-02T11:00:00Z 2026-11-02T13:00:00Z 2h0m0s -
		requester reply 2026-11-02T09:00:00Z 2026-11-02T13:00:00Z 4h0m0s mended`)
}

func TestRatings(t *testing.T) {
	s := newStory(t)
	for i, score := range []int{5, 5, 4, 1, 5} {
		s.ticket("", "2026-11-02T09:00 received", "2026-11-02T10:00 solved anna", fmt.Sprintf("2026-11-02T11:0%d rated {score: %d}", i, score))
	}
	s.ticket("", "2026-11-02T09:00 received", "2026-11-02T10:00 solved anna", "2026-11-02T11:00 rated {score: 1}", "2026-11-02T12:00 rated {score: 2}") // the last one counts
	s.ticket("", "2026-07-01T09:00 received", "2026-07-01T10:00 solved anna", "2026-07-02T12:00 rated {score: 2}")                                      // long ago
	want(t, "ratings", lines(Staff(s.facts("2026-11-03T12:00")).Table("ratings"), "score", "tickets", "share"), `
		5 3 50.0
		4 1 16.6
		3 0 0.0
		2 1 16.6
		1 1 16.6`)
}
