package output

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"sync"
)

// A path given to os.Root is walked from the root for each operation, two system calls a directory. Most files of a site are alone in a directory whose
// neighbours come next; so the directories that files were put in last are kept open, and an operation costs one call. On a file system in memory this halves
// the time of a build.

const foldersKept = 128

// folder is an open directory.
type folder struct {
	*os.Root
	made  bool // it was not there before this build: nothing can be in it
	users int
	used  uint64 // when, in numbers of uses
}

type folders struct {
	mu   sync.Mutex
	open map[string]*folder
	uses uint64
}

func newFolders(root *os.Root, made bool) *folders {
	return &folders{open: map[string]*folder{".": {Root: root, made: made, users: 1}}} // the root is in use until the end
}

// use returns a directory, made where it is not there; give gives it back.
func (f *folders) use(dir string) (*folder, error) {
	if d := f.known(dir); d != nil {
		return d, nil
	}
	parent, err := f.use(path.Dir(dir))
	if err != nil {
		return nil, err
	}
	defer f.give(parent)
	d, err := enter(parent, path.Base(dir))
	if err != nil {
		return nil, fmt.Errorf("open directory %s: %w", dir, err)
	}
	return f.keep(dir, d), nil
}

// enter opens a directory, and makes it first where the parent was only just made.
func enter(parent *folder, name string) (*folder, error) {
	made := false
	if !parent.made {
		root, err := parent.OpenRoot(name)
		if !errors.Is(err, fs.ErrNotExist) {
			return &folder{Root: root}, err
		}
	}
	err := parent.Mkdir(name, 0o777)
	if made = err == nil; err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	root, err := parent.OpenRoot(name)
	return &folder{Root: root, made: made}, err
}

func (f *folders) known(dir string) *folder {
	f.mu.Lock()
	defer f.mu.Unlock()
	d := f.open[dir]
	if d != nil {
		f.count(d)
	}
	return d
}

func (f *folders) count(d *folder) {
	f.uses++
	d.users, d.used = d.users+1, f.uses
}

// keep adds a directory, unless another goroutine was quicker.
func (f *folders) keep(dir string, d *folder) *folder {
	f.mu.Lock()
	defer f.mu.Unlock()
	if other := f.open[dir]; other != nil {
		d.Close()
		d = other
	}
	f.open[dir] = d
	f.count(d)
	f.evict()
	return d
}

// evict closes the directories that were not used for longest, a quarter at a time.
func (f *folders) evict() {
	if len(f.open) <= foldersKept {
		return
	}
	for dir, d := range f.open {
		if d.users == 0 && d.used+foldersKept*3/4 < f.uses {
			d.Close()
			delete(f.open, dir)
		}
	}
}

func (f *folders) give(d *folder) {
	f.mu.Lock()
	defer f.mu.Unlock()
	d.users--
}

// close closes all but the root.
func (f *folders) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for dir, d := range f.open {
		if dir != "." {
			d.Close()
		}
	}
	clear(f.open)
}

// forget closes a directory that was removed.
func (f *folders) forget(dir string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if d := f.open[dir]; d != nil {
		d.Close()
		delete(f.open, dir)
	}
}
