package report

import (
	"fmt"
	"strings"
	"testing"
)

// Each payment that did not bring what was paid for is listed with what is wrong; others are not.
func TestPayments(t *testing.T) {
	s := newStory(t)
	s.write("policy/2024-01-01.yaml", strings.Replace(policy, "promises:\n", "promises:\n  - {id: fast, clock: first_response, lanes: [priority], target: {within: 1h}}\n", 1))
	const received, moved = "2026-11-02T09:00 received", "2026-11-02T10:00 lane paid {lane: priority}"
	paid := func(amount string) string {
		return "2026-11-02T10:00 paid paid {reference: pi_1; amount: " + amount + "} silent"
	}
	in := map[string]string{}
	for name, events := range map[string][]string{
		"in time":       {received, paid("5.00 EUR"), moved, "2026-11-02T11:00 reply anna"},
		"late":          {received, paid("5.00 EUR"), moved, "2026-11-02T11:30 reply anna"},
		"overdue":       {received, paid("7.50 EUR"), moved},
		"too little":    {received, paid("4.99 EUR"), "2026-11-02T10:30 reply anna"},
		"dollars":       {received, paid("5.00 USD")},
		"finished":      {received, "2026-11-02T09:30 solved anna", paid("5.00 EUR"), moved},
		"not moved":     {received, paid("5.00 EUR"), "2026-11-02T10:30 reply anna"},
		"paid twice":    {received, paid("5.00 EUR"), moved, "2026-11-02T10:10 paid paid {reference: pi_2; amount: 5.00 EUR} silent", "2026-11-02T10:30 reply anna"},
		"asked, late":   {received, "2026-11-02T09:30 waiting anna", paid("5.00 EUR"), moved, "2026-11-02T12:00 message"},
		"paid, to come": {received, "2026-11-04T10:00 paid paid {reference: pi_3; amount: 1.00 EUR} silent"},
		"nobody paid":   {received},
	} {
		in[s.ticket("requester: {email: "+strings.ReplaceAll(strings.ReplaceAll(name, " ", "-"), ",", "")+"@x.example}", events...)] = name
	}
	table := Staff(s.facts("2026-11-03T12:00")).Table("payments")
	got := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(lines(table, "number", "amount", "reference", "problem", "due", "answer", "late_by")), "\n") {
		number, rest, _ := strings.Cut(line, " ")
		got[in[number]] += rest
	}
	want := map[string]string{
		"late":       "5.00 EUR pi_1 late 2026-11-02T10:00:00Z 2026-11-02T10:30:00Z 30m0s",
		"overdue":    "7.50 EUR pi_1 overdue 2026-11-02T10:00:00Z - 25h0m0s",
		"too little": "4.99 EUR pi_1 below_price - - -",
		"dollars":    "5.00 USD pi_1 other_currency - - -",
		"finished":   "5.00 EUR pi_1 finished - - -",
		"not moved":  "5.00 EUR pi_1 not_moved - - -",
		"paid twice": "5.00 EUR pi_2 not_moved - - -",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got\n%v\nwant\n%v", got, want)
	}
	if table := Staff(s.facts("2027-03-01T12:00")).Table("payments"); len(table.Rows) != 0 {
		t.Errorf("what is older than a quarter is still listed: %d rows", len(table.Rows))
	}
}
