package desk

import (
	"testing"

	"balie/content"
)

// plain promises every clock of a ticket, with short names.
const plainPolicy = officeYAML + `
lanes:
  - {id: emergency, name: E, requires: call}
  - {id: priority, name: P, requires: payment, price: 5.00 EUR}
  - {id: complaint, name: C}
  - {id: standard, name: S}
promises:
  - {id: number, clock: acknowledgement, calendar: always, target: {within: 15m}}
  - {id: fast, clock: first_response, lanes: [priority, emergency], target: {within: 1h}}
  - {id: first, clock: first_response, target: {within: 4h}}
  - {id: fastnext, clock: next_response, lanes: [priority], target: {within: 2h}}
  - {id: next, clock: next_response, target: {within: 8h}}
  - {id: fix, clock: resolution, target: {within: 16h}}
  - {id: close, clock: closure, target: {working_days: 5}}
`

func TestClocks(t *testing.T) {
	for _, c := range []struct{ name, policy, ticket, now, want string }{
		{"by form the number is there at once", plainPolicy, `ticket 2604131 {channel: form}
			2026-04-13 10:00 received`, "2026-04-13 10:30", `
			acknowledgement (number) received 04-13 10:00 > 04-13 10:15 met 04-13 10:00
			first_response (first) received 04-13 10:00 > 04-13 14:00 running
			resolution (fix) received 04-13 10:00 > 04-15 10:00 running`},
		{"by mail when it was sent", plainPolicy, `ticket 2604131 {channel: email}
			2026-04-13 10:00 received
			2026-04-13 10:20 acknowledged balie`, "2026-04-13 10:30", `
			acknowledgement (number) received 04-13 10:00 > 04-13 10:15 missed 04-13 10:20
			first_response (first) received 04-13 10:00 > 04-13 14:00 running
			resolution (fix) received 04-13 10:00 > 04-15 10:00 running`},
		{"a note, an assignment and an automatic text answer nothing", plainPolicy, `ticket 2604131 {channel: form}
			2026-04-13 10:00 received
			2026-04-13 10:01 note
			2026-04-13 10:02 assigned {assignee: anna}
			2026-04-13 10:03 reply balie
			2026-04-13 10:04 waiting balie: which?`, "2026-04-13 10:30", `
			acknowledgement (number) received 04-13 10:00 > 04-13 10:15 met 04-13 10:00
			first_response (first) received 04-13 10:00 > 04-13 14:00 running
			resolution (fix) received 04-13 10:00 > 04-15 10:00 running`},
		{"a question and a call do", plainPolicy, `ticket 2604131 {channel: form}
			2026-04-13 10:00 received
			2026-04-13 11:00 waiting: which?
			2026-04-13 12:00 message
			2026-04-13 13:00 call`, "2026-04-13 13:30", `
			acknowledgement (number) received 04-13 10:00 > 04-13 10:15 met 04-13 10:00
			first_response (first) received 04-13 10:00 > 04-13 14:00 met 04-13 11:00
			resolution (fix) received 04-13 10:00 > never paused, requester 04-13 11:00-04-13 12:00, requester 04-13 13:00-never
			next_response (next) message 04-13 12:00 > 04-14 12:00 met 04-13 13:00`},
		{"solved answers what came after the first response, silently too", plainPolicy, `ticket 2604131 {channel: form}
			2026-04-13 10:00 received
			2026-04-13 11:00 reply
			2026-04-13 12:00 message
			2026-04-13 13:00 solved`, "2026-04-14 09:00", `
			acknowledgement (number) received 04-13 10:00 > 04-13 10:15 met 04-13 10:00
			first_response (first) received 04-13 10:00 > 04-13 14:00 met 04-13 11:00
			resolution (fix) received 04-13 10:00 > 04-15 11:00 met 04-13 13:00, requester 04-13 11:00-04-13 12:00
			next_response (next) message 04-13 12:00 > 04-14 12:00 met 04-13 13:00
			closure (close) solved 04-13 13:00 > 04-20 17:00 running`},
		{"but it is no first response", plainPolicy, `ticket 2604131 {channel: form}
			2026-04-13 10:00 received
			2026-04-13 11:00 solved`, "2026-04-13 15:00", `
			acknowledgement (number) received 04-13 10:00 > 04-13 10:15 met 04-13 10:00
			first_response (first) received 04-13 10:00 > 04-13 14:00 overdue
			resolution (fix) received 04-13 10:00 > 04-15 10:00 met 04-13 11:00
			closure (close) solved 04-13 11:00 > 04-20 17:00 running`},
		{"closed in time, nobody can miss it any more", plainPolicy, `ticket 2604131 {channel: form}
			2026-04-13 10:00 received
			2026-04-13 11:00 confirmed`, "2026-04-23 15:00", `
			acknowledgement (number) received 04-13 10:00 > 04-13 10:15 met 04-13 10:00
			first_response (first) received 04-13 10:00 > 04-13 14:00 cancelled 04-13 11:00
			resolution (fix) received 04-13 10:00 > 04-15 10:00 met 04-13 11:00`},
		{"closed too late, it was missed", plainPolicy, `ticket 2604131 {channel: form}
			2026-04-13 10:00 received
			2026-04-13 14:01 confirmed`, "2026-04-23 15:00", `
			acknowledgement (number) received 04-13 10:00 > 04-13 10:15 met 04-13 10:00
			first_response (first) received 04-13 10:00 > 04-13 14:00 missed 04-13 14:01
			resolution (fix) received 04-13 10:00 > 04-15 10:00 met 04-13 14:01`},
		{"a partial answer is one, and the rest is awaited", plainPolicy, `ticket 2604131 {channel: form}
			2026-04-13 10:00 received
			2026-04-13 11:00 reply {partly: true}
			2026-04-13 12:00 message
			2026-04-13 16:00 reply`, "2026-04-13 16:30", `
			acknowledgement (number) received 04-13 10:00 > 04-13 10:15 met 04-13 10:00
			first_response (first) received 04-13 10:00 > 04-13 14:00 met 04-13 11:00
			resolution (fix) received 04-13 10:00 > never paused, requester 04-13 16:00-never
			next_response (next) reply 04-13 11:00 > 04-14 11:00 met 04-13 16:00`},
		{"a reopening continues the resolution", plainPolicy, `ticket 2604131 {channel: form}
			2026-04-13 10:00 received
			2026-04-13 11:00 solved: done
			2026-04-14 11:00 message
			2026-04-14 12:00 reply
			2026-04-14 13:00 message`, "2026-04-14 14:00", `
			acknowledgement (number) received 04-13 10:00 > 04-13 10:15 met 04-13 10:00
			first_response (first) received 04-13 10:00 > 04-13 14:00 met 04-13 11:00
			resolution (fix) received 04-13 10:00 > 04-16 11:00 running, solved 04-13 11:00-04-14 11:00, requester 04-14 12:00-04-14 13:00
			closure (close) solved 04-13 11:00 > 04-20 17:00 met 04-14 11:00
			next_response (next) message 04-14 11:00 > 04-15 11:00 met 04-14 12:00
			next_response (next) message 04-14 13:00 > 04-15 13:00 running`},
		{"staff reopening too", plainPolicy, `ticket 2604131 {channel: form}
			2026-04-13 10:00 received
			2026-04-13 11:00 solved: done
			2026-04-14 11:00 reopened`, "2026-04-14 14:00", `
			acknowledgement (number) received 04-13 10:00 > 04-13 10:15 met 04-13 10:00
			first_response (first) received 04-13 10:00 > 04-13 14:00 met 04-13 11:00
			resolution (fix) received 04-13 10:00 > 04-16 10:00 running, solved 04-13 11:00-04-14 11:00
			closure (close) solved 04-13 11:00 > 04-20 17:00 cancelled 04-14 11:00`},
		{"thanks after solved re-arms nothing", plainPolicy, `ticket 2604131 {channel: form}
			2026-04-13 10:00 received
			2026-04-13 11:00 solved: done
			2026-04-14 11:00 message
			2026-04-20 11:00 solved`, "2026-04-20 14:00", `
			acknowledgement (number) received 04-13 10:00 > 04-13 10:15 met 04-13 10:00
			first_response (first) received 04-13 10:00 > 04-13 14:00 met 04-13 11:00
			resolution (fix) received 04-13 10:00 > 04-15 10:00 met 04-13 11:00
			closure (close) solved 04-13 11:00 > 04-20 17:00 met 04-14 11:00
			next_response (next) message 04-14 11:00 > 04-15 11:00 cancelled 04-20 11:00
			closure (close) solved 04-20 11:00 > 04-27 17:00 running`},
		{"a second message after solved that staff answer is none of that", plainPolicy, `ticket 2604131 {channel: form}
			2026-04-13 10:00 received
			2026-04-13 11:00 solved: done
			2026-04-14 11:00 message
			2026-04-20 10:00 reply
			2026-04-20 11:00 solved`, "2026-04-20 14:00", `
			acknowledgement (number) received 04-13 10:00 > 04-13 10:15 met 04-13 10:00
			first_response (first) received 04-13 10:00 > 04-13 14:00 met 04-13 11:00
			resolution (fix) received 04-13 10:00 > 04-16 10:00 missed 04-20 11:00, solved 04-13 11:00-04-14 11:00, requester 04-20 10:00-04-20 11:00
			closure (close) solved 04-13 11:00 > 04-20 17:00 met 04-14 11:00
			next_response (next) message 04-14 11:00 > 04-15 11:00 missed 04-20 10:00
			closure (close) solved 04-20 11:00 > 04-27 17:00 running`},
		{"closed by the rule on its day", plainPolicy, `ticket 2604131 {channel: form}
			2026-04-13 10:00 received
			2026-04-13 11:00 solved: done
			2026-04-20 17:00 closed balie`, "2026-05-20 14:00", `
			acknowledgement (number) received 04-13 10:00 > 04-13 10:15 met 04-13 10:00
			first_response (first) received 04-13 10:00 > 04-13 14:00 met 04-13 11:00
			resolution (fix) received 04-13 10:00 > 04-15 10:00 met 04-13 11:00
			closure (close) solved 04-13 11:00 > 04-20 17:00 met 04-20 17:00`},
		{"spam cancels all, out of every denominator", plainPolicy, `ticket 2604131 {channel: email}
			2026-04-13 10:00 received
			2026-04-13 11:00 reply
			2026-04-13 11:30 message
			2026-04-13 12:00 spam`, "2026-05-20 14:00", `
			acknowledgement (number) received 04-13 10:00 > 04-13 10:15 cancelled 04-13 12:00
			first_response (first) received 04-13 10:00 > 04-13 14:00 cancelled 04-13 11:00
			resolution (fix) received 04-13 10:00 > 04-15 10:30 cancelled 04-13 12:00, requester 04-13 11:00-04-13 11:30
			next_response (next) message 04-13 11:30 > 04-14 11:30 cancelled 04-13 12:00`},
		{"a mistake about spam costs the desk, not the requester", plainPolicy, `ticket 2604131 {channel: form}
			2026-04-13 10:00 received
			2026-04-13 11:00 spam
			2026-04-14 12:00 reopened
			2026-04-14 13:00 reply`, "2026-05-20 14:00", `
			acknowledgement (number) received 04-13 10:00 > 04-13 10:15 met 04-13 10:00
			first_response (first) received 04-13 10:00 > 04-13 14:00 missed 04-14 13:00
			resolution (fix) received 04-13 10:00 > never paused, requester 04-14 13:00-never`},
		{"out of scope cancels", plainPolicy + excludedYAML, `ticket 2604131 {channel: form}
			2026-04-13 10:00 received
			2026-04-13 18:00 out_of_scope {reason: custom}: sorry`, "2026-05-20 14:00", `
			acknowledgement (number) received 04-13 10:00 > 04-13 10:15 cancelled 04-13 10:00
			first_response (first) received 04-13 10:00 > 04-13 14:00 cancelled 04-13 18:00
			resolution (fix) received 04-13 10:00 > 04-15 10:00 cancelled 04-13 18:00`},
		{"and what is said against it is awaited", plainPolicy + excludedYAML, `ticket 2604131 {channel: form}
			2026-04-13 10:00 received
			2026-04-13 11:00 out_of_scope {reason: custom}: sorry
			2026-04-13 12:00 message
			2026-04-13 13:00 solved`, "2026-04-13 14:00", `
			acknowledgement (number) received 04-13 10:00 > 04-13 10:15 met 04-13 10:00
			first_response (first) received 04-13 10:00 > 04-13 14:00 cancelled 04-13 11:00
			resolution (fix) received 04-13 10:00 > 04-15 11:00 met 04-13 13:00, solved 04-13 11:00-04-13 12:00
			next_response (next) message 04-13 12:00 > 04-14 12:00 met 04-13 13:00
			closure (close) solved 04-13 13:00 > 04-20 17:00 running`},
		{"and when staff take it back, all runs on", plainPolicy + excludedYAML, `ticket 2604131 {channel: email}
			2026-04-13 10:00 received
			2026-04-13 11:00 out_of_scope {reason: custom}: sorry
			2026-04-13 12:00 reopened
			2026-04-13 12:30 acknowledged balie
			2026-04-13 13:00 reply`, "2026-04-13 14:00", `
			acknowledgement (number) received 04-13 10:00 > 04-13 10:15 missed 04-13 12:30
			first_response (first) received 04-13 10:00 > 04-13 14:00 met 04-13 13:00
			resolution (fix) received 04-13 10:00 > never paused, solved 04-13 11:00-04-13 12:00, requester 04-13 13:00-never`},
		{"a solved ticket that was spam waits for its closing again", plainPolicy, `ticket 2604131 {channel: form}
			2026-04-13 10:00 received
			2026-04-13 11:00 solved: done
			2026-04-13 12:00 spam
			2026-04-13 13:00 reopened
			2026-04-13 14:00 solved: done`, "2026-04-13 14:00", `
			acknowledgement (number) received 04-13 10:00 > 04-13 10:15 met 04-13 10:00
			first_response (first) received 04-13 10:00 > 04-13 14:00 met 04-13 11:00
			resolution (fix) received 04-13 10:00 > 04-15 11:00 met 04-13 14:00, solved 04-13 11:00-04-13 12:00
			closure (close) solved 04-13 11:00 > 04-20 17:00 cancelled 04-13 13:00
			closure (close) solved 04-13 14:00 > 04-20 17:00 running`},
		{"what staff opened has no first response until the requester writes", plainPolicy, `ticket 2604131 {channel: staff}
			2026-04-13 10:00 received anna
			2026-04-13 10:30 reply
			2026-04-13 12:00 message`, "2026-04-13 13:00", `
			first_response (first) message 04-13 12:00 > 04-13 16:00 running
			resolution (fix) message 04-13 12:00 > 04-15 12:00 running`},
		{"created while paused", plainPolicy, `ticket 2604131 {channel: staff}
			2026-04-13 10:00 waiting: which?
			2026-04-13 12:00 message
			2026-04-13 13:00 hold: the bank
			2026-04-14 09:30 message`, "2026-04-14 10:00", `
			first_response (first) message 04-13 12:00 > 04-13 16:00 met 04-13 13:00
			resolution (fix) message 04-13 12:00 > 04-15 16:30 running, third_party 04-13 13:00-04-14 09:30
			next_response (next) message 04-14 09:30 > 04-15 09:30 running`},
		{"out of hours it starts at the next opening, an answer costs nothing", plainPolicy, `ticket 2604131 {channel: form}
			2026-04-10 23:30 received
			2026-04-12 12:00 reply`, "2026-04-14 10:00", `
			acknowledgement (number) received 04-10 23:30 > 04-10 23:45 met 04-10 23:30
			first_response (first) received 04-10 23:30 > 04-13 13:00 met 04-12 12:00
			resolution (fix) received 04-10 23:30 > never paused, requester 04-12 12:00-never`},
	} {
		w := makeWorld(t, map[string]string{"2026-01-01": c.policy}, c.ticket)
		w.want(c.name, w.told("2604131", c.now), c.want)
	}
}

