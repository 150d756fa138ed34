package search

import (
	"cmp"
	"math/bits"
	"slices"
)

// parts are the indexes that are searched together.
type parts []*Index

// firstScore puts an open incident before all others.
const firstScore = 1e9

// lowBits are those of the section in found.best.
const lowBits = 63

// found is what a word of the query has found: for each document of each part its best posting, as
// the weight times 64, plus 63 less the section; 0 where there is none.
type found struct {
	best   [][]int32
	rarity int
}

// hit is a document that was found.
type hit struct {
	part, doc int
	score     int
}

// Search returns the pages that answer a query, the best first and at most limit. The indexes are
// of one language, and rank as if they were one.
func Search(query string, limit int, indexes ...*Index) []Result {
	parts := parts(indexes)
	words := parts.queryWords(query)
	marked := markedForms(words)
	all := make([]found, len(words))
	for i, w := range words {
		all[i] = parts.find(w)
	}
	results := []Result{}
	for _, h := range parts.rank(all, limit) {
		results = append(results, parts[h.part].result(h.doc, bestSection(all, h), marked))
	}
	return results
}

// find finds the documents that have a word.
func (parts parts) find(w queryWord) found {
	f := found{best: make([][]int32, len(parts))}
	frequency := 0
	for i, ix := range parts {
		f.best[i] = make([]int32, len(ix.docs))
		for _, m := range w.matches {
			term, isKnown := slices.BinarySearch(ix.terms, m.term)
			if !isKnown {
				continue
			}
			frequency += len(ix.postings[term])
			for _, p := range ix.postings[term] {
				f.best[i][p.doc] = max(f.best[i][p.doc], m.weight*int32(p.weight)<<6+lowBits-int32(p.section))
			}
		}
	}
	f.rarity = parts.rarity(frequency)
	return f
}

// rarity is BM25's inverse document frequency: eight times the binary logarithm of
// 1 + documents/frequency, between the powers of two by a straight line.
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

// rank returns the documents with the highest scores. A document's score is the sum over its words,
// times their number, times its boost.
func (parts parts) rank(all []found, limit int) []hit {
	var hits []hit
	for part, ix := range parts {
		for doc, boost := range ix.boosts {
			words, score := 0, 0
			for _, f := range all {
				if f.best[part][doc] > 0 {
					words++
					score += int(f.best[part][doc]>>6) * f.rarity
				}
			}
			if words == 0 {
				continue
			}
			score *= words * boost
			if boost == openBoost && 2*words >= len(all) {
				score += firstScore
			}
			hits = append(hits, hit{part, doc, score})
		}
	}
	slices.SortFunc(hits, func(x, y hit) int {
		return cmp.Or(y.score-x.score, x.part-y.part, x.doc-y.doc)
	})
	return hits[:max(0, min(len(hits), limit))]
}

// bestSection returns the first section of a document that has the greatest share in its score.
func bestSection(all []found, h hit) int {
	var shares [maxSection + 1]int
	best := 0
	for _, f := range all {
		if b := f.best[h.part][h.doc]; b > 0 {
			shares[lowBits-b&lowBits] += int(b>>6) * f.rarity
		}
	}
	for i, share := range shares {
		if share > shares[best] {
			best = i
		}
	}
	return best
}
