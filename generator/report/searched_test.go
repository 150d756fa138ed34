package report

import (
	"strings"
	"testing"
)

// What was shown to somebody who asked nonetheless is counted by page, and what was not found by
// query; spam and what is older than a quarter is not.
func TestWhatPeopleAskedBeforeTheyWrote(t *testing.T) {
	s := newStory(t)
	in := map[string]string{}
	ask := func(name, front string, events ...string) {
		in[s.ticket("requester: {email: "+name+"@x.example}\n"+front, events...)] = name
	}
	ask("a", "searched: {query: Refund, offered: [/help/pay/refund/, /promises/]}", "2026-11-02T09:00 received")
	ask("b", "searched: {query: refund, offered: [/promises/, /help/pay/refund/]}\narticle: pay/refund", "2026-10-01T09:00 received")
	ask("c", "article: pay/fails", "2026-11-02T09:01 received")
	ask("d", "searched: {query: Blue  moon}", "2026-11-02T09:02 received")
	ask("e", "searched: {query: blue moon}", "2026-11-02T09:03 received")
	ask("f", "searched: {query: blue moon}", "2026-11-02T09:04 received", "2026-11-02T09:10 spam anna silent")
	ask("g", "searched: {query: blue moon}", "2026-05-02T09:00 received")
	ask("h", "", "2026-11-02T09:05 received")
	report := Staff(s.facts("2026-11-03T12:00"))
	named := func(got string) string {
		for number, name := range in {
			got = strings.ReplaceAll(got, number, name)
		}
		return strings.TrimSpace(got)
	}
	got := named(lines(report.Table("asked_despite"), "page", "arrived", "lately", "first", "named", "numbers"))
	if want := "/help/pay/refund/ 2 1 1 1 b a\n/promises/ 2 1 1 0 b a\n/help/pay/fails/ 1 1 0 1 c"; got != want {
		t.Errorf("asked nonetheless:\n%s\nwant\n%s", got, want)
	}
	got = named(lines(report.Table("found_nothing"), "query", "arrived", "lately", "numbers"))
	if want := "blue moon 2 2 d e"; got != want {
		t.Errorf("nothing found:\n%s", got)
	}
}
