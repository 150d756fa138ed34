package desk

import (
	"testing"
	"time"
)

const incidentPolicy = officeYAML + `
promises:
  - {id: often, clock: periodic_update, impacts: [critical], target: {within: 2h}}
  - {id: search, clock: periodic_update, services: [search], target: {within: 4h}}
  - {id: daily, clock: periodic_update, on: incident, target: {every: 1d}}
  - {id: why, clock: postmortem, on: incident, target: {working_days: 5}}
`

func TestIncidentClocks(t *testing.T) {
	for _, c := range []struct{ name, incident, now, want string }{
		{"from update to update, and to the postmortem", `incident 2026/0402-payments {services: {shop: degraded_performance}}
			2026-04-02 10:00 investigating
			2026-04-03 09:00 identified
			2026-04-07 10:00 update
			2026-04-07 12:00 resolved`, "2026-04-14 17:00", `
			periodic_update (daily) investigating 04-02 10:00 > 04-03 10:00 met 04-03 09:00
			periodic_update (daily) identified 04-03 09:00 > 04-07 09:00 missed 04-07 10:00
			periodic_update (daily) update 04-07 10:00 > 04-08 10:00 met 04-07 12:00
			postmortem (why) resolved 04-07 12:00 > 04-14 17:00 running`},
		{"the postmortem came late", `incident 2026/0402-payments {services: {shop: degraded_performance}}
			2026-04-02 10:00 investigating
			2026-04-02 12:00 resolved
			2026-04-13 10:00 postmortem {cause: a cable}`, "2026-04-20 09:01", `
			periodic_update (daily) investigating 04-02 10:00 > 04-03 10:00 met 04-02 12:00
			postmortem (why) resolved 04-02 12:00 > 04-10 17:00 missed 04-13 10:00`},
		{"there will be none", `incident 2026/0402-payments {services: {shop: degraded_performance}}
			2026-04-02 10:00 investigating
			2026-04-02 12:00 resolved
			2026-04-03 10:00 waived`, "2026-04-20 09:01", `
			periodic_update (daily) investigating 04-02 10:00 > 04-03 10:00 met 04-02 12:00
			postmortem (why) resolved 04-02 12:00 > 04-10 17:00 met 04-03 10:00`},
		{"the word that there will be none came first", `incident 2026/0402-payments {services: {shop: degraded_performance}}
			2026-04-02 10:00 investigating
			2026-04-02 11:00 waived
			2026-04-02 12:00 resolved`, "2026-04-20 09:01", `
			periodic_update (daily) investigating 04-02 10:00 > 04-03 10:00 met 04-02 12:00
			postmortem (why) resolved 04-02 12:00 > 04-10 17:00 met 04-02 11:00`},
		{"explained at once, it is over", `incident 2026/0402-payments {services: {shop: degraded_performance}}
			2026-04-02 10:00 investigating
			2026-04-02 12:00 postmortem {cause: a cable}`, "2026-04-20 09:01", `
			periodic_update (daily) investigating 04-02 10:00 > 04-03 10:00 met 04-02 12:00
			postmortem (why) postmortem 04-02 12:00 > 04-10 17:00 met 04-02 12:00`},
		{"it begins again", `incident 2026/0402-payments {services: {shop: degraded_performance}}
			2026-04-02 10:00 investigating
			2026-04-02 12:00 resolved
			2026-04-02 13:00 investigating`, "2026-04-02 14:00", `
			periodic_update (daily) investigating 04-02 10:00 > 04-03 10:00 met 04-02 12:00
			postmortem (why) resolved 04-02 12:00 > 04-10 17:00 cancelled 04-02 13:00
			periodic_update (daily) investigating 04-02 13:00 > 04-03 13:00 running`},
		{"what a rule wrote is no update", `incident 2026/0402-payments {services: {shop: degraded_performance}}
			2026-04-02 10:00 investigating balie
			2026-04-03 09:00 update balie`, "2026-04-03 10:01", `
			periodic_update (daily) investigating 04-02 10:00 > 04-03 10:00 overdue`},
		{"by impact, which peaks", `incident 2026/0402-payments {services: {shop: degraded_performance}}
			2026-04-02 10:00 investigating
			2026-04-02 11:00 update {services: {shop: major_outage}}
			2026-04-02 12:00 update {services: {shop: degraded_performance}}`, "2026-04-02 14:30", `
			periodic_update (daily) investigating 04-02 10:00 > 04-03 10:00 met 04-02 11:00
			periodic_update (often) update 04-02 11:00 > 04-02 13:00 met 04-02 12:00
			periodic_update (often) update 04-02 12:00 > 04-02 14:00 overdue`},
		{"by service", `incident 2026/0402-search {services: {search: degraded_performance}}
			2026-04-02 10:00 investigating`, "2026-04-02 14:00", `
			periodic_update (search) investigating 04-02 10:00 > 04-02 14:00 running`},
		{"a time that staff named is judged by the wall, beside the policy's", `incident 2026/0403-payments {services: {shop: degraded_performance}}
			2026-04-03 16:00 investigating {next_update: 2026-04-04T10:00}
			2026-04-04 10:01 update {next_update: 2026-04-05T10:00}
			2026-04-05 09:59 resolved`, "2026-04-05 10:00", `
			periodic_update (daily) investigating 04-03 16:00 > 04-07 16:00 met 04-04 10:01
			periodic_update (next_update) investigating 04-03 16:00 > 04-04 10:00 missed 04-04 10:01
			periodic_update (daily) update 04-04 10:01 > 04-07 10:01 met 04-05 09:59
			periodic_update (next_update) update 04-04 10:01 > 04-05 10:00 met 04-05 09:59
			postmortem (why) resolved 04-05 09:59 > 04-13 17:00 running`},
		{"only staff know of it", `incident 2026/0402-payments {services: {shop: degraded_performance}; visibility: staff}
			2026-04-02 10:00 investigating`, "2026-04-02 14:30", ""},
		{"not begun", `incident 2026/0402-payments {services: {shop: degraded_performance}}
			2026-04-02 10:00 investigating`, "2026-04-02 09:59", ""},
	} {
		w := makeWorld(t, map[string]string{"2026-01-01": incidentPolicy}, c.incident)
		clocks := w.Incident(w.tree.Incidents[0], w.at(c.now))
		w.want(c.name, w.lines(clocks), c.want)
		for i := range clocks {
			breaks := clocks[i].BreachedFrom()
			if breaks.IsZero() == clocks[i].Open() {
				t.Errorf("%s: %s breaks at %v", c.name, clocks[i].Promise.ID, breaks)
			}
			if at := func(now time.Time) ClockState { return w.Incident(w.tree.Incidents[0], now)[i].State }; clocks[i].Open() && (at(breaks) != Overdue || at(breaks.Add(-1)) == Overdue) {
				t.Errorf("%s: %s breaks at %v, and is %s", c.name, clocks[i].Promise.ID, breaks, at(breaks))
			}
		}
	}
}
