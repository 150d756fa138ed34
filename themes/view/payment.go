package view

import (
	"net/url"
	"slices"
	"strings"

	"balie/content"
)

// payment returns how a ticket that is handed in by a form now can go before others; nil where it
// can't: the policy must have a paid lane before the form's own.
func (s Setting) payment(lane, form string) *Payment {
	p := s.Tree.PolicyAt(s.Now)
	if p == nil {
		return nil
	}
	for _, l := range p.Lanes {
		if l.ID == lane {
			return nil
		}
		if l.Requires == "payment" && l.PayURL != "" {
			name, _ := l.Name.In(s.Lang, s.source())
			return &Payment{Lane: name, Price: l.Price, URL: l.PayURL, Rule: answerRule(p, l.ID, form)}
		}
	}
	return nil
}

// answerRule returns what is promised of the first answer in a lane, or nil.
func answerRule(p *content.Policy, lane, form string) *content.Promise {
	holds := func(list []string, of string) bool { return len(list) == 0 || slices.Contains(list, of) }
	for _, rule := range p.Promises {
		if rule.Clock == content.FirstResponse && rule.Measured() && holds(rule.Lanes, lane) && holds(rule.Forms, form) {
			return rule
		}
	}
	return nil
}

// paymentOf returns how a ticket can go before others, with the address where to pay; nil where it
// can't, was paid, or is done.
func (s Setting) paymentOf(t *content.Ticket, at content.TicketSnapshot) *Payment {
	if at.Finished() || at.State == content.SolvedState || at.State == content.NotYet || s.lastPayment(t) != nil {
		return nil
	}
	s.Lang = s.language(t)
	payment := s.payment(at.Lane, t.Form)
	if payment == nil {
		return nil
	}
	payment.URL = strings.ReplaceAll(payment.URL, "{number}", url.QueryEscape(t.Number))
	return payment
}

// paid returns what was paid last for a ticket, or nil.
func (s Setting) paid(t *content.Ticket, at content.TicketSnapshot) *Paid {
	e := s.lastPayment(t)
	if e == nil {
		return nil
	}
	p := s.Tree.PolicyAt(s.Now)
	isPaidLane := func(l content.Lane) bool { return l.ID == at.Lane && l.Requires == "payment" }
	return &Paid{At: e.At.In(s.Tree.Zone), Amount: e.Data().Amount, Opened: p != nil && slices.ContainsFunc(p.Lanes, isPaidLane)}
}

// lastPayment returns the last payment for a ticket up to s.Now, or nil.
func (s Setting) lastPayment(t *content.Ticket) *content.Event {
	for _, e := range slices.Backward(s.eventsUpToNow(t)) {
		if e.Kind == content.Paid {
			return e
		}
	}
	return nil
}
