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
	"balie/content/desk/queuefile"
)

func (t *terminal) show() *cobra.Command {
	var at, format string
	c := &cobra.Command{
		Use:   "show NUMBER",
		Short: "one ticket, by its number or directory: its events, its clocks and why they current as they do; or an incident by its directory",
		Args:  argCount(1, 9),
		RunE: runE(func(ctx context.Context, args []string) error {
			if format != "table" && format != "json" {
				return usagef("--format %s: there are table and json", format)
			}
			// A number is said, and so typed, in groups: balie show 2611 2042 16.
			return t.runShow(ctx, strings.Join(args, " "), at, format)
		}),
	}
	c.Flags().StringVar(&at, "at", "", "as it was at `TIME`")
	c.Flags().StringVar(&format, "format", "table", "table or json")
	t.refFlag(c)
	return c
}

func (t *terminal) runShow(ctx context.Context, name, at, format string) error {
	o, d, err := t.openAt(ctx, at)
	if err != nil {
		return err
	}
	defer o.Close()
	if found := ticketsOf(o.Tree, name); len(found) > 0 {
		return t.showTickets(o, d, found, format)
	}
	if err := checkNumber(name); err != nil {
		return err
	}
	incident, err := findIncident(o.Tree, name)
	if err != nil {
		return err
	}
	return t.showIncident(o, d, incident, format)
}

// showTickets shows each ticket that has a number. That it is more than one is a mistake.
func (t *terminal) showTickets(o *openedRepository, d *desk.Desk, tickets []*content.Ticket, format string) error {
	for i, ticket := range tickets {
		if i > 0 && format == "table" {
			t.sheet(o).linef("\nand in %s:\n", ticket.Dir)
		}
		if err := t.showTicket(o, d, ticket, format); err != nil {
			return err
		}
	}
	return nil
}

func (t *terminal) showTicket(o *openedRepository, d *desk.Desk, ticket *content.Ticket, format string) error {
	s := t.sheet(o)
	current := d.Ticket(ticket, o.Tree, o.now)
	if current.State == content.NotYet {
		return failf("ask for a later instant", "ticket %s had not been handed in on %s", content.SayNumber(ticket.Number), s.moment())
	}
	public := func(e *content.Event) bool {
		text, fact := e.Sees(func(id string) bool { i := o.Tree.Incident(id); return i != nil && i.Public() })
		return text || fact
	}
	if format == "json" {
		return printJSON(t.out, struct {
			queuefile.Ticket
			Events []jsonEvent `json:"events"`
		}{queuefile.TicketOf(&desk.Queued{Position: o.position(d, ticket), Ticket: current}), eventsAsJSON(ticket.Events, o.now, public)})
	}
	s.linef("%s  %s", content.SayNumber(ticket.Number), printable(oneLine(ticket.Subject)))
	s.linef("%s, lane %s%s; %s", state(current), current.Lane, laneCondition(lanesOf(o.Tree.PolicyAt(o.now))[current.MeantLane], current.MeantLane), owes(current.Owes))
	for _, number := range o.Tree.FollowUpNumbers(ticket.Number, o.now) {
		s.linef("goes on in %s", content.SayNumber(number))
	}
	s.requester(ticket, current)
	s.requesterLimits(ticket, d.Requesters(o.Tree, d.Open(o.Tree, o.now), o.now).Limits(ticket))
	s.linef("%s", s.moment())
	s.clocks(current.Clocks)
	s.events(ticket.Events, current.TicketSnapshot, public)
	return s.err
}

// laneCondition says which lane a ticket enters later, and on what condition.
func laneCondition(on content.Requirement, lane string) string {
	switch on {
	case "payment":
		return " until it is paid, then " + lane
	case "call":
		return " until there is a call, then " + lane
	}
	return ""
}

// position returns a ticket's position in the queue, or 0.
func (o *openedRepository) position(d *desk.Desk, ticket *content.Ticket) int {
	queue := d.Queue(o.Tree, o.now, false)
	if i := slices.IndexFunc(queue, func(q *desk.Queued) bool { return q.Ticket.Ticket == ticket }); i >= 0 {
		return queue[i].Position
	}
	return 0
}

