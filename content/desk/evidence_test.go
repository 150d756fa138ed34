package desk

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"balie/content"
)

// stands is where a ticket stands: its lane, its state, who owes, since when, and how many messages wait.
func (w *world) stands(name, now string) string {
	w.Helper()
	t := w.Ticket(w.ticket(name), w.tree, w.at(now))
	return fmt.Sprintf("%s %s %s since %s, %d wait", t.Lane, t.State, t.Owes, w.short(t.Since), len(t.Unanswered))
}

// A call by which a ticket enters a lane is the evidence for that and no answer, whichever came first.
func TestACallAsEvidence(t *testing.T) {
	const (
		inForm  = "ticket 2604131 {channel: form; lane: emergency}\n2026-04-13 10:00 received\n"
		filed   = "ticket 2604131 {channel: form}\n2026-04-13 10:00 received\n"
		called  = "2026-04-13 10:20 call\n"
		moved   = "2026-04-13 10:25 lane {lane: emergency}\n"
		first   = "first_response (first) received 04-13 10:00 > 04-13 14:00 "
		fast    = "first_response (fast) call 04-13 10:20 > 04-13 11:20 "
		waiting = "emergency open desk since 04-13 10:00, 1 wait"
	)
	for _, c := range []struct{ name, ticket, now, stands, clocks string }{
		{"before the call it waits in the common lane", inForm + called, "2026-04-13 10:19", "standard new desk since 04-13 10:00, 1 wait", first + "running"},
		{"meant for the lane by its form, then the call", inForm + called, "2026-04-13 10:20", waiting, first + "cancelled 04-13 10:20\n" + fast + "running"},
		{"meant for it by staff, then the call", filed + "2026-04-13 10:05 lane {lane: emergency}\n" + called, "2026-04-13 11:00", waiting, first + "cancelled 04-13 10:20\n" + fast + "running"},
		{"the call first: an answer until staff say what it was", filed + called + moved, "2026-04-13 10:24", "standard open requester since never, 0 wait", first + "met 04-13 10:20"},
		{"from then on it never was one", filed + called + moved, "2026-04-13 10:25", waiting, first + "cancelled 04-13 10:25\n" + fast + "running"},
		{"in one second", filed + called + "2026-04-13 10:20 lane {lane: emergency}\n", "2026-04-13 10:20", waiting, first + "cancelled 04-13 10:20\n" + fast + "running"},
		{"what nobody answers is overdue by the lane's own promise", filed + called + moved, "2026-04-13 11:21", waiting, first + "cancelled 04-13 10:25\n" + fast + "overdue"},
		{"answered afterwards", filed + called + moved + "2026-04-13 11:00 reply", "2026-04-13 12:00", "emergency open requester since never, 0 wait",
			first + "cancelled 04-13 10:25\n" + fast + "met 04-13 11:00"},
		{"a later call is an answer", filed + called + moved + "2026-04-13 11:00 call", "2026-04-13 12:00", "emergency open requester since never, 0 wait",
			first + "cancelled 04-13 10:25\n" + fast + "met 04-13 11:00"},
		{"answered in between, nothing waits again", filed + called + "2026-04-13 10:22 reply\n" + moved, "2026-04-13 12:00", "emergency open requester since never, 0 wait",
			first + "met 04-13 10:22"},
		{"answered before, nothing waited", filed + "2026-04-13 10:10 reply\n" + called + moved, "2026-04-13 12:00", "emergency open requester since never, 0 wait",
			first + "met 04-13 10:10"},
		{"answered in part before", filed + "2026-04-13 10:10 reply {partly: true}\n" + called + moved, "2026-04-13 12:00", waiting,
			first + "met 04-13 10:10\nnext_response (next) reply 04-13 10:10 > 04-14 10:10 cancelled 04-13 10:25\nnext_response (next) call 04-13 10:20 > 04-14 10:20 running"},
		{"of two calls the last is the evidence, and the first the answer it was", filed + "2026-04-13 10:10 call\n2026-04-13 10:15 message\n" + called + moved, "2026-04-13 12:00",
			"emergency open desk since 04-13 10:15, 1 wait",
			first + "met 04-13 10:10\nnext_response (next) message 04-13 10:15 > 04-14 10:15 cancelled 04-13 10:25\nnext_response (next) call 04-13 10:20 > 04-14 10:20 running"},
		{"a message after the call waits with the one before it", filed + called + "2026-04-13 10:22 message\n" + moved, "2026-04-13 11:00", "emergency open desk since 04-13 10:00, 2 wait",
			first + "cancelled 04-13 10:25\n" + fast + "running"},
		{"out of the lane and into it again: the later call stays an answer", filed + called + moved + "2026-04-13 10:40 call\n2026-04-13 10:50 lane {lane: standard}\n2026-04-13 11:00 lane {lane: emergency}",
			"2026-04-13 12:00", "emergency open requester since never, 0 wait", first + "cancelled 04-13 10:25\n" + fast + "met 04-13 10:40"},
		{"a lane that asks for no call", filed + called + "2026-04-13 10:25 lane {lane: complaint}", "2026-04-13 12:00", "complaint open requester since never, 0 wait", first + "met 04-13 10:20"},
		{"a lane that asks for a payment", filed + called + "2026-04-13 10:25 paid {reference: r; amount: 5.00 EUR}\n2026-04-13 10:25 lane {lane: priority}", "2026-04-13 12:00",
			"priority open requester since never, 0 wait", first + "met 04-13 10:20"},
		{"on hold it stays, and the desk owes", filed + called + "2026-04-13 10:22 hold\n" + moved, "2026-04-13 11:00", "emergency on_hold desk since 04-13 10:00, 1 wait",
			first + "cancelled 04-13 10:25\n" + fast + "running"},
		{"closed is final", filed + called + "2026-04-13 10:22 confirmed\n2026-04-13 11:25 lane {lane: emergency}", "2026-04-13 12:00", "emergency closed  since never, 0 wait", first + "met 04-13 10:20"},
		{"taken for spam and reopened, it waits", filed + called + moved + "2026-04-13 10:30 spam\n2026-04-13 10:40 reopened", "2026-04-13 11:00", waiting,
			first + "cancelled 04-13 10:25\n" + fast + "running"},
		{"staff's own ticket, of which nobody waits", "ticket 2604131 {channel: staff; lane: emergency}\n2026-04-13 10:00 received anna\n" + called, "2026-04-13 11:00",
			"emergency open desk since 04-13 10:00, 0 wait", ""},
	} {
		w := makeWorld(t, map[string]string{"2026-01-01": plainPolicy}, c.ticket)
		w.want(c.name, w.stands("2604131", c.now), c.stands)
		w.want(c.name, w.lines(responses(w.Ticket(w.ticket("2604131"), w.tree, w.at(c.now)).Clocks)), c.clocks)
	}
}

