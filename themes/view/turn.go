package view

import (
	"slices"
	"strings"
	"time"

	"balie/content"
	"balie/content/desk"
)

// addTurn adds what the requester must do now, by when, and how they come back to the page. The
// timeline has the ticket's own entries.
func (s Setting) addTurn(v *Follow, t *content.Ticket, at TicketNow) {
	v.Address = s.Address + "/t/" + t.Follow + "/"
	v.Noted = notedAs(t)
	v.Quote = slices.ContainsFunc(s.Tree.Site.Channels, func(c content.Channel) bool {
		return (c.ID == "email" || c.ID == "phone") && len(c.Use) > 0
	})
	v.IsNew = at.Owes == content.OwesDesk && !slices.ContainsFunc(v.Timeline, func(e Entry) bool {
		return e.Kind != content.Received && e.Kind != content.Linked && e.Kind != content.Paid
	})
	v.Call = s.missingCall(at)
	v.Closes = closes(at)
	if mail := s.Tree.Site.Mail; mail != nil {
		v.Lost = s.Intake + "/t/lost?lang=" + v.Lang
		if s.TicketNow != nil && at.Reach == desk.Reached && !at.Held && t.At(s.Now).State != content.SpamState {
			v.MailedTo = t.Requester.Email
		}
	}
	if at.State == content.Pending && at.Owes == content.OwesRequester && at.Asked != nil {
		for _, e := range v.Timeline {
			if e.Name == at.Asked.Name && e.Body != "" {
				v.Asked = &e
			}
		}
	}
	v.Remark = s.field(&content.RatingForm().Fields[1])
}

// missingCall returns the call without which a ticket goes no faster, or nil.
func (s Setting) missingCall(at TicketNow) *Call {
	p := s.Tree.PolicyAt(s.Now)
	if p == nil || at.MeantLane == "" || at.Owes != content.OwesDesk {
		return nil
	}
	for _, l := range p.Lanes {
		if l.ID == at.MeantLane && l.Requires == "call" {
			return &Call{Number: l.Call, Dial: dial(l.Call)}
		}
	}
	return nil
}

// dial returns a telephone number without what people write between its digits (RFC 3966).
func dial(number string) string {
	if strings.HasPrefix(number, "+") { // the zero is for who calls from the same country
		number = strings.ReplaceAll(number, "(0)", "")
	}
	return strings.Map(func(r rune) rune {
		if r == '+' || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, number)
}

// closes returns when a rule closes a ticket, where no promise to its requester says it.
func closes(at TicketNow) time.Time {
	if slices.ContainsFunc(at.Promised, func(p Promised) bool { return p.Clock == content.Closure }) {
		return time.Time{}
	}
	return at.Closes
}

// notedAs says how staff wrote down what a ticket's requester asked; "" where its requester sent
// it.
func notedAs(t *content.Ticket) Noted {
	switch t.Channel {
	case "phone":
		return NotedCall
	case "staff":
		return NotedOther
	}
	return ""
}

// noted says how staff wrote down what the requester said in an event; "" for all others.
func noted(t *content.Ticket, e *content.Event) Noted {
	switch as := notedAs(t); {
	case !e.RequesterMessage() || e.Author == content.Balie:
		return ""
	case e.Author != "" && as == "":
		return NotedOther
	case e.Author != "" || e.Kind == content.Received:
		return as
	}
	return ""
}
