package output

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
)

// The first build into a directory in which nothing stands yet is made in a directory beside it all and moved to its place, entry by entry of the top, when
// it is whole. So nobody meets half a site, and no file has to be renamed by itself: of a clean build, which mostly makes files, a fifth.

const firstName = ownPrefix + "first.tmp"

// beginFirst opens the place for a first build; nil where this is not one.
func (d *Dir) beginFirst() (*os.Root, error) {
	if err := d.root.RemoveAll(firstName); err != nil { // of one that was ended in the middle
		return nil, err
	}
	if empty, err := d.isEmpty(); !empty || err != nil {
		return nil, err
	}
	if err := d.root.Mkdir(firstName, 0o777); err != nil {
		return nil, err
	}
	return d.root.OpenRoot(firstName)
}

// isEmpty reports whether the directory has nothing in it, and is not known to have had.
func (d *Dir) isEmpty() (bool, error) {
	if len(d.files) > 0 || len(d.manifest.unseen) > 0 || d.manifest.unclean {
		return false, nil
	}
	entries, err := fs.ReadDir(d.root.FS(), ".")
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ownPrefix) {
			return false, err
		}
	}
	return true, err
}

// putFirst writes a file where no other can be yet.
func (tx *Tx) putFirst(name string, data []byte) error {
	in, err := tx.folders.use(path.Dir(name))
	if err != nil {
		return err
	}
	defer tx.folders.give(in)
	info, err := create(in, path.Base(name), data)
	if err != nil {
		return err
	}
	tx.remember(name, sumOf(data), info)
	return nil
}

// commitFirst notes all that was written, and moves it to its place.
func (tx *Tx) commitFirst() error {
	if tx.first == nil {
		return nil
	}
	d := tx.dir
	tx.folders.close() // not every system moves a directory that is open
	if err := d.manifest.willAll(d.files); err != nil {
		return err
	}
	entries, err := fs.ReadDir(tx.first.FS(), ".")
	if err != nil {
		return fmt.Errorf("read what was built: %w", err)
	}
	for _, e := range entries {
		if err := d.root.Rename(path.Join(firstName, e.Name()), e.Name()); err != nil {
			return fmt.Errorf("move %s to its place: %w", e.Name(), err)
		}
	}
	return nil
}

// endFirst removes the place. Where the build was not committed, nothing or not all came from there to its own: what did, the manifest knows.
func (tx *Tx) endFirst() {
	if tx.first == nil {
		return
	}
	tx.first.Close()
	d := tx.dir
	if !tx.committed {
		for name := range d.files {
			d.forget(name)
		}
	}
	d.root.RemoveAll(firstName)
}
