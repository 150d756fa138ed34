package main

import (
	"os"

	"github.com/spf13/cobra"

	"balie/content"
)

// draft is what the flags of `balie new` say.
type draft struct {
	at, author, message, canned string // of any event
	title                       string // of a translation
	services, visibility        string // of incidents and maintenance
	start, end, next, cause     string
	workaround                  string
	partly, solved              bool // of tickets' events
	reason, until               string
	incident, ticket, as        string
	attach                      []string       // files
	opened                      content.Ticket // of a new ticket: what is known of it
}

func (t *terminal) new() *cobra.Command {
	c := &cobra.Command{
		Use:   "new",
		Short: "write the right file with the right name",
		Long: `New writes files into the work tree and prints their names. What is not said with --message is left for you to write into them.
A file that is wrong is not written, and one that is there is never changed.`,
		Args: refuseArguments,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(t.newIncident(), t.newMaintenance(), t.newUpdate(), t.newTicket(), t.newSplit(), t.newTranslation())
	for _, k := range ticketKinds {
		c.AddCommand(t.newTicketEvent(k))
	}
	return c
}

// flags gives a command those flags that each draft has, and the named ones.
func (d *draft) flags(c *cobra.Command, names ...string) *cobra.Command {
	all := new(cobra.Command).Flags()
	text := func(to *string, name, usage string) { all.StringVar(to, name, "", usage) }
	text(&d.at, "at", "when it happened, a `TIME` (default: now)")
	all.StringVar(&d.author, "author", os.Getenv("BALIE_AUTHOR"), "who writes, an `ID` of people.yaml (default: $BALIE_AUTHOR)")
	all.StringVarP(&d.message, "message", "m", "", "the `TEXT`; - reads it from standard input")
	text(&d.canned, "canned", "begin with the canned text `SLUG` of replies/, in the ticket's language; a --message goes below it")
	all.StringArrayVar(&d.attach, "attach", nil, "attach a `FILE`; may be given again. A picture loses what its device noted in it, such as the place")
	text(&d.services, "services", "services and their states: checkout=major_outage,search=degraded_performance")
	text(&d.next, "next", "the `TIME` by which the next update comes: a public promise")
	text(&d.workaround, "workaround", "what customers do meanwhile, in the source language; none withdraws it")
	text(&d.visibility, "visibility", "public or staff")
	text(&d.start, "start", "the `TIME` at which it is planned to start")
	text(&d.end, "end", "the `TIME` at which it is planned to end")
	text(&d.cause, "cause", "of a postmortem: the underlying cause")
	all.BoolVar(&d.partly, "partly", false, "some of it is answered; we still owe the rest")
	all.BoolVar(&d.solved, "solved", false, "and say that the ticket is solved, in a second file")
	text(&d.reason, "reason", "why; for staff")
	text(&d.until, "until", "the `TIME` at which it ends")
	text(&d.incident, "incident", "the incident, by its id or a part of it")
	text(&d.ticket, "ticket", "the other ticket's number")
	text(&d.as, "as", "duplicate, related or follow_up")
	for _, name := range append([]string{"at", "author", "message"}, names...) {
		c.Flags().AddFlag(all.Lookup(name))
	}
	return c
}
