package ingest

import (
	"balie/content"
	"balie/content/form"
)

// stands is how a ticket stands, as its requester is told.
func (c *call) stands(t *content.Ticket) form.Standing {
	return form.Stands(c.desk.Ticket(t, c.tree, c.now), c.tree.Zone)
}

// promisedTo is what a ticket that was just made is promised: the clocks that its receipt started.
func (c *call) promisedTo(t *content.Ticket, events []*content.Event) []form.Promised {
	made := *t
	made.Events = events
	return form.Running(c.desk.Ticket(&made, c.tree, events[0].At).Clocks, c.tree.Zone)
}

// shown is what a form's page says of what is promised: all but that the number comes at once, which the page says itself.
func (c *call) shown(f *content.Form) []form.Promised {
	var list []form.Promised
	for _, p := range form.Beforehand(c.desk, c.tree.Setup, f, channelForm, c.now) {
		if p.Clock == content.FirstResponse || p.Clock == content.Resolution {
			list = append(list, p)
		}
	}
	return list
}