const excludedYAML = "coverage: {excluded: [{id: custom, text: Custom work, why: Because}]}\n"

func TestLanes(t *testing.T) {
	for _, c := range []struct{ name, ticket, now, lane, want string }{
		{"moved by staff, running clocks stay and the next follow", `ticket 2604131 {channel: form}
			2026-04-13 10:00 received
			2026-04-13 10:30 lane {lane: complaint}
			2026-04-13 11:00 reply
			2026-04-13 12:00 message`, "2026-04-13 12:30", "complaint", `
			first_response (first) received 04-13 10:00 > 04-13 14:00 met 04-13 11:00
			next_response (next) message 04-13 12:00 > 04-14 12:00 running`},
		{"moved by staff without the evidence, it is not entered", `ticket 2604131 {channel: form}
			2026-04-13 10:00 received
			2026-04-13 10:30 lane {lane: priority}`, "2026-04-13 12:30", "standard", `
			first_response (first) received 04-13 10:00 > 04-13 14:00 running`},
		{"paid, it starts anew at the payment", `ticket 2604131 {channel: form}
			2026-04-13 10:00 received
			2026-04-13 11:00 paid {reference: r1; amount: 5.00 EUR}
			2026-04-13 11:05 lane {lane: priority}`, "2026-04-13 12:01", "priority", `
			first_response (first) received 04-13 10:00 > 04-13 14:00 cancelled 04-13 11:05
			first_response (fast) paid 04-13 11:00 > 04-13 12:00 overdue`},
		{"too little, or of another currency, opens nothing", `ticket 2604131 {channel: form}
			2026-04-13 10:00 received
			2026-04-13 11:00 paid {reference: r1; amount: 4.99 EUR}
			2026-04-13 11:01 paid {reference: r2; amount: 50.00 USD}
			2026-04-13 11:05 lane {lane: priority}`, "2026-04-13 12:01", "standard", `
			first_response (first) received 04-13 10:00 > 04-13 14:00 running`},
		{"paid after it was meant for the lane", `ticket 2604131 {channel: form; lane: priority}
			2026-04-13 10:00 received
			2026-04-13 11:00 paid {reference: r1; amount: 5.00 EUR}`, "2026-04-13 11:30", "priority", `
			first_response (first) received 04-13 10:00 > 04-13 14:00 cancelled 04-13 11:00
			first_response (fast) paid 04-13 11:00 > 04-13 12:00 running`},
		{"a call by which it enters is no answer", `ticket 2604131 {channel: form}
			2026-04-13 10:00 received
			2026-04-13 10:20 call
			2026-04-13 10:25 lane {lane: emergency}`, "2026-04-13 11:30", "emergency", `
			first_response (first) received 04-13 10:00 > 04-13 14:00 cancelled 04-13 10:25
			first_response (fast) call 04-13 10:20 > 04-13 11:20 overdue`},
		{"paid while the next response is awaited", `ticket 2604131 {channel: form}
			2026-04-13 10:00 received
			2026-04-13 10:20 reply
			2026-04-13 11:00 message
			2026-04-13 12:00 paid {reference: r1; amount: 5.00 EUR}
			2026-04-13 12:00 lane {lane: priority}
			2026-04-13 12:30 reply`, "2026-04-13 13:30", "priority", `
			first_response (first) received 04-13 10:00 > 04-13 14:00 met 04-13 10:20
			next_response (next) message 04-13 11:00 > 04-14 11:00 cancelled 04-13 12:00
			next_response (fastnext) paid 04-13 12:00 > 04-13 14:00 met 04-13 12:30`},
		{"an old payment starts nothing before the message", `ticket 2604131 {channel: form}
			2026-04-13 10:00 received
			2026-04-13 10:05 paid {reference: r1; amount: 5.00 EUR}
			2026-04-13 10:20 reply
			2026-04-13 11:00 message
			2026-04-13 12:00 lane {lane: priority}`, "2026-04-13 12:30", "priority", `
			first_response (first) received 04-13 10:00 > 04-13 14:00 met 04-13 10:20
			next_response (next) message 04-13 11:00 > 04-14 11:00 cancelled 04-13 12:00
			next_response (fastnext) paid 04-13 11:00 > 04-13 13:00 running`},
	} {
		w := makeWorld(t, map[string]string{"2026-01-01": plainPolicy}, c.ticket)
		got := w.Ticket(w.ticket("2604131"), w.tree, w.at(c.now))
		if got.Lane != c.lane {
			t.Errorf("%s: in lane %s, want %s", c.name, got.Lane, c.lane)
		}
		w.want(c.name, w.lines(responses(got.Clocks)), c.want)
	}
}

