package worktree_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"balie/content/gitfs"
	"balie/ingest/commit"
	"balie/ingest/worktree"
)

// ahead is a commit of others on top of the branch, which the branch does not have.
func (d *desk) ahead(files ...string) (from, to gitfs.Revision) {
	d.t.Helper()
	from = gitfs.Revision(d.git("rev-parse", "main"))
	other := &desk{t: d.t, dir: d.t.TempDir() + "/other"}
	d.git("clone", "-q", d.dir, other.dir)
	for i := 0; i < len(files); i += 2 {
		other.write(files[i], files[i+1])
	}
	other.git("add", "-A")
	other.git("commit", "-qm", "theirs")
	d.git("fetch", "-q", other.dir, "main:refs/theirs")
	return from, gitfs.Revision(d.git("rev-parse", "refs/theirs"))
}

// The branch moves, and the work tree and the index with it; what is edited elsewhere stays.
func TestMove(t *testing.T) {
	for _, d := range []*desk{newDesk(t), newBare(t)} {
		from, to := d.ahead("site.yaml", "name: Theirs\n", "new/a.txt", "a\n")
		if !d.repo.Bare() {
			d.write("mine.txt", "mine\n")
			d.write("staged.txt", "staged\n")
			d.git("add", "staged.txt")
			d.write("site.yaml", "name: Muntplein\n") // as it was, at another time
		}
		if err := d.committer().Move(t.Context(), from, to); err != nil {
			t.Fatal(err)
		}
		if got := d.git("rev-parse", "main"); got != string(to) {
			t.Errorf("the branch is at %s", got)
		}
		d.clean("A  staged.txt", "?? mine.txt")
	}
}

// Nothing moves over what somebody edits, or where the branch is elsewhere by now.
func TestMoveIsRefused(t *testing.T) {
	d := newDesk(t)
	from, to := d.ahead("site.yaml", "name: Theirs\n", "new.txt", "theirs\n")
	if err := d.committer().Move(t.Context(), to, from); !errors.Is(err, worktree.ErrMoved) {
		t.Errorf("%v", err)
	}
	d.write("new.txt", "mine\n")
	if err := d.committer().Move(t.Context(), from, to); !errors.Is(err, commit.ErrBusy) {
		t.Errorf("a file in the way: %v", err)
	}
	os.Remove(filepath.Join(d.dir, "new.txt"))
	d.write("site.yaml", "name: Mine\n")
	if err := d.committer().Move(t.Context(), from, to); !errors.Is(err, commit.ErrBusy) {
		t.Errorf("an edit: %v", err)
	}
	if got := d.git("rev-parse", "main"); got != string(from) {
		t.Errorf("the branch is at %s", got)
	}
	d.clean(" M site.yaml")
}
