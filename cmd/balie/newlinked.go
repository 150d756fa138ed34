package main

import (
	"fmt"
	"slices"
	"strings"

	"balie/content"
	"balie/content/desk"
)

// linkedTicketsEvent writes an event on each ticket that is linked to an incident. Those that it
// passes over are named with the reason.
func (w *writer) linkedTicketsEvent(k ticketKind) error {
	incident, err := findIncident(w.tree, w.incident)
	if err != nil {
		return err
	}
	if w.message, err = w.body(); err != nil { // standard input is read once
		return err
	}
	tickets, skipped, err := w.linkedTickets(incident)
	if err != nil {
		return err
	}
	if len(tickets) == 0 {
		return failf(strings.Join(skipped, "\n    "), "no ticket that is linked to %s can be answered", incident.Dir)
	}
	for _, ticket := range tickets {
		w.notes = append(w.notes, content.SayNumber(ticket.Number)+":") // what ticketEvent notes
		if err := w.ticketEvent(k, ticket, nil); err != nil {
			return err
		}
	}
	w.notes = append(w.notes, fmt.Sprintf("%s is written to %d, and passed over in %d", k.kind, len(tickets), len(skipped)))
	for _, why := range skipped {
		w.notes = append(w.notes, "    "+why)
	}
	return nil
}

// linkedTickets returns the tickets that are linked to an incident and can be answered, and says
// why the others can't. For one that was merged stands the one under whose number it goes on.
func (w *writer) linkedTickets(incident *content.Incident) (tickets []*content.Ticket, skipped []string, err error) {
	d, err := desk.New(w.tree.Setup)
	if err != nil {
		return nil, nil, err
	}
	for _, ticket := range w.tree.Linked(incident.ID) {
		number, stand := content.SayNumber(ticket.Number), d.Ticket(ticket, w.tree, w.now)
		if into := w.tree.Ticket(stand.MergedInto); into != nil {
			skipped = append(skipped, number+" is "+state(stand))
			ticket, number, stand = into, content.SayNumber(into.Number), d.Ticket(into, w.tree, w.now)
		}
		switch {
		case slices.Contains(tickets, ticket):
		case stand.State == content.NotYet:
			skipped = append(skipped, number+" is not there yet")
		case stand.Finished():
			skipped = append(skipped, number+" is "+state(stand))
		case stand.Held:
			skipped = append(skipped, number+" is held for a look: balie new release "+ticket.Number+", or new spam")
		default:
			tickets = append(tickets, ticket)
		}
	}
	return tickets, skipped, nil
}
