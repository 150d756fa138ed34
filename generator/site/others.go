package site

import (
	"cmp"
	"slices"
	"strings"

	"balie/content"
)

// maxOthers is how many other tickets a ticket's page lists.
const maxOthers = 10

// Others are the other tickets of a requester or an organisation.
type Others struct {
	Rows  []TicketRow // newest first; of many, those that came nearest to this one
	Query string      // what finds all of them, where there are more; else ""
}

// groups are the tickets of each requester and organisation, by number. They are made once a plan.
type groups struct {
	byID, byMail, byPhone, byOrganisation map[string][]*ticket
	mailAlone                             map[string][]*ticket // of requesters without an id
}

func groupsOf(tickets []*ticket) *groups {
	g := &groups{map[string][]*ticket{}, map[string][]*ticket{}, map[string][]*ticket{}, map[string][]*ticket{}, map[string][]*ticket{}}
	add := func(to map[string][]*ticket, key string, f *ticket) {
		if key != "" {
			to[key] = append(to[key], f)
		}
	}
	for _, f := range tickets {
		r := f.Requester
		mail := strings.ToLower(r.Email)
		add(g.byID, r.ID, f)
		add(g.byMail, mail, f)
		add(g.byOrganisation, f.Organisation, f)
		if r.ID == "" {
			add(g.mailAlone, mail, f)
			if mail == "" {
				add(g.byPhone, r.Phone, f)
			}
		}
	}
	return g
}

// ofRequester returns the tickets of a ticket's requester, it among them, and what finds all of
// them.
func (g *groups) ofRequester(f *ticket) ([]*ticket, string) {
	r := f.Requester
	mail := strings.ToLower(r.Email)
	switch {
	case r.ID != "":
		all := g.byID[r.ID]
		if alone := g.mailAlone[mail]; mail != "" && len(alone) > 0 {
			all = append(slices.Clone(all), alone...)
			slices.SortFunc(all, inNumberOrder)
		}
		return all, r.ID
	case mail != "":
		return g.byMail[mail], mail
	}
	return g.byPhone[r.Phone], r.Phone
}

// ofOrganisation is ofRequester of the organisation.
func (g *groups) ofOrganisation(f *ticket) ([]*ticket, string) {
	return g.byOrganisation[f.Organisation], f.Organisation
}

func inNumberOrder(a, b *ticket) int {
	if a.Number != b.Number {
		return cmp.Compare(a.Number, b.Number)
	}
	return cmp.Compare(a.Dir, b.Dir)
}

// nearest returns those of a group that came nearest to one of it, which is among them. So a new
// ticket changes the pages of the last few, and not of all that a large organisation ever asked.
func nearest(group []*ticket, f *ticket) []*ticket {
	if len(group) <= maxOthers+1 {
		return group
	}
	at, _ := slices.BinarySearchFunc(group, f, inNumberOrder)
	first := min(max(0, at-maxOthers/2), len(group)-maxOthers-1)
	return group[first : first+maxOthers+1]
}

// others are the rows of a group around one of its tickets.
func (m *Plan) others(group []*ticket, query string, f *ticket) Others {
	var o Others
	shown := nearest(group, f)
	for _, other := range slices.Backward(shown) {
		if other != f {
			o.Rows = append(o.Rows, m.ticketRow(other))
		}
	}
	if len(shown) < len(group) {
		o.Query = query
	}
	return o
}

func (m *Plan) ticketRow(f *ticket) TicketRow {
	return NewTicketRow(f.Ticket, f.State, f.Received, m.Tree.Zone)
}

// ticketSources are what a ticket's page for staff shows: its own facts, whether its incident has a
// page, and the rows of the others. Those are mixed into one number: written out they would take
// more memory than all else that is kept of a page.
func (m *Plan) ticketSources(g *groups, f *ticket) Sources {
	var hasIncident uint64
	if m.incidentPath(f) != "" {
		hasIncident = 1
	}
	var rows uint64
	requesters, _ := g.ofRequester(f)
	organisations, _ := g.ofOrganisation(f)
	for _, group := range [][]*ticket{requesters, organisations} {
		rows = mix(rows, uint64(min(len(group), maxOthers+2)))
		for _, other := range nearest(group, f) {
			if other != f {
				rows = mix(rows, other.listed)
			}
		}
	}
	return sourcesOf(f.number, hasIncident, rows)
}

// mix adds a number to a hash of numbers (SplitMix64).
func mix(hash, n uint64) uint64 {
	hash += n + 0x9e3779b97f4a7c15
	hash = (hash ^ hash>>30) * 0xbf58476d1ce4e5b9
	hash = (hash ^ hash>>27) * 0x94d049bb133111eb
	return hash ^ hash>>31
}

// incidentPath is where a ticket's incident has its page for staff, or "".
func (m *Plan) incidentPath(f *ticket) string {
	if f.Incident == "" {
		return ""
	}
	i := m.Tree.Incident(f.Incident)
	if i == nil || i.At(m.Now).Started.IsZero() {
		return ""
	}
	return "/" + i.Dir + "/"
}

// linkedTo returns the newest tickets that were ever linked to an incident, and what finds all of
// them where there are more.
func (m *Plan) linkedTo(i *content.Incident) (list []*ticket, more string) {
	for _, record := range slices.Backward(m.Tree.Linked(i.ID)) {
		f := m.factsOf[record]
		switch {
		case f == nil || f.State == content.NotYet:
		case len(list) == maxLinked:
			return list, i.ID
		default:
			list = append(list, f)
		}
	}
	return list, ""
}

// maxLinked is how many tickets an incident's page lists.
const maxLinked = 50
