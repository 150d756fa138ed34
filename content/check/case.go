package check

import (
	"path"
	"slices"
	"strings"
	"time"

	"balie/content"
	"balie/content/load"
)

// record checks one case by itself.
func (c *checker) record(r load.Record) {
	switch {
	case r.Incident != nil:
		c.incident(r.Incident)
	case r.Maintenance != nil:
		c.maintenance(r.Maintenance)
	case r.Ticket != nil:
		c.ticket(r.Ticket)
	}
}

func (c *checker) incident(i *content.Incident) {
	file := i.Dir + "/incident.yaml"
	c.servicesIn(file, i.Services)
	if len(i.Events) == 0 && !c.hasErrors() {
		c.warn(i.Dir, "", content.CodeNoEvents, "balie new update writes one", "an incident without an update: until then it is as if it were not there")
	}
	if i.Source != nil {
		c.reference(file, "source.hook", i.Source.Hook, c.words.hooks, content.Warning)
	}
	c.updates(i.Events)
	c.explainedEarly(i)
}

// explainedEarly finds a postmortem of an incident that nobody has said is over.
func (c *checker) explainedEarly(i *content.Incident) {
	p := content.Progress{Services: i.Services}
	for _, e := range i.Events {
		if e.Kind == content.Postmortem && p.Resolved.IsZero() && !c.hasErrors() {
			c.warn(e.Path, "", content.CodeOrder, "write resolved first, with the time at which it was over", "a postmortem of an incident that is not resolved: this ends it")
		}
		p.Apply(e, i.Services)
	}
}

func (c *checker) maintenance(m *content.Maintenance) {
	file := m.Dir + "/maintenance.yaml"
	c.servicesIn(file, content.Map[content.ComponentState](m.Services))
	c.updates(m.Events)
}

// servicesIn finds services that services.yaml does not have.
func (c *checker) servicesIn(file string, services content.Map[content.ComponentState]) {
	for _, s := range services {
		c.service(file, "services."+s.Key+"~", s.Key)
	}
}

// service finds a group where a service is meant, and a service that services.yaml does not have.
func (c *checker) service(file, key, id string) {
	if slices.ContainsFunc(c.Services, func(g *content.Service) bool { return g.ID == id && len(g.Services) > 0 }) {
		c.error(file, key, content.CodeReference, "name those of its services that are touched", "%s: %q is a group", strings.TrimSuffix(key, "."+id+"~"), id)
		return
	}
	c.reference(file, key, id, c.words.services, content.Error)
}

// updates checks the events of an incident or a maintenance.
func (c *checker) updates(events []*content.Event) {
	for _, e := range events {
		c.author(e)
		c.servicesIn(e.Path, e.Data().Services)
		for _, t := range e.Translations {
			c.stale(t.Path, e.Body, t.Translates)
		}
	}
}

// author finds an author whom people.yaml does not have. Hooks write under their names, balie under
// its own.
func (c *checker) author(e *content.Event) {
	if e.Author != content.Balie {
		c.reference(e.Path, "", e.Author, c.words.authors, content.Error)
	}
}

// across checks what cases say of one another, and against the clock.
func (c *checker) across(t *content.Tree, l *load.Loaded, now time.Time) {
	for _, r := range l.Cases() {
		if r.Written.Ticket != nil {
			c.references(t, r.Written.Ticket)
		}
		if !c.words.misread["site.yaml"] { // the zone may not be known
			c.future(r.Written.Events(), now)
		}
	}
	paid, followed := map[string]*content.Event{}, map[string]*content.Ticket{}
	for _, number := range t.Erased {
		if ticket := t.Ticket(number); ticket != nil {
			c.warn(ticket.Dir, "", content.CodeErased, "take the directory out, or the number out of erased.txt", "erased.txt has this ticket's number, and it is still here")
		}
	}
	for _, ticket := range t.Tickets {
		c.numberTwice(t, ticket)
		c.followTwice(followed, ticket)
		c.paidOnce(paid, ticket)
	}
}

// paidOnce finds a payment that two tickets count as theirs; tickets come in order of their
// numbers.
func (c *checker) paidOnce(paid map[string]*content.Event, ticket *content.Ticket) {
	for _, e := range ticket.Events {
		if e.Kind != content.Paid {
			continue
		}
		reference := e.Data().Reference
		first := paid[reference]
		if first == nil || reference == "" {
			paid[reference] = e
		} else if path.Dir(first.Path) != path.Dir(e.Path) {
			c.warn(e.Path, "reference", content.CodeDuplicate, "see for which of them it was, and take the other away", "reference: %s is for the same payment", first.Path)
		}
	}
}

