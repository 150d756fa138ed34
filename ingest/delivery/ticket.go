package delivery

import (
	"cmp"
	"slices"
	"strings"

	"balie/content"
	"balie/ingest/filing"
	"balie/ingest/form"
	"balie/ingest/store"
	"balie/ingest/webhook"
	"balie/themes/view"
)

// channelAPI is how a ticket that a program hands in came.
const channelAPI = "api"

// CheckTicket judges a ticket by the hook's form. No error and mistakes: the sender can mend them.
func CheckTicket(t *content.Tree, hook *content.Hook, a webhook.Ticket) (*form.Submission, []view.Mistake, error) {
	f := t.Setup.Form(hook.Form)
	if f == nil {
		return nil, nil, unusablef("there is no form %s", hook.Form)
	}
	s, wrong := form.Rules{Setup: t.Setup, Form: f}.Check(a.Answers)
	return s, wrong, nil
}

// fileTicket files a ticket by the hook's form.
func (w *Worker) fileTicket(tx *store.Tx, hook *content.Hook, a webhook.Ticket, id content.Hex) error {
	tree := w.Tree()
	s, wrong, err := CheckTicket(tree, hook, a)
	if err != nil {
		return err
	}
	if len(wrong) > 0 {
		var names []string
		for _, m := range wrong {
			names = append(names, m.Name())
		}
		slices.Sort(names)
		return unusablef("it does not fit the form %s: %s", hook.Form, strings.Join(slices.Compact(names), ", "))
	}
	t := s.Ticket()
	t.Channel, t.Language = channelAPI, cmp.Or(s.Language, tree.Site.Source())
	_, err = w.Filer.FileIn(tx, filing.Submission{ID: id, Ticket: t, Events: []*content.Event{{Kind: content.Received, Body: s.Body()}}})
	return err
}

// filePaid files a payment on its ticket, and the lane that it opens where the amount reaches its
// price and the reference is new.
func (w *Worker) filePaid(tx *store.Tx, hook *content.Hook, a webhook.Paid, id content.Hex) error {
	t, err := w.Filer.TicketIn(tx, a.Number)
	switch {
	case err == filing.ErrTwice:
		return unusablef("two tickets have the number %s", content.SayNumber(a.Number))
	case err != nil:
		return err
	case t == nil:
		return unusablef("there is no ticket %s", content.SayNumber(a.Number))
	case hasReference(t, a.Reference):
		return nil // told before under another id
	}
	tree := w.Tree()
	events := []*content.Event{{Kind: content.Paid, Author: hook.Name, Front: &content.Front{Reference: a.Reference, Amount: a.Amount}}}
	isUsed := slices.ContainsFunc(tree.Tickets, func(other *content.Ticket) bool { return hasReference(other, a.Reference) })
	if lane := paidLane(tree.PolicyAt(w.Now()), a.Amount); lane != "" && !isUsed {
		events = append(events, &content.Event{Kind: content.LaneChange, Author: hook.Name, Front: &content.Front{Lane: lane}})
	}
	_, err = w.Filer.FileIn(tx, filing.Submission{ID: id, Dir: t.Dir, Events: events})
	return err
}

func hasReference(t *content.Ticket, reference string) bool {
	return slices.ContainsFunc(t.Events, func(e *content.Event) bool {
		return e.Kind == content.Paid && e.Data().Reference == reference
	})
}

// paidLane returns the dearest lane that an amount opens, or "".
func paidLane(p *content.Policy, amount content.Money) string {
	if p == nil {
		return ""
	}
	best, price := "", int64(-1)
	for _, l := range p.Lanes {
		if l.Requires == "payment" && l.Price.Currency == amount.Currency && l.Price.Cents <= amount.Cents && l.Price.Cents > price {
			best, price = l.ID, l.Price.Cents
		}
	}
	return best
}
