package content

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"gopkg.in/yaml.v3"
)

// decoder turns YAML into records, strictly, and collects every problem with its place. What it can't read stays zero.
//
// A struct's keys stand in its `key` tags. Types with a notation of their own implement notation; words are enumerations.
// Anchors, aliases and merge keys are refused: they make a file that reads differently from what it says.
type decoder struct {
	file      string
	above     int            // lines of the file above the YAML
	zone      *time.Location // of times without one
	languages []string       // the site's, the source first
	problems  []Problem
}

// notation is a type that reads itself from a node; at is where in the record it stands.
type notation interface {
	decode(d *decoder, n *yaml.Node, at string)
}

type enumeration interface{ words() []string }

// parse reads one YAML document. Nil for an empty one, or one that is no YAML.
func (d *decoder) parse(data []byte) *yaml.Node {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	if err := dec.Decode(&doc); err != nil {
		if !errors.Is(err, io.EOF) {
			d.syntax(err)
		}
		return nil
	}
	var more yaml.Node
	if err := dec.Decode(&more); err == nil {
		d.problem(&more, "syntax", "keep one document in a file", "a second YAML document")
	} else if !errors.Is(err, io.EOF) {
		d.syntax(err)
	}
	if len(doc.Content) == 0 {
		return nil
	}
	return doc.Content[0]
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

func (d *decoder) syntax(err error) {
	line, text := 1, err.Error()
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		text = m[2]
		if n, err := strconv.Atoi(m[1]); err == nil {
			line = n
		}
	}
	d.problems = append(d.problems, Problem{File: d.file, Line: line + d.above, Column: 1, Severity: Error, Code: "syntax",
		Message: "this is not YAML: " + text, Hint: "check the indentation, the colons and the quotes on this line and the one above"})
}

func (d *decoder) problem(n *yaml.Node, code, hint, format string, args ...any) {
	d.problems = append(d.problems, Problem{File: d.file, Line: n.Line + d.above, Column: n.Column, Severity: Error,
		Code: code, Message: fmt.Sprintf(format, args...), Hint: hint})
}

// wrong says that a value is not of the type its key wants.
func (d *decoder) wrong(n *yaml.Node, at, want string) {
	d.problem(n, "wrong-type", "write "+want, "%s: %s is not %s", at, found(n), want)
}

// found names what a node holds, for people.
func found(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a map of keys"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Tag == "!!null":
		return "nothing"
	case n.Tag == "!!str":
		return strconv.Quote(n.Value)
	}
	return n.Value
}

var timeType = reflect.TypeFor[time.Time]()

// value reads a node into v.
func (d *decoder) value(n *yaml.Node, v reflect.Value, at string) {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		d.problem(n, "alias", "write the value out", "%s: anchors and aliases are not used here", at)
		return
	}
	if v.CanAddr() {
		if own, ok := v.Addr().Interface().(notation); ok {
			own.decode(d, n, at)
			return
		}
	}
	if v.Type() == timeType {
		v.Set(reflect.ValueOf(d.time(n, at)))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem(), at)
	case reflect.Struct:
		d.record(n, v, at)
	case reflect.Slice:
		d.list(n, v, at)
	case reflect.String:
		v.SetString(d.word(n, v, at))
	case reflect.Bool:
		d.boolean(n, v, at)
	case reflect.Int:
		d.number(n, v, at)
	default:
		panic("content: no decoding of " + v.Type().String())
	}
}

// field is one key of a record type.
type field struct {
	index    int
	key      string
	required bool
}

var fieldTables sync.Map // reflect.Type → []field

// fieldsOf returns the keys of a record type, in order; those of embedded structs included are not: none are embedded under a key.
func fieldsOf(t reflect.Type) []field {
	if table, ok := fieldTables.Load(t); ok {
		return table.([]field)
	}
	var table []field
	for i := range t.NumField() {
		key, rest, _ := strings.Cut(t.Field(i).Tag.Get("key"), ",")
		if key != "" && key != "-" {
			table = append(table, field{i, key, rest == "required"})
		}
	}
	fieldTables.Store(t, table)
	return table
}

// record reads a mapping into a struct: unknown, repeated, missing and empty keys are problems.
func (d *decoder) record(n *yaml.Node, v reflect.Value, at string) {
	if n.Kind != yaml.MappingNode {
		d.wrong(n, cmpText(at, "the file"), "a map of keys")
		return
	}
	table := fieldsOf(v.Type())
	seen := make([]bool, len(table))
	d.pairs(n, at, func(key, value *yaml.Node) {
		i := slices.IndexFunc(table, func(f field) bool { return f.key == key.Value })
		if i < 0 {
			keys := make([]string, len(table))
			for i, f := range table {
				keys[i] = f.key
			}
			d.problem(key, "unknown-key", nearest(key.Value, keys, "known here: "), "%s: unknown key", join(at, key.Value))
			return
		}
		seen[i] = true
		d.value(value, v.Field(table[i].index), join(at, key.Value))
	})
	for i, f := range table {
		if f.required && !seen[i] {
			d.problem(n, "missing-key", fmt.Sprintf("add %q", f.key+": …"), "%s is missing", join(at, f.key))
		}
	}
}

