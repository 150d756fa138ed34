package desk

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"balie/content"
)

const causePolicy = officeYAML + `
promises:
  - {id: cause, clock: postmortem, on: incident, target: {working_days: 2}}
  - {id: first, clock: first_response, target: {within: 4h}}
`

func never(string) (first, last time.Time) { return }

// said is a checker's problems at an instant, a line each: file, code and what is said behind the semicolon.
func (w *world) said(c *Checker, committed func(string) (first, last time.Time), now string) string {
	w.Helper()
	var lines []string
	for _, p := range c.Check(w.Desk, w.tree, committed, w.at(now)) {
		_, what, _ := strings.Cut(p.Message, "; ")
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %s %s", p.File, p.Code, what)))
	}
	return strings.Join(lines, "\n")
}

func TestCausesOwed(t *testing.T) {
	w := makeWorld(t, map[string]string{"2026-01-01": causePolicy},
		"incident 2026/0401-owed\n2026-04-01 10:00 investigating\n2026-04-01 12:00 resolved\n2026-04-02 12:00 update",
		"incident 2026/0402-told\n2026-04-01 10:00 investigating\n2026-04-01 12:00 resolved\n2026-04-08 12:00 postmortem {cause: c}",
		"incident 2026/0403-waived\n2026-04-01 10:00 investigating\n2026-04-01 11:00 waived\n2026-04-01 12:00 resolved",
		"incident 2026/0404-again\n2026-04-01 10:00 investigating\n2026-04-01 12:00 resolved\n2026-04-02 10:00 monitoring\n2026-04-08 12:00 resolved",
		"incident 2026/0405-secret {visibility: staff}\n2026-04-01 10:00 investigating\n2026-04-01 12:00 resolved",
		"incident 2026/0406-open\n2026-04-01 10:00 investigating")
	const owed, told, again = "incidents/2026/0401-owed postmortem-overdue that was due on 2026-04-03T17:00 (cause in policy/2026-01-01.yaml)",
		"incidents/2026/0402-told postmortem-overdue that was due on 2026-04-03T17:00 (cause in policy/2026-01-01.yaml)",
		"incidents/2026/0404-again postmortem-overdue that was due on 2026-04-10T17:00 (cause in policy/2026-01-01.yaml)"
	var remembers Checker
	for _, c := range []struct{ now, want string }{
		{"2026-04-03 17:00", ""},
		{"2026-04-07 09:01", owed + "\n" + told}, // no open second lay between: a weekend and Easter
		{"2026-04-08 12:00", owed},
		{"2026-05-01 12:00", owed + "\n" + again},
		{"2026-04-07 10:00", owed + "\n" + told}, // a clock that was put back
		{"2026-03-01 10:00", ""},
		{"2026-05-01 12:00", owed + "\n" + again},
	} {
		w.want(c.now, w.said(new(Checker), never, c.now), c.want)
		w.want(c.now+", remembered", w.said(&remembers, never, c.now), c.want)
	}
	if n := len(remembers.settled); n != 6 {
		t.Errorf("%d of six are settled", n)
	}
	w.tree.Incidents = w.tree.Incidents[:1]
	w.want("the others are gone", w.said(&remembers, never, "2026-05-01 12:00"), owed)
	if n := len(remembers.settled); n != 1 {
		t.Errorf("%d that are gone are remembered", n-1)
	}
}

func TestEditedPolicies(t *testing.T) {
	w := makeWorld(t, map[string]string{"2026-01-01": causePolicy, "2026-04-13": causePolicy},
		"ticket 2604131 {channel: form}\n2026-04-13 10:00 received")
	const first, second = "policy/2026-01-01.yaml", "policy/2026-04-13.yaml"
	for _, c := range []struct{ name, file, edited, now, want string }{
		{"while tickets ran by it", second, "2026-04-14 10:00", "2026-04-20 10:00", second + " edited-policy"},
		{"before it was in force", second, "2026-04-12 10:00", "2026-04-20 10:00", ""},
		{"before a ticket ran by it", second, "2026-04-13 09:00", "2026-04-20 10:00", ""},
		{"no ticket ran by it", first, "2026-04-14 10:00", "2026-04-20 10:00", ""},
		{"long ago", second, "2026-04-14 10:00", "2027-05-20 10:00", second + " edited-policy"},
	} {
		committed := func(path string) (first, last time.Time) {
			first = w.at("2025-12-01 10:00")
			if path == c.file {
				return first, w.at(c.edited)
			}
			return first, first
		}
		w.want(c.name, w.said(new(Checker), committed, c.now), c.want)
		w.want(c.name+", where history is not known", w.said(new(Checker), never, c.now), "")
	}
}

// A warning is a problem that stops nothing, and has its next step.
func TestProblemsAreWarnings(t *testing.T) {
	w := makeWorld(t, map[string]string{"2026-01-01": causePolicy}, "incident 2026/0401-owed\n2026-04-01 10:00 investigating\n2026-04-01 12:00 resolved")
	found := new(Checker).Check(w.Desk, w.tree, func(string) (first, last time.Time) { return w.at("2025-12-01"), w.at("2026-04-20") }, w.at("2026-04-21"))
	for _, p := range found {
		if p.Severity != content.Warning || p.Hint == "" {
			t.Error(p)
		}
	}
	if len(found) != 1 {
		t.Errorf("%d problems", len(found))
	}
}
