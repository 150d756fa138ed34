package load

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"gopkg.in/yaml.v3"

	"balie/content"
)

// decoder turns YAML into records, strictly, and collects every problem with its place. What it
// can't read stays zero.
//
// A struct's keys stand in its `key` tags, with what they demand behind a comma:
//
//	required   the key must be there, and not be empty
//	1..        a number or a duration that is more than zero; 1..5 a number that is not more than five either
//	plain      text for which a number, written plainly, will do
//	some       a record that has at least one of its keys
//
// Types with a notation of their own stand in readNotation; enumerations list their words.
type decoder struct {
	*reading
	file     string
	above    int // lines of the file above the YAML
	problems []content.Problem
}

// reading is what the meaning of a file depends on besides its bytes: the zone of times that name
// none, and the languages, the source first.
type reading struct {
	zone      *time.Location
	languages []string
	anyTongue bool // site.yaml does not say which languages there are: any will do
}

func (r *reading) same(o *reading) bool {
	return r.zone.String() == o.zone.String() && slices.Equal(r.languages, o.languages) && r.anyTongue == o.anyTongue
}

type enumeration interface{ Words() []string }

func (d *decoder) problem(n *yaml.Node, code, hint, format string, args ...any) {
	d.problems = append(d.problems, content.Problem{File: d.file, Line: n.Line + d.above, Column: n.Column, Severity: content.Error,
		Code: code, Message: fmt.Sprintf(format, args...), Hint: hint})
}

