package report

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// A call by which a ticket enters a lane is no response in any figure, whichever came first; another call is.
func TestACallAsEvidenceIsNoResponse(t *testing.T) {
	const received, call, lane = "2026-11-02T09:00 received", "2026-11-02T09:10 call anna", "2026-11-02T09:15 lane anna {lane: emergency}"
	for name, c := range map[string]struct {
		keys    string
		events  []string
		first   string // "": none
		backlog string
	}{
		"the call alone":               {"", []string{received, call}, "10m0s", "0 1"},
		"the call, then the lane":      {"", []string{received, call, lane}, "", "1 0"},
		"meant for the lane, the call": {"lane: emergency", []string{received, call}, "", "1 0"},
		"and answered":                 {"", []string{received, call, lane, "2026-11-02T09:30 reply anna"}, "30m0s", "0 1"},
		"answered by a second call":    {"lane: emergency", []string{received, call, "2026-11-02T09:40 call anna"}, "40m0s", "0 1"},
		"answered between the two":     {"", []string{received, call, "2026-11-02T09:12 reply anna", lane}, "12m0s", "0 1"},
		"a lane that asks for no call": {"", []string{received, call, "2026-11-02T09:15 lane anna {lane: priority}"}, "10m0s", "0 1"},
		"said when it was closed":      {"", []string{received, call, "2026-11-02T09:12 confirmed", "2026-11-02T10:15 lane anna {lane: emergency}"}, "10m0s", "0 0"},
	} {
		s := newStory(t)
		s.write("policy/2024-01-01.yaml", strings.Replace(policy, "lanes:\n", "lanes:\n  - {id: emergency, name: Emergency, requires: call}\n", 1))
		s.ticket(c.keys, c.events...)
		f := s.facts("2026-11-02T12:00")
		var first string
		if response := f.Tickets[0].First; response != nil {
			first = response.Working.Round(time.Second).String()
		}
		if first != c.first {
			t.Errorf("%s: first response after %q, want %q", name, first, c.first)
		}
		if b := f.backlog(); fmt.Sprint(b.Desk, b.Requester) != c.backlog {
			t.Errorf("%s: backlog %+v, want %s", name, b, c.backlog)
		}
	}
}
