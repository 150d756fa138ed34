package check

import (
	"fmt"
	"slices"
	"time"

	"balie/content"
)

func (c *checker) ticket(t *content.Ticket) {
	file := t.Dir + "/ticket.yaml"
	// An organisation may have been taken away since.
	c.reference(file, "form", t.Form, c.words.forms, content.Error)
	c.reference(file, "organisation", t.Organisation, c.words.organisations, content.Warning)
	c.reference(file, "lane", t.Lane, c.words.lanes, content.Error)
	c.reference(file, "channel", t.Channel, c.words.channels, content.Error)
	if t.Language != "" && !c.words.misread["site.yaml"] && !slices.Contains(c.Site.Languages, t.Language) {
		c.warn(file, "language", content.CodeUnknownLanguage, content.Nearest(t.Language, c.Site.Languages, "site.yaml has the languages "), "language: unknown language %q; the follow page is in %s", t.Language, c.Site.Source())
	}
	c.fields(file, t)
	c.before(file, t)
	if len(t.Events) == 0 && !c.hasErrors() {
		c.warn(t.Dir, "", content.CodeNoEvents, "add what was received", "a ticket in which nothing has happened")
	}
	for _, e := range t.Events {
		c.ticketEvent(t, e)
	}
	if len(t.Events) > 0 && !c.hasErrors() {
		c.receipt(t)
	}
	// With an error it is not known what state it is in; of a merged one only who knows the others
	// can tell.
	merged := func(e *content.Event) bool { return e.Kind == content.Merged }
	if !c.hasErrors() && !slices.ContainsFunc(t.Events, merged) {
		c.add(content.EffectProblems(t, t.Occurrences()))
	}
}

// before finds an article that is not there, and what no search finds. Articles come and go, so
// both are warnings.
func (c *checker) before(file string, t *content.Ticket) {
	if t.Article != "" && c.Article(t.Article) == nil {
		var known []string
		for _, s := range c.Sections {
			for _, a := range s.Articles {
				known = append(known, s.ID+"/"+a.Slug)
			}
		}
		c.warn(file, "article", content.CodeReference, content.Nearest(t.Article, known, "articles/ has "), "article: unknown article %q", t.Article)
		c.problems[len(c.problems)-1].Names = "article " + t.Article
	}
	if t.Searched == nil {
		return
	}
	for i, path := range t.Searched.Offered {
		if !content.IsFound(path) {
			key := fmt.Sprintf("searched.offered[%d]", i)
			c.warn(file, key, content.CodeReference, "write the path of an article, a service, an incident or the promises, without the language", "%s: %q is no page that a search finds", key, path)
		}
	}
}

// receipt finds a ticket that was never received, an answer to it from before that, and a number of
// another day.
func (c *checker) receipt(t *content.Ticket) {
	i := slices.IndexFunc(t.Events, func(e *content.Event) bool { return e.Kind == content.Received })
	if i < 0 {
		c.warn(t.Dir, "", content.CodeNoEvents, "add what was received: <time>-received.md", "a ticket that nobody has handed in: it has no received")
		return
	}
	for _, e := range t.Events[:i] {
		if e.ByPerson() {
			c.warn(e.Path, "", content.CodeOrder, "if the time is wrong, mend it with at: …", "%s comes before what was received, and so is no answer to it", e.Kind)
		}
	}
	number, day := t.Number, content.DateOf(t.Events[i].At.In(c.Zone))
	if handed := fmt.Sprintf("%02d%02d%02d", day.Year%100, int(day.Month), day.Day); len(number) > 6 && number[:6] != handed && !c.words.misread["site.yaml"] {
		c.warn(t.Dir, "", content.CodeNumber, "a number begins with the day of receipt, in the site's zone; what was told to the requester stays", "the number %s is of another day than what was received, which came on %s", number, day)
	}
}

// fields finds answers to questions that the form does not ask.
func (c *checker) fields(file string, t *content.Ticket) {
	i := slices.IndexFunc(c.Forms, func(f *content.Form) bool { return f.ID == t.Form })
	if i < 0 || c.words.forms.unsure {
		return
	}
	asked := names{what: "field", where: "forms/" + t.Form + ".yaml has "}
	for _, f := range c.Forms[i].Fields {
		asked.known = append(asked.known, f.ID)
	}
	for _, f := range t.Fields {
		c.reference(file, "fields."+f.Key+"~", f.Key, asked, content.Warning)
	}
}

func (c *checker) ticketEvent(t *content.Ticket, e *content.Event) {
	c.author(e)
	f := e.Data()
	c.reference(e.Path, "assignee", f.Assignee, c.words.people, content.Error)
	c.reference(e.Path, "lane", f.Lane, c.words.lanes, content.Error)
	switch e.Kind {
	case content.OutOfScope:
		c.reference(e.Path, "reason", f.Reason, c.words.excluded, content.Error)
	case content.Demoted:
		c.demotion(e)
	}
	for i, a := range f.Attachments {
		c.attachment(t, e, fmt.Sprintf("attachments[%d].file", i), a.File)
	}
}

func (c *checker) attachment(t *content.Ticket, e *content.Event, key, file string) {
	switch {
	case file == "":
	case !content.IsStored(file): // said when it was read
	case !slices.Contains(t.Stored, file):
		c.error(e.Path, key, content.CodeReference, "add it to "+t.Dir+"/attachments/", "%s: there is no file %q", key, file)
	}
}

// demotion finds one that lasts longer than the policy lets it.
func (c *checker) demotion(e *content.Event) {
	until := e.Data().Until
	if until.IsZero() {
		return
	}
	length := until.Sub(e.At)
	if p := c.PolicyAt(e.At); p != nil && p.FairUse != nil && p.FairUse.Demotion > 0 && length > time.Duration(p.FairUse.Demotion) {
		c.warn(e.Path, "until", content.CodeTooLong, "it ends when the policy says: name an earlier time, or change the policy", "until: later than fair_use.demotion (%s) in %s allows", p.FairUse.Demotion, p.Path)
	}
}
