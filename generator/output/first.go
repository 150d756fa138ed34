package output

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// The first build into a directory of which nothing is ours yet is made in a directory beside it all and moved to its place, entry by entry of the top, when
// it is whole. So nobody meets half a site, and no file has to be renamed by itself: of a clean build, which mostly makes files, a fifth. And what somebody
// else put there is met before anything has been moved.
const firstName = ownPrefix + "first.tmp"

// ForeignError says that in a directory that balie has not written yet, files of somebody else stand where pages would be. Nothing was written.
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

// beginFirst opens the place for a first build; nil where this is not one.
func (d *Dir) beginFirst() (*os.Root, error) {
	if err := d.root.RemoveAll(firstName); err != nil { // of one that was ended in the middle
		return nil, err
	}
	if len(d.files) > 0 || len(d.manifest.unseen) > 0 || d.manifest.unclean {
		return nil, nil
	}
	if err := d.root.Mkdir(firstName, 0o777); err != nil {
		return nil, err
	}
	return d.root.OpenRoot(firstName)
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
	m := moving{tx: tx, there: map[string]fs.FileInfo{}}
	if err := m.meet("."); err != nil {
		return fmt.Errorf("write %s: %w", d.path, err)
	}
	if len(m.foreign) > 0 {
		return &ForeignError{d.path, m.foreign}
	}
	tx.leaveAlone(m.there)
	tx.moves = true
	if err := d.manifest.willAll(d.files); err != nil {
		return fmt.Errorf("write %s: %w", d.path, err)
	}
	for _, name := range m.names {
		if err := d.root.Rename(path.Join(firstName, name), name); err != nil {
			return fmt.Errorf("move %s to its place in %s: %w", name, d.path, err)
		}
	}
	return nil
}

// moving finds out what of a first build is to be moved, and what is in its way.
type moving struct {
	tx      *Tx
	names   []string               // files, and directories that nobody has yet
	there   map[string]fs.FileInfo // files that stand at their place already, byte for byte
	foreign []string
}

// meet compares a directory of the build with the one that stands at its place.
func (m *moving) meet(dir string) error {
	entries, err := fs.ReadDir(m.tx.first.FS(), dir)
	if err != nil {
		return fmt.Errorf("read what was built: %w", err)
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		there, err := m.tx.dir.root.Lstat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			m.names = append(m.names, name)
		case err != nil:
			return err
		case e.IsDir() && there.IsDir():
			if err := m.meet(name); err != nil {
				return err
			}
		case e.IsDir() || !m.stands(name):
			m.foreign = append(m.foreign, name)
		}
	}
	return nil
}

// stands reports whether a file is at its place byte for byte.
func (m *moving) stands(name string) bool {
	f := m.tx.dir.files[name]
	info, data := read(m.tx.dir.root, name, f.size)
	if info == nil || sumOf(data) != f.sum {
		return false
	}
	m.there[name] = info
	return true
}

// leaveAlone takes over files as they are.
func (tx *Tx) leaveAlone(there map[string]fs.FileInfo) {
	for name, info := range there {
		tx.remember(name, tx.dir.files[name].sum, info)
	}
	tx.result.Unchanged += len(there)
	tx.result.Written = slices.DeleteFunc(tx.result.Written, func(name string) bool { return there[name] != nil })
}

// endFirst removes the place. Where the build was not committed, nothing or not all came from there to its own: what did, the manifest knows.
func (tx *Tx) endFirst() {
	if tx.first == nil {
		return
	}
	tx.first.Close()
	d := tx.dir
	switch {
	case tx.committed:
	case tx.moves:
		for name := range d.files {
			d.forget(name)
		}
	default:
		clear(d.files)
	}
	d.root.RemoveAll(firstName)
}
