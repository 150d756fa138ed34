package output

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// ForeignError says that in a directory that balie has not written yet, files of somebody else
// stand where pages would be. Nothing was written.
type ForeignError struct {
	Dir   string
	Files []string // in order
}

func (e *ForeignError) Error() string {
	names := e.Files
	if len(names) > 3 {
		names = append(names[:3:3], "…")
	}
	return fmt.Sprintf("%s has files that are not balie's (%s): empty it or choose another", e.Dir, strings.Join(names, ", "))
}

// Commit ends the build: it puts what was staged in its place, and removes what the build neither
// wrote nor kept. Where a Write failed it changes nothing, and returns that error.
func (tx *Tx) Commit() (Result, error) {
	defer tx.End()
	if tx.ended {
		return Result{}, fmt.Errorf("commit output: the build has ended already")
	}
	if tx.failed != nil {
		return Result{}, tx.failed
	}
	if err := tx.checkForeign(); err != nil {
		return Result{}, err
	}
	if err := tx.commit(); err != nil {
		return tx.result, fmt.Errorf("write %s: %w", tx.dir.path, err)
	}
	tx.dir.committed = true
	return tx.result, nil
}

func (tx *Tx) commit() error {
	if err := tx.recordStaged(); err != nil {
		return err
	}
	if err := tx.remove(); err != nil {
		return fmt.Errorf("remove what is gone: %w", err)
	}
	if err := tx.publish(); err != nil {
		return err
	}
	return tx.recordSite()
}

// recordStaged records what is about to be published, besides what there is.
func (tx *Tx) recordStaged() error {
	if len(tx.staged) == 0 {
		return nil
	}
	for name := range tx.staged {
		path := hashOfPath(name)
		tx.dir.manifest.add(path, tx.files[path])
	}
	return tx.dir.record()
}

// recordSite records what the site holds now, unless that is recorded.
func (tx *Tx) recordSite() error {
	changed := tx.dir.manifest.settle(tx.files)
	if !changed && (len(tx.files) == 0 || tx.dir.isFile(manifestName)) {
		return nil
	}
	return tx.dir.record()
}

// End ends the build; without Commit nothing has changed. After Commit it does nothing.
func (tx *Tx) End() {
	if tx.ended {
		return
	}
	tx.ended = true
	if len(tx.staged) > 0 {
		tx.dir.root.RemoveAll(stageName)
	}
	tx.dir.building.Unlock()
}

// checkForeign refuses a first build if anything stands where its files would be.
func (tx *Tx) checkForeign() error {
	if !tx.isFirst() {
		return nil
	}
	foreign := map[string]bool{}
	for name := range tx.staged {
		if other := tx.dir.inTheWay(name); other != "" {
			foreign[other] = true
		}
	}
	if len(foreign) > 0 {
		return &ForeignError{tx.dir.path, slices.Sorted(maps.Keys(foreign))}
	}
	return nil
}

// inTheWay returns what stands at a file's path, or what stands where one of its directories would
// be and is none; "" if nothing does.
func (d *Dir) inTheWay(name string) string {
	for end := 0; end < len(name); end++ {
		if next := strings.IndexByte(name[end:], '/'); next >= 0 {
			end += next
		} else {
			end = len(name)
		}
		info, err := d.root.Lstat(name[:end])
		if errors.Is(err, fs.ErrNotExist) {
			return ""
		}
		if err != nil || !info.IsDir() || end == len(name) {
			return name[:end]
		}
	}
	return ""
}

// remove removes the files that are ours and no longer part of the site. The manifest does not tell
// their paths, so it looks at every file.
func (tx *Tx) remove() error {
	gone := manifest{}
	for path, contents := range tx.dir.manifest {
		if _, ok := tx.files[path]; !ok {
			gone[path] = contents
		}
	}
	if len(gone) == 0 {
		return nil
	}
	root := tx.dir.root
	err := fs.WalkDir(root.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case e != nil && e.IsDir() && (err != nil || name == stageName):
			return fs.SkipDir // we can't have written what we can't read
		case err != nil:
			return err
		case !e.Type().IsRegular():
			return nil
		}
		contents := gone[hashOfPath(name)]
		if contents == nil {
			return nil
		}
		if data, err := root.ReadFile(name); err != nil || !slices.Contains(contents, hashOf(data)) {
			return nil
		}
		return tx.removeFile(name)
	})
	slices.Sort(tx.result.Removed)
	return err
}

// removeFile removes a file, and its directories where that leaves them empty.
func (tx *Tx) removeFile(name string) error {
	if err := tx.dir.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	tx.result.Removed = append(tx.result.Removed, name)
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if tx.dir.root.Remove(dir) != nil { // not empty
			break
		}
	}
	return nil
}

// publish renames what was staged to its place.
func (tx *Tx) publish() error {
	if len(tx.staged) == 0 {
		return nil
	}
	moves, err := tx.moves(".")
	if err != nil {
		return err
	}
	var failed error
	for _, name := range moves {
		failed = errors.Join(failed, tx.move(name))
	}
	if failed != nil {
		return fmt.Errorf("%w: something that is not balie's is in the way", failed)
	}
	tx.result.Written = slices.Sorted(maps.Keys(tx.staged))
	return nil
}

// moves lists the paths that are to be renamed out of the staging directory. A directory that is not
// there yet is moved whole, so that a first build takes a few renames and not one a file.
func (tx *Tx) moves(dir string) ([]string, error) {
	entries, err := fs.ReadDir(tx.dir.root.FS(), path.Join(stageName, dir))
	if err != nil {
		return nil, err
	}
	var all []string
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		if !e.IsDir() || !tx.dir.isDir(name) {
			all = append(all, name)
			continue
		}
		within, err := tx.moves(name)
		if err != nil {
			return nil, err
		}
		all = append(all, within...)
	}
	return all, nil
}

// move renames a staged file or directory to its place.
func (tx *Tx) move(name string) error {
	return tx.dir.root.Rename(path.Join(stageName, name), name)
}

func (d *Dir) isDir(name string) bool {
	info, err := d.root.Lstat(name)
	return err == nil && info.IsDir()
}
