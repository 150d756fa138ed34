package desk

import (
	"slices"
	"strings"
	"time"

	"balie/content"
)

// Reach says whether mail reaches a requester or, if not, why.
type Reach string

// The answers.
const (
	Reached   Reach = ""
	NoMail    Reach = "no_mail"    // the desk sends none
	NoAddress Reach = "no_address" // the requester left none
	Bouncing  Reach = "bouncing"   // a mail to the address did not arrive, and no message came since
)

// Reach says whether mail reaches a ticket's requester as the ticket is. Addresses are compared
// without regard to case. What an address refused counts no more when the ticket has another one.
func (d *Desk) Reach(t *content.Ticket, s *content.TicketSnapshot) Reach {
	switch {
	case !d.sendsMail():
		return NoMail
	case t.Requester.Email == "":
		return NoAddress
	case bouncedFrom(t, s) != nil:
		return Bouncing
	}
	return Reached
}

// sendsMail reports whether mail goes out at all.
func (d *Desk) sendsMail() bool { return d.setup.Site != nil && d.setup.Site.Mail != nil }

// canMail reports whether mail to a ticket's requester can be tried.
func (d *Desk) canMail(t *content.Ticket) bool { return d.sendsMail() && t.Requester.Email != "" }

// BouncedAt returns when the last mail to a requester did not arrive, where the requester is not
// reached because of that; else zero.
func (d *Desk) BouncedAt(t *content.Ticket, s *content.TicketSnapshot) time.Time {
	if d.Reach(t, s) != Bouncing {
		return time.Time{}
	}
	return bouncedFrom(t, s).At
}

// bouncedFrom returns the last mail that the requester's address refused, or nil.
func bouncedFrom(t *content.Ticket, s *content.TicketSnapshot) *content.Event {
	for _, e := range slices.Backward(s.Bounced) {
		if strings.EqualFold(e.Data().Address, t.Requester.Email) {
			return e
		}
	}
	return nil
}

// ClosesByRule reports whether a ticket may be closed by rule at an instant: its requester can be
// told of it, or the policy in force closes without that.
func (d *Desk) ClosesByRule(t *content.Ticket, s *content.TicketSnapshot, at time.Time) bool {
	return d.closesUnreachable(at) || d.Reach(t, s) == Reached
}

// closesUnreachable reports whether the version in force at an instant closes by rule whether or
// not the requester can be told.
func (d *Desk) closesUnreachable(at time.Time) bool {
	v := d.versionAt(at)
	return v != nil && v.Closing != nil && v.Closing.Unreachable == content.CloseAnyway
}

// mayCloseFrom reports whether days are counted towards a ticket's closing from an event: what
// staff asked, answered or called solved.
//
// Nothing is counted from before the day on which mail began to go out. Then, unless the policy in
// force at the event closes anyway, mail must reach the requester, and none may have come back
// since the event, whatever the address: a question that was never read is asked again once the
// address is mended, and the days are counted from there.
func (d *Desk) mayCloseFrom(e *content.Event, t *content.Ticket, s *content.TicketSnapshot) bool {
	if d.sendsMail() && e.At.Before(d.setup.Site.Mail.Since.In(d.setup.Zone)) {
		return false
	}
	if d.closesUnreachable(e.At) {
		return true
	}
	cameBack := func(bounced *content.Event) bool { return !bounced.At.Before(e.At) }
	return d.Reach(t, s) == Reached && !slices.ContainsFunc(s.Bounced, cameBack)
}
