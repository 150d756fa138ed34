package site

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"balie/content"
	"balie/generator/headers"
	"balie/generator/markdown"
	"balie/themes/view"
)

// StaffQueue is the queue as staff see it.
type StaffQueue struct {
	Now          time.Time
	Rows         []QueueRow // all that are not finished, in the order in which to work
	Waiting      int        // how many of them wait for the desk; counted here
	Late         int
	Incidents    []DueIncident
	CSV, JSON    string // where the same is for programs, or ""
	Mistakes     Mistakes
	Backlog      *Backlog // set here; nil: git has what was handed in
	Mails        *Mails   // set here; nil: there is no page of them
	Hooks        *Hooks   // likewise
	Aside        []Aside  // set here: what was accepted and can't be used
	Lost         []string // set here: refs that keep what a rewritten history lost
	Untranslated int      // how many texts are behind in a language; set here
	NoMail       bool     // nothing is closed by itself, since the desk sends no mail
}

// Aside is what was accepted and can't be used. All of it is text that others sent.
type Aside struct {
	ID, From, Reason string
	At               time.Time
	Body             string // its beginning
}

// Mails counts the mails that wait, and those that did not arrive.
type Mails struct{ Waiting, Failed int }

// Hooks counts the calls to programs that follow which wait, and the programs that took none for
// days.
type Hooks struct{ Waiting, GivenUp int }

// Backlog is what was handed in and waits for git, which staff should look at.
type Backlog struct {
	Rows  int
	Since time.Time
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
	Held      string // where it is held for a look: the number as `balie new release` takes it
	Incident  string
	Clock     *Clock // the one that is due first
	Requester string
	Limits    RequesterLimits // set here
	Unreached bool            // no mail reaches the requester, though the desk sends mail
}

// Unreached says that no mail reaches a ticket's requester. The zero value: it does, or nothing
// depends on that.
type Unreached struct {
	Why       string    // a key beneath staff.unreached in the locales
	At        time.Time // when a mail came back, where that is why
	StaysOpen bool      // nothing is closed by itself because of it
}

// DueIncident is an incident that owes the public something.
type DueIncident struct {
	Title string
	Dir   string
	What  string // update or postmortem
	Due   view.Deadline
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
	Counts   time.Time     // when that will be another; zero: as things are, never
	Breaks   time.Time     // when it will be overdue if nothing happens; zero: as things are, never
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
	Several                             bool // its text asks several questions
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
	Incident, IncidentURL               string   // its id, and its page or ""
	FollowUps                           []string // the numbers of the tickets that follow it
	Held                                bool     // for a look
	Queue                               string
	Given                               string
	Searched                            *StaffSearched // nil: nothing
	Article                             *Link          // that did not help; nil: none is named
	Limits                              RequesterLimits
	Unreached                           Unreached
	Mistakes                            Mistakes // of its own files
	OfRequester, OfOrganisation         Others
	Canned                              []Canned // while it goes on
}

// StaffSearched is what a requester searched for, and what they were shown.
type StaffSearched struct {
	Query   string
	Offered []Link // to the public site
}

// Canned is a canned reply that staff may send.
type Canned struct{ Slug, Title string }

func (m *Plan) canned() []Canned {
	var list []Canned
	for _, r := range m.Tree.Replies {
		list = append(list, Canned{r.Slug, r.Title})
	}
	return list
}

// Field is an answer of the form, or what an event's front matter says. Of that the label is a key
// beneath staff.data in the locales.
type Field struct{ Label, Value, URL string }

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
	Files  []view.File

	AsReply       bool // a message crossed it: it is a reply and no more
	TwoRequesters bool // a merge without effect: the other ticket is another requester's
}

// Staff lists the pages of the staff tree, in the source language: the queue, the reports, and
// each incident and ticket.
func (m *Plan) Staff() []Page {
	m.pages = nil
	if m.Desk != nil {
		m.addStaff("/", "staffqueue", "", func() any { return m.staffQueue() })
	}
	m.reports()
	m.staffIncidents()
	m.addStaff(staffSpamPath, "staffspam", "", func() any { return m.staffSpam() })
	if len(m.Tree.Site.Languages) > 1 {
		m.addStaff(staffTranslationsPath, "stafftranslations", "", func() any { return m.staffTranslations() })
	}
	m.staffEnded()
	m.pages = append(m.pages, Page{File: "_headers", Tree: StaffTree, Hidden: true, View: plain(func() any { return headers.File("", headers.Staff()...) })})
	tickets := m.tickets()
	group := groupsOf(tickets)
	known := make([]Sources, len(tickets))
	content.OnAllCores(len(tickets), func(i int) { known[i] = m.ticketSources(group, tickets[i]) })
	for i, f := range tickets {
		// Of two tickets with one number the first has the page.
		if first := m.Tree.Ticket(f.Number); first != nil && first.Dir != f.Dir {
			continue
		}
		sources := known[i]
		if len(m.mistakes(f.Dir).List) > 0 { // which no source tells
			sources = ""
		}
		m.addStaff("/tickets/"+f.Number+"/", "staffticket", sources, func() any { return m.staffTicket(group, f) })
		m.attachments(f)
	}
	return m.pages
}

