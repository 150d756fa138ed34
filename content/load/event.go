package load

import (
	"fmt"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"
	"time"

	"balie/content"
)

// eventPair is one event as it is written and as it is to be shown; nil where it is none.
type eventPair struct{ written, shown *content.Event }

// events reads every event's file and its translations, and puts them in order: all of them as they
// are written, and those that can be shown.
func (c *caseReader) events() (written, shown []*content.Event) {
	record := recordFile(c.kind)
	var pairs []*eventPair
	byStem := map[string]*eventPair{}
	var translations []content.FileName
	for _, file := range c.files {
		if file == record {
			continue
		}
		name, problem, hint := content.ParseEventName(file, c.kind, c.zone)
		switch {
		case problem != "":
			c.nameProblem(file, problem, hint, record)
			byStem[name.Stem] = &eventPair{}
		case name.Lang != "":
			translations = append(translations, name)
		default:
			p := &eventPair{}
			p.written, p.shown = readShown(&c.fileReader, c.dir+"/"+file, func(file string) *content.Event { return c.event(file, name) })
			pairs = append(pairs, p)
			byStem[name.Stem] = p
		}
	}
	for _, t := range translations {
		c.translate(byStem[t.Stem], t)
	}
	written, shown = make([]*content.Event, 0, len(pairs)), make([]*content.Event, 0, len(pairs))
	for _, p := range pairs {
		if p.written != nil {
			written = append(written, p.written)
		}
		if p.shown != nil {
			shown = append(shown, p.shown)
		}
	}
	return c.ordered(written, true), c.ordered(shown, false)
}

// ordered puts events in order and leaves out what was accepted twice, which is told if tell says
// so.
func (c *caseReader) ordered(events []*content.Event, tell bool) []*content.Event {
	slices.SortFunc(events, func(a, b *content.Event) int { return content.InOrder(c.kind, a, b) })
	if c.kind != content.TicketCase {
		return events
	}
	answersAfterMessages(events)
	accepted := map[content.Hex]*content.Event{}
	return slices.DeleteFunc(events, func(e *content.Event) bool {
		id := e.Data().ID
		if id == "" || !e.Kind.ByRequester() {
			return false
		}
		first, again := accepted[id]
		if !again {
			accepted[id] = e
			return false
		}
		if tell {
			c.keyed(e.Path, "id", content.CodeDuplicate, "take one of the two away", "id: %s was accepted under it before; this one is as if it were not there", first.Name)
			c.problems[len(c.problems)-1].Severity = content.Warning
		}
		return true
	})
}

// answersAfterMessages puts each answer among a ticket's events after the message that it names.
func answersAfterMessages(events []*content.Event) {
	moved := false
	for _, e := range events {
		if e.ReadUntil.IsZero() {
			continue
		}
		if i := slices.IndexFunc(events, func(m *content.Event) bool { return m.Name == e.Data().Answers }); i >= 0 {
			moved = moved || e.At.Before(events[i].At)
			e.ReadUpTo(events[i])
		}
	}
	if moved {
		slices.SortFunc(events, func(a, b *content.Event) int { return content.InOrder(content.TicketCase, a, b) })
	}
}

func (c *caseReader) nameProblem(file, problem, hint, record string) {
	at := c.dir + "/" + file
	switch {
	case strings.HasSuffix(file, ".md"):
		c.problem(at, content.CodeName, hint, "%s", problem)
	case c.kind == content.TicketCase:
		c.problem(at, content.CodeUnknownFile, content.Nearest(file, []string{record}, "a ticket has attachments/, its events and "), "a file that is no part of the case")
	default:
		c.problem(at, content.CodeUnknownFile, content.Nearest(file, []string{record}, "a case has its events and "), "a file that is no part of the case")
	}
}

// event reads an event's file; nil where the case type has no such kind.
func (c *caseReader) event(file string, name content.FileName) *content.Event {
	rule := content.RuleOf(c.kind, name.Kind)
	if rule == nil {
		c.unknownKind(file, name)
		return nil
	}
	e := &content.Event{Path: file, Name: name.Stem, At: name.At, Kind: name.Kind, Author: name.Author}
	read := c.readProse
	if c.kind == content.TicketCase && e.Kind.ByRequester() { // in their words anything may stand
		read = c.readMessage
	}
	front, body, ok := read(file)
	if !ok {
		return e
	}
	e.Body = body
	before := len(c.problems)
	if e.Front = c.front(file, front, rule); !e.Data().At.IsZero() {
		e.At = e.Front.At
	}
	c.readUntil(e)
	misread := c.problems[before:]
	if rule.Body && strings.TrimSpace(e.Body) == "" {
		c.problems = append(c.problems, content.Problem{File: file, Line: 1, Column: 1, Severity: content.Error, Code: content.CodeNoText,
			Message: fmt.Sprintf("an event of kind %s needs a text, and this one has none", e.Kind), Hint: "write what is to be said"})
	}
	c.checkEvent(e, misread)
	return e
}

// readUntil takes from the name of the message that an answer names how far its writer had read.
func (c *caseReader) readUntil(e *content.Event) {
	named := e.Data().Answers
	if named == "" || named == content.AnswersNone {
		return
	}
	name, problem, _ := content.ParseEventName(named+".md", c.kind, c.zone)
	if problem != "" {
		c.keyed(e.Path, "answers", content.CodeValue, "write the name of the requester's last message that you had read, without .md, or none", "answers: %q is not the name of a message", named)
		return
	}
	// Where no message has the name, all of that second was read.
	e.ReadUntil = name.At.Add(time.Second)
}

