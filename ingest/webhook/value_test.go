package webhook

import (
	"errors"
	"strings"
	"testing"

	"balie/content"
)

func TestReadJSON(t *testing.T) {
	deep := func(n int) string { return `{"a":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}` }
	for _, tt := range []struct {
		name, body string
		ok         bool
	}{
		{"an object", "\n {\"a\": [1, 2.50, \"\\ud83d\\ude00\", null, true, {}]}\r\n", true},
		{"as deep as may be", deep(maxDepth - 1), true},
		{"too deep", deep(maxDepth), false},
		{"a bomb", strings.Repeat(`[`, 1<<16), false},
		{"a bomb that ends", deep(9000), false},
		{"a key twice", `{"a":1,"b":{"a":2},"a":1}`, false},
		{"a key twice, further in", `{"b":[{"a":1,"\u0061":2}]}`, false},
		{"keys that differ in case", `{"a":1,"A":2}`, true},
		{"a comma too many", `{"a":[1,]}`, false},
		{"no comma", `{"a":[1 2]}`, false},
		{"two values", `{} {}`, false},
		{"something behind it", `{}x`, false},
		{"not UTF-8", "{\"a\":\"\xff\"}", false},
		{"half a pair", `{"a":"\ud83d"}`, true},
		{"a control in a string", "{\"a\":\"\n\"}", false},
		{"a list", `[]`, false},
		{"a text", `"a"`, false},
		{"nothing", ``, false},
		{"a byte order mark", "\ufeff{}", false},
		{"a number that is none", `{"a":01}`, false},
	} {
		if _, err := readJSON([]byte(tt.body)); (err == nil) != tt.ok || err != nil && !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// TestPointed follows the pointers of RFC 6901, 5 (those that are not the whole document), and some that lead nowhere.
func TestPointed(t *testing.T) {
	v, err := readJSON([]byte(`{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8,"01":9,"null":null}`))
	if err != nil {
		t.Fatal(err)
	}
	for pointer, want := range map[string]string{
		"/foo/0": "bar", "/foo/1": "baz", "/": "0", "/a~1b": "1", "/c%d": "2", "/e^f": "3", "/g|h": "4", `/i\j`: "5", `/k"l`: "6", "/ ": "7", "/m~0n": "8", "/01": "9",
		"/foo/2": "null", "/foo/01": "null", "/foo/-": "null", "/foo/-1": "null", "/foo/x": "null", "/foo/99999999999": "null", "/foo/0/x": "null", "/none/x": "null", "/null": "null", "/null/x": "null",
	} {
		p, err := content.ParsePointer(pointer)
		if err != nil {
			t.Errorf("%s: %v", pointer, err)
		}
		if got, ok := v.pointed(p).scalar(); got != want || !ok {
			t.Errorf("%s leads to %q, %v; want %q", pointer, got, ok, want)
		}
	}
	if _, ok := v.pointed("/foo").scalar(); ok {
		t.Error("a list is a text")
	}
}
