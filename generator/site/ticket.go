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

// others are the records besides its own on which a ticket's clocks and place depend: what was merged into it, what it was merged into itself and all that was merged into that (an end
// there makes a merging void), what it was split from, demotions of its requester.
type others struct {
	tickets   []*content.Ticket
	demotions []*content.Event
}

func (o others) same(p others) bool {
	return slices.Equal(o.tickets, p.tickets) && slices.Equal(o.demotions, p.demotions)
}

func othersOf(t *content.Tree, record *content.Ticket) others {
	o := others{demotions: t.Demotions(record.Requester)}
	if parent := t.SplitFrom(record.Number); parent != nil {
		o.tickets = append(o.tickets, parent)
	}
	met := map[*content.Ticket]bool{record: true} // of one incident, hundreds may be merged
	for next := []*content.Ticket{record}; len(next) > 0; {
		merged := t.MergedInto(next[0].Number)
		if t.SaysMerged(next[0].Number) {
			merged = slices.Concat(merged, survivors(t, next[0]))
		}
		next = next[1:]
		for _, m := range merged {
			if !met[m] {
				met[m] = true
				o.tickets, next = append(o.tickets, m), append(next, m)
			}
		}
	}
	return o
}

// survivors are the tickets that one says it was merged into.
func survivors(t *content.Tree, record *content.Ticket) []*content.Ticket {
	var list []*content.Ticket
	for _, e := range record.Events {
		if into := e.Data().Into; e.Kind == content.Merged && len(into) > 0 {
			if survivor := t.Ticket(into[0]); survivor != nil {
				list = append(list, survivor)
			}
		}
	}
	return list
}

func (p *Planner) newTicket(m *plan, record *content.Ticket, with others) *ticket {
	f := &ticket{Ticket: record, Standing: record.At(m.Now), others: with, named: incidentsOf(record), serial: p.newSerial(), from: m.Now}
	var counts []time.Time
	ahead := future(record.Events, m.Now)
	for _, other := range with.tickets {
		ahead = append(ahead, future(other.Events, m.Now)...)
	}
	for _, policy := range m.Tree.Policies { // which lanes there are, and where to pay
		ahead = append(ahead, policy.From.In(m.Tree.Zone))
	}
	if m.Stands != nil {
		stands := m.Stands(record)
		f.Standing = stands.Standing
		if shown := view.WithoutSpam(record); shown != record { // what its requester is told of
			stands = m.Stands(shown)
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

// followKey is what a requester's page depends on: their ticket and those it was merged into, the incident it belongs to, and which of those that they name are public.
type followKey struct {
	common uint64
	rows   string
}

// Follow lists the pages of the follow tree: one for each ticket that has a token.
func (p *Planner) Follow(in Input) []Page {
	m := p.begin(in)
	facts := map[string]*ticket{}
	tickets := p.deriveTickets(m)
	for _, f := range tickets {
		facts[f.Number] = f
	}
	incidents := map[string]*incident{}
	for _, f := range m.incidents {
		incidents[f.Incident.ID] = f
	}
	for _, f := range tickets {
		if f.Follow != "" {
			m.follow(f, facts, incidents)
		}
	}
	return m.pages
}

func (m *plan) follow(f *ticket, facts map[string]*ticket, incidents map[string]*incident) {
	lang := f.Language
	if !slices.Contains(m.Tree.Site.Languages, lang) {
		lang = m.paths.Source
	}
	rows := append(serials{}.add(f.serial), m.public(f)...)
	for last, n := f, 0; last.MergedInto != "" && n < 20; n++ {
		next := facts[last.MergedInto]
		if next == nil {
			break
		}
		rows, last = append(rows.add(next.serial), m.public(next)...), next
	}
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
