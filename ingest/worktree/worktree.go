// Package worktree makes commits by the git command, in a bare repository or in one with a work
// tree.
//
// # What a commit touches
//
// A Change becomes one commit on a branch: Branch, else the one that HEAD names. Where that branch
// is checked out, the new files also come into the work tree and the index, so that `git status`
// shows nothing. Whatever else is staged, edited or unknown to git there stays as it is, and goes
// into no commit of ours. Bytes are kept as they come, without filters or line end conversion. No
// hook of the repository is run, so nothing that a repository brings along can run in the intake.
// The committer is the user of git's settings, else balie <balie@localhost>.
//
// # Order
//
// First the files are written, then the index, then the branch, all under git's own lock of the
// index. So a `git commit` at the same moment sees all or nothing, and can't remove the new files.
// Where a step fails the earlier ones are undone. After a crash between them the files are staged,
// and the same change can be made again.
//
// The branch moves only if nobody else has moved it since the commit was made. Otherwise the commit
// is made again on top, so two processes lose nothing.
//
// When Commit returns the file system is synced: git syncs the bytes of objects and branch and no
// directory, so their names could be lost. Bytes in the work tree and the index are synced before the
// branch moves: an index that a power loss took back would let the next `git commit` remove the new
// files. What a power loss leaves of locks is removed where it is ours; git's own (HEAD.lock, the
// branch's) are left to people, as git does, and ErrBusy names them.
//
// # When there is no commit
//
// An error leaves nothing behind. commit.ErrTaken: a path exists in the commit, in the index or as
// a file. commit.ErrBusy: a commit will be possible later. HEAD is detached, the branch has no
// commit, a merge or a rebase of it is under way, another work tree has checked it out, or a lock
// did not go away within Wait. An index.lock of ours names its process: where that has ended the
// lock is removed.
//
// # Many at once
//
// CommitAll makes one commit of each change by one fast-import, and installs all their files at
// once. Where something in the work tree is in the way of one of them, those before it are committed.
//
// # Why fast-import
//
// A commit by plumbing takes six processes (hash-object, read-tree, update-index, write-tree,
// commit-tree, update-ref) and a temporary index of the whole tree. `git fast-import` is one
// process, and reads only the directories on the way to the new files. With 10,000 files on a disk
// that costs nothing: 36 ms by plumbing, 6 ms by fast-import, 16 ms with work tree and index
// (BenchmarkCommit).
package worktree

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"balie/content/gitfs"
	"balie/content/gitfs/git"
	"balie/ingest/commit"
	"balie/ingest/commit/base"
)

// tidyEvery is after how many commits `git gc --auto` is run. Each commit leaves some ten small
// files.
const tidyEvery = 200

// Committer makes commits in one repository, one at a time.
type Committer struct {
	Branch string        // refs/heads/…: where the commits go; "": to the branch that HEAD names
	Wait   time.Duration // how long to wait for locks and for a branch that others keep moving

	repo     *gitfs.Repo
	git      git.Git
	turn     chan struct{} // holds one token
	identity *base.Person  // nil until asked
	made     int
}

// New returns a committer for the repository, which stays the caller's to close. It removes the lock
// of an earlier process that was killed, which would keep staff's git out until the next commit.
func New(repo *gitfs.Repo) (*Committer, error) {
	if repo == nil {
		return nil, fmt.Errorf("commit: %w", gitfs.ErrNotRepository)
	}
	c := &Committer{Wait: 10 * time.Second, repo: repo, git: git.Git{Dir: repo.Dir()}, turn: make(chan struct{}, 1)}
	c.turn <- struct{}{}
	if lock := c.lockPath(); isLeft(lock) {
		os.Remove(lock)
	}
	return c, nil
}

var errAgain = errors.New("somebody else was quicker")

// Commit makes one commit and returns its name. It can be cancelled while it waits, and not later.
func (c *Committer) Commit(ctx context.Context, change commit.Change) (string, error) {
	revisions, err := c.CommitAll(ctx, []commit.Change{change})
	if err != nil {
		return "", err
	}
	return revisions[0], nil
}

