package main

import (
	"slices"
	"testing"
)

// A name that is all of a case's slug means that case, whatever longer slugs there are.
func TestPick(t *testing.T) {
	dirs := []string{"incidents/2026/1128-login-down", "incidents/2026/1128-login-down-2", "incidents/2026/1129-search", "incidents/2025/1129-search", "incidents/2026/1130-search-slow"}
	for name, want := range map[string][]string{
		"login-down":                     {dirs[0]},
		"1128-login-down":                {dirs[0]},
		"incidents/2026/1128-login-down": {dirs[0]},
		"down-2":                         {dirs[1]},
		"login":                          {dirs[0], dirs[1]},
		"search":                         {dirs[2], dirs[3]},
		"slow":                           {dirs[4]},
		"nothing":                        nil,
	} {
		if got := matchAll(dirs, name); !slices.Equal(got, want) {
			t.Errorf("%s means %q, want %q", name, got, want)
		}
	}
}
