// Package worktree makes commits by the git command, in a bare repository or in one with a work tree.
//
// # What a commit touches
//
// A Change becomes one commit on a branch: Branch, else the one that HEAD names. Where that is checked out the new files also come into the work tree and into the index, so that
// `git status` has nothing to say of them; whatever else is staged, edited or unknown to git there stays exactly as it is, and goes into no commit of ours.
// The bytes are kept as they come: no filter and no line end conversion. No hook of the repository is run, so that nothing a repository brings along can
// run in the intake. The committer is the user of git's settings, else balie <balie@localhost>.
//
// # Order
//
// The files come first, then the index, then the branch, all under git's own lock of the index: a staff member's `git commit` at the same moment sees all or
// nothing, and can't commit a tree from which the new files are missing. Where a later step fails the earlier ones are undone. After a crash between them
// the files are merely staged, and the same change can be made again.
//
// The branch moves only if it is where it was when the commit was made; if it moved, by a push or another balie, the commit is made again on top. So two processes
// lose nothing. When Commit returns, the commit is on the disk: objects and branch are synced (the work tree is not; git can make it again).
//
// # When there is no commit
//
// An error leaves nothing behind. commit.ErrTaken: a path exists, in the commit, in the index or as a file. commit.ErrBusy: HEAD is detached, the branch has no commit (it was deleted or renamed), a merge or a rebase of it is under way,
// it is checked out in another work tree, or a lock did not go away within Wait; later it will do. An index.lock that this package left in a crash is known by its content, and
// removed after Wait.
//
// # Why fast-import
//
// A commit by plumbing takes six processes (hash-object, read-tree, update-index, write-tree, commit-tree, update-ref) and a temporary index, which has to be written for
// the whole tree. `git fast-import` is one (and unpack-objects, which it runs) and reads only the directories on the way to the new files. Where 10,000 files are
// and the disk costs nothing: 36 ms by plumbing, 6 ms by fast-import, 16 ms with work tree and index (BenchmarkCommit).
package worktree

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"balie/content/gitfs"
	"balie/content/gitfs/git"
	"balie/ingest/commit"
)

// tidyEvery is after how many commits git is asked whether it should tidy up: each leaves some ten small files, and git itself asks at every `git commit`.
const tidyEvery = 200

// Committer makes commits in one repository, one at a time.
type Committer struct {
	Branch string        // refs/heads/…: where the commits go; "": to the branch that HEAD names
	Wait   time.Duration // how long to wait for locks and for a branch that others keep moving

	repo *gitfs.Repo
	git  git.Git
	turn chan struct{} // holds one token
	me   *person       // nil until asked
	made int
}

// New returns a committer for the repository, which stays the caller's to close.
func New(repo *gitfs.Repo) (*Committer, error) {
	if repo == nil {
		return nil, fmt.Errorf("commit: %w", gitfs.ErrNotRepository)
	}
	c := &Committer{Wait: 10 * time.Second, repo: repo, git: git.Git{Dir: repo.Dir()}, turn: make(chan struct{}, 1)}
	c.turn <- struct{}{}
	return c, nil
}

var errAgain = errors.New("somebody else was quicker")

// Commit makes one commit and returns its name. It can be given up while it waits; what was begun is finished.
func (c *Committer) Commit(ctx context.Context, change commit.Change) (string, error) {
	if err := change.Check(); err != nil {
		return "", err
	}
	select {
	case <-c.turn:
		defer func() { c.turn <- struct{}{} }()
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
	revision, err := c.retry(ctx, change)
	if err != nil {
		return "", fmt.Errorf("commit in %s: %w", c.repo.Dir(), err)
	}
	return revision, nil
}

// retry makes the commit again on top of what others committed meanwhile.
func (c *Committer) retry(ctx context.Context, change commit.Change) (string, error) {
	p := patience{left: c.Wait}
	for {
		revision, err := c.once(ctx, change)
		if !errors.Is(err, errAgain) {
			return revision, err
		}
		if !p.wait(ctx) {
			return "", fmt.Errorf("%w: others keep moving the branch or hold its lock (%v)", commit.ErrBusy, err)
		}
	}
}

func (c *Committer) once(ctx context.Context, change commit.Change) (string, error) {
	to, err := c.target(ctx)
	if err != nil {
		return "", err
	}
	if err := c.free(ctx, to.tip, change); err != nil {
		return "", err
	}
	if err := c.know(ctx); err != nil {
		return "", err
	}
	i, err := c.begin(context.WithoutCancel(ctx), to, change)
	if err != nil {
		return "", err
	}
	if err := c.land(ctx, to, i, change); err != nil {
		i.abandon()
		return "", err
	}
	c.tidy(context.WithoutCancel(ctx))
	return i.revision, to.sync()
}

// land moves the branch to the new commit and, where it is checked out, brings the files with it. It can be given up while it waits for the index.
func (c *Committer) land(ctx context.Context, to target, i *imported, change commit.Change) error {
	if !to.checkedOut {
		return i.finish()
	}
	lock, err := c.lockIndex(ctx)
	if err != nil {
		return err
	}
	defer lock.release()
	return c.install(context.WithoutCancel(ctx), i, change)
}

// free says Taken where a path, or a file in the place of its directory, is in the commit already.
func (c *Committer) free(ctx context.Context, tip gitfs.Revision, change commit.Change) error {
	same := 0
	taken := ""
	for _, f := range change.Files {
		path, data, err := c.nearest(ctx, tip, f.Path)
		switch {
		case err != nil:
			return err
		case path == "":
		case path == f.Path && data != nil && string(data) == string(f.Data):
			same++
		case taken == "":
			taken = path
		}
	}
	if same > 0 && taken == "" {
		taken = change.Files[0].Path
	}
	if taken != "" {
		return &commit.Taken{Path: taken, Same: same == len(change.Files)}
	}
	return nil
}

// nearest returns what stands at a path or in its way: its path and, of a file, the content; "" where the path is free.
func (c *Committer) nearest(ctx context.Context, tip gitfs.Revision, path string) (string, []byte, error) {
	for at := path; ; {
		data, err := c.repo.ReadFile(ctx, tip, at)
		switch {
		case err == nil:
			return at, append([]byte{}, data...), nil
		case errors.Is(err, gitfs.ErrIsDirectory) && at == path:
			return at, nil, nil
		case errors.Is(err, gitfs.ErrIsDirectory):
			return "", nil, nil
		case !errors.Is(err, fs.ErrNotExist):
			return "", nil, err
		}
		i := strings.LastIndexByte(at, '/')
		if i < 0 {
			return "", nil, nil
		}
		at = at[:i]
	}
}

// tidy lets git pack what has piled up, where it finds that worth while; it does so by itself, in the background.
func (c *Committer) tidy(ctx context.Context) {
	if c.made++; c.made%tidyEvery == 0 {
		c.git.Output(ctx, "gc", "--auto", "--quiet") // it is none of the commit's business whether that went well
	}
}

// patience waits a little longer each time, up to a whole.
type patience struct {
	left, next time.Duration
}

func (p *patience) wait(ctx context.Context) bool {
	p.next = min(max(5*time.Millisecond, 2*p.next), 200*time.Millisecond)
	if p.left <= 0 {
		return false
	}
	p.left -= p.next
	timer := time.NewTimer(p.next)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
