package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"balie/content"
	"balie/content/desk"
	"balie/ingest/filing"
)

// ticketKind is a kind of ticket event that people write: its arguments after the number, its
// flags, and how they become front matter.
type ticketKind struct {
	kind  content.Kind
	name  string // of the command, where that is not the kind
	args  string
	short string
	many  bool // it may be written to all tickets that are linked to an incident
	flags []string
	front func(w *writer, f *content.Front, args []string) error
}

var ticketKinds = []ticketKind{
	{kind: content.Reply, short: "answer a ticket, or all that are linked to an incident; its requester sees it", many: true, flags: []string{"partly", "solved", "canned", "attach", "incident"}, front: func(w *writer, f *content.Front, _ []string) error {
		if w.partly && w.solved {
			return usagef("--partly says that the rest is owed, and --solved that nothing is")
		}
		f.Partly = w.partly
		return nil
	}},
	{kind: content.Note, short: "note something on a ticket for the staff", flags: []string{"attach"}},
	{kind: content.Waiting, short: "ask the requester something, and wait for the answer", flags: []string{"canned", "attach"}},
	{kind: content.Hold, short: "wait for a third party; with a text, its requester is told whom", flags: []string{"canned"}},
	{kind: content.Solved, short: "say that a ticket is solved, or all that are linked to an incident; with a text, that is the answer", many: true, flags: []string{"canned", "attach", "incident"}},
	{kind: content.Reopened, short: "open a solved ticket again, or one that was taken for spam"},
	{kind: content.Call, short: "note a telephone call; its requester sees only that it took place"},
	{kind: content.Message, short: "note what a requester wrote by another way, in their words"},
	{kind: content.Acknowledged, short: "note that a ticket's number has reached its requester"},
	{kind: content.Assigned, args: "PERSON", short: "give a ticket to somebody", front: func(_ *writer, f *content.Front, args []string) error {
		f.Assignee = args[0]
		return nil
	}},
	{kind: content.LaneChange, args: "LANE", short: "move a ticket to another lane", flags: []string{"reason"}, front: func(w *writer, f *content.Front, args []string) error {
		f.Lane, f.Reason = args[0], w.reason
		return nil
	}},
	{kind: content.Paid, args: "REFERENCE AMOUNT", short: "note a payment for a ticket: balie new paid NUMBER INV-12 \"5.00 EUR\"", front: func(_ *writer, f *content.Front, args []string) (err error) {
		f.Reference = args[0]
		if f.Amount, err = content.ParseMoney(args[1]); err != nil {
			return usage{err}
		}
		return nil
	}},
	{kind: content.Demoted, short: "let a requester's tickets go behind the others of their lane, for a while and for a reason", flags: []string{"until", "reason"}, front: demoted},
	{kind: content.Linked, short: "link a ticket to an incident or to another ticket", flags: []string{"incident", "ticket", "as"}, front: linked},
	{kind: content.Merged, args: "INTO", short: "let a ticket go on under the number INTO", front: func(w *writer, f *content.Front, args []string) error {
		other, err := w.ticketOf(args[0])
		if err == nil {
			f.Into = content.Numbers{other.Number}
			err = w.checkSurvivor(other)
		}
		return err
	}},
	{kind: content.Spam, short: "set a ticket aside as spam"},
	{kind: content.Released, name: "release", short: "let a ticket through that is held for a look, or was taken for spam"},
	{kind: content.OutOfScope, args: "REASON", short: "say that support does not include it; REASON is an id under coverage in the policy", flags: []string{"canned"}, front: func(_ *writer, f *content.Front, args []string) error {
		f.Reason = args[0]
		return nil
	}},
	{kind: content.Escalated, args: "TO", short: "put a ticket before somebody, such as the service manager", flags: []string{"reason"}, front: func(w *writer, f *content.Front, args []string) error {
		f.To, f.Reason = args[0], w.reason
		return nil
	}},
}

func demoted(w *writer, f *content.Front, _ []string) error {
	if w.until == "" || w.reason == "" {
		return usagef("a demotion has --until and --reason")
	}
	until, err := instant(w.until, w.tree.Zone)
	f.Until, f.Reason = until, w.reason
	return err
}

func linked(w *writer, f *content.Front, _ []string) error {
	if (w.incident == "") == (w.ticket == "") {
		return usagef("a link is to --incident or to --ticket")
	}
	f.As = content.LinkAs(w.as)
	if w.ticket != "" {
		other, err := w.ticketOf(w.ticket)
		if err == nil {
			f.Ticket = other.Number
		}
		return err
	}
	incident, err := findIncident(w.tree, w.incident)
	if err == nil {
		f.Incident = incident.ID
	}
	return err
}

