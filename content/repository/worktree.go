package repository

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// workTree is a directory as os.DirFS has it, whose files are opened without waiting: a pipe that
// lies among them holds up nobody. It also spares four of the nine calls that the system gets for a
// file, which os.File asks whether it could wait for it.
type workTree struct {
	fs.ReadLinkFS
	dir string
}

func newWorkTree(dir string) workTree { return workTree{os.DirFS(dir).(fs.ReadLinkFS), dir} }

func (w workTree) Open(name string) (fs.File, error) {
	path, err := filepath.Localize(name)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	f, err := os.OpenFile(filepath.Join(w.dir, path), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err == nil {
		return f, nil
	}
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		pathError.Path = name // as its caller knows it
	}
	return nil, err // and no *os.File that is nil
}

func (w workTree) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(w.ReadLinkFS, name) }

func (w workTree) Stat(name string) (fs.FileInfo, error) { return fs.Stat(w.ReadLinkFS, name) }
