package search

import (
	"strings"
	"unicode/utf8"
)

// marks returns, for each part, the forms to mark: those of a found term that stand in the same
// shard as the form that found it.
func marks(words []asked, parts []*Index) map[string]bool {
	forms := map[string]bool{}
	for _, w := range words {
		for i, matches := range w {
			for _, m := range matches {
				for _, shard := range parts[i].shardsOf(m.form, m.form) {
					for _, e := range shard {
						if e.term == m.term {
							forms[e.form] = true
						}
					}
				}
			}
		}
	}
	return forms
}

// result returns what is shown of a hit.
func (ix *Index) result(h *hit, marks map[string]bool) Result {
	d, best := ix.docs[h.doc], 0
	for i := range d.sections {
		if h.sections[i] > h.sections[best] {
			best = i
		}
	}
	s := d.sections[best]
	r := Result{URL: d.url, Kind: d.kind, Lang: d.lang}
	if s.id != "" {
		r.URL += "#" + s.id
	}
	mark := func(text string) []Span { return markWords(text, marks, compounding[ix.lang]) }
	r.Title, r.Heading, r.Excerpt = mark(d.title), mark(s.heading), mark(s.excerpt)
	return r
}

// markWords cuts a text into spans. In a language with compounds a word is marked for its part.
func markWords(text string, marks map[string]bool, compound bool) []Span {
	spans, done := []Span{}, 0
	for start, end := nextWord(text, 0); end >= 0; start, end = nextWord(text, end) {
		if !isMarked(fold(text[start:end]), marks, compound) {
			continue
		}
		if start > done {
			spans = append(spans, Span{Text: text[done:start]})
		}
		spans, done = append(spans, Span{text[start:end], true}), end
	}
	if done < len(text) {
		spans = append(spans, Span{Text: text[done:]})
	}
	return spans
}

func isMarked(form string, marks map[string]bool, compound bool) bool {
	if marks[form] || !compound {
		return marks[form]
	}
	for m := range marks {
		if utf8.RuneCountInString(m) > 3 && strings.Contains(form, m) {
			return true
		}
	}
	return false
}
