package content

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// entry is one case as it was read: a record and what is wrong with its files. It is immutable, and lives as long as its files don't change.
type entry struct {
	incident    *Incident
	maintenance *Maintenance
	ticket      *Ticket
	problems    []Problem
	links       []link   // of a ticket
	demotions   []*Event // of a ticket
	payments    []*Event // of a ticket
}

// events are the case's, in order.
func (e *entry) events() []*Event {
	switch {
	case e.incident != nil:
		return e.incident.Events
	case e.maintenance != nil:
		return e.maintenance.Events
	}
	return e.ticket.Events
}

// link is a case that an event names.
type link struct {
	event    *Event
	key      string // of the front matter
	incident string
	ticket   string
}

// caseReader reads one case.
type caseReader struct {
	*reading
	lister
	dir   string
	kind  CaseType
	files []string
}

// readCase reads a case's directory; nil for one in which there is nothing, which git does not know of either.
func readCase(l lister, r *reading, kind CaseType, dir string) *entry {
	c := &caseReader{reading: r, lister: lister{fsys: l.fsys}, dir: dir, kind: kind}
	var dirs []string
	c.files, dirs = c.list(dir)
	if len(c.files)+len(dirs)+len(c.problems) == 0 {
		return nil
	}
	e := &entry{}
	switch kind {
	case IncidentCase:
		e.incident = c.incident()
	case MaintenanceCase:
		e.maintenance = c.maintenance()
	case TicketCase:
		e.ticket = c.ticket(dirs)
		e.links, e.demotions = linksOf(e.ticket.Events)
		e.payments = paymentsOf(e.ticket.Events)
	}
	for _, d := range dirs {
		if kind != TicketCase || d != "attachments" {
			c.problem(path.Join(dir, d), codeUnknownFile, "move it out of the case", "a directory that is no part of the case")
		}
	}
	e.problems = c.problems
	return e
}

func (c *caseReader) incident() *Incident {
	i := &Incident{Dir: c.dir, ID: strings.TrimPrefix(c.dir, "incidents/")}
	c.checkSlug()
	c.record("incident.yaml", i)
	i.Events = c.events("incident.yaml")
	return i
}

func (c *caseReader) maintenance() *Maintenance {
	m := &Maintenance{Dir: c.dir, ID: strings.TrimPrefix(c.dir, "maintenance/")}
	c.checkSlug()
	c.record("maintenance.yaml", m)
	m.Events = c.events("maintenance.yaml")
	return m
}

func (c *caseReader) ticket(dirs []string) *Ticket {
	t := &Ticket{Dir: c.dir, Number: path.Base(c.dir)}
	c.checkNumber(t.Number)
	c.record("ticket.yaml", t)
	t.Events = c.once(c.events("ticket.yaml"))
	if slices.Contains(dirs, "attachments") {
		t.Stored = c.attachments()
	}
	return t
}

func (c *caseReader) attachments() []string {
	dir := path.Join(c.dir, "attachments")
	files, dirs := c.list(dir)
	for _, d := range dirs {
		c.problem(path.Join(dir, d), codeUnknownFile, "put its files directly into attachments/", "a directory among the attachments")
	}
	for _, f := range files {
		if !isStored(f) {
			c.problem(path.Join(dir, f), codeName, storedHint, "%q is no name of an attachment", f)
		}
	}
	return files
}

const storedHint = "name it by the first 16 hex digits of its SHA-256 and its ending, such as 3f2a1c9b5d0c9e71.png"

func (c *caseReader) checkSlug() {
	slug, year := path.Base(c.dir), path.Base(path.Dir(c.dir))
	if isCaseSlug(slug) && isYear(year) {
		return
	}
	c.problem(c.dir, codeName, "name it "+string(c.kind)+"/<yyyy>/<mmdd>-<slug>, such as "+string(c.kind)+"/2026/1120-payments, in small letters, digits and dashes",
		"%q is no name for a case", year+"/"+slug)
}

// checkNumber finds a ticket's number, or the day it is filed under, wrong.
func (c *caseReader) checkNumber(name string) {
	n, ok := ParseNumber(name)
	switch {
	case n != name || n == "":
		c.problem(c.dir, codeNumber, "a number is the date (YYMMDD), three or more digits and a check digit; balie new ticket gives one", "%q is no ticket number", name)
	case !ok:
		digits := n[:len(n)-1]
		c.problem(c.dir, codeNumber, fmt.Sprintf("if only the last digit is wrong, name it %s%c; balie new ticket gives a new one", digits, '0'+checkDigit(digits)), "the check digit of %s is wrong", n)
	case !dated(n):
		c.problem(c.dir, codeNumber, "balie new ticket gives one", "the number %s does not begin with a date (YYMMDD)", n)
	case ticketDir(n) != c.dir:
		c.problem(c.dir, codeNumber, "move it to "+ticketDir(n), "the number %s belongs to another day", n)
	}
}

// dated reports whether a number begins with a day that there is.
func dated(n string) bool {
	_, _, ok := readDate("20" + n[:2] + "-" + n[2:4] + "-" + n[4:6])
	return ok
}

// record reads the case's own YAML file.
func (c *caseReader) record(name string, into any) {
	file := c.dir + "/" + name
	if !slices.Contains(c.files, name) {
		c.problem(file, codeMissingFile, "add it, or take the directory away", "%s is missing: a case has one", name)
		return
	}
	text, ok := c.whole(file, maxYAML)
	if !ok {
		return
	}
	c.problems = append(c.problems, decodeYAML(c.reading, file, text, into)...)
}

// once leaves out what a requester sent and was accepted twice: the id under which it was tells, not the name of the file.
func (c *caseReader) once(events []*Event) []*Event {
	accepted := map[Hex]*Event{}
	return slices.DeleteFunc(events, func(e *Event) bool {
		id := e.Data().ID
		if id == "" || !e.Kind.ByRequester() {
			return false
		}
		first, again := accepted[id]
		if !again {
			accepted[id] = e
			return false
		}
		c.keyed(e.Path, "id", codeDuplicate, "take one of the two away", "id: %s was accepted under it before; this one is as if it were not there", first.Name)
		c.problems[len(c.problems)-1].Severity = Warning
		return true
	})
}

// paymentsOf lists the events that say a payment came.
func paymentsOf(events []*Event) (payments []*Event) {
	for _, e := range events {
		if e.Kind == Paid {
			payments = append(payments, e)
		}
	}
	return payments
}

// linksOf lists the cases that a ticket's events name, and the events that demote its requester.
func linksOf(events []*Event) (links []link, demotions []*Event) {
	for _, e := range events {
		f := e.Data()
		if e.Kind == Demoted {
			demotions = append(demotions, e)
		}
		if f.Incident != "" {
			links = append(links, link{event: e, key: "incident", incident: f.Incident})
		}
		if f.Ticket != "" {
			links = append(links, link{event: e, key: "ticket", ticket: f.Ticket})
		}
		for i, n := range f.Into {
			key := "into"
			if len(f.Into) > 1 {
				key = fmt.Sprintf("into[%d]", i)
			}
			links = append(links, link{event: e, key: key, ticket: n})
		}
	}
	return links, demotions
}