// requester prints from whom a ticket is, how it came in, to whom it is assigned, and what demotes
// it.
func (s *sheet) requester(ticket *content.Ticket, current desk.Ticket) {
	r := ticket.Requester
	var parts []string
	for _, part := range []string{r.Name, inBrackets(r.Email), r.Phone} {
		if part != "" {
			parts = append(parts, printable(oneLine(part)))
		}
	}
	from := "from " + cmp.Or(strings.Join(parts, " "), "somebody who left no name")
	if ticket.Organisation != "" {
		from += ", for " + ticket.Organisation
	}
	if ticket.Channel != "" {
		from += ", by " + ticket.Channel
	}
	s.linef("%s", from)
	if current.Assignee != "" {
		s.linef("with %s", current.Assignee)
	}
	if current.Held {
		s.linef("held for a look: balie new release %s", ticket.Number)
	}
	if current.Incident != "" {
		s.linef("part of incident %s", current.Incident)
	}
	if !current.DemotedUntil.IsZero() && current.Owes != content.OwesNobody {
		s.linef("goes behind the others of its lane until %s", s.time(current.DemotedUntil))
	}
}

// requesterLimits prints which limits the requester exceeds.
func (s *sheet) requesterLimits(ticket *content.Ticket, m desk.RequesterLimits) {
	if m.BeyondLimit {
		may := fmt.Sprintf("%d people may", m.Limit)
		if m.Limit == 1 {
			may = "1 person may"
		}
		s.linef("%s ask for organisation %s; this requester is another (there are %d)", may, printable(oneLine(ticket.Organisation)), m.Others+1)
	}
	if m.Open > 0 {
		s.linef("the requester has %d open; fair use is %d", m.Open, m.FairUse)
	}
}

func state(s desk.Ticket) string {
	words := spaced(s.State)
	if s.Resolution != "" {
		words += " (" + spaced(s.Resolution) + ")"
	}
	if s.MergedInto != "" {
		words += " into " + content.SayNumber(s.MergedInto)
	}
	return words
}

func owes(o content.Owes) string {
	switch o {
	case content.OwesDesk:
		return "we owe the next move"
	case content.OwesRequester:
		return "the requester owes the next move"
	case content.OwesThirdParty:
		return "a third party owes the next move"
	}
	return "nobody owes a move"
}

func inBrackets(s string) string {
	if s == "" {
		return ""
	}
	return "<" + s + ">"
}

// jsonIncident is an incident as programs read it.
type jsonIncident struct {
	ID       string                            `json:"id"`
	Title    string                            `json:"title"`
	State    content.Kind                      `json:"state"`
	Open     bool                              `json:"open"`
	Public   bool                              `json:"public"`
	Impact   content.Impact                    `json:"impact"`
	Services map[string]content.ComponentState `json:"services"`
	Started  jsonTime                          `json:"started"`
	Resolved jsonTime                          `json:"resolved"`
	Clocks   []queuefile.Clock                 `json:"clocks"`
	Events   []jsonEvent                       `json:"events"`
}

func (t *terminal) showIncident(o *openedRepository, d *desk.Desk, i *content.Incident, format string) error {
	s := t.sheet(o)
	p, clocks := i.At(o.now), d.Incident(i, o.now)
	if p.Status == "" {
		return failf("ask for a later instant", "incident %s had not begun on %s", i.ID, s.moment())
	}
	public := func(e *content.Event) bool { return i.Public() && !content.IsStaffOnly(e.Kind) }
	title := i.Title[o.Tree.Site.Source()]
	if format == "json" {
		services := map[string]content.ComponentState{}
		for _, s := range p.Services {
			services[s.Key] = s.Value
		}
		return printJSON(t.out, jsonIncident{i.ID, title, p.Status, p.Open, i.Public(), p.Impact, services,
			jsonTime(p.Started), jsonTime(p.Resolved), queuefile.ClocksOf(clocks), eventsAsJSON(i.Events, o.now, public)})
	}
	s.linef("%s  %s", i.ID, title)
	seen := "public"
	if !i.Public() {
		seen = "for staff only"
	}
	s.linef("%s, impact %s, %s", p.Status, p.Impact, seen)
	for _, service := range p.Services {
		s.linef("%s: %s", service.Key, spaced(service.Value))
	}
	s.linef("%s", s.moment())
	s.clocks(clocks)
	s.events(i.Events, content.TicketSnapshot{}, public)
	return s.err
}
