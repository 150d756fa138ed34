package content

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// farFuture is an instant by which every event has happened.
var farFuture = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

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
	c.servicesIn(file, "services", i.Services)
	if len(i.Events) == 0 {
		c.warn(i.Dir, "", "no-events", "balie new update writes one", "an incident without an update: it does not exist yet")
	}
	if i.Source != nil && len(c.words.hooks) > 0 && !slices.Contains(c.words.hooks, i.Source.Hook) {
		c.reference(file, "source.hook", "hook", i.Source.Hook, c.words.hooks, "hooks.yaml")
	}
	c.updates(i.Events)
}

func (c *checker) maintenance(m *Maintenance) {
	file := m.Dir + "/maintenance.yaml"
	c.servicesIn(file, "services", Map[ComponentState](m.Services))
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
		c.error(file, "planned.end", "wrong-time", "", "planned.end: a maintenance ends after it starts")
	}
}

// servicesIn finds services that services.yaml does not have.
func (c *checker) servicesIn(file, key string, services Map[ComponentState]) {
	for i, s := range services {
		if slices.Contains(c.words.services, s.Key) {
			continue
		}
		c.error(file, key+"."+s.Key+"~", "unknown-reference", nearest(s.Key, c.words.services, "services.yaml has "), "%s[%d]: unknown service %q", key, i, s.Key)
	}
}

// updates checks the events of a public case.
func (c *checker) updates(events []*Event) {
	for _, e := range events {
		c.author(e)
		c.servicesIn(e.Path, "services", e.Data().Services)
		if next := e.Data().NextUpdate; !next.IsZero() && !next.After(e.At) {
			c.error(e.Path, "next_update", "wrong-time", "name a time after the update itself", "next_update: %s is not after this update", next.Format("2006-01-02T15:04"))
		}
		for _, t := range e.Translations {
			c.stale(t.Path, e.Body, t.Translates, "")
		}
	}
}

// author finds an author whom people.yaml does not have. Hooks write under their names, balie under its own.
func (c *checker) author(e *Event) {
	if e.Author == "" || e.Author == Balie || len(c.People) == 0 || slices.Contains(c.words.people, e.Author) || slices.Contains(c.words.hooks, e.Author) {
		return
	}
	c.error(e.Path, "", "unknown-reference", nearest(e.Author, c.words.people, "people.yaml has "), "unknown author %q", e.Author)
}

func (c *checker) ticket(t *Ticket) {
	file := t.Dir + "/ticket.yaml"
	form := c.formOf(file, t)
	if t.Lane != "" && !slices.Contains(c.words.lanes, t.Lane) {
		c.reference(file, "lane", "lane", t.Lane, c.words.lanes, "the policy")
	}
	if t.Language != "" && !slices.Contains(c.Site.Languages, t.Language) {
		c.warn(file, "language", "unknown-language", "site.yaml has the languages "+strings.Join(c.Site.Languages, ", "), "language: the site has no language %q; its page will be in %s", t.Language, c.Site.Source())
	}
	if t.Channel != "" && !slices.Contains(channels, t.Channel) {
		c.error(file, "channel", "unknown-word", nearest(t.Channel, channels, "one of: "), "channel: %q is not one of its words", t.Channel)
	}
	if t.Organisation != "" && len(c.Organisations) > 0 && !slices.Contains(c.words.organisations, t.Organisation) {
		c.warn(file, "organisation", "unknown-reference", nearest(t.Organisation, c.words.organisations, "organisations/ has "), "organisation: unknown organisation %q", t.Organisation)
	}
	switch {
	case t.Follow == "":
		c.warn(file, "", "no-follow", "its requester can't see it; add a random `follow:` of 26 letters or more", "a ticket without a follow page")
	case !followToken.MatchString(t.Follow):
		c.error(file, "follow", "wrong-value", "write 26 or more random letters a to z and digits 2 to 7", "follow: not a token that can't be guessed")
	}
	c.fields(file, form, t)
	if len(t.Events) == 0 {
		c.warn(t.Dir, "", "no-events", "", "a ticket in which nothing has happened")
	}
	for _, e := range t.Events {
		c.ticketEvent(t, e)
	}
	c.noEffect(t)
}

var channels = []string{"form", "email", "phone", "api", "staff"}

func (c *checker) formOf(file string, t *Ticket) *Form {
	for _, f := range c.Forms {
		if f.ID == t.Form {
			return f
		}
	}
	if t.Form != "" {
		c.warn(file, "form", "unknown-reference", nearest(t.Form, c.words.forms, "forms/ has "), "form: unknown form %q", t.Form)
	}
	return nil
}

func (c *checker) fields(file string, form *Form, t *Ticket) {
	if form == nil {
		return
	}
	for _, f := range t.Fields {
		if form.Field(f.Key) == nil {
			c.warn(file, "fields."+f.Key+"~", "unknown-reference", "", "fields.%s: the form %q has no such field", f.Key, form.ID)
		}
	}
}