// numberTwice finds a number that two tickets have.
func (c *checker) numberTwice(t *content.Tree, ticket *content.Ticket) {
	if other := t.Ticket(ticket.Number); other != nil && other != ticket {
		c.error(ticket.Dir, "", content.CodeDuplicate, "give one of them a new number: balie new ticket", "%s has the same number", other.Dir)
	}
}

// followTwice finds a follow token that a ticket before this one has. It opens neither of them.
func (c *checker) followTwice(followed map[string]*content.Ticket, ticket *content.Ticket) {
	other := followed[ticket.Follow]
	switch {
	case ticket.Follow == "":
	case other == nil:
		followed[ticket.Follow] = ticket
	default:
		c.error(ticket.Dir+"/ticket.yaml", "follow", content.CodeDuplicate, "give each of them a new token; until then it opens neither of them", "follow: the same as in %s", other.Dir)
	}
}

// references finds cases and messages that are not there. That is a warning: cases are renamed and
// erased. Of a number that erased.txt has nothing is said.
func (c *checker) references(t *content.Tree, ticket *content.Ticket) {
	for _, e := range ticket.Events {
		if !e.ReadUntil.IsZero() && !isAnswerable(t, ticket, e.Data().Answers) {
			c.unknownMessage(ticket, e)
		}
		for _, r := range e.References() {
			switch {
			case r.Incident != "":
				c.linkedIncident(t, e, r)
			case r.Ticket == "" || r.Ticket == ticket.Number: // said to be wrong when it was read
			case !isTicket(t, r.Ticket) && slices.Contains(t.Erased, r.Ticket):
			case !isTicket(t, r.Ticket):
				c.warn(e.Path, r.Key, content.CodeReference, numberHint(t, r.Ticket), "%s: unknown ticket %q", r.Key, r.Ticket)
				c.problems[len(c.problems)-1].Names = "ticket " + r.Ticket
			case e.Kind == content.Merged:
				if p := t.MergeEffect(e).Problem(e); p.Message != "" {
					c.problems = append(c.problems, p)
				}
			}
		}
	}
}

// isAnswerable reports whether a ticket, or one merged into it, has an event with a name.
func isAnswerable(t *content.Tree, ticket *content.Ticket, name string) bool {
	isNamed := func(e *content.Event) bool { return e.Name == name }
	return slices.ContainsFunc(ticket.Events, isNamed) || slices.ContainsFunc(t.MergedInto(ticket.Number), func(other *content.Ticket) bool {
		return slices.ContainsFunc(other.Events, isNamed)
	})
}

// unknownMessage warns of an answer to a message that is not there.
func (c *checker) unknownMessage(ticket *content.Ticket, e *content.Event) {
	names := make([]string, 0, len(ticket.Events))
	for _, message := range ticket.Events {
		if message.RequesterMessage() {
			names = append(names, message.Name)
		}
	}
	c.warn(e.Path, "answers", content.CodeReference, content.Nearest(e.Data().Answers, names, "its messages are "), "answers: there is no message %q in the ticket", e.Data().Answers)
}

// isTicket reports whether there is a ticket with a number, as it is written.
func isTicket(t *content.Tree, number string) bool {
	ticket := t.Ticket(number)
	return ticket != nil && ticket.Number == number
}

func (c *checker) linkedIncident(t *content.Tree, e *content.Event, r content.Reference) {
	if t.Incident(r.Incident) != nil {
		return
	}
	id := strings.Trim(strings.TrimPrefix(r.Incident, "incidents/"), "/")
	if t.Incident(id) != nil {
		c.warn(e.Path, r.Key, content.CodeReference, "write "+id, "%s: unknown incident %q", r.Key, r.Incident)
		return
	}
	ids := make([]string, 0, len(t.Incidents))
	for _, i := range t.Incidents {
		ids = append(ids, i.ID)
	}
	slices.Reverse(ids)
	c.reference(e.Path, r.Key, r.Incident, names{what: "incident", where: "incidents/ has ", known: ids}, content.Warning)
}

// numberHint says how a number is written of which there is no ticket as it stands.
func numberHint(t *content.Tree, written string) string {
	if ticket := t.Ticket(written); ticket != nil {
		return `write "` + ticket.Number + `"`
	}
	n, ok := content.ParseNumber(written)
	switch {
	case n == "":
		return "write the ticket's number, digits alone, in quotes"
	case !ok:
		return "its check digit is wrong: read the number again"
	}
	return "there is no " + content.TicketDir(n) + "/"
}

// future warns of events that have not happened yet.
func (c *checker) future(events []*content.Event, now time.Time) {
	for i := len(events) - 1; i >= 0 && events[i].At.After(now); i-- {
		c.warn(events[i].Path, "", content.CodeFuture, "until then it is as if it were not there; if the time is wrong, mend it with at: …", "this is at %s, which is yet to come", events[i].At.Format("2006-01-02T15:04Z07:00"))
	}
}
