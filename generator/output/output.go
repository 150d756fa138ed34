// Package output writes a built site into a directory, and is the only one that does.
//
// A build hands over one file after another, from several goroutines, without holding them all:
//
//	tx, err := dir.Begin(ctx)
//	defer tx.End()
//	tx.Write("index.html", page)   // compared, and staged where it differs
//	tx.Keep("feed.atom")           // not made again, since nothing it shows changed
//	result, err := tx.Commit()     // puts what was staged in its place, removes what is gone
//
// Commit takes four steps: recordStaged lists in the manifest what will be published besides what
// there is; remove removes the files that are no longer part of the site; publish renames what was
// staged to its place; recordSite lists what the site holds now.
//
//   - Before Commit nothing changes. A build that fails leaves the site as it was.
//   - A reader sees each file whole, the old one or the new one.
//   - A file that is as it should be is not touched. A build that changes nothing writes nothing.
//   - Only files that this package wrote are removed, and only if they are still as it wrote them,
//     with the directories that leaves empty.
//   - A file of somebody else stays, unless a page has the same path: then the page replaces it.
//     Where nothing is ours yet, that is refused (ForeignError): whoever named the directory meant
//     another. So a published branch must keep .balie-manifest.
//   - A build that is killed leaves the site as it was or, during Commit, partly the new one. The
//     manifest has both, so the next build completes it.
//   - A directory into which nothing was published is left as it was found.
//   - No path and no symbolic link leads out of the directory (os.Root).
//   - Two processes can't write one directory: the second gets ErrLocked.
//
// Three names in the directory are ours: .balie-manifest, .balie-lock, and .balie-staged, which
// exists during a build.
package output

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/gofrs/flock"
)

// ErrLocked says that another process writes the directory.
var ErrLocked = errors.New("another balie is writing it; wait for that one to end, or write elsewhere")

const (
	reserved     = ".balie-" // begins the names that no page may have
	manifestName = reserved + "manifest"
	lockName     = reserved + "lock"
	stageName    = reserved + "staged"
)

// Dir is a directory that a site is written to.
type Dir struct {
	path     string
	building sync.Mutex // held from Begin to End

	created   bool // by Open
	lock      *flock.Flock
	root      *os.Root // nil after Close
	manifest  manifest
	committed bool // a build, since Open
}

// Result says what a build did. The paths are in order.
type Result struct {
	Written   []string
	Removed   []string
	Unchanged int
}

// Open locks a directory for this process until Close, and makes it where there is none.
func Open(path string) (*Dir, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open output: %w", err)
	}
	d := &Dir{path: abs}
	if err := d.open(); err != nil {
		return nil, fmt.Errorf("open output %s: %w", abs, err)
	}
	return d, nil
}

func (d *Dir) open() error {
	_, err := os.Stat(d.path)
	d.created = errors.Is(err, fs.ErrNotExist)
	if err := os.MkdirAll(d.path, 0o777); err != nil {
		return err
	}
	if err := d.takeLock(); err != nil {
		return err
	}
	if d.root, err = os.OpenRoot(d.path); err != nil {
		return errors.Join(err, d.lock.Unlock())
	}
	if d.manifest, err = readManifest(d.root); err != nil {
		return errors.Join(err, d.release())
	}
	d.committed = false
	return nil
}

func (d *Dir) takeLock() error {
	d.lock = flock.New(filepath.Join(d.path, lockName))
	locked, err := d.lock.TryLock()
	if err != nil {
		return fmt.Errorf("lock: %w", err)
	}
	if !locked {
		return ErrLocked
	}
	onDisk, err := os.Stat(d.lock.Path())
	held, err2 := d.lock.Stat()
	if err != nil || err2 != nil || !os.SameFile(onDisk, held) { // its last holder just removed it
		return errors.Join(ErrLocked, d.lock.Unlock())
	}
	return nil
}

// Close unlocks the directory.
func (d *Dir) Close() error {
	d.building.Lock()
	defer d.building.Unlock()
	return d.release()
}

func (d *Dir) release() error {
	if d.root == nil {
		return d.lock.Unlock()
	}
	d.removeTraces()
	err := d.root.Close()
	d.root = nil
	return errors.Join(err, d.lock.Unlock())
}

// removeTraces removes the lock, and the directory if Open made it, where nothing was published.
// The lock stays on a system that can't remove open files.
func (d *Dir) removeTraces() {
	if _, err := d.root.Lstat(manifestName); err == nil {
		return
	}
	d.root.Remove(lockName)
	if d.created {
		os.Remove(d.path)
	}
}

// Begin starts a build; it waits for the one before to end.
func (d *Dir) Begin(ctx context.Context) (*Tx, error) {
	d.building.Lock()
	err := d.reopen()
	if err == nil {
		err = d.root.RemoveAll(stageName) // of a build that was killed
	}
	if err != nil {
		d.building.Unlock()
		return nil, fmt.Errorf("begin in %s: %w", d.path, err)
	}
	return &Tx{ctx: ctx, dir: d, files: make(map[hash]hash, len(d.manifest)), staged: map[string]bool{}}, nil
}

// reopen starts anew if somebody removed or replaced the directory since it was opened.
func (d *Dir) reopen() error {
	if d.root == nil {
		return fs.ErrClosed
	}
	onDisk, err := os.Stat(d.path)
	held, err2 := d.root.Stat(".")
	if err == nil && err2 == nil && os.SameFile(onDisk, held) {
		return nil
	}
	d.release()
	return d.open()
}
