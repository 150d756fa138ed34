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
	"balie/content/check"
	"balie/content/desk"
	"balie/content/gitfs"
	"balie/content/repository"
	"balie/ingest/worktree"
	"balie/themes"
)

// opened is the content repository that a command works on, as it was read.
type opened struct {
	*repository.Repository
	*repository.Reading
	now time.Time
}

func (t *terminal) refFlag(c *cobra.Command) {
	c.Flags().StringVar(&t.ref, "ref", "", "read this branch or commit from git, not the work tree (the only way in a bare repository; there HEAD by default)")
}

// open opens the content repository and reads it.
func (t *terminal) open(ctx context.Context) (*opened, error) {
	r, err := t.repository(ctx)
	if err != nil {
		return nil, err
	}
	reading, err := r.Read(ctx)
	if err != nil {
		r.Close()
		return nil, explain(err)
	}
	now, err := t.now(reading.Tree.Zone)
	if err != nil {
		r.Close()
		return nil, err
	}
	return &opened{r, reading, now}, nil
}

// openAt opens the content repository with its promises, to be looked at as it was at an instant ("": now).
func (t *terminal) openAt(ctx context.Context, at string) (*opened, *desk.Desk, error) {
	o, err := t.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	var d *desk.Desk
	if at != "" {
		o.now, err = instant(at, o.Tree.Zone)
	}
	if err == nil {
		d, err = o.desk(t)
	}
	if err != nil {
		o.Close()
		return nil, nil, err
	}
	return o, d, nil
}

func (t *terminal) repository(ctx context.Context) (*repository.Repository, error) {
	r, err := repository.Open(ctx, t.dir, t.ref)
	return r, explain(err)
}

const branches = "refs/heads/"

// committerOf makes commits where a content repository is read: on the branch that it is read at by its full name, else on HEAD's.
func committerOf(repo *repository.Repository) (*worktree.Committer, error) {
	committer, err := worktree.New(repo.Git)
	if err == nil && strings.HasPrefix(repo.Ref, branches) {
		committer.Branch = repo.Ref
	}
	return committer, err
}

// loadTheme is the embedded theme with the desk's own theme/ laid over it, as it stands where the content is read from.
func loadTheme(ctx context.Context, repo *repository.Repository) (*themes.Theme, error) {
	files, err := repo.Files(ctx)
	if err != nil {
		return nil, explain(err)
	}
	return themes.Of(files)
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
	return fail(err)
}

// inGit refuses a repository outside of git; becomes says what for.
func inGit(repo *repository.Repository, becomes string) error {
	switch {
	case repo.Git != nil:
		return nil
	case errors.Is(repo.Why, gitfs.ErrNoGit):
		return explain(fmt.Errorf("open %s: %w", repo.Dir, repo.Why))
	}
	return failf(makeGit, "%s is no git repository: %s", repo.Dir, becomes)
}

// sayOfHistory says why pages and feeds won't know when something was changed.
func (t *terminal) sayOfHistory(repo *repository.Repository) {
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

// desk compiles the promises. With a mistake in the setup there are none to go by; one in a case is told, and the others go on.
func (o *opened) desk(t *terminal) (*desk.Desk, error) {
	problems := slices.DeleteFunc(check.Check(o.Loaded, o.now), func(p content.Problem) bool { return p.Severity != content.Error })
	if err := problemsAsText(t.err, problems); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(problems, ofSetup) {
		return nil, failf("mend that first", "the setup has mistakes, so nobody knows what is promised")
	}
	if len(problems) > 0 {
		fmt.Fprintln(t.err, "balie: what could not be read is left out here, and nothing is built until it is mended")
	}
	return desk.New(o.Tree.Setup)
}

// ofSetup reports a problem of the files by which tickets are judged.
func ofSetup(p content.Problem) bool {
	root, _, _ := strings.Cut(p.File, "/")
	return slices.Contains([]string{"site.yaml", "services.yaml", "policy", "holidays", "forms"}, root)
}