// CommitAll makes one commit of each change, all at once, and returns their names. It ends before
// the first change that can't be committed. It can be cancelled while it waits, and not later.
func (c *Committer) CommitAll(ctx context.Context, changes []commit.Change) ([]string, error) {
	changes, wrong := commit.CheckAll(changes)
	if len(changes) == 0 {
		return nil, wrong
	}
	select {
	case <-c.turn:
		defer func() { c.turn <- struct{}{} }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	revisions, err := c.retry(ctx, changes)
	if n := firstTaken(changes, err); n > 0 && len(revisions) == 0 { // by what is in the work tree
		before, failed := c.retry(ctx, changes[:n])
		if revisions = before; failed != nil {
			err = failed
		}
	}
	if err != nil {
		return revisions, fmt.Errorf("commit in %s: %w", c.repo.Dir(), err)
	}
	return revisions, wrong
}

// firstTaken returns which change an error is about, where it is commit.Taken, else 0.
func firstTaken(changes []commit.Change, err error) int {
	taken := new(commit.Taken)
	if !errors.As(err, &taken) {
		return 0
	}
	return max(0, slices.IndexFunc(changes, func(c commit.Change) bool {
		return slices.ContainsFunc(c.Files, func(f commit.File) bool { return f.Path == taken.Path || strings.HasPrefix(f.Path, taken.Path+"/") })
	}))
}

// retry makes the commits again on top of what others committed meanwhile.
func (c *Committer) retry(ctx context.Context, changes []commit.Change) ([]string, error) {
	p := backoff{left: c.Wait}
	for {
		revisions, err := c.once(ctx, changes)
		if !errors.Is(err, errAgain) {
			return revisions, err
		}
		if !p.wait(ctx) {
			return nil, fmt.Errorf("%w: others keep moving the branch or hold its lock (%v)", commit.ErrBusy, err)
		}
	}
}

func (c *Committer) once(ctx context.Context, changes []commit.Change) ([]string, error) {
	to, err := c.target(ctx)
	if err != nil {
		return nil, err
	}
	changes, refused := base.Possible(ctx, c.repo, to.tip, changes)
	if len(changes) == 0 {
		return nil, refused
	}
	if err := c.readIdentity(ctx); err != nil {
		return nil, err
	}
	i, err := c.begin(context.WithoutCancel(ctx), to, changes)
	if err != nil {
		return nil, err
	}
	if err := c.moveBranch(ctx, to, i); err != nil {
		i.abandon()
		return nil, err
	}
	if err := syncDisk(c.repo.CommonDir()); err != nil {
		return nil, fmt.Errorf("%w: sync the disk: %w", commit.ErrUnknown, err)
	}
	c.tidy(context.WithoutCancel(ctx), len(changes))
	return i.revisions, refused
}

// moveBranch moves the branch to the last new commit and, where it is checked out, installs the files.
// It can be cancelled while it waits for the index.
func (c *Committer) moveBranch(ctx context.Context, to target, i *fastImport) error {
	if !to.checkedOut {
		return i.finish()
	}
	lock, err := c.lockIndex(ctx)
	if err != nil {
		return err
	}
	defer lock.release()
	return c.install(context.WithoutCancel(ctx), i)
}

// Versions returns what commits of the branch made of some files, by path and the newest first.
func (c *Committer) Versions(ctx context.Context, paths []string, since string) (map[string][]commit.Version, error) {
	to, err := c.target(ctx)
	if err != nil {
		return nil, err
	}
	return base.Versions(ctx, c.repo, to.tip, paths, since)
}

// tidy lets git pack small files in the background, where git finds that worth while.
func (c *Committer) tidy(ctx context.Context, n int) {
	before := c.made / tidyEvery
	if c.made += n; c.made/tidyEvery > before {
		c.git.Output(ctx, "gc", "--auto", "--quiet") // it is none of the commit's business whether that went well
	}
}

// backoff waits a little longer each time, until nothing is left of its time.
type backoff struct {
	left, next time.Duration
}

func (p *backoff) wait(ctx context.Context) bool {
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
