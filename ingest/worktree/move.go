package worktree

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"balie/content/gitfs"
	"balie/content/gitfs/git"
	"balie/ingest/commit"
)

// ErrMoved says that the branch is no longer where the caller saw it.
var ErrMoved = errors.New("the branch moved meanwhile")

// Move moves the branch from one commit to another, such as one that was fetched. Where the branch
// is checked out the work tree and the index follow. What is edited, staged or unknown to git stays;
// where that is in the way nothing moves, and the error is commit.ErrBusy.
func (c *Committer) Move(ctx context.Context, from, to gitfs.Revision) error {
	select {
	case <-c.turn:
		defer func() { c.turn <- struct{}{} }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	at, err := c.target(ctx)
	if err != nil {
		return err
	}
	if at.tip != from {
		return ErrMoved
	}
	if !at.checkedOut {
		return c.moveRef(ctx, at, to)
	}
	lock, err := c.lockIndex(ctx)
	if err != nil {
		return err
	}
	defer lock.release()
	return c.follow(context.WithoutCancel(ctx), at, to)
}

// moveRef moves the branch alone.
func (c *Committer) moveRef(ctx context.Context, at target, to gitfs.Revision) error {
	_, err := c.git.Output(ctx, "update-ref", at.branch, string(to), string(at.tip))
	if failed := new(git.Error); errors.As(err, &failed) && isMoved(failed.Text) {
		return ErrMoved
	}
	return err
}

// follow brings the work tree and a copy of the index to a commit, moves the branch, and then
// replaces the index. Where the branch can't be moved the work tree is brought back.
func (c *Committer) follow(ctx context.Context, at target, to gitfs.Revision) error {
	index := filepath.Join(c.repo.GitDir(), "index")
	next := index + ".balie"
	defer os.Remove(next)
	os.Remove(next + ".lock") // of a git that was killed: the copy is changed only under the index's lock
	if err := copyFile(index, next); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("copy the index: %w", err)
	}
	g := git.Git{Dir: c.git.Dir, Env: []string{"GIT_INDEX_FILE=" + next}}
	g.Output(ctx, "update-index", "-q", "--refresh") // a file that was written again as it was is no edit; it fails where there is one
	if _, err := g.Output(ctx, "read-tree", "-m", "-u", string(at.tip), string(to)); err != nil {
		return fmt.Errorf("%w: the work tree can't follow to %s: %w", commit.ErrBusy, to.Short(), err)
	}
	if err := c.moveRef(ctx, at, to); err != nil {
		_, undone := g.Output(ctx, "read-tree", "-m", "-u", string(to), string(at.tip))
		return errors.Join(err, undone)
	}
	return os.Rename(next, index)
}
