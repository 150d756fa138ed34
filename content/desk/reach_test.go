package desk

import (
	"strings"
	"testing"

	"balie/content"
)

const answeredPolicy = officeYAML + "closing: {notice: 6, close: 2, answered: 3}\n"

// An answer without a reaction makes a ticket solved, and then closed. Never while the desk owes.
func TestClosingAfterAnAnswer(t *testing.T) {
	const answered = "ticket 2604011 {channel: form}\n2026-04-01 10:00 received\n2026-04-01 11:00 reply\n"
	const solvedAndClosed = "solved 04-07 17:00 no_reaction\nclosed 04-09 17:00 no_reaction"
	for _, c := range []struct{ name, ticket, now, want string }{
		{"not yet", answered, "2026-04-07 16:59:59", ""},
		{"closing time of the third working day, Easter Monday is none", answered, "2026-04-07 17:00", "solved 04-07 17:00 no_reaction"},
		{"and the end", answered, "2026-12-01", solvedAndClosed},
		{"written once", answered + "2026-04-07 17:00 solved balie {resolution: no_reaction}", "2026-12-01", "closed 04-09 17:00 no_reaction"},
		{"days count from the last answer", answered + "2026-04-02 11:00 reply", "2026-12-01", "solved 04-08 17:00 no_reaction\nclosed 04-10 17:00 no_reaction"},
		{"an answer by telephone", "ticket 2604011 {channel: form}\n2026-04-01 10:00 received\n2026-04-01 11:00 call", "2026-12-01", solvedAndClosed},
		{"a message ends it", answered + "2026-04-03 11:00 message", "2026-12-01", ""},
		{"a message just before it, written later", answered + "2026-04-07 16:59 message\n2026-04-07 17:00 solved balie {resolution: no_reaction}", "2026-12-01", ""},
		{"a message after the notice", answered + "2026-04-07 17:00 solved balie {resolution: no_reaction}\n2026-04-09 16:59 message", "2026-12-01", ""},
		{"a partial answer", "ticket 2604011 {channel: form}\n2026-04-01 10:00 received\n2026-04-01 11:00 reply {partly: true}", "2026-12-01", ""},
		{"an answer that a message crossed", "ticket 2604011 {channel: form}\n2026-04-01 10:00 received\n2026-04-01 10:59 message\n2026-04-01 11:00 solved {answers: 2026-04-01T080000Z-received}: so", "2026-12-01", ""},
		{"the message that crossed was answered too", "ticket 2604011 {channel: form}\n2026-04-01 10:00 received\n2026-04-01 10:59 message\n2026-04-01 11:00 solved {answers: 2026-04-01T080000Z-received}: so\n2026-04-01 12:00 reply", "2026-12-01", solvedAndClosed},
		{"a word by rule is no answer", "ticket 2604011 {channel: form}\n2026-04-01 10:00 received\n2026-04-01 11:00 reply balie", "2026-12-01", ""},
		{"nothing said yet on staff's own ticket", "ticket 2604011 {channel: staff}\n2026-04-01 10:00 received anna", "2026-12-01", ""},
		{"we asked something: that counts", answered + "2026-04-02 10:00 waiting: which?", "2026-04-13 17:00", "solved 04-13 17:00 no_reaction"},
		{"on hold", answered + "2026-04-02 10:00 hold: the bank", "2026-12-01", ""},
		{"opened again by staff", answered + "2026-04-02 10:00 solved\n2026-04-02 11:00 reopened", "2026-12-01", ""},
		{"merged", answered + "2026-04-02 10:00 merged {into: \"" + number("2604012") + "\"}\n\nticket 2604012 {channel: form; requester: {email: c2604011@x.example}}\n2026-04-01 10:00 received", "2026-12-01", ""},
		{"held for a look, and a person answered", strings.Replace(answered, "form", "form; review: true", 1), "2026-12-01", solvedAndClosed},
		{"held for a look, and nobody did", "ticket 2604011 {channel: form; review: true}\n2026-04-01 10:00 received", "2026-12-01", ""},
	} {
		w := makeWorld(t, map[string]string{"2026-01-01": answeredPolicy}, stories(c.ticket)...)
		w.want(c.name, w.due(c.now), c.want)
	}
	w := makeWorld(t, map[string]string{"2026-01-01": answeredPolicy}, answered)
	if due := w.Due(w.tree, w.at("2026-12-01")); due[0].Answer != w.tree.Tickets[0].Events[1] || due[1].Answer != nil {
		t.Errorf("answers %v and %v", due[0].Answer, due[1].Answer)
	}
	w = makeWorld(t, map[string]string{"2026-01-01": closingPolicy}, answered)
	w.want("without such a rule", w.due("2026-12-01"), "")
}

