package watch

import (
	"io/fs"
	"os"
	"path/filepath"
)

// snapshot is what the files of a directory looked like: of each, by its path, what changes when the file does.
type snapshot map[string]stamp

// stamp is a file's size, the time of its last change in Unix nanoseconds and, where the system has one, its inode: an editor that renames a new file over the
// old one changes that at least.
type stamp struct {
	Size  int64
	Time  int64
	Inode uint64
}

// differences are the paths that are in one of two snapshots only, or differ.
func differences(before, after snapshot) []string {
	var changed []string
	for path, now := range after {
		if then, ok := before[path]; !ok || then != now {
			changed = append(changed, path)
		}
	}
	for path := range before {
		if _, ok := after[path]; !ok {
			changed = append(changed, path)
		}
	}
	return changed
}

func stampOf(info fs.FileInfo) stamp {
	return stamp{Size: info.Size(), Time: info.ModTime().UnixNano(), Inode: inode(info)}
}

// stepFiles is how many files are looked at in one step: some milliseconds' work.
const stepFiles = 5000

// rest is the directories that can't be watched, each with what it looked like.
type rest struct {
	root   string
	wanted func(path string) bool
	queue  []string // the next to look at first
	seen   map[string]look
}

// look is one directory: its files and its subdirectories.
type look struct {
	files snapshot
	dirs  map[string]bool
}

// add takes in a directory as it is now; the error is that there is none.
func (r *rest) add(dir string) error {
	if _, known := r.seen[dir]; known {
		return nil
	}
	l, err := r.look(dir)
	if err != nil && dir != r.root {
		return err
	}
	r.seen[dir] = l
	r.queue = append(r.queue, dir)
	return nil
}

// look looks at one directory.
func (r *rest) look(dir string) (look, error) {
	l := look{snapshot{}, map[string]bool{}}
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if !r.wanted(path) {
			continue
		}
		if e.IsDir() {
			l.dirs[path] = true
		} else if info, err := e.Info(); err == nil {
			l.files[path] = stampOf(info)
		}
	}
	return l, err
}

// step looks at some directories again. It returns the paths that changed, and of those the directories that came.
func (r *rest) step() (changed, came []string) {
	for n, files := len(r.queue), 0; n > 0 && files < stepFiles; n-- {
		dir := r.queue[0]
		r.queue = r.queue[1:]
		before := r.seen[dir]
		now, err := r.look(dir)
		files += 1 + len(now.files)
		changed = append(changed, differences(before.files, now.files)...)
		for sub := range now.dirs {
			if !before.dirs[sub] {
				changed, came = append(changed, sub), append(came, sub)
			}
		}
		for sub := range before.dirs {
			if !now.dirs[sub] {
				changed = append(changed, sub)
			}
		}
		if err != nil && dir != r.root {
			delete(r.seen, dir)
			continue
		}
		r.seen[dir] = now
		r.queue = append(r.queue, dir)
	}
	return changed, came
}
