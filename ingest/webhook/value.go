package webhook

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"unicode/utf8"

	"balie/content"
)

// maxDepth is how deep objects and lists may be within one another.
const maxDepth = 100

// value is a JSON value: nil, a bool, a json.Number, a string, a []value or an object. The zero
// value is null, and what leads nowhere is null too.
type value struct{ of any }

type object map[string]value

// readJSON reads a body that is one JSON object, by the rules in the package comment.
func readJSON(body []byte) (value, error) {
	if !utf8.Valid(body) { // encoding/json would put U+FFFD in its place and say nothing
		return value{}, malformed("not UTF-8")
	}
	if !json.Valid(body) { // more than one value is not valid either
		return value{}, malformed("not JSON")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	v, err := readValue(d, 0)
	if err != nil {
		return value{}, err
	}
	if _, ok := v.of.(object); !ok {
		return value{}, malformed("not a JSON object")
	}
	return v, nil
}

// readValue reads the next value of valid JSON, which is within depth others.
func readValue(d *json.Decoder, depth int) (value, error) {
	token, err := d.Token()
	if err != nil {
		return value{}, malformed("not JSON")
	}
	delim, nested := token.(json.Delim)
	switch {
	case !nested:
		return value{token}, nil
	case depth == maxDepth:
		return value{}, malformed("JSON that is nested more than %d deep", maxDepth)
	case delim == '{':
		return readObject(d, depth+1)
	}
	return readList(d, depth+1)
}

func readObject(d *json.Decoder, depth int) (value, error) {
	o := object{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return value{}, malformed("not JSON")
		}
		name := key.(string)
		if _, again := o[name]; again {
			return value{}, malformed("a JSON object that has a key twice")
		}
		if o[name], err = readValue(d, depth); err != nil {
			return value{}, err
		}
	}
	d.Token() // the end
	return value{o}, nil
}

func readList(d *json.Decoder, depth int) (value, error) {
	var list []value
	for d.More() {
		item, err := readValue(d, depth)
		if err != nil {
			return value{}, err
		}
		list = append(list, item)
	}
	d.Token() // the end
	return value{list}, nil
}

// at follows a path of keys and indexes (RFC 6901, 4).
func (v value) at(path ...string) value {
	for _, token := range path {
		switch of := v.of.(type) {
		case object:
			v = of[token]
		case []value:
			v = item(of, token)
		default:
			return value{}
		}
	}
	return v
}

// item returns the item at an index, which has no leading zero and is not "-".
func item(list []value, index string) value {
	i, err := strconv.ParseUint(index, 10, 31)
	if err != nil || index != strconv.FormatUint(i, 10) || i >= uint64(len(list)) {
		return value{}
	}
	return list[i]
}

// pointed returns what a pointer leads to.
func (v value) pointed(p content.Pointer) value { return v.at(p.Tokens()...) }

// isNull reports whether nothing is there.
func (v value) isNull() bool { return v.of == nil }

// text returns a string, or "" where it is none.
func (v value) text() string {
	s, _ := v.of.(string)
	return s
}

// scalar returns a string, a number, a truth value or null as text; false of a list or an object.
func (v value) scalar() (string, bool) {
	switch of := v.of.(type) {
	case nil:
		return "null", true
	case string:
		return of, true
	case json.Number:
		return of.String(), true
	case bool:
		return strconv.FormatBool(of), true
	}
	return "", false
}

// items returns a list, or nil where it is none.
func (v value) items() []value {
	list, _ := v.of.([]value)
	return list
}

// keys lists the keys of an object in order.
func (v value) keys() []string {
	var keys []string
	if o, ok := v.of.(object); ok {
		for key := range o {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}
