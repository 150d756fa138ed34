package content

import (
	"cmp"
	"fmt"
	"path"
	"runtime"
	"slices"
	"sync"
	"time"
)

// index finds cases by what names them, and by what other cases say of them.
type index struct {
	byNumber map[string]*Ticket
	byFollow map[string]*Ticket
	byID     map[string]*Incident
	merging  []*Ticket              // that have a merge
	merges   map[string]MergeEffect // by the event's path
	merged   map[string][]*Ticket   // by the survivor's number: those whose merge takes effect
	followUp map[string][]*Event    // by the number of a ticket: the links of those that follow it
	split    map[string]*Ticket     // by the child's number: the ticket it was split from
	demoted  map[string][]*Event    // by the requester's key
	linked   map[string][]*Ticket   // by the incident's id
}

// NewTree puts records in order, and an index over them. The records are shared, never changed.
func NewTree(setup *Setup, incidents []*Incident, maintenance []*Maintenance, tickets []*Ticket) *Tree {
	t := &Tree{Setup: setup, Incidents: incidents, Maintenance: maintenance, Tickets: tickets}
	slices.SortFunc(t.Incidents, func(a, b *Incident) int { return cmp.Compare(a.Dir, b.Dir) })
	slices.SortFunc(t.Maintenance, func(a, b *Maintenance) int { return cmp.Compare(a.Dir, b.Dir) })
	slices.SortFunc(t.Tickets, func(a, b *Ticket) int { return cmp.Or(cmp.Compare(a.Number, b.Number), cmp.Compare(a.Dir, b.Dir)) })

	t.index = index{
		byNumber: make(map[string]*Ticket, len(t.Tickets)), byFollow: make(map[string]*Ticket, len(t.Tickets)), byID: make(map[string]*Incident, len(t.Incidents)),
		merges: map[string]MergeEffect{}, merged: map[string][]*Ticket{}, followUp: map[string][]*Event{}, split: map[string]*Ticket{}, demoted: map[string][]*Event{}, linked: map[string][]*Ticket{},
	}
	for _, i := range t.Incidents {
		t.byID[i.ID] = i
	}
	for _, ticket := range t.Tickets {
		t.index.add(ticket)
	}
	t.index.addMerges()
	return t
}

// add indexes a ticket. Of two with one number, which is an error, the first one is found. A token
// that two have opens neither: who has it may be the requester of the other.
func (x *index) add(ticket *Ticket) {
	if x.byNumber[ticket.Number] == nil {
		x.byNumber[ticket.Number] = ticket
	}
	if _, isTaken := x.byFollow[ticket.Follow]; isTaken {
		x.byFollow[ticket.Follow] = nil
	} else if ticket.Follow != "" {
		x.byFollow[ticket.Follow] = ticket
	}
	requester := ticket.Requester.Key()
	for _, e := range ticket.Events {
		if e.Kind == Demoted && requester != "" {
			x.demoted[requester] = append(x.demoted[requester], e)
		}
		for _, r := range e.References() {
			switch {
			case r.Incident != "":
				addOnce(x.linked, r.Incident, ticket)
			case e.Kind == Merged:
				if n := len(x.merging); n == 0 || x.merging[n-1] != ticket {
					x.merging = append(x.merging, ticket)
				}
			case e.Kind == Linked && e.Front.As == FollowUp:
				x.followUp[r.Ticket] = append(x.followUp[r.Ticket], e)
			case e.Kind == Split && x.split[r.Ticket] == nil:
				x.split[r.Ticket] = ticket
			}
		}
	}
}

// Reference is a case that an event names: an incident by its id, or a ticket by its number.
type Reference struct {
	Key      string // of the front matter: incident, ticket, into, into[1]
	Incident string
	Ticket   string
}

// References lists the cases that an event of a ticket names.
func (e *Event) References() []Reference {
	if e.Front == nil || e.Front.Incident == "" && e.Front.Ticket == "" && len(e.Front.Into) == 0 {
		return nil
	}
	var list []Reference
	if e.Front.Incident != "" {
		list = append(list, Reference{Key: "incident", Incident: e.Front.Incident})
	}
	if e.Front.Ticket != "" {
		list = append(list, Reference{Key: "ticket", Ticket: e.Front.Ticket})
	}
	for i, n := range e.Front.Into {
		key := "into"
		if len(e.Front.Into) > 1 {
			key = fmt.Sprintf("into[%d]", i)
		}
		list = append(list, Reference{Key: key, Ticket: n})
	}
	return list
}

