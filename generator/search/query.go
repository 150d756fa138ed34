package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// What is considered of a query.
const (
	maxQuery = 1000 // letters, as UTF-16 counts them
	maxWords = 12
)

// The weights of the ways in which a word of the query meets a form of the index.
const (
	exactWeight  = int32(16)
	prefixWeight = int32(10) // the word begins the form
	editWeight   = int32(8)
	beginWeight  = int32(4) // both begin alike
	maxMatches   = 8        // of one word
)

// lastLetter sorts after each letter.
const lastLetter = "\uffff"

// match is a form that a word of the query stands for.
type match struct {
	entry
	weight int32
}

// queryWord is a word of the query: the forms that it stands for, and the shards they are in.
type queryWord struct {
	matches []match
	shards  [][]entry
}

// readQuery returns the distinct forms of a query.
func readQuery(query string) []string {
	var forms []string
	query = cutQuery(query)
	for start, end := nextWord(query, 0); end >= 0 && len(forms) < maxWords; start, end = nextWord(query, end) {
		if form := fold(query[start:end]); !slices.Contains(forms, form) {
			forms = append(forms, form)
		}
	}
	return forms
}

func cutQuery(query string) string {
	units := 0
	for i, r := range query {
		if units++; r > 0xffff {
			units++
		}
		if units > maxQuery {
			return query[:i]
		}
	}
	return query
}

// queryWords returns the words that a query asks for. Stop words count where there are no others.
func (parts parts) queryWords(query string) []queryWord {
	forms := readQuery(query)
	isStop := func(form string) bool {
		return slices.ContainsFunc(parts, func(ix *Index) bool { return ix.stop[form] })
	}
	if slices.ContainsFunc(forms, func(f string) bool { return !isStop(f) }) {
		forms = slices.DeleteFunc(forms, isStop)
	}
	var words []queryWord
	for _, form := range forms {
		words = append(words, parts.lookUp(form)...)
	}
	return words
}

// lookUp returns what a form of the query stands for: itself; else what it may be a mistake or a
// beginning of; else its parts; else what begins as it does.
func (parts parts) lookUp(form string) []queryWord {
	if w := parts.exact(form); w.matches != nil {
		return []queryWord{w}
	}
	_, size := utf8.DecodeRuneInString(form)
	letter := parts.shards(form[:size], form[:size]+lastLetter)
	if w := choose(letter, func(f string) int32 { return nearWeight(form, f) }); w.matches != nil {
		return []queryWord{w}
	}
	first, second := splitCompound(form, minFirstPart, func(s string) bool { return parts.exact(s).matches != nil })
	if first != "" {
		return []queryWord{parts.exact(first), parts.exact(second)}
	}
	return []queryWord{beginAlike(form, letter)}
}

// shards returns the shards that may hold forms from one to another.
func (parts parts) shards(from, to string) [][]entry {
	var found [][]entry
	for _, ix := range parts {
		for i, s := range ix.shards {
			if s[0].form <= to && (i+1 == len(ix.shards) || ix.shards[i+1][0].form > from) {
				found = append(found, s)
			}
		}
	}
	return found
}

// exact looks a form up.
func (parts parts) exact(form string) queryWord {
	w := queryWord{shards: parts.shards(form, form)}
	for _, s := range w.shards {
		i, _ := slices.BinarySearchFunc(s, form, func(e entry, form string) int { return strings.Compare(e.form, form) })
		for ; i < len(s) && s[i].form == form; i++ {
			w.matches = insert(w.matches, match{s[i], exactWeight})
		}
	}
	return w
}

// choose returns the forms that weigh something: the weightiest, then the shortest, then the first.
func choose(shards [][]entry, weigh func(form string) int32) queryWord {
	w := queryWord{shards: shards}
	for _, s := range shards {
		for _, e := range s {
			if weight := weigh(e.form); weight > 0 {
				w.matches = insert(w.matches, match{e, weight})
			}
		}
	}
	return w
}

// insert puts a match at its place among the best. Two parts may have the same.
func insert(best []match, m match) []match {
	if slices.Contains(best, m) {
		return best
	}
	i := len(best)
	for i > 0 && compare(m, best[i-1]) < 0 {
		i--
	}
	if i == maxMatches {
		return best
	}
	best = slices.Insert(best, i, m)
	return best[:min(len(best), maxMatches)]
}

func compare(x, y match) int {
	return cmp.Or(cmp.Compare(y.weight, x.weight), utf8.RuneCountInString(x.form)-utf8.RuneCountInString(y.form))
}

func nearWeight(asked, form string) int32 {
	switch {
	case utf8.RuneCountInString(asked) > 1 && strings.HasPrefix(form, asked):
		return prefixWeight
	case utf8.RuneCountInString(asked) > 3 && isOneEdit(asked, form):
		return editWeight
	}
	return 0
}

// isOneEdit reports whether one letter put in, left out, replaced or swapped with the next makes a
// into b. The first letter is taken as right.
func isOneEdit(a, b string) bool {
	if d := len(a) - len(b); d < -utf8.UTFMax || d > utf8.UTFMax {
		return false
	}
	i := commonPrefix(a, b)
	if i == 0 {
		return false
	}
	a, b = a[i:], b[i:]
	x, m := utf8.DecodeRuneInString(a)
	y, n := utf8.DecodeRuneInString(b)
	if a[m:] == b[n:] || a[m:] == b || a == b[n:] {
		return true
	}
	x2, m2 := utf8.DecodeRuneInString(a[m:])
	y2, n2 := utf8.DecodeRuneInString(b[n:])
	return x == y2 && y == x2 && a[m+m2:] == b[n+n2:]
}

// commonPrefix returns the length in bytes of the letters with which both begin.
func commonPrefix(a, b string) int {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	for i > 0 && (i < len(a) && !utf8.RuneStart(a[i]) || i < len(b) && !utf8.RuneStart(b[i])) {
		i--
	}
	return i
}

// beginAlike returns the forms that share the longest beginning with a form: four letters at least,
// and half of the form.
func beginAlike(form string, shards [][]entry) queryWord {
	common := func(f string) int { return utf8.RuneCountInString(form[:commonPrefix(form, f)]) }
	longest := 0
	for _, s := range shards {
		for _, e := range s {
			longest = max(longest, common(e.form))
		}
	}
	if longest < 4 || 2*longest < utf8.RuneCountInString(form) {
		return queryWord{}
	}
	return choose(shards, func(f string) int32 {
		if common(f) == longest {
			return beginWeight
		}
		return 0
	})
}
