package content

import (
	"reflect"
	"slices"
	"sync"
)

// Kind is what an event is.
type Kind string

// The kinds of a public case's events.
const (
	Investigating Kind = "investigating"
	Identified    Kind = "identified"
	Monitoring    Kind = "monitoring"
	Resolved      Kind = "resolved"
	Postmortem    Kind = "postmortem"
	Confirmed     Kind = "confirmed" // of an incident: we confirm; of a ticket: the requester says it is solved
	Update        Kind = "update"
	Waived        Kind = "waived"
	Scheduled     Kind = "scheduled"
	InProgress    Kind = "in_progress"
	Verifying     Kind = "verifying"
	Completed     Kind = "completed"
	Cancelled     Kind = "cancelled"
)

// The kinds of a ticket's events, besides Confirmed.
const (
	Received     Kind = "received"
	Message      Kind = "message"
	Rated        Kind = "rated"
	Acknowledged Kind = "acknowledged"
	Reply        Kind = "reply"
	Note         Kind = "note"
	Waiting      Kind = "waiting"
	Reminder     Kind = "reminder"
	Hold         Kind = "hold"
	Solved       Kind = "solved"
	Closed       Kind = "closed"
	Reopened     Kind = "reopened"
	Assigned     Kind = "assigned"
	LaneChange   Kind = "lane"
	Paid         Kind = "paid"
	Demoted      Kind = "demoted"
	Linked       Kind = "linked"
	Merged       Kind = "merged"
	Split        Kind = "split"
	Spam         Kind = "spam"
	OutOfScope   Kind = "out_of_scope"
	Escalated    Kind = "escalated"
	Call         Kind = "call"
)

// Evidence is what a call counts as by which a ticket entered a lane: no answer. No file says so; package desk knows which call it was, since that is the policy's.
const Evidence Kind = "evidence"

// MergedInVain is what a merging counts as whose survivor could not go on: nothing. No file says so; package desk knows what became of the other ticket.
const MergedInVain Kind = "merged_in_vain"

// CaseType is which kind of case an event belongs to.
type CaseType string

// The case types, named after their directories.
const (
	IncidentCase    CaseType = "incidents"
	MaintenanceCase CaseType = "maintenance"
	TicketCase      CaseType = "tickets"
)

// rule says what an event of a kind is made of and who sees it.
type rule struct {
	kind     Kind
	required []string // keys of its front matter
	optional []string // besides at and id, which each may have
	body     bool     // prose is required
	by       writer
	sees     audience
}

type writer int

const (
	byStaff writer = iota
	byRequester
)

type audience int

const (
	seenByAll       audience = iota // public, or requester and staff
	seenAsFact                      // the requester sees that it took place, not its text
	seenByStaffOnly                 // nothing of it leaves the staff tree
	seenIfPublic                    // of a link: only one to a public incident
)

