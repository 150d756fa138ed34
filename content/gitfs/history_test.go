package gitfs_test

import (
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"balie/content/gitfs"
)

func TestHistory(t *testing.T) {
	d := newDesk(t)
	hour := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Hour) }
	first := d.commit(hour(0), map[string]string{"a": "1", "dir/é\"b": "1", "gone": "1"})
	d.git("branch", "side")
	d.git("rm", "-q", "gone")
	d.commit(hour(1), map[string]string{"a": "2"})
	d.git("checkout", "-q", "side")
	side := d.commit(hour(2), map[string]string{"dir/é\"b": "2", "other": "2"})
	d.git("checkout", "-q", "main")
	d.write(map[string]string{"by the merge": "3"})
	d.git("merge", "-q", "--no-ff", "--no-commit", "side")
	d.git("add", "-A")
	d.gitAt(hour(3), "commit", "-qm", "merge")
	d.git("mv", "other", "renamed")
	last := d.commit(hour(4), nil)

	r := d.open()
	want := map[string]gitfs.Changed{
		"a": {hour(0), hour(1)}, "dir/é\"b": {hour(0), hour(2)}, "gone": {hour(0), hour(1)},
		"other": {hour(2), hour(4)}, "by the merge": {hour(3), hour(3)}, "renamed": {hour(4), hour(4)},
	}
	whole := history(t, r, last, "")
	if !maps.Equal(whole, want) {
		t.Errorf("history:\n%v\nwant\n%v", whole, want)
	}

	// What was known of an earlier commit, joined with what came since, is the same.
	for _, since := range []gitfs.Revision{first, side} {
		joined := history(t, r, since, "")
		for path, c := range history(t, r, last, since) {
			joined[path] = joined[path].Add(c)
		}
		if !maps.Equal(joined, want) {
			t.Errorf("since %s:\n%v\nwant\n%v", since.Short(), joined, want)
		}
	}

	if got := history(t, r, last, "", "dir", "a"); len(got) != 2 || got["dir/é\"b"] != want["dir/é\"b"] || got["a"] != want["a"] {
		t.Errorf("of two paths: %v", got)
	}
	if got := history(t, r, last, last); len(got) != 0 {
		t.Errorf("since itself: %v", got)
	}
	if _, err := r.History(t.Context(), first, side); !errors.Is(err, gitfs.ErrNotAncestor) {
		t.Errorf("since what is no ancestor: %v", err)
	}
}

func history(t *testing.T, r *gitfs.Repo, rev, since gitfs.Revision, paths ...string) map[string]gitfs.Changed {
	t.Helper()
	got, err := r.History(t.Context(), rev, since, paths...)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestHistoryOfAShallowCloneIsEmpty(t *testing.T) {
	d := newDesk(t)
	d.commit(noon, sample)
	d.commit(noon, map[string]string{"a": "2"})
	shallow := desk{t, t.TempDir()}
	shallow.git("clone", "-q", "--depth=1", "file://"+d.dir, ".")
	r := shallow.open()
	rev, err := r.Resolve(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if !r.Shallow() || d.open().Shallow() {
		t.Error("Shallow is wrong")
	}
	if got := history(t, r, rev, ""); got == nil || len(got) != 0 {
		t.Errorf("history: %v", got)
	}
}

func TestLackingAndMergeBase(t *testing.T) {
	d := newDesk(t)
	first := d.commit(noon, map[string]string{"a": "1"})
	d.git("branch", "side")
	second := d.commit(noon, map[string]string{"a": "2"})
	d.git("checkout", "-q", "side")
	side := d.commit(noon, map[string]string{"b": "1"})
	d.git("checkout", "-q", "--orphan", "other")
	other := d.commit(noon, map[string]string{"c": "1"})

	r := d.open()
	gone := "0123456789012345678901234567890123456789"
	got, err := r.Lacking(t.Context(), second, []string{string(side), gone, string(first), string(second), string(other)})
	if want := []string{string(side), gone, string(other)}; !slices.Equal(got, want) || err != nil {
		t.Errorf("lacking %v, want %v, %v", got, want, err)
	}
	for _, c := range []struct{ with, want gitfs.Revision }{{side, first}, {first, first}, {other, ""}} {
		if got, err := r.MergeBase(t.Context(), second, c.with); got != c.want || err != nil {
			t.Errorf("with %s: %q, %v", c.with.Short(), got, err)
		}
	}
}