// attachments plans the files that a customer sent, beside their ticket's page.
func (m *Plan) attachments(f *ticket) {
	planned := map[string]bool{}
	for _, e := range f.Ticket.Events[:f.TicketSnapshot.Events] {
		for _, a := range e.Data().Attachments {
			if planned[a.File] || a.Withheld == content.RefusedByScan {
				continue
			}
			planned[a.File] = true
			m.pages = append(m.pages, Page{
				File: attachmentPath(f, a.File)[1:], Tree: StaffTree, Hidden: true, Sources: sourcesOf(f.number),
				View: func() (any, error) { return m.attachment(f, a.File) },
			})
		}
	}
}

// attachmentPath is beneath a directory that has headers of its own.
func attachmentPath(f *ticket, name string) string { return "/attachments/" + f.Number + "/" + name }

// attachment is a stored file. One that is not there is empty, and check says so.
func (m *Plan) attachment(f *ticket, name string) ([]byte, error) {
	if m.Read == nil || !slices.Contains(f.Stored, name) {
		return nil, nil
	}
	return m.Read(f.Dir + "/attachments/" + name)
}

// addStaff plans a page of the staff tree.
func (m *Plan) addStaff(path, layout string, sources Sources, view func() any) {
	m.pages = append(m.pages, Page{
		File: path[1:] + "index.html", Path: path, Lang: m.paths.Source, Layout: layout, Tree: StaffTree, Hidden: true,
		Sources: sources, View: plain(view),
	})
}

func (m *Plan) staffQueue() StaffQueue {
	v := m.Desk(m.Now)
	v.Now, v.Waiting, v.Mistakes = m.zoned(v.Now), 0, m.mistakes("")
	for _, a := range m.Aside {
		a.At = m.zoned(a.At)
		v.Aside = append(v.Aside, a)
	}
	v.Lost, v.Untranslated = m.Lost, len(m.Untranslated)
	v.Mails, v.Hooks = m.Mails, m.Hooks
	if m.Backlog != nil {
		v.Backlog = &Backlog{m.Backlog.Rows, m.zoned(m.Backlog.Since)}
	}
	for i := range v.Rows {
		row := &v.Rows[i]
		if row.Owes == content.OwesDesk {
			v.Waiting++
		}
		row.Limits = m.requesterLimits(m.Tree.Ticket(row.Number))
	}
	return v
}

func (m *Plan) staffTicket(group *groups, f *ticket) StaffTicket {
	v := StaffTicket{
		Number: f.Number, Said: content.SayNumber(f.Number), Subject: f.Subject, Path: f.Dir, State: f.State, Owes: f.Owes, Resolution: f.Resolution,
		Lane: LaneName(m.Tree, m.Now, f.TicketSnapshot.Lane), Form: f.Form, Channel: f.Channel, Lang: f.Language, Assignee: f.Assignee, Organisation: f.Organisation, Requester: f.Requester,
		Clocks: f.clocks, Incident: f.Incident, Held: f.TicketSnapshot.Held, Queue: "/", Given: f.Given, Several: len(f.Ticket.Events) > 0 && view.AsksSeveral(f.Ticket.Events[0].Body), Limits: f.limits, Mistakes: m.mistakes(f.Dir),
	}
	if m.Unreached != nil {
		v.Unreached = m.Unreached(f.Ticket, &f.TicketSnapshot)
	}
	for _, one := range f.Fields {
		v.Fields = append(v.Fields, m.said(f.Form, one))
	}
	if f.Follow != "" {
		v.Follow = cmp.Or(strings.TrimSuffix(m.Tree.Site.IntakeURL, "/"), m.base) + "/t/" + f.Follow + "/"
	}
	for _, e := range f.Ticket.Events[:f.TicketSnapshot.Events] {
		v.Events = append(v.Events, m.staffEvent(f, e))
	}
	v.FollowUps = m.Tree.FollowUpNumbers(f.Number, m.Now)
	v.IncidentURL = m.incidentPath(f)
	mine, query := group.ofRequester(f)
	v.OfRequester = m.others(mine, query, f)
	if theirs, query := group.ofOrganisation(f); !slices.Equal(nearest(theirs, f), nearest(mine, f)) {
		v.OfOrganisation = m.others(theirs, query, f)
	}
	if !f.Finished() {
		v.Canned = m.canned()
	}
	m.addBefore(&v, f.Ticket)
	return v
}

