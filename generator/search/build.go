package search

import (
	"maps"
	"slices"
)

// Index is one part of a language's index. It is immutable, and safe for use by many at once.
type Index struct {
	lang     string
	shards   [][]entry
	terms    []string    // sorted
	postings [][]posting // of each term, by document
	docs     []document
	boosts   []int // of each document
	stop     map[string]bool
}

// entry says which term a form stands for. A form with several terms has several entries.
type entry struct{ form, term string }

// posting says that a document has a term, and in which section above all.
type posting struct {
	doc             int32
	section, weight uint8
}

// document is what the index carries of a Document.
type document struct {
	url, lang, title string
	kind             Kind
	sections         []section // the first is the beginning
}

type section struct{ heading, id, excerpt string }

// builder gathers an index.
type builder struct {
	ix      *Index
	numbers map[spelling]int32 // of the words
	words   []word
	terms   map[string]int32
	names   []string            // of the terms
	forms   map[string][]string // the terms of each form
}

// word is what a spelling means in a language.
type word struct {
	form  string
	term  int32
	parts []int32 // the terms of the parts of a compound
	stop  bool
}

// Build makes the index of documents in a language. The words of the indexes beside are known as
// parts of compounds, too. The same documents in the same order give the same index.
func Build(lang string, docs []Document, beside ...*Index) *Index {
	b := &builder{
		ix:      &Index{lang: lang, stop: stopWords[lang], boosts: []int{}},
		numbers: map[spelling]int32{}, terms: map[string]int32{}, forms: map[string][]string{},
	}
	readers := newReaders(lang, docs)
	atOnce(len(readers), func(i int) { readers[i].readAll() })
	weighers := make([]*weigher, len(readers))
	for i, r := range readers {
		weighers[i] = &weigher{read: r}
		for _, s := range r.spellings {
			weighers[i].meanings = append(weighers[i].meanings, b.wordOf(s))
		}
	}
	if compoundParts[lang] != nil {
		b.splitCompounds(beside)
	}
	atOnce(len(weighers), func(i int) { weighers[i].weighAll(b.words, len(b.names)) })
	for _, w := range weighers {
		b.ix.docs, b.ix.boosts = append(b.ix.docs, w.docs...), append(b.ix.boosts, w.boosts...)
	}
	b.sort(weighers)
	return b.ix
}

// wordOf returns the word of a spelling.
func (b *builder) wordOf(s spelling) int32 {
	n, isKnown := b.numbers[s]
	if !isKnown {
		name := stem(s.lang, s.word)
		w := word{form: fold(s.word), term: b.termOf(name)}
		w.stop = b.ix.stop[w.form]
		b.addForm(w.form, name)
		n = int32(len(b.words))
		b.words = append(b.words, w)
		b.numbers[s] = n
	}
	return n
}

// termOf returns a term by its name. The name is one of its forms.
func (b *builder) termOf(name string) int32 {
	t, isKnown := b.terms[name]
	if !isKnown {
		t = int32(len(b.names))
		b.terms[name] = t
		b.names = append(b.names, name)
		b.addForm(name, name)
	}
	return t
}

func (b *builder) addForm(form, term string) {
	if terms := b.forms[form]; !slices.Contains(terms, term) {
		b.forms[form] = append(terms, term)
	}
}

// splitCompounds finds the parts of each compound among all words.
func (b *builder) splitCompounds(beside []*Index) {
	more := map[string][]string{} // forms that are not in the documents
	for _, part := range compoundParts[b.ix.lang] {
		term := stem(b.ix.lang, part)
		more[fold(part)], more[term] = []string{term}, []string{term}
	}
	for _, ix := range beside {
		for _, shard := range ix.shards {
			for _, e := range shard {
				more[e.form] = append(more[e.form], e.term)
			}
		}
	}
	isKnown := func(form string) bool {
		return !b.ix.stop[form] && (b.forms[form] != nil || more[form] != nil)
	}
	for i := range b.words {
		w := &b.words[i]
		first, second := splitCompound(w.form, minPart, isKnown)
		for _, form := range []string{first, second} {
			for _, term := range slices.Concat(b.forms[form], more[form]) {
				if t := b.termOf(term); !slices.Contains(w.parts, t) {
					w.parts = append(w.parts, t)
				}
				b.addForm(form, term)
			}
		}
	}
}

// sort puts the terms and their forms in order, and cuts the table of forms into shards.
func (b *builder) sort(weighers []*weigher) {
	entries := make([]entry, 0, len(b.forms))
	for _, form := range slices.Sorted(maps.Keys(b.forms)) {
		for _, term := range slices.Sorted(slices.Values(b.forms[form])) {
			entries = append(entries, entry{form, term})
		}
	}
	b.ix.shards = cutShards(entries)
	postings := gatherPostings(weighers, len(b.names))
	b.ix.terms = slices.Sorted(slices.Values(b.names))
	for _, name := range b.ix.terms {
		b.ix.postings = append(b.ix.postings, postings[b.terms[name]])
	}
}
