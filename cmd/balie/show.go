package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"balie/content"
	"balie/content/desk"
)

func (t *terminal) show() *cobra.Command {
	var at, format string
	c := &cobra.Command{
		Use:   "show NUMBER",
		Short: "one ticket: its events, its clocks and why they stand as they do; or an incident by its directory",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if format != "table" && format != "json" {
				return usage{fmt.Errorf("--format %s: there are table and json", format)}
			}
			return does(func(ctx context.Context, args []string) error { return t.runShow(ctx, args[0], at, format) })(c, args)
		},
	}
	c.Flags().StringVar(&at, "at", "", "as it was at that instant")
	c.Flags().StringVar(&format, "format", "table", "table or json")
	t.refFlag(c)
	return c
}

func (t *terminal) runShow(ctx context.Context, name, at, format string) error {
	o, err := t.open(ctx)
	if err != nil {
		return err
	}
	defer o.Close()
	if err := o.goTo(at); err != nil {
		return err
	}
	d, err := o.desk(t)
	if err != nil {
		return err
	}
	if ticket := o.Tree.Ticket(name); ticket != nil {
		return t.showTicket(o, d, ticket, format)
	}
	id := strings.TrimPrefix(strings.Trim(filepath.ToSlash(name), "/"), "incidents/")
	if incident := o.Tree.Incident(id); incident != nil {
		return t.showIncident(o, d, incident, format)
	}
	return failf("balie queue --all lists the tickets; incidents/ has the incidents", "no ticket and no incident %q", name)
}

// goTo moves the instant to work at.
func (o *opened) goTo(at string) error {
	if at == "" {
		return nil
	}
	then, err := instant(at, o.Tree.Zone)
	if err == nil {
		o.now = then
	}
	return err
}

// jsonEvent is an event as programs read it. Public: its requester sees it, or of an incident everybody.
type jsonEvent struct {
	At     jsonTime     `json:"at"`
	Kind   content.Kind `json:"kind"`
	Author *string      `json:"author"`
	Public bool         `json:"public"`
}

func eventsAsJSON(events []*content.Event, now time.Time, public func(*content.Event) bool) []jsonEvent {
	list := []jsonEvent{}
	for _, e := range events {
		if !e.At.After(now) {
			list = append(list, jsonEvent{jsonTime(e.At), e.Kind, orNull(e.Author), public(e)})
		}
	}
	return list
}

func (t *terminal) showTicket(o *opened, d *desk.Desk, ticket *content.Ticket, format string) error {
	stand := d.Ticket(ticket, o.Tree, o.now)
	position := 0
	for _, q := range d.Queue(o.Tree, o.now, false) {
		if q.Ticket.Ticket == ticket {
			position = q.Position
		}
	}
	public := func(e *content.Event) bool {
		text, fact := e.Sees(func(id string) bool { i := o.Tree.Incident(id); return i != nil && i.Public() })
		return text || fact
	}
	if format == "json" {
		return printJSON(t.out, struct {
			jsonTicket
			Events []jsonEvent `json:"events"`
		}{ticketAsJSON(stand, position), eventsAsJSON(ticket.Events, o.now, public)})
	}
	s := &sheet{out: t.out, zone: o.Tree.Zone}
	s.linef("%s  %s", content.SayNumber(ticket.Number), ticket.Subject)
	s.linef("%s, lane %s, %s", state(stand), stand.Lane, owes(stand.Owes))
	if r := ticket.Requester; r.Name != "" || r.Email != "" {
		s.linef("from %s", strings.TrimSpace(r.Name+" "+bracketed(r.Email)))
	}
	if stand.Assignee != "" {
		s.linef("with %s", stand.Assignee)
	}
	if !stand.DemotedUntil.IsZero() {
		s.linef("goes behind the others of its lane until %s", s.time(stand.DemotedUntil))
	}
	s.clocks(stand.Clocks)
	s.events(ticket.Events, o.now, public)
	return s.err
}

func state(s desk.Ticket) string {
	words := strings.ReplaceAll(string(s.State), "_", " ")
	if s.Resolution != "" {
		words += " (" + strings.ReplaceAll(string(s.Resolution), "_", " ") + ")"
	}
	if s.MergedInto != "" {
		words += " into " + content.SayNumber(s.MergedInto)
	}
	return words
}

func owes(o content.Owes) string {
	switch o {
	case content.OwesDesk:
		return "the desk owes the next move"
	case content.OwesRequester:
		return "the requester owes the next move"
	case content.OwesThirdParty:
		return "a third party owes the next move"
	}
	return "nobody owes a move"
}

func bracketed(s string) string {
	if s == "" {
		return ""
	}
	return "<" + s + ">"
}

