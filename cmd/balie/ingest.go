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
		RunE:  runE(func(ctx context.Context, _ []string) error { return s.run(ctx) }),
	}
	s.flags(c, "127.0.0.1:8080", "")
	c.Flags().StringVar(&s.baseURL, "base-url", "", "the site's address, where it is not site.yaml's base_url")
	t.branchFlag(c)
	return c
}
