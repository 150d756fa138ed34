package site

import "balie/content"

// RequesterLimits says which limits a ticket's requester exceeds as things are now. The zero value:
// none. It is comparable, since the facts of a ticket are compared with it.
type RequesterLimits struct {
	// How many people may ask for their organisation, and how many do. 0 unless they are beyond that.
	MayAsk, People int
	// How many tickets they have open, and how many are fair use. 0 unless there are more.
	Open, FairUse int
	Report        string // where all who have more are listed
}

func (m *Plan) requesterLimits(t *content.Ticket) RequesterLimits {
	if m.Limits == nil || t == nil {
		return RequesterLimits{}
	}
	return m.Limits(t)
}
