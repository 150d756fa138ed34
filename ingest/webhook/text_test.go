package webhook

import (
	"maps"
	"strings"
	"testing"

	"balie/content"
)

func TestFill(t *testing.T) {
	value := func(name string) string {
		return map[string]string{"a": "x", "brace": "{a}", "lines": "1\n2\t3", "long": strings.Repeat("y", maxText)}[name]
	}
	for _, tt := range []struct {
		name             string
		in, title, lines content.Text
	}{
		{"nothing", nil, nil, nil},
		{"a value", content.Text{"nl": " {a} {none}"}, content.Text{"nl": "x"}, content.Text{"nl": " x"}},
		{"a value is no template", content.Text{"nl": "{brace}{a"}, content.Text{"nl": "{a}{a"}, content.Text{"nl": "{a}{a"}},
		{"lines", content.Text{"nl": "{lines}"}, content.Text{"nl": "1 2 3"}, content.Text{"nl": "1\n2\t3"}},
		{"blank in one language", content.Text{"nl": "{none} ", "en": "{a}"}, nil, nil},
		{"long", content.Text{"nl": "{long}z"}, content.Text{"nl": strings.Repeat("y", maxTitle-1) + "…"}, content.Text{"nl": strings.Repeat("y", maxText-1) + "…"}},
	} {
		if got := fillLine(tt.in, value); !maps.Equal(got, tt.title) || (got == nil) != (tt.title == nil) {
			t.Errorf("%s: title %q", tt.name, got)
		}
		if got := fill(tt.in, value); !maps.Equal(got, tt.lines) || (got == nil) != (tt.lines == nil) {
			t.Errorf("%s: text %q", tt.name, got)
		}
	}
}

// TestHashOf: texts can't be moved from one to the next.
func TestHashOf(t *testing.T) {
	if hashOf("a", "bc") == hashOf("ab", "c") || hashOf("a", "") == hashOf("a") {
		t.Error("unlike texts have the same hash")
	}
}