// Nothing is closed by rule where its requester can't be told.
func TestClosingNeedsAVoice(t *testing.T) {
	const (
		asked   = "2026-04-01 10:00 received\n2026-04-01 11:00 waiting: which?\n"
		form    = "ticket 2604011 {channel: form; requester: {email: Jan@X.example}}\n" + asked
		bounced = " bounced balie {address: jan@x.EXAMPLE; reason: no such mailbox}\n"
		first   = "reminder 04-03 17:00"
		both    = "reminder 04-03 17:00\nreminder 04-08 17:00"
	)
	for _, c := range []struct {
		name, ticket, want string
		reach              Reach
	}{
		{"an address", form, both, Reached},
		{"none", "ticket 2604011 {channel: form; requester: {name: Jan}}\n" + asked, "", NoAddress},
		{"it bounced, whatever its case", form + "2026-04-01 11:01" + bounced, "", Bouncing},
		{"it bounced before the question", "ticket 2604011 {channel: form; requester: {email: jan@x.example}}\n2026-04-01 10:00 received\n2026-04-01 10:01" + bounced + "2026-04-01 11:00 waiting: which?", "", Bouncing},
		{"in the middle it stops there", form + "2026-04-03 17:00 reminder balie\n2026-04-03 17:01" + bounced, "", Bouncing},
		{"another address bounced before the question", form + "2026-04-01 10:59 bounced balie {address: old@x.example}", both, Reached},
		{"mended since: the question was not read", form + "2026-04-01 11:01 bounced balie {address: old@x.example}", "", Reached},
		{"mended, and asked again", form + "2026-04-01 11:01 bounced balie {address: old@x.example}\n2026-04-02 11:00 waiting: which?", "reminder 04-07 17:00", Reached},
		{"a message, and asked again", form + "2026-04-01 11:01" + bounced + "2026-04-01 12:00 message\n2026-04-01 13:00 waiting: which?", both, Reached},
		{"a message from before it, which a merge brings", form + "2026-04-01 11:01" + bounced + "2026-04-01 14:00 waiting: which?\n\nticket 2604012 {channel: form; requester: {email: jan@x.example}}\n2026-04-01 09:00 received\n2026-04-01 13:00 merged {into: \"" + number("2604011") + "\"}", "", Bouncing},
		{"solved", "ticket 2604011 {channel: form; requester: {phone: \"1\"}}\n2026-04-01 10:00 received\n2026-04-01 11:00 solved: so", "", NoAddress},
	} {
		w := makeWorld(t, map[string]string{"2026-01-01": closingPolicy}, stories(c.ticket)...)
		w.want(c.name, w.due("2026-04-08 17:00"), c.want)
		stands := w.Ticket(w.ticket("2604011"), w.tree, w.at("2026-04-08 17:00"))
		if got := w.Reach(stands.Ticket, &stands.TicketSnapshot); got != c.reach {
			t.Errorf("%s: %q, want %q", c.name, got, c.reach)
		}
		if next := w.Next(&stands, w.at("2026-04-08 17:00")); (next == nil) != (c.want == "") {
			t.Errorf("%s: next is %v", c.name, next)
		}
	}
	anyway := strings.Replace(closingPolicy, "close: 5", "close: 5, unreachable: close", 1)
	w := makeWorld(t, map[string]string{"2026-01-01": anyway}, form+"2026-04-01 11:01"+bounced)
	w.want("the policy closes anyway", w.due("2026-04-08 17:00"), both)
	w = makeWorld(t, map[string]string{"2026-01-01": closingPolicy, "2026-04-02": anyway}, form+"2026-04-01 11:01"+bounced)
	w.want("the policy in force at the question counts", w.due("2026-04-08 17:00"), "")
	w = makeWorld(t, map[string]string{"2026-01-01": closingPolicy}, form)
	w.want("and goes on", w.due("2026-04-03 17:00"), first)
}

