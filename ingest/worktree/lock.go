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

// lockText is the content of our index.lock. Git's own lock holds an index.
const lockText = "balie\n"

// indexLock is git's lock of the index: whoever made the file holds it.
type indexLock string

// lockIndex waits for the lock. A lock of ours that is still there after Wait was left by a process
// that ended, and is removed: ours last for milliseconds.
//
// The lock is a link to a file that is complete already. So a process that is killed leaves either
// no lock or one that is known as ours.
func (c *Committer) lockIndex(ctx context.Context) (indexLock, error) {
	name := filepath.Join(c.repo.GitDir(), "index.lock")
	own, err := writeLock(c.repo.GitDir())
	if err != nil {
		return "", fmt.Errorf("lock the index: %w", err)
	}
	defer os.Remove(own)
	p := backoff{left: c.Wait}
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
		case !isAbandoned(name, first):
			return "", fmt.Errorf("%w: another git command has held %s for %v; if none is running, remove that file", commit.ErrBusy, name, c.Wait)
		}
		os.Remove(name)
		first = nil
	}
}

// writeLock writes the file that the lock will be a link to, and returns its name.
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

// isAbandoned reports whether the lock is ours and still the same file.
func isAbandoned(name string, first fs.FileInfo) bool {
	now, err := os.Stat(name)
	if err != nil || first == nil || !os.SameFile(first, now) || !first.ModTime().Equal(now.ModTime()) {
		return false
	}
	data, err := os.ReadFile(name)
	return err == nil && string(data) == lockText
}

func (l indexLock) release() { os.Remove(string(l)) }
