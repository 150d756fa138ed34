package content

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// decode reads a plain string in the source language, or a map from the site's languages to strings.
func (t *Text) decode(d *decoder, n *yaml.Node, at string) {
	if n.Kind != yaml.MappingNode {
		s := d.prose(n, at)
		*t = Text{d.languages[0]: s} // the key is there, whatever is wrong with its value
		return
	}
	*t = Text{}
	d.pairs(n, at, func(key, value *yaml.Node) {
		if !d.anyTongue && !slices.Contains(d.languages, key.Value) {
			d.problem(key, codeUnknownLanguage, Nearest(key.Value, d.languages, "site.yaml has the languages "), "%s: unknown language %q", at, key.Value)
			return
		}
		(*t)[key.Value] = ""
		if d.there(value, join(at, key.Value)) {
			(*t)[key.Value] = d.prose(value, join(at, key.Value))
		}
	})
	if _, ok := (*t)[d.languages[0]]; !ok && !d.anyTongue {
		d.problem(n, codeNoSource, fmt.Sprintf("add %s: …; the other languages may follow later", d.languages[0]), "%s: not in %q, the source language", at, d.languages[0])
	}
}

// prose reads text for people, which is never empty.
func (d *decoder) prose(n *yaml.Node, at string) string {
	s, ok := d.text(n, at)
	if ok && strings.TrimSpace(s) == "" {
		d.problem(n, codeEmpty, "write a text, or take the line out", "%s: empty", at)
	}
	return s
}

func (m *Map[V]) decode(d *decoder, n *yaml.Node, at string) {
	if n.Kind != yaml.MappingNode {
		d.wrong(n, at, "a map of keys", "write one or more lines of the form key: value")
		return
	}
	*m = make(Map[V], 0, len(n.Content)/2)
	d.pairs(n, at, func(key, value *yaml.Node) {
		if !d.there(value, join(at, key.Value)) {
			return
		}
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
	*p = PlannedServices{}
	for i, item := range n.Content {
		if id, ok := d.text(item, fmt.Sprintf("%s[%d]", at, i)); ok {
			*p = append(*p, Entry[ComponentState]{id, UnderMaintenance})
		}
	}
}

func (s *Secrets) decode(d *decoder, n *yaml.Node, at string) {
	if n.Kind == yaml.SequenceNode {
		d.value(n, reflect.ValueOf((*[]Secret)(s)).Elem(), at)
		if len(*s) == 0 {
			d.problem(n, codeEmpty, "write {env: NAME} or {file: PATH}", "%s: no secret", at)
		}
		return
	}
	*s = Secrets{{}}
	(*s)[0].decode(d, n, at)
}

// decode reads where a secret comes from. What stands there may be the secret itself, so it is never repeated.
func (s *Secret) decode(d *decoder, n *yaml.Node, at string) {
	if n.Kind != yaml.MappingNode {
		d.problem(n, codeSecret, "write {env: NAME} or {file: PATH}; if this was the secret, change it: it stays in the repository's history", "%s: a secret never stands in the repository", at)
		return
	}
	before := len(d.problems)
	d.record(n, reflect.ValueOf(s).Elem(), at)
	switch {
	case len(d.problems) > before:
	case (s.Env == "") == (s.File == ""):
		d.problem(n, codeValue, "write {env: NAME} or {file: PATH}", "%s: a secret comes from one of env and file", at)
	case s.Env != "" && !environmentName(s.Env):
		d.problem(n, codeSecret, "write the name of the variable, such as BALIE_SECRET; if this was the secret, change it", "%s.env: not the name of an environment variable", at)
	}
}

func environmentName(s string) bool {
	return digits(s[:1]) < 0 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == ""
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
		d.wrong(n, at, "a single value", "write one value behind the colon")
		return
	}
	v, err := parse(n.Value)
	if err != nil {
		d.problem(n, codeValue, notationHint(into, n.Value), "%s: %v", at, err)
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
func (v *Money) decode(d *decoder, n *yaml.Node, at string)    { scalar(d, n, at, v, ParseMoney) }
func (v *Hex) decode(d *decoder, n *yaml.Node, at string)      { scalar(d, n, at, v, parseHex) }

func parseHex(s string) (Hex, error) {
	if len(s) < 4 || len(s) > 128 || strings.Trim(s, "0123456789abcdef") != "" {
		return "", fmt.Errorf("%q is not a string of hexadecimal digits such as 3f2a1c9b", s)
	}
	return Hex(s), nil
}