// What lies before the day on which mail began to go out closes nothing, nor does a desk without
// mail, unless the policy says so.
func TestClosingSinceMailGoesOut(t *testing.T) {
	const asked = "ticket 2604011 {channel: form}\n2026-04-01 10:00 received\n2026-04-01 23:59:59 waiting: which?"
	for _, c := range []struct {
		name, closing, want string
		since               content.Date
	}{
		{"since that day", closingPolicy, "reminder 04-03 17:00", content.Date{Year: 2026, Month: 4, Day: 1}},
		{"since the next, in the site's zone", closingPolicy, "", content.Date{Year: 2026, Month: 4, Day: 2}},
		{"also where it closes anyway", strings.Replace(closingPolicy, "close: 5", "close: 5, unreachable: close", 1), "", content.Date{Year: 2026, Month: 4, Day: 2}},
		{"no mail", closingPolicy, "", content.Date{}},
		{"no mail, and it closes anyway", strings.Replace(closingPolicy, "close: 5", "close: 5, unreachable: close", 1), "reminder 04-03 17:00", content.Date{}},
	} {
		w := makeWorld(t, map[string]string{"2026-01-01": c.closing}, asked)
		if w.tree.Site.Mail.Since = c.since; c.since.IsZero() {
			w.tree.Site.Mail = nil
		}
		w.want(c.name, w.due("2026-04-03 17:00"), c.want)
	}
}

// Where no mail can bring the number, the first word by a person does.
func TestAcknowledgementWithoutMail(t *testing.T) {
	const number = "promises: [{id: number, clock: acknowledgement, target: {within: 1h}, strength: promise}]\n"
	const phone = "ticket 2604131 {channel: phone; requester: {phone: \"1\"}}\n2026-04-13 10:00 received\n"
	const mail = "ticket 2604131 {channel: email; requester: {email: a@x.example}}\n2026-04-13 10:00 received\n"
	for _, c := range []struct {
		name, ticket, want string
		noMail             bool
	}{
		{"nothing yet", phone + "2026-04-13 10:05 note", "running", false},
		{"a reply", phone + "2026-04-13 10:10 note\n2026-04-13 10:20 reply\n2026-04-13 10:25 reply", "met 04-13 10:20", false},
		{"a call", phone + "2026-04-13 10:20 call", "met 04-13 10:20", false},
		{"solved with a text", phone + "2026-04-13 10:20 solved: so", "met 04-13 10:20", false},
		{"solved without one says nothing", phone + "2026-04-13 10:20 solved", "running", false},
		{"by rule", phone + "2026-04-13 10:20 reply balie", "running", false},
		{"mail can go: a reply is not the number", mail + "2026-04-13 10:20 reply", "running", false},
		{"it went", mail + "2026-04-13 10:01 acknowledged balie\n2026-04-13 10:20 reply", "met 04-13 10:01", false},
		{"the desk has no mail", mail + "2026-04-13 10:20 reply", "met 04-13 10:20", true},
		{"by form at once", "ticket 2604131 {channel: form; requester: {phone: \"1\"}}\n2026-04-13 10:00 received", "met 04-13 10:00", true},
	} {
		w := makeWorld(t, map[string]string{"2026-01-01": officeYAML + number}, c.ticket)
		if c.noMail {
			w.tree.Site.Mail = nil
		}
		w.want(c.name, w.told("2604131", "2026-04-13 10:30"), "acknowledgement (number) received 04-13 10:00 > 04-13 11:00 "+c.want)
		w.want(c.name+": nothing is due by rule", w.due("2026-04-14"), "")
	}
}
