package main

import (
	"cmp"
	"context"
	"slices"

	"github.com/spf13/cobra"

	"balie/content"
	"balie/ingest/filing"
)

func (t *terminal) newTicket() *cobra.Command {
	d := &draft{}
	c := &cobra.Command{
		Use:   "ticket SUBJECT",
		Short: "open a ticket for somebody who called or wrote, or one of your own",
		Long: `Opens a ticket, and prints the address of its page, which is for the requester: give it to them.
The requester reads there what you write here, with the words "We noted from your call" where it came by phone. What only staff may read is a note: balie new note NUMBER.`,
		Args: argCount(1, 1),
		RunE: runE(func(ctx context.Context, args []string) error {
			if !slices.Contains([]string{"email", "phone", "staff"}, d.opened.Channel) {
				return usagef("--channel %s: email, phone or staff", d.opened.Channel)
			}
			return t.write(ctx, d, func(w *writer) error { return w.ticketCase(args[0]) })
		}),
	}
	d.openedFlags(c)
	return d.flags(c)
}

// openedFlags adds the flags that say what is known of a new ticket.
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

func (w *writer) ticketCase(subject string) error {
	ticket := w.opened
	ticket.Subject = subject
	ticket.Language = cmp.Or(ticket.Language, w.tree.Site.Source())
	return w.event(filing.Submission{Ticket: &ticket}, &content.Event{Kind: content.Received})
}

func (t *terminal) newSplit() *cobra.Command {
	d := &draft{}
	c := &cobra.Command{
		Use:   "split NUMBER SUBJECT...",
		Short: "make a ticket of its own of each SUBJECT that one holds",
		Long: `Each SUBJECT becomes a ticket with a number of its own, from the same requester, in the place in the queue that the first one has.
It holds the whole first message: leave in it what belongs to its subject. The first ticket goes on with the rest.`,
		Args: argCount(2, 99),
		RunE: runE(func(ctx context.Context, args []string) error {
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
	form := whole.Form
	if w.tree.Form(form) == nil {
		form = "" // taken away since
	}
	into := content.Numbers{}
	for _, subject := range subjects {
		part := *whole
		part.Subject, part.Form, part.Given, part.Events, part.Stored = subject, form, "", nil, nil
		part.Searched, part.Article = nil, "" // one search counts once
		received := &content.Event{Kind: content.Received, Body: first.Body}
		if _, err := w.file(filing.Submission{Ticket: &part, At: first.At, Events: []*content.Event{received}}); err != nil {
			return err
		}
		into = append(into, part.Number)
	}
	return w.event(filing.Submission{Dir: whole.Dir}, &content.Event{Kind: content.Split, Front: &content.Front{Into: into}})
}
