package content

import (
	"cmp"
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// reading is what a file's meaning depends on besides its bytes: the zone of times that name none, and the languages.
type reading struct {
	zone      *time.Location
	languages []string
}

func (r *reading) same(o *reading) bool {
	return r.zone.String() == o.zone.String() && slices.Equal(r.languages, o.languages)
}

// entry is one case as it was read: a record and what is wrong with its files. It is immutable, and lives as long as its files don't change.
type entry struct {
	incident    *Incident
	maintenance *Maintenance
	ticket      *Ticket
	problems    []Problem
	links       []link
	demotions   []*Event
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

// readCase reads a case's directory.
func readCase(l lister, r *reading, kind CaseType, dir string) *entry {
	c := &caseReader{reading: r, lister: lister{fsys: l.fsys}, dir: dir, kind: kind}
	var dirs []string
	c.files, dirs = c.list(dir)
	e := &entry{}
	switch kind {
	case IncidentCase:
		e.incident = c.incident()
		e.links = linksOf(e.incident.Events)
	case MaintenanceCase:
		e.maintenance = c.maintenance()
	case TicketCase:
		e.ticket = c.ticket(dirs)
		e.links = linksOf(e.ticket.Events)
		for _, event := range e.ticket.Events {
			if event.Kind == Demoted {
				e.demotions = append(e.demotions, event)
			}
		}
	}
	for _, d := range dirs {
		if kind != TicketCase || d != "attachments" {
			c.problem(path.Join(dir, d), "unknown-file", "move it out of the case", "a directory that is no part of the case")
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
	if _, ok := ParseNumber(t.Number); !ok || t.Number != strings.Trim(t.Number, " -") {
		c.problem(c.dir, "wrong-number", "balie new ticket gives one", "%q is no ticket number: its check digit is wrong", t.Number)
	} else if ticketDir(t.Number) != c.dir {
		c.problem(c.dir, "wrong-number", "move it to "+ticketDir(t.Number), "the number %s belongs to another day", t.Number)
	}
	c.record("ticket.yaml", t)
	t.Events = c.events("ticket.yaml")
	if slices.Contains(dirs, "attachments") {
		files, _ := c.list(path.Join(c.dir, "attachments"))
		t.Stored = files
	}
	return t
}

func (c *caseReader) checkSlug() {
	if !caseSlug.MatchString(path.Base(c.dir)) || !yearName.MatchString(path.Base(path.Dir(c.dir))) {
		c.problem(c.dir, "wrong-name", "name it <yyyy>/<mmdd>-<slug>, such as 2026/1120-payments, in small letters, digits and dashes", "%q is no name for a case", path.Base(c.dir))
	}
}

// record reads the case's own YAML file.
func (c *caseReader) record(name string, into any) {
	file := path.Join(c.dir, name)
	if !slices.Contains(c.files, name) {
		c.problem(file, "missing-file", "add "+name, "%s is missing", name)
		return
	}
	text, ok := c.text(file, maxYAML)
	if !ok {
		return
	}
	c.problems = append(c.problems, decodeYAML(c.reading, file, text, 0, into)...)
}

// decodeYAML reads a YAML text into a record.
func decodeYAML(r *reading, file, text string, above int, into any) []Problem {
	d := &decoder{file: file, above: above, zone: r.zone, languages: r.languages}
	n := d.parse([]byte(text))
	if n == nil {
		if len(d.problems) > 0 {
			return d.problems
		}
		n = &yaml.Node{Kind: yaml.MappingNode, Line: 1, Column: 1}
	}
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		d.problem(n, "alias", "write the value out", "anchors and aliases are not used here")
		return d.problems
	}
	d.record(n, reflect.ValueOf(into).Elem(), "")
	return d.problems
}

// events reads every event's file and its translations, and puts them in order.
func (c *caseReader) events(record string) []*Event {
	events := make([]*Event, 0, len(c.files))
	byStem := map[string]*Event{}
	var translations []eventName
	for _, name := range c.files {
		if name == record {
			continue
		}
		file := path.Join(c.dir, name)
		parsed, problem, hint := parseEventName(name, c.zone)
		if problem != "" {
			c.nameProblem(file, name, problem, hint, record)
			continue
		}
		if parsed.lang != "" {
			translations = append(translations, parsed)
			continue
		}
		if e := c.event(file, parsed); e != nil {
			events = append(events, e)
			byStem[parsed.stem] = e
		}
	}
	for _, t := range translations {
		c.translation(byStem[t.stem], t)
	}
	slices.SortFunc(events, inOrder)
	return events
}

func (c *caseReader) nameProblem(file, name, problem, hint, record string) {
	if !strings.HasSuffix(name, ".md") {
		c.problem(file, "unknown-file", nearest(name, []string{record}, "a case has its events and "), "a file that is no part of the case")
		return
	}
	c.problem(file, "wrong-name", hint, "%s", problem)
}

// inOrder orders events by time; within a second the requester's first, then staff's, then balie's, then by name.
func inOrder(a, b *Event) int {
	return cmp.Or(cmp.Compare(a.At.Unix(), b.At.Unix()), cmp.Compare(writerRank(a), writerRank(b)), cmp.Compare(a.Name, b.Name))
}

func writerRank(e *Event) int {
	switch {
	case e.Author == Balie:
		return 2
	case e.Author == "" && e.Kind.ByRequester():
		return 0
	}
	return 1
}

func (c *caseReader) event(file string, name eventName) *Event {
	rule := ruleOf(c.kind, name.kind)
	if rule == nil {
		var kinds []string
		for _, k := range KindsOf(c.kind) {
			kinds = append(kinds, string(k))
		}
		c.problem(file, "unknown-kind", nearest(string(name.kind), kinds, "kinds: "), "unknown kind %q", name.kind)
		return nil
	}
	e := &Event{Path: file, Name: name.stem, At: name.at, Kind: name.kind, Author: name.author}
	front, body, ok := c.prose(file)
	if !ok {
		return e
	}
	e.Body = body
	if front != "" {
		e.Front = &Front{}
		c.problems = append(c.problems, decodeYAML(c.reading, file, front, 1, e.Front)...)
		c.checkFront(e, rule)
		if !e.Front.At.IsZero() {
			e.At = e.Front.At
		}
	} else if len(rule.required) > 0 {
		c.missingKeys(e, rule)
	}
	if rule.body && e.Body == "" {
		c.problem(file, "no-text", "write what is to be said", "an event of kind %s has a text", e.Kind)
	}
	return e
}

// prose reads a Markdown file: its front matter, and its body as it is kept.
func (l *lister) prose(file string) (front, body string, ok bool) {
	text, ok := l.text(file, maxProse)
	if !ok {
		return "", "", false
	}
	front, body, _, ok = splitFront(text)
	if !ok {
		l.problems = append(l.problems, Problem{File: file, Line: 1, Column: 1, Severity: Error, Code: "front-matter",
			Message: "front matter opens here and is never closed", Hint: "end it with a line of three dashes"})
		return "", "", false
	}
	return front, PlainLines(body), true
}

// checkFront finds keys that the kind doesn't have, and those it must have.
func (c *caseReader) checkFront(e *Event, rule *rule) {
	v := reflect.ValueOf(e.Front).Elem()
	for _, f := range fieldsOf(v.Type()) {
		if v.Field(f.index).IsZero() || f.key == "at" || slices.Contains(rule.required, f.key) || slices.Contains(rule.optional, f.key) {
			continue
		}
		known := append(append([]string{"at"}, rule.required...), rule.optional...)
		c.problems = append(c.problems, Problem{File: e.Path, Severity: Error, Code: "unknown-key", key: f.key, Message: fmt.Sprintf("%s: no key of an event of kind %s", f.key, e.Kind),
			Hint: "its keys: " + strings.Join(known, ", ")})
	}
	c.missingKeys(e, rule)
}

func (c *caseReader) missingKeys(e *Event, rule *rule) {
	v := reflect.ValueOf(e.Data()).Elem()
	for _, f := range fieldsOf(v.Type()) {
		if slices.Contains(rule.required, f.key) && v.Field(f.index).IsZero() {
			c.problems = append(c.problems, Problem{File: e.Path, Line: 1, Column: 1, Severity: Error, Code: "missing-key",
				Message: fmt.Sprintf("an event of kind %s says %s", e.Kind, f.key), Hint: fmt.Sprintf("add %q to its front matter", f.key+": …")})
		}
	}
}

func (c *caseReader) translation(source *Event, name eventName) {
	file := path.Join(c.dir, name.stem+"."+name.lang+".md")
	switch {
	case c.kind == TicketCase:
		c.problem(file, "translation", "take it out", "a ticket's events are in its language and have no translations")
		return
	case source == nil:
		c.problem(file, "translation", "add "+name.stem+".md in "+c.languages[0]+", the source language", "a translation without its source")
		return
	}
	if problem, hint := checkLanguage(name.lang, c.languages); problem != "" {
		c.problem(file, "unknown-language", hint, "%s", problem)
		return
	}
	front, body, ok := c.prose(file)
	if !ok {
		return
	}
	var keys struct {
		Translates Hex `key:"translates"`
	}
	if front != "" {
		c.problems = append(c.problems, decodeYAML(c.reading, file, front, 1, &keys)...)
	}
	if source.Translations == nil {
		source.Translations = map[string]*Translation{}
	}
	source.Translations[name.lang] = &Translation{Path: file, Body: body, Translates: keys.Translates}
}

// checkLanguage finds a translation's language wrong.
func checkLanguage(lang string, languages []string) (problem, hint string) {
	if lang == languages[0] {
		return fmt.Sprintf("%q is the source language: its text has no suffix", lang), "name the file without ." + lang
	}
	if !slices.Contains(languages, lang) {
		return fmt.Sprintf("the site has no language %q", lang), nearest(lang, languages[1:], "site.yaml has translations into ")
	}
	return "", ""
}

func linksOf(events []*Event) []link {
	var links []link
	for _, e := range events {
		f := e.Data()
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
	return links
}
