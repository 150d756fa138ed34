package search

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// queriesEach is the number of queries in a language.
const queriesEach = 500

// vector is a query of a kind and what it finds: the digest of ten results, and where three of them
// are.
type vector struct{ kind, query, digest, urls string }

func (v vector) String() string {
	return fmt.Sprintf("%s\t%.80q\t%s\t%s", v.kind, v.query, v.digest, v.urls)
}

func answer(v vector, results []Result) vector {
	data, _ := json.Marshal(results)
	v.digest = fmt.Sprintf("%x", sha256.Sum256(data))[:8]
	v.urls = ""
	for _, r := range results[:min(3, len(results))] {
		v.urls += r.URL + " "
	}
	v.urls = strings.TrimSpace(v.urls)
	return v
}

// TestVectors asks 500 queries in each language.
func TestVectors(t *testing.T) {
	for _, lang := range languages {
		t.Run(lang, func(t *testing.T) {
			c, name := readCorpus(t, lang), "testdata/"+lang+"-queries.txt"
			parts := c.build(lang)
			var lines []string
			for _, v := range makeQueries(lang, c.all()) {
				lines = append(lines, answer(v, Search(v.query, 10, parts...)).String())
			}
			if *update {
				if err := os.WriteFile(name, []byte(strings.Join(lines, "\n")+"\n"), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			want := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
			if len(want) != queriesEach || len(lines) != queriesEach {
				t.Fatalf("%d queries and %d answers", len(lines), len(want))
			}
			for i, line := range lines {
				if line != want[i] {
					t.Errorf("got  %s\nwant %s", line, want[i])
				}
			}
		})
	}
}

// writer makes queries from the words of documents.
type writer struct {
	*rand.Rand
	lang  string
	docs  []Document
	words []string // with as many copies as there are in the documents
	long  []string // of these, the distinct ones of at least six letters that are not stop words
	count map[string]int
}

// makeQueries makes the queries of a language. They depend on the documents alone.
func makeQueries(lang string, docs []Document) []vector {
	w := &writer{Rand: rand.New(rand.NewPCG(20261129, uint64(len(docs)))), lang: lang, docs: docs, count: map[string]int{}}
	for _, d := range docs {
		for text := range allTexts(d) {
			for _, word := range split(text) {
				w.count[word]++
				w.words = append(w.words, word)
			}
		}
	}
	for _, word := range slices.Sorted(maps.Keys(w.count)) {
		if utf8.RuneCountInString(word) >= 6 && !stopWords[lang][fold(word)] {
			w.long = append(w.long, word)
		}
	}
	kinds := []string{"exact", "inflected", "typo", "typo", "prefix", "compound", "words", "words", "rare", "accents", "unknown"}
	var queries []vector
	for _, q := range hostile {
		queries = append(queries, vector{kind: "hostile", query: q})
	}
	for i := 0; len(queries) < queriesEach; i++ {
		kind := kinds[i%len(kinds)]
		queries = append(queries, vector{kind: kind, query: w.query(kind)})
	}
	return queries
}

// allTexts yields all that is searched of a document.
func allTexts(d Document) iter.Seq[string] {
	return func(yield func(string) bool) {
		list := append([]string{d.Title, d.Summary}, d.Keywords...)
		for _, s := range d.Sections {
			list = append(list, s.Heading, s.Text)
		}
		slices.Values(list)(yield)
	}
}

func split(text string) []string {
	var words []string
	for start, end := nextWord(text, 0); end >= 0; start, end = nextWord(text, end) {
		words = append(words, text[start:end])
	}
	return words
}

func pick[T any](w *writer, list []T) T { return list[w.IntN(len(list))] }

func (w *writer) query(kind string) string {
	word := pick(w, w.long)
	letters := []rune(word)
	switch kind {
	case "exact":
		return pick(w, w.words)
	case "inflected":
		return strings.TrimRight(word, "aeinst") + pick(w, []string{"", "e", "en", "n", "s", "er", "i", "o", "a", "ing", "ed", "é", "t", "ung"})
	case "typo":
		return w.mistake(letters)
	case "prefix":
		return string(letters[:2+w.IntN(len(letters)-2)])
	case "compound":
		return word + pick(w, []string{"", "s", "-", "en"}) + strings.ToLower(pick(w, w.long))
	case "words":
		text := split(pick(w, slices.Collect(allTexts(pick(w, w.docs)))))
		if len(text) == 0 {
			return word + " " + pick(w, w.long)
		}
		from := w.IntN(len(text))
		return strings.Join(text[from:min(len(text), from+2+w.IntN(5))], pick(w, []string{" ", " ", " ", ", ", "-", "  "}))
	case "rare":
		for w.count[word] > 1 {
			word = pick(w, w.long)
		}
		return word
	case "accents":
		return pick(w, []func(string) string{strings.ToUpper, fold, func(s string) string { return strings.ReplaceAll(s, "e", "é") }})(word)
	}
	w.Shuffle(len(letters), func(i, j int) { letters[i], letters[j] = letters[j], letters[i] })
	return string(letters)
}

// mistake makes one edit after the first letter.
func (w *writer) mistake(letters []rune) string {
	i := 1 + w.IntN(len(letters)-2)
	switch w.IntN(4) {
	case 0:
		return string(slices.Insert(slices.Clone(letters), i, 'a'+rune(w.IntN(26))))
	case 1:
		return string(slices.Delete(slices.Clone(letters), i, i+1))
	case 2:
		letters[i] = 'a' + rune(w.IntN(26))
	default:
		letters[i], letters[i+1] = letters[i+1], letters[i]
	}
	return string(letters)
}

// hostile are queries that nobody should have to think of.
var hostile = []string{
	"", " ", "?!…", "-", "404", "2-3", "iDEAL", "SEPA", "e-mail", "email", "E‑Mail", "e mail", "<script>alert(1)</script>", `"' OR 1=1 --`,
	"\x00", "betal\x00ing", "de het een", "the of and", "il la lo", "der die das", "le la les", "退款", "かな", "платёж", "Ελλάδας", "الدفع", "ß", "straße", "İstanbul",
	"ﬁnance", "½", "𝐡𝐞𝐥𝐥𝐨", "𠮷野家", "👍🏽", "⚠️", "é", "é", "a\u0301", "constructor", "__proto__", "toString hasOwnProperty", "NaN null undefined",
	strings.Repeat("betaling ", 1200), strings.Repeat("a", 3000), strings.Repeat("ab-", 3000), strings.Repeat("é", 999) + "𝐡𝐞", strings.Repeat("😀", 501) + " a",
	"a b c d e f g h i j k l m n o p q r s t u v w x y z", "\ud7ff\ue000\uffff", "verzendkostenverzendkosten", strings.Repeat("kosten", 12),
	"l'ordine dell’ordine", "d'accès", "C++ c# .net", "100%", "a_b", "x", "s",
}
