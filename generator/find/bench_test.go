package find

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"balie/content"
	"balie/content/load"
	"balie/content/sample/large"
)

// manyTickets are 100,000: 5,000 of those of sample/large, each twenty times.
func manyTickets(b *testing.B) *content.Tree {
	dir := b.TempDir()
	if err := large.Tickets(dir, 5_000); err != nil {
		b.Fatal(err)
	}
	tree := load.Load(os.DirFS(dir), nil).Tree
	var all []*content.Ticket
	for n := range 20 {
		for i, t := range tree.Tickets {
			again := *t
			again.Number = fmt.Sprintf("%s%02d%06d", t.Number[:6], n, i)
			all = append(all, &again)
		}
	}
	return content.NewTree(tree.Setup, nil, nil, all)
}

// BenchmarkFind is a search beside its floor: every core looks through the same bytes for one word.
func BenchmarkFind(b *testing.B) {
	tree := manyTickets(b)
	var x Index
	before := heap()
	began := time.Now()
	tickets := x.Update(tree)
	b.Logf("first %d ms, holds %d MB", time.Since(began).Milliseconds(), (heap()-before)>>20)
	began = time.Now()
	x.Update(tree)
	b.Logf("again, nothing changed: %d ms", time.Since(began).Milliseconds())
	texts := make([][]byte, len(tickets.entries))
	size := 0
	for i, e := range tickets.entries {
		t := textsOf(e.ticket)
		texts[i] = []byte(strings.Join(t.keys, "\n") + "\n" + t.subject + "\n" + t.other)
		size += len(texts[i])
	}
	b.Logf("%d MB of text, %d words of %d MB", size>>20, len(x.words.starts), len(x.words.blob)>>20)
	for _, query := range []string{"zyxnothing", "checkout error", "customer0042@shop.example", "payment customer"} {
		b.Run("floor/"+query, func(b *testing.B) {
			best := time.Hour
			for b.Loop() {
				began := time.Now()
				content.OnAllCores(len(texts), func(i int) { bytes.Contains(texts[i], []byte(query)) })
				best = min(best, time.Since(began))
			}
			b.ReportMetric(float64(best.Microseconds())/1000, "ms-best")
		})
		b.Run("find/"+query, func(b *testing.B) {
			n := 0
			best := time.Hour
			for b.Loop() {
				began := time.Now()
				n = len(tickets.Find(query, large.Now()))
				best = min(best, time.Since(began))
			}
			b.ReportMetric(float64(n), "found")
			b.ReportMetric(float64(best.Microseconds())/1000, "ms-best")
		})
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
