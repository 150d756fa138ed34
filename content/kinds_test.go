package content

import (
	"slices"
	"testing"
)

// TestAnswersMayStand on what staff say to a requester, and on nothing else.
func TestAnswersMayStand(t *testing.T) {
	var kinds []Kind
	for of, rules := range Kinds {
		for _, r := range rules {
			if of == TicketCase && slices.Contains(r.Optional, "answers") {
				kinds = append(kinds, r.Kind)
			} else if slices.Contains(append(r.Required, r.Optional...), "answers") {
				t.Errorf("answers stands on %s of %s", r.Kind, of)
			}
		}
	}
	if want := []Kind{Reply, Waiting, Hold, Solved, OutOfScope, Call}; !slices.Equal(kinds, want) {
		t.Errorf("answers stands on %v, want %v", kinds, want)
	}
}
