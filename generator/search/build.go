package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Index is one part of a language's index.
type Index struct {
	lang     string
	shards   [][]entry
	postings [][]posting // of each term, by document
	docs     []document
	boosts   []int // of each document
	stop     map[string]bool
}

// entry says which term a form stands for. A form with several terms has several entries.
type entry struct {
	form string
	term int
}

// posting says that a document has a term.
type posting struct{ doc, section, weight int }

// document is what the index carries of a Document.
type document struct {
	url, lang string
	kind      Kind
	title     string
	sections  []section // the first is the beginning, with the summary as its text
}

type section struct{ heading, id, excerpt string }

// The weights of a word in a document. Each is above the sum of those below it.
const (
	titleWeight   = 8
	headingWeight = 4 // and of a keyword
	summaryWeight = 2
	bodyLevels    = 3
)

// The boosts of documents.
const (
	usualBoost = 16
	openBoost  = 32
	pastBoost  = 14 // of the newest incident that is over
	oldBoost   = 8
)

// builder gathers an index.
type builder struct {
	lang  string
	words map[string]map[string]*word // by language and spelling
	terms map[string]int
	names []string // of each term
	stats []stat   // of each term
	forms map[entry]bool
	ix    *Index
	doc   int
	seen  []int // the terms of the current document
}

// word is what a spelling means.
type word struct {
	term  int
	parts []int // the terms of the parts of a compound
	stop  bool
	form  string
}

// stat is what the current document has of a term.
type stat struct {
	doc                    int // one more than the document's number
	title, heading, body   int
	section, best, current int
	currentSection         int
	postings               []posting
}

// Build makes the index of documents in a language. The same documents in the same order give the
// same index.
func Build(lang string, docs []Document) *Index {
	b := &builder{lang: lang, words: map[string]map[string]*word{}, terms: map[string]int{}, forms: map[entry]bool{}, ix: &Index{lang: lang, stop: stopWords[lang]}}
	b.readWords(docs)
	if compounding[lang] {
		b.splitCompounds()
	}
	for i, d := range docs {
		b.doc = i
		b.addDocument(d)
	}
	b.sortTerms()
	return b.ix
}

// readWords learns every word of the documents.
func (b *builder) readWords(docs []Document) {
	for _, d := range docs {
		for text := range texts(d) {
			for start, end := nextWord(text, 0); end >= 0; start, end = nextWord(text, end) {
				b.learn(b.langOf(d), text[start:end])
			}
		}
	}
}

func (b *builder) langOf(d Document) string { return cmp.Or(d.Lang, b.lang) }

// texts yields all that is searched of a document.
func texts(d Document) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		if !yield(d.Title) || !yield(d.Summary) {
			return
		}
		for _, k := range d.Keywords {
			if !yield(k) {
				return
			}
		}
		for _, s := range d.Sections {
			if !yield(s.Heading) || !yield(s.Text) {
				return
			}
		}
	}
}

// learn returns what a spelling means in a language.
func (b *builder) learn(lang, spelling string) *word {
	known := b.words[lang]
	if known == nil {
		known = map[string]*word{}
		b.words[lang] = known
	}
	w := known[spelling]
	if w == nil {
		w = &word{form: fold(spelling)}
		w.term = b.termOf(stem(lang, spelling))
		w.stop = b.ix.stop[w.form]
		b.forms[entry{w.form, w.term}] = true
		known[strings.Clone(spelling)] = w
	}
	return w
}

// termOf returns a term's number.
func (b *builder) termOf(name string) int {
	t, known := b.terms[name]
	if !known {
		t = len(b.names)
		b.terms[name] = t
		b.names = append(b.names, name)
		b.stats = append(b.stats, stat{})
		b.forms[entry{name, t}] = true
	}
	return t
}

// splitCompounds finds the parts of each compound among the other words.
func (b *builder) splitCompounds() {
	terms := map[string][]int{}
	for e := range b.forms {
		if !b.ix.stop[e.form] && len(e.form) > minPart {
			terms[e.form] = append(terms[e.form], e.term)
		}
	}
	for _, known := range b.words {
		for _, w := range known {
			first, second := splitCompound(w.form, func(s string) bool { return terms[s] != nil })
			if first != "" {
				w.parts = slices.Concat(terms[first], terms[second])
			}
		}
	}
}

