package main

import (
	"context"
	"embed"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"balie/content"
	"balie/content/check"
	"balie/content/load"
	"balie/content/repository"
)

func (t *terminal) check() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "check",
		Short: "say everything that is wrong with the content, by file, line and column",
		Args:  argCount(0, 0),
		RunE: runE(func(ctx context.Context, _ []string) error {
			print, ok := problemFormats[format]
			if !ok {
				return usagef("--format %s: there are text, github, json and sarif", format)
			}
			err := t.runCheck(ctx, print)
			if format != "text" && errors.Is(err, repository.ErrNotContent) {
				return errors.Join(print(t.out, check.Check(load.Load(embed.FS{}, nil), t.clock())), errProblems)
			}
			return err
		}),
	}
	c.Flags().StringVar(&format, "format", "text", "text, github (annotations on a pull request), json or sarif")
	t.refFlag(c)
	return c
}

func (t *terminal) runCheck(ctx context.Context, print func(io.Writer, []content.Problem) error) error {
	r, err := t.open(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	problems := r.problems()
	if err := print(t.out, problems); err != nil {
		return err
	}
	if content.HasErrors(problems) {
		return errProblems
	}
	return nil
}