// responses are the clocks of answers.
func responses(clocks []Clock) []Clock {
	var kept []Clock
	for _, c := range clocks {
		if c.Name == content.FirstResponse || c.Name == content.NextResponse {
			kept = append(kept, c)
		}
	}
	return kept
}

const mergePolicy = officeYAML + `
promises:
  - {id: first, clock: first_response, target: {within: 4h}}
  - {id: next, clock: next_response, target: {within: 8h}}
`

func TestMerging(t *testing.T) {
	w := makeWorld(t, map[string]string{"2026-01-01": mergePolicy}, `ticket 2604131 {channel: form; requester: {email: a@x.example}}
		2026-04-13 09:00 received
		2026-04-13 09:30 reply`, `ticket 2604132 {channel: form; requester: {email: a@x.example}}
		2026-04-13 10:00 received
		2026-04-13 10:30 message
		2026-04-13 11:00 merged {into: "`+number("2604131")+`"}
		2026-04-14 10:00 message`, `ticket 2604133 {channel: form; requester: {email: a@x.example}}
		2026-04-13 08:00 received
		2026-04-13 12:00 merged {into: "`+number("2604132")+`"}`)
	const first = "first_response (first) received 04-13 09:00 > 04-13 13:00 met 04-13 09:30\n"
	for _, c := range []struct{ now, want string }{
		{"2026-04-13 10:45", first},
		{"2026-04-13 11:00", first + "next_response (next) merged 04-13 11:00 > 04-14 11:00 running"},
		{"2026-04-14 11:01", first + "next_response (next) merged 04-13 11:00 > 04-14 11:00 overdue"},
	} {
		w.want(c.now, w.told("2604131", c.now), c.want)
	}
	for _, c := range []struct {
		now, since string
		unanswered int
	}{{"2026-04-13 10:45", "never", 0}, {"2026-04-13 11:00", "04-13 10:00", 2}, {"2026-04-13 12:00", "04-13 10:00", 2}, {"2026-04-14 10:00", "04-13 10:00", 3}} {
		got := w.Ticket(w.ticket("2604131"), w.tree, w.at(c.now))
		if w.short(got.Since) != c.since || len(got.Unanswered) != c.unanswered || got.Events != 2 {
			t.Errorf("%s: since %s, %d unanswered, %d events; want %s, %d", c.now, w.short(got.Since), len(got.Unanswered), got.Events, c.since, c.unanswered)
		}
	}
	w.want("the other's are cancelled", w.told("2604132", "2026-04-15 10:00"), "first_response (first) received 04-13 10:00 > 04-13 14:00 cancelled 04-13 11:00")
	w.want("the third, merged into one that was merged, goes on", w.stands("2604133", "2026-04-15 10:00"), "standard new desk since 04-13 08:00, 1 wait")
	w.want("by itself it knows of no merging", w.lines(w.Ticket(w.ticket("2604131"), nil, w.at("2026-04-14")).Clocks), first)
}

