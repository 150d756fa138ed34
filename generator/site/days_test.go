package site

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// trial is an incident of pay from one time to another, or one that goes on where until is "".
func trial(id, state, from, until string) string {
	dir := "\n-- incidents/" + id + "/"
	text := dir + "incident.yaml --\ntitle: {nl: " + id[5:] + "}\nservices: {pay: " + state + "}" + dir + from + "-investigating.md --\nA"
	if until != "" {
		text += dir + until + "-resolved.md --\nB"
	}
	return text
}

// A day says for how long each state was the worst one, and because of what.
func TestServiceDays(t *testing.T) {
	const (
		hour      = "2026-11-19: major_outage 1h0m0s 1119-a"
		evening   = "2026-11-18: partial_outage 2h0m0s 1118-a"
		wholeDay  = "2026-11-19: partial_outage whole 1118-a"
		untilNoon = "2026-11-20: partial_outage 12h0m0s 1118-a"
	)
	for _, c := range []struct {
		name, files, now string
		want             []string
	}{
		{"an hour", trial("2026/1119-a", "major_outage", "2026-11-19T1000", "2026-11-19T1100"), "2026-11-20 14:00", []string{hour}},
		{"less than no time", trial("2026/1119-a", "degraded_performance", "2026-11-19T1000", "2026-11-19T1000"), "2026-11-20 14:00", []string{"2026-11-19: degraded_performance 0s 1119-a"}},
		{"two that overlap", trial("2026/1119-a", "major_outage", "2026-11-19T1000", "2026-11-19T1200") + trial("2026/1119-b", "degraded_performance", "2026-11-19T1100", "2026-11-19T1500"), "2026-11-20 14:00",
			[]string{"2026-11-19: major_outage 2h0m0s degraded_performance 3h0m0s 1119-a 1119-b"}},
		{"two that are equal count once", trial("2026/1119-a", "major_outage", "2026-11-19T1000", "2026-11-19T1100") + trial("2026/1119-b", "major_outage", "2026-11-19T1000", "2026-11-19T1100"), "2026-11-20 14:00", []string{hour + " 1119-b"}},
		{"over midnight", trial("2026/1118-a", "partial_outage", "2026-11-18T2200", "2026-11-20T1200"), "2026-11-20 14:00", []string{untilNoon, wholeDay, evening}},
		{"until midnight", trial("2026/1118-a", "partial_outage", "2026-11-18T2200", "2026-11-19T0000"), "2026-11-20 14:00", []string{evening}},
		{"a day of 25 hours", trial("2026/1025-a", "major_outage", "2026-10-25T0000", "2026-10-26T0000"), "2026-11-20 14:00", []string{"2026-10-25: major_outage whole 1025-a"}},
		{"an hour that the clock repeats", trial("2026/1025-a", "major_outage", "2026-10-25T0100", "2026-10-25T0400"), "2026-11-20 14:00", []string{"2026-10-25: major_outage 4h0m0s 1025-a"}},
		{"goes on", trial("2026/1118-a", "partial_outage", "2026-11-18T2200", ""), "2026-11-20 14:00", []string{"2026-11-20: partial_outage on 1118-a", wholeDay, evening}},
		{"began before the first day", trial("2026/0820-a", "partial_outage", "2026-08-20T2200", "2026-08-24T0100"), "2026-11-20 14:00", []string{"2026-08-24: partial_outage 1h0m0s 0820-a", "2026-08-23: partial_outage whole 0820-a"}},
		{"ends at this instant", trial("2026/1119-a", "major_outage", "2026-11-19T1000", "2026-11-19T1100"), "2026-11-19 11:00", []string{hour}},
	} {
		v := viewOf[Service](t, on(t, tree(t, desk, c.files), c.now), "services/pay/index.html")
		if got := saidOf(v); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
	}
}

func saidOf(v Service) (list []string) {
	for _, d := range v.Days {
		var b strings.Builder
		b.WriteString(d.Day.Format(time.DateOnly) + ":")
		for _, s := range d.Spells {
			long := s.Time.String()
			if s.Whole {
				long = "whole"
			} else if s.GoesOn {
				long = "on"
			}
			fmt.Fprintf(&b, " %s %s", s.State, long)
		}
		for _, link := range d.Cases {
			b.WriteString(" " + link.Text)
		}
		list = append(list, b.String())
		if v.Dates[d.N] != d.Day {
			list = append(list, "another day has its number")
		}
	}
	return list
}

// What an event of this instant ended is over, although the time until which facts were derived is
// the same.
func TestAStateThatEndsNowIsOver(t *testing.T) {
	better := "\n-- incidents/2026/1120-a/2026-11-20T1300-identified.md --\n---\nservices: {pay: degraded_performance}\n---\nC"
	loaded := tree(t, desk, trial("2026/1120-a", "partial_outage", "2026-11-20T1000", ""), better)
	var p Planner
	p.Plan(on(t, loaded, "2026-11-20 13:00"))
	m := p.Plan(on(t, loaded, "2026-11-20 15:00"))
	if got, want := saidOf(m.serviceView(m.services[0], "nl")), "2026-11-20: partial_outage 3h0m0s degraded_performance on 1120-a"; len(got) != 1 || got[0] != want {
		t.Errorf("%q", got)
	}
}

