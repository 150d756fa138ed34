package watch

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/fsnotify/fsnotify"
)

// watchGit watches what tells of the branches. Where git is asked to watch and the system can't, the refs are compared too.
func (w *watcher) watchGit() {
	if w.GitDir == "" {
		return
	}
	for _, dir := range []string{w.GitDir, w.CommonDir, filepath.Join(w.CommonDir, "reftable")} {
		w.watchRefs(dir)
	}
	w.enterRefs(filepath.Join(w.CommonDir, "refs"))
}

// enterRefs watches a directory of branches and all below.
func (w *watcher) enterRefs(dir string) {
	filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() {
			w.watchRefs(path)
		}
		return nil
	})
}

func (w *watcher) watchRefs(dir string) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return
	}
	if w.notify == nil {
		w.limited(errInstances)
		w.rest.add(dir)
	} else if err := w.notify.Add(dir); err != nil {
		w.limited(err)
		w.rest.add(dir)
	}
}

// isRef reports whether a path says where a branch is.
func (w *watcher) isRef(path string) bool {
	if w.GitDir == "" || strings.HasSuffix(path, ".lock") {
		return false
	}
	dir, name := filepath.Dir(path), filepath.Base(path)
	switch {
	case name == "HEAD" && dir == w.GitDir, name == "packed-refs" && dir == w.CommonDir, name == "tables.list" && dir == filepath.Join(w.CommonDir, "reftable"):
		return true
	}
	return within(path, filepath.Join(w.CommonDir, "refs"))
}

func (w *watcher) refEvent(e fsnotify.Event) {
	if e.Has(fsnotify.Create) {
		if info, err := os.Lstat(e.Name); err == nil && info.IsDir() {
			w.enterRefs(e.Name)
		}
	}
	w.moved()
}
