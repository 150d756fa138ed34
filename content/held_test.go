package content

import "testing"

// A ticket that is held stays so until a person acts: not by what the intake files, nor by a note, spam
// or a payment.
func TestWhatEndsAReview(t *testing.T) {
	for _, tt := range []struct {
		kind   Kind
		author string
		front  *Front
		held   bool
	}{
		{Message, "", nil, true},
		{Confirmed, "", nil, true},
		{Note, "anna", nil, true},
		{Spam, "anna", nil, true},
		{Reminder, Balie, nil, true},
		{Paid, "stripe", &Front{ID: "aaaa"}, true},
		{LaneChange, "stripe", &Front{ID: "aaaa"}, true},
		{Linked, "", &Front{ID: "aaaa", Incident: "2026/1120-x"}, true},
		{Bounced, Balie, nil, true},
		{LaneChange, "anna", nil, false},
		{Linked, "", &Front{Incident: "2026/1120-x"}, false},
		{Assigned, "anna", nil, false},
		{Message, "anna", nil, false},
		{Reply, "anna", &Front{ID: "aaaa"}, false},
		{Released, "", nil, false},
		{Call, "", nil, false},
	} {
		ticket := story("received")
		ticket.Review = true
		e := &Event{Kind: tt.kind, Author: tt.author, Front: tt.front, Body: "x", At: ticket.Events[0].At.Add(1)}
		ticket.Events = append(ticket.Events, e)
		if got := ticket.At(farFuture); got.Held != tt.held {
			t.Errorf("after %s by %q: held %t", tt.kind, tt.author, got.Held)
		}
	}
}
