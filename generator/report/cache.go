package report

import (
	"slices"

	"balie/content"
	"balie/content/desk"
)

// Cache keeps the facts of finished tickets and incidents from one report to the next, by the identity
// of their records. It never changes a result. Without it the reports of 100,000 tickets take 2.7
// times as long, and a rebuild at 10,000 incidents a third longer.
//
// The zero value is ready. It is not for use by two at once.
type Cache struct {
	desk      *desk.Desk
	policy    *content.Policy
	tickets   map[*content.Ticket]*Ticket
	incidents map[*content.Incident]*Incident
}

// forget empties the cache where its facts were found under other promises.
func (c *Cache) forget(d *desk.Desk, policy *content.Policy) {
	if c.desk != d || c.policy != policy {
		*c = Cache{desk: d, policy: policy}
	}
}

// ticket returns the facts of a record, or nil where it must be looked at again.
func (c *Cache) ticket(record *content.Ticket, g *gatherer) *Ticket {
	if t := c.tickets[record]; t != nil && !g.now.Before(t.finished) && g.isAlone(record) {
		return t
	}
	return nil
}

// incident returns the facts of a record, or nil where it must be looked at again.
func (c *Cache) incident(record *content.Incident, g *gatherer) *Incident {
	if i := c.incidents[record]; i != nil && !g.now.Before(i.finished) {
		return i
	}
	return nil
}

// keep remembers what nothing can happen to any more, and no others.
func (c *Cache) keep(tickets []*Ticket, incidents []*Incident) {
	c.tickets, c.incidents = map[*content.Ticket]*Ticket{}, map[*content.Incident]*Incident{}
	for _, i := range incidents {
		if i != nil && !i.finished.IsZero() {
			c.incidents[i.Record] = i
		}
	}
	for _, t := range tickets {
		if t != nil && !t.finished.IsZero() {
			c.tickets[t.Record] = t
		}
	}
}

// isAlone reports whether a ticket is what its own events say: no other brings it anything.
func (g *gatherer) isAlone(t *content.Ticket) bool {
	merges := slices.ContainsFunc(t.Events, func(e *content.Event) bool { return e.Kind == content.Merged })
	return !merges && len(g.tree.MergedInto(t.Number)) == 0 && g.tree.SplitFrom(t.Number) == nil &&
		len(g.tree.FollowUps(t.Number)) == 0 && len(g.tree.Demotions(t.Requester)) == 0
}

// isFinished reports whether all of a ticket's events have happened and none of its clocks runs.
func isFinished(q *desk.Ticket) bool {
	running := slices.ContainsFunc(q.Clocks, func(c desk.Clock) bool { return c.Open() })
	return q.Finished() && q.Owes == content.OwesNobody && q.Events == len(q.Ticket.Events) && !running
}
