package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"balie/content"
	"balie/content/desk"
	"balie/content/desk/queuefile"
	"balie/content/gitfs"
	"balie/content/live"
	"balie/ingest/commit"
	"balie/ingest/store"
	"balie/ingest/tick"
)

func (t *terminal) tick() *cobra.Command {
	var format string
	var dryRun bool
	f := &storeFlags{}
	c := &cobra.Command{
		Use:   "tick",
		Short: "commit what is due now: reminders, closing notices, closings (serve does this by itself)",
		Long: `Tick goes by what is committed on the branch that is checked out, and commits there. What somebody is editing does not count yet, and stays as it is.

Where an intake keeps what was handed in, in --store or below --state, tickets of which something waits there or a mail is still to be tried are left out. All are while something has waited for over a minute.

With --now later than the clock nothing is written, as with --dry-run.`,
		Args: argCount(0, 0),
		RunE: runE(func(ctx context.Context, _ []string) error {
			if format != "text" && format != "json" {
				return usagef("--format %s: there are text and json", format)
			}
			return t.runTick(ctx, f, format, dryRun)
		}),
	}
	c.Flags().StringVar(&format, "format", "text", "text or json")
	c.Flags().BoolVar(&dryRun, "dry-run", false, "say what is due, and write nothing")
	f.add(c, "which store's, 1 to 9")
	return c
}

// tickClock returns the time after which tick writes nothing, whatever --now says. Tests set it.
var tickClock = time.Now

func (t *terminal) runTick(ctx context.Context, f *storeFlags, format string, dryRun bool) error {
	repo, err := t.repository(ctx)
	if err != nil {
		return err
	}
	defer repo.Close()
	if err := inGit(repo, "what is due becomes a commit"); err != nil {
		return err
	}
	branch := *repo
	branch.Ref = cmp.Or(repo.Ref, "HEAD")
	reader := live.NewReader(&branch)
	reading, err := reader.Read(ctx, nil)
	if errors.Is(err, gitfs.ErrNoRevision) {
		return failf("git add -A, git commit", "nothing is committed yet in %s", repo.Dir)
	}
	if err != nil {
		return explain(err)
	}
	now, err := t.now(reading.Tree.Zone)
	if err != nil {
		return err
	}
	if err := t.reportProblems(&openedRepository{Repository: repo, Reading: reading, now: now, checker: newChecker()}); err != nil {
		return err
	}
	if now.After(tickClock()) && !dryRun {
		dryRun = true
		fmt.Fprintln(t.err, "balie: that is yet to come, so nothing is written")
	}
	committer, err := committerOf(repo)
	if err != nil {
		return err
	}
	var actions []desk.Action
	committed := func(ctx context.Context) (*live.Reading, error) { return reader.Read(ctx, nil) }
	err = f.beside(ctx, repo, func(s *store.Store) error {
		var rows *waiting
		if s != nil {
			rows = &waiting{s, true}
		}
		if dryRun {
			_, actions, err = due(ctx, committed, t.now, rows)
		} else {
			actions, err = tickOnce(ctx, committer, committed, t.now, rows)
		}
		return err
	})
	if err != nil {
		return explain(err)
	}
	return t.printActions(actions, format)
}

func (t *terminal) printActions(actions []desk.Action, format string) error {
	if format == "json" {
		return printJSON(t.out, actionsAsJSON(actions))
	}
	for _, a := range actions {
		fmt.Fprintf(t.out, "%s %s %s\n", queuefile.Stamp(a.At), a.Case, a.Kind)
	}
	return nil
}

// committedReader reads what is committed on the branch, as it is now.
type committedReader func(context.Context) (*live.Reading, error)

// clock returns the time in a zone.
type clock func(zone *time.Location) (time.Time, error)

