package load

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode"

	"gopkg.in/yaml.v3"

	"balie/content"
)

// Encode writes a record as YAML, in the order of its fields, empty ones left out. Decoding what it
// wrote gives the record again; times are written in UTC and to the second.
func Encode(record any) ([]byte, error) {
	n := encodeValue(reflect.Indirect(reflect.ValueOf(record)))
	if n == nil || len(n.Content) == 0 {
		return nil, nil
	}
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(n); err != nil {
		return nil, fmt.Errorf("encode %T: %w", record, err)
	}
	return b.Bytes(), nil
}

// EncodeEvent writes an event's file: its front matter between lines of dashes, then its body. A
// requester's event always has the block, so that a message that begins with dashes is only a
// message.
func EncodeEvent(e *content.Event) ([]byte, error) {
	front, err := Encode(e.Data())
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", e.Name, err)
	}
	body := content.PlainLines(e.Body)
	if badByte(body) >= 0 {
		return nil, fmt.Errorf("encode %s: a zero byte, or text that is not UTF-8", e.Name)
	}
	var b bytes.Buffer
	if len(front) > 0 || e.Kind.ByRequester() || needsFront(body) {
		fmt.Fprintf(&b, "---\n%s---\n", front)
	}
	b.WriteString(body)
	if body != "" {
		b.WriteByte('\n')
	}
	return b.Bytes(), nil
}

// mapping is implemented by every Map.
type mapping interface{ Entries() []content.Entry[any] }

// encodeValue returns nil for what is empty.
func encodeValue(v reflect.Value) *yaml.Node {
	if v.IsZero() {
		return nil
	}
	return encodeNode(v)
}

// encodeNode writes a value, be it empty: one of a list or a map.
func encodeNode(v reflect.Value) *yaml.Node {
	switch own := v.Interface().(type) {
	case time.Time:
		return plain(own.UTC().Format(time.RFC3339))
	case fmt.Stringer: // the types with a notation of their own
		return plain(own.String())
	case mapping:
		return encodeMap(own)
	}
	switch v.Kind() {
	case reflect.Pointer:
		return encodeNode(v.Elem())
	case reflect.Struct:
		return encodeRecord(v)
	case reflect.Slice:
		return encodeList(v)
	case reflect.String:
		return quoted(v.String())
	case reflect.Bool, reflect.Int:
		return plain(fmt.Sprint(v.Interface()))
	}
	panic("content: no encoding of " + v.Type().String())
}

func plain(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: s} }

// wordsOfYAML are read as a truth or as nothing by some reader of YAML.
var wordsOfYAML = map[string]bool{"true": true, "false": true, "yes": true, "no": true, "on": true, "off": true, "y": true, "n": true, "null": true}

// Quoting returns the style in which every reader of YAML takes a string for that string. What begins
// with a letter and has only letters, digits, spaces and marks that mean nothing stands without
// quotes.
func Quoting(s string) yaml.Style {
	for i, r := range s {
		isLetter := unicode.IsLetter(r)
		if i == 0 && !isLetter || !isLetter && !unicode.In(r, unicode.M, unicode.Nd) && !strings.ContainsRune(" -_.,;/()'!?@+", r) {
			return yaml.DoubleQuotedStyle
		}
	}
	if s == "" || strings.HasSuffix(s, " ") || wordsOfYAML[strings.ToLower(s)] {
		return yaml.DoubleQuotedStyle
	}
	return 0
}

func quoted(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s, Style: Quoting(s)}
}

func encodeRecord(v reflect.Value) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for _, f := range fieldsOf(v.Type()) {
		if value := encodeValue(v.Field(f.index)); value != nil {
			n.Content = append(n.Content, plain(f.key), value)
		}
	}
	return n
}

func encodeMap(m mapping) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for _, e := range m.Entries() {
		n.Content = append(n.Content, quoted(e.Key), encodeNode(reflect.ValueOf(e.Value)))
	}
	return n
}

func encodeList(v reflect.Value) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode}
	for i := range v.Len() {
		n.Content = append(n.Content, encodeNode(v.Index(i)))
	}
	return n
}
