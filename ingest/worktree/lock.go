package worktree

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"balie/ingest/commit"
)

// lockText is what stands in an index.lock of ours. Git's own hold a half-written index.
const lockText = "balie\n"

// indexLock is git's lock of the index: who made the file holds it.
type indexLock string

// lockIndex waits for the lock. One of ours that does not change all that time is of a process that ended: ours last for milliseconds.
//
// The lock is a link to a file that is whole already, so that a process that is killed leaves either no lock or one that is known as ours.
func (c *Committer) lockIndex(ctx context.Context) (indexLock, error) {
	name := filepath.Join(c.repo.GitDir(), "index.lock")
	own, err := writeLock(c.repo.GitDir())
	if err != nil {
		return "", fmt.Errorf("lock the index: %w", err)
	}
	defer os.Remove(own)
	p := patience{left: c.Wait}
	first, _ := os.Stat(name)
	for {
		err := os.Link(own, name)
		switch {
		case err == nil:
			return indexLock(name), nil
		case !errors.Is(err, fs.ErrExist):
			return "", fmt.Errorf("lock the index: %w", err)
		case p.wait(ctx):
			continue
		case ctx.Err() != nil:
			return "", context.Cause(ctx)
		case !abandoned(name, first):
			return "", fmt.Errorf("%w: another git command has held %s for %v; if none is running, remove that file", commit.ErrBusy, name, c.Wait)
		}
		os.Remove(name)
		first = nil
	}
}

// writeLock writes a lock that is nobody's yet, and returns its name.
func writeLock(dir string) (string, error) {
	f, err := os.CreateTemp(dir, "balie-lock-")
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(lockText)
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(f.Name())
	}
	return f.Name(), err
}

// abandoned reports whether the lock is ours and the same file as at first.
func abandoned(name string, first fs.FileInfo) bool {
	now, err := os.Stat(name)
	if err != nil || first == nil || !os.SameFile(first, now) || !first.ModTime().Equal(now.ModTime()) {
		return false
	}
	data, err := os.ReadFile(name)
	return err == nil && string(data) == lockText
}

func (l indexLock) release() { os.Remove(string(l)) }
