package load

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"balie/content"
)

// readNotation reads a value whose type has a notation of its own, and reports whether it has one.
func (d *decoder) readNotation(n *yaml.Node, value any, at string) bool {
	switch v := value.(type) {
	case *time.Time:
		*v = d.time(n, at)
	case *content.Text:
		d.textMap(n, v, at)
	case *content.PlannedServices:
		d.plannedServices(n, v, at)
	case *content.Secrets:
		d.secrets(n, v, at)
	case *content.Secret:
		d.secret(n, v, at)
	case *content.Numbers:
		d.numbers(n, v, at)
	case *content.OneOf:
		d.oneOf(n, v, at)
	case *content.JSONValues:
		d.jsonValues(n, v, at)
	case *content.Date:
		scalar(d, n, at, v, content.ParseDate)
	case *content.Duration:
		scalar(d, n, at, v, content.ParseDuration)
	case *content.Clock:
		scalar(d, n, at, v, content.ParseClock)
	case *content.Window:
		scalar(d, n, at, v, content.ParseWindow)
	case *content.Size:
		scalar(d, n, at, v, content.ParseSize)
	case *content.Rate:
		scalar(d, n, at, v, content.ParseRate)
	case *content.Money:
		scalar(d, n, at, v, content.ParseMoney)
	case *content.Hex:
		scalar(d, n, at, v, parseHex)
	case *content.Pointer:
		scalar(d, n, at, v, content.ParsePointer)
	default:
		return false
	}
	return true
}

// textMap reads a plain string in the source language, or a map from the site's languages to
// strings.
func (d *decoder) textMap(n *yaml.Node, t *content.Text, at string) {
	if n.Kind != yaml.MappingNode {
		s := d.prose(n, at)
		*t = content.Text{d.languages[0]: s} // the key is there, whatever is wrong with its value
		return
	}
	*t = content.Text{}
	d.pairs(n, at, func(key, value *yaml.Node) {
		if !d.anyTongue && !slices.Contains(d.languages, key.Value) {
			d.problem(key, content.CodeUnknownLanguage, content.Nearest(key.Value, d.languages, "site.yaml has the languages "), "%s: unknown language %q", at, key.Value)
			return
		}
		(*t)[key.Value] = ""
		if d.hasValue(value, join(at, key.Value)) {
			(*t)[key.Value] = d.prose(value, join(at, key.Value))
		}
	})
	if _, ok := (*t)[d.languages[0]]; !ok && !d.anyTongue {
		d.problem(n, content.CodeNoSource, fmt.Sprintf("add %s: …; the other languages may follow later", d.languages[0]), "%s: not in %q, the source language", at, d.languages[0])
	}
}

// prose reads text for people, which is never empty.
func (d *decoder) prose(n *yaml.Node, at string) string {
	s, ok := d.text(n, at)
	if ok && strings.TrimSpace(s) == "" {
		d.problem(n, content.CodeEmpty, "write a text, or take the line out", "%s: empty", at)
	}
	return s
}

// entries reads a mapping into a Map, which keeps the order in which it was written.
func (d *decoder) entries(n *yaml.Node, m reflect.Value, at string) {
	if n.Kind != yaml.MappingNode {
		d.wrong(n, at, "a map of keys", "write one or more lines of the form key: value")
		return
	}
	m.Set(reflect.MakeSlice(m.Type(), 0, len(n.Content)/2))
	d.pairs(n, at, func(key, value *yaml.Node) {
		if !d.hasValue(value, join(at, key.Value)) {
			return
		}
		entry := reflect.New(m.Type().Elem()).Elem()
		entry.FieldByName("Key").SetString(key.Value)
		d.value(value, entry.FieldByName("Value"), join(at, key.Value))
		m.Set(reflect.Append(m, entry))
	})
}

