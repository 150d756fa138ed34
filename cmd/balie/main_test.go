package main

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write what scripts print into them")

// TestMain makes the test binary answer to the name balie, so that scripts call it as people do. No
// test goes by the settings of whoever runs it. In scripts tick writes at any time, unless they set
// BALIE_TICK_BY_CLOCK.
func TestMain(m *testing.M) {
	if os.Getenv("BALIE_TICK_BY_CLOCK") == "" {
		tickClock = func() time.Time { return time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC) }
	}
	os.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	testscript.Main(m, map[string]func(){"balie": main})
}

// TestScripts runs testdata/*.txtar: each is a session at a terminal. `go test ./cmd/balie -update` refreshes what they expect.
// The machine is on the other side of the world, so that a time in its zone would be seen.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata",
		UpdateScripts: *update,
		Cmds:          map[string]func(*testscript.TestScript, bool, []string){"keys": keys},
		Setup: func(e *testscript.Env) error {
			e.Setenv("GIT_AUTHOR_NAME", "Test")
			e.Setenv("GIT_AUTHOR_EMAIL", "test@localhost")
			e.Setenv("GIT_COMMITTER_NAME", "Test")
			e.Setenv("GIT_COMMITTER_EMAIL", "test@localhost")
			e.Setenv("GIT_CONFIG_NOSYSTEM", "1")
			e.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
			e.Setenv("GIT_AUTHOR_DATE", "2026-11-20T12:00:00Z") // a script that commits later says so itself
			e.Setenv("GIT_COMMITTER_DATE", "2026-11-20T12:00:00Z")
			e.Setenv("TZ", "Pacific/Auckland")
			balie, err := exec.LookPath("balie")
			if err != nil {
				return err
			}
			e.Setenv("BALIE", balie) // by its path, for where nothing is on the path
			return nil
		},
	})
}

// keys PATH KEY... checks that each object at a path of the JSON on stdout has these keys and no others. PATH is . or names with dots between them; of a list
// all items are meant.
func keys(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: keys PATH KEY...")
	}
	var document any
	if err := json.Unmarshal([]byte(ts.ReadFile("stdout")), &document); err != nil {
		ts.Fatalf("stdout is not JSON: %v", err)
	}
	found := []any{document}
	for name := range strings.SplitSeq(strings.Trim(args[0], "."), ".") {
		if found = items(found); name != "" {
			for i, o := range found {
				found[i] = o.(map[string]any)[name]
			}
			found = items(found)
		}
	}
	if len(found) == 0 {
		ts.Fatalf("nothing at %s", args[0])
	}
	want := slices.Sorted(slices.Values(args[1:]))
	for _, o := range found {
		var got []string
		for key := range o.(map[string]any) {
			got = append(got, key)
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			ts.Fatalf("%s has the keys %s, not %s", args[0], got, want)
		}
	}
}

// items puts the items of lists in the place of the lists.
func items(values []any) []any {
	var all []any
	for _, v := range values {
		if list, ok := v.([]any); ok {
			all = append(all, list...)
		} else {
			all = append(all, v)
		}
	}
	return all
}
