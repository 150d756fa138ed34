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
	names    []string    // of each term
	docs     []document
	boosts   []int // of each document
	stop     map[string]bool
}

// entry says which term a form stands for. A form with several terms has several entries.
type entry struct {
	form string
	term int32
}

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
	forms    map[entry]bool
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
		numbers: map[spelling]int32{}, terms: map[string]int32{}, forms: map[entry]bool{},
	}
	readers := readAll(lang, docs)
	words := make([][]int32, len(readers)) // of each reader's spellings
	for i, r := range readers {
		for _, s := range r.spellings {
			words[i] = append(words[i], b.wordOf(s))
		}
	}
	if compounding[lang] {
		b.splitCompounds(beside)
	}
	for i, r := range readers {
		b.weighted = slices.Grow(b.weighted, 300*len(r.texts))
		for _, t := range r.texts {
			doc := len(b.ix.docs)
			b.addDocument(int32(doc), docs[doc], t, words[i])
		}
	}
	b.numberTerms()
	return b.ix
}

// wordOf returns the word of a spelling.
func (b *builder) wordOf(s spelling) int32 {
	n, isKnown := b.numbers[s]
	if !isKnown {
		w := word{form: fold(s.word), term: b.termOf(stem(s.lang, s.word))}
		w.stop = b.ix.stop[w.form]
		b.forms[entry{w.form, w.term}] = true
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
		t = int32(len(b.stats))
		b.terms[name] = t
		b.ix.names = append(b.ix.names, name)
		b.stats = append(b.stats, stat{})
		b.forms[entry{name, t}] = true
	}
	return t
}

// splitCompounds finds the parts of each compound among all words.
func (b *builder) splitCompounds(beside []*Index) {
	names := map[string][]string{} // of the terms of each form
	add := func(form, name string) {
		if !b.ix.stop[form] && utf8.RuneCountInString(form) >= minPart && !slices.Contains(names[form], name) {
			names[form] = append(names[form], name)
		}
	}
	for e := range b.forms {
		add(e.form, b.ix.names[e.term])
	}
	for _, ix := range beside {
		for _, shard := range ix.shards {
			for _, e := range shard {
				add(e.form, ix.names[e.term])
			}
		}
	}
	for i := range b.words {
		if len(b.words[i].form) < 2*minPart {
			continue
		}
		first, second := splitCompound(b.words[i].form, minPart, func(s string) bool { return names[s] != nil })
		for _, name := range slices.Concat(names[first], names[second]) {
			b.words[i].parts = append(b.words[i].parts, b.termOf(name))
		}
	}
}

// numberTerms numbers the terms in the order of their forms, and cuts the table of forms into
// shards.
func (b *builder) numberTerms() {
	entries := make([]entry, 0, len(b.forms))
	for e := range b.forms {
		entries = append(entries, e)
	}
	names, postings := b.ix.names, b.postings()
	slices.SortFunc(entries, func(x, y entry) int {
		return cmp.Or(strings.Compare(x.form, y.form), strings.Compare(names[x.term], names[y.term]))
	})
	numbers := make([]int32, len(names)) // one more than the number
	b.ix.names = nil
	for i := range entries {
		e := &entries[i]
		if numbers[e.term] == 0 {
			b.ix.names, b.ix.postings = append(b.ix.names, names[e.term]), append(b.ix.postings, postings[e.term])
			numbers[e.term] = int32(len(b.ix.names))
		}
		e.term = numbers[e.term] - 1
	}
	b.ix.shards = cutShards(entries)
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
