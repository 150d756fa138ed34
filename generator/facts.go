package generator

import (
	"io/fs"
	"strings"
	"sync"
	"time"

	"balie/content"
	"balie/content/desk"
	"balie/content/desk/queuefile"
	"balie/content/live"
	"balie/generator/site"
	"balie/themes/view"
)

// facts is what the pages ask of the promises, the history and the files: the generator knows these
// rooms, the pages don't.
type facts struct {
	*live.Reading
	desk   *desk.Desk
	now    time.Time
	queued func() []*desk.Queued // the queue, put in order when it is first asked for
}

func (g *Generator) facts(reading *live.Reading, now time.Time) facts {
	d := reading.Desk
	return facts{reading, d, now, sync.OnceValue(func() []*desk.Queued { return d.Queue(reading.Tree, now, false) })}
}

// size is a file's, 0 where it is not known.
func (f facts) size(path string) int64 {
	info, err := fs.Stat(f.Files, path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// read returns a file's bytes.
func (f facts) read(path string) ([]byte, error) { return fs.ReadFile(f.Files, path) }

// owed is what the policy promises of an incident, and what staff named themselves.
func (f facts) owed(i *content.Incident, _ content.Progress) view.Owed {
	return view.OwedOf(f.desk, i, f.now)
}

// ticketNow returns a ticket as it is now, and what its requester is promised.
func (f facts) ticketNow(t *content.Ticket) view.TicketNow {
	return view.TicketAt(f.desk, t, f.Tree, f.now)
}

// rules are the promises that hold for whoever uses a form now.
func (f facts) rules(of *content.Form) []*content.Promise {
	var rules []*content.Promise
	for _, c := range f.desk.Promised(f.now, f.desk.Begins(f.now, of.Lane), "form", of.ID) {
		rules = append(rules, c.Promise)
	}
	return rules
}

// queue is the queue as staff see it, with what incidents owe the public.
func (f facts) queue(now time.Time) site.StaffQueue {
	q := site.StaffQueue{Now: now, CSV: "/queue.csv", JSON: "/queue.json"}
	for _, t := range f.queued() {
		row := f.row(t)
		if row.Clock != nil && (row.Clock.State == string(desk.Overdue) || row.Clock.State == string(desk.Late)) {
			q.Late++
		}
		unreached := f.unreached(t.Ticket.Ticket, &t.TicketSnapshot)
		row.Unreached = unreached.Why != "" && unreached.Why != string(desk.NoMail)
		q.NoMail = q.NoMail || unreached.Why == string(desk.NoMail)
		q.Rows = append(q.Rows, row)
	}
	for _, i := range f.Tree.Incidents {
		q.Incidents = append(q.Incidents, f.due(i)...)
	}
	return q
}

// unreached says whether no mail reaches a requester, where staff are to know that: where a mail
// came back, or the ticket is not closed by rule because of it.
func (f facts) unreached(t *content.Ticket, s *content.TicketSnapshot) site.Unreached {
	policy := f.Tree.PolicyAt(f.now)
	closes := policy != nil && policy.Closing != nil
	u := site.Unreached{Why: string(f.desk.Reach(t, s)), StaysOpen: closes && !f.desk.ClosesByRule(t, s, f.now)}
	if at := f.desk.BouncedAt(t, s); !at.IsZero() {
		u.At = at.In(f.Tree.Zone)
	}
	if s.Finished() || u.At.IsZero() && !u.StaysOpen {
		return site.Unreached{}
	}
	return u
}

func (f facts) row(t *desk.Queued) site.QueueRow {
	record := t.Ticket.Ticket
	row := site.QueueRow{Position: t.Position, Number: content.SayNumber(record.Number), URL: "/tickets/" + record.Number + "/", Subject: record.Subject, Lane: site.LaneName(f.Tree, f.now, t.Lane),
		State: t.State, Owes: t.Owes, Assignee: t.Assignee, Demoted: !t.DemotedUntil.IsZero(), Incident: t.Incident, Requester: record.Requester.Name}
	if t.Held {
		row.Held = record.Number
	}
	if since := t.WaitingSince(); !since.IsZero() {
		row.Waiting = since.In(f.Tree.Zone)
	}
	if first := queuefile.Pressing(t.Clocks); first != nil {
		clock := f.clock(*first)
		row.Clock = &clock
	}
	return row
}

// due lists what an incident owes the public now, as the public is told.
func (f facts) due(i *content.Incident) []site.DueIncident {
	owed := f.owed(i, content.Progress{})
	var list []site.DueIncident
	add := func(what string, due view.Due) {
		if !due.At.IsZero() {
			list = append(list, site.DueIncident{Title: i.Title[f.Tree.Site.Source()], Dir: i.Dir, What: what, Staff: !i.Public(),
				Due: view.Deadline{At: due.At.In(f.Tree.Zone), Late: due.Late}})
		}
	}
	add("update", owed.Next())
	add("postmortem", owed.Postmortem)
	return list
}

// clocks explains a ticket's clocks to staff.
func (f facts) clocks(t *content.Ticket) []site.Clock {
	var list []site.Clock
	for _, c := range f.desk.Ticket(t, f.Tree, f.now).Clocks {
		list = append(list, f.clock(c))
	}
	return list
}

func (f facts) clock(c desk.Clock) site.Clock {
	local := func(t time.Time) time.Time {
		if t.IsZero() {
			return t
		}
		return t.In(f.Tree.Zone)
	}
	v := site.Clock{Clock: c.Name, Promise: c.Promise.ID, Strength: c.Promise.Strength, Started: local(c.Started), Due: local(c.Due), Goal: local(c.GoalDue),
		Ended: local(c.Ended), Elapsed: c.Elapsed.Truncate(time.Minute), State: string(c.State)}
	if c.Open() && c.State != desk.Paused {
		v.Counts, v.Breaks = f.now.Add(v.Elapsed+time.Minute-c.Elapsed), c.BreachedFrom()
	}
	if c.Policy != nil {
		v.Version = strings.TrimSuffix(strings.TrimPrefix(c.Policy.Path, "policy/"), ".yaml")
	}
	for _, p := range c.Pauses {
		owes := content.Owes(p.Why)
		if p.Why == desk.WasSolved {
			owes = content.OwesNobody
		}
		v.Pauses = append(v.Pauses, site.Pause{From: local(p.From), To: local(p.To), Owes: owes})
	}
	return v
}
