package desk

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"balie/content"
	"balie/content/load"
)

const benchPolicy = `
calendars:
  office: {hours: {mon-fri: ["09:00-12:30", "13:00-17:00"]}, holidays: [be]}
lanes:
  - {id: priority, name: P, requires: payment, price: 5.00 EUR}
  - {id: standard, name: S}
promises:
  - {id: number, clock: acknowledgement, calendar: always, target: {within: 15m}}
  - {id: fast, clock: first_response, lanes: [priority], target: {within: 1h}}
  - {id: first, clock: first_response, target: {within: 4h}}
  - {id: next, clock: next_response, target: {working_days: 1}}
  - {id: fix, clock: resolution, target: {within: 40h}}
  - {id: close, clock: closure, target: {working_days: 5}}
closing: {reminders: [2, 4], notice: 6, close: 5}
fair_use: {open_tickets: 5, demotion: 5d, starvation: 16h}
entitlement: {requesters_per_organisation: 3}
`

func benchDesk(b *testing.B) (*Desk, *content.Setup) {
	b.Helper()
	setup := makeWorldUnchecked(b, benchPolicy)
	d, err := New(setup)
	if err != nil {
		b.Fatal(err)
	}
	return d, setup
}

// benchTicket is the i-th of n tickets of a year: five events, one in six still without an answer.
func benchTicket(i, n int) *content.Ticket {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * 365 * 24 * time.Hour / time.Duration(n)).Truncate(time.Second)
	number := content.NewNumber(content.DateOf(at), 1, i)
	t := &content.Ticket{Number: number, Dir: content.TicketDir(number), Form: "contact", Channel: "form", Lane: "standard", Subject: "s", Requester: content.Requester{Email: fmt.Sprintf("a%d@x.example", i%5000)}}
	add := func(hours float64, kind content.Kind, author string) {
		t.Events = append(t.Events, &content.Event{At: at.Add(time.Duration(hours * float64(time.Hour))), Kind: kind, Author: author, Body: "text", Front: &content.Front{}})
	}
	add(0, content.Received, "")
	add(float64(i%40)/3, content.Waiting, "anna")
	add(20, content.Message, "")
	add(20+float64(i%30), content.Reply, "anna")
	switch i % 6 {
	case 0:
		add(60, content.Message, "")
	case 1:
		add(60, content.Waiting, "anna")
	default:
		add(60, content.Solved, "anna")
	}
	return t
}

func benchTree(b *testing.B, n int) (*Desk, *content.Tree) {
	b.Helper()
	d, setup := benchDesk(b)
	tree := &content.Tree{Setup: setup}
	for i := range n {
		tree.Tickets = append(tree.Tickets, benchTicket(i, n))
	}
	return d, tree
}

var benchNow = time.Date(2026, 12, 31, 12, 0, 0, 0, time.UTC)

// BenchmarkDue looks 20 years ahead.
func BenchmarkDue(b *testing.B) {
	cal := calendar(b, "Europe/Brussels", "mon-fri 09:00-12:30 13:00-17:00")
	from := at(b, cal.zone, "2026-04-03 15:30")
	if got := cal.due(from, 20*1950*time.Hour).Year(); got != 2046 && got != 2045 {
		b.Fatal(got)
	}
	for b.Loop() {
		cal.due(from, 20*1950*time.Hour)
	}
}

// BenchmarkElapsed looks 20 years back.
func BenchmarkElapsed(b *testing.B) {
	cal := calendar(b, "Europe/Brussels", "mon-fri 09:00-12:30 13:00-17:00")
	from, to := at(b, cal.zone, "2006-04-03 15:30"), at(b, cal.zone, "2026-04-03 15:30")
	cal.Elapsed(from, to)
	for b.Loop() {
		cal.Elapsed(from, to)
	}
}

// BenchmarkLayOut is what the first question about a year costs.
func BenchmarkLayOut(b *testing.B) {
	cal := calendar(b, "Europe/Brussels", "mon-fri 09:00-12:30 13:00-17:00")
	for b.Loop() {
		cal.layOut(2026)
	}
}

func BenchmarkTicket(b *testing.B) {
	d, tree := benchTree(b, 6)
	for b.Loop() {
		for _, t := range tree.Tickets {
			d.Ticket(t, tree, benchNow)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(tree.Tickets)), "ns/ticket")
}

// BenchmarkQueue100k derives and orders a year of 100,000 tickets, finished ones too. Run it with -cpu 1 to see one core; BenchmarkTouch100k beside it is the floor, BenchmarkLoad10k what loading costs.
func BenchmarkQueue100k(b *testing.B) {
	d, tree := benchTree(b, 100_000)
	b.ReportAllocs()
	for b.Loop() {
		if got := len(d.Queue(tree, benchNow, true)); got < 99_000 {
			b.Fatal(got)
		}
	}
	perTicket(b, 100_000)
}

// BenchmarkOpen100k is the same without the finished ones: what a page of the queue needs.
func BenchmarkOpen100k(b *testing.B) {
	d, tree := benchTree(b, 100_000)
	b.ReportAllocs()
	for b.Loop() {
		d.Queue(tree, benchNow, false)
	}
	perTicket(b, 100_000)
}

// BenchmarkTick100k is what tick asks.
func BenchmarkTick100k(b *testing.B) {
	d, tree := benchTree(b, 100_000)
	b.ReportAllocs()
	for b.Loop() {
		d.Due(tree, benchNow)
	}
	perTicket(b, 100_000)
}

// BenchmarkTouch100k reads each record and each of its events once, and nothing else.
func BenchmarkTouch100k(b *testing.B) {
	_, tree := benchTree(b, 100_000)
	sum := int64(0)
	for b.Loop() {
		for _, t := range tree.Tickets {
			sum += int64(len(t.Number) + len(t.Requester.Email))
			for _, e := range t.Events {
				sum += e.At.Unix() + int64(len(e.Kind)+len(e.Author)+len(e.Body))
			}
		}
	}
	runtime.KeepAlive(sum)
	perTicket(b, 100_000)
}

// BenchmarkLoad10k loads such tickets from disk, a tenth of them, on all cores.
func BenchmarkLoad10k(b *testing.B) {
	dir := b.TempDir()
	write := func(name, text string) {
		file := filepath.Join(dir, name)
		if os.MkdirAll(filepath.Dir(file), 0o777) != nil || os.WriteFile(file, []byte(text), 0o666) != nil {
			b.Fatal("write " + file)
		}
	}
	write("site.yaml", siteYAML)
	for i := range 10_000 {
		t := benchTicket(i, 10_000)
		write(t.Dir+"/ticket.yaml", "subject: s\nform: contact\nchannel: form\nlane: standard\nrequester: {email: "+t.Requester.Email+"}\n")
		for _, e := range t.Events {
			name := e.At.Format("2006-01-02T150405Z-") + string(e.Kind)
			if e.Author != "" {
				name += "-" + e.Author
			}
			write(t.Dir+"/"+name+".md", "---\n{}\n---\ntext\n")
		}
	}
	for b.Loop() {
		if n := len(load.Load(os.DirFS(dir), nil).Tree.Tickets); n != 10_000 {
			b.Fatal(n)
		}
	}
	perTicket(b, 10_000)
}

func perTicket(b *testing.B, tickets int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*tickets), "ns/ticket")
}
