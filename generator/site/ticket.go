package site

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"balie/content"
	"balie/content/form"
	"balie/generator/markdown"
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
	p.serial++
	f := &ticket{Ticket: record, Standing: record.At(m.Now), others: with, named: incidentsOf(record), serial: p.serial, from: m.Now}
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
		if shown := form.WithoutSpam(record); shown != record { // what its requester is told of
			stands = m.Stands(shown)
		}
		for _, one := range stands.Promised {
			ahead = append(ahead, one.Breaks, after(one.Due), after(one.Goal))
		}
	}
	if m.Clocks != nil {
		f.clocks = m.Clocks(record)
		for _, c := range f.clocks {
			ahead = append(ahead, after(c.Due), after(c.Goal), c.Counts)
		}
	}
	f.until = next(m.Now, ahead...)
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

// followKey is what a requester's page depends on: their ticket, those it was merged into, and the incident it belongs to.
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

func (m *plan) followView(f *ticket, lang string) form.FollowView {
	v := form.Follow(f.Ticket, m.setting(lang))
	for i := range v.Timeline {
		v.Timeline[i].At = m.zoned(v.Timeline[i].At)
	}
	return v
}

// StaffQueue is the queue as staff see it.
type StaffQueue struct {
	Now       time.Time
	Rows      []QueueRow // all that are not finished, in the order in which to work
	Waiting   int        // how many of them wait for the desk; counted here
	Late      int
	Finished  int
	Incidents []DueIncident
	CSV, JSON string // where the same is for programs, or ""
}

// QueueRow is one ticket in the queue.
type QueueRow struct {
	Position  int
	Number    string // in groups
	URL       string
	Subject   string
	Lane      string
	State     content.TicketState
	Owes      content.Owes
	Waiting   time.Time // since when; zero: nobody waits for us
	Assignee  string
	Demoted   bool
	Review    bool
	Incident  string
	Clock     *Clock // the one that is due first
	Requester string
	Mark      Mark // set here
}

// DueIncident is an incident that owes the public something.
type DueIncident struct {
	Title string
	Dir   string
	What  string // update or postmortem
	Due   Deadline
	Staff bool // only staff know of it
}

// Clock is one clock of a ticket, explained.
type Clock struct {
	Clock    content.ClockName
	Promise  string
	Strength content.Strength
	Version  string // the policy's date
	Started  time.Time
	Due      time.Time // the limit, where there is a goal too
	Goal     time.Time
	Ended    time.Time
	Elapsed  time.Duration // in whole minutes
	Counts   time.Time     // when it will be another; zero: as things are, never
	State    string        // running, paused, late, overdue, met, missed, cancelled
	Pauses   []Pause
}

// Pause is a time that did not count, and who owed the answer. To is zero while it goes on.
type Pause struct {
	From, To time.Time
	Owes     content.Owes
}

// StaffTicket is one ticket with all that is known of it.
type StaffTicket struct {
	Number, Subject, Path               string
	Said                                string // the number in groups
	State                               content.TicketState
	Owes                                content.Owes
	Resolution                          content.ResolvedAs
	Lane, Form, Channel, Lang, Assignee string
	Organisation                        string
	Requester                           content.Requester
	Fields                              []Field
	Clocks                              []Clock
	Events                              []StaffEvent
	Follow                              string
	Incident                            string
	Review                              bool
	Queue                               string
	Received                            time.Time
	Given                               string
	Mark                                Mark
}

// Field is an answer of the form.
type Field struct{ Label, Value string }

// StaffEvent is one event, with whom it is for.
type StaffEvent struct {
	Name   string
	Path   string
	At     time.Time
	Kind   content.Kind
	Author string
	Body   string
	HTML   template.HTML // of a body that is not plain, its links leading to the public site
	Plain  bool          // a requester's own words
	Public bool
	NoOp   bool // it changed nothing where its kind usually does
	Data   []Field
	Files  []form.FollowFile
}

// staffKey is what a ticket's page for staff depends on.
type staffKey struct {
	common uint64
	serial uint64
	public string
	mark   Mark
}

// Staff lists the pages of the staff tree, in the source language: the queue and each ticket.
func (p *Planner) Staff(in Input) []Page {
	m := p.begin(in)
	tickets := p.deriveTickets(m)
	lang := m.paths.Source
	if m.Desk != nil {
		m.pages = append(m.pages, Page{File: "index.html", Path: "/", Lang: lang, Layout: "staffqueue", Tree: StaffTree, Hidden: true, View: func() any { return m.staffQueue() }})
	}
	m.reports(lang)
	for _, f := range tickets {
		mark := m.mark(f.Ticket)
		m.pages = append(m.pages, Page{
			File: "tickets/" + f.Number + "/index.html", Path: "/tickets/" + f.Number + "/", Lang: lang, Layout: "staffticket", Tree: StaffTree, Hidden: true,
			Key: staffKey{m.common.serial, f.serial, string(m.public(f)), mark}, View: func() any { return m.staffTicket(f, mark) },
		})
	}
	return m.pages
}

