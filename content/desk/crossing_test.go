package desk

import (
	"strings"
	"testing"

	"balie/content"
)

const crossingPolicy = plainPolicy + `closing: {reminders: [1, 2], notice: 3, close: 2}
`

// What the writer of an answer had not read is still owed, and the answer is a reply and no more.
func TestAnswersThatCross(t *testing.T) {
	const (
		received = "ticket 2604131 {channel: form}\n2026-04-13 10:00 received\n"
		stem     = "2026-04-13T080000Z-received"
		stop     = "2026-04-13 10:59:57 message: STOP, please do not delete the account\n"
		first    = "first_response (first) received 04-13 10:00 > 04-13 14:00 met 04-13 11:00\n"
		next     = "next_response (next) message 04-13 10:59:57 > 04-14 10:59:57 running"
		owed     = "standard open desk since 04-13 10:59:57, 1 wait"
	)
	for _, c := range []struct{ name, ticket, stands, clocks string }{
		{"solved: the message before it is owed", received + stop + "2026-04-13 11:00 solved {answers: " + stem + "}: Done: we deleted it", owed, first + next},
		{"without the key time decides", received + stop + "2026-04-13 11:00 solved: Done", "standard solved  since never, 0 wait", first[:len(first)-1]},
		{"reply", received + stop + "2026-04-13 11:00 reply {answers: " + stem + "}", owed, first + next},
		{"waiting", received + stop + "2026-04-13 11:00 waiting {answers: " + stem + "}: which?", owed, first + next},
		{"hold", received + stop + "2026-04-13 11:00 hold {answers: " + stem + "}: the bank", owed, first + next},
		{"call", received + stop + "2026-04-13 11:00 call {answers: " + stem + "}", owed, first + next},
		{"out of scope", received + stop + "2026-04-13 11:00 out_of_scope {reason: custom; answers: " + stem + "}: sorry", owed, first + next},
		{"solved without a text has no effect", received + stop + "2026-04-13 11:00 solved {answers: " + stem + "}",
			"standard new desk since 04-13 10:00, 2 wait", "first_response (first) received 04-13 10:00 > 04-13 14:00 running"},
		{"its reply answers and it has no effect", received + stop + "2026-04-13 11:00 reply {answers: " + stem + "}\n2026-04-13 11:00 solved {answers: " + stem + "}", owed, first + next},
		{"read nothing", received + "2026-04-13 11:00 reply {answers: none}", "standard open desk since 04-13 10:00, 1 wait", "first_response (first) received 04-13 10:00 > 04-13 14:00 running"},
		{"a name that no message has says what was read all the same", received + stop + "2026-04-13 11:00 reply {answers: 2026-04-13T085956Z-message}", owed, first + next},
		{"a misspelt name of the last message says that it was read", received + stop + "2026-04-13 11:00 reply {answers: 2026-04-13T085957Z-mesage}",
			"standard open requester since never, 0 wait", first[:len(first)-1]},
		{"a message of which nobody has read is answered by the next", received + stop + "2026-04-13 11:00 reply {answers: " + stem + "}\n2026-04-13 11:30 reply {answers: 2026-04-13T085957Z-message}",
			"standard open requester since never, 0 wait", first + "next_response (next) message 04-13 10:59:57 > 04-14 10:59:57 met 04-13 11:30"},
		{"a clock that is behind: the answer comes right after what it names", "ticket 2604131 {channel: form}\n2026-04-13 10:00 received\n2026-04-13 11:00 message\n2026-04-13 10:58 reply {answers: 2026-04-13T090000Z-message}",
			"standard open requester since never, 0 wait", first[:len(first)-1]},
		{"a message that staff noted under a name: the answer comes after it too", "ticket 2604131 {channel: form}\n2026-04-13 10:00 received\n2026-04-13 11:00 message zoe\n2026-04-13 10:58 reply {answers: 2026-04-13T090000Z-message-zoe}",
			"standard open requester since never, 0 wait", first[:len(first)-1]},
		{"a name that no message has does not move the answer", "ticket 2604131 {channel: form}\n2026-04-13 10:00 received\n2026-04-13 10:59:57 message\n2026-04-13 10:58 reply {answers: 2026-04-13T090000Z-message}",
			"standard open desk since 04-13 10:59:57, 1 wait", strings.Replace(first, "met 04-13 11:00", "met 04-13 10:58", 1) + next},
		{"what was answered before the crossing stays so", received + "2026-04-13 11:00 reply\n2026-04-13 12:00 message\n2026-04-13 12:30 waiting {answers: " + stem + "}: which?",
			"standard open desk since 04-13 12:00, 1 wait", first + "next_response (next) message 04-13 12:00 > 04-14 12:00 running"},
		{"in part", received + stop + "2026-04-13 11:00 reply {partly: true; answers: " + stem + "}", "standard open desk since 04-13 10:00, 2 wait", first + next},
	} {
		w := makeWorld(t, map[string]string{"2026-01-01": crossingPolicy + excludedYAML}, c.ticket)
		w.want(c.name, w.stands("2604131", "2026-04-13 13:00"), c.stands)
		w.want(c.name, w.lines(responses(w.Ticket(w.ticket("2604131"), w.tree, w.at("2026-04-13 13:00")).Clocks)), c.clocks)
	}
}

