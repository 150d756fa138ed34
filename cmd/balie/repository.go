package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"balie/content"
	"balie/content/desk"
	"balie/content/gitfs"
	"balie/content/live"
	"balie/content/repository"
	"balie/ingest/worktree"
)

// openedRepository is the content repository that a command works on, as it was read.
type openedRepository struct {
	*repository.Repository
	*live.Reading
	now     time.Time
	checker live.Checker
}

func (t *terminal) refFlag(c *cobra.Command) {
	c.Flags().StringVar(&t.ref, "ref", "", "read this branch or commit from git, not the work tree (the only way in a bare repository; there HEAD by default)")
}

// open opens the content repository and reads it.
func (t *terminal) open(ctx context.Context) (*openedRepository, error) {
	r, err := t.repository(ctx)
	if err != nil {
		return nil, err
	}
	reading, err := live.NewReader(r).Read(ctx, nil)
	if err != nil {
		r.Close()
		return nil, explain(err)
	}
	now, err := t.now(reading.Tree.Zone)
	if err != nil {
		r.Close()
		return nil, err
	}
	return &openedRepository{Repository: r, Reading: reading, now: now, checker: newChecker()}, nil
}

// openAt opens the content repository with its promises, as of an instant ("": now). It prints
// what is wrong with the content.
func (t *terminal) openAt(ctx context.Context, at string) (*openedRepository, *desk.Desk, error) {
	o, err := t.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	if at != "" {
		o.now, err = instant(at, o.Tree.Zone)
	}
	if err == nil {
		err = t.reportProblems(o)
	}
	if err != nil {
		o.Close()
		return nil, nil, err
	}
	return o, o.Desk, nil
}

// reportProblems prints what is wrong, and what is shown instead. It fails only where no version of
// the setup is right.
func (t *terminal) reportProblems(o *openedRepository) error {
	wrong := o.errors()
	if !o.Fit {
		problemsAsText(t.err, wrong)
		return failf("mend that first", "the setup has mistakes, so nobody knows what is promised")
	}
	return t.sayErrors(o, wrong)
}

// errors are the problems because of which build refuses.
func (o *openedRepository) errors() []content.Problem {
	return slices.DeleteFunc(o.checker.Problems(o.Reading, o.now), func(p content.Problem) bool { return p.Severity != content.Error })
}

// sayErrors prints errors, and what is shown instead of what they are in.
func (t *terminal) sayErrors(o *openedRepository, wrong []content.Problem) error {
	if len(wrong) == 0 {
		return nil
	}
	if err := problemsAsText(t.err, wrong); err != nil {
		return err
	}
	olderAsText(t.err, o.Reading)
	_, err := fmt.Fprintln(t.err, "balie: everything else goes on; build refuses until this is mended")
	return err
}

func (t *terminal) repository(ctx context.Context) (*repository.Repository, error) {
	r, err := repository.Open(ctx, t.dir, t.ref)
	return r, explain(err)
}

const branches = "refs/heads/"

// committerOf returns a committer to the branch that a content repository is read at. Where it is
// not read at a branch's full name, commits go to HEAD's branch.
func committerOf(repo *repository.Repository) (*worktree.Committer, error) {
	committer, err := worktree.New(repo.Git)
	if err == nil && strings.HasPrefix(repo.Ref, branches) {
		committer.Branch = repo.Ref
	}
	return committer, err
}

// makeGit is the next step where there is no git repository.
const makeGit = "make it one: git init, git add -A, git commit"

// explain adds the next step to what may be wrong with a repository.
func explain(err error) error {
	hints := []struct {
		is   error
		hint string
	}{
		{repository.ErrNotDirectory, "name the content repository's directory with -C"},
		{repository.ErrNotContent, "name one with -C, or make one: balie init DIR"},
		{gitfs.ErrNotRepository, makeGit},
		{gitfs.ErrNoGit, "install git, then try again"},
		{gitfs.ErrNoRevision, "git branch --all lists what there is"},
		{fs.ErrNotExist, "name the content repository with -C, or make one: balie init DIR"},
	}
	for _, h := range hints {
		if errors.Is(err, h.is) {
			return failure{err: err, hint: h.hint}
		}
	}
	return asFailure(err)
}

// inGit refuses a repository outside of git. becomes says what git is needed for.
func inGit(repo *repository.Repository, becomes string) error {
	switch {
	case repo.Git != nil:
		return nil
	case errors.Is(repo.Why, gitfs.ErrNoGit):
		return explain(fmt.Errorf("open %s: %w", repo.Dir, repo.Why))
	}
	return failf(makeGit, "%s is no git repository: %s", repo.Dir, becomes)
}

// warnOfHistory warns where pages and feeds can't tell when something was changed.
func (t *terminal) warnOfHistory(repo *repository.Repository) {
	var why, next string
	switch {
	case repo.Git != nil && repo.Git.Shallow():
		why, next = "this clone's history was cut off", "git fetch --unshallow, or fetch-depth: 0 in a workflow"
	case repo.Git != nil:
		return
	case errors.Is(repo.Why, gitfs.ErrNoGit):
		why, next = "git is not on this machine's path", "install git"
	default:
		why, next = repo.Dir+" is no git repository", makeGit
	}
	fmt.Fprintf(t.err, "balie: %s: the site does not tell when an update was changed\n    %s\n", why, next)
}
