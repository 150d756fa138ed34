package find

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// An excerpt begins some words before the first that was found.
const (
	wordsBefore = 8
	maxExcerpt  = 200 // characters
)

// Excerpt returns the place in a ticket's texts where it was found, in one line: around the first
// word of the query that is in a text, else the beginning of the first text.
func (f Found) Excerpt() string {
	first := ""
	for _, text := range f.texts() {
		words := strings.FieldsFunc(strings.ReplaceAll(text, "**", ""), isSpace)
		if first == "" {
			first = cut(words)
		}
		for i, w := range words {
			if f.has(fold(w)) {
				before := max(0, i-wordsBefore)
				lead := ""
				if before > 0 {
					lead = "… "
				}
				return lead + cut(words[before:])
			}
		}
	}
	return first
}

// isSpace reports whether a character parts words: white space, and what can't be seen.
func isSpace(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
}

func (f Found) has(folded string) bool {
	for _, word := range f.words {
		if strings.Contains(folded, word) {
			return true
		}
	}
	return false
}

// texts are what the events say, and then what the form asked.
func (f Found) texts() []string {
	var list []string
	for _, e := range f.Ticket.Events {
		if e.Body != "" {
			list = append(list, e.Body)
		}
	}
	for _, field := range f.Ticket.Fields {
		list = append(list, field.Value)
	}
	return list
}

// cut joins words to a line of at most maxExcerpt characters.
func cut(words []string) string {
	var b strings.Builder
	room := maxExcerpt
	for _, w := range words {
		n := utf8.RuneCountInString(w)
		if n > room { // also a single word without an end
			b.WriteString(string([]rune(w)[:room]) + "…")
			break
		}
		b.WriteString(w + " ")
		room = max(0, room-n-1)
	}
	return strings.TrimSpace(b.String())
}
