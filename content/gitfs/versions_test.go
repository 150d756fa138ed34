package gitfs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"balie/content/gitfs"
)

// hour is a time on the day of the tests.
func hour(n int) time.Time { return noon.Add(time.Duration(n) * time.Hour) }

// versions describes what Versions returns: the hour of each commit and what the path holds.
func versions(t *testing.T, r *gitfs.Repo, rev gitfs.Revision, path string, limit int) []string {
	t.Helper()
	got, err := r.Versions(t.Context(), rev, path, limit)
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, v := range got {
		text := "gone"
		if v.Exists {
			text = string(v.Data)
		}
		said = append(said, fmt.Sprintf("%d %s", int(v.Time.Sub(noon).Hours()), text))
	}
	return said
}

// changes lists the hours of the commits that Changes returns.
func changes(t *testing.T, r *gitfs.Repo, rev gitfs.Revision, limit int, paths ...string) []int {
	t.Helper()
	got, err := r.Changes(t.Context(), rev, limit, paths...)
	if err != nil {
		t.Fatal(err)
	}
	var hours []int
	for _, c := range got {
		hours = append(hours, int(c.Time.Sub(noon).Hours()))
	}
	return hours
}

// story is a history with a merge, a removal, a rename, a change of mode and a path that becomes a directory.
func story(t *testing.T) (desk, gitfs.Revision) {
	d := newDesk(t)
	d.git("config", "log.follow", "true")
	d.commit(hour(0), map[string]string{"desk/a": "0", "desk/b": "b", "top": "0", "*": "0"})
	d.git("checkout", "-q", "-b", "side")
	d.commit(hour(1), map[string]string{"desk/a": "on the side"})
	d.commit(hour(2), map[string]string{"desk/a": "2", "desk/dir/c": "c"})
	d.git("checkout", "-q", "main")
	d.commit(hour(3), map[string]string{"top": "3"})
	d.gitAt(hour(4), "merge", "-q", "--no-ff", "-m", "merge", "side")
	d.git("rm", "-q", "desk/a")
	d.commit(hour(5), nil)
	d.commit(hour(6), map[string]string{"desk/a": "2"})
	d.git("update-index", "--chmod=+x", "desk/a")
	d.gitAt(hour(7), "commit", "-qm", "mode")
	d.git("checkout", "-q", "-f", "HEAD")
	d.git("mv", "desk/b", "desk/moved")
	d.commit(hour(8), nil)
	os.Remove(filepath.Join(d.dir, "desk/a"))
	d.commit(hour(9), map[string]string{"desk/a/below": "9"})
	return d, gitfs.Revision(d.git("rev-parse", "HEAD"))
}

func TestVersions(t *testing.T) {
	d, rev := story(t)
	bare := desk{t, filepath.Join(t.TempDir(), "bare.git")}
	d.git("clone", "-q", "--bare", d.dir, bare.dir)
	for _, test := range []struct {
		repo *gitfs.Repo
		path string
		want []string
	}{
		{d.open(), "desk/a", []string{"9 gone", "6 2", "5 gone", "4 2", "0 0"}},
		{bare.open(), "desk/a", []string{"9 gone", "6 2", "5 gone", "4 2", "0 0"}},
		{open(t, filepath.Join(d.dir, "desk")), "a", []string{"9 gone", "6 2", "5 gone", "4 2", "0 0"}},
		{d.open(), "desk/moved", []string{"8 b"}},
		{d.open(), "desk/b", []string{"8 gone", "0 b"}},
		{d.open(), "*", []string{"0 0"}},
		{d.open(), "desk", nil},
		{d.open(), "nowhere", nil},
	} {
		if got := versions(t, test.repo, rev, test.path, 100); !slices.Equal(got, test.want) {
			t.Errorf("%s in %s: %q, want %q", test.path, test.repo.Dir(), got, test.want)
		}
	}
	r := d.open()
	if got := versions(t, r, rev, "desk/a", 3); !slices.Equal(got, []string{"9 gone", "6 2"}) {
		t.Errorf("of three commits, one of which changed the mode: %q", got)
	}
	if got := versions(t, r, "", "top", 100); got != nil {
		t.Errorf("before the first commit: %q", got)
	}
	for _, path := range []string{"../top", "/top", "a\nb"} {
		if got, err := r.Versions(t.Context(), rev, path, 100); err == nil {
			t.Errorf("%q: %v", path, got)
		}
	}
	if _, err := r.Versions(t.Context(), "0123456789012345678901234567890123456789", "top", 100); err == nil {
		t.Error("no error for a commit that is not there")
	}
}

