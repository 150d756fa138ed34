package sample_test

import (
	"testing"
	"testing/fstest"
	"time"

	"balie/content"
	"balie/content/check"
	"balie/content/load"
	"balie/content/sample"
)

// TestHistory tells every desk's story at instants over two years, on each day of the week, and checks what has come about.
func TestHistory(t *testing.T) {
	for _, name := range append(sample.Names(), sample.Starter) {
		for _, now := range []time.Time{
			time.Date(2026, 11, 16, 9, 30, 0, 0, time.UTC),
			time.Date(2026, 11, 21, 23, 0, 0, 0, time.UTC),
			time.Date(2027, 3, 31, 6, 0, 0, 0, time.UTC),
			time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC),
		} {
			commits, err := sample.History(name, now)
			if err != nil {
				t.Fatal(err)
			}
			repo := fstest.MapFS{}
			for _, c := range commits {
				if c.At.After(now) {
					t.Errorf("%s at %s: a commit of %s", name, now, c.At)
				}
				for _, f := range c.Files {
					if repo[f.Path] != nil {
						t.Errorf("%s at %s: %s is written twice", name, now, f.Path)
					}
					repo[f.Path] = &fstest.MapFile{Data: f.Data}
				}
			}
			loaded := load.Load(repo, nil)
			for _, p := range check.Check(loaded, now) {
				if p.Severity == content.Error || p.Code == "future" {
					t.Errorf("%s at %s: %s", name, now, p)
				}
			}
			if last := commits[len(commits)-1].At; now.Sub(last) > 4*24*time.Hour && name != sample.Starter {
				t.Errorf("%s at %s: the story ends at %s", name, now, last)
			}
		}
	}
}
