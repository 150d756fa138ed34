package search

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// File is a file of an index.
type File struct {
	Name string // without a directory
	Data []byte
}

// The bytes at which a file is full, roughly: a search reads a few files, whole.
const (
	shardSize   = 12_000
	postingSize = 6_000
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
	Postings []int    `json:"postings"` // the first term of each file of postings
	Docs     []int    `json:"docs"`     // the first document of each file of documents
	Boosts   []int    `json:"boosts"`
}

// Files returns the files of the index, meta.json first. Each says of which version it is.
func (ix *Index) Files() []File {
	m := meta{Stop: ix.stopForms(), Compound: compounding[ix.lang], Words: []string{}, Boosts: ix.boosts}
	files := []File{{}}
	for i, shard := range ix.shards {
		m.Words = append(m.Words, shard[0].form)
		files = append(files, listFile("words", i, shardList(shard)))
	}
	lists, starts := chunk("postings", len(ix.postings), postingSize, func(list []byte, i int) []byte { return appendPostings(list, ix.postings[i]) })
	files, m.Postings = append(files, lists...), starts
	docs, starts := chunk("docs", len(ix.docs), docSize, func(list []byte, i int) []byte { return append(list, ix.docs[i].list()...) })
	files, m.Docs = append(files, docs...), starts
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

// shardList is the shard's forms, and their terms, each as the difference from the one before.
func shardList(shard []entry) []byte {
	forms, terms, last := make([]string, len(shard)), make([]int32, len(shard)), int32(0)
	for i, e := range shard {
		forms[i], terms[i], last = e.form, e.term-last, e.term
	}
	return fmt.Appendf(nil, "%s,%s", encode(strings.Join(forms, " ")), encode(terms))
}

// appendPostings appends two numbers for each posting: the document, as the difference from the one
// before, and the section and the weight.
func appendPostings(list []byte, postings []posting) []byte {
	list, last := append(list, '['), int32(0)
	for i, p := range postings {
		if i > 0 {
			list = append(list, ',')
		}
		list = strconv.AppendInt(list, int64(p.doc-last), 10)
		list = append(list, ',')
		list = strconv.AppendInt(list, int64(p.section)*16+int64(p.weight), 10)
		last = p.doc
	}
	return append(list, ']')
}

func (d document) list() []byte {
	sections := [][3]string{}
	for _, s := range d.sections {
		sections = append(sections, [3]string{s.heading, s.id, s.excerpt})
	}
	return encode([]any{d.url, d.kind, d.lang, d.title, sections})
}

// chunk puts n items into files of about a size. It returns the first item of each.
func chunk(kind string, n, size int, add func([]byte, int) []byte) (files []File, starts []int) {
	starts = []int{}
	var list []byte
	for i := range n {
		if list == nil {
			starts = append(starts, i)
		} else {
			list = append(list, ',')
		}
		list = add(list, i)
		if len(list) >= size || i == n-1 {
			files = append(files, listFile(kind, len(files), list))
			list = nil
		}
	}
	return files, starts
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
