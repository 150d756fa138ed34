package search

import (
	"cmp"
	"math/bits"
	"slices"
)

// parts are the indexes that are searched together.
type parts []*Index

// key is a document of one of the parts.
type key struct{ part, doc int }

// hit is what was found in a document.
type hit struct {
	key
	score    int
	words    int         // of the query that it has
	sections map[int]int // the share of each in the score
}

// maxSection is the last section that a posting can name.
const maxSection = 63

// firstScore puts an open incident before all others.
const firstScore = 1e9

// Search returns the pages that answer a query, the best first and at most limit. The parts are of
// one language; they rank as if they were one index.
func Search(query string, limit int, indexes ...*Index) []Result {
	parts := parts(indexes)
	words := parts.queryWords(query)
	hits := parts.score(words)
	slices.SortFunc(hits, func(x, y *hit) int {
		return cmp.Or(y.score-x.score, x.part-y.part, x.doc-y.doc)
	})
	results, marked := []Result{}, markedForms(words)
	for _, h := range hits[:max(0, min(len(hits), limit))] {
		results = append(results, parts[h.part].result(h, marked))
	}
	return results
}

// score returns the documents that have at least one of the words.
func (parts parts) score(words []queryWord) []*hit {
	found := map[key]*hit{}
	for _, w := range words {
		parts.addWord(found, w)
	}
	hits := make([]*hit, 0, len(found))
	for k, h := range found {
		boost := parts[k.part].boosts[k.doc]
		h.score *= h.words * boost
		if boost == openBoost && 2*h.words >= len(words) {
			h.score += firstScore
		}
		hits = append(hits, h)
	}
	return hits
}

// addWord adds a word of the query to the score of each document, by its best posting there: the
// one with the greatest weight, then with the first section.
func (parts parts) addWord(found map[key]*hit, w queryWord) {
	frequency, best := 0, map[key]posting{}
	for _, m := range w.matches {
		frequency += len(parts[m.part].postings[m.term])
		for _, p := range parts[m.part].postings[m.term] {
			k := key{m.part, p.doc}
			p.weight *= m.weight
			if b := best[k]; p.weight > b.weight || p.weight == b.weight && p.section < b.section {
				best[k] = p
			}
		}
	}
	rarity := parts.rarity(frequency)
	for k, p := range best {
		h := found[k]
		if h == nil {
			h = &hit{key: k, sections: map[int]int{}}
			found[k] = h
		}
		h.words++
		h.score += p.weight * rarity
		h.sections[p.section] += p.weight * rarity
	}
}

// rarity is BM25's inverse document frequency: eight times the binary logarithm of 1 + documents/frequency,
// between the powers of two by a straight line.
func (parts parts) rarity(frequency int) int {
	if frequency == 0 {
		return 0
	}
	total := 0
	for _, ix := range parts {
		total += len(ix.docs)
	}
	x := 8 * (total + frequency) / frequency
	log := bits.Len(uint(x)) - 1
	return 8*log + x*8>>log - 32
}
