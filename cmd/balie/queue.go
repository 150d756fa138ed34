package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"balie/content"
	"balie/content/desk"
	"balie/content/desk/queuefile"
)

func (t *terminal) queue() *cobra.Command {
	var at, format string
	var all bool
	c := &cobra.Command{
		Use:   "queue",
		Short: "who waits, in the order in which to work; or as it was",
		Args:  argCount(0, 0),
		RunE: runE(func(ctx context.Context, _ []string) error {
			if !slices.Contains([]string{"table", "json", "csv"}, format) {
				return usagef("--format %s: there are table, json and csv", format)
			}
			return t.runQueue(ctx, at, all, format)
		}),
	}
	c.Flags().StringVar(&at, "at", "", "as it was at `TIME`")
	c.Flags().StringVar(&format, "format", "table", "table, json or csv")
	c.Flags().BoolVar(&all, "all", false, "the finished ones too")
	t.refFlag(c)
	return c
}

func (t *terminal) runQueue(ctx context.Context, at string, all bool, format string) error {
	o, d, err := t.openAt(ctx, at)
	if err != nil {
		return err
	}
	defer o.Close()
	queue := d.Queue(o.Tree, o.now, all)
	switch format {
	case "json":
		return queuefile.JSON(t.out, queue, o.now)
	case "csv":
		return queuefile.CSV(t.out, queue)
	}
	return t.sheet(o).queueAsTable(queue, d.Requesters(o.Tree, d.Open(o.Tree, o.now), o.now))
}

// queueAsTable prints the tickets in which the desk owes the next move, then those in which
// somebody else does, then the finished ones.
func (s *sheet) queueAsTable(queue []*desk.Queued, asks *desk.Requesters) error {
	var ours, theirs, done []*desk.Queued
	for _, q := range queue {
		switch q.Owes {
		case content.OwesDesk:
			ours = append(ours, q)
		case content.OwesNobody:
			done = append(done, q)
		default:
			theirs = append(theirs, q)
		}
	}
	s.linef("%s: %s", s.moment(), countWaiting(len(ours), len(theirs)))
	s.group("", ours, asks)
	s.group("Somebody else owes the next move", theirs, asks)
	s.group("Nobody owes a move any more", done, asks)
	return s.err
}

// countWaiting says how many tickets wait for the desk and for others.
func countWaiting(ours, theirs int) string {
	if ours+theirs == 0 {
		return "nobody waits"
	}
	text := fmt.Sprintf("%d wait for us", ours)
	if ours == 1 {
		text = "1 waits for us"
	}
	if theirs > 0 {
		text += fmt.Sprintf(", %d for somebody else", theirs)
	}
	return text
}

func (s *sheet) group(title string, queue []*desk.Queued, asks *desk.Requesters) {
	if len(queue) == 0 {
		return
	}
	s.linef("")
	if title != "" {
		s.linef("%s", title)
	}
	g := grid{head: []string{"#", "NUMBER", "LANE", "STATE", "OWES", "WAITS SINCE", "DUE", "WITH", "FROM", "SUBJECT"}}
	for _, q := range queue {
		position, lane, owes := "", q.Lane, ""
		if q.Position > 0 {
			position = strconv.Itoa(q.Position)
		}
		if !q.DemotedUntil.IsZero() {
			lane += ", later"
		}
		if q.Held {
			lane += ", held"
		}
		if q.Owes != content.OwesDesk {
			owes = spaced(q.Owes)
		}
		since := ""
		if !q.Since.IsZero() {
			since = s.time(q.Since)
		}
		g.row(position, content.SayNumber(q.Ticket.Ticket.Number), lane, state(q.Ticket), owes, since, s.due(queuefile.Pressing(q.Clocks)), q.Assignee, requesterLimits(asks.Limits(q.Ticket.Ticket)), printable(oneLine(q.Ticket.Ticket.Subject)))
	}
	s.grid(g)
}

// requesterLimits says in few words which limits a ticket's requester exceeds.
func requesterLimits(m desk.RequesterLimits) string {
	var parts []string
	if m.BeyondLimit {
		parts = append(parts, fmt.Sprintf("beyond %d", m.Limit))
	}
	if m.Open > 0 {
		parts = append(parts, fmt.Sprintf("%d open", m.Open))
	}
	return strings.Join(parts, ", ")
}

// due says when a clock is due, and its state unless it is running.
func (s *sheet) due(c *desk.Clock) string {
	switch {
	case c == nil:
		return ""
	case c.State == desk.Running:
		return s.time(c.Due)
	}
	return s.time(c.Due) + ", " + string(c.State)
}