// What is told of the evidence is the event as it stands in its file.
func TestEvidenceIsTheCallItself(t *testing.T) {
	w := makeWorld(t, map[string]string{"2026-01-01": plainPolicy}, `ticket 2604131 {channel: form}
		2026-04-13 10:00 received
		2026-04-13 10:20 call
		2026-04-13 10:25 lane {lane: emergency}`)
	record := w.ticket("2604131")
	call := record.Events[1]
	got := w.Ticket(record, w.tree, w.at("2026-04-13 11:00"))
	if got.Evidence != call || !got.Clocks[len(got.Clocks)-1].Started.Equal(call.At) || got.Clocks[len(got.Clocks)-1].Why != content.Call || got.Events != 3 || !got.Received.Equal(record.Events[0].At) || got.Unanswered[0] != record.Events[0] {
		t.Errorf("%+v", got)
	}
	if before := w.Ticket(record, w.tree, w.at("2026-04-13 10:24")); before.Evidence != nil {
		t.Errorf("evidence before staff said so: %v", before.Evidence.Name)
	}
	if call.Kind != content.Call {
		t.Error("the record was changed")
	}
}

// What a ticket brings to the one it is merged into waits there, also where it had been called about. What staff say of it later brings nothing more.
func TestEvidenceAndMerging(t *testing.T) {
	survivor := "ticket 2604132 {channel: form; requester: {email: a@x.example}}\n2026-04-13 09:00 received\n2026-04-13 09:30 reply"
	for _, c := range []struct{ name, lane, merged, want string }{
		{"moved before", "10:25", "10:30", "standard open desk since 04-13 10:00, 1 wait"},
		{"moved after", "10:30", "10:25", "standard open requester since never, 0 wait"},
	} {
		w := makeWorld(t, map[string]string{"2026-01-01": plainPolicy}, survivor, "ticket 2604131 {channel: form; requester: {email: a@x.example}}\n2026-04-13 10:00 received\n2026-04-13 10:20 call\n2026-04-13 "+
			c.lane+" lane {lane: emergency}\n2026-04-13 "+c.merged+" merged {into: \""+number("2604132")+"\"}")
		w.want(c.name, w.stands("2604132", "2026-04-13 11:00"), c.want)
		w.want(c.name+", the other", w.stands("2604131", "2026-04-13 11:00"), "emergency merged  since never, "+map[string]string{"moved before": "1", "moved after": "0"}[c.name]+" wait")
	}
}