func TestMergingInARing(t *testing.T) {
	w := makeWorld(t, map[string]string{"2026-01-01": mergePolicy}, `ticket 2604131 {channel: form; requester: {email: a@x.example}}
		2026-04-13 09:00 received
		2026-04-13 11:00 merged {into: "`+number("2604132")+`"}`, `ticket 2604132 {channel: form; requester: {email: a@x.example}}
		2026-04-13 10:00 received
		2026-04-13 12:00 merged {into: "`+number("2604131")+`"}`)
	if got := w.Ticket(w.ticket("2604131"), w.tree, w.at("2026-04-14")); got.State != content.MergedState || got.Owes != content.OwesNobody {
		t.Errorf("the first: %s owes %q", got.State, got.Owes)
	}
	if got := w.Ticket(w.ticket("2604132"), w.tree, w.at("2026-04-14")); got.State != content.New || got.Owes != content.OwesDesk || len(got.Unanswered) != 2 {
		t.Errorf("the one that would close the ring: %s owes %q, %d unanswered", got.State, got.Owes, len(got.Unanswered))
	}
	if queue := w.Queue(w.tree, w.at("2026-04-14"), true); len(queue) != 2 {
		t.Errorf("%d in the queue", len(queue))
	}
}

func TestSplitting(t *testing.T) {
	for name, received := range map[string]string{"a copy of what was received then": "2026-04-13 09:00", "written at the split": "2026-04-14 10:00", "written a little later": "2026-04-14 10:00:07"} {
		w := makeWorld(t, map[string]string{"2026-01-01": mergePolicy}, `ticket 2604131 {channel: form}
			2026-04-13 09:00 received
			2026-04-13 09:30 reply
			2026-04-14 10:00 split {into: ["`+number("2604132")+`"]}`, "ticket 2604132 {channel: form}\n"+received+` received
			2026-04-14 11:00 reply
			2026-04-14 12:00 message`)
		if before := w.Ticket(w.ticket("2604132"), w.tree, w.at("2026-04-14 09:59")); before.State != content.NotYet {
			t.Errorf("%s: %s before the split", name, before.State)
		}
		if got := w.Ticket(w.ticket("2604132"), w.tree, w.at("2026-04-14 10:30")); w.short(got.Since) != "04-13 09:00" {
			t.Errorf("%s: waits since %s", name, w.short(got.Since))
		}
		if got := w.Ticket(w.ticket("2604132"), w.tree, w.at("2026-04-14 12:30")); w.short(got.Since) != "04-14 12:00" {
			t.Errorf("%s: waits since %s", name, w.short(got.Since))
		}
		w.want(name, w.told("2604132", "2026-04-14 12:30"), `first_response (first) split 04-14 10:00 > 04-14 14:00 met 04-14 11:00
			next_response (next) message 04-14 12:00 > 04-15 12:00 running`)
	}
}