// A crossed solved meets no resolution, starts no closing, and counts no reopening.
func TestACrossedSolvedIsAReply(t *testing.T) {
	w := makeWorld(t, map[string]string{"2026-01-01": crossingPolicy}, `ticket 2604131 {channel: form}
		2026-04-13 10:00 received
		2026-04-13 10:59:57 message: STOP
		2026-04-13 11:00 solved {answers: 2026-04-13T080000Z-received}: Done`)
	w.want("clocks", w.told("2604131", "2026-04-20 12:00"), `acknowledgement (number) received 04-13 10:00 > 04-13 10:15 met 04-13 10:00
		first_response (first) received 04-13 10:00 > 04-13 14:00 met 04-13 11:00
		resolution (fix) received 04-13 10:00 > 04-15 10:00 overdue
		next_response (next) message 04-13 10:59:57 > 04-14 10:59:57 overdue`)
	w.want("due", w.due("2026-05-20 12:00"), "")
	if got := w.Ticket(w.ticket("2604131"), w.tree, w.at("2026-04-13 12:00")); len(got.AsReply) != 1 || len(got.NoEffect) != 0 {
		t.Errorf("as a reply %v, without effect %v", got.AsReply, got.NoEffect)
	}
}

// An answer whose clock is behind counts right after the message that it names, at that message's
// own time: for clocks, for the queue and for what is asked of an instant before. Its name stays.
func TestAnAnswerNeverComesBeforeItsMessage(t *testing.T) {
	w := makeWorld(t, map[string]string{"2026-01-01": crossingPolicy}, `ticket 2604131 {channel: form}
		2026-04-13 10:00 received
		2026-04-13 10:30 message {at: 2026-04-13T11:00}
		2026-04-13 10:40 reply {answers: 2026-04-13T083000Z-message}`)
	const wait = "standard new desk since 04-13 10:00, "
	for _, c := range []struct{ now, want string }{
		{"2026-04-13 10:59:59", wait + "1 wait"},
		{"2026-04-13 11:00", "standard open requester since never, 0 wait"},
	} {
		w.want(c.now, w.stands("2604131", c.now), c.want)
	}
	w.want("clocks", w.lines(responses(w.Ticket(w.ticket("2604131"), w.tree, w.at("2026-04-13 12:00")).Clocks)),
		"first_response (first) received 04-13 10:00 > 04-13 14:00 met 04-13 11:00")
	events := w.ticket("2604131").Events
	if answer := events[len(events)-1]; answer.Kind != content.Reply || answer.Name != "2026-04-13T084000Z-reply-anna" || !answer.At.Equal(w.at("2026-04-13 11:00")) {
		t.Errorf("last comes %s at %s", answer.Name, answer.At)
	}
}

