package remote

import (
	"context"
	"errors"
	"slices"

	"balie/content/gitfs"
	"balie/ingest/commit"
	"balie/ingest/lost"
)

// maxGroup is how many commits are made at once.
const maxGroup = 64

// putOnTop makes commits again on top of a tip, and returns the last one, or the tip where none is
// needed. No branch moves.
func (r *Remote) putOnTop(ctx context.Context, tip gitfs.Revision, own []ownCommit) (gitfs.Revision, error) {
	if len(own) == 0 {
		return tip, nil
	}
	if err := lost.SetRef(ctx, r.repo, r.ontop.Branch, tip); err != nil {
		return "", err
	}
	taken := map[string]bool{} // directories of cases that somebody else has
	for len(own) > 0 {
		done, err := r.putGroup(ctx, own, taken)
		if err != nil {
			return "", err
		}
		own = own[done:]
	}
	top, err := r.repo.Resolve(ctx, r.ontop.Branch)
	if err != nil {
		return "", err
	}
	return top, lost.DropRef(ctx, r.repo, lost.Ref{Name: r.ontop.Branch, Revision: top})
}

// putGroup makes the first commits again, and returns how many it is done with. A commit that does
// not fit on top is left out.
func (r *Remote) putGroup(ctx context.Context, own []ownCommit, taken map[string]bool) (done int, err error) {
	fits, err := r.fits(ctx, own[0], taken)
	if err != nil || !fits {
		return 1, err
	}
	group := []commit.Change{own[0].change}
	for _, c := range own[1:] {
		if len(group) == maxGroup || len(own[0].dirs) > 1 || len(c.dirs) > 1 || taken[c.dirs[0]] {
			break
		}
		group = append(group, c.change)
	}
	made, err := r.ontop.CommitAll(ctx, group)
	if err == nil {
		return len(group), nil
	}
	var conflict *commit.Taken
	switch {
	case errors.As(err, &conflict):
		for dir := range own[len(made)].begins {
			taken[dir] = taken[dir] || !conflict.Same
		}
	case !errors.Is(err, commit.ErrGone) && !errors.Is(err, commit.ErrWrong):
		return 0, err
	}
	return len(made) + 1, nil
}

// fits reports whether each case that a commit adds to is there, and is ours.
func (r *Remote) fits(ctx context.Context, c ownCommit, taken map[string]bool) (bool, error) {
	if slices.ContainsFunc(c.dirs, func(dir string) bool { return taken[dir] }) {
		return false, nil
	}
	if len(c.dirs) == 1 {
		return true, nil // its change says what it needs
	}
	tip, err := r.repo.Resolve(ctx, r.ontop.Branch)
	if err != nil {
		return false, err
	}
	for _, dir := range c.dirs {
		if _, err := r.repo.ReadFile(ctx, tip, dir+"/"+lost.RecordFile(dir)); err != nil && !c.begins[dir] {
			return false, nil
		}
	}
	return true, nil
}
