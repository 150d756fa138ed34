package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"balie/content/load"
	"balie/content/repository"
	"balie/generator"
)

// directory is one that a build writes, or must not write.
type directory struct {
	name string // as messages call it: its flag and path, or what it is
	path string // absolute, with links followed
}

// checkOutputs refuses outputs that would put private pages into the public site, or pages into the
// content.
func checkOutputs(c generator.Config, r *repository.Repository) error {
	var outputs []directory
	for _, o := range []directory{{"-o", c.Out}, {"--follow", c.Follow}, {"--staff", c.Staff}} {
		if o.path == "" {
			continue
		}
		path, err := resolve(o.path)
		if err != nil {
			return err
		}
		o.name += " " + o.path
		if err := checkApart(directory{o.name, path}, outputs); err != nil {
			return err
		}
		outputs = append(outputs, directory{o.name, path})
	}
	return checkOutsideContent(outputs, r)
}

// checkApart refuses an output that is one of the others, or lies within it or around it.
func checkApart(o directory, others []directory) error {
	for _, other := range others {
		switch {
		case o.path == other.path:
			return usagef("%s is where %s goes: each needs a directory of its own", o.name, other.name)
		case isBelow(o.path, other.path):
			return usagef("%s lies within %s: each is for other readers, so name a directory beside it", o.name, other.name)
		case isBelow(other.path, o.path):
			return usagef("%s lies within %s: each is for other readers, so name a directory beside it", other.name, o.name)
		}
	}
	return nil
}

// checkOutsideContent refuses an output that is the content repository, holds it, or lies in one of
// its directories or of git's.
func checkOutsideContent(outputs []directory, r *repository.Repository) error {
	root, err := resolve(r.Dir)
	if err != nil {
		return err
	}
	reserved, err := contentDirectories(r, root)
	if err != nil {
		return err
	}
	for _, o := range outputs {
		if o.path == root || isBelow(root, o.path) {
			return usagef("%s is the content repository, or holds it: name a directory of its own, such as public", o.name)
		}
		for _, d := range reserved {
			if o.path == d.path || isBelow(o.path, d.path) {
				return usagef("%s lies in %s: name another directory", o.name, d.name)
			}
		}
	}
	return nil
}

// contentDirectories returns the directories of a content repository into which nothing is built.
func contentDirectories(r *repository.Repository, root string) ([]directory, error) {
	var dirs []directory
	for _, name := range append(load.Directories(), "theme", ".git", ".github") {
		dirs = append(dirs, directory{name + "/, which is the desk's own", filepath.Join(root, name)})
	}
	if r.Git == nil {
		return dirs, nil
	}
	for _, dir := range []string{r.Git.GitDir(), r.Git.CommonDir()} {
		path, err := resolve(dir)
		if err != nil {
			return nil, err
		}
		dirs = append(dirs, directory{"git's own directory", path})
	}
	return dirs, nil
}

// resolve returns a path with links followed. What does not exist yet keeps its name: it will be
// made just so.
func resolve(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("find %s: %w", path, err)
	}
	var rest []string
	for existing := abs; ; existing = filepath.Dir(existing) {
		real, err := filepath.EvalSymlinks(existing)
		if err == nil {
			slices.Reverse(rest)
			return filepath.Join(append([]string{real}, rest...)...), nil
		}
		if errors.Is(err, syscall.ENOTDIR) {
			return "", failf("name a directory: it is made where it is not there", "%s lies within a file", path)
		}
		if _, err := os.Lstat(existing); err == nil {
			return "", fmt.Errorf("%s leads nowhere", existing)
		} else if !errors.Is(err, fs.ErrNotExist) || existing == filepath.Dir(existing) {
			return "", fmt.Errorf("find %s: %w", path, err)
		}
		rest = append(rest, filepath.Base(existing))
	}
}

// isBelow reports whether a path lies within a directory.
func isBelow(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && rel != "." && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
