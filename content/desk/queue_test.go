package desk

import (
	"fmt"
	"strings"
	"testing"

	"balie/content"
)

const queuePolicy = officeYAML + `
lanes:
  - {id: emergency, name: E, requires: call}
  - {id: priority, name: P, requires: payment, price: 5.00 EUR}
  - {id: standard, name: S}
promises: [{id: first, clock: first_response, target: {within: 4h}}]
fair_use: {open_tickets: 3, demotion: 5d, starvation: 16h}
`

// queue is who stands in the queue at an instant: the counters of the tickets' names, ! for one that is demoted.
func (w *world) queue(now string, all bool) string {
	w.Helper()
	var names []string
	for i, q := range w.Queue(w.tree, w.at(now), all) {
		want := i + 1
		if q.Owes == content.OwesNobody {
			want = 0
		}
		if q.Position != want {
			w.Errorf("position %d, want %d", q.Position, want)
		}
		name := strings.TrimLeft(q.Ticket.Ticket.Number[7:len(q.Ticket.Ticket.Number)-1], "0")
		if !q.DemotedUntil.IsZero() {
			name += "!"
		}
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

func TestQueueOrder(t *testing.T) {
	w := makeWorld(t, map[string]string{"2026-01-01": queuePolicy},
		`ticket 2604131 {channel: form}
			2026-04-13 09:05 received`,
		`ticket 2604132 {channel: form}
			2026-04-13 09:04 received
			2026-04-13 10:00 paid {reference: r; amount: 5.00 EUR}
			2026-04-13 10:00 lane {lane: priority}`,
		`ticket 2604133 {channel: form}
			2026-04-13 09:03 received
			2026-04-13 09:30 reply
			2026-04-13 11:00 message`,
		`ticket 2604134 {channel: form}
			2026-04-13 09:05 received`,
		`ticket 2604135 {channel: form}
			2026-04-13 09:01 received
			2026-04-13 09:10 waiting: which?`,
		`ticket 2604136 {channel: form}
			2026-04-13 09:02 received
			2026-04-13 09:20 solved: done`,
		`ticket 2604137 {channel: form}
			2026-04-13 09:00 received
			2026-04-13 10:30 reply {partly: true}`,
		`ticket 2604138 {channel: form}
			2026-04-13 09:06 received
			2026-04-13 09:40 call
			2026-04-13 09:45 lane {lane: emergency}
			2026-04-13 12:00 message`,
		`ticket 2604139 {channel: form}
			2026-04-14 09:06 received`)
	for _, c := range []struct{ now, want string }{
		{"2026-04-13 08:59", ""},
		{"2026-04-13 09:05", "7 5 6 3 2 1 4"},
		{"2026-04-13 09:46", "8 7 2 1 4 3 5"},
		{"2026-04-13 09:44", "7 2 1 4 3 5 8"},
		{"2026-04-13 11:30", "8 2 7 1 4 3 5"},
		{"2026-04-13 12:30", "8 2 7 1 4 3 5"},
		{"2026-04-14 12:30", "8 2 7 1 4 3 9 5"},
	} {
		if got := w.queue(c.now, false); got != c.want {
			t.Errorf("%s: %s, want %s", c.now, got, c.want)
		}
	}
	if got, want := w.queue("2026-04-14 12:30", true), "8 2 7 1 4 3 9 5 6"; got != want {
		t.Errorf("all: %s, want %s", got, want)
	}
}

func TestDemotion(t *testing.T) {
	stories := func(until string) []string {
		return []string{`ticket 2604131 {channel: form; requester: {email: Much@x.example}}
			2026-04-13 09:01 received
			2026-04-13 09:02 reply
			2026-04-13 09:30 demoted {until: ` + until + `; reason: much}`,
			`ticket 2604132 {channel: form; requester: {email: much@X.example}}
			2026-04-13 09:00 received`,
			`ticket 2604133 {channel: form; requester: {email: other@x.example}}
			2026-04-13 09:30 received`,
			`ticket 2604134 {channel: form; requester: {id: shop-1, email: much@x.example}}
			2026-04-13 09:40 received`}
	}
	w := makeWorld(t, map[string]string{"2026-01-01": queuePolicy}, stories("2026-04-13T15:00")...)
	for now, want := range map[string]string{"2026-04-13 09:29": "2 1", "2026-04-13 12:00": "3 4 2! 1!", "2026-04-13 14:59": "3 4 2! 1!", "2026-04-13 15:00": "2 3 4 1"} {
		if got := w.queue(now, false); got != want {
			t.Errorf("%s: %s, want %s", now, got, want)
		}
	}
	// A ticket that has waited 16 working hours goes behind nobody any more, and no demotion is longer than 5 days.
	w = makeWorld(t, map[string]string{"2026-01-01": queuePolicy}, stories("2026-05-13T15:00")...)
	for now, want := range map[string]string{"2026-04-14 16:59": "3 4 2! 1!", "2026-04-14 17:00": "2 3 4 1!", "2026-04-18 09:29": "2 3 4 1!", "2026-04-18 09:30": "2 3 4 1"} {
		if got := w.queue(now, false); got != want {
			t.Errorf("%s: %s, want %s", now, got, want)
		}
	}
	if got := w.Ticket(w.ticket("2604132"), w.tree, w.at("2026-04-13 12:00")).DemotedUntil; !got.Equal(w.at("2026-04-14 17:00")) {
		t.Errorf("demoted until %v", got)
	}
}

// A lane that the version in force no longer names keeps the rank it had.
func TestRankOfALaneThatIsGone(t *testing.T) {
	lanes := func(ids ...string) string {
		text := officeYAML + "lanes:\n"
		for _, id := range ids {
			text += fmt.Sprintf("  - {id: %s, name: N}\n", id)
		}
		return text
	}
	w := makeWorld(t, map[string]string{"2026-01-01": lanes("fraud", "standard"), "2026-04-14": lanes("complaint", "standard")},
		`ticket 2604131 {channel: form; lane: standard}
			2026-04-13 09:00 received`,
		`ticket 2604132 {channel: form; lane: fraud}
			2026-04-13 10:00 received`,
		`ticket 2604133 {channel: form; lane: complaint}
			2026-04-13 11:00 received`)
	for now, want := range map[string]string{"2026-04-13 12:00": "2 1 3", "2026-04-14 12:00": "2 3 1"} {
		if got := w.queue(now, false); got != want {
			t.Errorf("%s: %s, want %s", now, got, want)
		}
	}
	if got := w.Ticket(w.ticket("2604132"), w.tree, w.at("2026-04-14 12:00")).Lane; got != "fraud" {
		t.Errorf("in lane %s", got)
	}
}

func TestWithoutLanesAllIsStandard(t *testing.T) {
	w := makeWorld(t, map[string]string{"2026-01-01": officeYAML}, "ticket 2604131 {channel: form}\n2026-04-13 09:00 received")
	got := w.Ticket(w.ticket("2604131"), w.tree, w.at("2026-04-14"))
	if got.Lane != "standard" || got.Rank != 0 || len(got.Clocks) != 0 {
		t.Errorf("lane %s, rank %d, %d clocks", got.Lane, got.Rank, len(got.Clocks))
	}
}

func TestNoPolicyAtAll(t *testing.T) {
	w := makeWorld(t, nil, "ticket 2604131 {channel: email; requester: {email: a@x.example}}\n2026-04-13 09:00 received\n2026-04-13 10:00 waiting: which?")
	if got := w.queue("2026-04-14", false); got != "1" {
		t.Errorf("queue: %s", got)
	}
	if got := w.Promised(w.at("2026-04-14"), "", "form", "contact"); len(got) != 0 {
		t.Errorf("promised: %v", got)
	}
	if got := w.Due(w.tree, w.at("2026-05-14")); len(got) != 0 {
		t.Errorf("due: %v", got)
	}
}
