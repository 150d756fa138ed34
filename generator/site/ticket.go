package site

import (
	"path"
	"slices"
	"time"

	"balie/content"
	"balie/themes/view"
)

// ticket is what is derived of one ticket. It is the same value from one plan to the next while
// what it was made from is the same and its own next instant has not come.
type ticket struct {
	*content.Ticket
	content.TicketSnapshot
	number  uint64 // no other facts have it
	listed  uint64 // stays while what lists show of the ticket is the same
	ended   time.Time
	related related
	limits  RequesterLimits
	clocks  []Clock
	from    time.Time
	until   time.Time // when it is to be derived anew
	changes time.Time // until without the clocks' minutes, which alone cause no build
}

// deriveTickets brings the facts of all tickets to the plan's now, and returns those of tickets
// that have begun.
func (p *Planner) deriveTickets(m *Plan) []*ticket {
	public := map[string]uint64{}
	for record, f := range p.incidents {
		if record.Public() {
			public[record.ID] = f.number
		}
	}
	facts := make(map[*content.Ticket]*ticket, len(m.Tree.Tickets))
	list := make([]*ticket, 0, len(m.Tree.Tickets))
	for _, record := range m.Tree.Tickets {
		f, with, limits := p.tickets[record], relatedTo(m.Tree, record, public), m.requesterLimits(record)
		if f == nil || m.Now.Before(f.from) || !m.Now.Before(f.until) || !f.related.same(with) || f.limits != limits {
			before := f
			f = p.newTicket(m, record, with, limits)
			if f.listed = f.number; before != nil && before.State == f.State && before.ended.Equal(f.ended) {
				f.listed = before.listed
			}
		}
		facts[record] = f
		if f.State != content.NotYet {
			list = append(list, f)
		}
	}
	p.tickets, m.factsOf = facts, facts
	return list
}

// related are the records besides its own on which a ticket's clocks, state and pages depend.
type related struct {
	// tickets are those merged into it, those from which it or one of them was split, and those
	// that it or they follow.
	tickets   []*content.Ticket
	links     []*content.Event      // by which follow-ups name it
	demotions []*content.Event      // of its requester
	merges    []content.MergeEffect // of its own merges
	incidents []uint64              // the facts of the public incidents that it or those tickets name
}

func (r related) same(s related) bool {
	return slices.Equal(r.tickets, s.tickets) && slices.Equal(r.links, s.links) && slices.Equal(r.demotions, s.demotions) &&
		slices.Equal(r.merges, s.merges) && slices.Equal(r.incidents, s.incidents)
}

// relatedTo returns what is related to a ticket; public are the numbers of the facts of public
// incidents.
func relatedTo(t *content.Tree, record *content.Ticket, public map[string]uint64) related {
	r := related{links: t.FollowUps(record.Number), demotions: t.Demotions(record.Requester)}
	for _, one := range append([]*content.Ticket{record}, t.MergedInto(record.Number)...) {
		if one != record {
			r.tickets = append(r.tickets, one)
		}
		if parent := t.SplitFrom(one.Number); parent != nil {
			r.tickets = append(r.tickets, parent)
		}
	}
	for _, e := range record.Events {
		if e.Kind == content.Merged {
			r.merges = append(r.merges, t.MergeEffect(e))
		}
		// The page of the other ticket shows the address.
		if before := t.Ticket(e.Data().Ticket); e.Kind == content.Linked && before != nil {
			r.tickets = append(r.tickets, before)
		}
	}
	for _, link := range r.links {
		if next := t.Ticket(path.Base(path.Dir(link.Path))); next != nil {
			r.tickets = append(r.tickets, next)
		}
	}
	for _, one := range append([]*content.Ticket{record}, r.tickets...) {
		for _, e := range one.Events {
			if number := public[e.Data().Incident]; number > 0 {
				r.incidents = append(r.incidents, number)
			}
		}
	}
	return r
}

func (p *Planner) newTicket(m *Plan, record *content.Ticket, with related, limits RequesterLimits) *ticket {
	f := &ticket{Ticket: record, TicketSnapshot: record.At(m.Now), number: p.numbers.Add(1), related: with, limits: limits, from: m.Now}
	var counts []time.Time
	ahead := future(record.Events, m.Now)
	ahead = append(ahead, future(with.links, m.Now)...)
	for _, other := range with.tickets {
		ahead = append(ahead, future(other.Events, m.Now)...)
	}
	for _, policy := range m.Tree.Policies { // which lanes there are, and where to pay
		ahead = append(ahead, policy.From.In(m.Tree.Zone))
	}
	if m.TicketNow != nil {
		now := m.TicketNow(record)
		f.TicketSnapshot = now.TicketSnapshot
		ahead = append(ahead, f.ClosesAt, now.Closes)
		if shown := view.WithoutSpam(record); shown != record { // what its requester is told of
			now = m.TicketNow(shown)
			ahead = append(ahead, now.ClosesAt)
		}
		for _, one := range now.Promised {
			ahead = append(ahead, one.Breaks, after(one.Due), after(one.Goal))
		}
	}
	f.ended = endedAt(f)
	if m.Clocks != nil {
		f.clocks = m.Clocks(record)
		for _, c := range f.clocks {
			ahead, counts = append(ahead, after(c.Due), after(c.Goal), c.Breaks), append(counts, c.Counts)
		}
	}
	f.changes = next(m.Now, ahead...)
	f.until = earlier(f.changes, next(m.Now, counts...))
	return f
}

func (m *Plan) isPublic(incident string) bool {
	i := m.Tree.Incident(incident)
	return i != nil && i.Public()
}

// Follow lists the pages of the follow tree: one for each ticket that has a token, in the ticket's
// language.
func (m *Plan) Follow() []Page {
	m.pages = nil
	for _, f := range m.tickets() {
		if m.Tree.Follow(f.Follow) == nil { // it has no token, or two have one token
			continue
		}
		lang := f.Language
		if !slices.Contains(m.Tree.Site.Languages, lang) {
			lang = m.paths.Source
		}
		path := "/t/" + f.Follow + "/"
		m.pages = append(m.pages, Page{
			File: path[1:] + "index.html", Path: path, Lang: lang, Layout: "follow", Tree: FollowTree, Hidden: true,
			Sources: sourcesOf(f.number), View: plain(func() any { return m.followView(f, lang) }),
		})
	}
	return m.pages
}

func (m *Plan) followView(f *ticket, lang string) view.Follow {
	v := m.setting(lang).Follow(f.Ticket)
	for i := range v.Timeline {
		v.Timeline[i].At = m.zoned(v.Timeline[i].At)
	}
	v.UndoUntil = m.zoned(v.UndoUntil)
	return v
}
