// Package repository reads a content repository: its records, and from git when each file was first
// and last changed.
//
// It is read from the work tree, as the files lie on disk, or with a ref from git itself: then
// nothing half-saved is ever seen, and a bare repository will do. A work tree outside of git can be
// read too; nothing is known then of when a file changed.
package repository

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"balie/content"
	"balie/content/gitfs"
	"balie/content/load"
)

// Repository is where content is read from.
type Repository struct {
	Dir string
	Ref string      // "": the work tree
	Git *gitfs.Repo // nil outside of git
	Why error       // where Git is nil: gitfs.ErrNotRepository, or gitfs.ErrNoGit
}

// Reading is a content repository as it was read once. It is immutable.
type Reading struct {
	Tree     *content.Tree
	Loaded   *load.Loaded             // what Tree is of
	Files    fs.FS                    // what the tree was read from
	Revision string                   // the commit that was read, or is the work tree's base; or ""
	History  map[string]gitfs.Changed // each file's first and last commit; empty if unknown

	ThemeChanged bool // the desk's theme may be another than at the earlier reading
}

// SetupFiles is what the setup and the theme are read from.
func (r *Reading) SetupFiles() fs.FS {
	if v := r.Loaded.SetupCommit(); v != nil {
		return v.Files
	}
	return r.Files
}

// Committed is when the first and the last change of a file were committed, as it is shown; zero
// where it is not known.
func (r *Reading) Committed(file string) (first, last time.Time) {
	c := r.History[file]
	i, older := slices.BinarySearchFunc(r.Loaded.Older, file, func(o load.Older, file string) int { return strings.Compare(o.File, file) })
	if older {
		return c.First, r.Loaded.Older[i].At
	}
	return c.First, c.Last
}

// ErrNotContent: the directory holds no content repository.
var ErrNotContent = errors.New("no content repository: it has no site.yaml")

// ErrNotDirectory: what was named is a file.
var ErrNotDirectory = errors.New("not a directory")

// Open opens a directory: a work tree or, with a ref, any repository, bare ones too. A bare
// repository without a ref is read at HEAD.
func Open(ctx context.Context, dir, ref string) (*Repository, error) {
	if info, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("open %s: %w", dir, errors.Unwrap(err))
	} else if !info.IsDir() {
		return nil, fmt.Errorf("open %s: %w", dir, ErrNotDirectory)
	}
	r := &Repository{Dir: dir, Ref: ref}
	git, err := gitfs.Open(ctx, dir)
	switch {
	case err == nil:
		r.Git = git
	case ref != "" || !errors.Is(err, gitfs.ErrNotRepository) && !errors.Is(err, gitfs.ErrNoGit):
		return nil, fmt.Errorf("open %s: %w", dir, err)
	default:
		r.Why = err
	}
	if r.Git != nil && r.Git.Bare() && ref == "" {
		r.Ref = "HEAD"
	}
	if r.Ref == "" {
		if _, err := os.Stat(filepath.Join(dir, "site.yaml")); err != nil {
			r.Close()
			return nil, fmt.Errorf("open %s: %w", dir, ErrNotContent)
		}
	}
	return r, nil
}

// Close ends what reading git needs.
func (r *Repository) Close() error {
	if r.Git == nil {
		return nil
	}
	return r.Git.Close()
}

// Files is what would be read now: the work tree or, with a ref, the commit that it names.
func (r *Repository) Files(ctx context.Context) (fs.FS, error) {
	if r.Ref == "" {
		return newWorkTree(r.Dir), nil
	}
	head, err := r.head(ctx)
	if err != nil {
		return nil, err
	}
	files, err := r.Git.At(ctx, head)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", r.Dir, err)
	}
	return files, nil
}

// Read reads everything.
func (r *Repository) Read(ctx context.Context) (*Reading, error) {
	return r.Again(ctx, nil, nil, nil)
}

// Again reads what changed since an earlier reading: changed are the paths in the work tree; with a
// ref git tells them. Records that did not change are the same ones. Without an earlier reading it
// reads everything. A file that does not read is read as it last did by the commit's history; the
// setup is read from a commit that is given, or as all else.
func (r *Repository) Again(ctx context.Context, earlier *Reading, changed []string, setup *load.SetupVersion) (*Reading, error) {
	head, err := r.head(ctx)
	if err != nil {
		return nil, err
	}
	next := &Reading{Revision: string(head)}
	history := &load.History{Setup: setup}
	if r.Git != nil && head != "" {
		history.Versions = r.versions(ctx, head)
	}
	if r.Ref == "" {
		if changed, err = r.andCommitted(ctx, head, earlier, changed); err != nil {
			return nil, err
		}
		next.Files = newWorkTree(r.Dir)
		next.reload(earlier, changed, history)
	} else if err = r.atCommit(ctx, head, earlier, next, history); err != nil {
		return nil, err
	}
	if next.History, err = r.history(ctx, head, earlier); err != nil {
		return nil, err
	}
	return next, nil
}

// andCommitted adds what commits since the earlier reading changed: whoever watched the work tree
// may have missed some of it.
func (r *Repository) andCommitted(ctx context.Context, head gitfs.Revision, earlier *Reading, changed []string) ([]string, error) {
	if earlier == nil || head == "" || earlier.Revision == string(head) {
		return changed, nil
	}
	committed, err := r.Git.Diff(ctx, gitfs.Revision(earlier.Revision), head)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", r.Dir, err)
	}
	return slices.Concat(changed, committed), nil
}

