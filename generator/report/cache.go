package report

import (
	"time"

	"balie/content"
	"balie/content/desk"
)

// Cache keeps the facts that time can't change any more, by the identity of their records: of a ticket that is finished, whose events have all happened and
// to which no other ticket brings anything; of an incident whose clocks have all ended or are overdue. It never changes a result.
//
// The zero value is ready. It is not for use by two at once.
type Cache struct {
	desk      *desk.Desk
	policy    *content.Policy
	tickets   map[*content.Ticket]*Ticket
	incidents map[*content.Incident]*Incident
}

// of returns the cache if what it holds was found under the same promises, else an empty one.
func (c *Cache) of(d *desk.Desk, policy *content.Policy) *Cache {
	if c == nil {
		return &Cache{}
	}
	if c.desk != d || c.policy != policy {
		*c = Cache{desk: d, policy: policy}
	}
	return c
}

// ticket returns what is known of a record, or nil where it must be looked at again.
func (c *Cache) ticket(record *content.Ticket, g *gatherer) *Ticket {
	t := c.tickets[record]
	if t == nil || g.now.Before(t.settled) || g.involved(record) {
		return nil
	}
	return t
}

func (c *Cache) incident(record *content.Incident, now time.Time) *Incident {
	if i := c.incidents[record]; i != nil && !now.Before(i.settled) {
		return i
	}
	return nil
}

// keep remembers what is settled, and nothing else: what is gone from the tree goes from here.
func (c *Cache) keep(tickets []*Ticket, incidents []*Incident) {
	if c == nil {
		return
	}
	c.tickets, c.incidents = map[*content.Ticket]*Ticket{}, map[*content.Incident]*Incident{}
	for _, t := range tickets {
		if t != nil && !t.settled.IsZero() {
			c.tickets[t.Record] = t
		}
	}
	for _, i := range incidents {
		if i != nil && !i.settled.IsZero() {
			c.incidents[i.Record] = i
		}
	}
}
