package site

import "balie/content"

// Mark is what staff should know of a ticket's requester as things are now; the zero Mark is
// nothing. It is comparable, since a page's key holds it.
type Mark struct {
	MayAsk, People int    // how many may ask for their organisation, and how many do, where they are beyond that; else 0
	Open, FairUse  int    // how many tickets they have open, and how many are fair use, where that is more; else 0
	Report         string // where all those are listed
}

func (m *Plan) mark(t *content.Ticket) Mark {
	if m.Marks == nil || t == nil {
		return Mark{}
	}
	return m.Marks(t)
}
