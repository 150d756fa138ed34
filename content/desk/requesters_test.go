package desk

import (
	"fmt"
	"strings"
	"testing"

	"balie/content"
)

const askingPolicy = officeYAML + `entitlement: {requesters_per_organisation: 3}
fair_use: {open_tickets: 2, demotion: 5d}
closing: {reminders: [2, 4], notice: 6, close: 5}
`

// asks writes a ticket of somebody, for an organisation or for none.
func asks(name, email, organisation string, events ...string) string {
	return fmt.Sprintf("ticket %s {channel: form; organisation: %q; requester: {email: %s}}\n%s", name, organisation, email, strings.Join(events, "\n"))
}

// marks lists the marks of a world's tickets: the counter in the number, people beyond what there may be, open tickets beyond what is fair.
func (w *world) marks(now string) string {
	r := w.Requesters(w.tree, w.Open(w.tree, w.at(now)), w.at(now))
	var lines []string
	for i, t := range w.tree.Tickets {
		m := r.Limits(t)
		if m.BeyondLimit {
			lines = append(lines, fmt.Sprintf("%d: one of %d, %d may", i+1, m.Others+1, m.Limit))
		}
		if m.Open > 0 {
			lines = append(lines, fmt.Sprintf("%d: %d open, %d are fair", i+1, m.Open, m.FairUse))
		}
	}
	return strings.Join(lines, "\n")
}

func TestMarks(t *testing.T) {
	later := strings.Replace(strings.Replace(askingPolicy, "organisation: 3", "organisation: 4", 1), "open_tickets: 2", "open_tickets: 3", 1)
	w := makeWorld(t, map[string]string{"2026-01-01": askingPolicy + excludedYAML, "2026-05-01": later + excludedYAML}, // of 0042 a and b are listed
		asks("2604011", "d@x.example", "0042", "2026-04-01 12:00 received", "2026-04-09 10:00 solved: done"), // with a lower number than who came before
		asks("2604012", "C@x.example", "0042", "2026-04-01 11:00 received"),
		asks("2604013", "a@x.example", "0042", "2026-04-01 13:00 received"),
		asks("2604014", "junk@x.example", "0042", "2026-04-01 09:00 received", "2026-04-02 09:00 spam"),
		asks("2604015", "e@x.example", "0042", "2026-04-03 10:00 received"),
		asks("2604016", "c@x.example", "", "2026-04-03 11:00 received"),
		asks("2604017", "c@x.example", "0107", "2026-04-03 12:00 received"),
		asks("2604019", "resident@x.example", "0042", "2026-04-03 08:00 received", "2026-04-03 09:00 out_of_scope {reason: custom}: sorry"),
		"ticket 2604018 {channel: phone; organisation: \"0042\"; requester: {name: Somebody}}\n2026-04-03 13:00 received")
	for _, c := range []struct{ now, want string }{
		{"2026-04-01 08:00", ""},
		{"2026-04-01 10:00", ""},
		{"2026-04-01 11:30", "2: one of 4, 3 may"}, // as long as nobody has said that the third is spam
		{"2026-04-01 12:30", "1: one of 5, 3 may\n2: one of 5, 3 may"},
		{"2026-04-02 09:00", "1: one of 4, 3 may"},
		{"2026-04-03 08:30", "1: one of 5, 3 may\n9: one of 5, 3 may"},
		{"2026-04-03 10:30", "1: one of 5, 3 may\n5: one of 5, 3 may"},
		{"2026-04-03 12:00", "1: one of 5, 3 may\n2: 3 open, 2 are fair\n5: one of 5, 3 may\n6: 3 open, 2 are fair\n7: 3 open, 2 are fair"},
		{"2026-05-01 00:00", "5: one of 5, 4 may"}, // the version in force judges, whenever they came
	} {
		w.want(c.now, w.marks(c.now), c.want)
	}
	r := w.Requesters(w.tree, w.Open(w.tree, w.at("2026-04-10")), w.at("2026-04-10"))
	for id, want := range map[string]int{"0042": 5, "0107": 1, "0815": 0} {
		if people, mayAsk := r.Organisation(id); people != want || mayAsk != 3 {
			t.Errorf("%s: %d people of %d, want %d of 3", id, people, mayAsk, want)
		}
	}
}

// Who leaves an address is one person by it, in whatever case it is written; who leaves an id alone
// besides is another.
func TestKnownByAddress(t *testing.T) {
	w := makeWorld(t, map[string]string{"2026-01-01": askingPolicy},
		asks("2604011", "c@x.example", "0042", "2026-04-01 10:00 received"),
		"ticket 2604012 {channel: form; organisation: \"0042\"; requester: {email: d@x.example, id: shop-4}}\n2026-04-01 11:00 received",
		"ticket 2604013 {channel: form; organisation: \"0042\"; requester: {id: shop-4}}\n2026-04-01 12:00 received",
		asks("2604014", "D@X.example", "0042", "2026-04-01 13:00 received"),
		asks("2604015", "A@x.example", "0042", "2026-04-01 14:00 received")) // listed, as a@x.example
	w.want("marks", w.marks("2026-04-02"), "2: one of 5, 3 may\n3: one of 5, 3 may\n4: one of 5, 3 may")
}

