package search

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"balie/generator/markdown"
)

// large is a help centre of many articles.
type large struct {
	docs    []Document
	sources []string // in Markdown
	bytes   int      // of the texts
}

// makeLarge writes articles of 600 words in Dutch: the samples' words, the frequent ones as often
// as they are in the samples, and compounds of two of them for the rare ones. A third of an
// article's words are its own, so that it has about as many different ones as a real article has.
func makeLarge(t testing.TB, n int) large {
	c := readCorpus(t, "nl")
	w := &writer{Rand: rand.New(rand.NewPCG(7, 600)), count: map[string]int{}}
	for _, d := range c.all() {
		for text := range allTexts(d) {
			w.words = append(w.words, split(text)...)
		}
	}
	for _, word := range w.words {
		w.count[word]++
	}
	for _, word := range slices.Sorted(maps.Keys(w.count)) {
		if len(word) > 3 && strings.ToLower(word) == word && !stopWords["nl"][word] {
			w.long = append(w.long, word)
		}
	}
	var rare []string
	for range 25_000 {
		rare = append(rare, pick(w, w.long)+pick(w, w.long))
	}
	zipf := rand.NewZipf(w.Rand, 1.05, 20, uint64(len(rare)-1))
	var l large
	for i := range n {
		var topic []string
		for range 60 {
			topic = append(topic, pick(w, w.long))
		}
		sentence := func(n int) string {
			var words []string
			for range n {
				switch k := w.IntN(20); {
				case k < 7:
					words = append(words, pick(w, topic))
				case k < 9:
					words = append(words, rare[zipf.Uint64()])
				default:
					words = append(words, pick(w, w.words))
				}
			}
			return strings.Join(words, " ")
		}
		d := Document{URL: fmt.Sprintf("/help/s%d/%s-%d/", i%20, topic[0], i), Kind: Article, Title: topic[0] + " " + sentence(3), Summary: sentence(14) + ".", Keywords: topic[1:5]}
		source := ""
		for s := range 4 {
			var text []string
			for range 15 {
				text = append(text, sentence(10)+".")
			}
			heading := ""
			if s > 0 {
				heading = topic[s] + " " + sentence(3)
				source += "## " + heading + "\n\n"
			}
			d.Sections = append(d.Sections, Section{heading, "h-" + strings.ReplaceAll(heading, " ", "-"), strings.Join(text, " ")})
			source += strings.Join(text[:5], " ") + "\n\n- " + strings.Join(text[5:10], "\n- ") + "\n\n" + strings.Join(text[10:], " ") + "\n\n"
		}
		d.Sections[0].ID = ""
		l.docs, l.sources, l.bytes = append(l.docs, d), append(l.sources, source), l.bytes+len(source)
	}
	return l
}

func compressed(data []byte) int {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(data)
	w.Close()
	return b.Len()
}

// TestSize measures the index of 2,000 articles of 600 words, and what a search of it loads.
func TestSize(t *testing.T) {
	l := makeLarge(t, 2000)
	ix := Build("nl", l.docs)
	sizes, total := map[string]int{}, map[string]int{}
	files := map[string]int{}
	for _, f := range ix.Files() {
		kind, _, _ := strings.Cut(f.Name, "-")
		sizes[f.Name] = compressed(f.Data)
		total[kind] += sizes[f.Name]
		files[kind]++
		total["all"] += sizes[f.Name]
	}
	forms := 0
	for _, s := range ix.shards {
		forms += len(s)
	}
	n := 0
	for _, p := range ix.postings {
		n += len(p)
	}
	t.Logf("%d kB of text, %d kB compressed; %d forms, %d terms, %d postings; index, compressed: %v bytes in %v files", l.bytes/1000,
		compressed([]byte(strings.Join(l.sources, "")))/1000, forms, len(ix.postings), n, total, files)
	script, err := os.ReadFile("../../themes/default/assets/search.js")
	if err != nil {
		t.Fatal(err)
	}
	if n := compressed(script); n > 4000 {
		t.Errorf("the script is %d bytes compressed", n)
	}
	if total["all"] > l.bytes/4 {
		t.Errorf("the index is %d bytes compressed, of %d of text", total["all"], l.bytes)
	}
}

// BenchmarkBuild builds the index of 2,000 articles and its files. Its floor is goldmark on the
// same articles.
func BenchmarkBuild(b *testing.B) {
	l := makeLarge(b, 2000)
	md := markdown.New()
	b.Run("goldmark", func(b *testing.B) {
		for b.Loop() {
			for _, s := range l.sources {
				md.HTML(s, markdown.Options{IDs: true})
			}
		}
	})
	b.Run("index", func(b *testing.B) {
		for b.Loop() {
			Build("nl", l.docs).Files()
		}
	})
}

// BenchmarkSearch asks 2,000 articles 500 questions. A question's time is the best of all rounds,
// since a machine may have other work.
func BenchmarkSearch(b *testing.B) {
	l := makeLarge(b, 2000)
	ix := Build("nl", l.docs)
	queries := makeQueries("nl", l.docs[:40])
	times := make([]time.Duration, len(queries))
	for b.Loop() {
		for i, q := range queries {
			start := time.Now()
			Search(q.query, 10, ix)
			if took := time.Since(start); times[i] == 0 || took < times[i] {
				times[i] = took
			}
		}
	}
	slices.Sort(times)
	for name, at := range map[string]int{"p50-µs": len(times) / 2, "p99-µs": len(times) * 99 / 100, "max-µs": len(times) - 1} {
		b.ReportMetric(float64(times[at].Microseconds()), name)
	}
}
