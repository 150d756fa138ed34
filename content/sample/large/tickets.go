package large

import (
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"balie/content"
)

// ticketStep is one event of a ticket.
type ticketStep struct {
	kind    content.Kind
	minutes int // after the one before, at least
}

// ticketScripts are the sequences of a ticket's five events. The last one leaves a message
// unanswered.
var ticketScripts = [][]ticketStep{
	{{content.Received, 0}, {content.Assigned, 10}, {content.Reply, 30}, {content.Message, 200}, {content.Reply, 60}},
	{{content.Received, 0}, {content.Waiting, 45}, {content.Message, 90}, {content.Reply, 40}, {content.Solved, 5}},
	{{content.Received, 0}, {content.Reply, 90}, {content.Message, 400}, {content.Reply, 50}, {content.Confirmed, 300}},
	{{content.Received, 0}, {content.Note, 20}, {content.Hold, 30}, {content.Reply, 900}, {content.Solved, 1}},
	{{content.Received, 0}, {content.Assigned, 15}, {content.Reply, 25}, {content.Confirmed, 500}, {content.Rated, 2}},
	{{content.Received, 0}, {content.Reply, 60}, {content.Message, 120}, {content.Note, 30}, {content.Message, 240}},
}

// ticket writes the i-th ticket, which comes in at an instant; a fresh one has not been answered.
func (w *writer) ticket(i int, at time.Time, fresh bool) {
	r := random(i, 2)
	day := content.DateOf(at.In(w.zone))
	number := content.NewNumber(day, 1, w.numbersGiven[day])
	w.numbersGiven[day]++
	dir := content.TicketDir(number)
	service, customer := pick(r, services), r.IntN(4000)
	w.record(dir+"/ticket.yaml", &content.Ticket{
		Form: "contact", Lane: "standard", Channel: pick(r, []string{"form", "form", "form", "email", "api"}), Language: "en", Subject: service.name + ": " + pick(r, questions),
		Requester:    content.Requester{Name: pick(r, firstNames) + " " + pick(r, lastNames), Email: fmt.Sprintf("customer%04d@shop.example", customer), ID: fmt.Sprintf("shop-%04d", customer)},
		Organisation: fmt.Sprintf("%04d", customer%organisations), Fields: content.Map[string]{{Key: "site_id", Value: fmt.Sprintf("%04d", customer)}}, Follow: token(r),
	})
	script := pick(r, ticketScripts)
	if fresh {
		script = ticketScripts[len(ticketScripts)-1]
	}
	for n, step := range script {
		at = at.Add(time.Duration(step.minutes+r.IntN(1+step.minutes))*time.Minute + time.Duration(r.IntN(60))*time.Second)
		if last := Now().Add(-time.Duration(len(script)-n) * time.Minute); at.After(last) {
			at = last
		}
		e := w.stepEvent(r, step.kind, service.name)
		w.event(dir, content.EventName(at, e.Kind, e.Author), e)
	}
}

func (w *writer) stepEvent(r *rand.Rand, kind content.Kind, subject string) *content.Event {
	e := &content.Event{Kind: kind}
	if !kind.ByRequester() {
		e.Author = pick(r, staff)
	} else {
		e.Front = &content.Front{ID: content.Hex(fmt.Sprintf("%016x", r.Uint64()))}
	}
	switch kind {
	case content.Received, content.Message:
		e.Body = prose(r, asked, subject)
	case content.Reply, content.Waiting, content.Hold, content.Solved:
		e.Body = prose(r, answered, subject)
	case content.Note:
		e.Body = prose(r, noted, subject)
	case content.Assigned:
		e.Front = &content.Front{Assignee: pick(r, staff)}
	case content.Rated:
		e.Front.Score = 1 + r.IntN(5)
	}
	return e
}

// token is a follow page's: 26 letters of base32.
func token(r *rand.Rand) string {
	var random [24]byte
	for i := 0; i < len(random); i += 8 {
		binary.BigEndian.PutUint64(random[i:], r.Uint64())
	}
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(random[:]))[:26]
}
