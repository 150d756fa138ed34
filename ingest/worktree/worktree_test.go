package worktree_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"balie/content/gitfs"
	"balie/ingest/commit"
	"balie/ingest/commit/committest"
	"balie/ingest/worktree"
)

// desk is a repository in a temporary directory.
type desk struct {
	t    testing.TB
	dir  string
	repo *gitfs.Repo
}

func (d *desk) run(args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir = d.dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull, "GIT_AUTHOR_NAME=Anna", "GIT_AUTHOR_EMAIL=a@example.org",
		"GIT_COMMITTER_NAME=Anna", "GIT_COMMITTER_EMAIL=a@example.org", "GIT_EDITOR=true")
	out, err := cmd.CombinedOutput()
	return strings.TrimRight(string(out), "\n"), err
}

func (d *desk) git(args ...string) string {
	d.t.Helper()
	out, err := d.run(args...)
	if err != nil {
		d.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

func (d *desk) write(name, body string) {
	d.t.Helper()
	p := filepath.Join(d.dir, filepath.FromSlash(name))
	os.MkdirAll(filepath.Dir(p), 0o755)
	if err := os.WriteFile(p, []byte(body), 0o644); err != nil {
		d.t.Fatal(err)
	}
}

// noConfig lets the settings of whoever runs the tests have no say.
func noConfig(t testing.TB) {
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_SYSTEM", os.DevNull)
}

func empty(t testing.TB, initArgs ...string) *desk {
	t.Helper()
	noConfig(t)
	d := &desk{t: t, dir: t.TempDir()}
	d.git(append([]string{"init", "-q", "-b", "main"}, initArgs...)...)
	d.open()
	return d
}

func (d *desk) open() {
	d.t.Helper()
	repo, err := gitfs.Open(d.t.Context(), d.dir)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { repo.Close() })
	d.repo = repo
}

func newDesk(t testing.TB, initArgs ...string) *desk {
	t.Helper()
	d := empty(t, initArgs...)
	d.write("site.yaml", "name: Muntplein\n")
	d.git("add", "-A")
	d.git("commit", "-qm", "first")
	return d
}

func newBare(t testing.TB, initArgs ...string) *desk {
	t.Helper()
	from := newDesk(t, initArgs...)
	d := &desk{t: t, dir: filepath.Join(t.TempDir(), "desk.git")}
	from.git("clone", "-q", "--bare", from.dir, d.dir)
	d.open()
	return d
}

func (d *desk) committer() *worktree.Committer {
	d.t.Helper()
	c, err := worktree.New(d.repo)
	if err != nil {
		d.t.Fatal(err)
	}
	c.Wait = 5 * time.Second
	return c
}

func (d *desk) commit(files ...string) (string, error) {
	c := commit.Change{Message: "ticket: received", At: time.Unix(1795183509, 0)}
	for i := 0; i < len(files); i += 2 {
		c.Files = append(c.Files, commit.File{Path: files[i], Data: []byte(files[i+1])})
	}
	return d.committer().Commit(d.t.Context(), c)
}

// clean wants a repository in order: sound, no locks, no leftovers; and git status to say just that.
func (d *desk) clean(status ...string) {
	d.t.Helper()
	if !d.repo.Bare() {
		if got, want := d.git("status", "--porcelain", "-uall"), strings.Join(status, "\n"); got != want {
			d.t.Errorf("git status:\n%s\nwant\n%s", got, want)
		}
	}
	if out, err := d.run("fsck", "--strict", "--no-dangling"); err != nil {
		d.t.Errorf("git fsck: %v\n%s", err, out)
	}
	entries, _ := os.ReadDir(d.repo.GitDir())
	for _, e := range entries {
		if name := e.Name(); strings.HasPrefix(name, "index.") || strings.HasPrefix(name, "fast_import_crash") {
			d.t.Errorf("%s was left", name)
		}
	}
}

func TestSuite(t *testing.T) {
	for name, fresh := range map[string]func(testing.TB) *desk{
		"work tree": func(t testing.TB) *desk { return newDesk(t) },
		"bare":      func(t testing.TB) *desk { return newBare(t) },
		"sha256":    func(t testing.TB) *desk { return newDesk(t, "--object-format=sha256") },
		"linked": func(t testing.TB) *desk {
			main := newDesk(t)
			d := &desk{t: t, dir: filepath.Join(t.TempDir(), "linked")}
			main.git("worktree", "add", "-q", "-b", "other", d.dir)
			d.open()
			return d
		},
		"a directory of it": func(t testing.TB) *desk {
			d := empty(t)
			d.write("site.yaml", "not this one\n")
			d.write("desk/site.yaml", "name: Muntplein\n")
			d.git("add", "-A")
			d.git("commit", "-qm", "first")
			d.dir = filepath.Join(d.dir, "desk")
			d.open()
			return d
		},
	} {
		t.Run(name, func(t *testing.T) {
			committest.Run(t, func(t *testing.T) committest.Subject {
				d := fresh(t)
				t.Cleanup(func() { d.clean() })
				return committest.Subject{
					Committer: d.committer(),
					Commits:   func(t *testing.T) int { return len(strings.Fields(d.git("rev-list", "HEAD"))) },
					Read: func(t *testing.T, path string) ([]byte, bool) {
						rev, err := d.repo.Resolve(t.Context(), "")
						if err != nil {
							t.Fatal(err)
						}
						data, err := d.repo.ReadFile(t.Context(), rev, path)
						return data, err == nil
					},
				}
			})
		})
	}
}

func TestTheCommitItself(t *testing.T) {
	d := newDesk(t)
	c := commit.Change{Message: "ticket 1: received", Author: "Anna Peeters", AuthorEmail: "anna@example.org", At: time.Date(2026, 11, 20, 14, 5, 9, 0, time.FixedZone("", 3600)),
		Files: []commit.File{{Path: "tickets/1", Data: []byte("x")}}}
	revision, err := d.committer().Commit(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	const format = "%H|%an <%ae> %aI|%cn <%ce> %cI|%B"
	if got, want := d.git("log", "-1", "--format="+format), revision+"|Anna Peeters <anna@example.org> 2026-11-20T14:05:09+01:00|balie <balie@localhost> 2026-11-20T14:05:09+01:00|ticket 1: received"; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if raw := d.git("cat-file", "commit", "HEAD"); !strings.HasSuffix(raw, "\n\nticket 1: received") {
		t.Errorf("%q", raw)
	}

	d.git("config", "user.name", "Desk Bot")
	d.git("config", "user.email", "bot@example.org")
	if _, err := d.commit("tickets/2", "y"); err != nil {
		t.Fatal(err)
	}
	if got := d.git("log", "-1", "--format=%an <%ae>|%cn <%ce>"); got != "Desk Bot <bot@example.org>|Desk Bot <bot@example.org>" {
		t.Error(got)
	}
	if got := d.git("show", "--format=", "--name-only"); got != "tickets/2" {
		t.Errorf("the commit changes %q", got)
	}
}

func TestStaffsWorkIsNotDisturbed(t *testing.T) {
	d := newDesk(t)
	d.write("edited", "1\n")
	d.write("removed", "1\n")
	d.git("add", "-A")
	d.git("commit", "-qm", "second")
	d.write("edited", "2\n")
	d.write("site.yaml", "name: staged\n")
	d.write("staged-new", "s\n")
	d.git("add", "site.yaml", "staged-new")
	d.write("site.yaml", "name: staged and edited\n")
	d.git("rm", "-q", "removed")
	d.write("tickets/1/unknown", "u\n")
	status := []string{" M edited", "D  removed", "MM site.yaml", "A  staged-new", "?? tickets/1/unknown"}
	d.clean(status...)
	before := d.git("diff", "--cached")

	for i := range 3 {
		if _, err := d.commit(fmt.Sprintf("tickets/1/%d", i), "x", fmt.Sprintf("tickets/%d/ticket.yaml", i+7), "y"); err != nil {
			t.Fatal(err)
		}
		d.clean(status...)
	}
	if got := d.git("diff", "--cached"); got != before {
		t.Errorf("what is staged changed:\n%s\nwas\n%s", got, before)
	}
	if got := d.git("show", "--format=", "--name-only"); got != "tickets/1/2\ntickets/9/ticket.yaml" {
		t.Errorf("the commit took more along: %s", got)
	}
	d.git("commit", "-qm", "staff's own")
	if got := d.git("ls-tree", "-r", "--name-only", "HEAD", "tickets/"); len(strings.Fields(got)) != 6 {
		t.Errorf("after staff's commit: %s", got)
	}
}

func TestWhatIsNotCommittedYetIsTakenToo(t *testing.T) {
	d := newDesk(t)
	d.write("new/a", "theirs\n")
	d.write("new/staged", "theirs\n")
	d.git("add", "new/staged")
	os.Remove(filepath.Join(d.dir, "new/staged"))
	d.write("file", "theirs\n")
	head := d.git("rev-parse", "HEAD")
	for _, path := range []string{"new/a", "new/staged", "file/below"} {
		if _, err := d.commit("tickets/x/1", "1", path, "ours"); !errors.Is(err, commit.ErrTaken) {
			t.Errorf("%s: %v", path, err)
		}
		d.clean("AD new/staged", "?? file", "?? new/a")
	}
	if d.git("rev-parse", "HEAD") != head {
		t.Error("something was committed")
	}
	if _, err := os.Stat(filepath.Join(d.dir, "tickets")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a directory was left: %v", err)
	}
	// What a crash left half-way is taken up again.
	d.write("tickets/y", "ours")
	d.git("add", "tickets/y")
	if _, err := d.commit("tickets/y", "ours"); err != nil {
		t.Error(err)
	}
	d.clean("AD new/staged", "?? file", "?? new/a")
}

// Of many changes those before the first that can't be made are committed at once.
func TestWhatIsInTheWayOfOneOfMany(t *testing.T) {
	d := newDesk(t)
	d.write("tickets/3/received.md", "theirs\n")
	var changes []commit.Change
	for i := range 5 {
		changes = append(changes, commit.Change{Message: "m", Files: []commit.File{
			{Path: fmt.Sprintf("tickets/%d/ticket.yaml", i), Data: []byte("x\n")}, {Path: fmt.Sprintf("tickets/%d/received.md", i), Data: []byte("ours\n")},
		}})
	}
	revisions, err := d.committer().CommitAll(t.Context(), changes)
	if taken := new(commit.Taken); len(revisions) != 3 || !errors.As(err, &taken) || taken.Path != "tickets/3/received.md" {
		t.Errorf("%d commits, %v", len(revisions), err)
	}
	if head := d.git("rev-parse", "HEAD"); len(revisions) == 0 || head != revisions[len(revisions)-1] {
		t.Errorf("the branch is at %s, not the last of %s", head, revisions)
	}
	d.clean("?? tickets/3/received.md")
}

func TestABranchWithoutACommit(t *testing.T) {
	for name, fresh := range map[string]func() *desk{
		"a new repository":      func() *desk { return empty(t) },
		"a new bare repository": func() *desk { return empty(t, "--bare") },
		"a deleted branch": func() *desk {
			d := newBare(t)
			d.git("update-ref", "-d", "refs/heads/main")
			return d
		},
	} {
		d := fresh()
		if err := d.committer().Ready(t.Context()); !errors.Is(err, commit.ErrBusy) {
			t.Errorf("%s: ready: %v", name, err)
		}
		if _, err := d.commit("a/b", "x"); !errors.Is(err, commit.ErrBusy) || !strings.Contains(err.Error(), "main") {
			t.Errorf("%s: %v", name, err)
		}
		if refs := d.git("for-each-ref"); refs != "" {
			t.Errorf("%s: a branch was made: %s", name, refs)
		}
	}
}

func TestABranchThatIsNotHEADs(t *testing.T) {
	for name, d := range map[string]*desk{"work tree": newDesk(t), "bare": newBare(t)} {
		d.git("branch", "live")
		head := d.git("rev-parse", "HEAD")
		if name == "work tree" {
			d.write("site.yaml", "name: edited\n")
		}
		c := d.committer()
		c.Branch = "refs/heads/live"
		if err := c.Ready(t.Context()); err != nil {
			t.Errorf("%s: not ready: %v", name, err)
		}
		one := commit.Change{Message: "one", Files: []commit.File{{Path: "tickets/a", Data: []byte("x")}}}
		revision, err := c.Commit(t.Context(), one)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if d.git("rev-parse", "live") != revision || d.git("rev-parse", "HEAD") != head {
			t.Errorf("%s: HEAD moved, or live did not", name)
		}
		if _, err := c.Commit(t.Context(), one); !errors.Is(err, commit.ErrTaken) {
			t.Errorf("%s: once more: %v", name, err)
		}
		if name == "work tree" {
			d.clean(" M site.yaml")
			d.git("checkout", "-q", "--detach")
			if err := c.Ready(t.Context()); err != nil {
				t.Errorf("a HEAD that is detached is none of its business: %v", err)
			}
		}
		d.git("branch", "-D", "live")
		if _, err := c.Commit(t.Context(), one); !errors.Is(err, commit.ErrBusy) {
			t.Errorf("%s: a branch that was deleted: %v", name, err)
		}
	}
}

func TestABranchThatIsBeingRebased(t *testing.T) {
	d := newDesk(t)
	d.git("branch", "other")
	d.git("checkout", "-qb", "side")
	d.write("site.yaml", "side\n")
	d.git("commit", "-qam", "side")
	d.git("checkout", "-q", "main")
	d.write("site.yaml", "main\n")
	d.git("commit", "-qam", "main")
	d.run("rebase", "side")
	for branch, busy := range map[string]bool{"refs/heads/main": true, "refs/heads/other": false} {
		c := d.committer()
		c.Branch = branch
		if err := c.Ready(t.Context()); errors.Is(err, commit.ErrBusy) != busy {
			t.Errorf("%s: %v", branch, err)
		}
	}
}

func TestBusy(t *testing.T) {
	for name, prepare := range map[string]func(*desk){
		"detached": func(d *desk) { d.git("checkout", "-q", "--detach") },
		"merge": func(d *desk) {
			d.git("checkout", "-qb", "side")
			d.write("site.yaml", "side\n")
			d.git("commit", "-qam", "side")
			d.git("checkout", "-q", "main")
			d.write("site.yaml", "main\n")
			d.git("commit", "-qam", "main")
			d.run("merge", "side")
		},
		"rebase": func(d *desk) {
			d.git("checkout", "-qb", "side")
			d.write("site.yaml", "side\n")
			d.git("commit", "-qam", "side")
			d.git("checkout", "-q", "main")
			d.write("site.yaml", "main\n")
			d.git("commit", "-qam", "main")
			d.run("rebase", "side")
		},
		"a git command that hangs": func(d *desk) { d.write(".git/index.lock", "") },
		"a branch that is locked":  func(d *desk) { d.write(".git/refs/heads/main.lock", "") },
		"checked out elsewhere": func(d *desk) {
			d.git("worktree", "add", "-q", "--force", filepath.Join(d.t.TempDir(), "linked"), "main")
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			prepare(d)
			head, status := d.git("rev-parse", "HEAD"), d.git("status", "--porcelain", "-uall")
			c := d.committer()
			c.Wait = 30 * time.Millisecond
			_, err := c.Commit(t.Context(), commit.Change{Message: "m", Files: []commit.File{{Path: "tickets/a", Data: []byte("x")}}})
			if !errors.Is(err, commit.ErrBusy) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v", err)
			}
			if d.git("rev-parse", "HEAD") != head || d.git("status", "--porcelain", "-uall") != status {
				t.Errorf("something was done:\n%s", d.git("status", "--porcelain", "-uall"))
			}
			os.Remove(filepath.Join(d.dir, ".git/index.lock"))
			d.clean(strings.Split(status, "\n")...)
		})
	}
}

