// Package base is what a commit is built on: the files that a branch has at its tip, what commits
// made of a file before, and the name under which git is used here. All committers ask it, so that
// they refuse the same changes for the same reasons.
//
// It reads the repository and writes nothing.
package base

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"balie/content/gitfs"
	"balie/ingest/commit"
)

// Possible returns the changes up to the first that can't be made on top of a commit, and why that
// one can't: commit.ErrGone, or commit.Taken. A change may need what one before it adds.
func Possible(ctx context.Context, repo *gitfs.Repo, tip gitfs.Revision, changes []commit.Change) ([]commit.Change, error) {
	at := &lookup{repo: repo, tip: tip, dirs: map[string]bool{}, missing: map[string]bool{}}
	added := map[string]bool{} // by the changes before
	for i, change := range changes {
		if err := at.check(ctx, change, added); err != nil {
			return changes[:i], err
		}
		for _, f := range change.Files {
			added[f.Path] = true
		}
	}
	return changes, nil
}

// lookup answers what a commit has at paths. Changes of one day ask again and again for the same
// directories.
type lookup struct {
	repo          *gitfs.Repo
	tip           gitfs.Revision
	dirs, missing map[string]bool // what was found out
}

// check returns ErrGone where the commit at the tip lacks what the change needs, and Taken where it
// has a path, or a file in the place of its directory.
func (l *lookup) check(ctx context.Context, change commit.Change, added map[string]bool) error {
	if change.Needs != "" && !added[change.Needs] {
		if at, _, err := l.entryAt(ctx, change.Needs); err != nil || at != change.Needs {
			return errors.Join(err, fmt.Errorf("%s is not there: %w", change.Needs, commit.ErrGone))
		}
	}
	same := 0
	taken := ""
	for _, f := range change.Files {
		if added[f.Path] {
			return &commit.Taken{Path: f.Path}
		}
		path, data, err := l.entryAt(ctx, f.Path)
		switch {
		case err != nil:
			return err
		case path == "":
		case path == f.Path && data != nil && string(data) == string(f.Data):
			same++
		case taken == "":
			taken = path
		}
	}
	if same > 0 && taken == "" {
		taken = change.Files[0].Path
	}
	if taken != "" {
		return &commit.Taken{Path: taken, Same: same == len(change.Files), Revision: string(l.tip)}
	}
	return nil
}

// entryAt returns what the commit has at a path or in its way: its path and, of a file, its
// content. The path is "" where nothing is there.
func (l *lookup) entryAt(ctx context.Context, path string) (string, []byte, error) {
	for at := path; ; {
		data, err := l.read(ctx, at)
		switch {
		case err == nil:
			return at, append([]byte{}, data...), nil
		case errors.Is(err, gitfs.ErrIsDirectory) && at == path:
			return at, nil, nil
		case errors.Is(err, gitfs.ErrIsDirectory):
			return "", nil, nil
		case !errors.Is(err, fs.ErrNotExist):
			return "", nil, err
		}
		i := strings.LastIndexByte(at, '/')
		if i < 0 {
			return "", nil, nil
		}
		at = at[:i]
	}
}

// read reads a file. It asks git once for each directory, there or not.
func (l *lookup) read(ctx context.Context, path string) ([]byte, error) {
	switch {
	case l.dirs[path]:
		return nil, gitfs.ErrIsDirectory
	case l.missing[path]:
		return nil, fs.ErrNotExist
	}
	data, err := l.repo.ReadFile(ctx, l.tip, path)
	l.dirs[path] = errors.Is(err, gitfs.ErrIsDirectory)
	l.missing[path] = errors.Is(err, fs.ErrNotExist)
	return data, err
}

// maxVersions is how many versions of a file are looked at.
const maxVersions = 100

// Versions returns what commits up to a tip made of some files, by path and the newest first: those
// after a commit, or all where since is "" or no part of the history.
func Versions(ctx context.Context, repo *gitfs.Repo, tip gitfs.Revision, paths []string, since string) (map[string][]commit.Version, error) {
	commits := tip
	if since != "" {
		if ok, err := repo.Contains(ctx, tip, gitfs.Revision(since)); err != nil {
			return nil, err
		} else if ok {
			commits = gitfs.Revision(since) + ".." + tip
		}
	}
	found, err := repo.VersionsOf(ctx, commits, paths, maxVersions)
	if err != nil {
		return nil, err
	}
	all := map[string][]commit.Version{}
	for path, versions := range found {
		for _, v := range versions {
			version := commit.Version{Revision: string(v.Revision)}
			if v.Exists {
				version.Data = v.Data
			}
			all[path] = append(all[path], version)
		}
	}
	return all, nil
}
