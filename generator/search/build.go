package search

import (
	"maps"
	"slices"
)

// Index is one part of a language's index.
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
	ix       *Index
	numbers  map[spelling]int32 // of the words
	words    []word
	terms    map[string]int32
	names    []string            // of the terms
	forms    map[string][]string // the terms of each form
	stats    []stat              // of each term
	current  []int32             // the terms of the current document
	weighted []weighted
}

// word is what a spelling means in a language.
type word struct {
	form  string
	term  int32
	parts []int32 // the terms of the parts of a compound
	stop  bool
}

// weighted is a posting of a term.
type weighted struct {
	term int32
	posting
}

// Build makes the index of documents in a language. The words of the indexes beside are known as
// parts of compounds, too. The same documents in the same order give the same index.
func Build(lang string, docs []Document, beside ...*Index) *Index {
	b := &builder{
		ix:      &Index{lang: lang, stop: stopWords[lang], boosts: []int{}},
		numbers: map[spelling]int32{}, terms: map[string]int32{}, forms: map[string][]string{},
	}
	readers := readAll(lang, docs)
	words := make([][]int32, len(readers)) // of each reader's spellings
	for i, r := range readers {
		for _, s := range r.spellings {
			words[i] = append(words[i], b.wordOf(s))
		}
	}
	if compoundParts[lang] != nil {
		b.splitCompounds(beside)
	}
	b.stats = make([]stat, len(b.names))
	for i, r := range readers {
		b.weighted = slices.Grow(b.weighted, r.words)
		for _, t := range r.texts {
			doc := len(b.ix.docs)
			b.addDocument(int32(doc), docs[doc], t, words[i])
		}
	}
	b.sort()
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
func (b *builder) sort() {
	entries := make([]entry, 0, len(b.forms))
	for _, form := range slices.Sorted(maps.Keys(b.forms)) {
		for _, term := range slices.Sorted(slices.Values(b.forms[form])) {
			entries = append(entries, entry{form, term})
		}
	}
	b.ix.shards = cutShards(entries)
	postings := b.postings()
	b.ix.terms = slices.Sorted(slices.Values(b.names))
	for _, name := range b.ix.terms {
		b.ix.postings = append(b.ix.postings, postings[b.terms[name]])
	}
}

// postings returns the postings of each term.
func (b *builder) postings() [][]posting {
	counts := make([]int, len(b.stats))
	for _, w := range b.weighted {
		counts[w.term]++
	}
	all, lists := make([]posting, len(b.weighted)), make([][]posting, len(b.stats))
	for term, n := range counts {
		lists[term], all = all[:0:n], all[n:]
	}
	for _, w := range b.weighted {
		lists[w.term] = append(lists[w.term], w.posting)
	}
	return lists
}
