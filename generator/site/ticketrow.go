package site

import (
	"time"

	"balie/content"
)

// TicketRow is a ticket in a list for staff.
type TicketRow struct {
	Number  string // in groups
	URL     string
	Subject string
	State   content.TicketState
	At      time.Time // when it came in
	Excerpt string    // where it was found, or ""
}

// NewTicketRow returns the row of a ticket in a state.
func NewTicketRow(t *content.Ticket, state content.TicketState, at time.Time, zone *time.Location) TicketRow {
	return TicketRow{Number: content.SayNumber(t.Number), URL: ticketPath(t.Number), Subject: t.Subject, State: state, At: at.In(zone)}
}

func ticketPath(number string) string { return "/tickets/" + number + "/" }

// StaffFind is the page on which staff find tickets.
type StaffFind struct {
	Query        string
	Rows         []TicketRow // of this page, best first
	Count        int         // on all pages
	Newer, Older string      // the pages before and after, or ""
}

// FindPath is where staff find tickets, while the site is served.
const FindPath = "/find/"
