package content

import (
	"slices"
	"strings"
)

// Text is prose for people in one or more languages, by language tag.
//
// In YAML it is a plain string, which is then in the site's source language, or a map from language
// to string that has the source language.
type Text map[string]string

// In returns the text in lang or, where it has not been translated, in source, and the language it
// is in.
func (t Text) In(lang, source string) (text, in string) {
	if s, ok := t[lang]; ok {
		return s, lang
	}
	return t[source], source
}

// Map is a YAML mapping that keeps the order in which it was written.
type Map[V any] []Entry[V]

// Entry is one key of a Map and its value.
type Entry[V any] struct {
	Key   string
	Value V
}

// Get returns the value of key, and whether the map has it.
func (m Map[V]) Get(key string) (V, bool) {
	for _, e := range m {
		if e.Key == key {
			return e.Value, true
		}
	}
	var zero V
	return zero, false
}

// Set returns the map with key set to value: in its place where the key was there, else last. The
// receiver stays as it is.
func (m Map[V]) Set(key string, value V) Map[V] {
	out := slices.Clone(m)
	for i := range out {
		if out[i].Key == key {
			out[i].Value = value
			return out
		}
	}
	return append(out, Entry[V]{key, value})
}

// Keys returns the keys in order.
func (m Map[V]) Keys() []string {
	keys := make([]string, len(m))
	for i, e := range m {
		keys[i] = e.Key
	}
	return keys
}

// PlainLines brings prose to the form in which it is kept and compared: LF line ends, outer blank
// lines off.
func PlainLines(s string) string {
	if strings.Contains(s, "\r") {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	return strings.Trim(s, "\n")
}

func (m Map[V]) Entries() []Entry[any] {
	list := make([]Entry[any], len(m))
	for i, e := range m {
		list[i] = Entry[any]{e.Key, e.Value}
	}
	return list
}

func (p PlannedServices) Entries() []Entry[any] { return Map[ComponentState](p).Entries() }

func (t Text) Entries() []Entry[any] {
	var list []Entry[any]
	for lang, s := range t {
		list = append(list, Entry[any]{lang, s})
	}
	slices.SortFunc(list, func(a, b Entry[any]) int { return strings.Compare(a.Key, b.Key) })
	return list
}
