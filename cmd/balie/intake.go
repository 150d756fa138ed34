package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"balie/content/desk/queuefile"
	"balie/ingest/delivery"
	"balie/ingest/store"
	"balie/themes"
)

// intakeFlags say which store is meant.
type intakeFlags struct {
	*terminal
	storeFlags
}

func (t *terminal) intake() *cobra.Command {
	f := &intakeFlags{terminal: t}
	c := &cobra.Command{
		Use:   "intake",
		Short: "what was accepted and can't be used, or is lost: list, show, retry, drop, refile",
		Long: `What a hook delivered, or a customer handed in, and what can't be used is kept for 30 days with the reason: a service that is unknown, a ticket that is gone.
Mend the reason and let it be tried again, or drop it. These commands work beside a running serve or ingest, which goes on with it within ten seconds.`,
		Args: refuseArguments,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	f.storeFlags.add(c, "which store's, 1 to 9")
	c.AddCommand(f.list(), f.show(), f.one("retry", "let it be tried again", (*store.Store).RetryAside), f.one("drop", "forget it", (*store.Store).DropAside), t.intakeRefile())
	return c
}

// withStore lets work use the store; nil where no intake ran yet. A repository is only looked for
// where no flag names the store.
func (f *intakeFlags) withStore(ctx context.Context, work func(*store.Store) error) error {
	if f.storeAddress != "" || f.state != "" {
		return f.beside(ctx, nil, work)
	}
	repo, err := f.repository(ctx)
	if err != nil {
		return err
	}
	defer repo.Close()
	return f.beside(ctx, repo, work)
}

func (f *intakeFlags) list() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "list",
		Short: "list what can't be used, the oldest first",
		Args:  argCount(0, 0),
		RunE: runE(func(ctx context.Context, _ []string) error {
			if format != "text" && format != "json" {
				return usagef("--format %s: there are text and json", format)
			}
			return f.withStore(ctx, func(s *store.Store) (err error) {
				var all []store.Aside
				if s != nil {
					if all, err = s.Aside(ctx); err != nil {
						return err
					}
				}
				if format == "json" {
					return printJSON(f.out, asideAsJSON(all))
				}
				for _, a := range all {
					fmt.Fprintf(f.out, "%d  %s  %s  %d bytes\n    %s\n", a.Seq, a.At.Format(time.RFC3339), asideOf(a), len(a.Body), oneLine(printable(a.Reason)))
				}
				return nil
			})
		}),
	}
	c.Flags().StringVar(&format, "format", "text", "text or json")
	return c
}

// asideJSON is one that can't be used, as programs read it.
type asideJSON struct {
	ID     string  `json:"id"`
	Hook   *string `json:"hook"` // null: a customer handed it in
	At     string  `json:"at"`
	Reason string  `json:"reason"`
	Size   int     `json:"size"`
}

func asideAsJSON(all []store.Aside) []asideJSON {
	list := []asideJSON{}
	for _, a := range all {
		list = append(list, asideJSON{strconv.FormatInt(a.Seq, 10), queuefile.OrNull(a.Hook), queuefile.Stamp(a.At), a.Reason, len(a.Body)})
	}
	return list
}

// asideOf says where it came from.
func asideOf(a store.Aside) string {
	if a.Hook != "" {
		return "hook " + a.Hook
	}
	return a.Dir
}

func (f *intakeFlags) show() *cobra.Command {
	return &cobra.Command{
		Use:   "show ID",
		Short: "show one: where it came from, why it can't be used, and what was sent",
		Args:  argCount(1, 1),
		RunE: runE(func(ctx context.Context, args []string) error {
			return f.withStore(ctx, func(s *store.Store) error {
				a, err := findAside(ctx, s, args[0])
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(f.out, "%s, %s\n%s\n\n%s\n", asideOf(*a), a.At.Format(time.RFC3339), oneLine(printable(a.Reason)), asideText(*a))
				return err
			})
		}),
	}
}

// asideText is what was sent, as a person reads it. Of a mail it is what the mail says, so that its
// text serves as a draft, and then the mail as it came.
func asideText(a store.Aside) string {
	text := strings.ToValidUTF8(string(a.Body), "\ufffd")
	if theme, err := themes.Default(); err == nil && a.Hook != "" && len(a.Body) <= maxDraft {
		if draft := delivery.Draft(a.Body, theme); draft != "" {
			text = draft + "\n" + strings.Repeat("-", 72) + "\n" + text
		}
	}
	return printable(strings.ReplaceAll(text, "\r\n", "\n"))
}

// maxDraft is how many bytes of a mail are read to show what it says.
const maxDraft = 1 << 20

// one returns the command that does something with one.
func (f *intakeFlags) one(verb, short string, do func(*store.Store, context.Context, int64) error) *cobra.Command {
	return &cobra.Command{
		Use:   verb + " ID",
		Short: short,
		Args:  argCount(1, 1),
		RunE: runE(func(ctx context.Context, args []string) error {
			return f.withStore(ctx, func(s *store.Store) error {
				a, err := findAside(ctx, s, args[0])
				if err != nil {
					return err
				}
				return do(s, ctx, a.Seq)
			})
		}),
	}
}

// findAside returns the one with a number.
func findAside(ctx context.Context, s *store.Store, id string) (*store.Aside, error) {
	var all []store.Aside
	if s != nil {
		var err error
		if all, err = s.Aside(ctx); err != nil {
			return nil, err
		}
	}
	for _, a := range all {
		if strconv.FormatInt(a.Seq, 10) == id {
			return &a, nil
		}
	}
	return nil, failf("balie intake list", "nothing was put aside under %s", strconv.Quote(id))
}
