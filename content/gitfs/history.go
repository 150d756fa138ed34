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

// Add takes in what another part of history says of the same path.
func (c Changed) Add(d Changed) Changed {
	if c.First.IsZero() || !d.First.IsZero() && d.First.Before(c.First) {
		c.First = d.First
	}
	if d.Last.After(c.Last) {
		c.Last = d.Last
	}
	return c
}

// History returns, for each path that a commit in the history of rev changed, when it first and last did. Given since, it looks only at commits that are not
// in the history of since, and Changed.Add joins the two; ErrNotAncestor where since is no part of it (history was rewritten: ask without). Given paths (files
// or directories), it looks only at those. A removed path counts too; a rename is a removal and a new file.
//
// A merge changes a path only where its result differs from all its parents, so that a change keeps its time when branches are merged, whichever way round.
// The times are the commits' own: the earliest and the latest, whatever the order. Of a shallow clone nothing is known, and the map is empty.
func (r *Repo) History(ctx context.Context, rev, since Revision, paths ...string) (map[string]Changed, error) {
	if r.Shallow() || rev == "" || rev == since {
		return map[string]Changed{}, nil
	}
	args := []string{"log", "-z", "-c", "--name-only", "--no-renames", "--relative", "--full-history", "--ignore-submodules=all", "--format=tformat://%ct", string(rev)}
	if since != "" {
		if err := r.ancestor(ctx, since, rev); err != nil {
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

func (r *Repo) ancestor(ctx context.Context, since, rev Revision) error {
	_, err := r.git.Output(ctx, "merge-base", "--is-ancestor", string(since), string(rev))
	if failed := new(git.Error); errors.As(err, &failed) {
		return fmt.Errorf("read history: %s is %w", since.Short(), ErrNotAncestor)
	}
	return err
}

// parseLog reads `//<unix time>`, which no path begins with, and the paths after it. Git puts a line end before the first path, or of a merge an empty field.
func parseLog(out []byte) map[string]Changed {
	changed := map[string]Changed{}
	var at Changed
	first := false
	for _, field := range fields(out) {
		if seconds, ok := strings.CutPrefix(field, "//"); ok {
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

// Diff returns the paths that differ between two commits, "" being the state before the first. A rename is two of them.
func (r *Repo) Diff(ctx context.Context, from, to Revision) ([]string, error) {
	out, err := r.git.Output(ctx, "diff-tree", "-r", "-z", "--name-only", "--no-renames", "--relative", "--ignore-submodules=all", r.tree(from), r.tree(to))
	if err != nil {
		return nil, fmt.Errorf("compare commits %s and %s: %w", from.Short(), to.Short(), err)
	}
	return fields(out), nil
}

// tree names a commit's tree: the empty one, which every repository knows, for no commit.
func (r *Repo) tree(rev Revision) string {
	switch {
	case rev != "":
		return string(rev)
	case r.format == "sha256":
		return "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"
	}
	return "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
}

// Status returns the paths in the work tree that are not as in HEAD: changed, staged, removed, or unknown to git and not ignored. Nothing in a bare repository.
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
