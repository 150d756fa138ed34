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

// ofRequester returns the other tickets of a ticket's requester, newest first, and what finds all
// of them where there are more.
func (g *groups) ofRequester(f *ticket) ([]*ticket, string) {
	r := f.Requester
	mail := strings.ToLower(r.Email)
	switch {
	case r.ID != "":
		all := g.byID[r.ID]
		if alone := g.mailAlone[mail]; len(alone) > 0 {
			all = append(slices.Clone(all), alone...)
			slices.SortFunc(all, inNumberOrder)
		}
		return nearest(all, f, r.ID)
	case mail != "":
		return nearest(g.byMail[mail], f, mail)
	}
	return nearest(g.byPhone[r.Phone], f, r.Phone)
}

// ofOrganisation is ofRequester of the organisation.
func (g *groups) ofOrganisation(f *ticket) ([]*ticket, string) {
	return nearest(g.byOrganisation[f.Organisation], f, f.Organisation)
}

func inNumberOrder(a, b *ticket) int {
	return cmp.Or(cmp.Compare(a.Number, b.Number), cmp.Compare(a.Dir, b.Dir))
}

// nearest returns those of a group that came nearest to one of it. So a new ticket changes the pages
// of the last few, and not of all that a large organisation ever asked.
func nearest(group []*ticket, f *ticket, query string) (shown []*ticket, more string) {
	if len(group) > maxOthers+1 {
		at, _ := slices.BinarySearchFunc(group, f, inNumberOrder)
		first := min(max(0, at-maxOthers/2), len(group)-maxOthers-1)
		group, more = group[first:first+maxOthers+1], query
	}
	for _, other := range slices.Backward(group) {
		if other != f {
			shown = append(shown, other)
		}
	}
	return shown, more
}

// others are the rows of tickets.
func (m *Plan) others(tickets []*ticket, query string) Others {
	o := Others{Query: query}
	for _, f := range tickets {
		o.Rows = append(o.Rows, m.ticketRow(f))
	}
	return o
}

func (m *Plan) ticketRow(f *ticket) TicketRow {
	return NewTicketRow(f.Ticket, f.State, f.Received, m.Tree.Zone)
}

// ticketSources are what a ticket's page for staff shows: its own facts, the rows of the others, and
// whether its incident has a page.
func (m *Plan) ticketSources(g *groups, f *ticket) Sources {
	numbers := []uint64{f.number, 0}
	if m.incidentPath(f) != "" {
		numbers[1] = 1
	}
	requesters, _ := g.ofRequester(f)
	organisations, _ := g.ofOrganisation(f)
	for _, list := range [][]*ticket{requesters, organisations} {
		numbers = append(numbers, uint64(len(list)))
		for _, other := range list {
			numbers = append(numbers, other.listed)
		}
	}
	return sourcesOf(numbers...)
}

// incidentPath is where a ticket's incident has its page for staff, or "".
func (m *Plan) incidentPath(f *ticket) string {
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
