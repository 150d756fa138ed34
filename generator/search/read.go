package search

import (
	"cmp"
	"runtime"
	"strings"
	"sync"
)

// reader turns the texts of documents into words. Each spelling has a number.
type reader struct {
	lang      string
	docs      []Document
	first     int                         // the number of the first document
	numbers   map[string]map[string]int32 // by language
	spellings []spelling
	texts     []texts // of each document
	count     int     // of the words
	buffer    []int32
}

type spelling struct{ lang, word string }

// texts are the words of a document's texts.
type texts struct {
	title, summary []int32
	keywords       [][]int32
	headings       [][]int32 // of each section
	bodies         [][]int32
}

// docsEach is the number of documents that are worth a core of their own.
const docsEach = 50

// newReaders divides documents into runs, one for each core.
func newReaders(lang string, docs []Document) []*reader {
	readers := make([]*reader, min(runtime.GOMAXPROCS(0), len(docs)/docsEach+1))
	for i := range readers {
		first, end := len(docs)*i/len(readers), len(docs)*(i+1)/len(readers)
		readers[i] = &reader{lang: lang, docs: docs[first:end], first: first, numbers: map[string]map[string]int32{}}
	}
	return readers
}

// atOnce calls do for each number below n, all at once.
func atOnce(n int, do func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { do(i) })
	}
	all.Wait()
}

// readAll reads the reader's documents.
func (r *reader) readAll() {
	for _, d := range r.docs {
		r.texts = append(r.texts, r.readDocument(d))
	}
}

func (r *reader) readDocument(d Document) texts {
	lang := cmp.Or(d.Lang, r.lang)
	t := texts{title: r.readText(lang, d.Title), summary: r.readText(lang, d.Summary)}
	for _, k := range d.Keywords {
		t.keywords = append(t.keywords, r.readText(lang, k))
	}
	for _, s := range d.Sections {
		t.headings = append(t.headings, r.readText(lang, s.Heading))
		t.bodies = append(t.bodies, r.readText(lang, s.Text))
	}
	return t
}

// readText returns the words of a text.
func (r *reader) readText(lang, text string) []int32 {
	numbers := r.numbers[lang]
	if numbers == nil {
		numbers = map[string]int32{}
		r.numbers[lang] = numbers
	}
	if len(text) > cap(r.buffer)-len(r.buffer) {
		r.buffer = make([]int32, 0, max(1<<16, len(text)))
	}
	first := len(r.buffer)
	for start, end := nextWord(text, 0); end >= 0; start, end = nextWord(text, end) {
		n, isKnown := numbers[text[start:end]]
		if !isKnown {
			n = int32(len(r.spellings))
			word := strings.Clone(text[start:end])
			numbers[word] = n
			r.spellings = append(r.spellings, spelling{lang, word})
		}
		r.buffer = append(r.buffer, n)
	}
	r.count += len(r.buffer) - first
	return r.buffer[first:len(r.buffer):len(r.buffer)]
}
