package main

import "github.com/spf13/cobra"

// intakeGroup has the commands on what the intake could not use or lost.
func (t *terminal) intakeGroup() *cobra.Command {
	c := &cobra.Command{Use: "intake", Short: "what could not be used, what was lost", Args: refuseArguments, RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	c.AddCommand(t.intakeRefile())
	return c
}
