package view

import (
	"slices"
	"strings"
	"time"

	"balie/content"
)

// AskLinks is the page on which a requester has the addresses of their questions mailed.
type AskLinks struct {
	Lang   string
	Action string // where it posts
	Served string // when it was, signed; "" where nobody asks
	Fields []Field
	Errors []Mistake
	Asked  bool // it was sent: the page says what comes, and not whether
}

// AskLinks returns that page, empty.
func (s Setting) AskLinks() AskLinks {
	v := Form{}
	s.ask(&v, content.LinksForm())
	return AskLinks{Lang: s.Lang, Action: s.Intake + "/t/lost", Fields: v.Fields}
}

// Links is the mail with the addresses of a requester's questions.
type Links struct {
	Lang    string
	Home    string // the site's address in their language
	Tickets []EarlierTicket
}

// linksFor is how long after its end a question is still among them.
const linksFor = 90 * 24 * time.Hour

// Links returns the mail with the questions of an address, the newest first: those that are open,
// and those that ended within 90 days.
func (s Setting) Links(address string) Links {
	var v Links
	for _, t := range slices.Backward(s.WithAddress(address)) {
		at := s.ticketNow(t)
		if v.Lang == "" {
			v.Lang = s.language(t)
		}
		v.Tickets = append(v.Tickets, EarlierTicket{Number: content.SayNumber(t.Number), Subject: t.Subject, Lang: s.language(t), State: at.State, Owes: at.Owes, URL: s.followURL(t)})
	}
	v.Home = s.Pages + s.in(v.Lang, "/")
	return v
}

// WithAddress returns the tickets whose addresses are mailed to their requester's address, in the
// tree's order. None is of a ticket that is spam, held for a look, merged, or without a page.
func (s Setting) WithAddress(address string) []*content.Ticket {
	var own []*content.Ticket
	for _, t := range s.Tree.Tickets {
		if address == "" || !strings.EqualFold(t.Requester.Email, address) || s.Tree.Follow(t.Follow) == nil {
			continue
		}
		switch at := s.ticketNow(t); at.State {
		case content.NotYet, content.SpamState, content.MergedState:
		case content.ClosedState:
			if s.Now.Sub(s.lastChange(t, at.TicketSnapshot)) <= linksFor {
				own = append(own, t)
			}
		default:
			if !at.Held {
				own = append(own, t)
			}
		}
	}
	return own
}

// lastChange returns the time of a ticket's last event up to s.Now.
func (s Setting) lastChange(t *content.Ticket, at content.TicketSnapshot) time.Time {
	if at.Events == 0 {
		return time.Time{}
	}
	return t.Events[at.Events-1].At
}
