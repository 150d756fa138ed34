package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"balie/content"
)

// failure is an error of a command's work: exit status 1, or another that its caller knows.
type failure struct {
	err  error
	hint string
	code int
}

func (f failure) Error() string { return f.err.Error() }
func (f failure) Unwrap() error { return f.err }

// errProblems ends a command that has printed the problems itself.
var errProblems = errors.New("there are problems")

// usage is an error in how a command was called: exit status 2.
type usage struct{ error }

func usagef(format string, args ...any) error { return usage{fmt.Errorf(format, args...)} }

// asFailure returns an error as a failure, unless it is a usage error.
func asFailure(err error) error {
	if err == nil {
		return nil
	}
	var f failure
	var u usage
	if errors.As(err, &f) || errors.As(err, &u) {
		return err
	}
	return failure{err: err}
}

// failf returns a failure with a hint, the next step.
func failf(hint, format string, args ...any) error {
	return failure{err: fmt.Errorf(format, args...), hint: hint}
}

// unknownCommand is a call of a command that does not exist.
type unknownCommand struct{ name, parent, nearest string }

func (e unknownCommand) Error() string {
	return fmt.Sprintf("unknown command %q for %q", e.name, e.parent)
}

// refuseArguments refuses an argument of a command that has subcommands: it is no command's name.
func refuseArguments(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var known []string
	for _, sub := range c.Commands() {
		known = append(known, sub.Name())
	}
	return unknownCommand{args[0], c.CommandPath(), content.Closest(args[0], known)}
}

// report prints a command's error with a hint, and returns the exit status.
func (t *terminal) report(c *cobra.Command, err error) int {
	var f failure
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errProblems), errors.Is(err, context.Canceled):
		return 1
	case errors.As(err, &f):
		fmt.Fprintf(t.err, "balie: %v\n", err)
		if f.hint != "" {
			fmt.Fprintf(t.err, "    %s\n", f.hint)
		}
		return cmp.Or(f.code, 1)
	}
	hint := c.CommandPath() + " --help says how it is called"
	if c.HasSubCommands() {
		hint = c.CommandPath() + " --help lists the commands"
	}
	var unknown unknownCommand
	if errors.As(err, &unknown) && unknown.nearest != "" {
		hint = fmt.Sprintf("did you mean %q? %s", unknown.nearest, hint)
	}
	fmt.Fprintf(t.err, "balie: %v\n    %s\n", err, hint)
	return 2
}
