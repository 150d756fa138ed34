package load

import (
	"testing"
	"testing/fstest"

	"balie/content"
)

// Whoever reads a policy meets the default of what was left out, and never nothing.
func TestStrengthByDefault(t *testing.T) {
	fsys := fstest.MapFS{"site.yaml": {Data: []byte("name: Desk\nbase_url: https://help.example\nlanguages: [nl]\ntime_zone: Europe/Brussels\n")}}
	fsys["policy/2026-01-01.yaml"] = &fstest.MapFile{Mode: 0o644, Data: []byte(`
calendars: {office: {hours: {mon-fri: ["09:00-17:00"]}}}
promises:
  - {id: unsaid, clock: first_response, target: {within: 4h}}
  - {id: aim, clock: resolution, target: {within: 4h}, strength: aim}
  - {id: words, text: Een hersteltijd beloven wij niet.}
`)}
	got := map[string]content.Strength{}
	for _, p := range Load(fsys, nil).Tree.Policies[0].Promises {
		got[p.ID] = p.Strength
	}
	for id, want := range map[string]content.Strength{"unsaid": "promise", "aim": "aim", "words": "promise"} {
		if got[id] != want {
			t.Errorf("strength of %s: %q, want %q", id, got[id], want)
		}
	}
}