// A clock belongs to the version in force at the event that started it.
func TestVersions(t *testing.T) {
	w := makeWorld(t, map[string]string{
		"2026-01-01": officeYAML + "promises: [{id: old, clock: first_response, target: {within: 4h}}, {id: next, clock: next_response, target: {within: 4h}}]\n",
		"2026-04-14": officeYAML + "promises: [{id: new, clock: first_response, target: {within: 1h}}, {id: next, clock: next_response, target: {within: 1h}}]\n",
	}, `ticket 2604131 {channel: form}
		2026-04-13 23:59:59 received
		2026-04-14 10:00 reply
		2026-04-14 11:00 message`, `ticket 2604141 {channel: form}
		2026-04-14 00:00 received`)
	w.want("the night before", w.told("2604131", "2026-04-14 11:30"), `first_response (old) received 04-13 23:59:59 > 04-14 13:00 met 04-14 10:00
		next_response (next) message 04-14 11:00 > 04-14 12:00 running`)
	w.want("from midnight", w.told("2604141", "2026-04-14 11:30"), "first_response (new) received 04-14 00:00 > 04-14 10:00 overdue")
}

func TestWhichPromiseApplies(t *testing.T) {
	policy := officeYAML + `
promises:
  - {id: said, strength: typical, text: We do our best}
  - {id: phone, clock: first_response, channels: [phone], target: {within: 1h}}
  - {id: quotes, clock: first_response, forms: [quote], target: {working_days: 3}}
  - {id: rest, clock: first_response, target: {goal: 2h, limit: 4h}}
`
	for _, c := range []struct{ channel, form, want string }{
		{"phone", "quote", "first_response (phone) received 04-13 10:00 > 04-13 11:00 running"},
		{"form", "quote", "first_response (quotes) received 04-13 10:00 > 04-16 17:00 running"},
		{"form", "contact", "first_response (rest) received 04-13 10:00 > 04-13 12:00 > 04-13 14:00 running"},
	} {
		w := &world{T: t, Desk: makeDesk(t, policy), zone: mustZone(t, "Europe/Brussels")}
		w.want(c.channel+" "+c.form, w.lines(w.Promised(w.at("2026-04-13 10:00"), "", c.channel, c.form)), c.want)
	}
}

