package search

import (
	"cmp"
	"math/bits"
	"slices"
)

// hit is a document that was found.
type hit struct {
	part, doc int
	score     int
	words     int         // of the query that it has
	sections  map[int]int // the share of each section in the score
	isFirst   bool
}

// Search returns the pages that answer a query, the best first and at most limit. The parts are of
// one language; they rank as if they were one index.
func Search(query string, limit int, parts ...*Index) []Result {
	words := askedWords(query, parts)
	hits := score(words, parts)
	slices.SortFunc(hits, func(x, y *hit) int {
		return cmp.Or(compareBool(y.isFirst, x.isFirst), y.score-x.score, x.part-y.part, x.doc-y.doc)
	})
	var results []Result
	for _, h := range hits[:min(len(hits), max(0, limit))] {
		results = append(results, parts[h.part].result(h, marks(words, parts)))
	}
	return results
}

func compareBool(x, y bool) int {
	switch {
	case x == y:
		return 0
	case x:
		return 1
	}
	return -1
}

func score(words []asked, parts []*Index) []*hit {
	total := 0
	for _, ix := range parts {
		total += len(ix.docs)
	}
	found := map[[2]int]*hit{}
	for _, w := range words {
		frequency := 0
		for i, matches := range w {
			for _, m := range matches {
				frequency += len(parts[i].postings[m.term])
			}
		}
		rarity := rarityOf(total, frequency)
		for i, matches := range w {
			addWord(found, parts[i], i, matches, rarity)
		}
	}
	var hits []*hit
	for _, h := range found {
		boost := parts[h.part].boosts[h.doc]
		h.score *= h.words * boost
		h.isFirst = boost == openBoost && 2*h.words >= len(words)
		hits = append(hits, h)
	}
	return hits
}

// addWord adds a word's best posting to the score of each document of a part.
func addWord(found map[[2]int]*hit, ix *Index, part int, matches []match, rarity int) {
	best := map[int]posting{}
	for _, m := range matches {
		for _, p := range ix.postings[m.term] {
			p.weight *= m.weight
			if p.weight > best[p.doc].weight {
				best[p.doc] = p
			}
		}
	}
	for doc, p := range best {
		h := found[[2]int{part, doc}]
		if h == nil {
			h = &hit{part: part, doc: doc, sections: map[int]int{}}
			found[[2]int{part, doc}] = h
		}
		h.words++
		h.score += p.weight * rarity
		h.sections[p.section] += p.weight * rarity
	}
}

// rarityOf is BM25's inverse document frequency: eight times the binary logarithm of 1 + total/frequency,
// between the powers of two by a straight line.
func rarityOf(total, frequency int) int {
	if frequency == 0 {
		return 0
	}
	x := 8 * (total + frequency) / frequency
	l := bits.Len(uint(x)) - 1
	return 8*l + x*8>>l - 32
}
