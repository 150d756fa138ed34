package content

import (
	"cmp"
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"
)

// events reads every event's file and its translations, and puts them in order.
func (c *caseReader) events(record string) []*Event {
	events := make([]*Event, 0, len(c.files))
	sources := map[string]*Event{} // by stem; nil for a file that is there and is no event
	var translations []eventName
	for _, file := range c.files {
		if file == record {
			continue
		}
		name, problem, hint := parseEventName(file, c.kind, c.zone)
		switch {
		case problem != "":
			c.nameProblem(file, problem, hint, record)
			sources[name.stem] = nil
		case name.lang != "":
			translations = append(translations, name)
		default:
			e := c.event(c.dir+"/"+file, name)
			sources[name.stem] = e
			if e != nil {
				events = append(events, e)
			}
		}
	}
	for _, t := range translations {
		source, there := sources[t.stem]
		if source != nil || !there {
			c.translation(source, t)
		}
	}
	slices.SortFunc(events, func(a, b *Event) int { return InOrder(c.kind, a, b) })
	return events
}

func (c *caseReader) nameProblem(file, problem, hint, record string) {
	at := c.dir + "/" + file
	switch {
	case strings.HasSuffix(file, ".md"):
		c.problem(at, codeName, hint, "%s", problem)
	case c.kind == TicketCase:
		c.problem(at, codeUnknownFile, Nearest(file, []string{record}, "a ticket has attachments/, its events and "), "a file that is no part of the case")
	default:
		c.problem(at, codeUnknownFile, Nearest(file, []string{record}, "a case has its events and "), "a file that is no part of the case")
	}
}

// InOrder orders the events of a case by time; within a second the requester's first, then staff's, then balie's, then by name.
func InOrder(of CaseType, a, b *Event) int {
	return cmp.Or(cmp.Compare(a.At.Unix(), b.At.Unix()), cmp.Compare(writerRank(of, a), writerRank(of, b)), cmp.Compare(a.Name, b.Name))
}

func writerRank(of CaseType, e *Event) int {
	switch {
	case e.Author == Balie:
		return 2
	case of == TicketCase && e.Author == "" && e.Kind.ByRequester():
		return 0
	}
	return 1
}

// event reads an event's file; nil where the case type has no such kind.
func (c *caseReader) event(file string, name eventName) *Event {
	rule := ruleOf(c.kind, name.kind)
	if rule == nil {
		c.unknownKind(file, name)
		return nil
	}
	e := &Event{Path: file, Name: name.stem, At: name.at, Kind: name.kind, Author: name.author}
	read := c.prose
	if c.kind == TicketCase && e.Kind.ByRequester() { // in their words anything may stand
		read = c.plain
	}
	front, body, ok := read(file)
	if !ok {
		return e
	}
	e.Body = body
	if e.Front = c.front(file, front, rule); !e.Data().At.IsZero() {
		e.At = e.Front.At
	}
	if rule.body && strings.TrimSpace(e.Body) == "" {
		c.problems = append(c.problems, Problem{File: file, Line: 1, Column: 1, Severity: Error, Code: codeNoText,
			Message: fmt.Sprintf("an event of kind %s needs a text, and this one has none", e.Kind), Hint: "write what is to be said"})
	}
	return e
}

func (c *caseReader) unknownKind(file string, name eventName) {
	if k := dashed(c.kind, name.rest); k != "" {
		right := strings.Replace(path.Base(file), strings.ReplaceAll(string(k), "_", "-"), string(k), 1)
		c.problem(file, codeKind, "name it "+right, "unknown kind %q: kinds have no dash", name.kind)
		return
	}
	known := make([]string, 0, len(kinds[c.kind]))
	for _, k := range KindsOf(c.kind) {
		known = append(known, string(k))
	}
	c.problem(file, codeKind, Nearest(string(name.kind), known, "its kinds: "), "unknown kind %q of an event in %s/", name.kind, c.kind)
}

// front reads an event's front matter: the keys of its kind, and no others. Nil where it says nothing.
func (c *caseReader) front(file, text string, rule *rule) *Front {
	table := rule.table()
	if text == "" {
		for _, f := range table {
			if f.required {
				c.problems = append(c.problems, Problem{File: file, Line: 1, Column: 1, Severity: Error, Code: codeMissingKey,
					Message: fmt.Sprintf("%s is missing in an event of kind %s", f.key, rule.kind),
					Hint:    fmt.Sprintf("write %s: … above the text, between two lines of three dashes", f.key)})
			}
		}
		return nil
	}
	front := &Front{}
	d := &decoder{reading: c.reading, file: file, above: 1}
	if n := d.parse(text); n != nil {
		d.keys(n, reflect.ValueOf(front).Elem(), "", table, fmt.Sprintf(" in an event of kind %s", rule.kind))
	}
	c.problems = append(c.problems, d.problems...)
	if reflect.ValueOf(front).Elem().IsZero() {
		return nil
	}
	return front
}

// prose reads a Markdown file: its front matter, and its body as it is kept.
func (l *lister) prose(file string) (front, body string, ok bool) {
	text, ok := l.whole(file, maxProse)
	if !ok {
		return "", "", false
	}
	return l.parts(file, text)
}

// plain is prose for what was never written by hand, and so never merged.
func (l *lister) plain(file string) (front, body string, ok bool) {
	text, ok := l.text(file, maxProse)
	if !ok {
		return "", "", false
	}
	return l.parts(file, text)
}

func (l *lister) parts(file, text string) (front, body string, ok bool) {
	front, body, problem, hint := splitFront(text)
	if problem != "" {
		l.problems = append(l.problems, Problem{File: file, Line: 1, Column: 1, Severity: Error, Code: codeFrontMatter, Message: problem, Hint: hint})
		return "", "", false
	}
	return front, plainLines(body), true
}

// translation reads a translation of an event, which is nil where there is none.
func (c *caseReader) translation(source *Event, name eventName) {
	file := c.dir + "/" + name.stem + "." + name.lang + ".md"
	switch {
	case c.kind == TicketCase:
		c.problem(file, codeTranslation, "take it out", "a ticket's events are in its language and have no translations")
		return
	case source == nil:
		c.problem(file, codeTranslation, fmt.Sprintf("add %s.md in the source language (%s), or take this one out", name.stem, c.languages[0]), "a translation without its source")
		return
	}
	if problem, hint := c.checkLanguage(name.stem, name.lang); problem != "" {
		c.problem(file, codeUnknownLanguage, hint, "%s", problem)
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
		d := &decoder{reading: c.reading, file: file, above: 1}
		if n := d.parse(front); n != nil {
			v := reflect.ValueOf(&keys).Elem()
			d.keys(n, v, "", fieldsOf(v.Type()), " in a translation")
		}
		c.problems = append(c.problems, d.problems...)
	}
	if source.Translations == nil {
		source.Translations = map[string]*Translation{}
	}
	source.Translations[name.lang] = &Translation{Path: file, Body: body, Translates: keys.Translates}
}

// checkLanguage finds a translation's language wrong.
func (r *reading) checkLanguage(stem, lang string) (problem, hint string) {
	switch {
	case r.anyTongue:
	case lang == r.languages[0]:
		return fmt.Sprintf("%q is the source language, whose text has no suffix", lang), fmt.Sprintf("name it %s.md", stem)
	case !slices.Contains(r.languages, lang):
		return fmt.Sprintf("unknown language %q", lang), Nearest(lang, r.languages[1:], "site.yaml has translations into ")
	}
	return "", ""
}
