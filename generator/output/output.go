// Package output writes a built site into a directory, and is the only one that does.
//
// A build hands over one file after another, from several goroutines, without holding them all:
//
//	tx, err := dir.Begin(ctx)
//	defer tx.End()
//	tx.Write("index.html", page)   // compared, and written where it differs
//	tx.Keep("feed.atom")           // not made again, since nothing it shows changed
//	result, err := tx.Commit()     // removes what this build neither wrote nor kept
//
// Begin only when the build has no errors: what is written is published.
//
//   - A file is written beside its place and renamed, so that a reader sees the old or the new one whole. One that is as it should be is not touched; a build
//     that changes nothing writes nothing at all. The first build into a directory appears as a whole.
//   - What is gone is removed, and the directories that leaves empty; but only files that this package wrote, and that are still as it wrote them. A file of
//     somebody else's stays, unless a page has the same path: then it is the page. Where nothing is ours yet, that is refused (ForeignError): whoever named
//     the directory meant another. So a published branch is to keep .balie-manifest.
//   - A directory in which nothing was written is left as it was found.
//   - Nothing is removed without Commit. After a build that was ended in the middle each file is the old or the new one, and the next build makes the rest.
//   - No path and no symbolic link leads out of the directory (os.Root).
//
// What it wrote stands in the file .balie-manifest: hashes alone, since the paths of follow pages are secrets. See manifest.go. Two processes can't write one
// directory: the second is told so (ErrLocked; the file .balie-lock).
//
// A Dir that lives long, as in serve, remembers how it left each file. Write then compares with what it remembers and a glance at the disk (size and time);
// Keep does not even look. A file that somebody removed by hand comes back when Write is asked for it. A new process, as in build, remembers nothing and
// compares every byte with the disk.
package output

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/gofrs/flock"
)

// ErrLocked says that another process writes the directory.
var ErrLocked = errors.New("another balie is writing it; wait for that one to end, or write elsewhere")

const (
	manifestName = ".balie-manifest"
	lockName     = ".balie-lock"
	ownPrefix    = ".balie-" // of the manifest, the lock, and files not yet in their place
)

// Dir is a directory that a site is written to.
type Dir struct {
	path string
	turn sync.Mutex // held by the transaction under way

	made     bool // by us
	lock     *flock.Flock
	root     *os.Root
	manifest *manifest

	mu    sync.Mutex
	files map[string]*file // how each file was left, by its path: of those that this process wrote or has read
	build uint32           // the transaction's number
	temp  atomic.Uint64    // numbers the files not yet in their place
}

// file is one that this process knows to be as it should.
type file struct {
	sum   sum
	size  int64
	mtime int64  // Unix nanoseconds
	build uint32 // the last transaction that wrote or kept it
}

// Result says what a build did. The paths are in order.
type Result struct {
	Written   []string
	Removed   []string
	Unchanged int
}

// Open takes a directory, and makes it where there is none. It is this process's until Close.
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

func (d *Dir) open() (err error) {
	_, there := os.Stat(d.path)
	d.made = errors.Is(there, fs.ErrNotExist)
	if err := os.MkdirAll(d.path, 0o777); err != nil {
		return err
	}
	if err := d.takeLock(); err != nil {
		return err
	}
	d.files = map[string]*file{}
	if d.root, err = os.OpenRoot(d.path); err == nil {
		d.manifest, err = openManifest(d.root)
	}
	if err != nil {
		d.release()
	}
	return err
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
	now, err := os.Stat(d.lock.Path())
	then, err2 := d.lock.Stat()
	if err != nil || err2 != nil || !os.SameFile(now, then) { // the one before was just taking its own away
		return errors.Join(ErrLocked, d.lock.Unlock())
	}
	return nil
}

// Close gives the directory free.
func (d *Dir) Close() error {
	d.turn.Lock()
	defer d.turn.Unlock()
	return d.release()
}

func (d *Dir) release() error {
	var errs []error
	if d.manifest != nil {
		errs = append(errs, d.manifest.close())
		d.leaveNoTrace()
	}
	if d.root != nil {
		errs = append(errs, d.root.Close())
	}
	d.manifest, d.root = nil, nil
	return errors.Join(append(errs, d.lock.Unlock())...)
}

// leaveNoTrace takes our own files away where nothing was ever written. Who has the lock takes it away: another who waits for it finds that out. On a system
// that does not remove open files the lock stays.
func (d *Dir) leaveNoTrace() {
	if d.manifest.lines > 0 {
		return
	}
	d.root.Remove(manifestName)
	d.root.Remove(lockName)
	if d.made {
		os.Remove(d.path)
	}
}

// Begin starts a build's writing; it waits for the one before to end.
func (d *Dir) Begin(ctx context.Context) (*Tx, error) {
	d.turn.Lock()
	if err := d.refresh(); err != nil {
		d.turn.Unlock()
		return nil, fmt.Errorf("open output %s: %w", d.path, err)
	}
	first, err := d.beginFirst()
	if err != nil {
		d.turn.Unlock()
		return nil, fmt.Errorf("begin in %s: %w", d.path, err)
	}
	d.build++
	if first != nil {
		return &Tx{ctx: ctx, dir: d, folders: newFolders(first, true), first: first}, nil
	}
	return &Tx{ctx: ctx, dir: d, folders: newFolders(d.root, false)}, nil
}

// refresh starts anew where somebody removed the directory under our feet.
func (d *Dir) refresh() error {
	if d.root == nil {
		return fs.ErrClosed
	}
	now, err := os.Stat(d.path)
	then, err2 := d.root.Stat(".")
	if err == nil && err2 == nil && os.SameFile(now, then) {
		return nil
	}
	d.release()
	return d.open()
}

// forget leaves only what the manifest says of a file.
func (d *Dir) forget(path string) {
	d.manifest.unread(keyOf(path), d.files[path].sum)
	delete(d.files, path)
}

// drop forgets a file of which nothing is sure.
func (d *Dir) drop(path string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.files, path)
}

// asLeft reports whether a file's size and time are what they were when it was written or read.
func (d *Dir) asLeft(path string, f *file) bool {
	info, err := os.Lstat(filepath.Join(d.path, filepath.FromSlash(path)))
	return err == nil && info.Mode().IsRegular() && info.Size() == f.size && info.ModTime().UnixNano() == f.mtime
}
