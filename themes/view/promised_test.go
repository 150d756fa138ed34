package view

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
	files["policy/2026-01-01.yaml"] = strings.Replace(files["policy/2026-01-01.yaml"], "lanes:\n", "lanes:\n  - {id: urgent, name: Urgent, requires: call}\n", 1) + `promises:
  - {id: number, clock: acknowledgement, target: {within: 5m}, strength: promise}
  - {id: urgent, clock: first_response, lanes: [urgent], calendar: always, target: {within: 15m}, strength: promise}
  - {id: quick, clock: first_response, lanes: [priority], target: {within: 1h}, strength: promise}
  - {id: aimed, clock: first_response, target: {goal: 2h, limit: 4h}, strength: aim}
  - {id: fixed, clock: resolution, target: {working_days: 1}, strength: typical}
`
	tr := loadDesk(files)
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

func TestPromisedBy(t *testing.T) {
	tr, d := promising(t, nil)
	friday := at("2026-11-20T14:30:00Z")
	for lane, want := range map[string]string{
		"standard": "number Fri 15:35, aimed Mon 11:30 goal Mon 09:30, fixed Mon 17:00",
		"priority": "number Fri 15:35, aimed Mon 11:30 goal Mon 09:30, fixed Mon 17:00", // nobody has paid yet
	} {
		if got := told(PromisedBy(d, tr.Setup, &content.Form{ID: "contact", Lane: lane}, "form", friday)); got != want {
			t.Errorf("%s: %s, want %s", lane, got, want)
		}
	}
}

func TestTicketNow(t *testing.T) {
	tr, d := promising(t, map[string]string{"2026-11-20T143000Z-received.md": "---\nid: aaaa1111\n---\nHelp\n"})
	for when, want := range map[string]string{
		"2026-11-20T15:00:00Z": "aimed Mon 11:30 goal Mon 09:30, fixed Mon 17:00",
		"2026-11-23T09:00:00Z": "aimed Mon 11:30, fixed Mon 17:00", // past the goal: the limit still holds
		"2026-11-23T12:00:00Z": "aimed Mon 11:30 late, fixed Mon 17:00",
	} {
		now := at(when)
		if got := told(TicketAt(d, tr.Tickets[0], tr, now).Promised); got != want {
			t.Errorf("at %s: %s, want %s", now.Format(time.RFC3339), got, want)
		}
	}
}

// The page knows what the lanes mean: a call by which the ticket came into one answered nothing, and who is meant for the paid lane may pay.
func TestFollowByTheDesk(t *testing.T) {
	const received = "2026-11-20T090000Z-received.md"
	for _, c := range []struct {
		name   string
		events map[string]string
		owes   content.Owes
		pay    bool
		want   string
	}{
		{"a call is an answer", map[string]string{received: "", "2026-11-20T091000Z-call-anna.md": ""}, content.OwesRequester, true, ""}, // the rest waits for them,
		{"but not the one by which it became urgent", map[string]string{received: "", "2026-11-20T091000Z-call-anna.md": "", "2026-11-20T091100Z-lane-anna.md": "---\nlane: urgent\n---\n"},
			content.OwesDesk, false, "fixed Mon 17:00, urgent Fri 10:25"},
		{"meant for the paid lane, and not paid", map[string]string{received: "", "2026-11-20T091100Z-lane-anna.md": "---\nlane: priority\n---\n"},
			content.OwesDesk, true, "aimed Fri 14:00 goal Fri 12:00, fixed Mon 17:00"},
	} {
		tr, d := promising(t, c.events)
		now := at("2026-11-20T09:12:00Z")
		v := Setting{Tree: tr, Now: now, TicketNow: func(t *content.Ticket) TicketNow { return TicketAt(d, t, tr, now) }}.Follow(tr.Tickets[0])
		if got := told(v.Promised); v.Owes != c.owes || got != c.want || (v.Payment != nil) != c.pay {
			t.Errorf("%s: %q owes, %s, pay %v", c.name, v.Owes, got, v.Payment)
		}
	}
}
