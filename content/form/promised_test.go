package form

import (
	"maps"
	"strings"
	"testing"
	"time"

	"balie/content"
	"balie/content/desk"
)

// promising is the small desk with promises for two lanes, one of them paid for.
func promising(t *testing.T, events map[string]string) (*content.Tree, *desk.Desk) {
	t.Helper()
	files := maps.Clone(ticketFiles(events))
	files["policy/2026-01-01.yaml"] += `promises:
  - {id: number, clock: acknowledgement, target: {within: 5m}, strength: promise}
  - {id: quick, clock: first_response, lanes: [priority], target: {within: 1h}, strength: promise}
  - {id: aimed, clock: first_response, target: {goal: 2h, limit: 4h}, strength: aim}
  - {id: fixed, clock: resolution, target: {working_days: 1}, strength: typical}
`
	tr := load(files)
	d, err := desk.New(tr.Setup)
	if err != nil {
		t.Fatal(err)
	}
	return tr, d
}

// told says promises in a line.
func told(list []Promised) string {
	var words []string
	for _, p := range list {
		s := p.Promise + " " + p.Due.Format("Mon 15:04")
		if !p.Goal.IsZero() {
			s += " goal " + p.Goal.Format("Mon 15:04")
		}
		if p.Late {
			s += " late"
		}
		if p.Met {
			s += " met"
		}
		words = append(words, s)
	}
	return strings.Join(words, ", ")
}

func TestBeforehand(t *testing.T) {
	tr, d := promising(t, nil)
	friday := at("2026-11-20T14:30:00Z")
	for lane, want := range map[string]string{
		"standard": "number Fri 15:35, aimed Mon 11:30 goal Mon 09:30, fixed Mon 17:00",
		"priority": "number Fri 15:35, aimed Mon 11:30 goal Mon 09:30, fixed Mon 17:00", // nobody has paid yet
	} {
		if got := told(Beforehand(d, tr.Setup, &content.Form{ID: "contact", Lane: lane}, "form", friday)); got != want {
			t.Errorf("%s: %s, want %s", lane, got, want)
		}
	}
}

func TestPending(t *testing.T) {
	tr, d := promising(t, map[string]string{"2026-11-20T143000Z-received.md": "---\nid: aaaa1111\n---\nHelp\n"})
	for when, want := range map[string]string{
		"2026-11-20T15:00:00Z": "aimed Mon 11:30 goal Mon 09:30, fixed Mon 17:00",
		"2026-11-23T09:00:00Z": "aimed Mon 11:30, fixed Mon 17:00", // past the goal: the limit still holds
		"2026-11-23T12:00:00Z": "aimed Mon 11:30 late, fixed Mon 17:00",
	} {
		now := at(when)
		clocks := d.Ticket(tr.Tickets[0], tr, now).Clocks
		if got := told(Pending(clocks, tr.Zone)); got != want {
			t.Errorf("at %s: %s, want %s", now.Format(time.RFC3339), got, want)
		}
	}
}
