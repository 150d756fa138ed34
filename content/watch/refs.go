package watch

import (
	"path/filepath"
	"strings"
)

// roots are the directories that are watched with all content in them: the work tree, and those in
// which git keeps branches.
func (w *watcher) roots() []string {
	var dirs []string
	if w.GitDir != "" {
		dirs = []string{w.GitDir, w.CommonDir, filepath.Join(w.CommonDir, "reftable")}
	}
	if w.Dir != "" {
		dirs = append(dirs, w.Dir)
	}
	return dirs
}

// isRef reports whether a path says where a branch is, or is a directory of such files.
func (w *watcher) isRef(path string) bool {
	if w.GitDir == "" || strings.HasSuffix(path, ".lock") {
		return false
	}
	switch path {
	case filepath.Join(w.GitDir, "HEAD"), filepath.Join(w.CommonDir, "packed-refs"), filepath.Join(w.CommonDir, "reftable", "tables.list"):
		return true
	}
	return isWithin(path, filepath.Join(w.CommonDir, "refs"))
}
