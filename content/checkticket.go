package content

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// farFuture is an instant by which every event has happened.
var farFuture = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

func (c *checker) ticket(t *Ticket) {
	file := t.Dir + "/ticket.yaml"
	// A form and an organisation may have been taken away since; a lane stays in the policy's older versions.
	c.reference(file, "form", t.Form, c.words.forms, Warning)
	c.reference(file, "organisation", t.Organisation, c.words.organisations, Warning)
	c.reference(file, "lane", t.Lane, c.words.lanes, Error)
	c.reference(file, "channel", t.Channel, c.words.channels, Error)
	if t.Language != "" && !c.words.torn["site.yaml"] && !slices.Contains(c.Site.Languages, t.Language) {
		c.warn(file, "language", codeUnknownLanguage, Nearest(t.Language, c.Site.Languages, "site.yaml has the languages "), "language: unknown language %q; the follow page is in %s", t.Language, c.Site.Source())
	}
	c.followToken(file, t)
	c.fields(file, t)
	if len(t.Events) == 0 && !c.hasErrors() {
		c.warn(t.Dir, "", codeNoEvents, "add what was received", "a ticket in which nothing has happened")
	}
	for _, e := range t.Events {
		c.ticketEvent(t, e)
	}
	if len(t.Events) > 0 && !c.hasErrors() {
		c.receipt(t)
	}
	// With an error it is not known what state it is in; of a merged one only who knows the others can tell.
	merged := func(e *Event) bool { return e.Kind == Merged }
	if !c.hasErrors() && !slices.ContainsFunc(t.Events, merged) {
		c.add(EffectProblems(t))
	}
}

// receipt finds a ticket that was never received, an answer to it from before that, and a number of another day.
func (c *checker) receipt(t *Ticket) {
	i := slices.IndexFunc(t.Events, func(e *Event) bool { return e.Kind == Received })
	if i < 0 {
		c.warn(t.Dir, "", codeNoEvents, "add what was received: <time>-received.md", "a ticket that nobody has handed in: it has no received")
		return
	}
	for _, e := range t.Events[:i] {
		if e.ByPerson() {
			c.warn(e.Path, "", codeOrder, "if the time is wrong, mend it with at: …", "%s comes before what was received, and so is no answer to it", e.Kind)
		}
	}
	number, day := t.Number, DateOf(t.Events[i].At.In(c.Zone))
	if handed := fmt.Sprintf("%02d%02d%02d", day.Year%100, int(day.Month), day.Day); len(number) > 6 && number[:6] != handed && !c.words.torn["site.yaml"] {
		c.warn(t.Dir, "", codeNumber, "a number begins with the day of receipt, in the site's zone; what was told to the requester stays", "the number %s is of another day than what was received, which came on %s", number, day)
	}
}

func (c *checker) followToken(file string, t *Ticket) {
	const random = "26 or more random letters a to z and digits 2 to 7"
	switch {
	case t.Follow == "" && c.misread(file, "follow"):
	case t.Follow == "":
		c.warn(file, "", codeNoFollow, "add follow: and "+random, "a ticket without a follow page: its requester can't see it")
	case !isFollow(t.Follow):
		c.error(file, "follow", codeValue, "write "+random, "follow: not a token that nobody can guess")
	}
}

// fields finds answers to questions that the form does not ask.
func (c *checker) fields(file string, t *Ticket) {
	i := slices.IndexFunc(c.Forms, func(f *Form) bool { return f.ID == t.Form })
	if i < 0 || c.words.forms.unsure {
		return
	}
	asked := names{what: "field", where: "forms/" + t.Form + ".yaml has "}
	for _, f := range c.Forms[i].Fields {
		asked.known = append(asked.known, f.ID)
	}
	for _, f := range t.Fields {
		c.reference(file, "fields."+f.Key+"~", f.Key, asked, Warning)
	}
}

func (c *checker) ticketEvent(t *Ticket, e *Event) {
	c.author(e)
	f := e.Data()
	c.reference(e.Path, "assignee", f.Assignee, c.words.people, Error)
	c.reference(e.Path, "lane", f.Lane, c.words.lanes, Error)
	switch e.Kind {
	case OutOfScope:
		c.reference(e.Path, "reason", f.Reason, c.words.excluded, Error)
	case Linked:
		if (f.Incident == "") == (f.Ticket == "") && !c.misread(e.Path, "incident", "ticket") {
			c.error(e.Path, "", codeMissingKey, "write one of incident: … and ticket: …", "a link is to an incident or to a ticket")
		}
	case Merged:
		if len(f.Into) > 1 {
			c.error(e.Path, "into", codeValue, "write one number", "into: a ticket is merged into one other")
		}
	case Demoted:
		c.demotion(e)
	}
	for i, a := range f.Attachments {
		c.attachment(t, e, fmt.Sprintf("attachments[%d].file", i), a.File)
	}
}

func (c *checker) attachment(t *Ticket, e *Event, key, file string) {
	switch {
	case file == "":
	case !isStored(file):
		c.error(e.Path, key, codeName, storedHint, "%s: %q is no name of an attachment", key, file)
	case !slices.Contains(t.Stored, file):
		c.error(e.Path, key, codeReference, "add it to "+t.Dir+"/attachments/", "%s: there is no file %q", key, file)
	}
}

// demotion finds one that ends before it starts, or lasts longer than the policy lets it.
func (c *checker) demotion(e *Event) {
	until := e.Data().Until
	if until.IsZero() {
		return
	}
	length := until.Sub(e.At)
	if length <= 0 {
		c.error(e.Path, "until", codeTime, "name a time after the event's own, which is "+e.At.Format("2006-01-02T15:04"), "until: a demotion ends after it starts")
	}
	if p := c.PolicyAt(e.At); p != nil && p.FairUse != nil && p.FairUse.Demotion > 0 && length > time.Duration(p.FairUse.Demotion) {
		c.warn(e.Path, "until", codeTooLong, "it ends when the policy says: name an earlier time, or change the policy", "until: later than fair_use.demotion (%s) in %s allows", p.FairUse.Demotion, p.Path)
	}
}

// EffectProblems warns of a ticket's events that change nothing in the state they meet. Check has those of tickets that were never merged; of the others package desk
// knows which state that is.
func EffectProblems(t *Ticket) []Problem {
	c := &checker{}
	t.Until(farFuture, func(e *Event, before, after Standing) {
		if len(after.NoEffect) == len(before.NoEffect) || e.Author == Balie {
			return
		}
		if e.Kind == Message && before.State == MergedState {
			return // it counts on the survivor
		}
		if e.Kind == MergedInVain {
			c.warn(e.Path, "", codeNoEffect, "answer it here, or merge it into a ticket that goes on", "merged changes nothing: the other ticket was closed, spam or merged by then; this one stays as it was")
			return
		}
		c.warn(e.Path, "", codeNoEffect, effectHint(e, before.State), "%s changes nothing: the ticket is %s by then", e.Kind, before.State)
	})
	return c.problems
}

// effectHint says how what was meant is written.
func effectHint(e *Event, state TicketState) string {
	switch {
	case state == ClosedState:
		return "closed is final; let a new ticket follow it: linked, as: follow_up"
	case e.Kind == Waiting && strings.TrimSpace(e.Body) == "":
		return "write what was asked; without that the desk still owes the answer"
	case e.Kind == Closed:
		return "write solved: it is closed by itself later, or when the requester confirms"
	}
	return "it is shown all the same; if something else was meant, add that"
}
