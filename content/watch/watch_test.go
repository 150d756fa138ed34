package watch

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// desk is a work tree that is watched.
type desk struct {
	t       *testing.T
	dir     string
	changes <-chan Change
	limits  []error
}

func newDesk(t *testing.T, files ...string) *desk {
	d := &desk{t: t, dir: t.TempDir()}
	for _, f := range files {
		d.write(f, "old")
	}
	return d
}

func (d *desk) watch(c Config) *desk {
	d.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	changes, err := Watch(ctx, c)
	if err != nil {
		d.t.Fatal(err)
	}
	d.changes = changes
	d.t.Cleanup(func() {
		cancel()
		for range changes {
		}
	})
	return d
}

func (d *desk) path(name string) string { return filepath.Join(d.dir, filepath.FromSlash(name)) }

func (d *desk) write(name, body string) {
	d.t.Helper()
	os.MkdirAll(filepath.Dir(d.path(name)), 0o755)
	if err := os.WriteFile(d.path(name), []byte(body), 0o644); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// until gathers changes until enough says so, and fails when they don't come.
func (d *desk) until(what string, enough func(Change) bool) Change {
	d.t.Helper()
	var all Change
	patience := time.After(20 * time.Second)
	for {
		select {
		case c, ok := <-d.changes:
			if !ok {
				d.t.Fatal("the channel was closed")
			}
			if c.Limit != nil {
				d.limits = append(d.limits, c.Limit)
			}
			all.Paths = append(all.Paths, c.Paths...)
			all.Refs, all.Overflow = all.Refs || c.Refs, all.Overflow || c.Overflow
			if enough(all) {
				slices.Sort(all.Paths)
				all.Paths = slices.Compact(all.Paths)
				return all
			}
		case <-patience:
			d.t.Fatalf("%s was not noticed; noticed was %+v", what, all)
		}
	}
}

// wants waits for all of the paths, or directories above them, or an overflow.
func (d *desk) wants(paths ...string) Change {
	d.t.Helper()
	return d.until(strings.Join(paths, ", "), func(c Change) bool {
		for _, p := range paths {
			if !c.Overflow && !slices.ContainsFunc(c.Paths, func(got string) bool { return got == p || strings.HasPrefix(p, got+"/") }) {
				return false
			}
		}
		return true
	})
}

// quiet waits for one more change, and sees that it is the only one.
func (d *desk) quiet() {
	d.t.Helper()
	d.write("sentinel", "x")
	c := d.wants("sentinel")
	if !slices.Equal(c.Paths, []string{"sentinel"}) || c.Refs || c.Overflow {
		d.t.Errorf("noticed %+v", c)
	}
}

// modes are the ways to notice: by the system, in part, and not by it at all.
func modes(t *testing.T, test func(t *testing.T, c Config)) {
	for name, c := range map[string]Config{"watched": {}, "in part": {most: 2, interval: 5 * time.Millisecond}, "polled": {most: 1, interval: 5 * time.Millisecond}} {
		t.Run(name, func(t *testing.T) { test(t, c) })
	}
}

func TestFiles(t *testing.T) {
	modes(t, func(t *testing.T, c Config) {
		d := newDesk(t, "site.yaml", "incidents/2026/1120-x/incident.yaml", "incidents/2026/1120-x/é 日本.md", "a/b/c/d")
		c.Dir = d.dir
		d.watch(c)

		d.write("site.yaml", "changed")
		d.wants("site.yaml")
		d.write("incidents/2026/1120-x/incident.yaml", "changed")
		d.write("incidents/2026/1120-x/é 日本.md", "changed")
		d.wants("incidents/2026/1120-x/incident.yaml", "incidents/2026/1120-x/é 日本.md")
		d.write("incidents/2026/1120-x/new.md", "new")
		d.wants("incidents/2026/1120-x/new.md")
		d.must(os.Remove(d.path("a/b/c/d")))
		d.wants("a/b/c/d")

		d.write("incidents/2027/0101-y/deep/er/incident.yaml", "new directories")
		d.wants("incidents/2027/0101-y/deep/er/incident.yaml")
		d.write("incidents/2027/0101-y/deep/er/second.md", "in a new directory")
		d.wants("incidents/2027/0101-y/deep/er/second.md")

		d.must(os.Rename(d.path("incidents/2027"), d.path("incidents/2028")))
		d.wants("incidents/2027", "incidents/2028")
		d.write("incidents/2028/0101-y/deep/er/second.md", "in a moved directory")
		d.wants("incidents/2028/0101-y/deep/er/second.md")
		d.must(os.RemoveAll(d.path("incidents/2028")))
		d.wants("incidents/2028")
		d.write("incidents/2028/0101-y/again", "removed and there again")
		d.wants("incidents/2028/0101-y/again")
		d.write("incidents/2028/0101-y/again", "and changed")
		d.wants("incidents/2028/0101-y/again")
	})
}

func TestEditors(t *testing.T) {
	modes(t, func(t *testing.T, c Config) {
		d := newDesk(t, "dir/file.md")
		c.Dir = d.dir
		d.watch(c)
		for i, save := range []func(body string){
			func(body string) { // in place
				d.write("dir/file.md", body)
			},
			func(body string) { // vim: tries the directory, moves the old one away, writes a new one, removes the old one
				d.write("dir/4913", "")
				d.must(os.Remove(d.path("dir/4913")))
				d.must(os.Rename(d.path("dir/file.md"), d.path("dir/file.md~")))
				d.write("dir/file.md", body)
				d.must(os.Remove(d.path("dir/file.md~")))
			},
			func(body string) { // writes beside and renames over: same size, and the time may be the same
				d.write("dir/.file.md.swp", body)
				d.must(os.Rename(d.path("dir/.file.md.swp"), d.path("dir/file.md")))
			},
			func(body string) { // from elsewhere
				from := filepath.Join(t.TempDir(), "new")
				d.must(os.WriteFile(from, []byte(body), 0o644))
				d.must(os.Rename(from, d.path("dir/file.md")))
			},
		} {
			save(fmt.Sprint("save ", i))
			if got := d.wants("dir/file.md"); !got.Overflow && len(got.Paths) != 1 {
				t.Errorf("save %d: %q", i, got.Paths)
			}
		}
	})
}

func TestWhatIsNoChange(t *testing.T) {
	modes(t, func(t *testing.T, c Config) {
		d := newDesk(t, "dir/file.md", ".hidden/x", "public/index.html")
		c.Dir, c.Ignore = d.dir, []string{d.path("public"), d.path("not/yet")}
		d.watch(c)
		for _, name := range []string{".hidden/x", ".git/index", "dir/.file.md.swp", "dir/file.md~", "dir/#file.md#", "dir/.#file.md", "dir/4913", "dir/x.tmp", "public/index.html", "public/new/index.html"} {
			d.write(name, "noise")
		}
		d.must(os.Chmod(d.path("dir/file.md"), 0o600))
		d.quiet()
	})
}

func TestRefs(t *testing.T) {
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	modes(t, func(t *testing.T, c Config) {
		d := newDesk(t, "site.yaml")
		git := func(args ...string) {
			t.Helper()
			cmd := exec.Command("git", append([]string{"-c", "user.name=x", "-c", "user.email=x"}, args...)...)
			cmd.Dir = d.dir
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("git %s: %v\n%s", args, err, out)
			}
		}
		refs := func(c Change) bool { return c.Refs }
		git("init", "-q", "-b", "main")
		c.Dir, c.GitDir = d.dir, d.path(".git")
		if c.most == 1 {
			c.Dir = "" // as in a bare repository
		}
		d.watch(c)

		git("add", "-A")
		git("commit", "-qm", "first")
		d.until("the first commit", refs)
		git("commit", "-q", "--allow-empty", "-m", "second")
		d.until("a commit", refs)
		git("branch", "feature/deep/x")
		d.until("a branch", refs)
		git("update-ref", "refs/heads/feature/deep/x", "HEAD~1")
		d.until("a move of a branch in a new directory", refs)
		git("pack-refs", "--all", "--prune")
		d.until("packing", refs)
		git("commit", "-q", "--allow-empty", "-m", "third")
		d.until("a commit after packing", refs)
		git("checkout", "-q", "feature/deep/x")
		d.until("another HEAD", refs)
	})
}

