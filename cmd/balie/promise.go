package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"balie/content"
	"balie/content/desk"
)

func (t *terminal) promise() *cobra.Command {
	var arrived, lane, channel, form, format string
	c := &cobra.Command{
		Use:   "promise --arrived TIME",
		Short: "what would be promised to a ticket that arrives then: try a policy before it is in force",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if arrived == "" {
				return usage{errors.New("promise needs --arrived TIME, such as 2026-11-20T15:30")}
			}
			if format != "table" && format != "json" {
				return usage{fmt.Errorf("--format %s: there are table and json", format)}
			}
			return does(func(ctx context.Context, _ []string) error {
				return t.runPromise(ctx, arrived, lane, channel, form, format)
			})(c, nil)
		},
	}
	f := c.Flags()
	f.StringVar(&arrived, "arrived", "", "when it arrives, RFC 3339 or local to the site")
	f.StringVar(&lane, "lane", "", "the lane (default: the form's)")
	f.StringVar(&channel, "channel", "form", "form, email, phone, api or staff")
	f.StringVar(&form, "form", "", "the form (default: the first)")
	f.StringVar(&format, "format", "table", "table or json")
	t.refFlag(c)
	return c
}

func (t *terminal) runPromise(ctx context.Context, arrived, lane, channel, form, format string) error {
	o, err := t.open(ctx)
	if err != nil {
		return err
	}
	defer o.Close()
	at, err := instant(arrived, o.Tree.Zone)
	if err != nil {
		return err
	}
	d, err := o.desk(t)
	if err != nil {
		return err
	}
	if form == "" && len(o.Tree.Forms) > 0 {
		form = o.Tree.Forms[0].ID
	}
	i := slices.IndexFunc(o.Tree.Forms, func(f *content.Form) bool { return f.ID == form })
	if i < 0 && form != "" {
		return failf("forms/ has them", "no form %q", form)
	}
	if lane == "" && i >= 0 {
		lane = o.Tree.Forms[i].Lane
	}
	clocks := d.Promised(at, lane, channel, form)
	if format == "json" {
		return printJSON(t.out, promisesAsJSON(clocks))
	}
	s := &sheet{out: t.out, zone: o.Tree.Zone}
	if len(clocks) == 0 {
		s.linef("nothing is promised to it")
	}
	for _, c := range clocks {
		due := s.time(c.Due)
		if !c.GoalDue.IsZero() {
			due = fmt.Sprintf("%s, the goal is %s", due, s.time(c.GoalDue))
		}
		s.linef("%-16s %-8s due %s  (%s: %s)", c.Name, c.Promise.Strength, due, c.Promise.ID, version(c))
	}
	return s.err
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