// wrong says that a value is not of the type its key wants.
func (d *decoder) wrong(n *yaml.Node, at, want, hint string) {
	d.problem(n, content.CodeType, hint, "%s: %s where %s is meant", orFile(at), found(n), want)
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

// value reads a node into v.
func (d *decoder) value(n *yaml.Node, v reflect.Value, at string) {
	if d.readNotation(n, v.Addr().Interface(), at) {
		return
	}
	if _, ok := v.Interface().(mapping); ok {
		d.entries(n, v, at)
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

// field is one key of a record type, and what its tag demands.
type field struct {
	index           int
	key             string
	required, plain bool
	some, positive  bool
	most            int // 0: no limit
}

var fieldTables sync.Map // reflect.Type → []field

// fieldsOf returns the keys of a record type, in order.
func fieldsOf(t reflect.Type) []field {
	if table, ok := fieldTables.Load(t); ok {
		return table.([]field)
	}
	var table []field
	for i := range t.NumField() {
		key, demand, _ := strings.Cut(t.Field(i).Tag.Get("key"), ",")
		if key != "" && key != "-" {
			most, ranged := strings.CutPrefix(demand, "1..")
			limit, _ := strconv.Atoi(most)
			table = append(table, field{index: i, key: key, required: demand == "required", plain: demand == "plain", some: demand == "some", positive: ranged, most: limit})
		}
	}
	fieldTables.Store(t, table)
	return table
}

// record reads a mapping into a struct.
func (d *decoder) record(n *yaml.Node, v reflect.Value, at string) {
	d.keys(n, v, at, fieldsOf(v.Type()), "")
}

// keys reads a mapping into the fields of a struct that stand in a table: unknown, repeated,
// missing and empty ones are problems. Whose keys they are is said where it is not plain.
func (d *decoder) keys(n *yaml.Node, v reflect.Value, at string, table []field, whose string) {
	if n.Kind != yaml.MappingNode {
		d.wrong(n, at, "a map of keys", "write one or more lines of the form key: value")
		return
	}
	seen := make([]bool, len(table))
	d.pairs(n, at, func(key, value *yaml.Node) {
		i := slices.IndexFunc(table, func(f field) bool { return f.key == key.Value })
		if i < 0 {
			if meant := d.unknownKey(key, at, table, whose); meant >= 0 {
				seen[meant] = true // misspelt, and not missing besides
			}
			return
		}
		seen[i] = true
		before := len(d.problems)
		if d.hasValue(value, join(at, key.Value)) {
			d.field(value, v, table[i], join(at, key.Value))
		}
		d.nameKey(before, join(at, key.Value))
	})
	for i, f := range table {
		if f.required && !seen[i] {
			d.problem(n, content.CodeMissingKey, fmt.Sprintf("add %s: …", f.key), "%s is missing%s", join(at, f.key), whose)
			d.nameKey(len(d.problems)-1, join(at, f.key))
		}
	}
}

// unknownKey says so, and returns the index of the key that is likely meant, or -1.
func (d *decoder) unknownKey(key *yaml.Node, at string, table []field, whose string) int {
	known := keysOf(table)
	d.problem(key, content.CodeUnknownKey, content.Nearest(key.Value, known, "known here: "), "%s: unknown key%s", join(at, key.Value), whose)
	d.nameKey(len(d.problems)-1, join(at, key.Value))
	return slices.Index(known, content.Closest(key.Value, known))
}

// nameKey says of the problems found from a position on which key they are about, unless they say
// it more closely.
func (d *decoder) nameKey(from int, key string) {
	for i := range d.problems[from:] {
		if p := &d.problems[from+i]; p.Key == "" {
			p.Key = key
		}
	}
}

// keysOf lists the keys of a record type, in order.
func keysOf(table []field) []string {
	keys := make([]string, len(table))
	for i, f := range table {
		keys[i] = f.key
	}
	return keys
}

// field reads one key's value, and holds it to what its tag demands.
func (d *decoder) field(n *yaml.Node, v reflect.Value, f field, at string) {
	if f.plain && n.Kind == yaml.ScalarNode {
		v.Field(f.index).SetString(n.Value)
		return
	}
	before := len(d.problems)
	d.value(n, v.Field(f.index), at)
	value := v.Field(f.index)
	switch {
	case len(d.problems) > before:
	case f.most > 0 && (value.IsZero() || value.Int() > int64(f.most)):
		d.problem(n, content.CodeValue, fmt.Sprintf("write 1 to %d", f.most), "%s: %s is not from 1 to %d", at, n.Value, f.most)
	case f.positive && value.IsZero():
		d.problem(n, content.CodeValue, "write more than zero, or take the line out where nothing is meant", "%s: zero", at)
	case f.required && value.IsZero():
		d.problem(n, content.CodeEmpty, "write a value", "%s: empty", at)
	case f.some && len(n.Content) == 0:
		d.problem(n, content.CodeEmpty, "write one of "+strings.Join(keysOf(fieldsOf(value.Type().Elem())), ", "), "%s: empty", at)
	}
}

// pairs calls yield for each key of a mapping that is a plain word and comes for the first time.
func (d *decoder) pairs(n *yaml.Node, at string, yield func(key, value *yaml.Node)) {
	seen := make(map[string]int, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		line, again := seen[key.Value]
		switch {
		case key.Kind == yaml.AliasNode || key.Tag == "!!merge": // said by checkPlain
		case key.Kind != yaml.ScalarNode:
			d.problem(key, content.CodeType, "write one word, then a colon", "%s: a key that is not a plain word", orFile(at))
		case again:
			d.problem(key, content.CodeDuplicateKey, fmt.Sprintf("keep one of them; the first is on line %d", line), "%s: this key is here twice", join(at, key.Value))
		default:
			seen[key.Value] = key.Line + d.above
			yield(key, value)
		}
	}
}

// hasValue reports whether a key has a value, and says so where it has none.
func (d *decoder) hasValue(value *yaml.Node, at string) bool {
	if value.Kind == yaml.ScalarNode && value.Tag == "!!null" {
		d.problem(value, content.CodeEmpty, "write a value, or take the line out", "%s: empty", at)
		return false
	}
	return value.Kind != yaml.AliasNode // said by checkPlain
}

func (d *decoder) list(n *yaml.Node, v reflect.Value, at string) {
	if n.Kind != yaml.SequenceNode {
		d.wrong(n, at, "a list", listHint(at, n))
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, item := range n.Content {
		where := fmt.Sprintf("%s[%d]", at, i)
		if d.hasValue(item, where) {
			d.value(item, v.Index(i), where)
		} else if v.Index(i).Kind() == reflect.Pointer {
			v.Index(i).Set(reflect.New(v.Type().Elem().Elem())) // nobody past here meets a nil record
		}
	}
}

func listHint(at string, n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode && at != "" {
		return fmt.Sprintf("write [%s], or a line for each that begins with a dash", n.Value)
	}
	return "begin each item with a dash"
}

// text reads a string. A number or a truth value where text is meant wants quotes: leading zeros
// would be lost.
func (d *decoder) text(n *yaml.Node, at string) (string, bool) {
	switch {
	case n.Kind == yaml.AliasNode: // said by checkPlain
		return "", false
	case n.Kind != yaml.ScalarNode || n.Tag == "!!null":
		d.wrong(n, at, "text", "write one value behind the colon")
		return "", false
	case n.Tag != "!!str" && n.Tag != "!!timestamp":
		d.problem(n, content.CodeType, fmt.Sprintf("put it in quotes: %q", n.Value), "%s: text is meant, and YAML reads %s as %s", at, n.Value, kindOfScalar(n))
		return "", false
	}
	return n.Value, true
}

func kindOfScalar(n *yaml.Node) string {
	switch n.Tag {
	case "!!int", "!!float":
		return "a number"
	case "!!bool":
		return "true or false"
	}
	return "something else"
}

// word reads a string and, for an enumeration, one of its words.
func (d *decoder) word(n *yaml.Node, v reflect.Value, at string) string {
	e, words := v.Interface().(enumeration)
	if words && n.Kind == yaml.ScalarNode && !slices.Contains(e.Words(), n.Value) {
		d.problem(n, content.CodeWord, content.Nearest(n.Value, e.Words(), "one of: "), "%s: unknown word %q", at, n.Value)
		return ""
	}
	s, _ := d.text(n, at)
	return s
}

func (d *decoder) boolean(n *yaml.Node, v reflect.Value, at string) {
	if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" {
		d.wrong(n, at, "true or false", "write true or false, without quotes")
		return
	}
	v.SetBool(strings.EqualFold(n.Value, "true"))
}

func (d *decoder) number(n *yaml.Node, v reflect.Value, at string) {
	i, err := strconv.ParseUint(n.Value, 10, 31)
	if n.Kind != yaml.ScalarNode || n.Tag != "!!int" || err != nil {
		d.wrong(n, at, "a whole number", "write digits alone, without quotes")
		return
	}
	v.SetInt(int64(i))
}

// time reads RFC 3339, or a wall time in the site's zone that exists exactly once.
func (d *decoder) time(n *yaml.Node, at string) time.Time {
	if n.Kind != yaml.ScalarNode {
		d.wrong(n, at, "a time", content.TimeForms)
		return time.Time{}
	}
	t, problem, hint := content.ReadTime(n.Value, d.zone)
	if problem != "" {
		d.problem(n, content.CodeTime, hint, "%s: %s %s", at, found(n), problem)
		return time.Time{}
	}
	return t
}

func join(at, key string) string {
	if key == "" {
		key = `""`
	}
	if at == "" {
		return key
	}
	return at + "." + key
}

// orFile names what has no name of its own.
func orFile(at string) string {
	if at == "" {
		return "the file"
	}
	return at
}

var frontTables sync.Map // *rule → []field

// tableOf is what the kind lets its front matter have, in the order of Front's keys.
func tableOf(r *content.Rule) []field {
	if table, ok := frontTables.Load(r); ok {
		return table.([]field)
	}
	var table []field
	for _, f := range fieldsOf(reflect.TypeFor[content.Front]()) {
		f.required = slices.Contains(r.Required, f.key)
		if f.required || f.key == "at" || f.key == "id" || slices.Contains(r.Optional, f.key) {
			table = append(table, f)
		}
	}
	frontTables.Store(r, table)
	return table
}
