package ingest

import (
	"balie/content"
	"balie/themes/view"
)

// ticketNow returns how a ticket stands now, as its requester is told.
func (c *call) ticketNow(t *content.Ticket) view.TicketNow {
	return view.TicketAt(c.desk, t, c.tree, c.now)
}

// promisedTo returns what a new ticket is promised: the clocks that its first events started.
func (c *call) promisedTo(t *content.Ticket, events []*content.Event) []view.Promised {
	made := *t
	made.Events = events
	made = *view.WithoutSpam(&made)
	return view.Running(c.desk.Ticket(&made, c.tree, events[0].At).Clocks, c.tree.Zone)
}

// shown returns the promises that a form's page shows. The page says by itself that the number
// comes at once.
func (c *call) shown(f *content.Form) []view.Promised {
	var list []view.Promised
	for _, p := range view.PromisedBy(c.desk, c.tree.Setup, f, channelForm, c.now) {
		if p.Clock == content.FirstResponse || p.Clock == content.Resolution {
			list = append(list, p)
		}
	}
	return list
}
