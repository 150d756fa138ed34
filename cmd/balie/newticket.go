package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"math/big"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"balie/content"
)

func (t *terminal) newTicket() *cobra.Command {
	d := &draft{}
	c := &cobra.Command{
		Use:   "ticket SUBJECT",
		Short: "open a ticket for somebody who called or wrote, or one of your own",
		Args:  takes(1, 1),
		RunE: does(func(ctx context.Context, args []string) error {
			if !slices.Contains([]string{"email", "phone", "staff"}, d.opened.Channel) {
				return usagef("--channel %s: email, phone or staff", d.opened.Channel)
			}
			return t.write(ctx, d, func(w *writer) error { return w.ticketCase(args[0]) })
		}),
	}
	d.openedFlags(c)
	return d.flags(c)
}

// openedFlags say what is known of a new ticket.
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
	ticket.Follow = randomName(20)
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
		_, err = os.Stat(w.path(content.TicketDir(number)))
		if w.tree.Ticket(number) == nil && err != nil {
			return number, nil
		}
	}
	return "", failf("let the intake give them: balie serve", "there is hardly a number left on %s", day)
}

// randomName is one that nobody guesses or has, of so many bytes.
func randomName(bytes int) string {
	b := make([]byte, bytes)
	rand.Read(b)
	return strings.ToLower(base32.StdEncoding.EncodeToString(b))
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
		received := &content.Event{Name: content.EventName(first.At, content.Received, ""), Kind: content.Received, Body: first.Body}
		if err := w.eventFile(part.Dir, received); err != nil {
			return err
		}
		into = append(into, part.Number)
	}
	return w.event(whole.Dir, &content.Event{Kind: content.Split, Front: &content.Front{Into: into}})
}
