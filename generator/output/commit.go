package output

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Commit ends the build: it removes what was neither written nor kept. Where a Write failed it removes nothing, and returns that error.
func (tx *Tx) Commit() (Result, error) {
	defer tx.End()
	if tx.ended {
		return Result{}, fmt.Errorf("commit output: the build has ended already")
	}
	if tx.failed != nil {
		return Result{}, tx.failed
	}
	if err := tx.commitFirst(); err != nil {
		return Result{}, err
	}
	if err := tx.removeGone(); err != nil {
		return tx.result, fmt.Errorf("remove what is gone: %w", err)
	}
	for _, l := range tx.late {
		if err := tx.write(l.path, l.data, false); err != nil {
			return tx.result, fmt.Errorf("%w: something that is not balie's is in the way", err)
		}
	}
	if err := tx.dir.manifest.end(tx.dir.files); err != nil {
		return tx.result, err
	}
	slices.Sort(tx.result.Written)
	slices.Sort(tx.result.Removed)
	tx.committed = true
	return tx.result, nil
}

// End ends the build as it is; after Commit it does nothing.
func (tx *Tx) End() {
	if tx.ended {
		return
	}
	tx.ended = true
	tx.folders.close()
	tx.endFirst()
	tx.dir.dropUnwritten()
	tx.dir.turn.Unlock()
}

// dropUnwritten forgets files that were to be written and were not.
func (d *Dir) dropUnwritten() {
	for name, f := range d.files {
		if f.mtime == 0 && f.sum == (sum{}) {
			delete(d.files, name)
		}
	}
}

// removeGone removes the files of earlier builds that are no part of this one.
func (tx *Tx) removeGone() error {
	d := tx.dir
	var gone []key
	for name, f := range d.files {
		if f.build == d.build {
			continue
		}
		if d.asLeft(name, f) || tx.holds(name, []sum{f.sum}) {
			if err := tx.remove(name); err != nil {
				return err
			}
		}
		gone = append(gone, keyOf(name))
		delete(d.files, name)
	}
	if err := tx.removeUnseen(); err != nil {
		return err
	}
	for k := range d.manifest.unseen {
		gone = append(gone, k)
	}
	clear(d.manifest.unseen)
	return d.manifest.gone(gone)
}

// removeUnseen looks for what earlier processes wrote. The manifest does not tell the paths, so the whole directory is walked; but only where there is something.
func (tx *Tx) removeUnseen() error {
	m := tx.dir.manifest
	if len(m.unseen) == 0 && !m.unclean {
		return nil
	}
	return fs.WalkDir(tx.dir.root.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil && e != nil && e.IsDir():
			return fs.SkipDir // what we can't read, we did not write
		case err != nil:
			return err
		case e.Type().IsRegular() && (leftover(name) || tx.holds(name, m.unseen[keyOf(name)])):
			return tx.remove(name)
		}
		return nil
	})
}

// leftover reports whether a file is one of ours that never came to its place.
func leftover(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(base, ownPrefix) && strings.HasSuffix(base, ".tmp")
}

// holds reports whether a file's content is one of those.
func (tx *Tx) holds(name string, sums []sum) bool {
	if len(sums) == 0 {
		return false
	}
	info, data := read(tx.dir.root, name, -1)
	return info != nil && slices.Contains(sums, sumOf(data))
}

// remove removes a file, and its directories where that leaves them empty.
func (tx *Tx) remove(name string) error {
	if err := tx.dir.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if !leftover(name) {
		tx.result.Removed = append(tx.result.Removed, name)
	}
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if tx.dir.root.Remove(dir) != nil { // not empty
			break
		}
		tx.folders.forget(dir)
	}
	return nil
}
