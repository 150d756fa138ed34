package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"balie/content"
	"balie/content/load"
	"balie/ingest/commit"
	"balie/ingest/form"
)

// commitTimeout is how long a submission may take to become a commit.
const commitTimeout = 30 * time.Second

// maxTries is how many numbers are tried where the first is taken.
const maxTries = 50

// commitTicket gives a ticket its number and commits it with its events and files. Where the number is taken, by another intake under the same instance or by hand, the next is tried.
func (c *call) commitTicket(t *content.Ticket, events []*content.Event, files []form.File) error {
	for range maxTries {
		t.Number = c.numbers.next(c.tree, content.DateOf(c.now), c.Instance)
		t.Dir = content.TicketDir(t.Number)
		if c.recent.isKnown(c.tree, t.Number) {
			continue
		}
		record, err := load.Encode(t)
		if err != nil {
			return err
		}
		change := commit.Change{Message: "ticket " + t.Number + ": received", At: events[0].At}
		change.Files = append(change.Files, commit.File{Path: t.Dir + "/ticket.yaml", Data: record})
		if err := c.add(&change, t, events, files); err != nil {
			return err
		}
		if err := c.keep(change); !errors.Is(err, commit.ErrTaken) {
			return err
		}
	}
	return unavailable("no number is free", time.Minute, errors.New("every number that was tried is taken: does another intake run under the same instance?"))
}

// commitEvent commits an event of a ticket with its files, at this second, or says which one must have come before that can be.
func (c *call) commitEvent(t *content.Ticket, e *content.Event, files []form.File) error {
	e.At = c.now.UTC().Truncate(time.Second)
	change := commit.Change{Message: "ticket " + t.Number + ": " + string(e.Kind), At: e.At}
	if err := c.add(&change, t, []*content.Event{e}, files); err != nil {
		return err
	}
	if early := tooEarly(t, e); early != nil {
		return early
	}
	err := c.keep(change)
	if errors.Is(err, commit.ErrTaken) { // by another intake, a moment ago
		return &notYet{e.At.Add(time.Second)}
	}
	return err
}

// add names events and files, and adds them to a change.
func (c *call) add(change *commit.Change, t *content.Ticket, events []*content.Event, files []form.File) error {
	for _, e := range events {
		e.Name = content.EventName(e.At, e.Kind, e.Author)
		e.Path = t.Dir + "/" + e.Name + ".md"
		data, err := load.EncodeEvent(e)
		if err != nil {
			return err
		}
		change.Files = append(change.Files, commit.File{Path: e.Path, Data: data})
	}
	for _, f := range files {
		if !isStored(t, f.Name) { // the same content was sent before
			change.Files = append(change.Files, commit.File{Path: t.Dir + "/attachments/" + f.Name, Data: f.Body})
		}
	}
	return nil
}

func isStored(t *content.Ticket, file string) bool {
	if slices.Contains(t.Stored, file) {
		return true
	}
	for _, e := range t.Events {
		for _, a := range e.Data().Attachments {
			if a.File == file {
				return true
			}
		}
	}
	return false
}

// keep commits a change. It is not given up when the sender goes away: half of it may be done. Whatever prevents it may be mended in a while, and the sender is asked to come back.
func (c *call) keep(change commit.Change) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.r.Context()), commitTimeout)
	defer cancel()
	_, err := c.Committer.Commit(ctx, change)
	if err == nil || errors.Is(err, commit.ErrTaken) {
		return err
	}
	return unavailable("it could not be kept", 30*time.Second, fmt.Errorf("commit %s: %w", change.Message, err))
}
