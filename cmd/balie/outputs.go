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

// place is a directory that a build writes, or must not: its flag or its name, and where it is once links are followed.
type place struct{ name, path string }

// checkOutputs refuses what would put private pages into the public site, or pages into the content.
func checkOutputs(c generator.Config, r *repository.Repository) error {
	var outputs []place
	for _, o := range []place{{"-o", c.Out}, {"--follow", c.Follow}, {"--staff", c.Staff}} {
		if o.path == "" {
			continue
		}
		path, err := resolve(o.path)
		if err != nil {
			return err
		}
		o.name += " " + o.path
		if err := apart(place{o.name, path}, outputs); err != nil {
			return err
		}
		outputs = append(outputs, place{o.name, path})
	}
	return outsideContent(outputs, r)
}

// apart refuses an output that is one of the others, or lies within it or around it.
func apart(o place, others []place) error {
	for _, other := range others {
		switch {
		case o.path == other.path:
			return usagef("%s is where %s goes: each needs a directory of its own", o.name, other.name)
		case beneath(o.path, other.path):
			return usagef("%s lies within %s: each is for other readers, so name a directory beside it", o.name, other.name)
		case beneath(other.path, o.path):
			return usagef("%s lies within %s: each is for other readers, so name a directory beside it", other.name, o.name)
		}
	}
	return nil
}

// outsideContent refuses an output that is the content repository, holds it, or lies in a directory of its own or of git's.
func outsideContent(outputs []place, r *repository.Repository) error {
	root, err := resolve(r.Dir)
	if err != nil {
		return err
	}
	own, err := ownDirectories(r, root)
	if err != nil {
		return err
	}
	for _, o := range outputs {
		if o.path == root || beneath(root, o.path) {
			return usagef("%s is the content repository, or holds it: name a directory of its own, such as public", o.name)
		}
		for _, d := range own {
			if o.path == d.path || beneath(o.path, d.path) {
				return usagef("%s lies in %s: name another directory", o.name, d.name)
			}
		}
	}
	return nil
}

// ownDirectories are those of a content repository into which nothing is built.
func ownDirectories(r *repository.Repository, root string) ([]place, error) {
	var own []place
	for _, name := range append(load.Directories(), "theme", ".git", ".github") {
		own = append(own, place{name + "/, which is the desk's own", filepath.Join(root, name)})
	}
	if r.Git == nil {
		return own, nil
	}
	for _, dir := range []string{r.Git.GitDir(), r.Git.CommonDir()} {
		path, err := resolve(dir)
		if err != nil {
			return nil, err
		}
		own = append(own, place{"git's own directory", path})
	}
	return own, nil
}

// resolve is a path without links, as far as there is something: what is not there yet will be made just so.
func resolve(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("find %s: %w", path, err)
	}
	var rest []string
	for at := abs; ; at = filepath.Dir(at) {
		real, err := filepath.EvalSymlinks(at)
		if err == nil {
			slices.Reverse(rest)
			return filepath.Join(append([]string{real}, rest...)...), nil
		}
		if errors.Is(err, syscall.ENOTDIR) {
			return "", failf("name a directory: it is made where it is not there", "%s lies within a file", path)
		}
		if _, err := os.Lstat(at); err == nil {
			return "", fmt.Errorf("%s leads nowhere", at)
		} else if !errors.Is(err, fs.ErrNotExist) || at == filepath.Dir(at) {
			return "", fmt.Errorf("find %s: %w", path, err)
		}
		rest = append(rest, filepath.Base(at))
	}
}

// beneath reports whether a path lies within a directory.
func beneath(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && rel != "." && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
