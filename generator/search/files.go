package search

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// File is a file of an index.
type File struct {
	Name string // without a directory
	Data []byte
}

// The bytes at which a file is full, roughly: a search reads a few files, whole.
const (
	shardSize   = 8_000
	postingSize = 4_500
	docSize     = 3_000
)

// cutShards cuts a table of forms where the first three letters change.
func cutShards(entries []entry) [][]entry {
	var shards [][]entry
	start, size := 0, 0
	for i, e := range entries {
		if size > shardSize && head(e.form) != head(entries[i-1].form) {
			shards = append(shards, entries[start:i])
			start, size = i, 0
		}
		size += len(e.form) + 3
	}
	if start < len(entries) {
		shards = append(shards, entries[start:])
	}
	return shards
}

func head(form string) string {
	n := 0
	for i := range form {
		if n++; n > 3 {
			return form[:i]
		}
	}
	return form
}

// meta is the file that a script reads first: where each other file begins.
type meta struct {
	Stop     string   `json:"stop"`
	Compound bool     `json:"compound"`
	Words    []string `json:"words"`    // the first form of each shard
	Postings []string `json:"postings"` // the first term of each file of postings
	Docs     []int    `json:"docs"`     // the first document of each file of documents
	Boosts   []int    `json:"boosts"`   // of each document
}

// Files returns the files of the index, meta.json first. Each says of which version it is.
func (ix *Index) Files() []File {
	m := meta{Stop: ix.stopForms(), Compound: compoundParts[ix.lang] != nil, Words: []string{}, Postings: []string{}, Docs: []int{}, Boosts: ix.boosts}
	files := []File{{}}
	for i, shard := range ix.shards {
		m.Words = append(m.Words, shard[0].form)
		files = append(files, listFile("words", i, shardList(shard)))
	}
	for first := 0; first < len(ix.terms); {
		list, next := ix.postingList(first)
		files = append(files, listFile("postings", len(m.Postings), list))
		m.Postings = append(m.Postings, ix.terms[first])
		first = next
	}
	for first := 0; first < len(ix.docs); {
		list, next := ix.docList(first)
		files = append(files, listFile("docs", len(m.Docs), list))
		m.Docs = append(m.Docs, first)
		first = next
	}
	files[0] = File{"meta.json", encode(m)}
	stamp(files)
	return files
}

// stopForms returns the stop words that the documents have.
func (ix *Index) stopForms() string {
	var forms []string
	for _, shard := range ix.shards {
		for i, e := range shard {
			if ix.stop[e.form] && (i == 0 || shard[i-1].form != e.form) {
				forms = append(forms, e.form)
			}
		}
	}
	return strings.Join(forms, " ")
}

// shardList is the shard's forms, and how each becomes its term.
func shardList(shard []entry) []byte {
	forms, edits := make([]string, len(shard)), make([]string, len(shard))
	for i, e := range shard {
		forms[i], edits[i] = e.form, edit(e.form, e.term)
	}
	return fmt.Appendf(nil, "%s,%s", encode(strings.Join(forms, " ")), encode(strings.Join(edits, " ")))
}

// edit says how a form becomes a term: a character that stands as far after "0" as letters are cut
// off at the end, then the letters that are put there.
func edit(form, term string) string {
	i := commonPrefix(form, term)
	return string('0'+rune(utf8.RuneCountInString(form[i:]))) + term[i:]
}

// postingList is a run of terms, then the postings of each. It returns where the next run begins.
func (ix *Index) postingList(first int) (list []byte, next int) {
	list = make([]byte, 0, 2*postingSize)
	for next = first; next < len(ix.terms) && len(list) < postingSize; next++ {
		list = appendPostings(list, ix.postings[next])
	}
	return append(encode(strings.Join(ix.terms[first:next], " ")), list...), next
}

// appendPostings appends a string with each posting: the document, as the difference from the one
// before, in digits; the weight, 1 as "a"; and the section, 1 as "A", 0 as nothing.
func appendPostings(list []byte, postings []posting) []byte {
	list, last := append(list, `,"`...), int32(0)
	for _, p := range postings {
		list = strconv.AppendInt(list, int64(p.doc-last), 10)
		list = append(list, 'a'-1+p.weight)
		if p.section > 0 {
			list = append(list, 'A'-1+p.section)
		}
		last = p.doc
	}
	return append(list, '"')
}

// docList is the number of a document, then it and those that follow. It returns where the next run
// begins.
func (ix *Index) docList(first int) (list []byte, next int) {
	list = strconv.AppendInt(nil, int64(first), 10)
	for next = first; next < len(ix.docs) && len(list) < docSize; next++ {
		d := ix.docs[next]
		sections := [][3]string{}
		for _, s := range d.sections {
			sections = append(sections, [3]string{s.heading, s.id, s.excerpt})
		}
		list = append(append(list, ','), encode([]any{d.url, d.kind, d.lang, d.title, sections})...)
	}
	return list, next
}

func listFile(kind string, n int, list []byte) File {
	return File{fmt.Sprintf("%s-%d.json", kind, n), fmt.Appendf(nil, `{"list":[%s]}`, list)}
}

func encode(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // there are only strings and numbers
	}
	return data
}

// stamp puts the version of the index into each file: the beginning of the SHA-256 of them all.
func stamp(files []File) {
	hash := sha256.New()
	for _, f := range files {
		hash.Write(f.Data)
	}
	version := hex.EncodeToString(hash.Sum(nil)[:4])
	for i, f := range files {
		files[i].Data = fmt.Appendf(nil, `{"version":"%s",%s`, version, f.Data[1:])
	}
}
