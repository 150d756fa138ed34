package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"balie/content"
	"balie/content/desk"
)

// ticketKind is an event of a ticket that people write: its arguments behind the number, its flags, and what they say in its front matter.
type ticketKind struct {
	kind  content.Kind
	args  string
	short string
	flags []string
	front func(w *writer, f *content.Front, args []string) error
}

var ticketKinds = []ticketKind{
	{kind: content.Reply, short: "answer a ticket; its requester sees it", flags: []string{"partly", "canned"}, front: func(w *writer, f *content.Front, _ []string) error {
		f.Partly = w.partly
		return nil
	}},
	{kind: content.Note, short: "note something on a ticket for the staff"},
	{kind: content.Waiting, short: "ask the requester something, and wait for the answer", flags: []string{"canned"}},
	{kind: content.Hold, short: "wait for a third party; with a text, its requester is told whom"},
	{kind: content.Solved, short: "say that a ticket is solved; with a text, that is the answer"},
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
			err = w.goesOn(other)
		}
		return err
	}},
	{kind: content.Spam, short: "set a ticket aside as spam"},
	{kind: content.OutOfScope, args: "REASON", short: "say that support does not include it; REASON is an id under coverage in the policy", front: func(_ *writer, f *content.Front, args []string) error {
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

// goesOn refuses a ticket under whose number no other can go on. What would be merged there would be nobody's.
func (w *writer) goesOn(ticket *content.Ticket) error {
	d, err := desk.New(w.tree.Setup)
	if err != nil {
		return err
	}
	for range 20 { // a ring of mergers ends here
		stand := d.Ticket(ticket, w.tree, w.now)
		next := w.tree.Ticket(stand.MergedInto)
		if next == nil {
			if stand.Finished() {
				return failf("answer it where it is, or merge it into one that goes on", "%s is %s: nothing merged into it would be answered any more", content.SayNumber(ticket.Number), state(stand))
			}
			return nil
		}
		ticket = next
	}
	return nil
}

func (t *terminal) newTicketEvent(k ticketKind) *cobra.Command {
	d := &draft{}
	c := &cobra.Command{
		Use:   strings.TrimSpace(string(k.kind) + " NUMBER " + k.args),
		Short: k.short,
		Args:  takes(1+len(strings.Fields(k.args)), 1+len(strings.Fields(k.args))),
		RunE: does(func(ctx context.Context, args []string) error {
			return t.write(ctx, d, func(w *writer) error { return w.ticketEvent(k, args) })
		}),
	}
	return d.flags(c, k.flags...)
}

func (w *writer) ticketEvent(k ticketKind, args []string) error {
	ticket, err := w.ticketOf(args[0])
	if err != nil {
		return err
	}
	e := &content.Event{Kind: k.kind, Front: &content.Front{}}
	if k.front != nil {
		if err := k.front(w, e.Front, args[1:]); err != nil {
			return err
		}
	}
	if w.canned != "" {
		if e.Body, err = w.cannedText(ticket); err != nil {
			return err
		}
	}
	return w.event(ticket.Dir, e)
}

func (w *writer) ticketOf(number string) (*content.Ticket, error) {
	if ticket := w.tree.Ticket(number); ticket != nil {
		return ticket, nil
	}
	return nil, cmp.Or(noNumber(number), failf("balie queue --all lists them", "no ticket %q", number))
}

// noNumber says what is wrong with what may be meant as a ticket's number; nil where it is none.
func noNumber(name string) error {
	switch number, fits := content.ParseNumber(name); {
	case fits:
		return failf("balie queue --all lists the tickets", "no ticket %s", content.SayNumber(number))
	case number != "":
		return failf("its check digit does not fit: one digit is wrong, or two have changed places; balie queue --all lists the tickets", "%s is no ticket's number", name)
	}
	return nil
}

// cannedText is a canned reply in the ticket's language, or in the source language where it has not been translated; a message goes above it.
func (w *writer) cannedText(ticket *content.Ticket) (string, error) {
	i := slices.IndexFunc(w.tree.Replies, func(a *content.Article) bool { return a.Slug == w.canned })
	if i < 0 {
		slugs := make([]string, len(w.tree.Replies))
		for i, r := range w.tree.Replies {
			slugs[i] = r.Slug
		}
		return "", failf(content.Nearest(w.canned, slugs, "replies/ has "), "no canned reply %q", w.canned)
	}
	reply := w.tree.Replies[i]
	text := reply.Body
	if t, ok := reply.Translations[ticket.Language]; ok {
		text = t.Body
	}
	above, err := w.body()
	return strings.TrimSpace(above + "\n\n" + text), err
}

func (d *draft) openedFlags(c *cobra.Command) {
	f := c.Flags()
	o := &d.opened
	f.StringVar(&o.Channel, "channel", "staff", "how it came: email, phone, or staff where it is your own")
	f.StringVar(&o.Form, "form", "", "the form it would have come by")
	f.StringVar(&o.Lane, "lane", "", "its lane")
	f.StringVar(&o.Language, "language", "", "the requester's language (default: the site's source language)")
	f.StringVar(&o.Requester.Name, "name", "", "the requester's name")
	f.StringVar(&o.Requester.Email, "email", "", "the requester's address")
	f.StringVar(&o.Requester.Phone, "phone", "", "the requester's telephone number")
	f.StringVar(&o.Organisation, "organisation", "", "the requester's organisation, as in organisations/")
}

func (t *terminal) newTicket() *cobra.Command {
	d := &draft{}
	c := &cobra.Command{
		Use:   "ticket SUBJECT",
		Short: "open a ticket for somebody who called or wrote, or one of your own",
		Args:  takes(1, 1),
		RunE: does(func(ctx context.Context, args []string) error {
			d.opened.Subject = args[0]
			if !slices.Contains([]string{"email", "phone", "staff"}, d.opened.Channel) {
				return usagef("--channel %s: email, phone or staff", d.opened.Channel)
			}
			return t.write(ctx, d, (*writer).ticketCase)
		}),
	}
	return d.flags(c, "opened")
}

func (w *writer) ticketCase() error {
	ticket := w.opened
	ticket.Language = cmp.Or(ticket.Language, w.tree.Site.Source())
	if err := w.ticketRecord(&ticket, content.DateOf(w.now.In(w.tree.Zone))); err != nil {
		return err
	}
	return w.event(ticket.Dir, &content.Event{Kind: content.Received})
}

// ticketRecord gives a ticket its number, its directory and its follow page, and writes its record.
func (w *writer) ticketRecord(ticket *content.Ticket, day content.Date) error {
	number, err := w.drawNumber(day)
	if err != nil {
		return err
	}
	ticket.Number, ticket.Dir = number, content.TicketDir(number)
	w.numbers = append(w.numbers, number)
	ticket.Follow = strings.ToLower(base32.StdEncoding.EncodeToString(randomBytes(20)))
	return w.record(ticket.Dir+"/ticket.yaml", ticket)
}

// drawNumber draws a number of the day that no ticket has. Staff are the instance 0, and draw at random since they do not know of one another.
func (w *writer) drawNumber(day content.Date) (string, error) {
	for range 1000 {
		drawn, err := rand.Int(rand.Reader, big.NewInt(900))
		if err != nil {
			return "", fmt.Errorf("draw a number: %w", err)
		}
		number := content.NewNumber(day, 0, 100+int(drawn.Int64()))
		_, err = os.Stat(filepath.Join(w.dir, filepath.FromSlash(content.TicketDir(number))))
		if w.tree.Ticket(number) == nil && err != nil {
			return number, nil
		}
	}
	return "", failf("let the intake give them: balie serve", "there is hardly a number left on %s", day)
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

func (t *terminal) newSplit() *cobra.Command {
	d := &draft{}
	c := &cobra.Command{
		Use:   "split NUMBER SUBJECT...",
		Short: "make a ticket of its own of each SUBJECT that one holds",
		Long: `Each SUBJECT becomes a ticket with a number of its own, from the same requester, in the place in the queue that the first one has.
It holds the whole first message: leave in it what belongs to its subject. The first ticket goes on with the rest.`,
		Args: takes(2, 99),
		RunE: does(func(ctx context.Context, args []string) error {
			return t.write(ctx, d, func(w *writer) error { return w.split(args[0], args[1:]) })
		}),
	}
	return d.flags(c)
}

func (w *writer) split(number string, subjects []string) error {
	whole, err := w.ticketOf(number)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(whole.Events, (*content.Event).RequesterMessage)
	if i < 0 {
		return failf("open another with balie new ticket", "nothing in %s can be split: its requester has written nothing", whole.Dir)
	}
	first := whole.Events[i]
	into := content.Numbers{}
	for _, subject := range subjects {
		part := *whole
		part.Subject, part.Given = subject, ""
		if err := w.ticketRecord(&part, content.DateOf(first.At.In(w.tree.Zone))); err != nil {
			return err
		}
		data, err := content.EncodeEvent(&content.Event{Kind: content.Received, Body: first.Body})
		if err != nil {
			return err
		}
		if err := w.file(part.Dir+"/"+content.EventName(first.At, content.Received, "")+".md", data); err != nil {
			return err
		}
		into = append(into, part.Number)
	}
	return w.event(whole.Dir, &content.Event{Kind: content.Split, Front: &content.Front{Into: into}})
}
