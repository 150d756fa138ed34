package search

import "cmp"

// The weights of a word in a document. A title is above a heading and a body together; a heading,
// or a keyword, is above a body.
const (
	titleWeight   = 8
	headingWeight = 4
	summaryWeight = 2
	bodyLevels    = 3
)

// What is taken off for a part of a compound.
const (
	titlePart   = 3
	headingPart = 1
)

// The boosts of documents.
const (
	usualBoost = 16
	openBoost  = 32 // of an incident that is not over
	pastBoost  = 8  // of the newest incident that is over
	oldBoost   = 5
)

// maxSection is the last section that a posting can name: a letter does in files.
const maxSection = 26

// stat is what the current document has of a term.
type stat struct {
	doc            int32 // one more than the document's number
	title, heading int32
	body           int32 // twice the occurrences; a part of a compound counts half

	// section is the one with the most, best; count is what the one that is being read has.
	section, best  int32
	reading, count int32
}

// add counts n for a section.
func (s *stat) add(section, n int32) {
	if section != s.reading {
		s.close()
		s.reading, s.count = section, 0
	}
	s.count += n
}

// close ends the section that is being read.
func (s *stat) close() {
	if s.count > s.best {
		s.section, s.best = s.reading, s.count
	}
}

// weigher weighs the words of the documents that a reader has read.
type weigher struct {
	read     *reader
	words    []word
	meanings []int32 // the word of each of the reader's spellings
	stats    []stat  // of each term
	current  []int32 // the terms of the current document
	weighted []weighted
	docs     []document
	boosts   []int
}

// weighted is a posting of a term.
type weighted struct {
	term int32
	posting
}

// weighAll weighs the words of all documents. It knows words that have n terms.
func (w *weigher) weighAll(words []word, n int) {
	w.words, w.stats, w.weighted = words, make([]stat, n), make([]weighted, 0, w.read.count)
	for i, d := range w.read.docs {
		w.addDocument(int32(w.read.first+i), d, w.read.texts[i])
	}
}

// gatherPostings returns the postings of each of n terms.
func gatherPostings(weighers []*weigher, n int) [][]posting {
	counts, total := make([]int, n), 0
	for _, w := range weighers {
		for _, p := range w.weighted {
			counts[p.term]++
		}
		total += len(w.weighted)
	}
	all, lists := make([]posting, total), make([][]posting, n)
	for term, n := range counts {
		lists[term], all = all[:0:n], all[n:]
	}
	for _, w := range weighers {
		for _, p := range w.weighted {
			lists[p.term] = append(lists[p.term], p.posting)
		}
	}
	return lists
}

// addDocument keeps what is shown of a document, and weighs its words.
func (w *weigher) addDocument(number int32, d Document, t texts) {
	w.current = w.current[:0]
	weigh := func(text []int32, withStops bool, add func(s *stat, part int32)) {
		for _, spelling := range text {
			w.weigh(number+1, &w.words[w.meanings[spelling]], withStops, add)
		}
	}
	kept := document{url: d.URL, kind: d.Kind, lang: d.Lang, title: d.Title, sections: []section{{excerpt: shorten(d.Summary)}}}
	weigh(t.title, true, func(s *stat, part int32) {
		s.title = max(s.title, titleWeight-part*titlePart)
		s.add(0, 4*headingWeight)
	})
	weigh(t.summary, true, func(s *stat, part int32) {
		s.heading = max(s.heading, summaryWeight-part*headingPart)
		s.add(0, headingWeight)
	})
	for _, k := range t.keywords {
		weigh(k, true, func(s *stat, part int32) {
			s.heading = max(s.heading, headingWeight-part*headingPart)
			s.add(0, 2*headingWeight)
		})
	}
	length := 0
	for i, sec := range d.Sections {
		kept.addSection(sec)
		at := int32(min(len(kept.sections)-1, maxSection))
		weigh(t.headings[i], true, func(s *stat, part int32) {
			s.heading = max(s.heading, headingWeight-part*headingPart)
			s.add(at, 2*headingWeight)
		})
		weigh(t.bodies[i], false, func(s *stat, part int32) {
			s.body += 2 - part
			s.add(at, 2-part)
		})
		length += len(t.bodies[i])
	}
	kept.fillExcerpts()
	for _, term := range w.current {
		s := &w.stats[term]
		s.close()
		weight := s.title + s.heading + bodyWeight(s.body, int32(length))
		w.weighted = append(w.weighted, weighted{term, posting{number, uint8(s.section), uint8(weight)}})
	}
	w.docs, w.boosts = append(w.docs, kept), append(w.boosts, boostOf(d))
}

// addSection keeps a section's heading and its beginning. A text without a heading belongs to the
// section before it.
func (d *document) addSection(s Section) {
	if s.Heading != "" {
		d.sections = append(d.sections, section{s.Heading, s.ID, shorten(s.Text)})
	} else if last := &d.sections[len(d.sections)-1]; last.excerpt == "" {
		last.excerpt = shorten(s.Text)
	}
}

// fillExcerpts gives a document's beginning the excerpt of the first section that has one, and each
// section without text that of the beginning.
func (d *document) fillExcerpts() {
	for _, s := range d.sections {
		d.sections[0].excerpt = cmp.Or(d.sections[0].excerpt, s.excerpt)
	}
	for i := range d.sections {
		d.sections[i].excerpt = cmp.Or(d.sections[i].excerpt, d.sections[0].excerpt)
	}
}

// weigh calls add for a word of a text, and for each part of a compound with part = 1. Stop words
// count only where that is said.
func (w *weigher) weigh(doc int32, of *word, withStops bool, add func(s *stat, part int32)) {
	if of.stop && !withStops {
		return
	}
	add(w.statOf(doc, of.term), 0)
	for _, term := range of.parts {
		add(w.statOf(doc, term), 1)
	}
}

// statOf returns what the current document has of a term.
func (w *weigher) statOf(doc, term int32) *stat {
	s := &w.stats[term]
	if s.doc != doc {
		*s = stat{doc: doc}
		w.current = append(w.current, term)
	}
	return s
}

// bodyWeight is BM25's saturated frequency in levels, as in a help centre whose pages have 300
// words. It knows nothing of the other documents, so that the weights of all parts can be compared.
func bodyWeight(halves, length int32) int32 {
	if halves == 0 {
		return 0
	}
	return 1 + bodyLevels*1000*halves/(1000*halves+600+6*length)
}

func boostOf(d Document) int {
	switch {
	case d.Kind != Incident:
		return usualBoost
	case d.Open:
		return openBoost
	}
	return max(oldBoost, pastBoost-d.Rank/4)
}
