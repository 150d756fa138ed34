// Package repository reads a content repository: its records, and from git when each file was first and last changed.
//
// It is read from the work tree, as the files lie on disk, or with a ref from git itself: then nothing half-saved is ever seen, and a bare
// repository will do. A work tree outside of git can be read too; nothing is known then of when a file changed.
package repository

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

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
	Revision string                   // the commit it was read at, or that the work tree is based on; "" where there is none
	History  map[string]gitfs.Changed // when each file's first and last change were committed; empty where it is not known
}

// ErrNotContent: the directory holds no content repository.
var ErrNotContent = errors.New("no content repository: it has no site.yaml")

// ErrNotDirectory: what was named is a file.
var ErrNotDirectory = errors.New("not a directory")

// Open opens a directory: a work tree or, with a ref, any repository, bare ones too. A bare repository without a ref is read at HEAD.
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
	return r.Again(ctx, nil, nil)
}

// Again reads what changed since an earlier reading: changed are the paths in the work tree; with a ref git tells them. Records that did not change
// are the same ones. Without an earlier reading it reads everything.
func (r *Repository) Again(ctx context.Context, earlier *Reading, changed []string) (*Reading, error) {
	head, err := r.head(ctx)
	if err != nil {
		return nil, err
	}
	next := &Reading{Revision: string(head)}
	if r.Ref == "" {
		if changed, err = r.andCommitted(ctx, head, earlier, changed); err != nil {
			return nil, err
		}
		next.Files = newWorkTree(r.Dir)
		next.Loaded = reload(earlier, next.Files, changed)
	} else if err = r.atCommit(ctx, head, earlier, next); err != nil {
		return nil, err
	}
	next.Tree = next.Loaded.Tree
	if next.History, err = r.history(ctx, head, earlier); err != nil {
		return nil, err
	}
	return next, nil
}

// andCommitted adds what commits since the earlier reading changed: whoever watched the work tree may have missed some of it.
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

func reload(earlier *Reading, fsys fs.FS, changed []string) *load.Loaded {
	switch {
	case earlier == nil:
		return load.Load(fsys, nil)
	case len(changed) == 0:
		return earlier.Loaded
	}
	return earlier.Loaded.Reload(fsys, changed, nil)
}

// head is the commit to read, or that the work tree is based on; "" where nothing was committed yet.
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
func (r *Repository) atCommit(ctx context.Context, head gitfs.Revision, earlier, next *Reading) error {
	if earlier != nil && earlier.Revision == string(head) {
		next.Loaded, next.Files = earlier.Loaded, earlier.Files
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
	next.Loaded, next.Files = reload(earlier, fsys, changed), fsys
	return nil
}

// history adds the commits since the earlier reading; where that one is no part of it, all is read again.
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
