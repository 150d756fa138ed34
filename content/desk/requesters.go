package desk

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"balie/content"
)

// Requesters is who asks at an instant: which people for each organisation, and who has more
// tickets open than is fair use. It is derived once for all tickets of a tree.
//
// Who leaves neither an address nor an id is not counted. Spam counts for nobody, nor does what was
// found out of scope: anybody may type an organisation.
type Requesters struct {
	mayAsk     int // people an organisation may have; 0: any number
	fairUse    int // open tickets a requester may have; 0: any number
	people     map[string]people
	candidates []Candidate
	marks      map[*content.Ticket]Mark
}

// Mark is what staff should know of a ticket's requester; the zero Mark is nothing.
type Mark struct {
	Beyond  bool // their organisation had all its requesters before this one
	Limit   int  // how many the policy lets it have
	Others  int  // how many it has besides this one
	Open    int  // tickets they have open, where that is more than is fair use; else 0
	FairUse int  // how many open tickets are fair use
}

// Requesters derives who asks at an instant, by the version of the policy in force then. open are
// the tickets of [Desk.Open].
func (d *Desk) Requesters(tree *content.Tree, open []*content.Ticket, now time.Time) *Requesters {
	r := &Requesters{people: map[string]people{}, marks: map[*content.Ticket]Mark{}}
	if v := d.at(now); v != nil && v.Entitlement != nil {
		r.mayAsk = v.Entitlement.RequestersPerOrganisation
	}
	if v := d.at(now); v != nil && v.FairUse != nil {
		r.fairUse = v.FairUse.OpenTickets
	}
	r.entitle(tree, now)
	r.use(open)
	return r
}

// Open lists the tickets in which somebody owes a move at an instant: neither finished nor solved.
func (d *Desk) Open(tree *content.Tree, now time.Time) []*content.Ticket {
	var open []*content.Ticket
	for _, t := range tree.Tickets {
		if !hasBegun(t, now) {
			continue
		}
		if l := d.timelineOf(t, tree, now); l.at(now).Owes != content.OwesNobody {
			open = append(open, t)
		}
	}
	return open
}

// Of is the mark of a ticket of the tree.
func (r *Requesters) Of(t *content.Ticket) Mark { return r.marks[t] }

// Organisation is how many people ask for one, and how many may; 0: any number.
func (r *Requesters) Organisation(id string) (people, mayAsk int) {
	return len(r.people[id]), r.mayAsk
}

// entitle counts each organisation's people: those its file lists, then those who asked for it.
func (r *Requesters) entitle(tree *content.Tree, now time.Time) {
	for _, o := range tree.Organisations {
		for _, who := range o.Value.Requesters {
			r.of(o.Key).add(listed(who))
		}
	}
	type beyond struct {
		ticket *content.Ticket
		people people
	}
	var all []beyond
	for _, t := range askedFor(tree, now) {
		p := r.of(t.Organisation)
		if before := p.add(t.Requester); r.mayAsk > 0 && before >= r.mayAsk {
			all = append(all, beyond{t, p})
		}
	}
	for _, b := range all {
		r.marks[b.ticket] = Mark{Beyond: true, Limit: r.mayAsk, Others: len(b.people) - 1}
	}
}

// listed reads an entry of an organisation's list: an address, or the platform's id.
func listed(who string) content.Requester {
	if strings.Contains(who, "@") {
		return content.Requester{Email: who}
	}
	return content.Requester{ID: who}
}

func (r *Requesters) of(organisation string) people {
	p := r.people[organisation]
	if p == nil {
		p = people{}
		r.people[organisation] = p
	}
	return p
}

// askedFor are the tickets by which somebody asked for an organisation, first come.
func askedFor(tree *content.Tree, now time.Time) []*content.Ticket {
	var tickets []*content.Ticket
	for _, t := range tree.Tickets {
		if t.Organisation != "" && isKnown(t.Requester) && hasBegun(t, now) && counts(t, now) {
			tickets = append(tickets, t)
		}
	}
	slices.SortStableFunc(tickets, func(a, b *content.Ticket) int { return a.Events[0].At.Compare(b.Events[0].At) })
	return tickets
}

// isKnown reports whether somebody can be told from others.
func isKnown(r content.Requester) bool { return r.ID != "" || r.Email != "" }

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

// people are those who ask for one organisation: how many came before each, by address or, where
// they left none, by id. Who first leaves an address and later an id alone is counted twice.
type people map[string]int

// add counts somebody, and returns how many came before them.
func (p people) add(r content.Requester) int {
	address := strings.ToLower(r.Email)
	for _, key := range []string{r.ID, address} {
		if before, known := p[key]; known {
			return before
		}
	}
	before := len(p)
	p[cmp.Or(address, r.ID)] = before
	return before
}

// Candidate is a requester with more open tickets than is fair use. Staff may put them behind the
// others of their lane.
type Candidate struct {
	Requester content.Requester // as the newest has them
	Open      []*content.Ticket // oldest first
}

// Candidates are the requesters with more open tickets than is fair use, and how many are fair. Who
// has most open comes first, of two the one whose oldest ticket is older.
func (r *Requesters) Candidates() (all []Candidate, fairUse int) { return r.candidates, r.fairUse }

// use finds the candidates among the requesters of open tickets.
func (r *Requesters) use(open []*content.Ticket) {
	if r.fairUse == 0 {
		return
	}
	byKey := map[string][]*content.Ticket{}
	for _, t := range open {
		if key := t.Requester.Key(); key != "" {
			byKey[key] = append(byKey[key], t)
		}
	}
	for _, tickets := range byKey {
		if len(tickets) <= r.fairUse {
			continue
		}
		slices.SortFunc(tickets, firstCome)
		r.candidates = append(r.candidates, Candidate{tickets[len(tickets)-1].Requester, tickets})
		for _, t := range tickets {
			m := r.marks[t]
			m.Open, m.FairUse = len(tickets), r.fairUse
			r.marks[t] = m
		}
	}
	slices.SortFunc(r.candidates, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(len(b.Open), len(a.Open)), firstCome(a.Open[0], b.Open[0]))
	})
}

func firstCome(a, b *content.Ticket) int {
	return cmp.Or(a.Events[0].At.Compare(b.Events[0].At), cmp.Compare(a.Number, b.Number))
}