// Nothing is known of a service's days before its first.
func TestDaysBeforeAServiceWasThere(t *testing.T) {
	files := strings.ReplaceAll(trial("2026/0930-a", "major_outage", "2026-09-30T1000", "2026-10-01T1000"), "pay:", "search:")
	v := viewOf[Service](t, on(t, tree(t, desk, files), "2026-11-20 14:00"), "services/search/index.html")
	if got := saidOf(v); len(got) != 1 || got[0] != "2026-10-01: major_outage 10h0m0s 0930-a" || v.Bar.Unknown != 39 {
		t.Errorf("%q %+v", got, v.Bar)
	}
	var months []string
	for _, one := range v.Year {
		months = append(months, fmt.Sprint(one.Month.Format("2006-01 "), one.Availability, " ", len(one.Incidents)))
	}
	if want := []string{"2026-11 10000 0", "2026-10 9865 0", "2026-09 -1 1"}; !slices.Equal(months, want) {
		t.Errorf("%q", months)
	}
}

// A service's year has each month's incidents and availability. Today counts for neither bar nor
// month.
func TestAServicesYear(t *testing.T) {
	files := trial("2025/1130-old", "major_outage", "2025-11-30T1000", "2025-12-01T1000") + trial("2026/0209-a", "major_outage", "2026-02-09T0000", "2026-02-10T0000") +
		trial("2026/1120-b", "major_outage", "2026-11-20T0900", "") +
		"\n-- maintenance/2026/0210-db/maintenance.yaml --\ntitle: {nl: Databank}\nservices: {pay: under_maintenance}\nplanned: {start: 2026-02-10T14:00, end: 2026-02-10T17:00}\nautomatic: true"
	v := viewOf[Service](t, on(t, tree(t, desk, files), "2026-11-20 14:00"), "services/pay/index.html")
	if len(v.Year) != 12 {
		t.Fatalf("%d months", len(v.Year))
	}
	november, february, december := v.Year[0], v.Year[9], v.Year[11]
	if november.Availability != 10000 || len(november.Incidents) != 1 || november.URL != "/desk/history/2026/11/" {
		t.Errorf("%+v", november)
	}
	if february.Availability != 10000*27/28 || len(february.Incidents) != 1 || len(february.Maintenance) != 1 || !slices.Equal(february.Bands, []Band{{"ok", 10, "M0 19h31M40 19h71"}, {"work", 14, "M36 17h3"}, {"down", 24, "M32 12h3"}}) {
		t.Errorf("%+v", february)
	}
	if december.Month.Format("2006-01") != "2025-12" || december.URL != "" || december.Availability != 10000-10000*10/(31*24)-1 {
		t.Errorf("%+v", december)
	}
}

// A service's page is made again on another day, and when one of its cases is another; not for
// another service's.
func TestSourcesOfAService(t *testing.T) {
	of := func(p *Planner, in Input) (list []Sources) {
		for _, page := range p.Plan(in).Public() {
			if page.Layout == "service" && page.Lang == "nl" {
				list = append(list, page.Sources)
			}
		}
		return list
	}
	loaded := tree(t, desk, trial("2026/1119-a", "major_outage", "2026-11-19T1000", "2026-11-20T1500"))
	var p Planner
	first := of(&p, on(t, loaded, "2026-11-20 14:00"))
	if later := of(&p, on(t, loaded, "2026-11-20 14:30")); !slices.Equal(first, later) {
		t.Error("half an hour later, where nothing happened")
	}
	if over := of(&p, on(t, loaded, "2026-11-20 15:00")); over[0] == first[0] || over[1] != first[1] {
		t.Error("when it is over")
	}
	if tomorrow := of(&p, on(t, loaded, "2026-11-21 00:00")); slices.Contains(tomorrow, first[1]) {
		t.Error("on the next day")
	}
}

// A month for which maintenance is planned is in the list of months, as one to come.
func TestHistoryAhead(t *testing.T) {
	work := "\n-- maintenance/2026/1208-db/maintenance.yaml --\ntitle: {nl: Databank}\nservices: {mail: under_maintenance}\nplanned: {start: 2026-12-08T05:00, end: 2026-12-08T07:00}\n-- maintenance/2026/1208-db/2026-11-18T0900-scheduled.md --\nWij verhuizen."
	v := viewOf[History](t, on(t, tree(t, desk, down, work), "2026-11-20 14:00"), "history/index.html")
	if len(v.Years) != 1 || len(v.Years[0].Months) != 2 {
		t.Fatalf("%+v", v)
	}
	december, november := v.Years[0].Months[0], v.Years[0].Months[1]
	if !december.Ahead || december.Maintenance != 1 || december.URL != "/desk/history/2026/12/" || november.Ahead || november.Incidents != 1 {
		t.Errorf("%+v", v.Years)
	}
}
