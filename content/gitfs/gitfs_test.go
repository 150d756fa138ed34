package gitfs_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"balie/content/gitfs"
)

// desk is a repository in a temporary directory.
type desk struct {
	t   testing.TB
	dir string
}

func newDesk(t testing.TB, initArgs ...string) desk {
	t.Helper()
	d := desk{t, t.TempDir()}
	d.git(append([]string{"init", "-q", "-b", "main"}, initArgs...)...)
	return d
}

func (d desk) git(args ...string) string {
	d.t.Helper()
	return d.gitAt(time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC), args...)
}

// gitAt runs git with both times of a commit set.
func (d desk) gitAt(at time.Time, args ...string) string {
	d.t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=Anna", "-c", "user.email=anna@example.org", "-c", "commit.gpgSign=false"}, args...)...)
	cmd.Dir = d.dir
	stamp := at.Format(time.RFC3339)
	cmd.Env = append(os.Environ(), "GIT_COMMITTER_DATE="+stamp, "GIT_AUTHOR_DATE="+stamp, "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull)
	out, err := cmd.CombinedOutput()
	if err != nil {
		d.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

func (d desk) write(files map[string]string) {
	d.t.Helper()
	for name, body := range files {
		path := filepath.Join(d.dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			d.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(body), 0o644); err != nil {
			d.t.Fatal(err)
		}
	}
}

// commit writes files, adds everything and commits.
func (d desk) commit(at time.Time, files map[string]string) gitfs.Revision {
	d.t.Helper()
	d.write(files)
	d.git("add", "-A")
	d.gitAt(at, "commit", "-q", "--allow-empty", "-m", "change")
	return gitfs.Revision(d.git("rev-parse", "HEAD"))
}

func (d desk) open() *gitfs.Repo { return open(d.t, d.dir) }

func open(t testing.TB, dir string) *gitfs.Repo {
	t.Helper()
	r, err := gitfs.Open(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func at(t *testing.T, r *gitfs.Repo, ref string) *gitfs.FS {
	t.Helper()
	rev, err := r.Resolve(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	f, err := r.At(t.Context(), rev)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

var sample = map[string]string{
	"site.yaml": "name: Muntplein\n",
	"a":         "file a\n",
	"a.b/c":     "in a.b\n",
	"a-b/c":     "in a-b\n",
	"ab":        "",
	"incidents/2026/1120-x/é 日本 name.md":   "prose\n",
	"incidents/2026/1120-x/incident.yaml":  "title: x\n",
	"incidents/2025/0101-y/incident.yaml":  "title: y\n",
	"tickets/2026/11/20/1/\ttab\"quote.md": "x\n",
}

func TestFS(t *testing.T) {
	for _, format := range []string{"sha1", "sha256"} {
		t.Run(format, func(t *testing.T) {
			d := newDesk(t, "--object-format="+format)
			d.commit(noon, sample)
			if err := fstest.TestFS(at(t, d.open(), "HEAD"), slices.Collect(maps.Keys(sample))...); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestFSAfterADifferenceIsTheSameAsWithout(t *testing.T) {
	d := newDesk(t)
	d.commit(noon, sample)
	r := d.open()
	before := at(t, r, "main")

	for _, name := range []string{"a", "a.b/c", "incidents/2025"} {
		os.RemoveAll(filepath.Join(d.dir, name))
	}
	d.commit(noon.Add(time.Hour), map[string]string{"a/now/a/directory": "1", "a.b/d": "2", "0": "3", "zz": "4", "site.yaml": "name: Nieuw\n"})
	after, clean := at(t, r, "main"), at(t, d.open(), "main")
	if got, want := tree(t, after), tree(t, clean); !maps.Equal(got, want) {
		t.Errorf("after a difference: %v\nclean: %v", got, want)
	}
	if err := fstest.TestFS(after, "a/now/a/directory", "zz"); err != nil {
		t.Error(err)
	}
	if got := tree(t, before); got["a"] != "file a\n" || got["site.yaml"] != sample["site.yaml"] {
		t.Errorf("the earlier commit changed: %v", got)
	}
	if info, err := after.Stat("ab"); err != nil || !info.ModTime().Equal(noon.Add(time.Hour)) {
		t.Errorf("%v, %v: not the commit's time", info, err)
	}
}

func tree(t *testing.T, f fs.FS) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(f, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(f, path)
		files[path] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestSymlinksAreNotFollowedAndSubmodulesNotThere(t *testing.T) {
	d := newDesk(t)
	d.write(map[string]string{"real": "secret\n"})
	for link, target := range map[string]string{"link": "real", "out": "/etc/passwd", "dir": "."} {
		if err := os.Symlink(target, filepath.Join(d.dir, link)); err != nil {
			t.Skip(err)
		}
	}
	d.git("add", "-A")
	d.git("update-index", "--add", "--cacheinfo", "160000,"+strings.Repeat("1", 40)+",module")
	d.git("commit", "-qm", "links")
	f := at(t, d.open(), "HEAD")
	if err := fstest.TestFS(f, "real", "link"); err != nil {
		t.Error(err)
	}
	info, err := f.Stat("link")
	if err != nil || info.Mode().Type() != fs.ModeSymlink {
		t.Errorf("stat of a link: %v, %v", info, err)
	}
	if data, err := f.ReadFile("out"); err == nil {
		t.Errorf("a link was followed: %q", data)
	}
	if to, err := f.ReadLink("out"); to != "/etc/passwd" || err != nil {
		t.Errorf("ReadLink: %q, %v", to, err)
	}
	if _, err := f.Stat("dir/real"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("through a link: %v", err)
	}
	if _, err := f.Stat("module"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a submodule: %v", err)
	}
}

func TestManyReadersAtOnce(t *testing.T) {
	d := newDesk(t)
	files := map[string]string{}
	for i := range 300 {
		files[fmt.Sprintf("d%d/f%d", i%7, i)] = strings.Repeat(fmt.Sprint(i), i*20)
	}
	d.commit(noon, files)
	f := at(t, d.open(), "HEAD")
	var readers sync.WaitGroup
	for name, want := range files {
		readers.Go(func() {
			if got, err := f.ReadFile(name); err != nil || string(got) != want {
				t.Errorf("%s: %d bytes, %v", name, len(got), err)
			}
		})
	}
	readers.Wait()
}

func TestOpenSays(t *testing.T) {
	d := newDesk(t)
	d.commit(noon, sample)
	if _, err := gitfs.Open(t.Context(), t.TempDir()); !errors.Is(err, gitfs.ErrNotRepository) {
		t.Errorf("no repository: %v", err)
	}
	if _, err := gitfs.Open(t.Context(), filepath.Join(d.dir, "nowhere")); !errors.Is(err, gitfs.ErrNotRepository) {
		t.Errorf("no directory: %v", err)
	}
	if _, err := gitfs.Open(t.Context(), filepath.Join(d.dir, ".git")); !errors.Is(err, gitfs.ErrNotRepository) {
		t.Errorf("inside .git: %v", err)
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := gitfs.Open(t.Context(), d.dir); !errors.Is(err, gitfs.ErrNoGit) {
		t.Errorf("no git: %v", err)
	}
}

func TestTheCallersEnvironmentDoesNotRedirect(t *testing.T) {
	d, other := newDesk(t), newDesk(t)
	d.commit(noon, map[string]string{"mine": ""})
	other.commit(noon, map[string]string{"theirs": ""})
	for name, value := range map[string]string{
		"GIT_DIR": filepath.Join(other.dir, ".git"), "GIT_WORK_TREE": other.dir, "GIT_INDEX_FILE": "/nowhere", "GIT_OBJECT_DIRECTORY": "/nowhere",
		"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.bare", "GIT_CONFIG_VALUE_0": "true", "LC_ALL": "nl_NL.UTF-8", "LANGUAGE": "nl",
	} {
		t.Setenv(name, value)
	}
	if _, err := at(t, d.open(), "HEAD").Stat("mine"); err != nil {
		t.Error(err)
	}
	if changed, err := d.open().Status(t.Context()); len(changed) != 0 || err != nil {
		t.Errorf("status: %v, %v", changed, err)
	}
}

func TestAnotherOwnersRepository(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can give a directory away")
	}
	d := newDesk(t)
	d.commit(noon, sample)
	for _, path := range []string{d.dir, filepath.Join(d.dir, ".git")} {
		if err := os.Chown(path, 12345, 12345); err != nil {
			t.Skip(err)
		}
	}
	t.Setenv("SUDO_UID", "")
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_SYSTEM", os.DevNull)
	_, err := gitfs.Open(t.Context(), d.dir)
	if !errors.Is(err, gitfs.ErrUnsafe) || !strings.Contains(err.Error(), "safe.directory "+d.dir) || strings.Contains(err.Error(), "\n") {
		t.Errorf("dubious ownership: %v", err)
	}
}

func TestResolve(t *testing.T) {
	d := newDesk(t)
	r := d.open()
	if _, err := r.Resolve(t.Context(), ""); !errors.Is(err, gitfs.ErrNoRevision) {
		t.Errorf("before the first commit: %v", err)
	}
	first := d.commit(noon, sample)
	d.git("tag", "-a", "-m", "one", "v1")
	second := d.commit(noon, map[string]string{"x": ""})
	for ref, want := range map[string]gitfs.Revision{"": second, "HEAD": second, "main": second, "HEAD~1": first, "v1": first, string(first)[:9]: first} {
		if got, err := r.Resolve(t.Context(), ref); got != want || err != nil {
			t.Errorf("Resolve(%q) = %s, %v; want %s", ref, got, err, want)
		}
	}
	for _, ref := range []string{"nowhere", "--help", "a b missing", "main\nmain", "HEAD:site.yaml", "x\x00y"} {
		if got, err := r.Resolve(t.Context(), ref); !errors.Is(err, gitfs.ErrNoRevision) {
			t.Errorf("Resolve(%q) = %s, %v", ref, got, err)
		}
	}
}

func TestResolveSeesRefsMove(t *testing.T) {
	d := newDesk(t)
	r := d.open()
	for i := range 6 {
		want := d.commit(noon, map[string]string{"x": fmt.Sprint(i)})
		if i%2 == 1 {
			d.git("pack-refs", "--all")
			d.git("repack", "-adq")
		}
		if got, err := r.Resolve(t.Context(), "main"); got != want || err != nil {
			t.Fatalf("commit %d: %s, %v; want %s", i, got, err, want)
		}
		if data, err := r.ReadFile(t.Context(), want, "x"); string(data) != fmt.Sprint(i) || err != nil {
			t.Fatalf("commit %d: %q, %v", i, data, err)
		}
	}
}

func TestBareAndLinkedAndBelow(t *testing.T) {
	d := newDesk(t)
	rev := d.commit(noon, map[string]string{"top": "0", "desk/site.yaml": "1", "desk/a/b": "2", "other/x": "3"})
	next := d.commit(noon.Add(time.Hour), map[string]string{"desk/a/b": "2b", "other/x": "3b"})

	bare := desk{t, filepath.Join(t.TempDir(), "bare.git")}
	d.git("clone", "-q", "--bare", d.dir, bare.dir)
	b := bare.open()
	if !b.Bare() || b.GitDir() != real(t, bare.dir) || b.Dir() != b.GitDir() {
		t.Errorf("bare %v, git dir %s, dir %s", b.Bare(), b.GitDir(), b.Dir())
	}
	if got := tree(t, at(t, b, "main")); got["desk/a/b"] != "2b" || len(got) != 4 {
		t.Errorf("bare: %v", got)
	}
	if changed, err := b.Status(t.Context()); changed != nil || err != nil {
		t.Errorf("status of a bare repository: %v, %v", changed, err)
	}

	linked := desk{t, filepath.Join(t.TempDir(), "linked")}
	d.git("worktree", "add", "-q", "-b", "elsewhere", linked.dir, string(rev))
	l := linked.open()
	if got := tree(t, at(t, l, "")); got["desk/a/b"] != "2" {
		t.Errorf("linked: %v", got)
	}
	if l.Bare() || l.CommonDir() != real(t, filepath.Join(d.dir, ".git")) || l.GitDir() == l.CommonDir() {
		t.Errorf("linked: git dir %s, common %s", l.GitDir(), l.CommonDir())
	}

	below := open(t, filepath.Join(d.dir, "desk"))
	if got := tree(t, at(t, below, string(rev))); !maps.Equal(got, map[string]string{"site.yaml": "1", "a/b": "2"}) {
		t.Errorf("below: %v", got)
	}
	if got := tree(t, at(t, below, "")); !maps.Equal(got, map[string]string{"site.yaml": "1", "a/b": "2b"}) {
		t.Errorf("below, the next commit: %v", got)
	}
	if got, err := below.Diff(t.Context(), rev, next); !slices.Equal(got, []string{"a/b"}) || err != nil {
		t.Errorf("diff below: %v, %v", got, err)
	}
	if got, err := below.History(t.Context(), next, ""); len(got) != 2 || !got["a/b"].Last.Equal(noon.Add(time.Hour)) || err != nil {
		t.Errorf("history below: %v, %v", got, err)
	}
	if data, err := below.ReadFile(t.Context(), rev, "a/b"); string(data) != "2" || err != nil {
		t.Errorf("read below: %q, %v", data, err)
	}
	d.write(map[string]string{"desk/new": "", "other/new": ""})
	if got, err := below.Status(t.Context()); !slices.Equal(got, []string{"new"}) || err != nil {
		t.Errorf("status below: %v, %v", got, err)
	}
}

// real is the path without symbolic links, as git gives it.
func real(t *testing.T, dir string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestDiffAndStatus(t *testing.T) {
	d := newDesk(t)
	r := d.open()
	if got, err := r.Status(t.Context()); len(got) != 0 || err != nil {
		t.Errorf("status before the first commit: %v, %v", got, err)
	}
	first := d.commit(noon, sample)
	all := slices.Sorted(maps.Keys(sample))
	if got, err := r.Diff(t.Context(), "", first); !slices.Equal(got, all) || err != nil {
		t.Errorf("from nothing: %q, %v; want %q", got, err, all)
	}
	d.git("mv", "a", "moved")
	second := d.commit(noon, map[string]string{"site.yaml": "changed"})
	if got, err := r.Diff(t.Context(), first, second); !slices.Equal(got, []string{"a", "moved", "site.yaml"}) || err != nil {
		t.Errorf("diff: %q, %v", got, err)
	}
	d.write(map[string]string{"ab": "edited", "staged": "", "un tracked/é": "", "ignored": "", ".git/info/exclude": "ignored\n"})
	d.git("add", "staged")
	os.Remove(filepath.Join(d.dir, "site.yaml"))
	got, err := r.Status(t.Context())
	slices.Sort(got)
	if want := []string{"ab", "site.yaml", "staged", "un tracked/é"}; !slices.Equal(got, want) || err != nil {
		t.Errorf("status: %q, %v; want %q", got, err, want)
	}
}

func TestClosedAndCancelled(t *testing.T) {
	d := newDesk(t)
	rev := d.commit(noon, sample)
	r := d.open()
	f := at(t, r, "")
	r.Close()
	if _, err := f.ReadFile("a"); err == nil {
		t.Error("a closed repository was read")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.open().Diff(ctx, "", rev); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
