package report

import (
	"fmt"
	"strings"
	"testing"
)

func TestFairUse(t *testing.T) {
	s := newStory(t)
	s.write("policy/2024-01-01.yaml", strings.Replace(policy, "open_tickets: 10", "open_tickets: 2", 1))
	anna := "requester: {name: Anna, email: anna@x.example}"
	first := s.ticket(anna, "2026-11-02T09:00 received", "2026-11-02T10:00 waiting anna")
	second := s.ticket(anna, "2026-11-02T09:10 received", "2026-11-02T12:00 demoted ben {until: 2026-11-10T10:00; reason: Three at once}")
	third := s.ticket(anna, "2026-11-02T09:20 received", "2026-11-02T12:00 hold ben")
	s.ticket(anna, "2026-11-02T09:30 received", "2026-11-02T10:00 solved ben")
	var bram []string
	for i := range 4 {
		bram = append(bram, s.ticket("requester: {id: shop-1}", fmt.Sprintf("2026-11-02T11:0%d received", 3-i)))
	}
	s.times(2, "requester: {email: c@x.example}", "2026-11-02T09:00 received")
	table := func(now string) string {
		return lines(Staff(s.facts(now)).Table("fair_use"), "customer", "email", "open", "fair_use", "oldest", "demoted_until", "numbers")
	}
	if got := table("2026-11-02T09:10"); got != "" {
		t.Errorf("nobody has too many yet: %s", got)
	}
	bramRow := fmt.Sprintf("shop-1 - 4 2 2026-11-02T10:00:00Z - %s %s %s %s", bram[3], bram[2], bram[1], bram[0])
	annaRow := fmt.Sprintf("Anna anna@x.example 3 2 2026-11-02T08:00:00Z %%s %s %s %s", first, second, third)
	want(t, "not put back", table("2026-11-02T11:30"), bramRow+"\n"+fmt.Sprintf(annaRow, "-"))
	want(t, "put back, no longer than the policy lets it", table("2026-11-03T09:00"), bramRow+"\n"+fmt.Sprintf(annaRow, "2026-11-07T11:00:00Z"))
	want(t, "and no longer than that", table("2026-11-09T09:00"), bramRow+"\n"+fmt.Sprintf(annaRow, "-"))
}
