package ingest

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"balie/content"
	"balie/ingest/commit"
	"balie/ingest/store"
)

// BenchmarkAcceptedBehind is how fast a submission is acknowledged while rows wait for git already.
func BenchmarkAcceptedBehind(b *testing.B) {
	tree := deskWith(b, 100)
	for _, clients := range []int{1, 64} {
		for _, backlog := range []int{0, 1_000, 100_000} {
			b.Run(fmt.Sprintf("clients=%d/backlog=%d", clients, backlog), func(b *testing.B) {
				s := openStore(b)
				fillStore(b, s, backlog)
				h, err := New(Config{
					Tree: func() *content.Tree { return tree }, Files: func() fs.FS { return fstest.MapFS{} },
					Theme: theme, Store: s, Committer: newMemory(b, nil), Now: func() time.Time { return friday },
				})
				if err != nil {
					b.Fatal(err)
				}
				ours := loaded(b, h, clients, clients*30+200)
				floor := loaded(b, newAppender(b), clients, clients*30+200)
				b.ReportMetric(ours.rate, "ack/s")
				b.ReportMetric(floor.rate, "floor-ack/s")
				b.ReportMetric(ours.p99, "p99-ms")
				b.ReportMetric(floor.p99, "floor-p99-ms")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// fillStore lets n tickets of the day before wait.
func fillStore(b *testing.B, s *store.Store, n int) {
	const together = 1000
	day := content.DateOf(friday).AddDays(-1)
	for first := 0; first < n; first += together {
		err := s.Write(context.Background(), func(tx *store.Tx) error {
			for i := first; i < min(n, first+together); i++ {
				dir := content.TicketDir(content.NewNumber(day, 1, i+1))
				err := tx.Put(store.Row{ID: fmt.Sprintf("%016x", i), Dir: dir, Token: fmt.Sprintf("%026d", i), Accepted: friday, Change: commit.Change{
					Message: "ticket: received", At: friday,
					Files: []commit.File{{Path: dir + "/ticket.yaml", Data: []byte(strings.Repeat("key: value\n", 30))}, {Path: dir + "/received.md", Data: []byte(strings.Repeat("It does not work. ", 40))}},
				}})
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
