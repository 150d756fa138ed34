package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"balie/content"
)

// failure is an error of doing, not of calling.
type failure struct {
	err  error
	hint string
}

func (f failure) Error() string { return f.err.Error() }
func (f failure) Unwrap() error { return f.err }

// errProblems ends a command that has printed what is wrong.
var errProblems = errors.New("there are problems")

// usage is an error of calling.
type usage struct{ error }

func usagef(format string, args ...any) error { return usage{fmt.Errorf(format, args...)} }

// fail marks an error as one of doing, unless it is one of calling.
func fail(err error) error {
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

// failf is an error of doing with the next step.
func failf(hint, format string, args ...any) error {
	return failure{err: fmt.Errorf(format, args...), hint: hint}
}

// noCommand is a call of a command that is not there.
type noCommand struct{ name, of, meant string }

func (e noCommand) Error() string { return fmt.Sprintf("unknown command %q for %q", e.name, e.of) }

// noSuchCommand lets a command that only has others be called alone.
func noSuchCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var known []string
	for _, sub := range c.Commands() {
		known = append(known, sub.Name())
	}
	return noCommand{args[0], c.CommandPath(), content.Closest(args[0], known)}
}

// report prints what a command ended with, and returns the exit status that it means.
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
		return 1
	}
	hint := c.CommandPath() + " --help says how it is called"
	if c.HasSubCommands() {
		hint = c.CommandPath() + " --help lists the commands"
	}
	var misspelt noCommand
	if errors.As(err, &misspelt) && misspelt.meant != "" {
		hint = fmt.Sprintf("did you mean %q? %s", misspelt.meant, hint)
	}
	fmt.Fprintf(t.err, "balie: %v\n    %s\n", err, hint)
	return 2
}
