package main

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"balie/content"
	"balie/ingest/filing"
)

func (t *terminal) newIncident() *cobra.Command {
	d := &draft{}
	c := &cobra.Command{
		Use:   "incident TITLE",
		Short: "open an incident: its directory, incident.yaml and a first update",
		Args:  argCount(1, 1),
		RunE: runE(func(ctx context.Context, args []string) error {
			return t.write(ctx, d, func(w *writer) error { return w.incidentCase(args[0]) })
		}),
	}
	return d.flags(c, "services", "next", "workaround", "visibility")
}

func (t *terminal) newMaintenance() *cobra.Command {
	d := &draft{}
	c := &cobra.Command{
		Use:   "maintenance TITLE --start TIME --end TIME",
		Short: "plan a maintenance: its directory, maintenance.yaml and the announcement",
		Args:  argCount(1, 1),
		RunE: runE(func(ctx context.Context, args []string) error {
			return t.write(ctx, d, func(w *writer) error { return w.maintenanceCase(args[0]) })
		}),
	}
	return d.flags(c, "services", "start", "end")
}

func (t *terminal) newUpdate() *cobra.Command {
	d := &draft{}
	c := &cobra.Command{
		Use:   "update CASE KIND",
		Short: "tell what is new of an incident or a maintenance",
		Long: "CASE is its directory, its id (2026/1120-payments) or a part of that which only it has.\n" +
			"KIND is, of an incident, " + words(incidentKinds()) + ";\nof a maintenance " + words(content.KindsOf(content.MaintenanceCase)) +
			", where --start and --end move it.",
		Args: argCount(2, 2),
		RunE: runE(func(ctx context.Context, args []string) error {
			return t.write(ctx, d, func(w *writer) error { return w.update(args[0], content.Kind(args[1])) })
		}),
	}
	return d.flags(c, "services", "next", "workaround", "cause", "start", "end")
}

// incidentKinds are the kinds of an incident's events that people write.
func incidentKinds() []content.Kind {
	return slices.DeleteFunc(content.KindsOf(content.IncidentCase), func(k content.Kind) bool { return k == content.Reports })
}

// words lists words of the format for people.
func words[S ~string](list []S) string { return strings.Join(plain(list), ", ") }

func plain[S ~string](list []S) []string {
	all := make([]string, len(list))
	for i, s := range list {
		all[i] = string(s)
	}
	return all
}

func (w *writer) incidentCase(title string) error {
	services, err := w.states(content.MajorOutage)
	if err != nil {
		return err
	}
	if w.visibility != "" && w.visibility != "public" && w.visibility != "staff" {
		return usagef("--visibility %s: public or staff", w.visibility)
	}
	e := &content.Event{Kind: content.Investigating, Front: &content.Front{}}
	if err := w.nextUpdate(e); err != nil {
		return err
	}
	record := &content.Incident{Title: w.title(title), Services: services, Visibility: content.Visibility(w.visibility)}
	return w.event(filing.Submission{Incident: record}, e)
}

func (w *writer) maintenanceCase(title string) error {
	planned, err := w.planned()
	if err != nil {
		return err
	}
	if planned == nil {
		return usagef("a maintenance has --start and --end")
	}
	services, err := w.states(content.UnderMaintenance)
	if err != nil {
		return err
	}
	record := &content.Maintenance{Title: w.title(title), Services: content.PlannedServices(services), Planned: *planned, Automatic: true}
	return w.event(filing.Submission{Maintenance: record}, &content.Event{Kind: content.Scheduled})
}

// planned reads --start and --end. It is nil where neither is given.
func (w *writer) planned() (*content.Planned, error) {
	if w.start == "" && w.end == "" {
		return nil, nil
	}
	if w.start == "" || w.end == "" {
		return nil, usagef("--start and --end belong together")
	}
	start, err := instant(w.start, w.tree.Zone)
	if err != nil {
		return nil, err
	}
	end, err := instant(w.end, w.tree.Zone)
	if err != nil {
		return nil, err
	}
	if !end.After(start) {
		return nil, usagef("--end is not after --start")
	}
	return &content.Planned{Start: start, End: end}, nil
}

func (w *writer) update(name string, kind content.Kind) error {
	dir, kinds, err := w.findCase(name)
	if err != nil {
		return err
	}
	if !slices.Contains(kinds, kind) {
		return failf(content.Nearest(string(kind), plain(kinds), "its kinds: "), "an event of %s has no kind %q", dir, kind)
	}
	e := &content.Event{Kind: kind, Front: &content.Front{}}
	if err := w.nextUpdate(e); err != nil {
		return err
	}
	front := e.Front
	if front.Services, err = w.states(content.DegradedPerformance); err != nil {
		return err
	}
	if front.Planned, err = w.planned(); err != nil {
		return err
	}
	if w.cause != "" {
		front.Cause = w.title(w.cause)
	} else if kind == content.Postmortem {
		return usagef("a postmortem has --cause, the underlying cause in a sentence")
	}
	return w.event(filing.Submission{Dir: dir}, e)
}

// nextUpdate reads what an update says of the time until the next one: when that comes, and what to
// do meanwhile.
func (w *writer) nextUpdate(e *content.Event) error {
	if w.workaround != "" {
		e.Front.Workaround = w.title(w.workaround)
	}
	if w.next == "" {
		return nil
	}
	next, err := instant(w.next, w.tree.Zone)
	if err != nil {
		return err
	}
	if !next.After(w.now) {
		return usagef("--next is not after this update")
	}
	e.Front.NextUpdate = next
	return nil
}

// states reads services such as checkout=major_outage,search. One without a state gets the usual
// one.
func (w *writer) states(usual content.ComponentState) (content.Map[content.ComponentState], error) {
	if w.services == "" {
		return nil, nil
	}
	var states content.Map[content.ComponentState]
	for pair := range strings.SplitSeq(w.services, ",") {
		id, state, named := strings.Cut(strings.TrimSpace(pair), "=")
		if !named {
			state = string(usual)
		}
		if w.tree.Service(id) == nil {
			var ids []string
			w.tree.EachService(func(_, s *content.Service) { ids = append(ids, s.ID) })
			return nil, failf(content.Nearest(id, ids, "services.yaml has "), "unknown service %q", id)
		}
		if content.ComponentState(state).Rank() == 0 && state != string(content.Operational) {
			return nil, usagef("unknown state %q: operational, degraded_performance, partial_outage, major_outage, under_maintenance", state)
		}
		states = states.Set(id, content.ComponentState(state))
	}
	return states, nil
}
