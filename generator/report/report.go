// Package report makes a desk's reports: how many wait and on whom, how long answers take, which
// promises are kept, and what the staff must see to keep them.
//
// [Gather] passes once over the records of a tree and notes the facts of each ticket and incident
// at an instant; [Public] and [Staff] make plain tables of them. Everything is a pure function of
// records, policy and the instant. Columns, tables and values are ids ([Keys]); the theme's locales
// have the words for people.
//
// # What is counted
//
// A ticket arrives with its requester's first message. Its first response is the first public
// message by a person who had read that. A turn is a wait for the desk: from a message that begins
// to wait until nothing waits any more. Further messages meanwhile belong to the same turn, and so
// does what a partial answer left. Spam counts in a column of its own alone. What was found out of
// scope counts as traffic, and in no percentage or percentile.
//
// Weeks are ISO 8601's, and days and hours are local, both in the zone of the policy's calendar.
// Working time is counted by the calendar for reports of the policy that was in force when the wait
// began; eight hours of it are a day.
//
// A percentage of fewer than five is withheld, and from the public a percentile too. How many were
// counted is always said.
package report

import (
	"sync"
	"time"

	"balie/content"
	"balie/content/desk"
)

// Facts are what is known of all tickets and incidents of a desk at an instant. They are immutable.
type Facts struct {
	At        time.Time
	Tickets   []*Ticket   // those that have begun, by number
	Incidents []*Incident // public ones that have begun, by directory

	setup      *content.Setup
	policy     *content.Policy // in force; nil where there is none
	hours      *workingHours
	requesters func() *desk.Requesters
}

// Requesters is who asks; it is derived when somebody first wants to know.
func (f *Facts) Requesters() *desk.Requesters { return f.requesters() }

// Gather notes the facts of a tree, with those that are in the cache.
func Gather(tree *content.Tree, d *desk.Desk, now time.Time, cache *Cache) *Facts {
	f := &Facts{At: now, setup: tree.Setup, policy: tree.PolicyAt(now), hours: newWorkingHours(tree.Setup, d, now)}
	f.requesters = sync.OnceValue(func() *desk.Requesters { return d.Requesters(tree, f.open(), now) })
	g := &gatherer{desk: d, tree: tree, now: now, hours: f.hours}
	cache.forget(d, f.policy)
	tickets := make([]*Ticket, len(tree.Tickets))
	content.OnAllCores(len(tickets), func(i int) {
		record := tree.Tickets[i]
		if tickets[i] = cache.ticket(record, g); tickets[i] == nil {
			tickets[i] = g.ticket(record)
		}
	})
	incidents := make([]*Incident, len(tree.Incidents))
	content.OnAllCores(len(incidents), func(i int) {
		record := tree.Incidents[i]
		if incidents[i] = cache.incident(record, g); incidents[i] == nil {
			incidents[i] = g.incident(record)
		}
	})
	cache.keep(tickets, incidents)
	f.Tickets, f.Incidents = begun(tickets), begun(incidents)
	return f
}

// open are the tickets in which somebody owes a move.
func (f *Facts) open() []*content.Ticket {
	var open []*content.Ticket
	for _, t := range f.Tickets {
		if t.Owes != content.OwesNobody {
			open = append(open, t.Record)
		}
	}
	return open
}

// gatherer notes the facts of one case after another.
type gatherer struct {
	desk  *desk.Desk
	tree  *content.Tree
	now   time.Time
	hours *workingHours
}

// begun leaves out the cases of which nothing has happened yet.
func begun[T any](all []*T) []*T {
	kept := make([]*T, 0, len(all))
	for _, one := range all {
		if one != nil {
			kept = append(kept, one)
		}
	}
	return kept
}
