package desk

import (
	"os"
	"strings"
	"testing"
	"time"

	"balie/content"
	"balie/content/load"
)

func TestNewRefuses(t *testing.T) {
	for name, policy := range map[string]string{
		"no such calendar":              officeYAML + "calendar: shop\n",
		"a promise by no such calendar": officeYAML + "promises: [{id: p, clock: first_response, calendar: shop, target: {within: 4h}}]\n",
		"a calendar that never opens":   "calendars: {office: {hours: {mon: []}}}\n",
	} {
		_, err := New(makeWorldUnchecked(t, policy))
		if err == nil || !strings.HasPrefix(err.Error(), "policy/2026-01-01.yaml: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCalendarByName(t *testing.T) {
	d := makeDesk(t, officeYAML+"  night: {hours: {mon-sun: [\"22:00-24:00\"]}}\n")
	p := d.setup.Policies[0]
	saturday := time.Date(2026, 4, 4, 10, 0, 0, 0, time.UTC)
	for name, open := range map[string]bool{"": false, "office": false, "night": false, "always": true} {
		if got := d.Calendar(p, name); got == nil || got.isOpen(saturday) != open || got.Zone().String() != "Europe/Brussels" {
			t.Errorf("%q: %v", name, got)
		}
	}
	if d.Calendar(p, "shop") != nil || d.Calendar(&content.Policy{}, "office") != nil {
		t.Error("a calendar that is not there")
	}
}

func TestCommonLane(t *testing.T) {
	for lanes, want := range map[string]string{
		"": "standard",
		"lanes: [{id: a, name: A}, {id: standard, name: S}]":                            "standard",
		"lanes: [{id: a, name: A}, {id: b, name: B}, {id: c, name: C, requires: call}]": "b",
		"lanes: [{id: a, name: A, requires: call}, {id: c, name: C, requires: call}]":   "c",
	} {
		d := makeDesk(t, officeYAML+lanes+"\n")
		if got := d.versions[0].commonLane(); got != want {
			t.Errorf("%s: %s, want %s", lanes, got, want)
		}
	}
}

// Nobody begins in a lane that is entered on its evidence.
func TestBegins(t *testing.T) {
	d := makeDesk(t, queuePolicy)
	for meant, want := range map[string]string{"": "standard", "standard": "standard", "priority": "standard", "emergency": "standard", "gone": "gone"} {
		if got := d.Begins(time.Date(2026, 4, 13, 10, 0, 0, 0, time.UTC), meant); got != want {
			t.Errorf("%q: %s, want %s", meant, got, want)
		}
	}
}

// The sample desks' promises compile, and their stories have an order and clocks at each hour of their last week.
func TestSampleDesks(t *testing.T) {
	for _, name := range []string{"marketplace", "webshop", "servicedesk", "plugins", "starter"} {
		tree := load.Load(os.DirFS("../sample/"+name), nil).Tree
		d, err := New(tree.Setup)
		if err != nil {
			t.Fatal(err)
		}
		for hour := 0; hour < 7*24; hour += 5 {
			now := time.Date(2026, 11, 16, hour, 0, 0, 0, time.UTC)
			for _, q := range d.Queue(tree, now, false) {
				if q.Owes == content.OwesNobody || q.Owes == content.OwesDesk && q.Since.IsZero() {
					t.Errorf("%s: %s is in the queue, owed by %q since %v", name, q.Ticket.Ticket.Number, q.Owes, q.Since)
				}
			}
			for _, a := range d.Due(tree, now) {
				if a.At.After(now) {
					t.Errorf("%s: %s of %s is due %v, after %v", name, a.Kind, a.Case, a.At, now)
				}
			}
		}
	}
}
