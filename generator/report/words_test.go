package report

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
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
		"payment":     {answeredLate, notAnswered, belowPrice, otherCurrency, wasFinished, notMoved},
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

// keys lists, in order, every name that a report shows to people: report.table.ageing, report.chart.flow, report.column.unanswered, report.age.under_1h.
func keys() []string {
	keys := []string{}
	add := func(k string) {
		if !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	setup := &content.Setup{Zone: time.UTC}
	f := &Facts{setup: setup, hours: newWorkingHours(setup, nil, time.Time{}), requesters: func() *desk.Requesters { return &desk.Requesters{} }}
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

// TestReportsHaveTheirWords: each language has its own words for all that a report shows.
func TestReportsHaveTheirWords(t *testing.T) {
	files, err := filepath.Glob("../../themes/default/locales/*.json")
	if err != nil || len(files) < 5 {
		t.Fatalf("%v: %v", files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		words := map[string]any{}
		if err := json.Unmarshal(data, &words); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, key := range keys() {
			if words[key] == nil {
				t.Errorf("%s lacks %s", filepath.Base(file), key)
			}
		}
	}
}

// Every word that stands in a table has a key, and every table and column too.
func TestKeys(t *testing.T) {
	keys, words := keys(), vocabularies()
	if !slices.IsSorted(keys) || len(slices.Compact(slices.Clone(keys))) != len(keys) {
		t.Error("keys are not in order, or stand twice")
	}
	known := func(k string) bool { _, ok := slices.BinarySearch(keys, k); return ok }
	stories(t, 5, func(t *testing.T, _ *rand.Rand, s *story, now time.Time) {
		f := gather(t, s.load().Tree, now)
		for _, r := range []*Report{Public(f), Staff(f)} {
			for _, table := range r.Tables {
				if !known("report.table." + table.ID) {
					t.Errorf("no key for table %s", table.ID)
				}
				for i, c := range table.Columns {
					if !known("report.column." + c.ID) {
						t.Errorf("no key for column %s", c.ID)
					}
					if c.Words == "" || c.Words == "lane" || c.Words == "channel" {
						continue
					}
					for _, row := range table.Rows {
						if row[i].Known && !slices.Contains(words[c.Words], row[i].Text) {
							t.Errorf("%s.%s: %q is no word of %s", table.ID, c.ID, row[i].Text, c.Words)
						}
					}
				}
			}
			for _, c := range r.Charts {
				if !known("report.chart."+c.ID) || r.Table(c.Table) == nil {
					t.Errorf("chart %s of table %s", c.ID, c.Table)
				}
			}
		}
	})
}
