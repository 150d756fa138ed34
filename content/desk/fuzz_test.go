package desk

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"balie/content"
)

// randomTickets draws tickets whose events come in any order, at the same second, long ago and in the far future, and which are merged, split and demoted into and out of one another.
type randomTickets struct {
	tickets []*content.Ticket
	merges  map[*content.Event]content.MergeEffect
}

func newRandomTickets(tickets []*content.Ticket) randomTickets {
	r := randomTickets{tickets: tickets}
	r.merges = content.Merges(tickets, r.Ticket)
	return r
}

func (r randomTickets) Ticket(number string) *content.Ticket {
	if i := slices.IndexFunc(r.tickets, func(t *content.Ticket) bool { return t.Number == number }); i >= 0 {
		return r.tickets[i]
	}
	return nil
}

func (r randomTickets) MergeEffect(e *content.Event) content.MergeEffect { return r.merges[e] }

func (r randomTickets) MergedInto(number string) []*content.Ticket {
	return r.having(func(e *content.Event) bool {
		effect, ok := r.merges[e]
		return ok && effect == content.MergeCounts && e.Data().Into[0] == number
	})
}

func (r randomTickets) FollowUps(number string) []*content.Event {
	var links []*content.Event
	for _, t := range r.tickets {
		for _, e := range t.Events {
			if e.Kind == content.Linked && e.Data().As == content.FollowUp && e.Data().Ticket == number && t.Number != number {
				links = append(links, e)
			}
		}
	}
	return links
}

func (r randomTickets) SplitFrom(number string) *content.Ticket {
	if from := r.having(func(e *content.Event) bool {
		return e.Kind == content.Split && slices.Contains(e.Data().Into, number)
	}); len(from) > 0 {
		return from[0]
	}
	return nil
}

func (r randomTickets) having(is func(*content.Event) bool) []*content.Ticket {
	var list []*content.Ticket
	for _, t := range r.tickets {
		if slices.ContainsFunc(t.Events, is) {
			list = append(list, t)
		}
	}
	return list
}

func (r randomTickets) Demotions(who content.Requester) []*content.Event {
	var all []*content.Event
	for _, t := range r.tickets {
		for _, e := range t.Events {
			if e.Kind == content.Demoted && t.Requester.Key() == who.Key() {
				all = append(all, e)
			}
		}
	}
	return all
}

func drawTickets(r *rand.Rand) randomTickets {
	var all []*content.Ticket
	n := 1 + r.IntN(4)
	for i := range n {
		t := &content.Ticket{Number: fmt.Sprint(i), Dir: fmt.Sprint("tickets/", i), Form: "contact", Channel: pick(r, "form", "email", "staff"), Lane: pick(r, "", "standard", "priority", "emergency", "gone"),
			Requester: content.Requester{Email: pick(r, "", "a@x.example", "a@x.example", "b@x.example")}, Review: r.IntN(8) == 0}
		for range r.IntN(14) {
			t.Events = append(t.Events, drawEvent(r, n))
		}
		if r.IntN(4) > 0 {
			slices.SortStableFunc(t.Events, func(a, b *content.Event) int { return a.At.Compare(b.At) })
		}
		all = append(all, t)
	}
	return newRandomTickets(all)
}

func pick[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

func drawEvent(r *rand.Rand, tickets int) *content.Event {
	kinds := content.KindsOf(content.TicketCase)
	e := &content.Event{Kind: kinds[r.IntN(len(kinds))], Author: pick(r, "", "anna", content.Balie), Body: pick(r, "", "text"), Front: &content.Front{}}
	e.At = time.Unix(1775030400+int64(r.IntN(100))*3600, 0)
	if r.IntN(20) == 0 {
		e.At = pick(r, time.Time{}, time.Unix(1<<40, 0), time.Unix(-1<<40, 0), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC))
	}
	e.Front.Into = content.Numbers{fmt.Sprint(r.IntN(tickets))}
	e.Front.Lane = pick(r, "standard", "priority", "emergency", "gone")
	e.Front.Amount = content.Money{Cents: int64(r.IntN(2) * 500), Currency: "EUR"}
	e.Front.Until = e.At.Add(time.Duration(r.IntN(100)) * time.Hour)
	e.Front.Partly = r.IntN(3) == 0
	if r.IntN(4) == 0 { // of an unknown message: what was read goes by its time alone
		e.Front.Answers = pick(r, content.AnswersNone, "unknown")
		if e.Front.Answers != content.AnswersNone {
			e.ReadUntil = time.Unix(1775030400+int64(r.IntN(100))*3600, 0)
		}
	}
	if e.Kind == content.Linked && r.IntN(2) == 0 {
		e.Front.Ticket, e.Front.As = e.Front.Into[0], content.FollowUp
	}
	return e
}

