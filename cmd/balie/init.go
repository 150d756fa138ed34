package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"balie/content/load"
	"balie/content/sample"
)

//go:embed all:repository
var repositoryFiles embed.FS

func (t *terminal) init() *cobra.Command {
	var name string
	c := &cobra.Command{
		Use:   "init DIR",
		Short: "write a new content repository, ready to commit, with its workflows",
		Args:  argCount(1, 1),
		RunE: runE(func(ctx context.Context, args []string) error {
			return t.runInit(ctx, args[0], name)
		}),
	}
	c.Flags().StringVar(&name, "sample", sample.Starter, "begin with a complete sample desk: "+strings.Join(sample.Names(), ", "))
	return c
}

func (t *terminal) runInit(ctx context.Context, dir, name string) error {
	files, err := t.filesOf(name)
	if err != nil {
		return err
	}
	if err := emptyDir(dir); err != nil {
		return err
	}
	for _, f := range files {
		if err := writeNew(filepath.Join(dir, filepath.FromSlash(f.Path)), f.Data); err != nil {
			return err
		}
	}
	if _, err := os.Stat(filepath.Join(dir, ".git")); errors.Is(err, fs.ErrNotExist) {
		if err := git(ctx, dir, nil, "init", "--quiet", "--initial-branch=main"); err != nil {
			return err
		}
	}
	fmt.Fprintf(t.out, "%s is a content repository of %d files.\n\n    cd %s\n    git add -A && git commit -m \"our desk\"\n    balie serve\n\nIts README.md says what is where.\n", dir, len(files), dir)
	return nil
}

// filesOf returns a sample's files, and those that every content repository begins with.
func (t *terminal) filesOf(name string) ([]sample.File, error) {
	fsys, err := sample.FS(name)
	if err != nil {
		return nil, usage{err}
	}
	now, err := t.now(load.Load(fsys, nil).Tree.Zone)
	if err != nil {
		return nil, err
	}
	history, err := sample.History(name, now)
	if err != nil {
		return nil, err
	}
	general, err := newRepository()
	if err != nil {
		return nil, err
	}
	var files []sample.File
	for _, commit := range history {
		files = append(files, commit.Files...)
	}
	// Of two files with one path the first is kept: the sample's README replaces the general one.
	files = append(files, general...)
	slices.SortStableFunc(files, func(a, b sample.File) int { return strings.Compare(a.Path, b.Path) })
	return slices.CompactFunc(files, func(a, b sample.File) bool { return a.Path == b.Path }), nil
}

// emptyDir makes a directory, or refuses one that has anything but .git in it.
func emptyDir(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return os.MkdirAll(dir, 0o777)
	}
	if info, statErr := os.Stat(dir); statErr == nil && !info.IsDir() {
		return failf("name a new directory, or an empty one", "%s is a file", dir)
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", dir, err)
	}
	for _, e := range entries {
		if e.Name() != ".git" {
			return failf("name a new directory, or an empty one", "%s is not empty: it has %s", dir, e.Name())
		}
	}
	return nil
}

// newRepository returns what every content repository begins with: workflows, attributes, a README.
func newRepository() ([]sample.File, error) {
	var files []sample.File
	root, err := fs.Sub(repositoryFiles, "repository")
	if err != nil {
		return nil, err
	}
	err = fs.WalkDir(root, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, p)
		if p == "gitignore" { // a .gitignore here would hold for balie's own repository
			p = ".gitignore"
		}
		files = append(files, sample.File{Path: p, Data: data})
		return err
	})
	return files, err
}

// writeNew writes a file and the directories above it.
func writeNew(file string, data []byte) error {
	err := os.MkdirAll(filepath.Dir(file), 0o777)
	if err == nil {
		err = os.WriteFile(file, data, 0o666)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	return nil
}
