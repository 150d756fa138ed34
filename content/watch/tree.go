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

// take takes in what the system tells.
func (w *watcher) take(e fsnotify.Event) {
	if e.Op == fsnotify.Chmod || !w.isContent(e.Name) {
		return
	}
	if e.Has(fsnotify.Remove) {
		w.forget(e.Name)
	}
	if e.Has(fsnotify.Rename) {
		w.forgetBelow(e.Name)
	}
	if e.Has(fsnotify.Create) {
		if info, err := os.Lstat(e.Name); err == nil && info.IsDir() {
			w.watchBelow(e.Name)
		}
	}
	if w.isRef(e.Name) {
		w.refsMoved()
	} else {
		w.report(e.Name)
	}
}

// watchBelow watches a directory and all below it, breadth first and the last names first, so that
// under a limit the nearest to the root and the newest are watched. The error is that there is no
// such directory.
func (w *watcher) watchBelow(dir string) error {
	if err := w.watch(dir); err != nil {
		return err
	}
	for level := []string{dir}; len(level) > 0; {
		var next []string
		for _, d := range level {
			for _, sub := range w.subdirectories(d) {
				if w.watch(sub) == nil {
					next = append(next, sub)
				}
			}
		}
		level = next
	}
	return nil
}

// watch watches one directory. From the first that can't be watched on, those are polled. The error
// is that there is no such directory.
func (w *watcher) watch(dir string) error {
	if w.watched[dir] {
		return nil
	}
	err := w.add(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return err
	case err != nil:
		w.startPolling(err)
	default:
		w.watched[dir] = true
	}
	return nil
}

func (w *watcher) add(dir string) error {
	switch _, err := os.Stat(dir); {
	case err != nil:
		return err
	case w.notify == nil:
		return errInstances
	case w.most > 0 && len(w.watched) >= w.most:
		return errWatches
	}
	return w.notify.Add(dir)
}

// subdirectories returns the directories in a directory that are content, the last first.
func (w *watcher) subdirectories(dir string) []string {
	entries, _ := os.ReadDir(dir)
	var subs []string
	for _, e := range slices.Backward(entries) {
		if sub := filepath.Join(dir, e.Name()); e.IsDir() && w.isContent(sub) {
			subs = append(subs, sub)
		}
	}
	return subs
}

// forget forgets a directory that is gone; those in it went before. Should the work tree itself
// come back, only polling notices.
func (w *watcher) forget(dir string) {
	if w.watched[dir] {
		delete(w.watched, dir)
		w.polling = w.polling || dir == w.Dir
	}
}

// forgetBelow stops watching a directory that was moved, and all that moved with it, since they are
// watched under their old names.
func (w *watcher) forgetBelow(dir string) {
	if !w.watched[dir] {
		return
	}
	for d := range w.watched {
		if isWithin(d, dir) {
			w.notify.Remove(d)
			w.forget(d)
		}
	}
}

// isContent reports whether a change of a path is one to tell of.
func (w *watcher) isContent(path string) bool {
	return w.isRef(path) || w.Dir != "" && isWithin(path, w.Dir) && !w.isIgnored(path)
}

// isWithin reports whether a path is a directory or below it.
func isWithin(path, dir string) bool {
	rest, ok := strings.CutPrefix(path, dir)
	return ok && (rest == "" || os.IsPathSeparator(rest[0]))
}

// isIgnored reports whether a path in the work tree is not content.
func (c Config) isIgnored(path string) bool {
	for _, dir := range c.Ignore {
		if isWithin(path, dir) {
			return true
		}
	}
	rel, err := filepath.Rel(c.Dir, path)
	if err != nil || rel == "." {
		return false
	}
	for name := range strings.SplitSeq(filepath.ToSlash(rel), "/") {
		if isHiddenOrTemporary(name) {
			return true
		}
	}
	return false
}

// isHiddenOrTemporary reports whether a name begins with a dot, or is one that editors and browsers
// give to a file while they save.
func isHiddenOrTemporary(name string) bool {
	switch {
	case strings.HasPrefix(name, "."), strings.HasPrefix(name, "#"), strings.HasSuffix(name, "~"):
		return true
	case name == "4913": // vim, to see whether it may write in a directory
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