func TestALockThatGoesAwayIsWaitedFor(t *testing.T) {
	for _, name := range []string{".git/index.lock", ".git/refs/heads/main.lock"} {
		d := newDesk(t)
		d.write(name, "")
		done := make(chan error)
		go func() {
			_, err := d.commit("tickets/a", "x")
			done <- err
		}()
		select {
		case err := <-done:
			t.Fatalf("%s: committed in spite of it: %v", name, err)
		case <-time.After(50 * time.Millisecond): // long enough to have begun; if not, the test only proves less
		}
		os.Remove(filepath.Join(d.dir, name))
		if err := <-done; err != nil {
			t.Error(err)
		}
		d.clean()
	}
}

func TestALockThatACrashLeftIsRemoved(t *testing.T) {
	d := newDesk(t)
	d.write(".git/index.lock", "balie 1 \"elsewhere\" X\n")
	d.write(".git/index.balie", "half")
	d.write(".git/index.balie.lock", "")
	d.write(".git/index.balie-before", "half")
	c := d.committer()
	c.Wait = 20 * time.Millisecond
	if _, err := c.Commit(t.Context(), commit.Change{Message: "m", Files: []commit.File{{Path: "a", Data: []byte("x")}}}); err != nil {
		t.Fatal(err)
	}
	d.clean()
}