// checkSurvivor refuses a ticket that is finished. Nobody would answer what is merged into it.
func (w *writer) checkSurvivor(ticket *content.Ticket) error {
	d, err := desk.New(w.tree.Setup)
	if err != nil {
		return nil // a mistake in the setup is no reason to write nothing
	}
	if stand := d.Ticket(ticket, w.tree, w.now); stand.Finished() {
		return failf("answer it where it is, or merge it into one that goes on", "%s is %s: nothing merged into it would be answered any more", content.SayNumber(ticket.Number), state(stand))
	}
	return nil
}

func (t *terminal) newTicketEvent(k ticketKind) *cobra.Command {
	d := &draft{}
	c := &cobra.Command{
		Use:   strings.TrimSpace(cmp.Or(k.name, string(k.kind)) + " NUMBER " + k.args),
		Short: k.short,
		Args:  argCount(1+len(strings.Fields(k.args)), 1+len(strings.Fields(k.args))),
		RunE: runE(func(ctx context.Context, args []string) error {
			if d.incident != "" && k.many {
				return t.write(ctx, d, func(w *writer) error { return w.linkedTicketsEvent(k) })
			}
			return t.write(ctx, d, func(w *writer) error {
				ticket, err := w.ticketOf(args[0])
				if err != nil {
					return err
				}
				return w.ticketEvent(k, ticket, args[1:])
			})
		}),
	}
	if k.many {
		one := c.Args
		c.Use = string(k.kind) + " NUMBER | --incident INCIDENT"
		c.Long = strings.ToUpper(k.short[:1]) + k.short[1:] + ".\n" + `With --incident it is written to each ticket that is linked to the incident and is neither closed nor spam nor held for a look; of tickets that were merged, once to the one that goes on.`
		c.Args = func(c *cobra.Command, args []string) error {
			if d.incident != "" {
				one = argCount(0, 0)
			}
			return one(c, args)
		}
	}
	return d.flags(c, k.flags...)
}

func (w *writer) ticketEvent(k ticketKind, ticket *content.Ticket, args []string) (err error) {
	e := &content.Event{Kind: k.kind, Front: &content.Front{}}
	if k.front != nil {
		if err := k.front(w, e.Front, args); err != nil {
			return err
		}
	}
	if e.Body, err = w.text(ticket, k.kind); err != nil {
		return err
	}
	if slices.Contains(answerKinds, k.kind) {
		e.Front.Answers = desk.LastMessage(w.tree, ticket, w.now)
	}
	if err := w.warnOfNoEffect(ticket, e); err != nil {
		return err
	}
	if e.Front.Answers != "" {
		w.notes = append(w.notes, "it answers "+e.Front.Answers)
	}
	if w.canned != "" { // nobody has seen it yet
		w.notes = append(w.notes, "", printable(e.Body))
	}
	files, err := w.attachments(ticket)
	if err != nil {
		return err
	}
	s := filing.Submission{Dir: ticket.Dir, Files: files}
	if w.solved { // in the same second, after the reply
		return w.event(s, e, &content.Event{Kind: content.Solved, Front: &content.Front{Answers: e.Front.Answers}})
	}
	return w.event(s, e)
}

// answerKinds are the kinds that name the last message that their writer had read.
var answerKinds = []content.Kind{content.Reply, content.Waiting, content.Hold, content.Solved, content.OutOfScope, content.Call}

// warnOfNoEffect warns where an event would change nothing, and says what to write instead.
func (w *writer) warnOfNoEffect(ticket *content.Ticket, e *content.Event) error {
	d, err := desk.New(w.tree.Setup)
	if err != nil {
		return nil // a mistake in the setup is no reason to write nothing
	}
	written := *e
	written.At, written.Name = w.now, content.EventName(w.now, e.Kind, w.author)
	effect := d.Effect(w.tree, ticket, &written)
	problem := effect.Merge.Problem(e)
	if effect.NoEffect && problem.Message == "" {
		before := d.Ticket(ticket, w.tree, w.now).TicketSnapshot
		problem = content.NoEffect(e, &before)
	}
	if problem.Message == "" {
		return nil
	}
	_, err = fmt.Fprintf(w.err, "balie: warning: %s\n    %s\n", problem.Message, problem.Hint)
	return err
}

// text returns the text of an event: the canned reply, and the message below it.
func (w *writer) text(ticket *content.Ticket, kind content.Kind) (string, error) {
	if w.canned == "" {
		return w.body()
	}
	text, err := w.cannedReply(ticket, kind)
	if err != nil {
		return "", err
	}
	below, err := w.body()
	return strings.TrimSpace(text + "\n\n" + below), err
}