// makeDesk compiles one version that may name what is not there.
func makeDesk(t *testing.T, policy string) *Desk {
	t.Helper()
	d, err := New(makeWorldUnchecked(t, policy))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestGoalAndLimit(t *testing.T) {
	policy := officeYAML + "promises: [{id: aim, clock: first_response, calendar: always, strength: aim, target: {goal: 24h, limit: 48h}}]\n"
	w := makeWorld(t, map[string]string{"2026-01-01": policy}, `ticket 2604131 {channel: form}
		2026-04-13 10:00 received`, `ticket 2604132 {channel: form}
		2026-04-13 10:00 received
		2026-04-14 12:00 reply`)
	const line = "first_response (aim) received 04-13 10:00 > 04-14 10:00 > 04-15 10:00 "
	for now, want := range map[string]string{"2026-04-14 10:00": "running", "2026-04-14 10:00:01": "late", "2026-04-15 10:00": "late", "2026-04-15 10:00:01": "overdue"} {
		w.want(now, w.told("2604131", now), line+want)
	}
	w.want("between the two", w.told("2604132", "2026-04-20 10:00"), line+"met 04-14 12:00")
}

// With measure: first the resolution ended when it was solved first.
func TestResolutionMeasuredFirst(t *testing.T) {
	policy := officeYAML + "promises: [{id: fix, clock: resolution, measure: first, pauses: [third_party], target: {within: 8h}}]\n"
	w := makeWorld(t, map[string]string{"2026-01-01": policy}, `ticket 2604131 {channel: form}
		2026-04-13 10:00 received
		2026-04-13 11:00 waiting: which?
		2026-04-13 12:00 message
		2026-04-13 13:00 hold: the bank
		2026-04-14 13:00 solved
		2026-04-15 10:00 message
		2026-04-25 10:00 solved`)
	const line = "resolution (fix) received 04-13 10:00 > "
	w.want("on hold", w.told("2604131", "2026-04-14 10:00"), line+"never paused, third_party 04-13 13:00-never")
	for _, now := range []string{"2026-04-14 13:00", "2026-04-16 10:00", "2026-05-16 10:00"} {
		w.want(now, w.told("2604131", now), line+"04-15 10:00 met 04-14 13:00, third_party 04-13 13:00-04-14 13:00")
	}
}

func TestTicketUpdates(t *testing.T) {
	policy := officeYAML + "promises: [{id: daily, clock: periodic_update, on: ticket, pauses: [requester], target: {every: 1d}}]\n"
	w := makeWorld(t, map[string]string{"2026-01-01": policy}, `ticket 2604131 {channel: form}
		2026-04-13 10:00 received
		2026-04-13 11:00 hold: the bank
		2026-04-14 12:00 reply
		2026-04-14 13:00 waiting: which?
		2026-04-15 13:00 solved`)
	w.want("updates", w.told("2604131", "2026-04-20 10:00"), `periodic_update (daily) hold 04-13 11:00 > 04-14 11:00 missed 04-14 12:00
		periodic_update (daily) reply 04-14 12:00 > 04-15 12:00 met 04-14 13:00
		periodic_update (daily) waiting 04-14 13:00 > 04-16 13:00 met 04-15 13:00, requester 04-14 13:00-04-15 13:00`)
}

// What was there at an instant is all that counts: each instant of a story equals the story cut off there.
func TestTheFutureDoesNotExist(t *testing.T) {
	w := makeWorld(t, map[string]string{"2026-01-01": plainPolicy}, `ticket 2604131 {channel: email}
		2026-04-13 10:00 received
		2026-04-13 10:20 acknowledged balie
		2026-04-13 11:00 waiting: which?
		2026-04-14 11:00 message
		2026-04-14 12:00 solved: done
		2026-04-15 12:00 message
		2026-04-15 13:00 paid {reference: r; amount: 5.00 EUR}
		2026-04-15 13:00 lane {lane: priority}
		2026-04-16 12:00 solved
		2026-04-23 17:00 closed balie`)
	whole := w.ticket("2604131")
	for n, e := range whole.Events {
		cut := *whole
		cut.Events = whole.Events[:n+1]
		if n+1 < len(whole.Events) && whole.Events[n+1].At.Equal(e.At) {
			continue
		}
		w.want(string(e.Kind), w.lines(w.Ticket(whole, w.tree, e.At).Clocks), w.lines(w.Ticket(&cut, w.tree, e.At).Clocks))
	}
}
