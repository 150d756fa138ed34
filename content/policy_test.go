package content

import (
	"testing"
	"testing/fstest"
)

// Whoever reads a policy meets the default of what was left out, and never nothing.
func TestStrengthByDefault(t *testing.T) {
	fsys := filesOf(t, readScript(t, "testdata/base.txtar"))
	fsys["policy/2026-01-01.yaml"] = &fstest.MapFile{Mode: 0o644, Data: []byte(`
calendars: {office: {hours: {mon-fri: ["09:00-17:00"]}}}
promises:
  - {id: unsaid, clock: first_response, target: {within: 4h}}
  - {id: aim, clock: resolution, target: {within: 4h}, strength: aim}
  - {id: words, text: Een hersteltijd beloven wij niet.}
`)}
	got := map[string]Strength{}
	for _, p := range Load(fsys).Policies[0].Promises {
		got[p.ID] = p.Strength
	}
	for id, want := range map[string]Strength{"unsaid": "promise", "aim": "aim", "words": "promise"} {
		if got[id] != want {
			t.Errorf("strength of %s: %q, want %q", id, got[id], want)
		}
	}
}
