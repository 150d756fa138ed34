package webhook

import (
	"strings"
	"time"

	"balie/content"
	"balie/ingest/form"
)

// The longest texts, in characters.
const (
	maxValue = 500 // of one value in a template, a fact, a service's name
	maxTitle = 200
	maxText  = 10000
	maxFacts = 100
)

// line makes a line of plain text of at most maxValue characters.
func line(s string) string {
	s, _ = form.CleanLine(strings.ToValidUTF8(s, "\ufffd"))
	return shorten(s, maxValue)
}

// lines makes plain text of at most maxValue characters, with its line breaks.
func lines(s string) string {
	s, _ = form.Clean(strings.ToValidUTF8(s, "\ufffd"))
	return shorten(s, maxValue)
}

// shorten cuts a text to at most so many characters; an ellipsis shows it.
func shorten(s string, most int) string {
	if len(s) <= most {
		return s
	}
	if runes := []rune(s); len(runes) > most {
		return strings.TrimRight(string(runes[:most-1]), " \t\n") + "…"
	}
	return s
}

// fill makes a text of a template in each language; value gives the text for a name in braces. Where
// nothing comes out in one of them the text is nil, the default.
func fill(template content.Text, value func(name string) string) content.Text {
	return fillWith(template, value, form.Clean, maxText)
}

// fillLine is fill for a text of one line.
func fillLine(template content.Text, value func(name string) string) content.Text {
	return fillWith(template, value, form.CleanLine, maxTitle)
}

func fillWith(template content.Text, value func(name string) string, clean func(string) (string, bool), most int) content.Text {
	if template == nil {
		return nil
	}
	filled := content.Text{}
	for lang, t := range template {
		s, _ := clean(content.FillTemplate(t, value))
		if strings.TrimSpace(s) == "" {
			return nil
		}
		filled[lang] = shorten(s, most)
	}
	return filled
}

// distinct joins values, each once, in order.
func distinct(values []string) string {
	seen := map[string]bool{}
	var list []string
	for _, v := range values {
		if v != "" && !seen[v] {
			seen[v] = true
			list = append(list, v)
		}
	}
	return strings.Join(list, ", ")
}

// timeForms are how times are written: RFC 3339, and without a zone, which is then UTC.
var timeForms = []string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02 15:04:05 UTC"}

// readTime reads a time in one of some forms; false where it is none, or none of the years 1970 to
// 9999.
func readTime(s string, forms ...string) (time.Time, bool) {
	for _, form := range forms {
		if t, err := time.Parse(form, s); err == nil {
			return inYears(t)
		}
	}
	return time.Time{}, false
}

func inYears(t time.Time) (time.Time, bool) {
	t = t.UTC()
	if t.Year() < 1970 || t.Year() > 9999 {
		return time.Time{}, false
	}
	return t, true
}
