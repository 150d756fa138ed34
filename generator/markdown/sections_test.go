package markdown_test

import (
	"slices"
	"strings"
	"testing"

	"balie/generator/markdown"
)

// TestSections: each heading's id is the one that the page has.
func TestSections(t *testing.T) {
	const source = "Before **all** of [it](/x/).\n\nMore.\n\n# Ways & means\n\n- one\n- two\n\n## Ways & means\n\n| a | b |\n|---|---|\n| c | d |\n\n> ### Within a quote\n>\n> said\n\n### Überweisung `code`\n```\nbalie check\n```\n"
	got := markdown.New().Sections(source)
	want := []markdown.Section{
		{Text: "Before all of it. More."},
		{"Ways & means", "h-ways-means", "one two"},
		{"Ways & means", "h-ways-means-2", "a b c d Within a quote said"},
		{"Überweisung code", "h-überweisung-code", "balie check"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	html := string(markdown.New().HTML(source, markdown.Options{IDs: true}))
	for _, s := range got[1:] {
		if !strings.Contains(html, ` id="`+s.ID+`">`) {
			t.Errorf("the page has no %s:\n%s", s.ID, html)
		}
	}
	if got := markdown.New().Sections("# Only\n"); len(got) != 1 || got[0].Heading != "Only" {
		t.Errorf("got %q", got)
	}
	if got := markdown.New().Sections(""); len(got) != 0 {
		t.Errorf("of nothing: %q", got)
	}
}
