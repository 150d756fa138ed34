package worktree

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

	"balie/ingest/commit"
)

// lockText is the content of our index.lock: which process made it. Git's own lock holds an index.
var lockText = sync.OnceValue(func() string {
	host, _ := os.Hostname()
	return fmt.Sprintf("balie %d %q %s\n", os.Getpid(), host, rand.Text())
})

// indexLock is git's lock of the index: whoever made the file holds it.
type indexLock string

// lockIndex waits for the lock. A lock of ours whose process has ended is removed. So is one that is
// still there after Wait, where that can't be found out: ours last for milliseconds.
//
// The lock is a link to a file that is complete already. So a process that is killed leaves either
// no lock or one that is known as ours.
func (c *Committer) lockIndex(ctx context.Context) (indexLock, error) {
	name := c.lockPath()
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
		case isLeft(name):
			os.Remove(name)
			continue
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

func (c *Committer) lockPath() string { return filepath.Join(c.repo.GitDir(), "index.lock") }

// writeLock writes the file that the lock will be a link to, and returns its name. It is synced, so
// that a lock that a power loss leaves is known as ours too.
func writeLock(dir string) (string, error) {
	f, err := os.CreateTemp(dir, "balie-lock-")
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(lockText())
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
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
	return err == nil && strings.HasPrefix(string(data), "balie ")
}

// isLeft reports whether the lock is that of a process of this machine that has ended. A process of
// the same number may be another one, as in a container.
func isLeft(name string) bool {
	data, err := os.ReadFile(name)
	if err != nil || string(data) == lockText() {
		return false
	}
	var pid int
	var host, of string
	here, _ := os.Hostname()
	if n, err := fmt.Sscanf(string(data), "balie %d %q %s\n", &pid, &host, &of); err != nil || n != 3 || host != here {
		return false
	}
	if pid == os.Getpid() {
		return true
	}
	p, err := os.FindProcess(pid)
	return err == nil && errors.Is(p.Signal(syscall.Signal(0)), os.ErrProcessDone)
}

func (l indexLock) release() { os.Remove(string(l)) }