const fuzzPolicy = queuePolicy + `
closing: {reminders: [1, 2], notice: 3, close: 2}
`

func checkTickets(t *testing.T, d *Desk, all randomTickets, now time.Time) {
	t.Helper()
	for _, ticket := range all.tickets {
		got := d.Ticket(ticket, all, now)
		if again := d.Ticket(ticket, all, now); fmt.Sprint(again.Clocks) != fmt.Sprint(got.Clocks) {
			t.Fatalf("ticket %s: two answers", ticket.Number)
		}
		open := 0
		for _, c := range got.Clocks {
			if c.Open() && (c.Name == content.FirstResponse || c.Name == content.NextResponse) {
				open++
			}
			checkClock(t, &c, now)
		}
		if open > 1 {
			t.Fatalf("ticket %s awaits %d responses", ticket.Number, open)
		}
		checkActions(t, d.ticketDue(ticket, all, now), got, now)
	}
}

func checkClock(t *testing.T, c *Clock, now time.Time) {
	t.Helper()
	if c.State == "" || c.Elapsed < 0 {
		t.Fatalf("%s is %q after %v", c.Name, c.State, c.Elapsed)
	}
	if c.Open() && !c.Ended.IsZero() {
		t.Fatalf("%s is open and ended %v", c.Name, c.Ended)
	}
	from := c.Started
	for _, p := range c.Pauses {
		if p.From.Before(from) || !p.To.IsZero() && !p.From.Before(p.To) || !c.Ended.IsZero() && p.To.After(c.Ended) {
			t.Fatalf("%s from %v to %v: pause %v to %v", c.Name, c.Started, c.Ended, p.From, p.To)
		}
		from = p.To
	}
}

func checkActions(t *testing.T, actions []Action, ticket Ticket, now time.Time) {
	t.Helper()
	for i, a := range actions {
		if a.At.After(now) {
			t.Fatalf("%s is due %v, after %v", a.Kind, a.At, now)
		}
		if ticket.Owes == content.OwesDesk {
			t.Fatalf("%s though the desk owes the answer", a.Kind)
		}
		if i > 0 && a.Kind == actions[i-1].Kind && a.At.Equal(actions[i-1].At) {
			t.Fatalf("%s twice", a.Kind)
		}
	}
}

func fuzzDesk(t testing.TB) *Desk {
	t.Helper()
	d, err := New(makeWorldUnchecked(t, fuzzPolicy))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestAnyEventsHaveAnAnswer(t *testing.T) {
	d := fuzzDesk(t)
	for seed := range uint64(600) {
		r := rand.New(rand.NewPCG(seed, 5))
		checkTickets(t, d, drawTickets(r), time.Unix(1775030400+int64(r.IntN(600))*3600, 0))
	}
}

func FuzzAnyEventsHaveAnAnswer(f *testing.F) {
	d := fuzzDesk(f)
	f.Add(uint64(1), int64(1775030400))
	f.Add(uint64(2), int64(1<<50))
	f.Add(uint64(3), int64(-1<<50))
	f.Fuzz(func(t *testing.T, seed uint64, now int64) {
		checkTickets(t, d, drawTickets(rand.New(rand.NewPCG(seed, 6))), time.Unix(now%(1<<45), 0))
	})
}
