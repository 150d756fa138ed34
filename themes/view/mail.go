package view

import (
	"time"

	"balie/content"
)

// Mail is a message to a ticket's requester about one event of it, or about an update of its
// incident. All its addresses are absolute, where the setting's are.
type Mail struct {
	Follow        // the ticket as its requester sees it now
	Entry  Entry  // the event
	Raw    string // the ticket's number as it is
	Name   string // the requester's
	Opened bool   // staff opened the ticket for them
	Home   string // the site's address in their language
	Page   string // their follow page
	Stop   string // where they end the mails about the incident; only of an update
	Reads  bool   // what is sent back is read
	First  bool   // it is the first mail about the ticket
	Rule   bool   // balie wrote it by rule
	Notice bool   // it says that the ticket is about to be closed
}

// Mail returns the message to a ticket's requester about an event that they may see. ok is false
// where they are not to hear of it: they did it themselves, or it has no effect and no text.
func (s Setting) Mail(t *content.Ticket, e *content.Event) (m Mail, ok bool) {
	m = s.mail(t)
	for _, entry := range m.Timeline {
		if entry.Name == e.Name && entry.Incident == nil {
			m.Entry, m.First = entry, e.Kind == content.Received
			m.Rule = e.Author == content.Balie && e.Body != ""
			m.Notice = m.Rule && e.Kind == content.Solved && m.State == content.SolvedState
			return m, IsMailed(t, e)
		}
	}
	return m, false
}

// IsMailed reports whether a ticket's requester hears by mail of an event of it, if they may see
// it: of what they handed in first, and of all that others do.
func IsMailed(t *content.Ticket, e *content.Event) bool {
	switch e.Kind {
	case content.Received:
		return true
	case content.Call, content.Linked: // they were there; the incident is on their page
		return false
	case content.Reopened:
		return e.Author != ""
	}
	text, _ := e.Sees(func(string) bool { return false })
	return text && !e.Kind.ByRequester()
}

// IncidentMail returns the message to a ticket's requester about an update of its incident.
func (s Setting) IncidentMail(t *content.Ticket, i *content.Incident, e *content.Event) Mail {
	m := s.mail(t)
	body, in := e.In(m.Lang, s.source())
	m.Entry = Entry{Name: e.Name, At: e.At.In(s.Tree.Zone), Kind: e.Kind, Author: s.publicName(e.Author), Body: body, Incident: s.about(i, m.Lang)}
	if in != m.Lang {
		m.Entry.Lang = in
	}
	m.Stop = m.Page + "updates/end"
	return m
}

func (s Setting) mail(t *content.Ticket) Mail {
	m := Mail{Follow: s.Follow(t), Raw: t.Number, Name: t.Requester.Name, Opened: t.Channel == "staff"}
	m.Page = m.Action + "/"
	m.Reads = s.Tree.Site.Mail != nil && s.Tree.Site.Mail.Replies
	m.Home = s.Pages + "/"
	if m.Lang != s.source() {
		m.Home += m.Lang + "/"
	}
	return m
}

// StaffMail is a notice to one of the staff about a ticket.
type StaffMail struct {
	Notice    content.Notice
	Raw       string // the number as it is
	Number    string // in groups
	Subject   string
	Lang      string // of the notice
	Of        string // the ticket's, where that is another
	Requester content.Requester
	Form      string // its title
	Lane      string // its name
	Promised  []Promised
	Body      string    // the newest message without an answer, plain text
	Read      time.Time // of that message; zero where there is none
	Given     []Given   // the other answers of the form
	Reads     bool      // an answer by mail is filed
}

// StaffMail returns a notice about a ticket, in the source language.
func (s Setting) StaffMail(t *content.Ticket, notice content.Notice) StaffMail {
	s.Lang = s.source()
	at := s.ticketNow(t)
	m := StaffMail{
		Notice: notice, Raw: t.Number, Number: content.SayNumber(t.Number), Subject: t.Subject, Lang: s.Lang,
		Requester: t.Requester, Lane: s.laneName(at.Lane), Promised: at.Promised,
	}
	for _, g := range s.given(t, s.Lang) {
		if g.Role == "" { // the requester stands above
			m.Given = append(m.Given, g)
		}
	}
	if lang := s.language(t); lang != s.Lang {
		m.Of = lang
	}
	if f := s.Tree.Setup.Form(t.Form); f != nil {
		m.Form, _ = f.Title.In(s.Lang, s.Lang)
	}
	if n := len(at.Unanswered); n > 0 {
		m.Body, m.Read = at.Unanswered[n-1].Body, at.Unanswered[n-1].At
	}
	if mail := s.Tree.Site.Mail; mail != nil {
		m.Reads = mail.Replies && mail.Authserv != ""
	}
	return m
}

// laneName is a lane's name in the setting's language, or its id.
func (s Setting) laneName(id string) string {
	p := s.Tree.PolicyAt(s.Now)
	if p == nil {
		return id
	}
	for _, l := range p.Lanes {
		if l.ID == id {
			name, _ := l.Name.In(s.Lang, s.source())
			return name
		}
	}
	return id
}

// EndUpdates is the page on which a requester ends the mails about their incident.
type EndUpdates struct {
	Number string // in groups
	Action string // where it posts
	Page   string // their follow page
	Ended  bool
}
