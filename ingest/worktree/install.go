package worktree

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"balie/content/gitfs/git"
	"balie/ingest/commit"
)

// install brings the changes into the work tree and the index, and then moves the branch. Where a step
// fails the earlier ones are undone. The bytes of files and index are synced before they get their
// names, so that a power loss leaves none of them empty.
func (c *Committer) install(ctx context.Context, i *fastImport) error {
	if err := c.checkIndex(ctx, i); err != nil {
		return err
	}
	files, err := c.writeFiles(i.files)
	if err != nil {
		return err
	}
	defer files.close()
	index, err := c.stage(ctx, i)
	if err != nil {
		files.undo()
		return err
	}
	defer index.forget()
	if err := errors.Join(syncDisk(c.repo.Dir()), syncDisk(c.repo.GitDir())); err != nil {
		files.undo()
		return fmt.Errorf("sync the disk: %w", err)
	}
	if err := files.link(); err != nil {
		files.undo()
		return err
	}
	if err := index.replace(); err != nil {
		files.undo()
		return err
	}
	if err := i.finish(); err != nil {
		err = errors.Join(err, index.undo())
		files.undo()
		return err
	}
	return nil
}

// checkIndex returns Taken if someone has staged different content at one of our paths. It asks
// cat-file, since ls-files takes paths from its arguments alone, whose length is limited.
func (c *Committer) checkIndex(ctx context.Context, i *fastImport) error {
	var names bytes.Buffer
	for _, f := range i.files {
		fmt.Fprintf(&names, ":0:%s\n", c.repo.Prefix()+f.Path)
	}
	out, err := c.git.Feed(ctx, &names, "cat-file", "--batch-check=%(objectname)")
	if err != nil {
		return err
	}
	n := 0
	for line := range strings.Lines(string(out)) {
		name := strings.TrimSuffix(line, "\n") // or <what was asked> missing
		if !strings.HasSuffix(name, " missing") && name != i.blobs[n] {
			return &commit.Taken{Path: i.files[n].Path}
		}
		n++
	}
	return nil
}

// writtenFiles are the files and directories that were made in the work tree.
type writtenFiles struct {
	root *os.Root
	list []commit.File
	made []string // in order

	at  string   // the directory of the last file
	dir *os.Root // it, opened; nil before the first file
}

func (p *writtenFiles) close() {
	if p.dir != nil {
		p.dir.Close()
	}
	p.root.Close()
}

// undo removes the files under both names, and the directories that are empty.
func (p *writtenFiles) undo() {
	for _, f := range p.list {
		p.root.Remove(path.Join(path.Dir(f.Path), temporary(path.Base(f.Path))))
	}
	for n := len(p.made) - 1; n >= 0; n-- {
		p.root.Remove(p.made[n])
	}
}

// temporary is the name that a file has until it is synced.
func temporary(name string) string { return ".balie-" + name + ".tmp" }

// writeFiles writes the files into the work tree, under temporary names.
func (c *Committer) writeFiles(list []commit.File) (*writtenFiles, error) {
	root, err := os.OpenRoot(c.repo.Dir())
	if err != nil {
		return nil, err
	}
	p := &writtenFiles{root: root, list: list}
	for _, f := range list {
		err := p.enter(path.Dir(f.Path))
		if err == nil {
			err = p.dir.WriteFile(temporary(path.Base(f.Path)), f.Data, 0o666)
		}
		if err != nil {
			p.undo()
			p.close()
			return nil, err
		}
	}
	return p, nil
}

// link gives the files their names. One that is there with the same content is left alone.
func (p *writtenFiles) link() error {
	for _, f := range p.list {
		if err := p.enter(path.Dir(f.Path)); err != nil {
			return err
		}
		name := path.Base(f.Path)
		err := p.dir.Link(temporary(name), name) // unlike a rename, it never replaces
		switch {
		case err == nil:
			p.made = append(p.made, f.Path)
		case errors.Is(err, fs.ErrExist):
			err = p.checkFile(f)
		default:
			err = p.writeNew(f) // a file system without links
		}
		if err != nil {
			return err
		}
		p.dir.Remove(temporary(name)) // now, since a kill after the commit would leave it for ever
	}
	return nil
}

