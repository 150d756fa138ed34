package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"balie/content"
	"balie/content/check"
	"balie/content/desk"
	"balie/content/desk/queuefile"
	"balie/content/gitfs"
	"balie/content/load"
	"balie/content/repository"
	"balie/ingest/commit"
	"balie/ingest/tick"
)

func (t *terminal) tick() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "tick",
		Short: "commit what is due now: reminders, closing notices, closings (serve does this by itself)",
		Long:  "Tick goes by what is committed on the branch that is checked out, and commits there. What somebody is editing does not count yet, and stays as it is.",
		Args:  takes(0, 0),
		RunE: does(func(ctx context.Context, _ []string) error {
			if format != "text" && format != "json" {
				return usagef("--format %s: there are text and json", format)
			}
			return t.runTick(ctx, format)
		}),
	}
	c.Flags().StringVar(&format, "format", "text", "text or json")
	return c
}

func (t *terminal) runTick(ctx context.Context, format string) error {
	repo, err := t.repository(ctx)
	if err != nil {
		return err
	}
	defer repo.Close()
	if err := inGit(repo, "what is due becomes a commit"); err != nil {
		return err
	}
	done, err := tickOnce(ctx, repo, nil, t.now)
	var wrong problemsError
	if errors.As(err, &wrong) {
		problemsAsText(t.err, wrong)
		return failf("mend it, and commit", "nothing was written: there are mistakes in what is committed")
	}
	if err != nil {
		return explain(err)
	}
	if format == "json" {
		return printJSON(t.out, actionsAsJSON(done))
	}
	for _, a := range done {
		fmt.Fprintf(t.out, "%s %s %s\n", queuefile.Stamp(a.At), a.Case, a.Kind)
	}
	return nil
}

// problemsError are mistakes in what is committed: an event that can't be read may be the one that keeps a ticket open.
type problemsError []content.Problem

func (p problemsError) Error() string { return p[0].String() }

// clock says what time it is for a desk in a zone.
type clock func(zone *time.Location) (time.Time, error)

// tickOnce commits what is due by the state of the branch that is served or checked out, and returns it. Where another did some of it meanwhile, it looks again.
// seen may be what the caller has read already, and found without mistakes.
func tickOnce(ctx context.Context, repo *repository.Repository, seen *repository.Reading, now clock) ([]desk.Action, error) {
	var taken *commit.Taken
	for range 3 {
		actions, err := tickBy(ctx, repo, seen, now)
		if !errors.As(err, &taken) {
			return actions, err
		}
		seen = nil
	}
	return nil, failf("commit it, or take it away; then run it again", "%s is there already with another text, and is not committed", taken.Path)
}

func tickBy(ctx context.Context, repo *repository.Repository, seen *repository.Reading, clock clock) ([]desk.Action, error) {
	loaded, files, err := committed(ctx, repo, seen)
	if err != nil {
		return nil, err
	}
	tree := loaded.Tree
	now, err := clock(tree.Zone)
	if err != nil {
		return nil, err
	}
	if problems := check.Check(loaded, now); content.HasErrors(problems) {
		return nil, problemsError(problems)
	}
	d, err := desk.New(tree.Setup)
	if err != nil {
		return nil, err
	}
	actions := d.Due(tree, now)
	if len(actions) == 0 {
		return nil, nil
	}
	change, err := tick.Change(tree, files, actions)
	if err != nil {
		return nil, err
	}
	change.At = now
	committer, err := committerOf(repo)
	if err != nil {
		return nil, err
	}
	_, err = committer.Commit(ctx, change)
	return actions, err
}

// committed is the content as it is committed where events go: on the branch that it is read at, else on the one that HEAD names. What is due follows from that alone, whatever somebody is editing,
// and what a crash left without a commit is written again.
func committed(ctx context.Context, repo *repository.Repository, seen *repository.Reading) (*load.Loaded, fs.FS, error) {
	head, err := repo.Git.Resolve(ctx, cmp.Or(repo.Ref, "HEAD"))
	if errors.Is(err, gitfs.ErrNoRevision) {
		return nil, nil, failf("git add -A, git commit", "nothing is committed yet in %s", repo.Dir)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", repo.Dir, err)
	}
	if seen != nil && seen.Revision == string(head) {
		edited, err := repo.Uncommitted(ctx)
		if err != nil {
			return nil, nil, err
		}
		if repo.Ref != "" || len(edited) == 0 {
			return seen.Loaded, seen.Files, nil
		}
	}
	files, err := repo.Git.At(ctx, head)
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", repo.Dir, err)
	}
	if _, err := fs.Stat(files, "site.yaml"); err != nil {
		return nil, nil, fmt.Errorf("read %s at %s: %w", repo.Dir, cmp.Or(repo.Ref, "HEAD"), repository.ErrNotContent)
	}
	return load.Load(files, nil), files, nil
}

type jsonAction struct {
	Case string       `json:"case"`
	Kind content.Kind `json:"kind"`
	At   jsonTime     `json:"at"`
}

func actionsAsJSON(actions []desk.Action) []jsonAction {
	list := []jsonAction{}
	for _, a := range actions {
		list = append(list, jsonAction{a.Case, a.Kind, jsonTime(a.At)})
	}
	return list
}