func (m *plan) staffQueue() StaffQueue {
	v := m.Desk(m.Now)
	v.Now, v.Waiting = m.zoned(v.Now), 0
	for i := range v.Rows {
		row := &v.Rows[i]
		if row.Owes == content.OwesDesk {
			v.Waiting++
		}
		row.Mark = m.mark(m.Tree.Ticket(row.Number))
	}
	return v
}

func (m *plan) staffTicket(f *ticket, mark Mark) StaffTicket {
	v := StaffTicket{
		Number: f.Number, Said: content.SayNumber(f.Number), Subject: f.Subject, Path: f.Dir, State: f.State, Owes: f.Owes, Resolution: f.Resolution,
		Lane: f.laneName(m), Form: f.Form, Channel: f.Channel, Lang: f.Language, Assignee: f.Assignee, Organisation: f.Organisation, Requester: f.Requester,
		Clocks: f.clocks, Incident: f.Incident, Review: f.Review, Queue: "/", Received: m.zoned(f.Received), Given: f.Given, Mark: mark,
	}
	for _, one := range f.Fields {
		v.Fields = append(v.Fields, m.said(f.Form, one))
	}
	if f.Follow != "" {
		v.Follow = cmp.Or(strings.TrimSuffix(m.Tree.Site.IntakeURL, "/"), m.base) + "/t/" + f.Follow + "/" // staff read on another host
	}
	for _, e := range f.Ticket.Events[:f.Standing.Events] {
		v.Events = append(v.Events, m.staffEvent(f, e))
	}
	return v
}

func (f *ticket) laneName(m *plan) string {
	if policy := m.Tree.PolicyAt(m.Now); policy != nil {
		for _, l := range policy.Lanes {
			if l.ID == f.Standing.Lane {
				return m.words(l.Name, m.paths.Source).Text
			}
		}
	}
	return f.Standing.Lane
}

// said is what a field asked and what was answered, in words where they were chosen.
func (m *plan) said(formID string, one content.Entry[string]) Field {
	said := Field{one.Key, one.Value}
	i := slices.IndexFunc(m.Tree.Forms, func(f *content.Form) bool { return f.ID == formID })
	if i < 0 {
		return said
	}
	f := m.Tree.Forms[i].Field(one.Key)
	if f == nil {
		return said
	}
	if len(f.Label) > 0 {
		said.Label = m.words(f.Label, m.paths.Source).Text
	}
	if s := m.Tree.Service(one.Value); s != nil && f.Type == "service" {
		said.Value = m.words(s.Name, m.paths.Source).Text
	}
	for _, c := range f.Choices {
		if c.ID == one.Value {
			said.Value = m.words(c.Label, m.paths.Source).Text
		}
	}
	return said
}

func (m *plan) staffEvent(f *ticket, e *content.Event) StaffEvent {
	text, fact := e.Sees(m.isPublic)
	v := StaffEvent{
		Name: e.Name, Path: e.Path, At: m.zoned(e.At), Kind: e.Kind, Author: e.Author, Body: e.Body, Plain: e.Kind.ByRequester(), Public: text || fact,
		NoOp: slices.Contains(f.NoEffect, e), Data: m.data(e.Data()),
	}
	if !v.Plain {
		v.HTML = m.Input.Prose.HTML(e.Body, markdown.Options{Top: 4, Link: m.publicLink(f.Language)})
	}
	for _, a := range e.Data().Attachments {
		v.Files = append(v.Files, form.FollowFile{Label: a.Label, URL: "/tickets/" + f.Number + "/attachments/" + a.File, Size: m.size(f.Dir + "/attachments/" + a.File)})
	}
	return v
}

func (m *plan) size(path string) int64 {
	if m.Size == nil {
		return 0
	}
	return m.Size(path)
}

// data is the front matter of a ticket's event, as it is written.
func (m *plan) data(d *content.Front) []Field {
	var list []Field
	add := func(name, value string) {
		if value != "" {
			list = append(list, Field{name, value})
		}
	}
	add("assignee", d.Assignee)
	add("lane", d.Lane)
	add("to", d.To)
	add("reason", d.Reason)
	add("reference", d.Reference)
	add("amount", d.Amount.String())
	add("incident", d.Incident)
	add("ticket", d.Ticket)
	add("as", string(d.As))
	add("into", strings.Join(d.Into, ", "))
	add("resolution", string(d.Resolution))
	if !d.Until.IsZero() {
		add("until", m.zoned(d.Until).Format("2006-01-02 15:04"))
	}
	if d.Score > 0 {
		add("score", fmt.Sprint(d.Score))
	}
	if d.Partly {
		add("partly", "true")
	}
	return list
}
