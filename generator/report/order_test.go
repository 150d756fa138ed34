package report

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"balie/content"
	"balie/content/desk"
)

func inversionsOf(t *testing.T, s *story, now string) string {
	return lines(Staff(s.facts(now)).Table("inversions"), "at", "number", "by", "kind", "ahead", "first_ahead", "reason")
}

func TestInversions(t *testing.T) {
	s := newStory(t)
	first := s.ticket("", "2026-11-02T09:00 received", "2026-11-02T12:00 reply anna")
	second := s.ticket("", "2026-11-02T09:30 received", "2026-11-02T12:00 reply ben") // in the same second: not passed over
	third := s.ticket("", "2026-11-02T10:00 received", "2026-11-02T10:30 escalated ben {to: manager; reason: The shop is closed}", "2026-11-02T11:00 reply ben")
	s.ticket("", "2026-11-02T13:00 received", "2026-11-02T13:00:00 reply anna")
	waiting := s.ticket("", "2026-11-02T09:45 received", "2026-11-02T09:50 reply anna {partly: true}") // keeps its place for the rest
	want(t, "inversions", inversionsOf(t, s, "2026-11-02T14:00"), fmt.Sprintf(`
		2026-11-02T10:00:00Z %s ben reply 3 %s The shop is closed
		2026-11-02T08:50:00Z %s anna reply 2 %s -`, third, first, waiting, first))
	_ = second
}

// Which lane and demotion a ticket was in when another was answered counts, and not which it is in now.
func TestInversionsByLaneAndDemotion(t *testing.T) {
	s := newStory(t)
	standard := s.ticket("requester: {email: z@example.com}", "2026-11-02T09:00 received", "2026-11-02T15:00 reply anna")
	paid := s.ticket("", "2026-11-02T10:00 received", "2026-11-02T11:00 paid {reference: r; amount: 5.00 EUR}", "2026-11-02T11:00:01 lane {lane: priority}", "2026-11-02T12:00 reply anna") // ahead by payment
	s.ticket("lane: priority", "2026-11-02T09:30 received", "2026-11-02T09:31 paid {reference: r2; amount: 5.00 EUR}", "2026-11-02T12:30 reply anna")                                       // passed over by the one above
	demoted := s.ticket("requester: {email: a@example.com}", "2026-11-03T09:00 received", "2026-11-03T09:10 demoted anna {until: 2026-11-03T11:00; reason: Ten at once}", "2026-11-03T13:00 reply anna")
	s.ticket("", "2026-11-03T10:00 received", "2026-11-03T10:30 reply anna") // the demoted one was behind
	late := s.ticket("", "2026-11-03T10:05 received", "2026-11-03T11:30 reply anna")
	f := s.facts("2026-11-03T14:00")
	got := lines(Staff(f).Table("inversions"), "number", "ahead", "first_ahead")
	second := f.Tickets[2].Record.Number
	want(t, "inversions", got, fmt.Sprintf(`
		%s 1 %s
		%s 1 %s`, late, demoted, paid, second))
	want(t, "demotions", lines(Staff(f).Table("demotions"), "at", "number", "by", "until", "reason"), fmt.Sprintf(`
		2026-11-03T08:10:00Z %s anna 2026-11-03T10:00:00Z Ten at once`, demoted))
	_ = standard
}

// A ticket that was merged into another brings it its place.
func TestInversionsByMerging(t *testing.T) {
	s := newStory(t)
	other := s.ticket("", "2026-11-02T10:00 received", "2026-11-02T13:00 reply anna")
	survivor := s.ticket("requester: {email: a@example.com}", "2026-11-02T09:00 received", "2026-11-02T09:30 reply anna")
	s.ticket("requester: {email: a@example.com}", "2026-11-02T09:45 received", "2026-11-02T11:00 merged anna {into: \""+survivor+"\"}")
	quick := s.ticket("", "2026-11-02T11:30 received", "2026-11-02T12:00 reply ben")
	want(t, "inversions", inversionsOf(t, s, "2026-11-02T12:30"), fmt.Sprintf(`
		2026-11-02T11:00:00Z %s ben reply 2 %s -`, quick, survivor))
	_ = other
}

