package site

import (
	"testing"

	"balie/generator/statusapi"
)

// TestAPIStatus: the answer is the worst of components and open incidents, and never green while an
// incident is open.
func TestAPIStatus(t *testing.T) {
	kept := func(state string) string {
		return "-- incidents/2026/1120-x/incident.yaml --\ntitle: {nl: X}\nimpact: none\nservices: {mail: " + state + "}\n-- incidents/2026/1120-x/2026-11-20T1200-investigating.md --\nX.\n"
	}
	watched := "-- incidents/2026/1120-pay/2026-11-20T1310-monitoring.md --\n---\nservices: {pay: operational, search: operational}\n---\nWij kijken toe.\n"
	over := "-- incidents/2026/1120-pay/2026-11-20T1320-resolved.md --\nVoorbij.\n"
	staff := "-- incidents/2026/1120-x/incident.yaml --\ntitle: {nl: X}\nvisibility: staff\nservices: {mail: major_outage}\n-- incidents/2026/1120-x/2026-11-20T1200-investigating.md --\nX.\n"
	work := "-- maintenance/2026/1120-db/maintenance.yaml --\ntitle: {nl: Databank}\nservices: {mail: under_maintenance}\nplanned: {start: 2026-11-20T13:00, end: 2026-11-20T17:00}\nautomatic: true\n"
	for _, c := range []struct {
		name, files string
		indicator   statusapi.Indicator
		description string
	}{
		{"nothing", "", "none", "All Systems Operational"},
		{"what staff alone know", staff, "none", "All Systems Operational"},
		{"over", down + over, "none", "All Systems Operational"},
		{"maintenance", work, "maintenance", "Service Under Maintenance"},
		{"an incident that is watched", down + watched, "minor", "Minor Service Outage"},
		{"and maintenance", down + watched + work, "minor", "Minor Service Outage"},
		{"an incident without harm", kept("operational"), "minor", "Minor Service Outage"},
		{"an incident that is said to be maintenance", kept("under_maintenance"), "minor", "Minor Service Outage"},
		{"a slow service", kept("degraded_performance"), "minor", "Partially Degraded Service"},
		{"a service in part", kept("partial_outage"), "major", "Partial System Outage"},
		{"a service out, and another slow", down, "critical", "Major System Outage"},
	} {
		in := on(t, tree(t, desk, c.files), "2026-11-20 14:00")
		want := statusapi.Status{Indicator: c.indicator, Description: c.description}
		if got := viewOf[statusapi.StatusDocument](t, in, "api/v2/status.json").Status; got != want {
			t.Errorf("%s: %v, want %v", c.name, got, want)
		}
		if got := viewOf[statusapi.Summary](t, in, "api/v2/summary.json").Status; got != want {
			t.Errorf("%s, in the summary: %v, want %v", c.name, got, want)
		}
	}
}