// plannedServices reads a map from service to state, or a list of services that are then under
// maintenance.
func (d *decoder) plannedServices(n *yaml.Node, p *content.PlannedServices, at string) {
	if n.Kind != yaml.SequenceNode {
		d.entries(n, reflect.ValueOf(p).Elem(), at)
		return
	}
	*p = content.PlannedServices{}
	for i, item := range n.Content {
		if id, ok := d.text(item, fmt.Sprintf("%s[%d]", at, i)); ok {
			*p = append(*p, content.Entry[content.ComponentState]{Key: id, Value: content.UnderMaintenance})
		}
	}
}

// secrets reads one secret, or a list of those that hold while it is being changed.
func (d *decoder) secrets(n *yaml.Node, s *content.Secrets, at string) {
	if n.Kind == yaml.SequenceNode {
		d.value(n, reflect.ValueOf((*[]content.Secret)(s)).Elem(), at)
		if len(*s) == 0 {
			d.problem(n, content.CodeEmpty, "write {env: NAME} or {file: PATH}", "%s: no secret", at)
		}
		return
	}
	*s = content.Secrets{{}}
	d.secret(n, &(*s)[0], at)
}

// secret reads where a secret comes from. What stands there may be the secret itself, so it is
// never repeated.
func (d *decoder) secret(n *yaml.Node, s *content.Secret, at string) {
	if n.Kind != yaml.MappingNode {
		d.problem(n, content.CodeSecret, "write {env: NAME} or {file: PATH}; if this was the secret, change it: it stays in the repository's history", "%s: a secret never stands in the repository", at)
		return
	}
	before := len(d.problems)
	d.record(n, reflect.ValueOf(s).Elem(), at)
	switch {
	case len(d.problems) > before:
	case (s.Env == "") == (s.File == ""):
		d.problem(n, content.CodeValue, "write {env: NAME} or {file: PATH}", "%s: a secret comes from one of env and file", at)
	case s.Env != "" && !environmentName.MatchString(s.Env):
		d.problem(n, content.CodeSecret, "write the name of the variable, such as BALIE_SECRET; if this was the secret, change it", "%s.env: not the name of an environment variable", at)
	}
}

var environmentName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// numbers reads one ticket number, or a list of them.
func (d *decoder) numbers(n *yaml.Node, v *content.Numbers, at string) {
	if n.Kind == yaml.SequenceNode {
		d.value(n, reflect.ValueOf((*[]string)(v)).Elem(), at)
		return
	}
	if s, ok := d.text(n, at); ok {
		*v = content.Numbers{s}
	}
}

// oneOf reads a value, or a list of those that are equally good.
func (d *decoder) oneOf(n *yaml.Node, v *content.OneOf, at string) {
	if n.Kind == yaml.SequenceNode {
		d.value(n, reflect.ValueOf((*[]string)(v)).Elem(), at)
		if len(*v) == 0 {
			d.problem(n, content.CodeEmpty, "write a value, or take the line out", "%s: no value", at)
		}
		return
	}
	if s, ok := d.text(n, at); ok {
		*v = content.OneOf{s}
	}
}

// jsonValues reads a list of values as texts: 0, true, null and "firing".
func (d *decoder) jsonValues(n *yaml.Node, v *content.JSONValues, at string) {
	if n.Kind != yaml.SequenceNode {
		d.wrong(n, at, "a list", listHint(at, n))
		return
	}
	for i, item := range n.Content {
		switch {
		case item.Kind == yaml.AliasNode: // said by checkPlain
		case item.Kind != yaml.ScalarNode:
			d.wrong(item, fmt.Sprintf("%s[%d]", at, i), "a single value", "write a text, a number, true, false or null")
		case item.Tag == "!!null":
			*v = append(*v, "null")
		case item.Tag == "!!bool":
			*v = append(*v, strings.ToLower(item.Value))
		default:
			*v = append(*v, item.Value)
		}
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
		d.problem(n, content.CodeValue, notationHint(into, n.Value), "%s: %v", at, err)
		return
	}
	*into = v
}

func parseHex(s string) (content.Hex, error) {
	if len(s) < 4 || len(s) > 128 || strings.Trim(s, "0123456789abcdef") != "" {
		return "", fmt.Errorf("%q is not a string of hexadecimal digits such as 3f2a1c9b", s)
	}
	return content.Hex(s), nil
}
