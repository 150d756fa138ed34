package report

import (
	"fmt"
	"io"
	"runtime"
	"testing"
	"time"

	"balie/content"
	"balie/content/desk"
)

// year is a tree of tickets of five events each, evenly over 2026: most are closed; of one in fifty the last message waits.
func year(b *testing.B, n int) *content.Tree {
	s := newStory(b)
	tree := s.load().Tree
	made := &content.Tree{Setup: tree.Setup, Tickets: make([]*content.Ticket, n)}
	begin := s.at("2026-01-01T00:00")
	for i := range n {
		at := begin.Add(time.Duration(i) * 365 * 24 * time.Hour / time.Duration(n))
		ticket := &content.Ticket{Number: fmt.Sprintf("%010d", i), Channel: []string{"form", "email"}[i%2], Organisation: fmt.Sprint(i % 300), Subject: "Question",
			Requester: content.Requester{Email: fmt.Sprintf("c%d-%d@example.com", i%300, asks(i/300))}}
		kinds := []content.Kind{content.Received, content.Reply, content.Message, content.Reply, content.Confirmed}
		if i%50 == 0 {
			kinds = []content.Kind{content.Received, content.Reply, content.Waiting, content.Message, content.Note}
		}
		for k, kind := range kinds {
			e := &content.Event{At: at.Add(time.Duration(k*(1+i%7)) * time.Hour), Kind: kind, Body: "Some words."}
			if !kind.ByRequester() {
				e.Author = "anna"
			}
			ticket.Events = append(ticket.Events, e)
		}
		made.Tickets[i] = ticket
	}
	return made
}

// asks is which of an organisation's people does: one of three, or now and then a fourth.
func asks(turn int) int {
	if turn%40 == 39 {
		return 3
	}
	return turn % 3
}

var end = time.Date(2026, 12, 31, 12, 0, 0, 0, time.UTC)

// touch reads each record and each of its events once: what any report must do at least.
func touch(tree *content.Tree) (n int) {
	for _, t := range tree.Tickets {
		for _, e := range t.Events {
			if !e.At.After(end) {
				n += len(e.Kind)
			}
		}
	}
	return n
}

func reports(tree *content.Tree, d *desk.Desk, cache *Cache) {
	f := Gather(tree, d, end, cache)
	Public(f)
	Staff(f)
}

// held is how many bytes stay in memory with facts.
func held(gather func() *Facts) float64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	f := gather()
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(f)
	return float64(after.HeapAlloc) - float64(before.HeapAlloc)
}

func BenchmarkReports(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		tree := year(b, n)
		d, err := desk.New(tree.Setup)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("touch-%d", n), func(b *testing.B) {
			for b.Loop() {
				touch(tree)
			}
		})
		b.Run(fmt.Sprintf("clocks-%d", n), func(b *testing.B) {
			for b.Loop() {
				for _, t := range tree.Tickets {
					d.Ticket(t, tree, end)
				}
			}
		})
		b.Run(fmt.Sprintf("all-%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				reports(tree, d, new(Cache))
			}
			b.ReportMetric(held(func() *Facts { return Gather(tree, d, end, new(Cache)) })/float64(n), "held-B/ticket")
		})
		b.Run(fmt.Sprintf("again-%d", n), func(b *testing.B) {
			var cache Cache
			reports(tree, d, &cache)
			for b.Loop() {
				reports(tree, d, &cache)
			}
		})
		b.Run(fmt.Sprintf("write-%d", n), func(b *testing.B) {
			r := Staff(Gather(tree, d, end, new(Cache)))
			for b.Loop() {
				for i := range r.Tables {
					r.Tables[i].CSV(io.Discard)
					r.Tables[i].JSON(io.Discard, end)
				}
			}
		})
	}
}