func TestNoHookIsRun(t *testing.T) {
	d := newDesk(t)
	for _, hook := range []string{"pre-commit", "commit-msg", "post-commit", "reference-transaction", "post-index-change", "update", "pre-auto-gc"} {
		d.write(".git/hooks/"+hook, "#!/bin/sh\ntouch '"+d.dir+"/hook-ran'\nexit 1\n")
		os.Chmod(filepath.Join(d.dir, ".git/hooks", hook), 0o755)
	}
	if _, err := d.commit("a", "x"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(d.dir, "hook-ran")); err == nil {
		t.Error("a hook was run")
	}
}

func TestALinkThatLeadsOut(t *testing.T) {
	d := newDesk(t)
	outside := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(d.dir, "tickets")); err != nil {
		t.Skip(err)
	}
	if _, err := d.commit("tickets/2026/a", "x"); err == nil {
		t.Error("a link out of the work tree was followed")
	}
	if entries, _ := os.ReadDir(outside); len(entries) != 0 {
		t.Errorf("outside: %v", entries)
	}
	d.clean("?? tickets")
}

// TestManyCommittersAtOnce: committers that know nothing of each other, as in several processes, and a staff member who commits and amends meanwhile.
func TestManyCommittersAtOnce(t *testing.T) {
	for _, d := range []*desk{newDesk(t), newBare(t)} {
		const committers, each = 4, 6
		var all sync.WaitGroup
		for n := range committers {
			c := d.committer()
			c.Wait = time.Minute
			all.Go(func() {
				for i := range each {
					change := commit.Change{Message: "m", Files: []commit.File{{Path: fmt.Sprintf("tickets/%d/%d", n, i), Data: []byte("x")}}}
					if _, err := c.Commit(t.Context(), change); err != nil {
						t.Error(err)
					}
				}
			})
		}
		staff := 0
		if !d.repo.Bare() {
			for i := range 10 {
				d.write("staff", fmt.Sprint(i))
				if _, err := d.run("add", "staff"); err == nil {
					d.run("commit", "-qm", "staff") // may meet the lock, or a branch that moved: then staff do it again
					staff = 1
				}
			}
		}
		all.Wait()
		d.run("add", "-A")
		d.run("commit", "-qm", "staff")
		d.clean()
		if got := len(strings.Fields(d.git("ls-tree", "-r", "--name-only", "HEAD"))); got != 1+staff+committers*each {
			t.Errorf("%d files, want %d", got, 1+staff+committers*each)
		}
	}
}

func TestOutsideOfGit(t *testing.T) {
	if _, err := worktree.New(nil); !errors.Is(err, gitfs.ErrNotRepository) {
		t.Error(err)
	}
}