// addMerges finds which merges take effect.
func (x *index) addMerges() {
	effects := Merges(x.merging, func(number string) *Ticket { return x.byNumber[number] })
	for _, ticket := range x.merging {
		for _, e := range ticket.Events {
			if e.Kind != Merged {
				continue
			}
			x.merges[e.Path] = effects[e]
			if effects[e] == MergeCounts {
				addOnce(x.merged, e.Data().Into[0], ticket)
			}
		}
	}
}

// addOnce adds a ticket to a list; tickets come one after the other.
func addOnce(m map[string][]*Ticket, key string, ticket *Ticket) {
	if list := m[key]; len(list) == 0 || list[len(list)-1] != ticket {
		m[key] = append(list, ticket)
	}
}

// Ticket returns the ticket with a number, written with spaces and dashes or without, or nil.
func (t *Tree) Ticket(number string) *Ticket {
	n, _ := ParseNumber(number)
	return t.byNumber[n]
}

// Numbered returns the tickets with a number, written as for Ticket. It is given twice by mistake
// only.
func (t *Tree) Numbered(number string) []*Ticket {
	n, _ := ParseNumber(number)
	byNumber := func(ticket *Ticket, n string) int { return cmp.Compare(ticket.Number, n) }
	first, _ := slices.BinarySearchFunc(t.Tickets, n, byNumber)
	last := first
	for last < len(t.Tickets) && t.Tickets[last].Number == n {
		last++
	}
	return t.Tickets[first:last]
}

// Follow returns the only ticket with a follow token, or nil.
func (t *Tree) Follow(token string) *Ticket { return t.byFollow[token] }

// Incident returns the incident with an id (2026/1120-payments), or nil.
func (t *Tree) Incident(id string) *Incident { return t.byID[id] }

// Linked returns the tickets that were ever linked to an incident, by number.
func (t *Tree) Linked(incident string) []*Ticket { return t.linked[incident] }

// MergeEffect says what effect a ticket's merged event has.
func (t *Tree) MergeEffect(merged *Event) MergeEffect { return t.merges[merged.Path] }

// MergedInto returns the tickets whose merge into one takes effect, by number.
func (t *Tree) MergedInto(number string) []*Ticket { return t.merged[number] }

// FollowUps returns the links of tickets that follow one.
func (t *Tree) FollowUps(number string) []*Event { return t.followUp[number] }

// FollowUpNumbers returns the numbers of the tickets that follow one at an instant.
func (t *Tree) FollowUpNumbers(number string, now time.Time) []string {
	var numbers []string
	for _, link := range t.followUp[number] {
		if by := path.Base(path.Dir(link.Path)); !link.At.After(now) && !slices.Contains(numbers, by) {
			numbers = append(numbers, by)
		}
	}
	return numbers
}

// SplitFrom returns the ticket that an event says one was split from, or nil.
func (t *Tree) SplitFrom(number string) *Ticket { return t.split[number] }

// LastAccepted returns the time of the last event that an intake accepted, up to a day after now;
// zero where there is none. An intake dates an event after the case's last one, so that one may be
// ahead of its clock.
func (t *Tree) LastAccepted(now time.Time) (last time.Time) {
	later := func(events []*Event) {
		for _, e := range slices.Backward(events) {
			if e.At.Before(last) {
				break
			}
			if e.Data().ID != "" && !e.At.After(now.AddDate(0, 0, 1)) {
				last = e.At
			}
		}
	}
	for _, ticket := range t.Tickets {
		later(ticket.Events)
	}
	for _, i := range t.Incidents {
		later(i.Events)
	}
	return last
}

// Demotions returns the demotions of a requester, on whichever of their tickets they were made;
// none of somebody without id or address.
func (t *Tree) Demotions(r Requester) []*Event {
	if len(t.demoted) == 0 {
		return nil
	}
	return t.demoted[r.Key()]
}

// OnAllCores calls do for each number below n: a case costs little, and a desk of many years has
// very many.
func OnAllCores(n int, do func(i int)) {
	var wait sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), n)
	for w := range workers {
		wait.Go(func() {
			for i := w; i < n; i += workers {
				do(i)
			}
		})
	}
	wait.Wait()
}