func TestALinkIsNoVersionOfAFile(t *testing.T) {
	d := newDesk(t)
	d.commit(hour(0), map[string]string{"a": "real"})
	os.Remove(filepath.Join(d.dir, "a"))
	if err := os.Symlink("real", filepath.Join(d.dir, "a")); err != nil {
		t.Skip(err)
	}
	rev := d.commit(hour(1), nil)
	if got := versions(t, d.open(), rev, "a", 100); !slices.Equal(got, []string{"1 gone", "0 real"}) {
		t.Errorf("%q", got)
	}
}

func TestChanges(t *testing.T) {
	d, rev := story(t)
	r, below := d.open(), open(t, filepath.Join(d.dir, "desk"))
	for _, test := range []struct {
		repo  *gitfs.Repo
		limit int
		paths []string
		want  []int
	}{
		{r, 100, []string{"top"}, []int{3, 0}},
		{r, 100, []string{"desk"}, []int{9, 8, 7, 6, 5, 4, 0}},
		{r, 100, []string{"desk/dir", "top"}, []int{4, 3, 0}},
		{r, 1, []string{"desk/dir", "top"}, []int{4}},
		{r, 100, []string{"nowhere", "desk/b"}, []int{8, 0}},
		{below, 100, []string{"dir"}, []int{4}},
		{below, 100, nil, []int{9, 8, 7, 6, 5, 4, 0}},
	} {
		if got := changes(t, test.repo, rev, test.limit, test.paths...); !slices.Equal(got, test.want) {
			t.Errorf("%d of %q: %v, want %v", test.limit, test.paths, got, test.want)
		}
	}
	got, err := r.Changes(t.Context(), rev, 1, "desk")
	if err != nil || len(got) != 1 || got[0].Revision != rev {
		t.Errorf("the newest: %v, %v, want %s", got, err, rev)
	}
}

func TestVersionsOfAShallowClone(t *testing.T) {
	d := newDesk(t)
	d.commit(hour(0), map[string]string{"a": "0", "b": "0"})
	d.commit(hour(1), map[string]string{"a": "1"})
	d.commit(hour(2), map[string]string{"a": "2"})
	shallow := desk{t, t.TempDir()}
	shallow.git("clone", "-q", "--depth=2", "file://"+d.dir, ".")
	r := shallow.open()
	rev, err := r.Resolve(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if got := versions(t, r, rev, "a", 100); !slices.Equal(got, []string{"2 2", "1 1"}) {
		t.Errorf("versions: %q", got)
	}
	if got := changes(t, r, rev, 100, "b"); !slices.Equal(got, []int{1}) {
		t.Errorf("changes: %v", got)
	}
}

// More paths than git is asked about at once.
func TestVersionsOfManyPaths(t *testing.T) {
	d := newDesk(t)
	files := map[string]string{}
	var paths []string
	for i := range 250 {
		path := fmt.Sprintf("tickets/%d.md", i)
		files[path], paths = fmt.Sprint(i), append(paths, path)
	}
	d.commit(hour(0), files)
	rev := d.commit(hour(1), map[string]string{"tickets/7.md": "again"})
	got, err := d.open().VersionsOf(t.Context(), rev, append(paths, "none"), 100)
	if err != nil || len(got) != len(paths) || len(got["tickets/7.md"]) != 2 {
		t.Fatalf("%d paths, %d versions of one, %v", len(got), len(got["tickets/7.md"]), err)
	}
	for path, text := range files {
		if v := got[path]; string(v[len(v)-1].Data) != text {
			t.Errorf("%s: %+v", path, v)
		}
	}
}