// pairs calls yield for each key of a mapping whose key is a plain string that comes once and whose value is not empty.
func (d *decoder) pairs(n *yaml.Node, at string, yield func(key, value *yaml.Node)) {
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case key.Kind != yaml.ScalarNode || key.Anchor != "" || key.Tag == "!!merge":
			d.problem(key, "wrong-type", "write a plain key", "%s: a key that is not a plain word", cmpText(at, "the file"))
		case seen[key.Value]:
			d.problem(key, "duplicate-key", "keep one of them", "%s: this key stands twice", join(at, key.Value))
		case value.Kind == yaml.ScalarNode && value.Tag == "!!null":
			seen[key.Value] = true
			d.problem(value, "wrong-type", "write a value, or take the line out", "%s: empty", join(at, key.Value))
		default:
			seen[key.Value] = true
			yield(key, value)
		}
	}
}

func (d *decoder) list(n *yaml.Node, v reflect.Value, at string) {
	if n.Kind != yaml.SequenceNode {
		d.wrong(n, at, "a list")
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, item := range n.Content {
		d.value(item, v.Index(i), fmt.Sprintf("%s[%d]", at, i))
	}
}

// text reads a string. A number, date or truth value where text is meant wants quotes: leading zeros would be lost.
func (d *decoder) text(n *yaml.Node, at string) (string, bool) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		d.wrong(n, at, "text")
		return "", false
	}
	if n.Tag != "!!str" && n.Tag != "!!timestamp" {
		d.problem(n, "wrong-type", fmt.Sprintf("put it in quotes: %q", n.Value), "%s: text is meant, and YAML reads %s as something else", at, n.Value)
		return "", false
	}
	return n.Value, true
}

// word reads a string and, for an enumeration, one of its words.
func (d *decoder) word(n *yaml.Node, v reflect.Value, at string) string {
	s, ok := d.text(n, at)
	if !ok {
		return ""
	}
	if e, is := v.Interface().(enumeration); is && !slices.Contains(e.words(), s) {
		d.problem(n, "unknown-word", nearest(s, e.words(), "one of: "), "%s: %q is not one of its words", at, s)
		return ""
	}
	return s
}

func (d *decoder) boolean(n *yaml.Node, v reflect.Value, at string) {
	if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" {
		d.wrong(n, at, "true or false")
		return
	}
	v.SetBool(n.Value == "true" || n.Value == "True" || n.Value == "TRUE")
}

func (d *decoder) number(n *yaml.Node, v reflect.Value, at string) {
	i, err := strconv.ParseInt(n.Value, 10, 32)
	if n.Kind != yaml.ScalarNode || n.Tag != "!!int" || err != nil || i < 0 || i > math.MaxInt32 {
		d.wrong(n, at, "a whole number")
		return
	}
	v.SetInt(i)
}

// time reads RFC 3339, or a time of day in the site's zone that exists exactly once.
func (d *decoder) time(n *yaml.Node, at string) time.Time {
	if n.Kind != yaml.ScalarNode {
		d.wrong(n, at, "a time such as 2026-11-20T14:05")
		return time.Time{}
	}
	if t, err := time.Parse(time.RFC3339, n.Value); err == nil {
		if t.Year() < 1970 {
			d.problem(n, "wrong-time", "", "%s: %s is before 1970", at, n.Value)
			return time.Time{}
		}
		return t.In(d.zone)
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, n.Value); err == nil && t.Year() >= 1970 {
			once, problem, hint := localOnce(t, d.zone)
			if problem != "" {
				d.problem(n, "wrong-time", hint, "%s: %s %s", at, n.Value, problem)
			}
			return once
		}
	}
	d.wrong(n, at, "a time such as 2026-11-20T14:05 or 2026-11-20T13:05:00Z")
	return time.Time{}
}

// localOnce reads the wall clock of t as a zone's; a problem where that time is skipped or comes twice.
func localOnce(t time.Time, zone *time.Location) (at time.Time, problem, hint string) {
	h, m, s := t.Clock()
	at, instants := LocalStrict(DateOf(t), h*3600+m*60+s, zone)
	switch len(instants) {
	case 0:
		return at, fmt.Sprintf("does not exist in %s: the clocks go forward over it", zone), "if " + at.UTC().Format(time.RFC3339) + " is meant, write that"
	case 2:
		return at, fmt.Sprintf("exists twice in %s", zone), fmt.Sprintf("write %s or %s", instants[0].UTC().Format(time.RFC3339), instants[1].UTC().Format(time.RFC3339))
	}
	return at, "", ""
}

