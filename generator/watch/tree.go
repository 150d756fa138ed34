package watch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/fsnotify/fsnotify"
)

const (
	errWatches   = syscall.ENOSPC
	errInstances = syscall.EMFILE
)

var errMost = errors.New("as many directories are watched as was said")

// event takes what the system tells.
func (w *watcher) event(e fsnotify.Event) {
	switch {
	case e.Op == fsnotify.Chmod || !w.wanted(e.Name):
	case w.isRef(e.Name):
		w.refEvent(e)
	default:
		w.treeEvent(e)
	}
}

func (w *watcher) treeEvent(e fsnotify.Event) {
	if e.Has(fsnotify.Remove) {
		w.forget(e.Name)
	}
	if e.Has(fsnotify.Rename) {
		w.forgetBelow(e.Name)
	}
	if e.Has(fsnotify.Create) {
		if info, err := os.Lstat(e.Name); err == nil && info.IsDir() {
			w.enter(e.Name)
		}
	}
	w.report(e.Name)
}

// enter watches a directory and all below it, breadth first and the last names first, so that what is nearest and newest is watched when there is a limit.
// The error is of the directory itself.
func (w *watcher) enter(dir string) error {
	if err := w.watch(dir); err != nil {
		return err
	}
	for level := []string{dir}; len(level) > 0; {
		var next []string
		for _, d := range level {
			for _, name := range w.subdirectories(d) {
				if sub := filepath.Join(d, name); w.watch(sub) == nil {
					next = append(next, sub)
				}
			}
		}
		level = next
	}
	return nil
}

// watch watches one directory, or takes it among those that are compared; the error is that there is none.
func (w *watcher) watch(dir string) error {
	if w.watched[dir] {
		return nil
	}
	err := w.add(dir)
	switch {
	case err == nil:
		w.watched[dir] = true
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return err
	}
	w.limited(err)
	return w.rest.add(dir)
}

func (w *watcher) add(dir string) error {
	if w.notify == nil {
		return errInstances
	}
	if w.Most > 0 && len(w.watched) >= w.Most {
		return errMost
	}
	return w.notify.Add(dir)
}

// subdirectories are the names of the directories in a directory that are content, the last first.
func (c Config) subdirectories(dir string) []string {
	entries, _ := os.ReadDir(dir)
	var names []string
	for _, e := range slices.Backward(entries) {
		if e.IsDir() && !c.ignored(filepath.Join(dir, e.Name())) {
			names = append(names, e.Name())
		}
	}
	return names
}

// forget takes away a directory that is gone; those in it went before. The work tree itself may come back, so it is compared from then on.
func (w *watcher) forget(dir string) {
	if w.watched[dir] {
		delete(w.watched, dir)
		if dir == w.Dir {
			w.rest.add(dir)
		}
	}
}

// forgetBelow takes away a directory that was moved, and all that went with it: they are watched under names that are no longer theirs.
func (w *watcher) forgetBelow(dir string) {
	if !w.watched[dir] {
		return
	}
	for d := range w.watched {
		if within(d, dir) {
			w.notify.Remove(d)
			w.forget(d)
		}
	}
}

// compare takes a step through what can't be watched.
func (w *watcher) compare() {
	changed, came := w.rest.step()
	for _, path := range changed {
		if w.isRef(path) {
			w.moved()
		} else {
			w.report(path)
		}
	}
	for _, dir := range came {
		if w.isRef(dir) {
			w.enterRefs(dir)
		} else {
			w.enter(dir)
		}
	}
}

// wanted reports whether a change of a path is one to tell of.
func (w *watcher) wanted(path string) bool {
	return w.isRef(path) || w.Dir != "" && within(path, w.Dir) && !w.ignored(path)
}

// within reports whether a path is a directory or below it.
func within(path, dir string) bool {
	rest, ok := strings.CutPrefix(path, dir)
	return ok && (rest == "" || os.IsPathSeparator(rest[0]))
}

// ignored reports whether a path in the work tree is no content.
func (c Config) ignored(path string) bool {
	for _, dir := range c.Ignore {
		if within(path, dir) {
			return true
		}
	}
	rel, err := filepath.Rel(c.Dir, path)
	if err != nil || rel == "." {
		return false
	}
	for name := range strings.SplitSeq(filepath.ToSlash(rel), "/") {
		if passing(name) {
			return true
		}
	}
	return false
}

// passing reports whether a name is hidden, or one that editors give to what they leave beside a file while they save.
func passing(name string) bool {
	switch {
	case strings.HasPrefix(name, "."), strings.HasPrefix(name, "#"), strings.HasSuffix(name, "~"), name == "4913": // vim tries a directory with that name
		return true
	case strings.HasPrefix(name, "___jb_"), strings.HasPrefix(name, "~$"): // JetBrains, Microsoft
		return true
	}
	switch filepath.Ext(name) {
	case ".swp", ".swx", ".tmp", ".bak", ".crdownload", ".part":
		return true
	}
	return false
}
