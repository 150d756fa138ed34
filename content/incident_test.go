package content_test

import (
	"testing"
	"testing/fstest"
	"time"

	"balie/content"
	"balie/content/check"
	"balie/content/load"
)

// TestOpensAgain: after resolved everything works; an incident that opens again has the states it is told or, where it is told none, those it began with.
func TestOpensAgain(t *testing.T) {
	const dir = "incidents/2026/0302-checkout/"
	for name, c := range map[string]struct {
		again string
		want  map[string]content.ComponentState
	}{
		"told":     {"---\nservices: {search: partial_outage}\n---\nThe search too.\n", map[string]content.ComponentState{"checkout": content.Operational, "search": content.PartialOutage}},
		"not told": {"It is back.\n", map[string]content.ComponentState{"checkout": content.MajorOutage}},
	} {
		files := fstest.MapFS{}
		for file, text := range map[string]string{
			"site.yaml":                              "name: X\nbase_url: https://x.example\nlanguages: [en]\ntime_zone: UTC\n",
			"services.yaml":                          "- {id: checkout, name: Checkout}\n- {id: search, name: Search}\n",
			dir + "incident.yaml":                    "title: Checkout\nservices: {checkout: major_outage}\n",
			dir + "2026-03-02T1000-investigating.md": "We look.\n",
			dir + "2026-03-02T1010-monitoring.md":    "---\nservices: {checkout: degraded_performance}\n---\nBetter.\n",
			dir + "2026-03-02T1100-resolved.md":      "Done.\n",
			dir + "2026-03-02T1200-investigating.md": c.again,
		} {
			files[file] = &fstest.MapFile{Data: []byte(text)}
		}
		tree := load.Load(files, nil)
		now := time.Date(2026, 3, 2, 12, 30, 0, 0, time.UTC)
		if problems := check.Check(tree, now); content.HasErrors(problems) {
			t.Fatal(problems)
		}
		p := tree.Tree.Incidents[0].At(now)
		for service, want := range c.want {
			if got, _ := p.Services.Get(service); got != want || !p.Open {
				t.Errorf("%s: %s is %q, want %q; open %v", name, service, got, want, p.Open)
			}
		}
	}
}

// An incident is never told as a service that works, whatever it says of services.
func TestStands(t *testing.T) {
	for _, c := range []struct {
		progress content.Progress
		services content.Map[content.ComponentState]
		want     content.ComponentState
	}{
		{content.Progress{Open: true, Status: content.Investigating, Impact: content.Minor}, nil, content.DegradedPerformance},
		{content.Progress{Open: true, Status: content.Investigating, Impact: content.Critical}, nil, content.MajorOutage},
		{content.Progress{Open: true, Status: content.Monitoring, Impact: content.Critical}, nil, content.DegradedPerformance},
		{content.Progress{Impact: content.Major}, content.Map[content.ComponentState]{{"pay", content.Operational}}, content.PartialOutage},
		{content.Progress{Impact: content.Critical}, content.Map[content.ComponentState]{{"pay", content.DegradedPerformance}, {"search", content.PartialOutage}}, content.PartialOutage},
	} {
		if got := c.progress.WorstState(c.services); got != c.want {
			t.Errorf("%+v of %v: %s, want %s", c.progress, c.services, got, c.want)
		}
	}
}