// checkFile returns Taken unless the work tree has the file with the same content.
func (p *writtenFiles) checkFile(f commit.File) error {
	info, err := p.root.Lstat(f.Path)
	if err != nil || !info.Mode().IsRegular() || info.Size() != int64(len(f.Data)) {
		return &commit.Taken{Path: f.Path}
	}
	if data, err := p.root.ReadFile(f.Path); err != nil || !bytes.Equal(data, f.Data) {
		return &commit.Taken{Path: f.Path}
	}
	return nil
}

func (p *writtenFiles) writeNew(f commit.File) error {
	file, err := p.root.OpenFile(f.Path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return p.checkFile(f)
	}
	if err != nil {
		return err
	}
	p.made = append(p.made, f.Path)
	_, err = file.Write(f.Data)
	return errors.Join(err, file.Close())
}

// enter opens a directory, which it makes where it is not there. The files of a case come together.
func (p *writtenFiles) enter(dir string) (err error) {
	if p.dir != nil && p.at == dir {
		return nil
	}
	if err := p.makeDir(dir); err != nil {
		return err
	}
	if p.dir != nil {
		p.dir.Close()
	}
	p.at = dir
	p.dir, err = p.root.OpenRoot(dir)
	return err
}

// makeDir makes a directory and those above it.
func (p *writtenFiles) makeDir(dir string) error {
	if dir == "." {
		return nil
	}
	err := p.root.Mkdir(dir, 0o777)
	if errors.Is(err, fs.ErrNotExist) {
		if err = p.makeDir(path.Dir(dir)); err == nil {
			err = p.root.Mkdir(dir, 0o777)
		}
	}
	switch info, statErr := p.root.Stat(dir); {
	case err == nil:
		p.made = append(p.made, dir)
	case statErr == nil && info.IsDir():
	case statErr == nil:
		return &commit.Taken{Path: dir}
	default:
		return fmt.Errorf("make directory %s: %w", dir, err)
	}
	return nil
}

// staged is an index that has the new files and is to replace git's, and a copy of the one before.
type staged struct {
	index, next, before string // before is a second name of the old one; "" where there was none
}

// stage adds the files to a copy of the index.
func (c *Committer) stage(ctx context.Context, i *fastImport) (*staged, error) {
	index := filepath.Join(c.repo.GitDir(), "index")
	s := &staged{index, index + ".balie", index + ".balie-before"}
	os.Remove(s.next + ".lock") // of a git that was killed: the copy is changed only under the index's lock
	if err := errors.Join(copyFile(index, s.next), copyFile(index, s.before)); errors.Is(err, fs.ErrNotExist) {
		s.before = ""
	} else if err != nil {
		s.forget()
		return nil, fmt.Errorf("copy the index: %w", err)
	}
	var lines bytes.Buffer
	for n, f := range i.files {
		fmt.Fprintf(&lines, "100644 %s 0\t%s\x00", i.blobs[n], c.repo.Prefix()+f.Path)
	}
	g := git.Git{Dir: c.git.Dir, Env: []string{"GIT_INDEX_FILE=" + s.next}}
	if _, err := g.Feed(ctx, &lines, "update-index", "-z", "--index-info"); err != nil {
		s.forget()
		return nil, err
	}
	return s, nil
}

// replace replaces git's index.
func (s *staged) replace() error { return os.Rename(s.next, s.index) }

// forget removes the copies.
func (s *staged) forget() {
	os.Remove(s.next)
	os.Remove(s.before)
}

// undo puts the index before back.
func (s *staged) undo() error {
	if s.before == "" {
		return os.Remove(s.index)
	}
	return os.Rename(s.before, s.index)
}

// copyFile links a file, or copies it where links are not possible. A link is as good as a copy for
// files that are only ever replaced.
func copyFile(from, to string) error {
	os.Remove(to)
	if err := os.Link(from, to); err == nil || errors.Is(err, fs.ErrNotExist) {
		return err
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o666)
}
