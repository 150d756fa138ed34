package ingest

import (
	"balie/content"
	"balie/themes/view"
)

// stands is how a ticket stands, as its requester is told.
func (c *call) stands(t *content.Ticket) view.Standing {
	return view.Stands(c.desk.Ticket(t, c.tree, c.now), c.tree.Zone)
}

// promisedTo is what a ticket that was just made is promised: the clocks that its receipt started.
func (c *call) promisedTo(t *content.Ticket, events []*content.Event) []view.Promised {
	made := *t
	made.Events = events
	return view.Running(c.desk.Ticket(&made, c.tree, events[0].At).Clocks, c.tree.Zone)
}

// shown is what a form's page says of what is promised: all but that the number comes at once, which the page says itself.
func (c *call) shown(f *content.Form) []view.Promised {
	var list []view.Promised
	for _, p := range view.Beforehand(c.desk, c.tree.Setup, f, channelForm, c.now) {
		if p.Clock == content.FirstResponse || p.Clock == content.Resolution {
			list = append(list, p)
		}
	}
	return list
}
