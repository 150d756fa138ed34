package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"balie/ingest/commit"
)

// newFiles writes changes into a work tree without committing them, and can undo them.
type newFiles struct {
	dir  string
	made []string          // from the repository's root, with slashes
	old  map[string][]byte // what was there of those that were replaced
}

func (n *newFiles) path(file string) string { return filepath.Join(n.dir, filepath.FromSlash(file)) }

// Commit writes the files of a change. A file that exists is never changed.
func (n *newFiles) Commit(_ context.Context, c commit.Change) (string, error) {
	if err := c.Check(); err != nil {
		return "", err
	}
	before := len(n.made)
	for _, f := range c.Files {
		if err := n.write(f); err != nil {
			n.removeFrom(before)
			return "", err
		}
	}
	return "", nil
}

// CommitAll writes the files of changes.
func (n *newFiles) CommitAll(ctx context.Context, changes []commit.Change) ([]string, error) {
	return commit.OneByOne(ctx, n, changes)
}

// Versions knows none: what is written here is not committed yet.
func (n *newFiles) Versions(context.Context, []string, string) (map[string][]commit.Version, error) {
	return nil, nil
}

// put writes a file. One that exists is an error, unless it may be replaced.
func (n *newFiles) put(file commit.File, replace bool) error {
	if !replace {
		return n.write(file)
	}
	old, err := os.ReadFile(n.path(file.Path))
	if err == nil {
		err = os.WriteFile(n.path(file.Path), file.Data, 0o666)
	}
	if err != nil {
		return fmt.Errorf("replace %s: %w", file.Path, err)
	}
	n.old = map[string][]byte{file.Path: old}
	n.made = append(n.made, file.Path)
	return nil
}

func (n *newFiles) write(file commit.File) error {
	full := n.path(file.Path)
	if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
		return fmt.Errorf("write %s: %w", file.Path, err)
	}
	f, err := os.OpenFile(full, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return &commit.Taken{Path: file.Path}
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", file.Path, err)
	}
	n.made = append(n.made, file.Path)
	_, err = f.Write(file.Data)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", file.Path, err)
	}
	return nil
}

// undo removes all files.
func (n *newFiles) undo() { n.removeFrom(0) }

// removeFrom removes the files from an index on, and the directories that they leave empty. What
// was replaced is put back.
func (n *newFiles) removeFrom(first int) {
	for _, file := range slices.Backward(n.made[first:]) {
		if old, replaced := n.old[file]; replaced {
			os.WriteFile(n.path(file), old, 0o666)
			continue
		}
		os.Remove(n.path(file))
		for dir := path.Dir(file); dir != "."; dir = path.Dir(dir) {
			if os.Remove(n.path(dir)) != nil {
				break
			}
		}
	}
	n.made = n.made[:first]
}
