package main

import (
	"context"

	"github.com/spf13/cobra"
)

func (t *terminal) ingest() *cobra.Command {
	s := &server{terminal: t, intakeOnly: true}
	c := &cobra.Command{
		Use:   "ingest",
		Short: "the intake alone: forms and follow pages, beside a site on a static host",
		Args:  cobra.NoArgs,
	}
	c.RunE = runE(func(ctx context.Context, _ []string) error {
		switch {
		case s.gitHubName != "" && c.Flag("dir").Changed:
			return usagef("--github names the repository, and so does -C: give one of them")
		case s.gitHubName != "" && s.state == "":
			return usagef("--github wants --state: the clone and what waits are kept there")
		}
		return s.run(ctx)
	})
	c.Flags().StringVar(&s.gitHubName, "github", "", "serve the repository `OWNER/REPO` at GitHub, by a clone in --state and commits through its API")
	s.flags(c, "127.0.0.1:8080", "")
	c.Flags().StringVar(&s.baseURL, "base-url", "", "the site's address, where it is not site.yaml's base_url")
	t.branchFlag(c)
	return c
}
