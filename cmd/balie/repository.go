package main

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"balie/content"
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
	if err = o.goTo(at); err == nil {
		var d *desk.Desk
		if d, err = o.desk(t); err == nil {
			return o, d, nil
		}
	}
	o.Close()
	return nil, nil, err
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

// explain adds the next step to what may be wrong with a repository.
func explain(err error) error {
	hints := []struct {
		is   error
		hint string
	}{
		{repository.ErrNotContent, "name one with -C, or make one: balie init DIR"},
		{gitfs.ErrNotRepository, "make it one: git init, git add -A, git commit"},
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

// desk compiles the promises; a repository with errors has none to go by.
func (o *opened) desk(t *terminal) (*desk.Desk, error) {
	problems := content.Check(o.Tree, o.now)
	errors := slices.DeleteFunc(problems, func(p content.Problem) bool { return p.Severity != content.Error })
	if len(errors) > 0 {
		problemsAsText(t.err, errors)
		return nil, failf("mend that first", "the content has mistakes, so nobody knows what is promised")
	}
	return desk.New(o.Tree.Setup)
}