// addBefore adds what a requester did before they wrote.
func (m *Plan) addBefore(v *StaffTicket, t *content.Ticket) {
	lang := t.Language
	if !slices.Contains(m.Tree.Site.Languages, lang) {
		lang = m.paths.Source
	}
	link := func(path string) Link { return Link{Text: path, URL: m.absolute(lang, path)} }
	if s := t.Searched; s != nil {
		v.Searched = &StaffSearched{Query: s.Query}
		for _, path := range s.Offered {
			if content.IsFound(path) {
				v.Searched.Offered = append(v.Searched.Offered, link(path))
			}
		}
	}
	if a := m.Tree.Article(t.Article); a != nil {
		of := link("/help/" + t.Article + "/")
		of.Text = a.Title
		v.Article = &of
	}
}

// LaneName returns what staff call a lane, by the policy in force; its id where that has no such
// lane.
func LaneName(t *content.Tree, now time.Time, id string) string {
	if policy := t.PolicyAt(now); policy != nil {
		for _, l := range policy.Lanes {
			if l.ID == id {
				name, _ := l.Name.In(t.Site.Source(), t.Site.Source())
				return name
			}
		}
	}
	return id
}

// said is what a field asked and what was answered, in words where they were chosen.
func (m *Plan) said(formID string, one content.Entry[string]) Field {
	said := Field{Label: one.Key, Value: one.Value}
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

func (m *Plan) staffEvent(f *ticket, e *content.Event) StaffEvent {
	text, fact := e.Sees(m.isPublic)
	noEffect := slices.Contains(f.NoEffect, e)
	v := StaffEvent{
		Name: e.Name, Path: e.Path, At: m.zoned(e.At), Kind: e.Kind, Author: e.Author, Body: e.Body, Plain: e.ByRequester(), Public: (text || fact) && !(noEffect && e.Body == ""),
		NoOp: noEffect, Data: m.data(e.Data()), AsReply: slices.Contains(f.AsReply, e),
		TwoRequesters: e.Kind == content.Merged && m.Tree.MergeEffect(e) == content.MergeOfOthers,
	}
	if !v.Plain {
		v.HTML = m.Prose.HTML(e.Body, markdown.Options{Top: 4, Link: m.publicLink(f.Language)})
	}
	for _, a := range e.Data().Attachments {
		file := view.File{Label: cmp.Or(a.Label, a.File), URL: attachmentPath(f, a.File), Size: m.size(f.Dir + "/attachments/" + a.File), Withheld: a.Withheld, AsSent: a.AsSent}
		if a.Withheld == content.RefusedByScan {
			file.URL = ""
		}
		v.Files = append(v.Files, file)
	}
	return v
}

func (m *Plan) size(path string) int64 {
	if m.Size == nil {
		return 0
	}
	return m.Size(path)
}

// data is the front matter of a ticket's event.
func (m *Plan) data(d *content.Front) []Field {
	var list []Field
	add := func(name, value string) {
		if value != "" {
			list = append(list, Field{Label: name, Value: value})
		}
	}
	add("assignee", d.Assignee)
	add("lane", LaneName(m.Tree, m.Now, d.Lane))
	add("to", d.To)
	add("reason", d.Reason)
	add("reference", d.Reference)
	add("amount", d.Amount.String())
	add("address", d.Address)
	add("incident", d.Incident)
	for _, number := range append([]string{d.Ticket}, d.Into...) {
		if number != "" {
			list = append(list, Field{"ticket", content.SayNumber(number), ticketPath(number)})
		}
	}
	add("as", string(d.As))
	add("resolution", string(d.Resolution))
	if !d.Until.IsZero() {
		add("until", m.zoned(d.Until).Format("2006-01-02 15:04"))
	}
	if d.Score > 0 {
		add("score", fmt.Sprint(d.Score))
	}
	if d.Partly {
		add("partly", "✓")
	}
	add("answers", d.Answers)
	return list
}
