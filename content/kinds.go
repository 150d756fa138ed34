package content

import "slices"

// Kind is what an event is.
type Kind string

// The kinds of a public case's events.
const (
	Investigating Kind = "investigating"
	Identified    Kind = "identified"
	Monitoring    Kind = "monitoring"
	Resolved      Kind = "resolved"
	Postmortem    Kind = "postmortem"
	Confirmed     Kind = "confirmed" // an incident, or by a requester that a ticket is solved
	Update        Kind = "update"
	Waived        Kind = "waived"
	Reports       Kind = "reports" // how many more have it too
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
	Released     Kind = "released"
	OutOfScope   Kind = "out_of_scope"
	Escalated    Kind = "escalated"
	Call         Kind = "call"
	Bounced      Kind = "bounced"
)

// CaseType is which kind of case an event belongs to.
type CaseType string

// The case types, named after their directories.
const (
	IncidentCase    CaseType = "incidents"
	MaintenanceCase CaseType = "maintenance"
	TicketCase      CaseType = "tickets"
)

// Rule says what an event of a kind is made of and who sees it.
type Rule struct {
	Kind     Kind
	Required []string // keys of its front matter
	Optional []string // besides at and id, which each may have
	Body     bool     // prose is required
	By       writer
	Sees     audience
}

type writer int

const (
	byStaff writer = iota
	ByRequester
)

type audience int

const (
	seenByAll       audience = iota // public, or requester and staff
	seenAsFact                      // the requester sees that it took place, not its text
	seenByStaffOnly                 // nothing of it leaves the staff tree
	seenIfPublic                    // of a link: only one to a public incident
)

// Kinds is the table of every kind of event, in the order in which they are listed to people.
var Kinds = map[CaseType][]Rule{
	IncidentCase: {
		{Kind: Investigating, Optional: incidentUpdateKeys, Body: true},
		{Kind: Confirmed, Optional: incidentUpdateKeys, Body: true},
		{Kind: Identified, Optional: incidentUpdateKeys, Body: true},
		{Kind: Update, Optional: incidentUpdateKeys, Body: true},
		{Kind: Monitoring, Optional: incidentUpdateKeys, Body: true},
		{Kind: Resolved, Body: true},
		{Kind: Postmortem, Required: []string{"cause"}, Optional: []string{"actions"}, Body: true},
		{Kind: Waived, Body: true, Sees: seenByStaffOnly},
		{Kind: Note, Body: true, Sees: seenByStaffOnly},
		{Kind: Reports, Required: []string{"count"}, Sees: seenByStaffOnly},
	},
	MaintenanceCase: {
		{Kind: Scheduled, Optional: updateKeys},
		{Kind: Update, Optional: append([]string{"planned"}, updateKeys...), Body: true},
		{Kind: InProgress, Optional: updateKeys},
		{Kind: Verifying, Optional: updateKeys},
		{Kind: Completed},
		{Kind: Cancelled},
	},
	TicketCase: {
		{Kind: Received, Optional: []string{"attachments"}, By: ByRequester},
		{Kind: Message, Optional: []string{"attachments"}, By: ByRequester},
		{Kind: Confirmed, By: ByRequester},
		{Kind: Rated, Required: []string{"score"}, By: ByRequester},
		{Kind: Acknowledged, Sees: seenByStaffOnly},
		{Kind: Reply, Optional: []string{"partly", "answers", "attachments"}, Body: true},
		{Kind: Note, Optional: []string{"attachments"}, Body: true, Sees: seenByStaffOnly},
		{Kind: Waiting, Optional: []string{"answers", "attachments"}},
		{Kind: Reminder},
		{Kind: Hold, Optional: []string{"answers"}},
		{Kind: Solved, Optional: []string{"resolution", "answers", "attachments"}},
		{Kind: Closed, Optional: []string{"resolution"}},
		{Kind: Reopened},
		{Kind: Assigned, Required: []string{"assignee"}, Sees: seenByStaffOnly},
		{Kind: LaneChange, Required: []string{"lane"}, Optional: []string{"reason"}, Sees: seenByStaffOnly},
		{Kind: Paid, Required: []string{"reference"}, Optional: []string{"amount"}},
		{Kind: Demoted, Required: []string{"until", "reason"}, Sees: seenByStaffOnly},
		{Kind: Linked, Optional: []string{"incident", "ticket", "as"}, Sees: seenIfPublic},
		{Kind: Merged, Required: []string{"into"}},
		{Kind: Split, Required: []string{"into"}},
		{Kind: Spam, Sees: seenByStaffOnly},
		{Kind: Released, Sees: seenByStaffOnly},
		{Kind: OutOfScope, Required: []string{"reason"}, Optional: []string{"answers"}},
		{Kind: Escalated, Required: []string{"to"}, Optional: []string{"reason"}, Sees: seenByStaffOnly},
		{Kind: Call, Optional: []string{"answers"}, Sees: seenAsFact},
		{Kind: Bounced, Required: []string{"address"}, Optional: []string{"reason"}, Sees: seenByStaffOnly},
	},
}