// kinds is the table of every kind of event, in the order in which they are listed to people.
var kinds = map[CaseType][]rule{
	IncidentCase: {
		{kind: Investigating, optional: updateKeys, body: true},
		{kind: Confirmed, optional: updateKeys, body: true},
		{kind: Identified, optional: updateKeys, body: true},
		{kind: Update, optional: updateKeys, body: true},
		{kind: Monitoring, optional: updateKeys, body: true},
		{kind: Resolved, body: true},
		{kind: Postmortem, required: []string{"cause"}, optional: []string{"actions"}, body: true},
		{kind: Waived, body: true, sees: seenByStaffOnly},
	},
	MaintenanceCase: {
		{kind: Scheduled, optional: updateKeys},
		{kind: Update, optional: append([]string{"planned"}, updateKeys...), body: true},
		{kind: InProgress, optional: updateKeys},
		{kind: Verifying, optional: updateKeys},
		{kind: Completed},
		{kind: Cancelled},
	},
	TicketCase: {
		{kind: Received, optional: []string{"attachments"}, by: byRequester},
		{kind: Message, optional: []string{"attachments"}, by: byRequester},
		{kind: Confirmed, by: byRequester},
		{kind: Rated, required: []string{"score"}, by: byRequester},
		{kind: Acknowledged, sees: seenByStaffOnly},
		{kind: Reply, optional: []string{"partly", "answers", "attachments"}, body: true},
		{kind: Note, optional: []string{"attachments"}, body: true, sees: seenByStaffOnly},
		{kind: Waiting, optional: []string{"answers"}},
		{kind: Reminder},
		{kind: Hold, optional: []string{"answers"}},
		{kind: Solved, optional: []string{"resolution", "answers"}},
		{kind: Closed, optional: []string{"resolution"}},
		{kind: Reopened},
		{kind: Assigned, required: []string{"assignee"}, sees: seenByStaffOnly},
		{kind: LaneChange, required: []string{"lane"}, optional: []string{"reason"}, sees: seenByStaffOnly},
		{kind: Paid, required: []string{"reference"}, optional: []string{"amount"}},
		{kind: Demoted, required: []string{"until", "reason"}, sees: seenByStaffOnly},
		{kind: Linked, optional: []string{"incident", "ticket", "as"}, sees: seenIfPublic},
		{kind: Merged, required: []string{"into"}},
		{kind: Split, required: []string{"into"}},
		{kind: Spam, sees: seenByStaffOnly},
		{kind: OutOfScope, required: []string{"reason"}, optional: []string{"answers"}},
		{kind: Escalated, required: []string{"to"}, optional: []string{"reason"}, sees: seenByStaffOnly},
		{kind: Call, optional: []string{"answers"}, sees: seenAsFact},
	},
}

var updateKeys = []string{"services", "next_update"}

var frontTables sync.Map // *rule → []field

// table is what the kind lets its front matter have, in the order of Front's keys.
func (r *rule) table() []field {
	if table, ok := frontTables.Load(r); ok {
		return table.([]field)
	}
	var table []field
	for _, f := range fieldsOf(reflect.TypeFor[Front]()) {
		f.required = slices.Contains(r.required, f.key)
		if f.required || f.key == "at" || f.key == "id" || slices.Contains(r.optional, f.key) {
			table = append(table, f)
		}
	}
	frontTables.Store(r, table)
	return table
}

// ruleOf returns the rule of a kind, or nil where the case type has no such kind.
func ruleOf(c CaseType, k Kind) *rule {
	i := slices.IndexFunc(kinds[c], func(r rule) bool { return r.kind == k })
	if i < 0 {
		return nil
	}
	return &kinds[c][i]
}

// KindsOf lists the kinds of a case type's events.
func KindsOf(c CaseType) []Kind {
	var list []Kind
	for _, r := range kinds[c] {
		list = append(list, r.kind)
	}
	return list
}

// ByRequester reports whether a ticket's event is the requester's own.
func (k Kind) ByRequester() bool {
	r := ruleOf(TicketCase, k)
	return r != nil && r.by == byRequester
}

// RequesterMessage reports whether it is something the requester wrote that wants an answer.
func (e *Event) RequesterMessage() bool { return e.Kind == Received || e.Kind == Message }

// ByPerson reports whether a ticket's event is a public message by a person: a response.
func (e *Event) ByPerson() bool {
	if e.Author == Balie {
		return false
	}
	switch e.Kind {
	case Reply, Call:
		return true
	case Waiting, Hold, Solved, OutOfScope:
		return e.Body != ""
	}
	return false
}

// Sees says what the requester sees of an event of their ticket: all of it, only that it took place, or nothing.
// public tells whether the public knows the incident with that id.
func (e *Event) Sees(public func(incident string) bool) (text, fact bool) {
	r := ruleOf(TicketCase, e.Kind)
	if r == nil {
		return false, false
	}
	switch r.sees {
	case seenByAll:
		return true, true
	case seenAsFact:
		return false, true
	case seenIfPublic:
		return false, e.Data().Incident != "" && public(e.Data().Incident)
	}
	return false, false
}
