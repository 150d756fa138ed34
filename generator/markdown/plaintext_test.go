package markdown

import (
	"strings"
	"testing"
)

// TestPlainText: what is read is there, and no mark is; links lead somewhere from anywhere.
func TestPlainText(t *testing.T) {
	o := Options{At: "/incidents/2026/1120-pay/", Link: func(path string) string { return "https://help.example" + path }, Picture: func(address string) (Picture, bool) {
		return Picture{URL: "https://help.example" + address}, address != "/gone.png"
	}}
	for name, c := range map[string][2]string{
		"paragraphs":      {"One\ntwo.\n\nThree  \nfour.", "One two.\n\nThree\nfour."},
		"headings":        {"# Now\n\nText **bold** and *soft* `a\\*b`", "Now\n\nText bold and soft a\\*b"},
		"list":            {"Do:\n\n- one\n- two\n  - three\n- four\n\nDone.", "Do:\n\n- one\n- two\n  - three\n- four\n\nDone."},
		"numbers":         {"3. one\n4. two\n\n   more\n5. three", "3. one\n\n4. two\n\n  more\n\n5. three"},
		"link":            {"See [how](/help/) or [this](#x), https://a.example/b, <b@a.example>.", "See how (https://help.example/help/) or this (https://help.example/incidents/2026/1120-pay/#x), https://a.example/b, b@a.example."},
		"link by itself":  {"[https://a.example](https://a.example) [](https://a.example/c) [m](mailto:b@a.example)", "https://a.example https://a.example/c m (mailto:b@a.example)"},
		"no link":         {"[click](javascript:alert(1)) [x](//a.example)", "click x"},
		"picture":         {"![what it shows](/shot.png) ![gone](/gone.png) ![else](https://a.example/p.png)", "what it shows (https://help.example/shot.png) gone else (https://a.example/p.png)"},
		"HTML":            {"a <b>bold</b> <script>alert(1)</script> &lt;i&gt; \\&amp; &copy;", "a <b>bold</b> <script>alert(1)</script> <i> &amp; ©"},
		"code":            {"```sh\nif a <b; then\n  c\nfi\n```\nafter", "if a <b; then\n  c\nfi\n\nafter"},
		"quote":           {"> said\n> so\n\nyes", "said so\n\nyes"},
		"table":           {"| a | b |\n|---|---|\n| 1 | 2 |\n\nend", "a | b\n1 | 2\n\nend"},
		"struck out":      {"At ~~15:00~~ 16:00", "At  16:00"},
		"what turns text": {"a\u202eb\u2066c\x07d\x00e\ufeff ש", "abcde ש"},
		"nothing":         {"---\n\n***\n", ""},
	} {
		if got := New().PlainText(c[0], o); got != c[1] {
			t.Errorf("%s: %q, want %q", name, got, c[1])
		}
	}
}

// TestPlainTextOfDeepLists: lists that lie in one another do not make a text grow out of measure.
func TestPlainTextOfDeepLists(t *testing.T) {
	source := strings.Repeat("- ", 2000) + "end\n\n" + strings.Repeat("> ", 2000) + "end"
	got := New().PlainText(source, Options{})
	if !strings.Contains(got, "end") || len(got) > 4*len(source) {
		t.Errorf("%d bytes of %d", len(got), len(source))
	}
}
