package content

import (
	"fmt"
	"strings"
	"testing"
)

func TestCutCanned(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"Hello {name},", "Hello |<name 1:7>|,"},
		{"{number}{due}", "<number 1:1>|<due 1:9>"},
		{"One\n\nüö {due}\n{nmae}", "One\n\nüö |<due 3:4>|\n|<nmae 4:1>"},
		{"{Name} {} {1} { name } {a b", "<Name 1:1>| {} {1} { name } {a b"},
		{"write {{name}} or {{{name}}}", "write {name} or {{name}}"},
		{"a `{name}` b {name}", "a `{name}` b |<name 1:14>"},
		{"a ``{name} ` {due}`` {name}", "a ``{name} ` {due}`` |<name 1:22>"},
		{"a ` {name}", "a ` |<name 1:5>"},
		{"a ` b\n\n{name} ` c", "a ` b\n\n|<name 3:1>| ` c"},
		{"```sh\n{name}\n```\n{name}", "```sh\n{name}\n```\n|<name 4:1>"},
		{"~~~\n{name}\n```\n{due}", "~~~\n{name}\n```\n{due}"},
		{"a ~~~ {name}", "a ~~~ |<name 1:7>"},
	} {
		var got []string
		for _, p := range CutCanned(c.text) {
			if p.Placeholder != "" {
				p.Text = fmt.Sprintf("<%s %d:%d>", p.Placeholder, p.Line, p.Column)
			}
			got = append(got, p.Text)
		}
		if got := strings.Join(got, "|"); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

// Nothing of a text is lost but one pair of each doubled braces, and no piece is empty.
func FuzzCutCanned(f *testing.F) {
	for _, s := range []string{"Hello {name},\n\n`{due}` {{link}}", "```\n{name}", "{{{{a}}}}", "~~~~\n~~~\n~~~~\n{x}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var all strings.Builder
		for _, p := range CutCanned(text) {
			if p.Text == "" || p.Line < 1 || p.Column < 1 {
				t.Fatalf("%q: piece %+v", text, p)
			}
			all.WriteString(p.Text)
		}
		if lost := len(text) - all.Len(); lost < 0 || lost%2 != 0 || lost > 2*strings.Count(text, "{{") {
			t.Fatalf("%q became %q", text, all.String())
		}
	})
}
