package ingest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// errKilled stands for an end of the process between a commit and its note.
var errKilled = errors.New("killed")

// gap is a command that the shell runs once, right before the nth git command from now on.
type gap struct{ dir string }

// newGap puts a command before git that looks for a gap.
func newGap(t *testing.T) gap {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("no shell here")
	}
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("no git here")
	}
	g := gap{t.TempDir()}
	script := fmt.Sprintf(`#!/bin/sh
left=$(cat %[1]s/left 2>/dev/null)
case $left in
"") ;;
0) rm %[1]s/left; (PATH=%[2]s:$PATH; . %[1]s/do) >%[1]s/said 2>&1 && echo succeeded >>%[1]s/said ;;
*) echo $((left - 1)) >%[1]s/left ;;
esac
exec %[3]s "$@"
`, g.dir, filepath.Dir(git), git)
	if err := os.WriteFile(filepath.Join(g.dir, "git"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", g.dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	return g
}

// before lets a script run before the nth git command.
func (g gap) before(t *testing.T, n int, script string) {
	t.Helper()
	for name, text := range map[string]string{"do": script, "left": fmt.Sprintln(n)} {
		if err := os.WriteFile(filepath.Join(g.dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// reached reports whether the script was run, and forgets it.
func (g gap) reached() bool { return os.Remove(filepath.Join(g.dir, "left")) != nil }

// succeeded reports whether the script did.
func (g gap) succeeded() bool {
	said, _ := os.ReadFile(filepath.Join(g.dir, "said"))
	return strings.HasSuffix(string(said), "succeeded\n")
}

// staffCommit is a script by which staff commit a file: with git commit in a work tree, where a lock
// may keep them out, and as a push does in a bare repository.
func (c *clone) staffCommit(bare bool, name string) string {
	if !bare {
		return fmt.Sprintf("cd %s && echo staff >%s && git add %[2]s && git -c user.name=Anna -c user.email=anna@hulp.example commit -qm staff", c.dir, name)
	}
	return fmt.Sprintf(`cd %s && export GIT_INDEX_FILE=%[2]s.index && git read-tree main &&
git update-index --add --cacheinfo "100644,$(echo staff | git hash-object -w --stdin),%[2]s" &&
git update-ref refs/heads/main "$(git -c user.name=Anna -c user.email=anna@hulp.example commit-tree "$(git write-tree)" -p main -m staff)"`, c.dir, name)
}

// count returns how many files of the branch have a text.
func (c *clone) count(text string) int {
	// It fails where there is none.
	out, _ := exec.Command("git", "-C", c.dir, "grep", "-l", "-F", "-e", text, "main").Output()
	return strings.Count(string(out), "\n")
}

// TestStaffInEveryGap lets staff commit right before each git command that a submission takes, from
// its reading to its commit. Nothing is lost or there twice, and what staff committed stays.
func TestStaffInEveryGap(t *testing.T) {
	for _, bare := range []bool{false, true} {
		t.Run(fmt.Sprintf("bare=%v", bare), func(t *testing.T) {
			g := newGap(t)
			c := newClone(t, bare)
			// After the first, each takes the same commands.
			c.send(browserPost("/forms/contact", "subject", "s", "message", "eerst", "email", "jo@klant.example"))
			kept := 0
			n := 0
			for ; ; n++ {
				text, name := fmt.Sprintf("vraag %d.", n), fmt.Sprintf("staff-%d.txt", n)
				g.before(t, n, c.staffCommit(bare, name))
				c.send(browserPost("/forms/contact", "subject", "s", "message", text, "email", "jo@klant.example"))
				reached := g.reached()
				if has := c.count(text); has != 1 {
					t.Errorf("before command %d: the question is there %d times\n%s", n, has, c.git("log", "--oneline", "--stat", "-3"))
				}
				if !reached {
					break
				}
				if strings.Contains(c.git("ls-tree", "--name-only", "main"), name) {
					kept++
				} else if bare || g.succeeded() {
					t.Errorf("before command %d: staff's commit is gone", n)
				} else { // the lock kept them out
					c.git("add", name)
					c.git("-c", "user.name=Anna", "-c", "user.email=anna@hulp.example", "commit", "-qm", "staff")
				}
			}
			for i := range n + 1 {
				if has := c.count(fmt.Sprintf("vraag %d.", i)); has != 1 {
					t.Errorf("in the end question %d is there %d times", i, has)
				}
			}
			if !bare && c.git("status", "--porcelain") != "" {
				t.Errorf("the work tree: %s", c.git("status", "--porcelain"))
			}
			if n < 3 || kept == 0 {
				t.Errorf("%d gaps, in %d of which staff committed", n, kept)
			}
			t.Logf("%d gaps, in %d of which staff committed at once", n, kept)
		})
	}
}

// TestStaffBetweenCommitAndNote lets staff commit after the branch has moved and before the store
// knows it, also where the process ends there.
func TestStaffBetweenCommitAndNote(t *testing.T) {
	for _, bare := range []bool{false, true} {
		for _, end := range []error{nil, errKilled} {
			c := newClone(t, bare)
			c.committed = func() error {
				c.committed = nil
				if out, err := exec.Command("sh", "-c", c.staffCommit(bare, "staff.txt")).CombinedOutput(); err != nil {
					t.Errorf("staff: %v\n%s", err, out)
				}
				return end
			}
			for n := range 3 {
				c.send(browserPost("/forms/contact", "subject", "s", "message", fmt.Sprintf("vraag %d.", n), "email", "jo@klant.example"))
			}
			for n := range 3 {
				if has := c.count(fmt.Sprintf("vraag %d.", n)); has != 1 {
					t.Errorf("bare %v, %v: question %d is there %d times", bare, end, n, has)
				}
			}
			if !strings.Contains(c.git("ls-tree", "--name-only", "main"), "staff.txt") || strings.TrimSpace(c.git("rev-list", "--count", "main")) != "5" {
				t.Errorf("bare %v, %v: %s", bare, end, c.git("log", "--oneline", "--stat", "main"))
			}
		}
	}
}
