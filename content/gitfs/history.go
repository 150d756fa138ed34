package gitfs

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"balie/content/gitfs/git"
)

// Changed says when a path's first and last change were committed.
type Changed struct {
	First, Last time.Time
}

// Add joins c with what another part of history says of the same path.
func (c Changed) Add(d Changed) Changed {
	if c.First.IsZero() || !d.First.IsZero() && d.First.Before(c.First) {
		c.First = d.First
	}
	if d.Last.After(c.Last) {
		c.Last = d.Last
	}
	return c
}

// History returns, for each path that a commit in the history of rev changed, when that happened
// first and last. The times are the commits' own: the earliest and the latest, whatever the order
// of the commits. A removed path is among them; a rename is a removal and a new file.
//
// Given since, it looks only at commits that are not in the history of since; Changed.Add joins the
// result with what was known before. It returns ErrNotAncestor if since is no part of the history
// of rev, which was rewritten then: call it without. Given paths (files or directories), it looks
// only at those.
//
// A merge changes a path only if its result differs from all its parents, so that a change keeps
// its time when branches are merged, whichever way round. Of a shallow clone nothing is known, and
// the map is empty.
func (r *Repo) History(ctx context.Context, rev, since Revision, paths ...string) (map[string]Changed, error) {
	if r.Shallow() || rev == "" || rev == since {
		return map[string]Changed{}, nil
	}
	args := []string{"log", "-z", "-c", "--name-only", "--no-renames", "--relative", "--full-history",
		"--ignore-submodules=all", "--format=tformat:" + commitMark + "%ct", string(rev)}
	if since != "" {
		if err := r.checkAncestor(ctx, since, rev); err != nil {
			return nil, err
		}
		args = append(args, "^"+string(since))
	}
	if len(paths) == 0 {
		paths = []string{"."}
	}
	out, err := r.git.Output(ctx, append(append(args, "--"), paths...)...)
	if err != nil {
		return nil, fmt.Errorf("read history: %w", err)
	}
	return parseLog(out), nil
}

// Contains reports whether a commit is part of the history of another, or that itself. A commit that
// is not there is part of none.
func (r *Repo) Contains(ctx context.Context, rev, commit Revision) (bool, error) {
	if rev == commit {
		return true, nil
	}
	err := r.checkAncestor(ctx, commit, rev)
	if errors.Is(err, ErrNotAncestor) {
		return false, nil
	}
	return err == nil, err
}

// MergeBase returns the newest commit that two histories share, or "" where they share none.
func (r *Repo) MergeBase(ctx context.Context, a, b Revision) (Revision, error) {
	out, err := r.git.Output(ctx, "merge-base", string(a), string(b))
	if failed := new(git.Error); errors.As(err, &failed) && failed.Code == 1 {
		return "", nil
	}
	return Revision(strings.TrimSpace(string(out))), err
}

func (r *Repo) checkAncestor(ctx context.Context, since, rev Revision) error {
	_, err := r.git.Output(ctx, "merge-base", "--is-ancestor", string(since), string(rev))
	if failed := new(git.Error); errors.As(err, &failed) {
		return fmt.Errorf("read history: %s is %w", since.Short(), ErrNotAncestor)
	}
	return err
}

// parseLog reads `//<unix time>` and the paths after it. Git puts a line end before the first path,
// and an empty field before the first path of a merge.
func parseLog(out []byte) map[string]Changed {
	changed := map[string]Changed{}
	var at Changed
	first := false
	for _, field := range fields(out) {
		if seconds, ok := strings.CutPrefix(field, commitMark); ok {
			t := unixTime(seconds)
			at, first = Changed{t, t}, true
			continue
		}
		if first {
			first = false
			if field = strings.TrimPrefix(field, "\n"); field == "" {
				continue
			}
		}
		changed[field] = changed[field].Add(at)
	}
	return changed
}

// Diff returns the paths that differ between two commits, where "" is the state before the first
// one. A rename is two paths.
func (r *Repo) Diff(ctx context.Context, from, to Revision) ([]string, error) {
	out, err := r.git.Output(ctx, "diff-tree", "-r", "-z", "--name-only", "--no-renames", "--relative", "--ignore-submodules=all", r.tree(from), r.tree(to))
	if err != nil {
		return nil, fmt.Errorf("compare commits %s and %s: %w", from.Short(), to.Short(), err)
	}
	return fields(out), nil
}

// tree returns a name of a commit's tree. For no commit it is the empty tree, which every
// repository knows.
func (r *Repo) tree(rev Revision) string {
	switch {
	case rev != "":
		return string(rev)
	case r.format == "sha256":
		return "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"
	}
	return "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
}

// Status returns the paths in the work tree that are not as in HEAD: changed, staged, removed, or
// unknown to git and not ignored. In a bare repository there are none.
func (r *Repo) Status(ctx context.Context) ([]string, error) {
	if r.bare {
		return nil, nil
	}
	out, err := r.git.Output(ctx, "status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=all", "--", ".")
	if err != nil {
		return nil, fmt.Errorf("read status: %w", err)
	}
	paths := fields(out)
	for i, p := range paths {
		paths[i] = strings.TrimPrefix(p[3:], r.prefix) // XY, a space, the path from the top
	}
	return paths, nil
}