// The clock of a message that crossed an answer belongs to the policy in force at the message.
func TestTheCrossingMessagesPolicy(t *testing.T) {
	w := makeWorld(t, map[string]string{
		"2026-01-01": officeYAML + "promises: [{id: old, clock: next_response, target: {within: 8h}}]\n",
		"2026-04-14": officeYAML + "promises: [{id: new, clock: next_response, target: {within: 1h}}]\n",
	}, `ticket 2604131 {channel: form}
		2026-04-13 10:00 received
		2026-04-13 23:59:59 message
		2026-04-14 09:30 reply {answers: 2026-04-13T080000Z-received}`)
	w.want("the night before", w.told("2604131", "2026-04-14 10:00"), "next_response (old) message 04-13 23:59:59 > 04-14 17:00 running")
}

// An answer on the survivor names messages of the tickets that were merged into it, by their time.
func TestAnswersAcrossAMerge(t *testing.T) {
	const same = "requester: {email: a@x.example}"
	other := "ticket 2604132 {channel: form; " + same + "}\n2026-04-13 10:10 received\n2026-04-13 11:00 merged {into: \"" + number("2604131") + "\"}\n2026-04-13 11:30 message"
	for _, c := range []struct{ name, answer, want string }{
		{"names the other's first", "2026-04-13 12:00 reply {answers: 2026-04-13T081000Z-received}", "standard open desk since 04-13 11:30, 1 wait"},
		{"names the other's last", "2026-04-13 12:00 reply {answers: 2026-04-13T093000Z-message}", "standard open requester since never, 0 wait"},
		{"names the other's last, by a clock that is behind", "2026-04-13 11:29 reply {answers: 2026-04-13T093000Z-message}", "standard open requester since never, 0 wait"},
		{"names its own", "2026-04-13 12:00 reply {answers: 2026-04-13T080000Z-received}", "standard open desk since 04-13 10:10, 2 wait"},
	} {
		w := makeWorld(t, map[string]string{"2026-01-01": crossingPolicy}, "ticket 2604131 {channel: form; "+same+"}\n2026-04-13 10:00 received\n"+c.answer, other)
		w.want(c.name, w.stands("2604131", "2026-04-13 13:00"), c.want)
	}
}

// What the requester writes after the closing is owed, until an answer or a ticket that follows.
func TestAfterTheClosing(t *testing.T) {
	const closed = "ticket 2604131 {channel: form}\n2026-04-13 10:00 received\n2026-04-13 10:30 solved: done\n2026-04-15 17:00 closed balie\n"
	const late = closed + "2026-04-16 09:00 message\n"
	follow := func(at string) string {
		return "\n\nticket 2604161 {channel: form}\n" + at + " received\n" + at + " linked {ticket: \"" + number("2604131") + "\"; as: follow_up}"
	}
	const met, next = "first_response (first) received 04-13 10:00 > 04-13 14:00 met 04-13 10:30", "\nnext_response (next) message 04-16 09:00 > 04-16 17:00 "
	for _, c := range []struct{ name, ticket, stands, clocks string }{
		{"nothing", closed, "standard closed  since never, 0 wait", met},
		{"a message", late, "standard closed desk since 04-16 09:00, 1 wait", met + next + "running"},
		{"answered", late + "2026-04-16 10:00 reply", "standard closed  since never, 0 wait", met + next + "met 04-16 10:00"},
		{"answered in time by one who had not read it", late + "2026-04-16 10:00 reply {answers: 2026-04-13T080000Z-received}", "standard closed desk since 04-16 09:00, 1 wait", met + next + "running"},
		{"a word of thanks", late + "2026-04-16 10:00 solved", "standard closed  since never, 0 wait", met + next + "met 04-16 10:00"},
		{"a ticket that followed before", late + follow("2026-04-16 08:00"), "standard closed desk since 04-16 09:00, 1 wait", met + next + "running"},
		{"a ticket that follows", late + follow("2026-04-16 10:00"), "standard closed  since never, 0 wait", met + next + "cancelled 04-16 10:00"},
	} {
		w := makeWorld(t, map[string]string{"2026-01-01": crossingPolicy}, stories(c.ticket)...)
		w.want(c.name, w.stands("2604131", "2026-04-16 12:00"), c.stands)
		w.want(c.name, w.lines(responses(w.Ticket(w.ticket("2604131"), w.tree, w.at("2026-04-16 12:00")).Clocks)), c.clocks)
		queued := false
		for _, q := range w.Queue(w.tree, w.at("2026-04-16 12:00"), false) {
			queued = queued || q.Ticket.Ticket == w.ticket("2604131")
		}
		if owed := len(w.Ticket(w.ticket("2604131"), w.tree, w.at("2026-04-16 12:00")).Unanswered) > 0; queued != owed {
			t.Errorf("%s: in the queue: %v", c.name, queued)
		}
	}
}