// decode reads a plain string in the source language, or a map from the site's languages to strings.
func (t *Text) decode(d *decoder, n *yaml.Node, at string) {
	if n.Kind != yaml.MappingNode {
		if s, ok := d.text(n, at); ok {
			*t = Text{d.languages[0]: s}
		}
		return
	}
	*t = Text{}
	d.pairs(n, at, func(key, value *yaml.Node) {
		if !slices.Contains(d.languages, key.Value) {
			d.problem(key, "unknown-language", nearest(key.Value, d.languages, "site.yaml has the languages "), "%s: the site has no language %q", at, key.Value)
			return
		}
		if s, ok := d.text(value, join(at, key.Value)); ok {
			(*t)[key.Value] = s
		}
	})
	if _, ok := (*t)[d.languages[0]]; !ok {
		d.problem(n, "missing-language", fmt.Sprintf("add %s: …, the source language; the others may follow", d.languages[0]), "%s: not in the source language %q", at, d.languages[0])
	}
}

func (m *Map[V]) decode(d *decoder, n *yaml.Node, at string) {
	if n.Kind != yaml.MappingNode {
		d.wrong(n, at, "a map of keys")
		return
	}
	*m = make(Map[V], 0, len(n.Content)/2)
	d.pairs(n, at, func(key, value *yaml.Node) {
		e := Entry[V]{Key: key.Value}
		d.value(value, reflect.ValueOf(&e.Value).Elem(), join(at, key.Value))
		*m = append(*m, e)
	})
}

// decode reads a map from service to state, or a list of services that are then under maintenance.
func (p *PlannedServices) decode(d *decoder, n *yaml.Node, at string) {
	if n.Kind != yaml.SequenceNode {
		(*Map[ComponentState])(p).decode(d, n, at)
		return
	}
	for i, item := range n.Content {
		if id, ok := d.text(item, fmt.Sprintf("%s[%d]", at, i)); ok {
			*p = append(*p, Entry[ComponentState]{id, UnderMaintenance})
		}
	}
}

func (s *Secrets) decode(d *decoder, n *yaml.Node, at string) {
	if n.Kind == yaml.SequenceNode {
		d.value(n, reflect.ValueOf((*[]Secret)(s)).Elem(), at)
		return
	}
	*s = Secrets{{}}
	(*s)[0].decode(d, n, at)
}

func (s *Secret) decode(d *decoder, n *yaml.Node, at string) {
	if n.Kind == yaml.ScalarNode {
		// The value may be the secret itself: it is never repeated.
		d.problem(n, "literal-secret", "write {env: NAME} or {file: PATH}, and change this secret: it has been in the repository", "%s: a secret never stands in the repository", at)
		return
	}
	d.record(n, reflect.ValueOf(s).Elem(), at)
	if (s.Env == "") == (s.File == "") {
		d.problem(n, "wrong-type", "", "%s: a secret comes from {env: NAME} or from {file: PATH}", at)
	}
}

func (v *Numbers) decode(d *decoder, n *yaml.Node, at string) {
	if n.Kind == yaml.SequenceNode {
		d.value(n, reflect.ValueOf((*[]string)(v)).Elem(), at)
		return
	}
	if s, ok := d.text(n, at); ok {
		*v = Numbers{s}
	}
}

// scalar reads a type by its parser; YAML's own idea of the type does not matter.
func scalar[T any](d *decoder, n *yaml.Node, at string, into *T, parse func(string) (T, error)) {
	if n.Kind != yaml.ScalarNode {
		d.problem(n, "wrong-type", "", "%s: %s is not a single value", at, found(n))
		return
	}
	v, err := parse(n.Value)
	if err != nil {
		d.problem(n, "wrong-value", "", "%s: %v", at, err)
		return
	}
	*into = v
}

func (v *Date) decode(d *decoder, n *yaml.Node, at string)     { scalar(d, n, at, v, ParseDate) }
func (v *Duration) decode(d *decoder, n *yaml.Node, at string) { scalar(d, n, at, v, ParseDuration) }
func (v *Clock) decode(d *decoder, n *yaml.Node, at string)    { scalar(d, n, at, v, ParseClock) }
func (v *Window) decode(d *decoder, n *yaml.Node, at string)   { scalar(d, n, at, v, ParseWindow) }
func (v *Size) decode(d *decoder, n *yaml.Node, at string)     { scalar(d, n, at, v, ParseSize) }
func (v *Rate) decode(d *decoder, n *yaml.Node, at string)     { scalar(d, n, at, v, ParseRate) }
func (v *Hex) decode(d *decoder, n *yaml.Node, at string) {
	scalar(d, n, at, v, func(s string) (Hex, error) { return Hex(s), nil })
}
func (v *Money) decode(d *decoder, n *yaml.Node, at string) { scalar(d, n, at, v, ParseMoney) }

func join(at, key string) string {
	if at == "" {
		return key
	}
	return at + "." + key
}

func cmpText(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// ParseTime reads a time as people write it: RFC 3339, or 2026-11-20T14:05 in a zone, where it must exist exactly once.
func ParseTime(s string, zone *time.Location) (time.Time, error) {
	d := &decoder{zone: zone, languages: []string{"en"}}
	at := d.time(&yaml.Node{Kind: yaml.ScalarNode, Value: s}, "the time")
	if len(d.problems) > 0 {
		return time.Time{}, fmt.Errorf("%s (%s)", d.problems[0].Message, d.problems[0].Hint)
	}
	return at, nil
}
