package main

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"balie/content"
	"balie/content/desk"
)

// promisedTicket is the ticket that balie promise is asked about.
type promisedTicket struct {
	arrived, lane, channel, form string
}

func (t *terminal) promise() *cobra.Command {
	var a promisedTicket
	var format string
	c := &cobra.Command{
		Use:   "promise --arrived TIME",
		Short: "what would be promised to a ticket that arrives then: try a policy before it is in force",
		Args:  argCount(0, 0),
		RunE: runE(func(ctx context.Context, _ []string) error {
			switch {
			case a.arrived == "":
				return usagef("promise needs --arrived TIME, such as 2026-11-20T15:30")
			case format != "table" && format != "json":
				return usagef("--format %s: there are table and json", format)
			case !slices.Contains(channels, a.channel):
				return usagef("--channel %s: there are %s", a.channel, strings.Join(channels, ", "))
			}
			return t.runPromise(ctx, a, format)
		}),
	}
	f := c.Flags()
	f.StringVar(&a.arrived, "arrived", "", "the `TIME` at which it arrives, RFC 3339 or local to the site")
	f.StringVar(&a.lane, "lane", "", "the lane it is in (default: the form's, or the common one while that wants a payment or a call)")
	f.StringVar(&a.channel, "channel", "form", strings.Join(channels, ", "))
	f.StringVar(&a.form, "form", "", "the form (default: the first)")
	f.StringVar(&format, "format", "table", "table or json")
	t.refFlag(c)
	return c
}

// channels are the ways in which a ticket may arrive.
var channels = []string{"form", "email", "phone", "api", "staff"}

func (t *terminal) runPromise(ctx context.Context, a promisedTicket, format string) error {
	o, err := t.open(ctx)
	if err != nil {
		return err
	}
	defer o.Close()
	at, err := instant(a.arrived, o.Tree.Zone)
	if err != nil {
		return err
	}
	if err := t.reportProblems(o); err != nil {
		return err
	}
	if err := a.complete(o.Tree.Setup, at); err != nil {
		return err
	}
	clocks := o.Desk.Promised(at, a.lane, a.channel, a.form)
	if format == "json" {
		return printJSON(t.out, promisesAsJSON(clocks))
	}
	s := t.sheet(o)
	s.promises(a, at, clocks)
	return s.err
}

// complete fills in what was not named, and refuses a form or lane that does not exist.
func (a *promisedTicket) complete(setup *content.Setup, at time.Time) error {
	ids := make([]string, len(setup.Forms))
	for i, f := range setup.Forms {
		ids[i] = f.ID
	}
	if a.form == "" && len(ids) > 0 {
		a.form = ids[0]
	}
	i := slices.Index(ids, a.form)
	if i < 0 && a.form != "" {
		return failf(content.Nearest(a.form, ids, "forms/ has "), "unknown form %q", a.form)
	}
	policy := setup.PolicyAt(at)
	lanes := lanesOf(policy)
	if a.lane != "" {
		return a.checkLane(policy, lanes)
	}
	if i >= 0 {
		a.lane = setup.Forms[i].Lane
	}
	if lanes[a.lane] != "" || a.lane == "" { // it is entered on its evidence, and there is none yet
		a.lane = content.DefaultLane(policy)
	}
	return nil
}

// checkLane refuses a lane that a policy does not have; one that names none has one, in which all
// tickets are.
func (a *promisedTicket) checkLane(policy *content.Policy, lanes map[string]content.Requirement) error {
	known := slices.Sorted(maps.Keys(lanes))
	where := "policy/"
	if policy != nil {
		where = policy.Path
	}
	if len(known) == 0 {
		known = []string{content.DefaultLane(policy)}
		where += " names no lanes, so that there is one:"
	} else {
		where += " has"
	}
	if !slices.Contains(known, a.lane) {
		return failf(content.Nearest(a.lane, known, where+" "), "unknown lane %q", a.lane)
	}
	return nil
}

// lanesOf returns a policy's lanes with what each requires.
func lanesOf(p *content.Policy) map[string]content.Requirement {
	lanes := map[string]content.Requirement{}
	if p != nil {
		for _, l := range p.Lanes {
			lanes[l.ID] = l.Requires
		}
	}
	return lanes
}

func (s *sheet) promises(a promisedTicket, at time.Time, clocks []desk.Clock) {
	way := "by " + a.channel
	switch {
	case a.channel == "form" && a.form != "":
		way = "by the form " + a.form
	case a.form != "":
		way += " as if by the form " + a.form
	}
	s.linef("a ticket that arrives on %s (%s), %s, in lane %s", s.exact(at), s.zone, way, a.lane)
	if len(clocks) == 0 {
		s.linef("nothing that is timed is promised to it")
	}
	for _, c := range clocks {
		s.linef("")
		due := s.dueOf(c)
		if c.GoalDue.IsZero() {
			due = "due " + due
		}
		s.linef("%-16s %-8s %s", spaced(c.Name), c.Promise.Strength, due)
		s.linef("%-16s %-8s %s", "", "", promiseSource(c))
	}
}

type jsonPromise struct {
	Promise  string            `json:"promise"`
	Clock    content.ClockName `json:"clock"`
	Strength content.Strength  `json:"strength"`
	Started  jsonTime          `json:"started"`
	Due      jsonTime          `json:"due"`
	GoalDue  jsonTime          `json:"goal_due"`
	LimitDue jsonTime          `json:"limit_due"`
	Calendar string            `json:"calendar"`
}

func promisesAsJSON(clocks []desk.Clock) []jsonPromise {
	list := []jsonPromise{}
	for _, c := range clocks {
		list = append(list, jsonPromise{c.Promise.ID, c.Name, c.Promise.Strength, jsonTime(c.Started), jsonTime(c.Due), jsonTime(c.GoalDue), jsonTime(c.LimitDue), c.Calendar})
	}
	return list
}