// reload reads what changed since an earlier reading, which may be nil.
func (r *Reading) reload(earlier *Reading, changed []string, history *load.History) {
	switch {
	case earlier == nil:
		r.Loaded = load.Load(r.Files, history)
		r.ThemeChanged = true
	case len(changed) == 0 && earlier.Revision == r.Revision && earlier.Loaded.SetupCommit() == history.Setup:
		r.Loaded = earlier.Loaded
	default:
		r.Loaded = earlier.Loaded.Reload(r.Files, changed, history)
		r.ThemeChanged = slices.ContainsFunc(changed, ofTheme) || earlier.Loaded.SetupCommit() != history.Setup
	}
	r.Tree = r.Loaded.Tree
}

func ofTheme(p string) bool {
	p = path.Clean(p)
	return p == "." || p == "theme" || strings.HasPrefix(p, "theme/")
}

// versions lists the versions of a file up to a commit, newest first. Where git can't tell, there
// are none.
func (r *Repository) versions(ctx context.Context, head gitfs.Revision) func(string) iter.Seq[load.Version] {
	return func(file string) iter.Seq[load.Version] {
		return func(yield func(load.Version) bool) {
			versions, err := r.Git.Versions(ctx, head, file, maxVersions)
			if err != nil {
				return
			}
			for _, v := range versions {
				if v.Exists && !yield(load.Version{Commit: string(v.Revision), At: v.Time, Data: v.Data}) {
					return
				}
			}
		}
	}
}

// maxVersions is how far back a version that reads is looked for.
const maxVersions = 100

// OlderSetups lists the commits that changed the setup, newest first, each with its files.
func (r *Repository) OlderSetups(ctx context.Context, revision string) iter.Seq2[*load.SetupVersion, error] {
	return func(yield func(*load.SetupVersion, error) bool) {
		if r.Git == nil || revision == "" {
			return
		}
		commits, err := r.Git.Changes(ctx, gitfs.Revision(revision), maxVersions, load.SetupPaths()...)
		if err != nil {
			yield(nil, fmt.Errorf("read %s: %w", r.Dir, err))
			return
		}
		for _, c := range commits {
			files, err := r.Git.At(ctx, c.Revision)
			if err != nil {
				yield(nil, fmt.Errorf("read %s: %w", r.Dir, err))
				return
			}
			if !yield(&load.SetupVersion{Commit: string(c.Revision), At: c.Time, Files: files}, nil) {
				return
			}
		}
	}
}

// head is the commit to read, or that the work tree is based on; "" where nothing was committed
// yet.
func (r *Repository) head(ctx context.Context) (gitfs.Revision, error) {
	if r.Git == nil {
		return "", nil
	}
	head, err := r.Git.Resolve(ctx, r.Ref)
	if errors.Is(err, gitfs.ErrNoRevision) && r.Ref == "" {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read %s: %w", r.Dir, err)
	}
	return head, nil
}

// atCommit reads a commit's files; after the first, what differs from the one before.
func (r *Repository) atCommit(ctx context.Context, head gitfs.Revision, earlier, next *Reading, history *load.History) error {
	if earlier != nil && earlier.Revision == string(head) {
		next.Files = earlier.Files
		next.reload(earlier, nil, history)
		return nil
	}
	fsys, err := r.Git.At(ctx, head)
	if err != nil {
		return fmt.Errorf("read %s: %w", r.Dir, err)
	}
	if _, err := fs.Stat(fsys, "site.yaml"); err != nil {
		return fmt.Errorf("read %s at %s: %w", r.Dir, r.Ref, ErrNotContent)
	}
	var changed []string
	if earlier != nil {
		if changed, err = r.Git.Diff(ctx, gitfs.Revision(earlier.Revision), head); err != nil {
			return fmt.Errorf("read %s: %w", r.Dir, err)
		}
	}
	next.Files = fsys
	next.reload(earlier, changed, history)
	return nil
}

// history adds the commits since the earlier reading; where that one is no part of it, all is read
// again.
func (r *Repository) history(ctx context.Context, head gitfs.Revision, earlier *Reading) (map[string]gitfs.Changed, error) {
	if r.Git == nil || head == "" || r.Git.Shallow() {
		return nil, nil
	}
	if earlier != nil && earlier.Revision == string(head) {
		return earlier.History, nil
	}
	if earlier != nil && earlier.Revision != "" {
		more, err := r.Git.History(ctx, head, gitfs.Revision(earlier.Revision))
		if err == nil {
			return joined(earlier.History, more), nil
		}
		if !errors.Is(err, gitfs.ErrNotAncestor) {
			return nil, fmt.Errorf("read history of %s: %w", r.Dir, err)
		}
	}
	all, err := r.Git.History(ctx, head, "")
	if err != nil {
		return nil, fmt.Errorf("read history of %s: %w", r.Dir, err)
	}
	return all, nil
}

func joined(earlier, more map[string]gitfs.Changed) map[string]gitfs.Changed {
	all := maps.Clone(earlier)
	if all == nil {
		all = map[string]gitfs.Changed{}
	}
	for path, c := range more {
		if before, ok := all[path]; ok {
			c = before.Add(c)
		}
		all[path] = c
	}
	return all
}

// Bare reports whether there is no work tree to write into.
func (r *Repository) Bare() bool { return r.Git != nil && r.Git.Bare() }

// State is where balie keeps what must outlive a restart: inside the repository's git directory.
func (r *Repository) State() (string, error) {
	if r.Git == nil {
		return "", fmt.Errorf("%s is no git repository", r.Dir)
	}
	return filepath.Join(r.Git.CommonDir(), "balie"), nil
}

// Uncommitted lists paths of the content that are not as they were committed.
func (r *Repository) Uncommitted(ctx context.Context) ([]string, error) {
	if r.Git == nil || r.Bare() {
		return nil, nil
	}
	paths, err := r.Git.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("status of %s: %w", r.Dir, err)
	}
	return paths, nil
}