// Who is over the number, in which order, and with which tickets: merged ones count on the survivor, waiting and held ones are open.
func TestCandidates(t *testing.T) {
	w := makeWorld(t, map[string]string{"2026-01-01": askingPolicy},
		asks("2604011", "a@x.example", "", "2026-04-01 10:00 received", "2026-04-01 11:00 waiting: which?"),
		asks("2604012", "a@x.example", "", "2026-04-01 10:10 received", "2026-04-01 11:00 hold: the bank"),
		asks("2604013", "A@x.example", "", "2026-04-01 10:20 received"),
		asks("2604014", "a@x.example", "", "2026-04-01 10:30 received", "2026-04-01 12:00 merged {into: \""+number("2604013")+"\"}"),
		asks("2604015", "b@x.example", "", "2026-04-01 09:00 received"),
		asks("2604016", "b@x.example", "", "2026-04-01 09:10 received", "2026-04-01 12:00 solved: done", "2026-04-02 10:00 message"),
		asks("2604017", "b@x.example", "", "2026-04-01 09:20 received"),
		"ticket 2604018 {channel: phone}\n2026-04-01 10:00 received", "ticket 2604019 {channel: phone}\n2026-04-01 10:00 received", "ticket 26040110 {channel: phone}\n2026-04-01 10:00 received")
	for _, c := range []struct{ now, want string }{
		{"2026-04-01 10:15", "b@x.example 5 6 7"},
		{"2026-04-01 10:30", "a@x.example 1 2 3 4\nb@x.example 5 6 7"},
		{"2026-04-01 12:00", "A@x.example 1 2 3"},
		{"2026-04-02 10:00", "b@x.example 5 6 7\nA@x.example 1 2 3"},
	} {
		var lines []string
		candidates, fair := w.Requesters(w.tree, w.Open(w.tree, w.at(c.now)), w.at(c.now)).Candidates()
		for _, one := range candidates {
			line := one.Requester.Email
			for _, ticket := range one.Open {
				line += fmt.Sprintf(" %c", ticket.Number[8])
			}
			lines = append(lines, line)
		}
		w.want(c.now, strings.Join(lines, "\n"), c.want)
		if fair != 2 {
			t.Errorf("%d are fair", fair)
		}
	}
}

// Without a policy, or one that says nothing of it, nobody is marked.
func TestNobodyIsMarked(t *testing.T) {
	for _, policies := range []map[string]string{{}, {"2026-01-01": officeYAML}} {
		w := makeWorld(t, policies, asks("2604011", "c@x.example", "0042", "2026-04-01 12:00 received"), asks("2604012", "d@x.example", "0042", "2026-04-01 12:00 received"))
		w.want("none", w.marks("2026-04-02"), "")
		if people, mayAsk := w.Requesters(w.tree, w.Open(w.tree, w.at("2026-04-02")), w.at("2026-04-02")).Organisation("0042"); people != 4 || mayAsk != 0 {
			t.Errorf("%d people of %d", people, mayAsk)
		}
	}
}

// What comes next is the first of what falls due when nothing happens, whenever it is asked.
func TestNext(t *testing.T) {
	const asked = "ticket 2604011 {channel: form}\n2026-04-01 10:00 received\n2026-04-01 11:00 waiting: which?\n"
	for _, c := range []struct{ name, ticket, now, want string }{
		{"a reminder", asked, "2026-04-01 11:00", "reminder 04-03 17:00"},
		{"due already, and nobody has written it", asked, "2026-04-20 11:00", "reminder 04-03 17:00"},
		{"the second", asked + "2026-04-03 17:00 reminder balie", "2026-04-03 17:00", "reminder 04-08 17:00"},
		{"the second, which is yet to be written", asked + "2026-04-03 17:00 reminder balie", "2026-04-03 16:00", "reminder 04-03 17:00"},
		{"the notice", asked + "2026-04-03 17:00 reminder balie\n2026-04-08 17:00 reminder balie", "2026-04-09", "solved 04-10 17:00"},
		{"the closing", asked + "2026-04-10 17:00 solved balie {resolution: no_reaction}", "2026-04-11", "closed 04-17 17:00"},
		{"solved by staff", asked + "2026-04-02 17:00 solved: done", "2026-04-03", "closed 04-10 17:00"},
		{"we owe the answer", asked + "2026-04-02 17:00 message", "2026-04-03", ""},
		{"before it was asked", asked, "2026-04-01 10:30", ""},
		{"closed", asked + "2026-04-02 17:00 solved: done\n2026-04-10 17:00 closed balie", "2026-04-13", ""},
		{"another that was merged into it brings a message", strings.Replace(asked, "form}", "form; requester: {email: a@x.example}}", 1) + "\nticket 2604012 {channel: form; requester: {email: a@x.example}}\n2026-04-02 10:00 received\n2026-04-02 12:00 merged {into: \"" + number("2604011") + "\"}", "2026-04-02 12:00", ""},
	} {
		w := makeWorld(t, map[string]string{"2026-01-01": askingPolicy}, strings.Split(c.ticket, "\n\n")...)
		stands := w.Ticket(w.tree.Tickets[0], w.tree, w.at(c.now))
		got := ""
		if next := w.Next(&stands, w.at(c.now)); next != nil {
			got = string(next.Kind) + " " + w.short(next.At)
		}
		w.want(c.name, got, c.want)
	}
}

func BenchmarkRequesters(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		d, tree := benchTree(b, n)
		for i, t := range tree.Tickets {
			t.Organisation, t.Requester = fmt.Sprint(i%300), content.Requester{Email: fmt.Sprintf("c%d@x.example", i%(n/20))}
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				d.Requesters(tree, d.Open(tree, benchNow), benchNow)
			}
		})
	}
}
