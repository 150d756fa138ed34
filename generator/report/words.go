package report

import (
	"slices"
	"time"

	"balie/content"
	"balie/content/desk"
)

// vocabularies are the ids that may stand in columns of words, but for lanes and channels, which the desk names.
func vocabularies() map[string][]string {
	all := map[string][]string{
		"clock":       {string(content.Acknowledgement), string(content.FirstResponse), string(content.NextResponse), string(content.PeriodicUpdate), string(content.Resolution), string(content.Closure), string(content.PostmortemDue)},
		"clock_state": {string(desk.Running), string(desk.Paused), string(desk.Late), string(desk.Overdue), string(desk.Met), string(desk.Missed)},
		"subject":     {"ticket", "incident"},
		"strength":    {"promise", "aim", "typical"},
		"verdict":     {"kept", "below"},
		"outlook":     {string(Unknown), string(Idle), string(Steady), string(Slower)},
		"pace":        {"as_promised", "slower"},
		"why":         {string(desk.RequesterOwes), string(desk.ThirdPartyOwes), string(desk.WasSolved)},
		"step":        {reminder, notice, closing},
		"weekday":     weekdayIDs[:],
	}
	for _, a := range ages {
		all["age"] = append(all["age"], a.id)
	}
	for _, k := range content.KindsOf(content.TicketCase) {
		all["kind"] = append(all["kind"], string(k))
	}
	return all
}

// Keys lists, in order, every name that a report shows to people, for whoever words them: report.table.ageing, report.chart.flow, report.column.unanswered, report.age.under_1h.
func Keys() []string {
	keys := []string{}
	add := func(k string) {
		if !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	setup := &content.Setup{Zone: time.UTC}
	f := &Facts{setup: setup, office: newOffice(setup, nil, time.Time{}), requesters: func() *desk.Requesters { return &desk.Requesters{} }}
	for _, r := range []*Report{Public(f), Staff(f)} {
		for _, t := range r.Tables {
			add("report.table." + t.ID)
			for _, c := range t.Columns {
				add("report.column." + c.ID)
			}
		}
		for _, c := range r.Charts {
			add("report.chart." + c.ID)
		}
	}
	for name, ids := range vocabularies() {
		for _, id := range ids {
			add("report." + name + "." + id)
		}
	}
	slices.Sort(keys)
	return keys
}
