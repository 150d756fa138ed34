package content

import (
	"path"
	"slices"
	"strings"
	"time"
)

// entry checks one case by itself.
func (c *checker) entry(e *entry) {
	switch {
	case e.incident != nil:
		c.incident(e.incident)
	case e.maintenance != nil:
		c.maintenance(e.maintenance)
	case e.ticket != nil:
		c.ticket(e.ticket)
	}
}

func (c *checker) incident(i *Incident) {
	file := i.Dir + "/incident.yaml"
	c.servicesIn(file, i.Services)
	if len(i.Events) == 0 && !c.hasErrors() {
		c.warn(i.Dir, "", codeNoEvents, "balie new update writes one", "an incident without an update: until then it is as if it were not there")
	}
	if i.Source != nil {
		c.reference(file, "source.hook", i.Source.Hook, c.words.hooks, Warning) // a hook may have been taken away since
	}
	c.updates(i.Events)
	c.explainedEarly(i)
}

// explainedEarly finds a postmortem of an incident that nobody has said is over.
func (c *checker) explainedEarly(i *Incident) {
	p := Progress{Services: i.Services}
	for _, e := range i.Events {
		if e.Kind == Postmortem && p.Resolved.IsZero() && !c.hasErrors() {
			c.warn(e.Path, "", codeOrder, "write resolved first, with the time at which it was over", "a postmortem of an incident that is not resolved: this ends it")
		}
		p.apply(e, i.Services)
	}
}

func (c *checker) maintenance(m *Maintenance) {
	file := m.Dir + "/maintenance.yaml"
	c.servicesIn(file, Map[ComponentState](m.Services))
	c.planned(file, m.Planned)
	for _, e := range m.Events {
		if p := e.Data().Planned; p != nil {
			c.planned(e.Path, *p)
		}
	}
	c.updates(m.Events)
}

func (c *checker) planned(file string, p Planned) {
	if !p.Start.IsZero() && !p.End.IsZero() && !p.End.After(p.Start) {
		c.error(file, "planned.end", codeTime, "name a time after its start", "planned.end: a maintenance ends after it starts")
	}
}

// servicesIn finds services that services.yaml does not have.
func (c *checker) servicesIn(file string, services Map[ComponentState]) {
	for _, s := range services {
		key := "services." + s.Key + "~"
		if i := slices.IndexFunc(c.Services, func(g *Service) bool { return g.ID == s.Key && len(g.Services) > 0 }); i >= 0 {
			c.error(file, key, codeReference, "name those of its services that are touched", "services: %q is a group", s.Key)
			continue
		}
		c.reference(file, key, s.Key, c.words.services, Error)
	}
}

// updates checks the events of an incident or a maintenance.
func (c *checker) updates(events []*Event) {
	for _, e := range events {
		c.author(e)
		c.servicesIn(e.Path, e.Data().Services)
		if next := e.Data().NextUpdate; !next.IsZero() && !next.After(e.At) {
			c.error(e.Path, "next_update", codeTime, "name a time after the update's own, which is "+e.At.Format("2006-01-02T15:04"), "next_update: %s is not after this update", next.Format("2006-01-02T15:04"))
		}
		for _, t := range e.Translations {
			c.stale(t.Path, e.Body, t.Translates)
		}
	}
}

// author finds an author whom people.yaml does not have. Hooks write under their names, balie under its own.
func (c *checker) author(e *Event) {
	if e.Author != Balie {
		c.reference(e.Path, "", e.Author, c.words.authors, Error)
	}
}

// across checks what cases say of one another, and against the clock.
func (c *checker) across(t *Tree, now time.Time) {
	for _, e := range t.entries {
		c.links(t, e)
		if !c.words.torn["site.yaml"] { // the zone may not be known
			c.future(e, now)
		}
	}
	paid := map[string]*Event{}
	for _, ticket := range t.Tickets {
		c.shared(t, ticket)
		c.paidOnce(paid, t.entries[ticket.Dir].payments)
	}
}

