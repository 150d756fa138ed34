package desk

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"balie/content"
)

// Requesters is who asks at an instant: which people for each organisation, and who has more open than is fair use. It is derived of a tree once, for all its tickets.
//
// Somebody is known by the platform's id or by the address, whichever they leave; who leaves neither can't be told from others, and is not counted.
// Spam counts for nobody, nor does what was found out of scope: anybody may type an organisation.
type Requesters struct {
	mayAsk     int // people an organisation may have; 0: any number
	fairUse    int // open tickets a requester may have; 0: any number
	people     map[string]*people
	candidates []Candidate
	marks      map[*content.Ticket]Mark
}

// Mark is what staff should know of a ticket's requester; the zero Mark is nothing. Marks are comparable.
type Mark struct {
	Entitlement     // zero but for somebody beyond it
	Open        int // tickets they have open, this one among them, where that is more than is fair use; else 0
	FairUse     int // how many are
}

// Requesters derives who asks at an instant, by the version of the policy in force then.
func (d *Desk) Requesters(tree *content.Tree, now time.Time) *Requesters {
	r := &Requesters{people: map[string]*people{}, marks: map[*content.Ticket]Mark{}}
	if v := d.at(now); v != nil && v.Entitlement != nil {
		r.mayAsk = v.Entitlement.RequestersPerOrganisation
	}
	if v := d.at(now); v != nil && v.FairUse != nil {
		r.fairUse = v.FairUse.OpenTickets
	}
	r.entitle(tree, now)
	r.use(d.openTickets(tree, now))
	return r
}

// Of is the mark of a ticket of the tree.
func (r *Requesters) Of(t *content.Ticket) Mark { return r.marks[t] }

// Organisation is how many people ask for one, and how many may; 0: any number.
func (r *Requesters) Organisation(id string) (people, mayAsk int) {
	if p := r.people[id]; p != nil {
		people = p.n
	}
	return people, r.mayAsk
}

// entitle counts each organisation's people: those its file lists, then those who asked for it, first come.
func (r *Requesters) entitle(tree *content.Tree, now time.Time) {
	for _, o := range tree.Organisations {
		for _, who := range o.Value.Requesters {
			r.of(o.Key).add(listed(who))
		}
	}
	type beyond struct {
		ticket *content.Ticket
		people *people
	}
	var all []beyond
	for _, t := range askedFor(tree, now) {
		p := r.of(t.Organisation)
		if place := p.add(t.Requester); r.mayAsk > 0 && place >= r.mayAsk {
			all = append(all, beyond{t, p})
		}
	}
	for _, b := range all {
		r.marks[b.ticket] = Mark{Entitlement: Entitlement{Beyond: true, Limit: r.mayAsk, Others: b.people.n - 1}}
	}
}

func (r *Requesters) of(organisation string) *people {
	p := r.people[organisation]
	if p == nil {
		p = &people{byID: map[string]int{}, byAddress: map[string]int{}}
		r.people[organisation] = p
	}
	return p
}

// askedFor are the tickets by which somebody asked for an organisation, in the order in which they came.
func askedFor(tree *content.Tree, now time.Time) []*content.Ticket {
	var all []arrival
	for i, t := range tree.Tickets {
		if t.Organisation != "" && t.Requester.Key() != "" && hasBegun(t, now) && counts(t, now) {
			all = append(all, arrival{t.Events[0].At.UnixNano(), i})
		}
	}
	slices.SortFunc(all, func(a, b arrival) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.index, b.index)) })
	tickets := make([]*content.Ticket, len(all))
	for i, a := range all {
		tickets[i] = tree.Tickets[a.index]
	}
	return tickets
}

// arrival is when a ticket came, and its place in the tree, which is by number.
type arrival struct {
	at    int64
	index int
}

func hasBegun(t *content.Ticket, now time.Time) bool {
	return len(t.Events) > 0 && !t.Events[0].At.After(now)
}

// counts reports whether a ticket is neither spam nor out of scope.
func counts(t *content.Ticket, now time.Time) bool {
	if !slices.ContainsFunc(t.Events, func(e *content.Event) bool { return e.Kind == content.Spam || e.Kind == content.OutOfScope }) {
		return true
	}
	s := t.At(now)
	return s.State != content.SpamState && s.Resolution != outOfScope
}

// people are those who ask for one organisation, by the place in which they came.
type people struct {
	n               int
	byID, byAddress map[string]int
}

// place is somebody's, from 0; -1 where they are not there.
func (p *people) place(r content.Requester) int {
	if i, known := p.byID[r.ID]; known && r.ID != "" {
		return i
	}
	if i, known := p.byAddress[strings.ToLower(r.Email)]; known && r.Email != "" {
		return i
	}
	return -1
}

// add gives somebody a place, or the one they have. Who is known by one of id and address is from now on known by the other too.
func (p *people) add(r content.Requester) int {
	place := p.place(r)
	if place < 0 {
		place = p.n
		p.n++
	}
	for _, known := range []struct {
		by  map[string]int
		key string
	}{{p.byID, r.ID}, {p.byAddress, strings.ToLower(r.Email)}} {
		if _, taken := known.by[known.key]; !taken && known.key != "" {
			known.by[known.key] = place
		}
	}
	return place
}

// Candidate is a requester with more open tickets than is fair use: staff may put them behind others of their lane.
type Candidate struct {
	Requester content.Requester // as the newest has them
	Open      []*content.Ticket // oldest first
}

// Candidates are those for fair use: who has most open first, of two the one whose oldest is older; and how many are fair.
func (r *Requesters) Candidates() (all []Candidate, fairUse int) { return r.candidates, r.fairUse }

// use finds the candidates among the requesters of open tickets.
func (r *Requesters) use(open map[string][]*content.Ticket) {
	for _, key := range slices.Sorted(maps.Keys(open)) {
		tickets := open[key]
		if r.fairUse == 0 || len(tickets) <= r.fairUse {
			continue
		}
		slices.SortStableFunc(tickets, func(a, b *content.Ticket) int { return a.Events[0].At.Compare(b.Events[0].At) })
		r.candidates = append(r.candidates, Candidate{tickets[len(tickets)-1].Requester, tickets})
		for _, t := range tickets {
			m := r.marks[t]
			m.Open, m.FairUse = len(tickets), r.fairUse
			r.marks[t] = m
		}
	}
	slices.SortFunc(r.candidates, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(len(b.Open), len(a.Open)), a.Open[0].Events[0].At.Compare(b.Open[0].Events[0].At), cmp.Compare(a.Open[0].Number, b.Open[0].Number))
	})
}

// openTickets are those in which somebody owes a move, neither finished nor solved, by their requester's key.
func (d *Desk) openTickets(tree *content.Tree, now time.Time) map[string][]*content.Ticket {
	open := map[string][]*content.Ticket{}
	for _, t := range tree.Tickets {
		if !hasBegun(t, now) {
			continue
		}
		s := d.strandOf(t, tree, now)
		if s.At(now).Owes == content.OwesNobody {
			continue
		}
		if key := t.Requester.Key(); key != "" {
			open[key] = append(open[key], t)
		}
	}
	return open
}
