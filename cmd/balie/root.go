package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"balie/content"
	"balie/content/check"
)

// terminal is what a command reads from and prints to, and the flags that all commands have.
type terminal struct {
	in       io.Reader
	out, err io.Writer
	dir      string // -C
	nowText  string // --now
	ref      string // --ref
	clock    func() time.Time
}

// run runs the command that the arguments name and returns the exit status.
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

// root returns the command balie with all others below it, in the order of the help.
func (t *terminal) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "balie",
		Short:         "a help desk and status site that lives in a git repository",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          refuseArguments,
		Version:       version(),
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetVersionTemplate("balie {{.Version}}\n")
	cobra.EnableCommandSorting = false
	flags := root.PersistentFlags()
	flags.StringVarP(&t.dir, "dir", "C", ".", "the content repository, a `DIR`")
	flags.StringVar(&t.nowText, "now", "", "work at `TIME`, RFC 3339 or 2026-11-20T14:05 in the site's zone (default: now)")
	root.AddCommand(t.demo(), t.init(), t.build(), t.serve(), t.ingest(), t.check(), t.queue(), t.show(), t.find(), t.translations(), t.promise(), t.new(), t.tick(), t.intake(), t.mail())
	return root
}

// runE returns work as a cobra RunE, whose errors are failures unless they are usage errors.
func runE(work func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error { return asFailure(work(c.Context(), args)) }
}

// argCount accepts from least to most arguments. The error names them as the command's Use does.
func argCount(least, most int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if least <= len(args) && len(args) <= most {
			return nil
		}
		wants := "no arguments"
		if most > 0 {
			wants = strings.TrimPrefix(c.Use, c.Name()+" ")
		}
		given := "nothing"
		if len(args) > 0 {
			given = strings.Join(args, " ")
		}
		return usagef("%s takes %s, and was given %s", c.CommandPath(), wants, given)
	}
}

// version returns the version or the commit that this program was built from, and whether the work
// tree had changes.
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

// checkBaseURL refuses a base URL that site.yaml could not have.
func checkBaseURL(s string) error {
	if problem, hint := check.SiteAddress(s); problem != "" {
		return usagef("--base-url: %s: %s", problem, hint)
	}
	return nil
}

// now returns --now, or else the clock's time, in a zone.
func (t *terminal) now(zone *time.Location) (time.Time, error) {
	if t.nowText == "" {
		return t.clock().In(zone).Truncate(time.Second), nil
	}
	return instant(t.nowText, zone)
}

// instant parses a time that a person typed: RFC 3339, or local in a zone.
func instant(s string, zone *time.Location) (time.Time, error) {
	at, err := content.ParseTime(s, zone)
	if err != nil {
		return at, usage{err}
	}
	return at, nil
}
