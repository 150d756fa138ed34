package content

import (
	"cmp"
	"slices"
)

// index finds cases by what names them, and by what other cases say of them.
type index struct {
	byNumber map[string]*Ticket
	byFollow map[string]*Ticket
	byID     map[string]*Incident
	merged   map[string][]*Ticket // by the survivor's number
	saying   map[string]bool      // by the number of the one that says it was merged
	split    map[string]*Ticket   // by the child's number: the ticket it was split from
	demoted  map[string][]*Event  // by the requester's key
	linked   map[string][]*Ticket // by the incident's id
}

// assemble puts the records in order, and the index over them.
func (t *Tree) assemble() {
	t.Incidents, t.Maintenance, t.Tickets = nil, nil, nil
	for _, e := range t.entries {
		switch {
		case e.incident != nil:
			t.Incidents = append(t.Incidents, e.incident)
		case e.maintenance != nil:
			t.Maintenance = append(t.Maintenance, e.maintenance)
		default:
			t.Tickets = append(t.Tickets, e.ticket)
		}
	}
	slices.SortFunc(t.Incidents, func(a, b *Incident) int { return cmp.Compare(a.Dir, b.Dir) })
	slices.SortFunc(t.Maintenance, func(a, b *Maintenance) int { return cmp.Compare(a.Dir, b.Dir) })
	slices.SortFunc(t.Tickets, func(a, b *Ticket) int { return cmp.Or(cmp.Compare(a.Number, b.Number), cmp.Compare(a.Dir, b.Dir)) })

	t.index = index{
		byNumber: make(map[string]*Ticket, len(t.Tickets)), byFollow: make(map[string]*Ticket, len(t.Tickets)), byID: make(map[string]*Incident, len(t.Incidents)),
		merged: map[string][]*Ticket{}, saying: map[string]bool{}, split: map[string]*Ticket{}, demoted: map[string][]*Event{}, linked: map[string][]*Ticket{},
	}
	for _, i := range t.Incidents {
		t.byID[i.ID] = i
	}
	for _, ticket := range t.Tickets {
		t.index.add(ticket, t.entries[ticket.Dir])
	}
}

// add indexes a ticket; of two with one number or token, which is an error, the first one is found.
func (x *index) add(ticket *Ticket, e *entry) {
	if x.byNumber[ticket.Number] == nil {
		x.byNumber[ticket.Number] = ticket
	}
	if ticket.Follow != "" && x.byFollow[ticket.Follow] == nil {
		x.byFollow[ticket.Follow] = ticket
	}
	for _, l := range e.links {
		switch {
		case l.incident != "":
			addOnce(x.linked, l.incident, ticket)
		case l.event.Kind == Merged:
			addOnce(x.merged, l.ticket, ticket)
			x.saying[ticket.Number] = true
		case l.event.Kind == Split && x.split[l.ticket] == nil:
			x.split[l.ticket] = ticket
		}
	}
	if key := ticket.Requester.Key(); key != "" && len(e.demotions) > 0 {
		x.demoted[key] = append(x.demoted[key], e.demotions...)
	}
}

// addOnce adds a ticket to a list; tickets come one after the other.
func addOnce(m map[string][]*Ticket, key string, ticket *Ticket) {
	if list := m[key]; len(list) == 0 || list[len(list)-1] != ticket {
		m[key] = append(list, ticket)
	}
}

// Ticket returns the ticket with a number, written with spaces and dashes or without, or nil.
func (t *Tree) Ticket(number string) *Ticket {
	n, _ := ParseNumber(number)
	return t.byNumber[n]
}

// Follow returns the ticket with a follow token, or nil.
func (t *Tree) Follow(token string) *Ticket { return t.byFollow[token] }

// Incident returns the incident with an id (2026/1120-payments), or nil.
func (t *Tree) Incident(id string) *Incident { return t.byID[id] }

// Linked returns the tickets that were ever linked to an incident, by number.
func (t *Tree) Linked(incident string) []*Ticket { return t.linked[incident] }

// MergedInto returns the tickets that an event says were merged into one, by number.
func (t *Tree) MergedInto(number string) []*Ticket { return t.merged[number] }

// SaysMerged reports whether a ticket has an event by which it was merged into another.
func (t *Tree) SaysMerged(number string) bool { return t.saying[number] }

// SplitFrom returns the ticket that an event says one was split from, or nil.
func (t *Tree) SplitFrom(number string) *Ticket { return t.split[number] }

// Demotions returns the demotions of a requester, on whichever of their tickets they were made; none of somebody without id or address.
func (t *Tree) Demotions(r Requester) []*Event {
	if len(t.demoted) == 0 {
		return nil
	}
	return t.demoted[r.Key()]
}
