package outbox

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"balie/content"
	"balie/content/load"
	"balie/ingest/mail"
	"balie/ingest/store"
)

// receipts is how many mails one run of BenchmarkReceipts sends.
const receipts = 1000

// BenchmarkReceipts notes and sends the receipts of tickets that came together, beside two floors
// in the same run: the same mails, made beforehand, handed to the same server over one connection,
// and the same with a line that is synced to a file after each, as plain as a note can be.
func BenchmarkReceipts(b *testing.B) {
	var ours, floor, durable time.Duration
	for b.Loop() {
		b.StopTimer()
		d := newBench(b, map[string]string{"people.yaml": "anna: {name: Anna}\n"})
		d.run()
		d.now = d.now.Add(time.Second)
		d.openMany(receipts)
		b.StartTimer()
		began := time.Now()
		sent := d.run()
		ours += time.Since(began)
		b.StopTimer()
		if len(sent) != receipts {
			b.Fatalf("%d were sent", len(sent))
		}
		floor += d.sendMade(b, func() {})
		log, err := os.Create(filepath.Join(b.TempDir(), "log"))
		if err != nil {
			b.Fatal(err)
		}
		log.Truncate(receipts * 4) // else each sync writes the file's size too
		durable += d.sendMade(b, func() {
			log.WriteString("sent")
			log.Sync()
		})
		log.Close()
		b.StartTimer()
	}
	n := float64(b.N * receipts)
	b.ReportMetric(float64(ours.Microseconds())/n/1000, "ms/mail")
	b.ReportMetric(float64(floor.Microseconds())/n/1000, "floor-ms/mail")
	b.ReportMetric(float64(durable.Microseconds())/n/1000, "durable-floor-ms/mail")
	b.ReportMetric(float64(ours)/float64(floor), "x-floor")
	b.ReportMetric(float64(ours)/float64(durable), "x-durable-floor")
	b.ReportMetric(0, "ns/op")
}

// openMany writes tickets by form, each of another requester.
func (b *bench) openMany(n int) {
	for i := range n {
		dir := content.TicketDir(content.NewNumber(content.DateOf(friday), 1, i))
		b.files[dir+"/ticket.yaml"] = &fstest.MapFile{Data: fmt.Appendf(nil, "form: contact\nlane: standard\nchannel: form\nlanguage: fr\nsubject: Page blanche\nrequester: {name: Zoé, email: zoe%d@commune.example}\nfollow: %s\n", i, strings.Repeat(string(rune('a'+i%26)), 26))}
		b.files[dir+"/2026-11-20T140000Z-received.md"] = &fstest.MapFile{Data: fmt.Appendf(nil, "---\nid: \"%08x\"\n---\nLa page reste blanche après la commande %d.\n", i, i)}
	}
	b.loaded = load.Load(b.files, nil)
}

// sendMade sends the mails of the store once more, and returns how long that took, with what is
// done after each.
func (b *bench) sendMade(t *testing.B, after func()) time.Duration {
	all, err := b.outbox.Store.LastMails(t.Context(), receipts)
	if err != nil {
		t.Fatal(err)
	}
	var messages []*mail.Message
	for _, m := range slices.Backward(all) {
		message, err := b.outbox.Compose(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		messages = append(messages, message)
	}
	began := time.Now()
	connection, err := mail.Server{Host: "localhost", Port: b.server.Port, TLS: "none"}.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range messages {
		if err := connection.Send(m); err != nil {
			t.Fatal(err)
		}
		after()
	}
	connection.Close()
	return time.Since(began)
}

// BenchmarkNoteBesideOutbox looks through a reading of 100,000 tickets of which one is new, beside
// an outbox that has a mail of each of the others.
func BenchmarkNoteBesideOutbox(b *testing.B) {
	const tickets = 100_000
	for _, hears := range []string{"new", "overdue"} {
		b.Run("hears="+hears, func(b *testing.B) {
			d := newBench(b, map[string]string{"people.yaml": "anna: {name: Anna, email: anna@hulp.example, hears: [" + hears + "]}\n"})
			d.run()
			d.now = d.now.Add(time.Second)
			setup := d.loaded.Tree
			all := make([]*content.Ticket, tickets)
			for i := range all {
				all[i] = receivedTicket(i, d.now.AddDate(0, 0, -i/1000-1)) // a thousand a day
			}
			slices.SortFunc(all, func(x, y *content.Ticket) int { return strings.Compare(x.Number, y.Number) })
			fillOutbox(b, d.outbox.Store, all)
			d.start()
			tree := content.NewTree(setup.Setup, nil, nil, all)
			d.outbox.Tree = func() *content.Tree { return tree }
			if err := d.outbox.Note(b.Context()); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				b.StopTimer()
				n++
				d.now = d.now.Add(time.Second)
				tree = content.NewTree(setup.Setup, nil, nil, append(all[:tickets:tickets], receivedTicket(n, d.now)))
				b.StartTimer()
				if err := d.outbox.Note(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
			if mails, err := d.outbox.Store.LastMails(b.Context(), 1); err != nil || mails[0].State != store.MailWaits {
				b.Fatalf("%v, %v", mails, err)
			}
		})
	}
}

// receivedTicket is the i-th ticket by form, received at an instant.
func receivedTicket(i int, at time.Time) *content.Ticket {
	number := content.NewNumber(content.DateOf(at), 1, i)
	dir := content.TicketDir(number)
	return &content.Ticket{
		Number: number, Dir: dir, Form: "contact", Lane: "standard", Channel: "form", Language: "fr", Subject: "Page blanche",
		Requester: content.Requester{Email: fmt.Sprintf("zoe%d@commune.example", i)}, Follow: fmt.Sprintf("%026d", i),
		Events: []*content.Event{{Kind: content.Received, Path: dir + "/" + content.EventName(at, content.Received, "") + ".md", Name: content.EventName(at, content.Received, ""), At: at}},
	}
}

// fillOutbox lets the store know the receipts of tickets as sent.
func fillOutbox(b *testing.B, s *store.Store, all []*content.Ticket) {
	for some := range slices.Chunk(all, 1000) {
		err := s.Write(b.Context(), func(tx *store.Tx) error {
			for _, t := range some {
				at := t.Events[0].At
				if _, err := tx.PutMail(store.Mail{Event: eventName(t.Events[0]), Recipient: t.Dir, State: store.MailSent, Added: at, Due: at}); err != nil {
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