// tickOnce commits what is due, and returns it. It goes by what is committed, whatever somebody is
// editing. Rows is the intake's store; nil: there is none. Where another process was
// quicker, it looks again.
func tickOnce(ctx context.Context, committer commit.Committer, committed committedReader, now clock, rows *waiting) ([]desk.Action, error) {
	var taken *commit.Taken
	for range 3 {
		actions, err := tickBy(ctx, committer, committed, now, rows)
		if !errors.As(err, &taken) {
			return actions, err
		}
	}
	return nil, failf("commit it, or take it away; then run it again", "%s is there already with another text, and is not committed", taken.Path)
}

func tickBy(ctx context.Context, committer commit.Committer, committed committedReader, clock clock, rows *waiting) ([]desk.Action, error) {
	reading, actions, err := due(ctx, committed, clock, rows)
	if err != nil || len(actions) == 0 {
		return nil, err
	}
	change, err := tick.Change(reading.Tree, reading.Files, actions)
	if err != nil {
		return nil, err
	}
	if change.At, err = clock(reading.Tree.Zone); err != nil {
		return nil, err
	}
	_, err = committer.Commit(ctx, change)
	return actions, err
}

// due returns what is due by what is committed, and the reading that says so. Rows are tickOnce's.
func due(ctx context.Context, committed committedReader, clock clock, rows *waiting) (*live.Reading, []desk.Action, error) {
	reading, err := committed(ctx)
	if err != nil || !reading.Fit {
		return nil, nil, err
	}
	now, err := clock(reading.Tree.Zone)
	if err != nil {
		return nil, nil, err
	}
	actions, err := withoutWaiting(ctx, rows, withoutDoubtful(reading, reading.Desk.Due(reading.Tree, now)), now)
	return reading, actions, err
}

// withoutDoubtful leaves out actions that a mistake makes doubtful. It leaves out all actions of a
// case with a file that does not read, since that file may keep the case open. While the setup is
// shown in an older version, it also leaves out what closes a ticket.
func withoutDoubtful(r *live.Reading, actions []desk.Action) []desk.Action {
	return slices.DeleteFunc(actions, func(a desk.Action) bool {
		if c := r.Loaded.Cases()[a.Case]; c != nil && c.Broken() {
			return true
		}
		return r.Setup != nil && slices.Contains([]content.Kind{content.Reminder, content.Solved, content.Closed}, a.Kind)
	})
}

// maxBacklog is for how long the oldest submission may wait for git before nothing is due by rule.
const maxBacklog = time.Minute

// withoutWaiting leaves out the cases of which something that was handed in waits for git, or a
// mail is still to be tried. Where something has waited for git for long nothing is due.
func withoutWaiting(ctx context.Context, rows *waiting, actions []desk.Action, now time.Time) ([]desk.Action, error) {
	if rows == nil || len(actions) == 0 {
		return actions, nil
	}
	backlog, err := rows.Backlog(ctx)
	if err != nil || backlog.Rows > 0 && now.Sub(backlog.Since) > maxBacklog {
		return nil, err
	}
	cases, err := rows.WaitingCases(ctx)
	if err != nil {
		return nil, err
	}
	if rows.mailed {
		mails, err := rows.WaitingMails(ctx)
		if err != nil {
			return nil, err
		}
		cases = append(cases, mails...)
	}
	return slices.DeleteFunc(actions, func(a desk.Action) bool { return slices.Contains(cases, a.Case) }), nil
}

// waiting is what an intake's store knows to be under way.
type waiting struct {
	*store.Store
	mailed bool // its mails are sent, so those that wait will not wait for ever
}

type jsonAction struct {
	Case string       `json:"case"`
	Kind content.Kind `json:"kind"`
	At   jsonTime     `json:"at"`
}

func actionsAsJSON(actions []desk.Action) []jsonAction {
	list := []jsonAction{}
	for _, a := range actions {
		list = append(list, jsonAction{a.Case, a.Kind, jsonTime(a.At)})
	}
	return list
}
