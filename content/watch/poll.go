package watch

import (
	"fmt"
	"hash"
	"hash/fnv"
	"os"
	"path/filepath"
)

// poll compares what can't be watched with what it was, and tells of a difference as an Overflow.
func (w *watcher) poll() {
	if !w.polling {
		return
	}
	if now := w.fingerprint(); now != w.polled {
		w.polled = now
		w.overflow()
		w.refsMoved()
	}
}

// fingerprint is a hash of the files in all directories that are not watched: of their paths,
// sizes, times of change and inodes. An editor that renames a new file over the old one changes the
// inode at least.
func (w *watcher) fingerprint() uint64 {
	h := fnv.New64a()
	for _, dir := range w.roots() {
		w.addTo(h, dir)
	}
	return h.Sum64()
}

func (w *watcher) addTo(h hash.Hash, dir string) {
	entries, _ := os.ReadDir(dir)
	watched := w.watched[dir]
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if !w.isContent(path) {
			continue
		}
		if e.IsDir() {
			w.addTo(h, path)
		}
		if watched {
			continue
		}
		fmt.Fprintln(h, path)
		if info, err := e.Info(); err == nil && !e.IsDir() {
			fmt.Fprintln(h, info.Size(), info.ModTime().UnixNano(), inode(info))
		}
	}
}
