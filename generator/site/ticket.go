package site

import (
	"slices"
	"time"

	"balie/content"
	"balie/themes/view"
)

// ticket is what is derived of one ticket. It stays the same value until its own next instant, or until its record changes or that of another one that counts for it.
type ticket struct {
	*content.Ticket
	content.Standing
	others others
	named  []string // the incidents that its events name
	serial uint64
	clocks []Clock
	from   time.Time
	until  time.Time
	turns  time.Time // until, but for how long its clocks have run: that can wait for whatever comes next
}

// deriveTickets brings the facts of all tickets to the plan's now.
func (p *Planner) deriveTickets(m *plan) []*ticket {
	known := make(map[*content.Ticket]*ticket, len(m.Tree.Tickets))
	list := make([]*ticket, 0, len(m.Tree.Tickets))
	for _, record := range m.Tree.Tickets {
		f, with := p.tickets[record], othersOf(m.Tree, record)
		if f == nil || m.Now.Before(f.from) || !m.Now.Before(f.until) || !f.others.same(with) {
			f = p.newTicket(m, record, with)
		}
		known[record] = f
		if f.State != content.NotYet {
			list = append(list, f)
		}
	}
	p.tickets = known
	return list
}

// others are the records besides its own on which a ticket's clocks and place depend: what was merged
// into it, what it was split from, follow-ups, demotions of its requester; and what its own merges do.
type others struct {
	tickets   []*content.Ticket
	links     []*content.Event
	demotions []*content.Event
	merges    []content.MergeEffect
}

func (o others) same(p others) bool {
	return slices.Equal(o.tickets, p.tickets) && slices.Equal(o.links, p.links) && slices.Equal(o.demotions, p.demotions) && slices.Equal(o.merges, p.merges)
}

func othersOf(t *content.Tree, record *content.Ticket) others {
	o := others{links: t.FollowUps(record.Number), demotions: t.Demotions(record.Requester)}
	for _, one := range append([]*content.Ticket{record}, t.MergedInto(record.Number)...) {
		if one != record {
			o.tickets = append(o.tickets, one)
		}
		if parent := t.SplitFrom(one.Number); parent != nil {
			o.tickets = append(o.tickets, parent)
		}
	}
	for _, e := range record.Events {
		if e.Kind == content.Merged {
			o.merges = append(o.merges, t.MergeEffect(e))
		}
	}
	return o
}

func (p *Planner) newTicket(m *plan, record *content.Ticket, with others) *ticket {
	f := &ticket{Ticket: record, Standing: record.At(m.Now), others: with, named: incidentsOf(record), serial: p.newSerial(), from: m.Now}
	var counts []time.Time
	ahead := future(record.Events, m.Now)
	ahead = append(ahead, future(with.links, m.Now)...)
	for _, other := range with.tickets {
		ahead = append(ahead, future(other.Events, m.Now)...)
	}
	for _, policy := range m.Tree.Policies { // which lanes there are, and where to pay
		ahead = append(ahead, policy.From.In(m.Tree.Zone))
	}
	if m.Stands != nil {
		stands := m.Stands(record)
		f.Standing = stands.Standing
		ahead = append(ahead, f.ClosesAt)
		if shown := view.WithoutSpam(record); shown != record { // what its requester is told of
			stands = m.Stands(shown)
			ahead = append(ahead, stands.ClosesAt)
		}
		for _, one := range stands.Promised {
			ahead = append(ahead, one.Breaks, after(one.Due), after(one.Goal))
		}
	}
	if m.Clocks != nil {
		f.clocks = m.Clocks(record)
		for _, c := range f.clocks {
			ahead, counts = append(ahead, after(c.Due), after(c.Goal), c.Breaks), append(counts, c.Counts)
		}
	}
	f.turns = next(m.Now, ahead...)
	f.until = earlier(f.turns, next(m.Now, counts...))
	return f
}

// incidentsOf are those that a ticket's events name.
func incidentsOf(record *content.Ticket) []string {
	var ids []string
	for _, e := range record.Events {
		if id := e.Data().Incident; id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// public marks which of the incidents that a ticket names the public knows: on that hangs what its requester sees of it.
func (m *plan) public(f *ticket) (mark serials) {
	for _, id := range f.named {
		known := byte(0)
		if m.isPublic(id) {
			known = 1
		}
		mark = append(mark, known)
	}
	return mark
}

func (m *plan) isPublic(incident string) bool {
	i := m.Tree.Incident(incident)
	return i != nil && i.Public()
}

// followKey is what a requester's page depends on: their ticket, the incident it belongs to, and which of those that it names are public.
type followKey struct {
	common uint64
	rows   string
}

// Follow lists the pages of the follow tree: one for each ticket that has a token.
func (p *Planner) Follow(in Input) []Page {
	m := p.begin(in)
	tickets := p.deriveTickets(m)
	incidents := map[string]*incident{}
	for _, f := range m.incidents {
		incidents[f.Incident.ID] = f
	}
	for _, f := range tickets {
		if m.Tree.Follow(f.Follow) != nil { // two that have one token have no page
			m.follow(f, incidents)
		}
	}
	return m.pages
}

func (m *plan) follow(f *ticket, incidents map[string]*incident) {
	lang := f.Language
	if !slices.Contains(m.Tree.Site.Languages, lang) {
		lang = m.paths.Source
	}
	rows := append(serials{}.add(f.serial), m.public(f)...)
	if i := incidents[f.Incident]; i != nil {
		rows = rows.add(i.serial)
	}
	m.pages = append(m.pages, Page{
		File: "t/" + f.Follow + "/index.html", Path: "/t/" + f.Follow + "/", Lang: lang, Layout: "follow", Tree: FollowTree, Hidden: true,
		Key: followKey{m.common.serial, string(rows)}, View: func() any { return m.followView(f, lang) },
	})
}

func (m *plan) followView(f *ticket, lang string) view.Follow {
	v := m.setting(lang).Follow(f.Ticket)
	for i := range v.Timeline {
		v.Timeline[i].At = m.zoned(v.Timeline[i].At)
	}
	return v
}
