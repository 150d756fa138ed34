package load

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"balie/content"
)

// Case is one case as it was read. It is immutable, and lives as long as its files don't change.
type Case struct {
	Dir      string
	Shown    Record            // of files that read; zero where the case's own file never did
	Written  Record            // as the files are now, half-read where one has an error
	Problems []content.Problem // of reading its files
	older    []Older
	broken   []string // files with an error, by path
}

// Record is an incident, a maintenance or a ticket; one of the three, or none.
type Record struct {
	Incident    *content.Incident
	Maintenance *content.Maintenance
	Ticket      *content.Ticket
}

// Events are the case's, in order.
func (r Record) Events() []*content.Event {
	switch {
	case r.Incident != nil:
		return r.Incident.Events
	case r.Maintenance != nil:
		return r.Maintenance.Events
	case r.Ticket != nil:
		return r.Ticket.Events
	}
	return nil
}

// Broken reports whether a file of the case has an error, be it shown in an older version or not.
func (c *Case) Broken() bool { return len(c.broken) > 0 }

// caseReader reads one case.
type caseReader struct {
	fileReader
	dir    string
	kind   content.CaseType
	files  []string
	stored []string // the files of attachments/
}

// readCase reads a case's directory; nil for one in which there is nothing, which git does not know
// of either.
func (l *Loaded) readCase(kind content.CaseType, dir string) *Case {
	c := &caseReader{fileReader: l.files(l.fsys, l.reading), dir: dir, kind: kind}
	var dirs []string
	c.files, dirs = c.list(dir)
	if len(c.files)+len(dirs)+len(c.problems) == 0 {
		return nil
	}
	if c.kind == content.TicketCase && slices.Contains(dirs, "attachments") {
		c.stored = c.attachments()
	}
	named := c.checkName()
	written, shown := readShown(&c.fileReader, c.dir+"/"+recordFile(kind), c.record)
	events, good := c.events()
	written.addEvents(events, c.stored)
	switch {
	case !named: // nothing leads to it
		shown = Record{}
	case shown == written && slices.Equal(events, good):
	case shown == written:
		shown = written.copied()
		shown.addEvents(good, c.stored)
	default:
		shown.addEvents(good, c.stored)
	}
	for _, d := range dirs {
		if kind != content.TicketCase || d != "attachments" {
			c.problem(path.Join(dir, d), content.CodeUnknownFile, "move it out of the case", "a directory that is no part of the case")
		}
	}
	return &Case{Dir: dir, Shown: shown, Written: written, Problems: c.problems, older: c.shown, broken: c.broken}
}

func recordFile(kind content.CaseType) string {
	switch kind {
	case content.IncidentCase:
		return "incident.yaml"
	case content.MaintenanceCase:
		return "maintenance.yaml"
	}
	return "ticket.yaml"
}

// record reads the case's own YAML file, without its events.
func (c *caseReader) record(file string) Record {
	switch c.kind {
	case content.IncidentCase:
		i := &content.Incident{Dir: c.dir, ID: strings.TrimPrefix(c.dir, "incidents/")}
		c.yaml(file, i)
		return Record{Incident: i}
	case content.MaintenanceCase:
		m := &content.Maintenance{Dir: c.dir, ID: strings.TrimPrefix(c.dir, "maintenance/")}
		c.yaml(file, m)
		c.checkPlanned(file, m.Planned)
		return Record{Maintenance: m}
	}
	t := &content.Ticket{Dir: c.dir, Number: path.Base(c.dir)}
	problems := c.yaml(file, t)
	c.checkFollow(file, t, problems)
	return Record{Ticket: t}
}

// addEvents adds events, and the names of stored attachments, to the record that was just made.
func (r Record) addEvents(events []*content.Event, stored []string) {
	switch {
	case r.Incident != nil:
		r.Incident.Events = events
	case r.Maintenance != nil:
		r.Maintenance.Events = events
	case r.Ticket != nil:
		r.Ticket.Events, r.Ticket.Stored = events, stored
	}
}

