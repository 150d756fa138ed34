package watch

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Snapshot is what a directory looked like: of each file, by its path, what changes when the file does.
type Snapshot map[string]Stamp

// Stamp is a file's size, the time of its last change in Unix nanoseconds and, where the system has one, its inode: an editor that renames a new file over the
// old one changes that at least.
type Stamp struct {
	Size  int64
	Time  int64
	Inode uint64
}

// Take looks at all files of a work tree that Watch would watch. The paths are slash-separated and relative to Config.Dir.
func Take(ctx context.Context, c Config) (Snapshot, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	s := Snapshot{}
	err = filepath.WalkDir(c.Dir, func(path string, e fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil && path == c.Dir:
			return err
		case err != nil:
			return nil // it went away meanwhile
		case c.ignored(path) && e.IsDir():
			return fs.SkipDir
		case c.ignored(path), e.IsDir():
			return nil
		}
		if info, err := e.Info(); err == nil {
			rel, _ := filepath.Rel(c.Dir, path)
			s[filepath.ToSlash(rel)] = stampOf(info)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look at %s: %w", c.Dir, err)
	}
	return s, nil
}

// Compare returns the paths that are in one of two snapshots only, or differ, in order.
func Compare(before, after Snapshot) []string {
	var changed []string
	for path, stamp := range after {
		if old, ok := before[path]; !ok || old != stamp {
			changed = append(changed, path)
		}
	}
	for path := range before {
		if _, ok := after[path]; !ok {
			changed = append(changed, path)
		}
	}
	slices.Sort(changed)
	return changed
}

func stampOf(info fs.FileInfo) Stamp {
	return Stamp{Size: info.Size(), Time: info.ModTime().UnixNano(), Inode: inode(info)}
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
	files Snapshot
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
	l := look{Snapshot{}, map[string]bool{}}
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
		changed = append(changed, Compare(before.files, now.files)...)
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
