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
	lang      string
	ix        *Index
	spellings map[string]map[string]int32 // the word of each spelling in each language
	words     []word
	terms     map[string]int32
	stats     []stat  // of each term
	current   []int32 // the terms of the current document
	forms     map[entry]bool
}

// word is what a spelling means in a language.
type word struct {
	form  string
	term  int32
	parts []int32 // the terms of the parts of a compound
	stop  bool
}

// texts are the words of a document's texts.
type texts struct {
	title, summary []int32
	keywords       [][]int32
	headings       [][]int32 // of each section
	bodies         [][]int32
}

// Build makes the index of documents in a language. The words of the indexes beside are known as
// parts of compounds, too. The same documents in the same order give the same index.
func Build(lang string, docs []Document, beside ...*Index) *Index {
	b := &builder{
		lang: lang, ix: &Index{lang: lang, stop: stopWords[lang], boosts: []int{}},
		spellings: map[string]map[string]int32{}, terms: map[string]int32{}, forms: map[entry]bool{},
	}
	read := make([]texts, len(docs))
	for i, d := range docs {
		read[i] = b.readDocument(d)
	}
	if compounding[lang] {
		b.splitCompounds(beside)
	}
	for i, d := range docs {
		b.addDocument(int32(i), d, read[i])
	}
	b.numberTerms()
	return b.ix
}

func (b *builder) readDocument(d Document) texts {
	lang := cmp.Or(d.Lang, b.lang)
	t := texts{title: b.readText(lang, d.Title), summary: b.readText(lang, d.Summary)}
	for _, k := range d.Keywords {
		t.keywords = append(t.keywords, b.readText(lang, k))
	}
	for _, s := range d.Sections {
		t.headings = append(t.headings, b.readText(lang, s.Heading))
		t.bodies = append(t.bodies, b.readText(lang, s.Text))
	}
	return t
}

// readText returns the words of a text.
func (b *builder) readText(lang, text string) []int32 {
	known := b.spellings[lang]
	if known == nil {
		known = map[string]int32{}
		b.spellings[lang] = known
	}
	words := make([]int32, 0, len(text)/6)
	for start, end := nextWord(text, 0); end >= 0; start, end = nextWord(text, end) {
		w, isKnown := known[text[start:end]]
		if !isKnown {
			w = b.addWord(lang, text[start:end])
			known[strings.Clone(text[start:end])] = w
		}
		words = append(words, w)
	}
	return words
}

func (b *builder) addWord(lang, spelling string) int32 {
	w := word{form: fold(spelling), term: b.termOf(stem(lang, spelling))}
	w.stop = b.ix.stop[w.form]
	b.forms[entry{w.form, w.term}] = true
	b.words = append(b.words, w)
	return int32(len(b.words) - 1)
}

// termOf returns a term by its name. The name is one of its forms.
func (b *builder) termOf(name string) int32 {
	t, isKnown := b.terms[name]
	if !isKnown {
		t = int32(len(b.stats))
		b.terms[name] = t
		b.ix.names = append(b.ix.names, name)
		b.ix.postings = append(b.ix.postings, nil)
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
	names, postings := b.ix.names, b.ix.postings
	slices.SortFunc(entries, func(x, y entry) int {
		return cmp.Or(strings.Compare(x.form, y.form), strings.Compare(names[x.term], names[y.term]))
	})
	numbers := make([]int32, len(names)) // one more than the number
	b.ix.names, b.ix.postings = nil, nil
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