func (t *terminal) showIncident(o *opened, d *desk.Desk, i *content.Incident, format string) error {
	p, clocks := i.At(o.now), d.Incident(i, o.now)
	public := func(e *content.Event) bool { return i.Public() && e.Kind != content.Waived }
	if format == "json" {
		services := map[string]content.ComponentState{}
		for _, s := range p.Services {
			services[s.Key] = s.Value
		}
		return printJSON(t.out, struct {
			ID       string                            `json:"id"`
			Title    string                            `json:"title"`
			State    *string                           `json:"state"`
			Open     bool                              `json:"open"`
			Public   bool                              `json:"public"`
			Impact   content.Impact                    `json:"impact"`
			Services map[string]content.ComponentState `json:"services"`
			Started  jsonTime                          `json:"started"`
			Resolved jsonTime                          `json:"resolved"`
			Clocks   []jsonClock                       `json:"clocks"`
			Events   []jsonEvent                       `json:"events"`
		}{i.ID, i.Title[o.Tree.Site.Source()], orNull(string(p.Status)), p.Open, i.Public(), p.Impact, services,
			jsonTime(p.Started), jsonTime(p.Resolved), clocksAsJSON(clocks), eventsAsJSON(i.Events, o.now, public)})
	}
	s := &sheet{out: t.out, zone: o.Tree.Zone}
	s.linef("%s  %s", i.ID, i.Title[o.Tree.Site.Source()])
	seen := "public"
	if !i.Public() {
		seen = "staff only"
	}
	s.linef("%s, impact %s, %s", p.Status, p.Impact, seen)
	for _, service := range p.Services {
		s.linef("  %s: %s", service.Key, strings.ReplaceAll(string(service.Value), "_", " "))
	}
	s.clocks(clocks)
	s.events(i.Events, o.now, public)
	return s.err
}

// clocks explains each clock: when it started and why, what paused it, when it is due by which version of which promise, and how it stands.
func (s *sheet) clocks(clocks []desk.Clock) {
	if len(clocks) == 0 {
		s.linef("\nno clock runs or ran on it")
		return
	}
	s.linef("")
	for _, c := range clocks {
		s.clock(c)
	}
}

func (s *sheet) clock(c desk.Clock) {
	s.linef("%s: %s", strings.ReplaceAll(string(c.Name), "_", " "), c.State)
	s.linef("    promise    %s, %s", c.Promise.ID, version(c))
	s.linef("    started    %s by %s", s.time(c.Started), c.Why)
	for _, p := range c.Pauses {
		until := "goes on"
		if !p.To.IsZero() {
			until = "to " + s.time(p.To)
		}
		s.linef("    paused     %s %s: %s", s.time(p.From), until, pausedBy[p.Why])
	}
	switch {
	case c.Due.IsZero():
		s.linef("    due        not while it is paused")
	case !c.GoalDue.IsZero():
		s.linef("    due        %s; the goal is %s", s.time(c.Due), s.time(c.GoalDue))
	default:
		s.linef("    due        %s", s.time(c.Due))
	}
	if !c.Fulfilled.IsZero() {
		s.linef("    fulfilled  %s", s.time(c.Fulfilled))
	} else if !c.Ended.IsZero() {
		s.linef("    ended      %s", s.time(c.Ended))
	}
	s.linef("    elapsed    %s of open time", c.Elapsed)
}

// version names where a clock's target stands.
func version(c desk.Clock) string {
	if c.Policy == nil {
		return "the time that the last update named"
	}
	return fmt.Sprintf("%s in %s, calendar %s", target(c.Promise.Target), c.Policy.Path, c.Calendar)
}

// target writes a target as it stands in the policy.
func target(t *content.Target) string {
	switch {
	case t == nil:
		return "no target"
	case t.Within > 0:
		return "within " + t.Within.String()
	case t.Goal > 0:
		return fmt.Sprintf("goal %s, limit %s", t.Goal, t.Limit)
	case t.EndOfDayBefore != 0:
		return "end of day before " + t.EndOfDayBefore.String()
	case t.WorkingDays > 0:
		return fmt.Sprintf("%d working days", t.WorkingDays)
	}
	return "every " + t.Every.String()
}

var pausedBy = map[desk.PauseReason]string{
	desk.PauseReason(content.OwesRequester):  "the requester owed the answer",
	desk.PauseReason(content.OwesThirdParty): "a third party owed the answer",
	desk.WasSolved:                           "it was solved",
}

func (s *sheet) events(events []*content.Event, now time.Time, public func(*content.Event) bool) {
	s.linef("")
	for _, e := range events {
		if e.At.After(now) {
			continue
		}
		seen := ""
		if !public(e) {
			seen = "  (staff only)"
		}
		who := e.Author
		if who == "" {
			who = "–"
		}
		s.linef("%s  %-13s %-10s%s", s.time(e.At), strings.ReplaceAll(string(e.Kind), "_", " "), who, seen)
		for line := range strings.Lines(e.Body) {
			s.linef("    %s", strings.TrimRight(printable(line), "\n"))
		}
	}
}

// printable keeps what customers typed from steering the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || r >= ' ' && r != 0x7f && !(0x80 <= r && r < 0xa0) && !slices.Contains(bidi, r) {
			return r
		}
		return '\ufffd'
	}, s)
}

// bidi are the characters that reorder what stands beside them (Unicode TR9, 2.1 to 2.4).
var bidi = []rune{0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069}
