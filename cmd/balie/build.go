package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"balie/content"
	"balie/content/desk/queuefile"
	"balie/generator"
)

func (t *terminal) build() *cobra.Command {
	var config generator.Config
	var format string
	c := &cobra.Command{
		Use:   "build",
		Short: "write the site: pages, feeds, and on request the follow pages and the staff's",
		Long: `Writes the site: pages, feeds, and on request the follow pages and the staff's.

Each of the three goes into a directory of its own, beside the others and outside of the content; public/ in the content repository is right. What is gone from
the site is removed, files of others stay. A directory that has files of others where pages would be is refused, unless balie wrote it before: the file
.balie-manifest in it tells, so keep that in a branch that is published from. While the content has a mistake nothing is written.`,
		Args: argCount(0, 0),
		RunE: runE(func(ctx context.Context, _ []string) error {
			if format != "text" && format != "json" {
				return usagef("--format %s: there are text and json", format)
			}
			if err := checkBaseURL(config.BaseURL); err != nil {
				return err
			}
			return t.runBuild(ctx, config, format)
		}),
	}
	f := c.Flags()
	f.StringVarP(&config.Out, "out", "o", "public", "where the public site goes")
	f.StringVar(&config.Follow, "follow", "", "where the pages behind customers' private links go; not within the public site")
	f.StringVar(&config.Staff, "staff", "", "where the staff's pages go; not within the public site")
	f.StringVar(&config.BaseURL, "base-url", "", "the site's address, where it is not site.yaml's base_url")
	f.StringVar(&format, "format", "text", "text or json")
	t.refFlag(c)
	return c
}

func (t *terminal) runBuild(ctx context.Context, config generator.Config, format string) error {
	o, err := t.open(ctx)
	if err != nil {
		return err
	}
	defer o.Close()
	if err := checkOutputs(config, o.Repository); err != nil {
		return err
	}
	result := &generator.Result{Revision: o.Revision, Now: o.now.UTC(), Problems: o.checker.Problems(o.Reading, o.now)}
	wrong := content.HasErrors(result.Problems)
	if !wrong {
		if result, err = generator.Build(ctx, config, o.Reading, o.now, result.Problems); err != nil {
			return err
		}
	}
	if err := t.printResult(result, format); err != nil {
		return err
	}
	if wrong {
		return errProblems
	}
	t.warnOfHistory(o.Repository)
	return nil
}

// jsonResult is what a build did, as programs read it.
type jsonResult struct {
	Revision  *string       `json:"revision"` // null outside of git, and before the first commit
	Now       jsonTime      `json:"now"`
	Pages     int           `json:"pages"`
	Written   int           `json:"written"`
	Unchanged int           `json:"unchanged"`
	Removed   int           `json:"removed"`
	Problems  []jsonProblem `json:"problems"`
	Duration  int64         `json:"duration_ms"`
}

func (t *terminal) printResult(r *generator.Result, format string) error {
	if format == "json" {
		return printJSON(t.out, jsonResult{queuefile.OrNull(r.Revision), jsonTime(r.Now), r.Pages, r.Written, r.Unchanged, r.Removed, jsonProblems(r.Problems), r.Duration})
	}
	if err := problemsAsText(t.err, r.Problems); err != nil {
		return err
	}
	if content.HasErrors(r.Problems) {
		_, err := fmt.Fprintln(t.err, "balie: nothing was written")
		return err
	}
	_, err := fmt.Fprintln(t.out, r)
	return err
}
