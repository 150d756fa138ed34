package generator_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"balie/content"
)

// TestEveryPromiseIsSaid: whichever clock a policy promises, however firmly and by whichever kind of target, every page that tells of it can be built.
func TestEveryPromiseIsSaid(t *testing.T) {
	targets := []string{"{within: 1m}", "{within: 400h}", "{goal: 1m, limit: 400h}", "{every: 1d}"}
	for i, strength := range append(content.Strengths(), "") {
		dir := t.TempDir()
		write := func(name, text string) {
			full := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(full, []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		write("site.yaml", "name: Hulp\nbase_url: https://hulp.example\nlanguages: [nl, it, en, fr, de]\ntime_zone: Europe/Brussels\n")
		write("services.yaml", "- {id: checkout, name: Kassa}\n")
		write("policy/2026-01-01.yaml", everyPromise(strength, targets[i]))
		write("forms/contact.yaml", "title: Vraag\nfields:\n  - {id: message, role: body, type: textarea}\n")
		for n, lang := range []string{"nl", "it", "en", "fr", "de"} {
			for state, events := range map[int][]string{1: {"received"}, 2: {"received", "reply-anna"}, 3: {"received", "reply-anna", "solved-anna"}, 4: {"received", "reply-anna", "message"}} {
				ticket := content.TicketDir(content.NewNumber(content.Date{Year: 2026, Month: 11, Day: 20}, 2, n*10+state))
				write(ticket+"/ticket.yaml", fmt.Sprintf("form: contact\nchannel: email\nlanguage: %s\nsubject: Vraag\nfollow: %s\n", lang, strings.Repeat(string(rune('a'+n*5+state)), 26)))
				for minute, e := range events {
					write(fmt.Sprintf("%s/2026-11-20T11%02d00Z-%s.md", ticket, minute, e), "---\n---\nTekst.\n")
				}
			}
		}
		write("incidents/2026/1120-kassa/incident.yaml", "title: Kassa\nservices: {checkout: major_outage}\n")
		write("incidents/2026/1120-kassa/2026-11-20T1200-investigating.md", "Tekst.\n")
		write("incidents/2026/1119-kassa/incident.yaml", "title: Kassa\n")
		write("incidents/2026/1119-kassa/2026-11-19T1200-resolved.md", "Tekst.\n")

		c := config(t, dir)
		c.Follow = t.TempDir()
		build(t, c)
		if i == 0 {
			saysPeriodically(t, c.Out, c.Follow)
		}
	}
}

// everyPromise is a policy with each clock of each subject, all alike.
func everyPromise(strength, target string) string {
	var b strings.Builder
	b.WriteString("calendars: {office: {hours: {mon-fri: [\"09:00-17:00\"]}}}\npromises:\n")
	for _, on := range []content.Subject{"ticket", "incident"} {
		for _, clock := range content.ClocksOf(on) {
			fmt.Fprintf(&b, "  - {id: %s-%s, clock: %s, on: %s, target: %s", on, clock, clock, on, target)
			if strength != "" {
				fmt.Fprintf(&b, ", strength: %s", strength)
			}
			b.WriteString("}\n")
		}
	}
	return b.String()
}

// saysPeriodically: the next public update is promised on tickets in words of its own.
func saysPeriodically(t *testing.T, public, follow string) {
	t.Helper()
	promises := string(files(t, public)["en/promises/index.html"])
	for _, want := range []string{"Until it is solved you hear from us within", "As long as an incident lasts you read something new within"} {
		if !strings.Contains(promises, want) {
			t.Errorf("the promises page lacks %q", want)
		}
	}
	if late := grep(t, follow, []string{"You were to hear from us by"}); len(late) == 0 {
		t.Error("no follow page says that the next update is late")
	}
}