// addDocument counts the words of a document and keeps what is shown of it.
func (b *builder) addDocument(d Document) {
	lang, kept := b.langOf(d), document{url: d.URL, kind: d.Kind, lang: d.Lang, title: d.Title, sections: []section{{}}}
	b.seen = b.seen[:0]
	b.count(lang, d.Title, 0, func(s *stat, part int) {
		s.title = max(s.title, titleWeight-3*part)
		s.add(0, 4*headingWeight)
	})
	b.count(lang, d.Summary, 0, func(s *stat, part int) {
		s.heading = max(s.heading, summaryWeight-part)
		s.add(0, headingWeight)
	})
	for _, k := range d.Keywords {
		b.count(lang, k, 0, func(s *stat, part int) {
			s.heading = max(s.heading, headingWeight-part)
			s.add(0, 2*headingWeight)
		})
	}
	length := 0
	for i, sec := range d.Sections {
		if sec.Heading != "" && (i > 0 || sec.ID != "") {
			kept.sections = append(kept.sections, section{sec.Heading, sec.ID, shorten(sec.Text)})
		} else if last := &kept.sections[len(kept.sections)-1]; last.excerpt == "" {
			last.excerpt = shorten(sec.Text)
		}
		at := len(kept.sections) - 1
		b.count(lang, sec.Heading, at, func(s *stat, part int) {
			s.heading = max(s.heading, headingWeight-part)
			s.add(at, 2*headingWeight)
		})
		length += b.count(lang, sec.Text, -1-at, func(s *stat, part int) {
			s.body += 2 - part
			s.add(at, 2-part)
		})
	}
	if d.Summary != "" {
		kept.sections[0].excerpt = shorten(d.Summary)
	}
	for _, t := range b.seen {
		s := &b.stats[t]
		s.add(-1, 0)
		s.postings = append(s.postings, posting{b.doc, s.section, max(1, s.title+s.heading+bodyWeight(s.body, length))})
	}
	b.ix.docs, b.ix.boosts = append(b.ix.docs, kept), append(b.ix.boosts, boostOf(d))
}

// count calls do for each word of a text, and for each part of a compound with part = 1. It returns
// the number of words. Stop words of a body (a negative section) are left out.
func (b *builder) count(lang, text string, sec int, do func(s *stat, part int)) int {
	n, known := 0, b.words[lang]
	for start, end := nextWord(text, 0); end >= 0; start, end = nextWord(text, end) {
		w := known[text[start:end]]
		n++
		if w.stop && sec < 0 {
			continue
		}
		do(b.statOf(w.term), 0)
		for _, t := range w.parts {
			do(b.statOf(t), 1)
		}
	}
	return n
}

// statOf returns what the current document has of a term.
func (b *builder) statOf(term int) *stat {
	s := &b.stats[term]
	if s.doc != b.doc+1 {
		*s = stat{doc: b.doc + 1, postings: s.postings}
		b.seen = append(b.seen, term)
	}
	return s
}

// add counts n for a section; the section with the most is the term's.
func (s *stat) add(section, n int) {
	if section != s.currentSection {
		if s.current > s.best {
			s.best, s.section = s.current, s.currentSection
		}
		s.current, s.currentSection = 0, section
	}
	s.current += n
}

// bodyWeight is BM25's saturated frequency in levels, for a usual length of 300 words. Half counts
// are of parts of compounds.
func bodyWeight(halves, length int) int {
	if halves == 0 {
		return 0
	}
	return 1 + (bodyLevels*1000*halves)/(1000*halves+600+6*length)
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

// sortTerms numbers the terms by their first form, and cuts the table of forms into shards.
func (b *builder) sortTerms() {
	entries := make([]entry, 0, len(b.forms))
	for e := range b.forms {
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(x, y entry) int {
		return cmp.Or(strings.Compare(x.form, y.form), strings.Compare(b.names[x.term], b.names[y.term]))
	})
	number := make([]int, len(b.names))
	for i := range entries {
		e := &entries[i]
		if number[e.term] == 0 {
			b.ix.postings = append(b.ix.postings, b.stats[e.term].postings)
			number[e.term] = len(b.ix.postings)
		}
		e.term = number[e.term] - 1
	}
	b.ix.shards = cutShards(entries)
}

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