func TestGitsOwnFilesAreNoRefs(t *testing.T) {
	d := newDesk(t, ".git/HEAD", ".git/refs/heads/main", "x")
	d.watch(Config{Dir: d.dir, GitDir: d.path(".git")})
	for _, name := range []string{"index", "index.lock", "COMMIT_EDITMSG", "objects/01/2345", "logs/HEAD", "refs/heads/main.lock", "HEAD.lock", "FETCH_HEAD"} {
		d.write(".git/"+name, "x")
	}
	d.quiet()
}

func TestLimitIsToldOnce(t *testing.T) {
	d := newDesk(t, "a/b/x", "c/d/y")
	d.watch(Config{Dir: d.dir, most: 2, interval: 5 * time.Millisecond})
	for i := range 5 {
		d.write(fmt.Sprintf("new%d/x", i), "x")
		d.wants(fmt.Sprintf("new%d/x", i))
	}
	if len(d.limits) != 1 {
		t.Errorf("told %d times: %v", len(d.limits), d.limits)
	}
}

func TestItEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	changes, err := Watch(ctx, Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	for range changes {
	}
	if _, err := Watch(t.Context(), Config{Dir: filepath.Join(t.TempDir(), "nowhere")}); err == nil {
		t.Error("a directory that is not there was watched")
	}
}
