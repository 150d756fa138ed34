package search

import (
	"strings"
	"unicode/utf8"
)

// maxExcerpt is the number of letters of an excerpt.
const maxExcerpt = 160

// shorten returns the beginning of a text, cut at the last word that fits.
func shorten(text string) string {
	words, length := make([]string, 0, 40), -1
	for word := range strings.FieldsSeq(text) {
		words, length = append(words, word), length+1+utf8.RuneCountInString(word)
		if length > maxExcerpt {
			break
		}
	}
	text = strings.Join(words, " ")
	if length <= maxExcerpt {
		return text
	}
	text = cut(text, maxExcerpt-1)
	if i := strings.LastIndexByte(text, ' '); i > 0 {
		text = text[:i]
	}
	return strings.TrimRight(text, " ,;:.") + "…"
}

// markedForms returns the forms to mark: all of a found term, as far as they stand in the shards
// that were read to find it.
func markedForms(words []queryWord) map[string]bool {
	forms := map[string]bool{}
	for _, w := range words {
		terms := map[string]bool{}
		for _, m := range w.matches {
			terms[m.term] = true
		}
		for _, s := range w.shards {
			for _, e := range s {
				if terms[e.term] {
					forms[e.form] = true
				}
			}
		}
	}
	return forms
}

// result returns what is shown of a document and its best section.
func (ix *Index) result(doc, best int, marked map[string]bool) Result {
	d := ix.docs[doc]
	s := d.sections[best]
	r := Result{URL: d.url, Kind: d.kind, Lang: d.lang}
	if s.id != "" {
		r.URL += "#" + s.id
	}
	mark := func(text string) []Span { return markWords(text, marked, compoundParts[ix.lang] != nil) }
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