var (
	updateKeys         = []string{"services", "next_update"}
	incidentUpdateKeys = []string{"services", "next_update", "workaround"}
)

// IsStaffOnly reports whether a public case's event of a kind is for staff alone.
func IsStaffOnly(k Kind) bool { return k == Waived || k == Note || k == Reports }

// RuleOf returns the rule of a kind, or nil where the case type has no such kind.
func RuleOf(c CaseType, k Kind) *Rule {
	i := slices.IndexFunc(Kinds[c], func(r Rule) bool { return r.Kind == k })
	if i < 0 {
		return nil
	}
	return &Kinds[c][i]
}

// KindsOf lists the kinds of a case type's events.
func KindsOf(c CaseType) []Kind {
	var list []Kind
	for _, r := range Kinds[c] {
		list = append(list, r.Kind)
	}
	return list
}

// ByRequester reports whether a ticket's events of a kind are the requester's own.
func (k Kind) ByRequester() bool {
	r := RuleOf(TicketCase, k)
	return r != nil && r.By == ByRequester
}

// ByRequester reports whether a ticket's event is the requester's own: by its kind, or the undo of
// their confirmed, which is a reopened that the intake filed and nobody of the staff wrote.
func (e *Event) ByRequester() bool {
	return e.Kind.ByRequester() || e.Kind == Reopened && e.Author == "" && e.Data().ID != ""
}

// RequesterMessage reports whether it is something the requester wrote that wants an answer.
func (e *Event) RequesterMessage() bool { return e.Kind == Received || e.Kind == Message }

// ByPerson reports whether a ticket's event is a public message by a person: a response.
func (e *Event) ByPerson() bool {
	if e.Author == Balie {
		return false
	}
	switch e.Kind {
	case Call:
		return true
	case Reply, Waiting, Hold, Solved, OutOfScope:
		return e.Body != ""
	}
	return false
}

// endsReview reports whether a ticket's event is an act of a person after which the ticket is held
// no longer. What the intake files for a requester or a machine has an id and no author, or is a
// payment and the lane that it opens.
func (e *Event) endsReview() bool {
	switch e.Kind {
	case Note, Spam, Paid, Acknowledged, Bounced:
		return false
	case LaneChange:
		return e.Data().ID == ""
	}
	return e.Author != Balie && (e.Author != "" || !e.Kind.ByRequester() && e.Data().ID == "")
}

// Sees says what the requester sees of an event of their ticket: all of it, only that it took
// place, or nothing. public reports whether the public knows the incident with an id.
func (e *Event) Sees(public func(incident string) bool) (text, fact bool) {
	r := RuleOf(TicketCase, e.Kind)
	if r == nil {
		return false, false
	}
	switch r.Sees {
	case seenByAll:
		return true, true
	case seenAsFact:
		return false, true
	case seenIfPublic:
		return false, e.Data().Incident != "" && public(e.Data().Incident)
	}
	return false, false
}
