package main

import (
	"bytes"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"balie/content"
	"balie/content/desk"
	"balie/content/desk/queuefile"
	"balie/content/load"
	"balie/content/sample"
)

// TestPast: at instants all over every sample desk's story, the queue as it was printed from the commits of then is what it was, asked from the last commit.
func TestPast(t *testing.T) {
	end := time.Date(2026, 11, 22, 22, 0, 0, 0, time.UTC)
	for _, name := range sample.Names() {
		history, err := sample.History(name, end)
		if err != nil {
			t.Fatal(err)
		}
		whole := committedBy(history, end)
		for at := end; at.After(history[0].At.AddDate(0, 0, 8)); at = at.Add(-41*time.Hour - 7*time.Minute) {
			then, later := printed(t, committedBy(history, at), at), printed(t, whole, at)
			if then != later {
				t.Errorf("%s at %s: %s", name, at, firstDifference(then, later))
			}
		}
	}
}

// committedBy is a desk's content as it was committed by an instant.
func committedBy(history []sample.Commit, at time.Time) *content.Tree {
	files := fstest.MapFS{}
	for _, c := range history {
		if c.At.After(at) {
			break
		}
		for _, f := range c.Files {
			files[f.Path] = &fstest.MapFile{Data: f.Data}
		}
	}
	return load.Load(files, nil).Tree
}

// printed is the queue of a tree at an instant, the finished tickets too.
func printed(t *testing.T, tree *content.Tree, at time.Time) string {
	t.Helper()
	d, err := desk.New(tree.Setup)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := queuefile.JSON(&out, d.Queue(tree, at, true), at); err != nil {
		t.Fatal(err)
	}
	if out.Len() < 100 {
		t.Errorf("an empty queue at %s", at)
	}
	return out.String()
}

func firstDifference(a, b string) string {
	as, bs := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(as), len(bs)) {
		if as[i] != bs[i] {
			return strings.Join(as[max(0, i-8):i+1], "\n") + "\nwas, and later:\n" + bs[i]
		}
	}
	return "one goes on"
}
