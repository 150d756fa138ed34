package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// What is considered of a query.
const (
	maxQuery = 1000 // letters
	maxWords = 12
)

// The weights of the ways in which a form meets a word of the query.
const (
	exactWeight  = 16
	prefixWeight = 10
	editWeight   = 8
	beginWeight  = 4
	maxForms     = 8 // of a word that no document has
)

// match is a form that a word of the query stands for.
type match struct {
	entry
	weight int
}

// asked is a word of the query: in each part, the forms it stands for.
type asked [][]match

// readQuery returns the distinct forms of a query.
func readQuery(query string) []string {
	var forms []string
	units := 0
	for i, r := range query {
		if units++; r > 0xffff {
			units++
		}
		if units > maxQuery {
			query = query[:i]
			break
		}
	}
	for start, end := nextWord(query, 0); end >= 0 && len(forms) < maxWords; start, end = nextWord(query, end) {
		if form := fold(query[start:end]); !slices.Contains(forms, form) {
			forms = append(forms, form)
		}
	}
	return forms
}

// askedWords returns the words that a query asks for. Stop words count where there are no others.
func askedWords(query string, parts []*Index) []asked {
	forms := readQuery(query)
	isStop := func(form string) bool {
		return slices.ContainsFunc(parts, func(ix *Index) bool { return ix.stop[form] })
	}
	if slices.ContainsFunc(forms, func(f string) bool { return !isStop(f) }) {
		forms = slices.DeleteFunc(forms, isStop)
	}
	var words []asked
	for _, form := range forms {
		words = append(words, lookUp(form, parts)...)
	}
	return words
}

// lookUp returns what a form of the query stands for: itself; else what it may be a mistake or a
// beginning of; else its parts; else what begins as it does.
func lookUp(form string, parts []*Index) []asked {
	exact := func(form string) asked {
		return eachPart(parts, func(ix *Index) []match { return ix.exact(form) })
	}
	if found := exact(form); found != nil {
		return []asked{found}
	}
	if found := eachPart(parts, func(ix *Index) []match { return ix.near(form) }); found != nil {
		return []asked{found}
	}
	first, second := splitCompound(form, func(s string) bool { return exact(s) != nil })
	if first != "" {
		return []asked{exact(first), exact(second)}
	}
	if found := eachPart(parts, func(ix *Index) []match { return ix.beginsAs(form) }); found != nil {
		return []asked{found}
	}
	return []asked{nil}
}

// eachPart asks each part; nil where none has an answer.
func eachPart(parts []*Index, ask func(*Index) []match) asked {
	var found asked
	for i, ix := range parts {
		if m := ask(ix); m != nil {
			if found == nil {
				found = make(asked, len(parts))
			}
			found[i] = m
		}
	}
	return found
}

// shardsOf returns the shards that may hold forms from one to another.
func (ix *Index) shardsOf(from, to string) [][]entry {
	first, last := len(ix.shards), 0
	for i, shard := range ix.shards {
		if len(shard) > 0 && shard[0].form <= to && (i+1 == len(ix.shards) || ix.shards[i+1][0].form > from) {
			first, last = min(first, i), i+1
		}
	}
	if first > last {
		return nil
	}
	return ix.shards[first:last]
}

func (ix *Index) exact(form string) []match {
	var found []match
	for _, shard := range ix.shardsOf(form, form) {
		i, _ := slices.BinarySearchFunc(shard, form, func(e entry, form string) int { return strings.Compare(e.form, form) })
		for ; i < len(shard) && shard[i].form == form; i++ {
			found = append(found, match{shard[i], exactWeight})
		}
	}
	return found
}

// near returns the forms that a form is the beginning of, and those one edit away.
func (ix *Index) near(form string) []match {
	return ix.choose(form, func(e entry) int {
		switch {
		case len(form) > 1 && strings.HasPrefix(e.form, form):
			return prefixWeight
		case utf8.RuneCountInString(form) > 3 && isOneEdit(form, e.form):
			return editWeight
		}
		return 0
	})
}

// beginsAs returns the forms that share the longest beginning with a form: four letters at least,
// and half of it.
func (ix *Index) beginsAs(form string) []match {
	longest := max(4, (utf8.RuneCountInString(form)+1)/2)
	for _, shard := range ix.letter(form) {
		for _, e := range shard {
			longest = max(longest, shared(form, e.form))
		}
	}
	return ix.choose(form, func(e entry) int {
		if shared(form, e.form) == longest {
			return beginWeight
		}
		return 0
	})
}

// letter returns the shards with the forms of the same first letter.
func (ix *Index) letter(form string) [][]entry {
	_, size := utf8.DecodeRuneInString(form)
	return ix.shardsOf(form[:size], form[:size]+"\uffff")
}

// choose returns the forms of the same first letter that weigh something: the weightiest and
// shortest of them.
func (ix *Index) choose(form string, weigh func(entry) int) []match {
	var found []match
	_, size := utf8.DecodeRuneInString(form)
	for _, shard := range ix.letter(form) {
		for _, e := range shard {
			if !strings.HasPrefix(e.form, form[:size]) {
				continue
			}
			if w := weigh(e); w > 0 {
				found = append(found, match{e, w})
			}
		}
	}
	slices.SortStableFunc(found, func(x, y match) int {
		return cmp.Or(y.weight-x.weight, utf8.RuneCountInString(x.form)-utf8.RuneCountInString(y.form))
	})
	return found[:min(len(found), maxForms):min(len(found), maxForms)]
}

// shared returns how many letters two forms have in common at their beginning.
func shared(a, b string) int {
	n := 0
	for i, r := range a {
		s, _ := utf8.DecodeRuneInString(b[min(i, len(b)):])
		if r != s || i >= len(b) {
			break
		}
		n++
	}
	return n
}

// isOneEdit reports whether one letter put in, left out, replaced or swapped with the next makes a into b.
func isOneEdit(a, b string) bool {
	if d := len(a) - len(b); d > 4 || d < -4 {
		return false
	}
	x, y := []rune(a), []rune(b)
	i := 0
	for i < len(x) && i < len(y) && x[i] == y[i] {
		i++
	}
	x, y = x[i:], y[i:]
	rest := func(s []rune, n int) string { return string(s[min(n, len(s)):]) }
	return rest(x, 1) == rest(y, 1) || rest(x, 1) == rest(y, 0) || rest(x, 0) == rest(y, 1) ||
		len(x) > 1 && len(y) > 1 && x[0] == y[1] && x[1] == y[0] && rest(x, 2) == rest(y, 2)
}