// Nothing closes by rule what the evidence showed to be unanswered, and what a rule wrote before has no effect any more.
func TestNoClosingOnEvidence(t *testing.T) {
	const lane = "  - {id: emergency, name: E, requires: call}\n  - {id: standard, name: S}\n"
	const asked = "ticket 2604011 {channel: form}\n2026-04-01 10:00 received\n2026-04-01 11:00 call\n2026-04-01 11:05 waiting\n"
	for _, c := range []struct{ name, ticket, now, want string }{
		{"an answer by telephone, and a question: the closing runs", asked, "2026-04-17 17:00", "reminder 04-03 17:00\nreminder 04-08 17:00\nsolved 04-10 17:00 no_reaction\nclosed 04-17 17:00 no_reaction"},
		{"it was an emergency: nothing is due", asked + "2026-04-01 12:00 lane {lane: emergency}", "2026-12-01", ""},
		{"also when the notice is out", asked + "2026-04-03 17:00 reminder balie\n2026-04-08 17:00 reminder balie\n2026-04-10 17:00 solved balie {resolution: no_reaction}\n2026-04-13 10:00 lane {lane: emergency}", "2026-12-01", ""},
		{"asked with a text, which is an answer", asked + "2026-04-01 12:00 lane {lane: emergency}\n2026-04-01 12:30 waiting: which?", "2026-04-08 17:00", "reminder 04-03 17:00\nreminder 04-08 17:00"},
		{"meant for it from the start", "ticket 2604011 {channel: form; lane: emergency}\n2026-04-01 10:00 received\n2026-04-01 11:00 call\n2026-04-01 11:05 waiting", "2026-12-01", ""},
	} {
		w := makeWorld(t, map[string]string{"2026-01-01": closingPolicy + "lanes:\n" + lane}, c.ticket)
		w.want(c.name, w.due(c.now), c.want)
	}
}

// A queue of the past knows only what was known then.
func TestQueueBeforeAndAfterTheEvidence(t *testing.T) {
	w := makeWorld(t, map[string]string{"2026-01-01": queuePolicy},
		"ticket 2604131 {channel: form}\n2026-04-13 09:00 received",
		"ticket 2604132 {channel: form}\n2026-04-13 09:30 received\n2026-04-13 10:00 call\n2026-04-13 10:05 lane {lane: emergency}\n2026-04-13 10:30 reply",
		"ticket 2604133 {channel: form; lane: emergency}\n2026-04-13 09:40 received\n2026-04-13 10:10 call")
	for _, c := range []struct{ now, want string }{
		{"2026-04-13 09:59", "1 2 3"},
		{"2026-04-13 10:04", "1 3 2"},
		{"2026-04-13 10:05", "2 1 3"},
		{"2026-04-13 10:10", "2 3 1"},
		{"2026-04-13 10:30", "3 1 2"},
	} {
		if got := w.queue(c.now, false); got != c.want {
			t.Errorf("%s: %s, want %s", c.now, got, c.want)
		}
	}
}

// Whatever happened, what is known at an instant is what the events up to then say: later ones change nothing of it.
func TestNoEventReachesBack(t *testing.T) {
	d, evidence := fuzzDesk(t), 0
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 7))
		all := drawTickets(r)
		for _, t := range all.tickets { // in order, else it is no past that is cut off; unsplit, since a part begins at the split whenever its files were written
			t.Events = slices.DeleteFunc(t.Events, func(e *content.Event) bool { return e.Kind == content.Split })
			slices.SortStableFunc(t.Events, func(a, b *content.Event) int { return content.InOrder(content.TicketCase, a, b) })
		}
		all = newRandomTickets(all.tickets)
		now := time.Unix(1775030400+int64(r.IntN(100))*3600, 0)
		cut := all.until(now)
		for i, whole := range all.tickets {
			got, want := d.Ticket(whole, all, now), d.Ticket(cut.tickets[i], cut, now)
			if got.Evidence != nil {
				evidence++
			}
			if told(got) != told(want) {
				t.Fatalf("seed %d, ticket %d:\n%s\nand with the later events away:\n%s", seed, i, told(got), told(want))
			}
		}
	}
	if evidence < 20 {
		t.Errorf("only %d calls were evidence", evidence)
	}
}

func told(t Ticket) string {
	text := fmt.Sprintln(t.State, t.Owes, t.Lane, t.Since, len(t.Unanswered), t.Evidence)
	for _, c := range t.Clocks {
		text += fmt.Sprintln(c.Name, c.Promise.ID, c.Started, c.Due, c.State, c.Ended, c.Pauses)
	}
	return text
}

// until leaves later events out.
func (r randomTickets) until(now time.Time) randomTickets {
	var cut []*content.Ticket
	for _, t := range r.tickets {
		copied := *t
		copied.Events = slices.DeleteFunc(slices.Clone(t.Events), func(e *content.Event) bool { return e.At.After(now) })
		cut = append(cut, &copied)
	}
	return newRandomTickets(cut)
}
