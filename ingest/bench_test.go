package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"balie/content"
	"balie/content/load"
	"balie/ingest/commit"
	"balie/ingest/store"
	"balie/ingest/store/pgtest"
)

// BenchmarkAccepted is how fast a submission is acknowledged over HTTP, while git has none of it,
// beside the plainest handler that is as durable: it appends the body to a file and syncs it, once
// for all that come meanwhile. What the outbox keeps must cost nothing.
func BenchmarkAccepted(b *testing.B) {
	sqlite := func(b *testing.B) *store.Store { return openStore(b) }
	postgres := func(b *testing.B) *store.Store {
		s, err := store.OpenPostgres(b.Context(), pgtest.Start(b).Database(b))
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { s.Close() })
		return s
	}
	for _, setting := range []struct {
		name                    string
		open                    func(*testing.B) *store.Store
		tickets, backlog, mails int
	}{{"sqlite", sqlite, 100, 0, 0}, {"sqlite", sqlite, 100_000, 0, 0}, {"sqlite", sqlite, 100, 100_000, 0}, {"sqlite", sqlite, 100, 0, 100_000}, {"postgres", postgres, 100, 0, 0}} {
		tree := deskWith(b, setting.tickets)
		for _, clients := range []int{1, 64} {
			b.Run(fmt.Sprintf("%s/tickets=%d/backlog=%d/mails=%d/clients=%d", setting.name, setting.tickets, setting.backlog, setting.mails, clients), func(b *testing.B) {
				s := setting.open(b)
				fillStore(b, s, setting.backlog)
				fillOutbox(b, s, setting.mails)
				benchmarkAccepted(b, tree, s, clients)
			})
		}
	}
}

func benchmarkAccepted(b *testing.B, tree *content.Tree, s *store.Store, clients int) {
	h, err := New(Config{
		Tree: func() *content.Tree { return tree }, Files: func() fs.FS { return fstest.MapFS{} },
		Theme: theme, Store: s, Committer: newMemory(b, nil), Now: func() time.Time { return friday },
	})
	if err != nil {
		b.Fatal(err)
	}
	ours := loaded(b, h, clients, clients*100+200)
	floor := loaded(b, newAppender(b), clients, clients*100+200)
	b.ReportMetric(ours.rate, "ack/s")
	b.ReportMetric(floor.rate, "floor-ack/s")
	b.ReportMetric(ours.p99, "p99-ms")
	b.ReportMetric(floor.p99, "floor-p99-ms")
	b.ReportMetric(0, "ns/op")
}

// deskWith is the small desk with tickets of the day before.
func deskWith(b *testing.B, tickets int) *content.Tree {
	files := fstest.MapFS{}
	for name, text := range smallDesk {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	tree := load.Load(files, nil).Tree
	day := content.DateOf(friday).AddDays(-1)
	all := make([]*content.Ticket, tickets)
	for i := range all {
		number := content.NewNumber(day, 1, i+1)
		all[i] = &content.Ticket{Number: number, Dir: content.TicketDir(number), Subject: "s", Follow: fmt.Sprintf("%032d", i)}
	}
	return content.NewTree(tree.Setup, tree.Incidents, tree.Maintenance, all)
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

// fillOutbox lets n mails be sent.
func fillOutbox(b *testing.B, s *store.Store, n int) {
	const together = 1000
	for first := 0; first < n; first += together {
		err := s.Write(context.Background(), func(tx *store.Tx) error {
			for i := first; i < min(n, first+together); i++ {
				m := store.Mail{Event: fmt.Sprintf("tickets/2026/11/19/%d/2026-11-19T140000Z-received", i), Recipient: fmt.Sprintf("tickets/2026/11/19/%d", i), State: store.MailSent, Added: friday, Due: friday}
				if _, err := tx.PutMail(m); err != nil {
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

// measured is what a load found: answers a second, and the time in which 99 of 100 came.
type measured struct{ rate, p99 float64 }

// loaded hands in n submissions from some clients at once.
func loaded(b *testing.B, h http.Handler, clients, n int) measured {
	server := httptest.NewServer(h)
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
	took := make([][]time.Duration, clients)
	var wait sync.WaitGroup
	began := time.Now()
	for c := range clients {
		wait.Go(func() {
			for range n / clients {
				at := time.Now()
				resp, err := client.Post(server.URL+"/forms/contact", "application/json", strings.NewReader(question))
				if err != nil {
					b.Error(err)
					return
				}
				io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				if resp.StatusCode != http.StatusCreated {
					b.Errorf("answer %d", resp.StatusCode)
				}
				took[c] = append(took[c], time.Since(at))
			}
		})
	}
	wait.Wait()
	all := slices.Concat(took...)
	rate := float64(len(all)) / time.Since(began).Seconds()
	slices.Sort(all)
	return measured{rate, float64(all[len(all)*99/100].Microseconds()) / 1000}
}

// appender is the floor: a log whose writers share a sync.
type appender struct {
	mu      sync.Mutex
	file    *os.File
	waiting []chan error
	syncing bool
}

func newAppender(b *testing.B) *appender {
	f, err := os.Create(filepath.Join(b.TempDir(), "log"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { f.Close() })
	return &appender{file: f}
}

func (a *appender) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	done := make(chan error, 1)
	a.mu.Lock()
	_, writing := a.file.Write(body)
	a.waiting = append(a.waiting, done)
	if !a.syncing {
		a.syncing = true
		go a.sync()
	}
	a.mu.Unlock()
	if err := errors.Join(err, writing, <-done); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusCreated)
}

// sync syncs until nobody waits.
func (a *appender) sync() {
	for {
		a.mu.Lock()
		group := a.waiting
		a.waiting = nil
		if len(group) == 0 {
			a.syncing = false
			a.mu.Unlock()
			return
		}
		a.mu.Unlock()
		err := a.file.Sync()
		for _, done := range group {
			done <- err
		}
	}
}
