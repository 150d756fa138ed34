package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"balie/content"
	"balie/content/desk"
	"balie/content/repository"
	"balie/ingest/commit"
	"balie/ingest/tick"
	"balie/ingest/worktree"
	"balie/themes"
)

func (t *terminal) tick() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "tick",
		Short: "commit what is due now: reminders, closing notices, closings (serve does this by itself)",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if format != "text" && format != "json" {
				return usage{fmt.Errorf("--format %s: there are text and json", format)}
			}
			return does(func(ctx context.Context, _ []string) error { return t.runTick(ctx, format) })(c, nil)
		},
	}
	c.Flags().StringVar(&format, "format", "text", "text or json")
	return c
}

func (t *terminal) runTick(ctx context.Context, format string) error {
	o, err := t.open(ctx)
	if err != nil {
		return err
	}
	defer o.Close()
	if o.Git == nil {
		return failf("make it one: git init, git add -A, git commit", "%s is no git repository: what is due becomes a commit", t.dir)
	}
	d, err := o.desk(t)
	if err != nil {
		return err
	}
	theme, err := loadTheme(t.dir)
	if err != nil {
		return err
	}
	done, err := tickOnce(ctx, o.Repository, o.Reading, d, theme, o.now)
	if err != nil {
		return err
	}
	if format == "json" {
		return printJSON(t.out, actionsAsJSON(done))
	}
	for _, a := range done {
		fmt.Fprintf(t.out, "%s %s %s\n", stamp(a.At), a.Case, a.Kind)
	}
	return nil
}

// tickOnce commits what is due and returns it. Where another did some of it meanwhile, it looks again.
func tickOnce(ctx context.Context, repo *repository.Repository, reading *repository.Reading, d *desk.Desk, theme *themes.Theme, now time.Time) ([]desk.Action, error) {
	for range 3 {
		actions := d.Due(reading.Tree, now)
		if len(actions) == 0 {
			return nil, nil
		}
		change, err := tick.Change(reading.Tree, theme, actions)
		if err != nil {
			return nil, err
		}
		change.At = now
		committer, err := worktree.New(repo.Git)
		if err != nil {
			return nil, err
		}
		if _, err = committer.Commit(ctx, change); !errors.Is(err, commit.ErrTaken) {
			return actions, err
		}
		if reading, err = repo.Read(ctx); err != nil {
			return nil, err
		}
	}
	return nil, failf("run it again", "others write what is due at the same time")
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
