package search

import (
	"strings"
	"unicode/utf8"
)

// maxExcerpt is the number of letters of an excerpt.
const maxExcerpt = 160

// shorten cuts a text at the last word that fits.
func shorten(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= maxExcerpt {
		return text
	}
	cut := string([]rune(text)[:maxExcerpt-1])
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:.") + "…"
}

// markedForms returns the forms to mark: all of a found term, as far as they stand in the shards that
// were read to find it.
func markedForms(words []queryWord) map[string]bool {
	forms := map[string]bool{}
	for _, w := range words {
		for _, s := range w.shards {
			for _, e := range s.entries {
				for _, m := range w.matches {
					if m.term == e.term && m.part == s.part {
						forms[e.form] = true
					}
				}
			}
		}
	}
	return forms
}

// result returns what is shown of a hit: the section with the greatest share in the score.
func (ix *Index) result(h *hit, marked map[string]bool) Result {
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
	mark := func(text string) []Span { return markWords(text, marked, compounding[ix.lang]) }
	r.Title, r.Heading, r.Excerpt = mark(d.title), mark(s.heading), mark(s.excerpt)
	return r
}

// markWords cuts a text into spans. In a language with compounds a word is marked for its part.
func markWords(text string, marked map[string]bool, compound bool) []Span {
	spans, done := []Span{}, 0
	for start, end := nextWord(text, 0); end >= 0; start, end = nextWord(text, end) {
		if !isMarked(fold(text[start:end]), marked, compound) {
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

func isMarked(form string, marked map[string]bool, compound bool) bool {
	if marked[form] || !compound {
		return marked[form]
	}
	for m := range marked {
		if utf8.RuneCountInString(m) >= minPart && strings.Contains(form, m) {
			return true
		}
	}
	return false
}
