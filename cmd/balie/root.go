package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"balie/content"
)

// terminal is what a command reads from and prints to, and what all commands take.
type terminal struct {
	in       io.Reader
	out, err io.Writer
	dir      string // -C
	nowText  string // --now
	ref      string // --ref
	clock    func() time.Time
}

// run carries out one call and returns its exit status.
func run(args []string, in io.Reader, out, errOut io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	t := &terminal{in: in, out: out, err: errOut, clock: time.Now}
	root := t.root()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	return t.report(root.ExecuteContextC(ctx))
}

// commands are all there are, in the order of the help.
func (t *terminal) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "balie",
		Short:         "a help desk and status site that lives in a git repository",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noSuchCommand,
		Version:       version(),
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetVersionTemplate("balie {{.Version}}\n")
	cobra.EnableCommandSorting = false
	flags := root.PersistentFlags()
	flags.StringVarP(&t.dir, "dir", "C", ".", "the content repository, a `DIR`")
	flags.StringVar(&t.nowText, "now", "", "work at `TIME`, RFC 3339 or 2026-11-20T14:05 in the site's zone (default: now)")
	root.AddCommand(t.demo(), t.init(), t.build(), t.serve(), t.ingest(), t.check(), t.queue(), t.show(), t.promise(), t.new(), t.tick())
	return root
}

// failure is an error of doing, not of calling.
type failure struct {
	err  error
	hint string
}

func (f failure) Error() string { return f.err.Error() }
func (f failure) Unwrap() error { return f.err }

// errProblems ends a command that has printed what is wrong.
var errProblems = errors.New("there are problems")

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

// report prints what a command ended with, and returns the exit status that it means.
func (t *terminal) report(c *cobra.Command, err error) int {
	var f failure
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errProblems):
		return 1
	case errors.Is(err, context.Canceled):
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

// does runs a command's work and marks its errors as errors of doing.
func does(work func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error { return fail(work(c.Context(), args)) }
}

// takes lets a command have from least to most arguments, which its Use names.
func takes(least, most int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if least <= len(args) && len(args) <= most {
			return nil
		}
		wants := "no arguments"
		if most > 0 {
			wants = strings.TrimPrefix(c.Use, c.Name()+" ")
		}
		return usage{fmt.Errorf("%s takes %s, and was given %d", c.CommandPath(), wants, len(args))}
	}
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

// version is what this program was built from: a version, or the commit and whether something was changed since.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(unknown)"
	}
	text := info.Main.Version
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && !strings.Contains(text, s.Value[:min(len(s.Value), 12)]):
			text += " " + s.Value
		case s.Key == "vcs.modified" && s.Value == "true" && !strings.Contains(text, "dirty"):
			text += " (changed)"
		}
	}
	return text
}

// checkBaseURL refuses an address of the site that site.yaml could not have.
func checkBaseURL(s string) error {
	if problem, hint := content.SiteAddress(s); problem != "" {
		return usage{fmt.Errorf("--base-url: %s: %s", problem, hint)}
	}
	return nil
}

// usage is an error of calling.
type usage struct{ error }

// now is the instant of this call in a zone.
func (t *terminal) now(zone *time.Location) (time.Time, error) {
	if t.nowText == "" {
		return t.clock().In(zone).Truncate(time.Second), nil
	}
	return instant(t.nowText, zone)
}

// instant reads a time as people write it: RFC 3339, or local in a zone.
func instant(s string, zone *time.Location) (time.Time, error) {
	at, err := content.ParseTime(s, zone)
	if err != nil {
		return at, usage{err}
	}
	return at, nil
}
