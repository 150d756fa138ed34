package generator

import (
	"cmp"
	"strings"
	"time"

	"balie/content"
	"balie/generator/report"
	"balie/generator/site"
)

// figures adds what is counted: of the queue and the promises for everybody, and the staff's
// reports where their tree is built.
func (f facts) figures(in *site.Input, cache *report.Cache, staff bool) {
	counted := report.Gather(f.Tree, f.desk, f.now, cache)
	public := report.Public(counted)
	in.Attained = attained(public)
	if f.Tree.PolicyAt(f.now) != nil {
		in.Queue = f.publicQueue(public)
	}
	if !staff {
		return
	}
	in.Limits = requesterLimits(counted)
	w := reportWriter{facts: f, report: report.Staff(counted), public: strings.TrimSuffix(cmp.Or(in.BaseURL, f.Tree.Site.BaseURL), "/")}
	w.queueFiles()
	for _, s := range subjects {
		w.page(s)
	}
	in.Reports, in.Files = w.pages, w.files
}

// requesterLimits returns the limits that a ticket's requester exceeds.
func requesterLimits(counted *report.Facts) func(*content.Ticket) site.RequesterLimits {
	return func(t *content.Ticket) (shown site.RequesterLimits) {
		exceeded := counted.Requesters().Limits(t)
		if exceeded.BeyondLimit {
			shown.MayAsk, shown.People = exceeded.Limit, exceeded.Others+1
		}
		if exceeded.Open > 0 {
			shown.Open, shown.FairUse, shown.Report = exceeded.Open, exceeded.FairUse, "/reports/order/#fair_use"
		}
		return shown
	}
}

// attainedWeeks is over how long report counts what was attained.
const attainedWeeks = 4

// overdueNamed is how many incidents are named that owe what a promise is about; the others are
// counted.
const overdueNamed = 5

// attained is what was attained of each promise in force, by its id.
func attained(r *report.Report) map[string]*site.Attained {
	all := map[string]*site.Attained{}
	for _, k := range r.Kept {
		a := &site.Attained{Kept: k.Met, Of: k.Of, Weeks: attainedWeeks, State: looks(k)}
		for _, o := range r.Owed {
			switch {
			case o.Promise.ID != k.Promise.ID || !o.Breached():
			case len(a.Overdue) == overdueNamed:
				a.More++
			default:
				a.Overdue = append(a.Overdue, site.Overdue{ID: o.Incident.ID, Title: o.Incident.Title})
			}
		}
		all[k.Promise.ID] = a
	}
	return all
}

// looks is how an attainment is drawn: as what is expected or less; as unknown where it is not said
// what to expect.
func looks(k report.Kept) content.ComponentState {
	switch {
	case k.Below():
		return content.DegradedPerformance
	case k.Promise.Attainment > 0 || k.Known && k.Met == k.Of:
		return content.Operational
	}
	return ""
}

// publicQueue is the queue report for everybody: counts and durations, and nothing of fewer than
// five but their count.
func (f facts) publicQueue(r *report.Report) *site.Queue {
	q := &site.Queue{
		Desk: r.Backlog.Desk, Requester: r.Backlog.Requester, ThirdParty: r.Backlog.ThirdParty,
		Oldest: r.Oldest.Truncate(time.Minute), Half: r.Recent.Median, Most: r.Recent.Most, Slow: r.Notice.Slow, State: content.Operational, Asof: f.now.In(f.Tree.Zone),
	}
	if k := mostAsked(r.Kept); k != nil {
		q.Promised, q.Kept = k.Promise, &site.Attained{Kept: k.Met, Of: k.Of, Weeks: attainedWeeks, State: looks(*k)}
	}
	if q.Slow || q.Kept != nil && q.Kept.State == content.DegradedPerformance {
		q.State = content.DegradedPerformance
	}
	weeks := r.Table("first_response_by_week")
	for row := range weeks.Rows {
		q.Weeks = append(q.Weeks, queueWeek(weeks, row))
	}
	if r.Traffic.Sum().Came() >= report.Fewest {
		q.Days, q.Hours = charted(r.Chart("by_weekday"), "days"), charted(r.Chart("by_hour"), "hours")
	}
	return q
}

// mostAsked is the promise of a first answer that was made to most; nil where none is.
func mostAsked(all []report.Kept) *report.Kept {
	var most *report.Kept
	for i := range all {
		p := all[i].Promise
		if p.Clock == content.FirstResponse && p.Strength != "typical" && (most == nil || all[i].Of > most.Of) {
			most = &all[i]
		}
	}
	return most
}

func queueWeek(t *report.Table, row int) site.QueueWeek {
	cell := func(column string) report.Cell { return t.Cell(row, column) }
	monday := cell("from").At
	w := site.QueueWeek{
		From: monday, To: monday.AddDate(0, 0, 6), Came: int(cell("arrived").N), InTime: -1,
		Half: cell("p50_working").Duration(), Most: cell("p90_working").Duration(), Waiting: int(cell("unanswered").N),
	}
	if share := cell("within_target"); share.Known {
		w.InTime, w.Of = int(share.Tenths(report.PercentKind))/10*100, int(share.Of)
	}
	return w
}