func (c *checker) ticketEvent(t *Ticket, e *Event) {
	c.author(e)
	f := e.Data()
	if f.Score != 0 && (f.Score < 1 || f.Score > 5) {
		c.error(e.Path, "score", "wrong-value", "write 1 to 5", "score: %d is not from 1 to 5", f.Score)
	}
	if f.Assignee != "" && len(c.People) > 0 && !slices.Contains(c.words.people, f.Assignee) {
		c.reference(e.Path, "assignee", "person", f.Assignee, c.words.people, "people.yaml")
	}
	if f.Lane != "" && !slices.Contains(c.words.lanes, f.Lane) {
		c.reference(e.Path, "lane", "lane", f.Lane, c.words.lanes, "the policy")
	}
	if e.Kind == OutOfScope && f.Reason != "" && !slices.Contains(c.words.excluded, f.Reason) {
		c.reference(e.Path, "reason", "reason", f.Reason, c.words.excluded, "the policy's coverage.excluded")
	}
	if e.Kind == Linked && (f.Incident == "") == (f.Ticket == "") {
		c.error(e.Path, "", "missing-key", "add incident: … or ticket: …", "a link is to an incident or to a ticket")
	}
	if e.Kind == Merged && len(f.Into) > 1 {
		c.error(e.Path, "into", "wrong-value", "", "into: a ticket is merged into one other")
	}
	c.demotion(e)
	for i, a := range f.Attachments {
		key := fmt.Sprintf("attachments[%d].file", i)
		switch {
		case !storedFile.MatchString(a.File):
			c.error(e.Path, key, "wrong-value", "the first 16 hex of its SHA-256 and its ending", "%s: %q is no name of a stored file", key, a.File)
		case !slices.Contains(t.Stored, a.File):
			c.error(e.Path, key, "unknown-reference", "add it to "+t.Dir+"/attachments/", "%s: there is no file %q", key, a.File)
		}
	}
}

// demotion finds one that ends before it starts, or lasts longer than the policy lets it.
func (c *checker) demotion(e *Event) {
	if e.Kind != Demoted || e.Data().Until.IsZero() {
		return
	}
	length := e.Data().Until.Sub(e.At)
	if length <= 0 {
		c.error(e.Path, "until", "wrong-time", "", "until: a demotion ends after it starts")
	}
	if p := c.PolicyAt(e.At); p != nil && p.FairUse != nil && p.FairUse.Demotion > 0 && length > time.Duration(p.FairUse.Demotion) {
		c.warn(e.Path, "until", "too-long", "it ends when the policy says", "until: longer than the policy's fair_use.demotion of %s", p.FairUse.Demotion)
	}
}

// noEffect warns of events that change nothing in the state they meet.
func (c *checker) noEffect(t *Ticket) {
	t.Until(farFuture, func(e *Event, before, after Standing) {
		if len(after.NoEffect) == len(before.NoEffect) || e.Author == Balie {
			return
		}
		if e.Kind == Message && before.State == MergedState || e.Kind == Solved && before.State == SolvedState {
			return // it counts on the survivor; it says once more what is so
		}
		c.warn(e.Path, "", "no-effect", "", "%s changes nothing: the ticket is %s then", e.Kind, cmpText(string(before.State), "not there yet"))
	})
}

// links finds cases that are not there.
func (c *checker) links(t *Tree, e *entry) {
	for _, l := range e.links {
		switch {
		case l.incident != "" && t.byID[l.incident] == nil:
			ids := make([]string, 0, len(t.Incidents))
			for _, i := range t.Incidents {
				ids = append(ids, i.ID)
			}
			slices.Reverse(ids)
			c.reference(l.event.Path, l.key, "incident", l.incident, ids, "incidents/")
		case l.ticket != "" && t.byNumber[l.ticket] == nil:
			c.error(l.event.Path, l.key, "unknown-reference", "a ticket's number, digits only", "%s: unknown ticket %q", l.key, l.ticket)
		case e.ticket != nil && l.ticket == e.ticket.Number:
			c.error(l.event.Path, l.key, "wrong-value", "", "%s: the ticket itself", l.key)
		}
	}
}

// future warns of events that have not happened yet.
func (c *checker) future(e *entry, now time.Time) {
	var events []*Event
	switch {
	case e.incident != nil:
		events = e.incident.Events
	case e.maintenance != nil:
		events = e.maintenance.Events
	case e.ticket != nil:
		events = e.ticket.Events
	}
	for i := len(events) - 1; i >= 0 && events[i].At.After(now); i-- {
		c.warn(events[i].Path, "", "future", "it is as if it were not there until then", "this event is at %s, which is yet to come", events[i].At.Format("2006-01-02T15:04Z07:00"))
	}
}

// follow finds one token on two tickets.
func (c *checker) follow(t *Tree) {
	for _, ticket := range t.Tickets {
		if other := t.byFollow[ticket.Follow]; ticket.Follow != "" && other != ticket {
			c.error(ticket.Dir+"/ticket.yaml", "follow", "duplicate", "give one of them a new token", "follow: the same as that of %s", other.Number)
		}
	}
}