// copied is a record of its own that says the same.
func (r Record) copied() Record {
	switch {
	case r.Incident != nil:
		i := *r.Incident
		return Record{Incident: &i}
	case r.Maintenance != nil:
		m := *r.Maintenance
		return Record{Maintenance: &m}
	case r.Ticket != nil:
		t := *r.Ticket
		return Record{Ticket: &t}
	}
	return r
}

// checkName finds the name of the case's directory wrong. It reports whether there is a name by
// which the case is found.
func (c *caseReader) checkName() bool {
	if c.kind == content.TicketCase {
		return c.checkNumber(path.Base(c.dir))
	}
	return c.checkSlug()
}

func (c *caseReader) attachments() []string {
	dir := path.Join(c.dir, "attachments")
	files, dirs := c.list(dir)
	for _, d := range dirs {
		c.problem(path.Join(dir, d), content.CodeUnknownFile, "put its files directly into attachments/", "a directory among the attachments")
	}
	for _, f := range files {
		if !content.IsStored(f) {
			c.problem(path.Join(dir, f), content.CodeName, storedHint, "%q is no name of an attachment", f)
		}
	}
	return files
}

const storedHint = "name it by the first 16 hex digits of its SHA-256 and its ending, such as 3f2a1c9b5d0c9e71.png"

func (c *caseReader) checkSlug() bool {
	slug, year := path.Base(c.dir), path.Base(path.Dir(c.dir))
	if content.IsCaseSlug(slug) && content.IsYear(year) {
		return true
	}
	c.problem(c.dir, content.CodeName, "name it "+string(c.kind)+"/<yyyy>/<mmdd>-<slug>, such as "+string(c.kind)+"/2026/1120-payments, in small letters, digits and dashes",
		"%q is no name for a case", year+"/"+slug)
	return false
}

// checkNumber finds a ticket's number, or the day it is filed under, wrong. A ticket that is filed
// under another day is found by its number all the same.
func (c *caseReader) checkNumber(name string) (isNumber bool) {
	n, ok := content.ParseNumber(name)
	switch {
	case n != name || n == "":
		c.problem(c.dir, content.CodeNumber, "a number is the date (YYMMDD), three or more digits and a check digit; balie new ticket gives one", "%q is no ticket number", name)
	case !ok:
		digits := n[:len(n)-1]
		c.problem(c.dir, content.CodeNumber, fmt.Sprintf("if only the last digit is wrong, name it %s%c; balie new ticket gives a new one", digits, '0'+content.CheckDigit(digits)), "the check digit of %s is wrong", n)
	case !content.Dated(n):
		c.problem(c.dir, content.CodeNumber, "balie new ticket gives one", "the number %s does not begin with a date (YYMMDD)", n)
	case content.TicketDir(n) != c.dir:
		c.problem(c.dir, content.CodeNumber, "move it to "+content.TicketDir(n), "the number %s belongs to another day", n)
		return true
	default:
		return true
	}
	return false
}

// yaml reads a YAML file into a record, and returns what is wrong with it.
func (c *caseReader) yaml(file string, into any) []content.Problem {
	before := len(c.problems)
	if !c.isThere(file) {
		c.problem(file, content.CodeMissingFile, "add it, or take the directory away", "%s is missing: a case has one", path.Base(file))
	} else if text, ok := c.readChecked(file, MaxYAML); ok {
		c.problems = append(c.problems, decodeYAML(c.reading, file, text, into)...)
	}
	return c.problems[before:]
}

// isThere reports whether the case has a file of its own by that name.
func (c *caseReader) isThere(file string) bool {
	return c.older != nil || slices.Contains(c.files, path.Base(file))
}

// ReadCase reads the files of one case by themselves, such as those that are on their way into the
// repository. The setup is not asked, and what is wrong is not told. Where the case's own file is
// not among them, the record has only events.
func ReadCase(fsys fs.FS, dir string, zone *time.Location) Record {
	root, _, _ := strings.Cut(dir, "/")
	l := &Loaded{fsys: fsys, reading: &reading{zone: zone, languages: []string{""}, anyTongue: true}}
	c := l.readCase(content.CaseType(root), dir)
	if c == nil {
		return Record{}
	}
	return c.Written
}