// The requester's word makes a ticket solved, and an hour later closed, without an event.
func TestConfirmed(t *testing.T) {
	const (
		confirmed  = "ticket 2604131 {channel: form}\n2026-04-13 10:00 received\n2026-04-13 10:30 reply\n2026-04-13 11:00 confirmed\n"
		unanswered = "ticket 2604131 {channel: form}\n2026-04-13 10:00 received\n2026-04-13 11:00 confirmed\n"
		taken      = "2026-04-13 11:30 reopened {id: \"00000000000000ab\"}\n"
	)
	for _, c := range []struct{ name, ticket, now, want string }{
		{"for an hour", confirmed, "2026-04-13 11:59:59", "standard solved  since never, 0 wait"},
		{"then", confirmed, "2026-04-13 12:00", "standard closed  since never, 0 wait"},
		{"said twice", confirmed + "2026-04-13 11:30 confirmed", "2026-04-13 12:00", "standard closed  since never, 0 wait"},
		{"a message within the hour", confirmed + "2026-04-13 11:59 message", "2026-04-14 12:00", "standard open desk since 04-13 11:59, 1 wait"},
		{"a message after it", confirmed + "2026-04-13 12:00 message", "2026-04-14 12:00", "standard closed desk since 04-13 12:00, 1 wait"},
		{"opened again by staff", confirmed + "2026-04-13 11:30 reopened", "2026-04-14 12:00", "standard open desk since 04-13 11:30, 0 wait"},
		{"taken back: the requester owed nothing, so the desk owes a word", confirmed + taken, "2026-04-14 12:00", "standard open desk since 04-13 11:30, 0 wait"},
		{"taken back while an answer was owed: it is owed since then", unanswered + taken, "2026-04-14 12:00", "standard open desk since 04-13 10:00, 1 wait"},
		{"taken back too late", unanswered + "2026-04-13 12:00 reopened {id: \"00000000000000ab\"}", "2026-04-14 12:00", "standard closed  since never, 0 wait"},
		{"a message makes the one before it unnecessary", unanswered + "2026-04-13 11:30 message", "2026-04-14 12:00", "standard open desk since 04-13 11:30, 1 wait"},
		{"answered, solved and reopened, nothing waits from before", unanswered + taken + "2026-04-13 11:40 solved: so\n2026-04-13 11:50 reopened", "2026-04-14 12:00", "standard open desk since 04-13 11:50, 0 wait"},
		{"spam after all", confirmed + "2026-04-13 11:30 spam", "2026-04-14 12:00", "standard spam  since never, 0 wait"},
	} {
		w := makeWorld(t, map[string]string{"2026-01-01": crossingPolicy}, c.ticket)
		w.want(c.name, w.stands("2604131", c.now), c.want)
		w.want(c.name+", due", w.due("2026-05-13 12:00"), "")
	}
	w := makeWorld(t, map[string]string{"2026-01-01": crossingPolicy}, confirmed)
	w.want("clocks", w.told("2604131", "2026-05-13 12:00"), `acknowledgement (number) received 04-13 10:00 > 04-13 10:15 met 04-13 10:00
		first_response (first) received 04-13 10:00 > 04-13 14:00 met 04-13 10:30
		resolution (fix) received 04-13 10:00 > 04-15 10:30 met 04-13 11:00, requester 04-13 10:30-04-13 11:00`)
	w = makeWorld(t, map[string]string{"2026-01-01": crossingPolicy}, unanswered+taken+"2026-04-13 13:00 reply")
	w.want("clocks go on where it was taken back", w.told("2604131", "2026-04-13 13:30"), `acknowledgement (number) received 04-13 10:00 > 04-13 10:15 met 04-13 10:00
		first_response (first) received 04-13 10:00 > 04-13 14:00 met 04-13 13:00
		resolution (fix) received 04-13 10:00 > never paused, solved 04-13 11:00-04-13 11:30, requester 04-13 13:00-never`)
}