func (c *caseReader) unknownKind(file string, name content.FileName) {
	if k := content.Dashed(c.kind, name.Rest); k != "" {
		right := strings.Replace(path.Base(file), strings.ReplaceAll(string(k), "_", "-"), string(k), 1)
		c.problem(file, content.CodeKind, "name it "+right, "unknown kind %q: kinds have no dash", name.Kind)
		return
	}
	known := make([]string, 0, len(content.Kinds[c.kind]))
	for _, k := range content.KindsOf(c.kind) {
		known = append(known, string(k))
	}
	c.problem(file, content.CodeKind, content.Nearest(string(name.Kind), known, "its kinds: "), "unknown kind %q of an event in %s/", name.Kind, c.kind)
}

// front reads an event's front matter: the keys of its kind, and no others. Nil where it says
// nothing.
func (c *caseReader) front(file, text string, rule *content.Rule) *content.Front {
	table := tableOf(rule)
	if text == "" {
		for _, f := range table {
			if f.required {
				c.problems = append(c.problems, content.Problem{File: file, Line: 1, Column: 1, Severity: content.Error, Code: content.CodeMissingKey,
					Message: fmt.Sprintf("%s is missing in an event of kind %s", f.key, rule.Kind),
					Hint:    fmt.Sprintf("write %s: … above the text, between two lines of three dashes", f.key)})
			}
		}
		return nil
	}
	front := &content.Front{}
	d := &decoder{reading: c.reading, file: file, above: 1}
	if n := d.parse(text); n != nil {
		d.keys(n, reflect.ValueOf(front).Elem(), "", table, fmt.Sprintf(" in an event of kind %s", rule.Kind))
	}
	c.problems = append(c.problems, d.problems...)
	if reflect.ValueOf(front).Elem().IsZero() {
		return nil
	}
	return front
}

// readProse reads a Markdown file: its front matter, and its body as it is kept.
func (l *lister) readProse(file string) (front, body string, ok bool) {
	text, ok := l.readChecked(file, MaxProse)
	if !ok {
		return "", "", false
	}
	return l.parts(file, text)
}

// readMessage is readProse without the check for conflict markers: customers may type '<<<<<<<'.
func (l *lister) readMessage(file string) (front, body string, ok bool) {
	text, ok := l.text(file, MaxProse)
	if !ok {
		return "", "", false
	}
	return l.parts(file, text)
}

func (l *lister) parts(file, text string) (front, body string, ok bool) {
	front, body, problem, hint := splitFront(text)
	if problem != "" {
		l.problems = append(l.problems, content.Problem{File: file, Line: 1, Column: 1, Severity: content.Error, Code: content.CodeFrontMatter, Message: problem, Hint: hint})
		return "", "", false
	}
	return front, content.PlainLines(body), true
}

// translate reads a translation, and adds it to its event. Where there is no such event it counts
// as not written.
func (c *caseReader) translate(event *eventPair, name content.FileName) {
	file := c.dir + "/" + name.Stem + "." + name.Lang + ".md"
	switch {
	case c.kind == content.TicketCase:
		c.problem(file, content.CodeTranslation, "take it out", "a ticket's events are in its language and have no translations")
		return
	case event == nil:
		c.problem(file, content.CodeTranslation, fmt.Sprintf("add %s.md in the source language (%s), or take this one out", name.Stem, c.languages[0]), "a translation without its source")
		return
	case event.written == nil && event.shown == nil:
		return // said of the source
	}
	if problem, hint := c.checkLanguage(name.Stem, name.Lang); problem != "" {
		c.problem(file, content.CodeUnknownLanguage, hint, "%s", problem)
		return
	}
	written, shown := readShown(&c.fileReader, file, c.translation)
	if written != shown && event.written == event.shown {
		again := *event.shown
		again.Translations = maps.Clone(again.Translations)
		event.shown = &again
	}
	addTranslation(event.written, name.Lang, written)
	if event.shown != event.written {
		addTranslation(event.shown, name.Lang, shown)
	}
}

func addTranslation(e *content.Event, lang string, t *content.Translation) {
	if e == nil || t == nil {
		return
	}
	if e.Translations == nil {
		e.Translations = map[string]*content.Translation{}
	}
	e.Translations[lang] = t
}

// translation reads a translation's file; nil where it can't be read at all.
func (c *caseReader) translation(file string) *content.Translation {
	front, body, ok := c.readProse(file)
	if !ok {
		return nil
	}
	var keys struct {
		Translates content.Hex `key:"translates"`
	}
	if front != "" {
		d := &decoder{reading: c.reading, file: file, above: 1}
		if n := d.parse(front); n != nil {
			v := reflect.ValueOf(&keys).Elem()
			d.keys(n, v, "", fieldsOf(v.Type()), " in a translation")
		}
		c.problems = append(c.problems, d.problems...)
	}
	if strings.TrimSpace(body) == "" {
		c.problems = append(c.problems, content.Problem{File: file, Line: 1, Column: 1, Severity: content.Error, Code: content.CodeNoText,
			Message: "a translation without a text", Hint: "write it, or take the file out: until then the source's text is shown"})
	}
	return &content.Translation{Path: file, Body: body, Translates: keys.Translates}
}

// checkLanguage finds a translation's language wrong.
func (r *reading) checkLanguage(stem, lang string) (problem, hint string) {
	switch {
	case r.anyTongue:
	case lang == r.languages[0]:
		return fmt.Sprintf("%q is the source language, whose text has no suffix", lang), fmt.Sprintf("name it %s.md", stem)
	case !slices.Contains(r.languages, lang):
		return fmt.Sprintf("unknown language %q", lang), content.Nearest(lang, r.languages[1:], "site.yaml has translations into ")
	}
	return "", ""
}