// TestInversionsAgainstTheQueue asks package desk, at the instant before each answer, for the queue, and counts who stood before the one that was answered.
func TestInversionsAgainstTheQueue(t *testing.T) {
	for seed := range uint64(16) {
		random := rand.New(rand.NewPCG(seed, 7))
		s := newStory(t)
		s.anything(random, 40)
		if seed%2 == 1 { // other lanes come first from a day on
			s.write("policy/2026-10-28.yaml", otherLanes())
		}
		tree := s.load().Tree
		now := s.at("2026-12-31T12:00")
		f := gather(t, tree, now)
		d, _ := desk.New(tree.Setup)
		got := map[string]int{}
		for _, i := range f.inversions(time.Time{}) {
			got[i.Ticket.Record.Number+i.At.String()] = i.Ahead
		}
		for _, ticket := range f.Tickets {
			for _, turn := range ticket.Turns {
				if turn.First == nil || ticket.Spam() {
					continue
				}
				want := passed(d, tree, f, ticket, turn.First.At)
				if key := ticket.Record.Number + turn.First.At.String(); got[key] != want {
					t.Errorf("seed %d: %s answered at %v: %d stood ahead, want %d", seed, ticket.Record.Number, turn.First.At, got[key], want)
				}
				delete(got, ticket.Record.Number+turn.First.At.String())
			}
		}
		if len(got) > 0 {
			t.Errorf("seed %d: answers that nobody gave: %v", seed, got)
		}
	}
}

// otherLanes is the policy with its lanes in another order, and another one first.
func otherLanes() string {
	first := "  - {id: priority, name: Priority, requires: payment, price: 5.00 EUR}\n"
	second := "  - {id: standard, name: Standard}\n"
	return strings.Replace(policy, first+second, "  - {id: fraud, name: Fraud}\n"+second+first, 1)
}

// passed counts those before a ticket in the queue a nanosecond before an instant that still waited after it; spam counts nowhere.
func passed(d *desk.Desk, tree *content.Tree, f *Facts, answered *Ticket, at time.Time) (n int) {
	for _, q := range d.Queue(tree, at.Add(-1), false) {
		if q.Ticket.Ticket == answered.Record {
			return n
		}
		i := slices.IndexFunc(f.Tickets, func(t *Ticket) bool { return t.Record == q.Ticket.Ticket })
		if f.Tickets[i].Spam() || len(q.Unanswered) == 0 {
			continue
		}
		if after := d.Ticket(q.Ticket.Ticket, tree, at); len(after.Unanswered) > 0 && waitedOn(f.Tickets[i], at) {
			n++
		}
	}
	return n
}

// waitedOn reports whether one turn went on over an instant.
func waitedOn(t *Ticket, at time.Time) bool {
	return slices.ContainsFunc(t.Turns, func(turn Turn) bool { return turn.From.Before(at) && (turn.To.IsZero() || turn.To.After(at)) })
}

// anything writes tickets to which anything happened, in any order that time allows; some requesters are the same, some tickets were split off from others or merged.
func (s *story) anything(random *rand.Rand, n int) {
	begin := s.at("2026-10-05T08:00")
	var numbers []string
	for range n {
		at := begin.Add(time.Duration(random.IntN(40*24*3600)) * time.Second)
		keys := fmt.Sprintf("requester: {email: c%d@example.com}\nchannel: %s\n", random.IntN(n/4), []string{"form", "email", "staff"}[random.IntN(3)])
		if random.IntN(4) == 0 {
			keys += "lane: priority\n"
		}
		number := s.number(content.DateOf(at.In(s.zone)))
		events := []string{stamp(at) + " received"}
		for range random.IntN(9) {
			at = at.Add(time.Duration(1+random.IntN(4*24*3600)) * time.Second)
			if random.IntN(20) > 0 {
				events = append(events, stamp(at)+" "+something(random, at, numbers))
				continue
			}
			child := s.number(content.DateOf(at.In(s.zone)))
			s.ticketNumbered(child, keys, stamp(at)+" received", stamp(at.Add(time.Hour))+" message", stamp(at.Add(20*time.Hour))+" reply ben")
			events = append(events, stamp(at)+" split anna {into: [\""+child+"\"]}")
		}
		s.ticketNumbered(number, keys, events...)
		numbers = append(numbers, number)
	}
}

func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// something is an event.
func something(random *rand.Rand, at time.Time, numbers []string) string {
	person := []string{"anna", "ben", "balie"}[random.IntN(3)]
	choices := []string{
		"message", "message", "message", "reply " + person, "reply anna", "reply ben", "reply anna {partly: true}", "waiting anna", "waiting ben silent", "hold anna", "hold ben silent",
		"reminder balie", "solved " + person, "solved anna silent", "closed balie", "reopened anna", "confirmed", "rated {score: 4}", "note ben", "call anna",
		"paid {reference: p; amount: 5.00 EUR}", "lane anna {lane: priority}", "lane anna {lane: standard; reason: Moved}", "escalated ben {to: boss; reason: Why}", "out_of_scope anna {reason: custom}",
		"demoted anna {until: " + stamp(at.Add(60*time.Hour)) + "; reason: Too many}", "assigned ben {assignee: ben}", "reply ben {answers: none}", "solved anna {answers: none}",
	}
	switch {
	case random.IntN(12) == 0:
		return "spam anna"
	case len(numbers) > 0 && random.IntN(6) == 0:
		return "merged anna {into: \"" + numbers[random.IntN(len(numbers))] + "\"}"
	}
	return choices[random.IntN(len(choices))]
}
