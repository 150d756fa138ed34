package search

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
)

// File is a file of an index.
type File struct {
	Name string
	Data []byte
}

// The sizes in bytes at which a file is full.
const (
	shardSize   = 12_000
	postingSize = 8_000
	docSize     = 6_000
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
	return append(shards, entries[start:])
}

func head(form string) string {
	if r := []rune(form); len(r) > 3 {
		return string(r[:3])
	}
	return form
}

// meta is the file that a script reads first.
type meta struct {
	Stop     string   `json:"stop"`
	Compound bool     `json:"compound"`
	Words    []string `json:"words"` // the first form of each shard
	Terms    []int    `json:"terms"` // the first term of each chunk of postings
	Docs     []int    `json:"docs"`  // the first document of each chunk of documents
	Boosts   []int    `json:"boosts"`
}

// Files returns the files of the index.
func (ix *Index) Files() []File {
	m := meta{Compound: compounding[ix.lang], Words: []string{}, Terms: []int{}, Docs: []int{}, Boosts: ix.boosts}
	var files []File
	var stops []string
	for i, shard := range ix.shards {
		forms, terms, last := make([]string, len(shard)), make([]int, len(shard)), 0
		for j, e := range shard {
			forms[j], terms[j], last = e.form, e.term-last, e.term
			if ix.stop[e.form] && (j == 0 || shard[j-1].form != e.form) {
				stops = append(stops, e.form)
			}
		}
		if len(shard) > 0 {
			m.Words = append(m.Words, shard[0].form)
			files = append(files, file("w", i, map[string]any{"forms": strings.Join(forms, " "), "terms": terms}))
		}
	}
	var lists [][]int
	size := 0
	for t, postings := range ix.postings {
		if size > postingSize || t == 0 {
			if t > 0 {
				files = append(files, file("p", len(m.Terms)-1, map[string]any{"lists": lists}))
			}
			m.Terms, lists, size = append(m.Terms, t), nil, 0
		}
		list, last := []int{}, 0
		for _, p := range postings {
			list = append(list, p.doc-last, p.section*16+p.weight)
			last = p.doc
		}
		lists, size = append(lists, list), size+5*len(postings)+3
	}
	if lists != nil {
		files = append(files, file("p", len(m.Terms)-1, map[string]any{"lists": lists}))
	}
	var docs []any
	size = 0
	for i, d := range ix.docs {
		if size > docSize || i == 0 {
			if i > 0 {
				files = append(files, file("d", len(m.Docs)-1, map[string]any{"docs": docs}))
			}
			m.Docs, docs, size = append(m.Docs, i), nil, 0
		}
		sections := [][]string{}
		for _, s := range d.sections {
			sections = append(sections, []string{s.heading, s.id, s.excerpt})
			size += len(s.heading) + len(s.id) + len(s.excerpt)
		}
		docs = append(docs, []any{d.url, d.kind, d.lang, d.title, sections})
		size += len(d.url) + len(d.title)
	}
	if docs != nil {
		files = append(files, file("d", len(m.Docs)-1, map[string]any{"docs": docs}))
	}
	m.Stop = strings.Join(stops, " ")
	data, _ := json.Marshal(m)
	files = append([]File{{"meta.json", data}}, files...)
	stamp(files)
	return files
}

func file(kind string, n int, value any) File {
	data, err := json.Marshal(value)
	if err != nil {
		panic(err) // strings and numbers
	}
	return File{fmt.Sprintf("%s-%d.json", kind, n), data}
}

// stamp puts the version of all files into each.
func stamp(files []File) {
	hash := sha256.New()
	for _, f := range files {
		hash.Write(f.Data)
	}
	version := hex.EncodeToString(hash.Sum(nil)[:4])
	for i := range files {
		files[i].Data = append([]byte(`{"version":"`+version+`",`), files[i].Data[1:]...)
	}
}
