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
	limits     map[*content.Ticket]RequesterLimits
}

// RequesterLimits says which limits a ticket's requester exceeds. The zero value: none.
type RequesterLimits struct {
	BeyondLimit bool // their organisation had reached its limit before them
	Limit       int  // how many the policy lets it have
	Others      int  // how many it has besides this one
	Open        int  // tickets they have open, where that is more than is fair use; else 0
	FairUse     int  // how many open tickets are fair use
}

// Requesters derives who asks at an instant, by the version of the policy in force then. open are
// the tickets of [Desk.Open].
func (d *Desk) Requesters(tree *content.Tree, open []*content.Ticket, now time.Time) *Requesters {
	r := &Requesters{people: map[string]people{}, limits: map[*content.Ticket]RequesterLimits{}}
	if v := d.versionAt(now); v != nil && v.Entitlement != nil {
		r.mayAsk = v.Entitlement.RequestersPerOrganisation
	}
	if v := d.versionAt(now); v != nil && v.FairUse != nil {
		r.fairUse = v.FairUse.OpenTickets
	}
	r.countPeople(tree, now)
	r.findCandidates(open)
	return r
}

// Open lists the tickets in which somebody owes a move at an instant: neither finished nor solved.
func (d *Desk) Open(tree *content.Tree, now time.Time) []*content.Ticket {
	var open []*content.Ticket
	for _, t := range tree.Tickets {
		if !hasBegun(t, now) {
			continue
		}
		if l := d.timelineOf(t, tree, now); l.snapshotAt(now).Owes != content.OwesNobody {
			open = append(open, t)
		}
	}
	return open
}

// Limits returns the limits that the requester of a ticket of the tree exceeds.
func (r *Requesters) Limits(t *content.Ticket) RequesterLimits { return r.limits[t] }

// Organisation is how many people ask for one, and how many may; 0: any number.
func (r *Requesters) Organisation(id string) (people, mayAsk int) {
	return len(r.people[id]), r.mayAsk
}

// countPeople counts each organisation's people: those its file lists, then those who asked for it.
func (r *Requesters) countPeople(tree *content.Tree, now time.Time) {
	for _, o := range tree.Organisations {
		for _, who := range o.Value.Requesters {
			r.peopleOf(o.Key).add(parseRequester(who))
		}
	}
	type beyond struct {
		ticket *content.Ticket
		people people
	}
	var all []beyond
	for _, t := range ticketsByArrival(tree, now) {
		p := r.peopleOf(t.Organisation)
		if before := p.add(t.Requester); r.mayAsk > 0 && before >= r.mayAsk {
			all = append(all, beyond{t, p})
		}
	}
	for _, b := range all {
		r.limits[b.ticket] = RequesterLimits{BeyondLimit: true, Limit: r.mayAsk, Others: len(b.people) - 1}
	}
}

// parseRequester reads an entry of an organisation's list: an address, or the platform's id.
func parseRequester(who string) content.Requester {
	if strings.Contains(who, "@") {
		return content.Requester{Email: who}
	}
	return content.Requester{ID: who}
}

func (r *Requesters) peopleOf(organisation string) people {
	p := r.people[organisation]
	if p == nil {
		p = people{}
		r.people[organisation] = p
	}
	return p
}

// ticketsByArrival returns the tickets of organisations whose requester is identified, first come
// first. Spam and what was out of scope are left out.
func ticketsByArrival(tree *content.Tree, now time.Time) []*content.Ticket {
	var tickets []*content.Ticket
	for _, t := range tree.Tickets {
		if t.Organisation != "" && isIdentified(t.Requester) && hasBegun(t, now) && isCounted(t, now) {
			tickets = append(tickets, t)
		}
	}
	slices.SortStableFunc(tickets, func(a, b *content.Ticket) int { return a.Events[0].At.Compare(b.Events[0].At) })
	return tickets
}

// isIdentified reports whether a requester left an id or an address.
func isIdentified(r content.Requester) bool { return r.ID != "" || r.Email != "" }

func hasBegun(t *content.Ticket, now time.Time) bool {
	return len(t.Events) > 0 && !t.Events[0].At.After(now)
}

// isCounted reports whether a ticket is neither spam nor out of scope.
func isCounted(t *content.Ticket, now time.Time) bool {
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

// findCandidates finds the candidates among the requesters of open tickets.
func (r *Requesters) findCandidates(open []*content.Ticket) {
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
		slices.SortFunc(tickets, compareArrival)
		r.candidates = append(r.candidates, Candidate{tickets[len(tickets)-1].Requester, tickets})
		for _, t := range tickets {
			m := r.limits[t]
			m.Open, m.FairUse = len(tickets), r.fairUse
			r.limits[t] = m
		}
	}
	slices.SortFunc(r.candidates, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(len(b.Open), len(a.Open)), compareArrival(a.Open[0], b.Open[0]))
	})
}

func compareArrival(a, b *content.Ticket) int {
	return cmp.Or(a.Events[0].At.Compare(b.Events[0].At), cmp.Compare(a.Number, b.Number))
}

// MayAsk reports whether somebody for whom the platform vouches may ask for an organisation at an
// instant: they are one of its people, or it has fewer than limit. Here its people are those that
// its file lists and those for whom the platform vouched: who merely typed the organisation takes
// nobody's place. waiting lists tickets that the tree lacks; it is asked only where these matter.
func (d *Desk) MayAsk(tree *content.Tree, who content.Requester, organisation string, now time.Time, waiting func() ([]*content.Ticket, error)) (limit int, ok bool, err error) {
	v := d.versionAt(now)
	if v == nil || v.Entitlement == nil || v.Entitlement.RequestersPerOrganisation == 0 {
		return 0, true, nil
	}
	limit = v.Entitlement.RequestersPerOrganisation
	m := membersOf(tree, organisation)
	m.addVouched(tree.Tickets, organisation, now)
	if m.people[m.key(who)] || len(m.people) >= limit {
		return limit, m.people[m.key(who)], nil
	}
	more, err := waiting()
	m.addVouched(more, organisation, now)
	return limit, m.people[m.key(who)] || len(m.people) < limit, err
}

// members are the people of an organisation: each by the entry that its file lists or, where it
// lists none, by the platform's id.
type members struct{ listed, people map[string]bool }

func membersOf(tree *content.Tree, organisation string) members {
	m := members{map[string]bool{}, map[string]bool{}}
	if o, found := tree.Organisations.Get(organisation); found {
		for _, entry := range o.Requesters {
			who := parseRequester(entry)
			key := cmp.Or(who.ID, strings.ToLower(who.Email))
			m.listed[key], m.people[key] = true, true
		}
	}
	return m
}

func (m members) key(r content.Requester) string {
	if address := strings.ToLower(r.Email); m.listed[address] {
		return address
	}
	return r.ID
}

func (m members) addVouched(tickets []*content.Ticket, organisation string, now time.Time) {
	for _, t := range tickets {
		if t.Organisation == organisation && t.Requester.ID != "" && isCounted(t, now) {
			m.people[m.key(t.Requester)] = true
		}
	}
}