// paidOnce finds a payment that two tickets count as theirs; tickets come in order of their numbers.
func (c *checker) paidOnce(paid map[string]*Event, payments []*Event) {
	for _, e := range payments {
		reference := e.Data().Reference
		first := paid[reference]
		if first == nil || reference == "" {
			paid[reference] = e
		} else if path.Dir(first.Path) != path.Dir(e.Path) {
			c.warn(e.Path, "reference", codeDuplicate, "see for which of them it was, and take the other away", "reference: %s is for the same payment", first.Path)
		}
	}
}

// shared finds a number or a follow token that two tickets have.
func (c *checker) shared(t *Tree, ticket *Ticket) {
	file := ticket.Dir + "/ticket.yaml"
	if other := t.byNumber[ticket.Number]; other != ticket {
		c.error(ticket.Dir, "", codeDuplicate, "give one of them a new number: balie new ticket", "%s has the same number", other.Dir)
	}
	if other := t.byFollow[ticket.Follow]; ticket.Follow != "" && other != ticket {
		c.error(file, "follow", codeDuplicate, "give one of them a new token, or one requester reads what the other wrote", "follow: the same as in %s", other.Dir)
	}
}

// links finds cases that are not there, and tickets that lead to themselves. A link to what is gone is a warning: a customer's "me too" never keeps staff from renaming an incident, nor
// a follow-up from taking a ticket out.
func (c *checker) links(t *Tree, e *entry) {
	for _, l := range e.links {
		unknown := c.error
		if l.event.Kind == Linked {
			unknown = c.warn
		}
		switch {
		case l.incident != "":
			c.linkedIncident(t, l)
		case l.ticket == "": // said to be wrong when it was read
		case t.byNumber[l.ticket] == nil:
			unknown(l.event.Path, l.key, codeReference, numberHint(t, l.ticket), "%s: unknown ticket %q", l.key, l.ticket)
		case l.ticket == e.ticket.Number:
			c.error(l.event.Path, l.key, codeValue, "write the number of the other ticket", "%s: this is the ticket itself", l.key)
		case l.event.Kind == Merged && mergedInCircle(t, e.ticket):
			// Two who merge at once make a circle: a merge of honest events never stops the site.
			c.warn(l.event.Path, l.key, codeValue, "let one of them stand: take its merged event out", "%s: the tickets are merged in a circle", l.key)
		}
	}
}

func (c *checker) linkedIncident(t *Tree, l link) {
	if t.byID[l.incident] != nil {
		return
	}
	id := strings.Trim(strings.TrimPrefix(l.incident, "incidents/"), "/")
	if t.byID[id] != nil {
		c.warn(l.event.Path, l.key, codeReference, "write "+id, "%s: unknown incident %q", l.key, l.incident)
		return
	}
	ids := make([]string, 0, len(t.Incidents))
	for _, i := range t.Incidents {
		ids = append(ids, i.ID)
	}
	slices.Reverse(ids)
	c.reference(l.event.Path, l.key, l.incident, names{what: "incident", where: "incidents/ has ", known: ids}, Warning)
}

// numberHint says how a number is written of which there is no ticket as it stands.
func numberHint(t *Tree, written string) string {
	if ticket := t.Ticket(written); ticket != nil {
		return `write "` + ticket.Number + `"`
	}
	n, ok := ParseNumber(written)
	switch {
	case n == "":
		return "write the ticket's number, digits alone, in quotes"
	case !ok:
		return "its check digit is wrong: read the number again"
	}
	return "there is no " + ticketDir(n) + "/"
}

// mergedInCircle reports whether following a ticket's mergers leads back to it.
func mergedInCircle(t *Tree, ticket *Ticket) bool {
	next := ticket
	for range min(len(t.Tickets), 100) {
		into := ""
		for _, l := range t.entries[next.Dir].links {
			if l.event.Kind == Merged {
				into = l.ticket
			}
		}
		if next = t.byNumber[into]; next == nil || next == ticket {
			return next != nil
		}
	}
	return false
}

// future warns of events that have not happened yet.
func (c *checker) future(e *entry, now time.Time) {
	events := e.events()
	for i := len(events) - 1; i >= 0 && events[i].At.After(now); i-- {
		c.warn(events[i].Path, "", codeFuture, "until then it is as if it were not there; if the time is wrong, mend it with at: …", "this is at %s, which is yet to come", events[i].At.Format("2006-01-02T15:04Z07:00"))
	}
}
