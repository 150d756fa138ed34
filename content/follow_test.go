package content_test

import (
	"testing"
	"testing/fstest"
	"time"

	"balie/content"
	"balie/content/check"
	"balie/content/load"
)

// TestFollowedUpdates: who follows everything, a service or a case hears of its public updates, and
// nobody of what staff alone may see; a workaround stands until it is withdrawn or the incident
// ends; reports are counted and are no update.
func TestFollowedUpdates(t *testing.T) {
	files := fstest.MapFS{}
	for file, text := range map[string]string{
		"site.yaml":     "name: X\nbase_url: https://x.example\nlanguages: [en]\ntime_zone: UTC\n",
		"services.yaml": "- {id: checkout, name: Checkout}\n- {id: search, name: Search}\n",
		"incidents/2026/0302-checkout/incident.yaml":                    "title: Checkout\nservices: {checkout: major_outage}\n",
		"incidents/2026/0302-checkout/2026-03-02T1000-investigating.md": "---\nworkaround: Pay by card.\n---\nWe look.\n",
		"incidents/2026/0302-checkout/2026-03-02T1001-note.md":          "For us.\n",
		"incidents/2026/0302-checkout/2026-03-02T1002-reports-balie.md": "---\ncount: 3\nid: ab12\n---\n",
		"incidents/2026/0302-checkout/2026-03-02T1010-update.md":        "---\nservices: {search: partial_outage}\n---\nThe search too.\n",
		"incidents/2026/0302-checkout/2026-03-02T1020-update.md":        "---\nworkaround: none\n---\nDo nothing.\n",
		"incidents/2026/0302-checkout/2026-03-02T1100-resolved.md":      "Done.\n",
		"incidents/2026/0302-secret/incident.yaml":                      "title: Secret\nvisibility: staff\n",
		"incidents/2026/0302-secret/2026-03-02T1005-investigating.md":   "Hidden.\n",
		"maintenance/2026/0303-database/maintenance.yaml":               "title: Database\nservices: [search]\nplanned: {start: 2026-03-03T10:00, end: 2026-03-03T11:00}\n",
		"maintenance/2026/0303-database/2026-03-02T1015-scheduled.md":   "Tomorrow.\n",
	} {
		files[file] = &fstest.MapFile{Data: []byte(text)}
	}
	tree := load.Load(files, nil).Tree
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	if problems := check.Check(load.Load(files, nil), now); content.HasErrors(problems) {
		t.Fatal(problems)
	}
	all := tree.PublicUpdates(now.Add(-3*time.Hour), now)
	count := func(what content.Follows) (n int) {
		for _, f := range all {
			if f.IsOf(what, now) {
				n++
			}
		}
		return n
	}
	for what, want := range map[content.Follows]int{
		content.FollowsAll: 5, "services/checkout": 4, "services/search": 5, "services/none": 0,
		"incidents/2026/0302-checkout": 4, "maintenance/2026/0303-database": 1, "incidents/2026/0302-secret": 0,
	} {
		if got := count(what); got != want {
			t.Errorf("%s: %d updates, want %d", what, got, want)
		}
		if known := what != "services/none" && what != "incidents/2026/0302-secret"; tree.IsFollowed(what) != known {
			t.Errorf("%s is followed: %t", what, !known)
		}
	}
	incident := tree.Incidents[0]
	for minute, want := range map[int]string{0: "Pay by card.", 10: "Pay by card.", 20: ""} {
		p := incident.At(time.Date(2026, 3, 2, 10, minute, 0, 0, time.UTC))
		if p.Workaround["en"] != want {
			t.Errorf("10:%02d: %q", minute, p.Workaround)
		}
	}
	if p := incident.At(now); p.Reports != 3 || len(p.Updates) != 4 {
		t.Errorf("%d reports, %d updates", p.Reports, len(p.Updates))
	}
}
