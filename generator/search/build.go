package search

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
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
	names    []string // of the terms
	entries  map[entry]bool
	stats    []stat  // of each term
	current  []int32 // the terms of the current document
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
		numbers: map[spelling]int32{}, terms: map[string]int32{}, entries: map[entry]bool{},
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
		b.weighted = slices.Grow(b.weighted, 300*len(r.texts))
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
		b.entries[entry{w.form, name}] = true
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
		b.entries[entry{name, name}] = true
	}
	return t
}

// splitCompounds finds the parts of each compound among all words.
func (b *builder) splitCompounds(beside []*Index) {
	terms := map[string][]string{} // of each form
	add := func(e entry) {
		if !b.ix.stop[e.form] && utf8.RuneCountInString(e.form) >= minPart && !slices.Contains(terms[e.form], e.term) {
			terms[e.form] = append(terms[e.form], e.term)
		}
	}
	for e := range b.entries {
		add(e)
	}
	for _, part := range compoundParts[b.ix.lang] {
		add(entry{fold(part), stem(b.ix.lang, part)})
	}
	for _, ix := range beside {
		for _, shard := range ix.shards {
			for _, e := range shard {
				add(e)
			}
		}
	}
	for i := range b.words {
		if len(b.words[i].form) < 2*minPart {
			continue
		}
		first, second := splitCompound(b.words[i].form, minPart, func(s string) bool { return terms[s] != nil })
		for _, part := range []string{first, second} {
			for _, term := range terms[part] {
				b.words[i].parts = append(b.words[i].parts, b.termOf(term))
				b.entries[entry{part, term}] = true
			}
		}
	}
}

// sort puts the terms and their forms in order, and cuts the table of forms into shards.
func (b *builder) sort() {
	entries := slices.SortedFunc(maps.Keys(b.entries), func(x, y entry) int {
		return cmp.Or(strings.Compare(x.form, y.form), strings.Compare(x.term, y.term))
	})
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
