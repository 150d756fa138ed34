package main

import (
	"github.com/spf13/cobra"
)

func (t *terminal) mail() *cobra.Command {
	c := &cobra.Command{
		Use:   "mail",
		Short: "what would go out by mail, and whether it arrives: preview, test",
		Args:  refuseArguments,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(t.mailPreview(), t.mailTest())
	return c
}
