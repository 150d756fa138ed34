package desk

import (
	"time"

	"balie/content"
)

// Ticket is all that can be derived of one ticket at an instant.
type Ticket struct {
	content.TicketSnapshot // Lane is the one it is in; Unanswered has what merges moved here
	Ticket                 *content.Ticket
	MeantLane              string         // the lane it enters on its evidence; "" where it is in it
	Rank                   int            // of its lane
	Since                  time.Time      // while the desk owes: what orders it in its lane
	DemotedUntil           time.Time      // while it goes behind the others of its lane
	Clocks                 []Clock        // in the order in which events started them
	Evidence               *content.Event // the call by which it entered a lane, or nil
}

// Ticket derives a ticket at an instant. Without a Lookup (nil) it is derived by itself, as if
// nothing was merged into it or demoted elsewhere.
func (d *Desk) Ticket(t *content.Ticket, all Lookup, now time.Time) Ticket {
	r := d.newClockRunner(all, now)
	return r.ticket(t, r.run(t, nil))
}

// Step is one event of a ticket as Follow tells it.
type Step struct {
	*content.Occurrence
	Before, After *content.TicketSnapshot
	Lane          string    // the one it is in with this event
	Since         time.Time // which orders the lane, as in Ticket
}

// Follow derives a ticket as [Desk.Ticket] does, and yields each event with the ticket before
// and after it, by all that is known at the instant. yield must not keep the pointers.
func (d *Desk) Follow(t *content.Ticket, all Lookup, now time.Time, yield func(Step)) Ticket {
	r := d.newClockRunner(all, now)
	return r.ticket(t, r.run(t, yield))
}
