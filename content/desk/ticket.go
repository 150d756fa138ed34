package desk

import (
	"time"

	"balie/content"
)

// Ticket is all that can be derived of one ticket at an instant.
type Ticket struct {
	content.Standing // Lane is the one it is in; Unanswered has what merging brought
	Ticket           *content.Ticket
	Meant            string         // the lane that it enters once its evidence is there; "" where it is in the lane that it is meant for
	Rank             int            // of its lane
	Since            time.Time      // its place within the lane: the oldest message without an answer, else when the desk came to owe something; zero where it owes nothing
	DemotedUntil     time.Time      // while it goes behind the others of its lane
	Clocks           []Clock        // in the order in which events started them
	Evidence         *content.Event // the call by which it entered a lane, and which therefore is no answer; nil where there is none
}

// Ticket derives a ticket at an instant. Without a Lookup (nil) it stands by itself, as if nothing was merged into it or demoted elsewhere.
func (d *Desk) Ticket(t *content.Ticket, all Lookup, now time.Time) Ticket {
	w := d.timer(all, now)
	return w.ticket(t, w.run(t))
}

// mend gives a standing that was derived with what others brought the messages as they stand in their files, and counts the ticket's own events alone.
func (s *strand) mend(standing *content.Standing, t *content.Ticket, now time.Time) {
	for i, e := range standing.Unanswered {
		standing.Unanswered[i] = s.file(e)
	}
	for i, e := range standing.NoEffect {
		standing.NoEffect[i] = s.file(e)
	}
	standing.Asked, standing.Solved = s.file(standing.Asked), s.file(standing.Solved)
	standing.Events = 0
	for standing.Events < len(t.Events) && !t.Events[standing.Events].At.After(now) {
		standing.Events++
	}
	if len(t.Events) > 0 && !standing.Received.IsZero() {
		standing.Received = t.Events[0].At
	}
}
