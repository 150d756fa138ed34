package view

import (
	"cmp"
	"slices"
	"time"

	"balie/content"
)

// Follow returns the follow page of a ticket at s.Now: what its requester may see. That it was
// taken for spam is not shown.
func (s Setting) Follow(t *content.Ticket) Follow {
	shown := WithoutSpam(t)
	at := s.ticketNow(shown)
	lang := s.language(t)
	v := Follow{
		Number: content.SayNumber(t.Number), Subject: t.Subject, Lang: lang, State: at.State, Owes: at.Owes,
		Action: s.Intake + "/t/" + t.Follow, CanWrite: true, Given: s.given(t, lang),
		CanSolve: !at.Finished() && at.State != content.NotYet && at.ClosesAt.IsZero(),
		CanRate:  at.State == content.SolvedState || at.State == content.ClosedState,
		Payment:  s.paymentOf(t, at.TicketSnapshot), Paid: s.paid(t, at.TicketSnapshot),
		Survivor: s.survivorURL(t, at.MergedInto),
	}
	if !at.ClosesAt.IsZero() {
		v.UndoUntil = at.ClosesAt.In(s.Tree.Zone)
	}
	v.Several = at.State == content.New && len(shown.Events) > 0 && AsksSeveral(shown.Events[0].Body)
	v.Write = s.write(t, lang, v.Action)
	v.Timeline = s.entries(shown, at.TicketSnapshot, v.Action, lang)
	v.Promised = at.Promised
	s.addTurn(&v, t, at)
	s.addLinked(&v, t)
	if incident := s.public(at.Incident); incident != nil {
		v.Incident = s.about(incident, lang)
		v.Timeline = append(v.Timeline, s.updates(incident, at.Received, v.Incident, lang)...)
	}
	slices.SortStableFunc(v.Timeline, func(a, b Entry) int { return a.At.Compare(b.At) })
	for _, e := range v.Timeline {
		v.Rated = cmp.Or(e.Score, v.Rated)
	}
	return v
}

// ticketNow returns how a ticket stands at s.Now.
func (s Setting) ticketNow(t *content.Ticket) TicketNow {
	if s.TicketNow == nil {
		return TicketNow{TicketSnapshot: t.At(s.Now)}
	}
	return s.TicketNow(t)
}

// Attachments returns the stored files that the requester may fetch, by name. The URL of each is
// its path in the repository.
func (s Setting) Attachments(t *content.Ticket) map[string]File {
	files, withheld := map[string]File{}, withheldOf(t)
	for _, e := range s.eventsUpToNow(t) {
		for _, a := range e.Data().Attachments {
			if text, _ := e.Sees(s.isPublic); text && withheld[a.File] == "" {
				files[a.File] = File{Label: a.Label, URL: t.Dir + "/attachments/" + a.File}
			}
		}
	}
	return files
}

// withheldOf returns the files of a ticket that are for staff alone, and why. One that any event
// withholds is.
func withheldOf(t *content.Ticket) map[string]content.Withheld {
	withheld := map[string]content.Withheld{}
	for _, e := range t.Events {
		for _, a := range e.Data().Attachments {
			if a.Withheld != "" {
				withheld[a.File] = a.Withheld
			}
		}
	}
	return withheld
}

// Survivor is the ticket into which one was merged as of the setting's now: the ticket itself where
// it was not.
func (s Setting) Survivor(t *content.Ticket) *content.Ticket {
	if survivor := s.Tree.Ticket(s.ticketNow(t).MergedInto); survivor != nil {
		return survivor
	}
	return t
}

// WithoutSpam returns a ticket without the events that called it spam: only staff may know of
// those.
func WithoutSpam(t *content.Ticket) *content.Ticket {
	isSpam := func(e *content.Event) bool { return e.Kind == content.Spam }
	if !slices.ContainsFunc(t.Events, isSpam) {
		return t
	}
	shown := *t
	shown.Events = slices.DeleteFunc(slices.Clone(t.Events), isSpam)
	return &shown
}

// language returns a ticket's language, or the source language where the site no longer has it.
func (s Setting) language(t *content.Ticket) string {
	if slices.Contains(s.Tree.Site.Languages, t.Language) {
		return t.Language
	}
	return s.source()
}

// write returns the form of a message.
func (s Setting) write(t *content.Ticket, lang, action string) Form {
	s.Lang = lang
	v := Form{ID: "message", Lang: lang, Action: action}
	s.ask(&v, content.MessageForm(s.Tree.Setup.Form(t.Form)))
	return v
}

// given returns what the requester filled in, and nothing of a ticket that staff opened.
func (s Setting) given(t *content.Ticket, lang string) []Given {
	f := s.Tree.Setup.Form(t.Form)
	if f == nil || t.Channel == "staff" {
		return nil
	}
	byRole := map[content.Role]string{content.NameRole: t.Requester.Name, content.EmailRole: t.Requester.Email, content.PhoneRole: t.Requester.Phone, content.OrganisationRole: t.Organisation}
	s.Lang = lang
	var list []Given
	for i := range f.Fields {
		field := &f.Fields[i]
		value, _ := t.Fields.Get(field.ID)
		if field.Role != "" {
			value = byRole[field.Role]
		}
		if value != "" && field.Type != content.HiddenField {
			list = append(list, s.answer(field, value))
		}
	}
	return list
}

// answer returns one answer as the form showed it.
func (s Setting) answer(field *content.Field, value string) Given {
	f := s.field(field)
	g := Given{Label: f.Label, Role: f.Role, Value: value}
	for _, o := range f.Options {
		if o.Value == value {
			g.Value = o.Label
		}
	}
	switch field.Type {
	case content.CheckboxField:
		g.Value, g.Yes = "", true
	case content.DateField:
		if d, err := time.Parse(time.DateOnly, value); err == nil {
			g.Date = d
		}
	}
	return g
}

// eventsUpToNow returns a ticket's events up to s.Now.
func (s Setting) eventsUpToNow(t *content.Ticket) []*content.Event {
	after := slices.IndexFunc(t.Events, func(e *content.Event) bool { return e.At.After(s.Now) })
	if after < 0 {
		return t.Events
	}
	return t.Events[:after]
}

// entries is what the requester sees of a ticket's events. What a person wrote is shown also where
// their event has no effect, or less than its kind says: then it is a reply.
func (s Setting) entries(t *content.Ticket, at content.TicketSnapshot, action, lang string) []Entry {
	var list []Entry
	for _, e := range s.eventsUpToNow(t) {
		text, fact := e.Sees(s.isPublic)
		noEffect := slices.Contains(at.NoEffect, e)
		if !text && !fact || noEffect && e.Body == "" {
			continue
		}
		entry := Entry{Name: e.Name, At: e.At.In(s.Tree.Zone), Kind: e.Kind, Noted: noted(t, e), Author: s.publicName(e.Author), Fact: !text}
		entry.Mine = entry.Noted == "" && e.ByRequester() && e.Author == ""
		if (noEffect || slices.Contains(at.AsReply, e)) && !e.Kind.ByRequester() {
			entry.Kind = content.Reply
		}
		if text {
			s.addContent(&entry, t, e, action, lang)
		}
		list = append(list, entry)
	}
	return list
}

// addContent adds what an event says.
func (s Setting) addContent(entry *Entry, t *content.Ticket, e *content.Event, action, lang string) {
	data := e.Data()
	entry.Body, entry.Score = e.Body, data.Score
	for _, a := range data.Attachments {
		file := File{Label: cmp.Or(a.Label, a.File), URL: action + "/attachments/" + a.File, Withheld: withheldOf(t)[a.File]}
		if file.Withheld != "" {
			file.URL = ""
		}
		if s.Size != nil {
			file.Size = s.Size(t.Dir + "/attachments/" + a.File)
		}
		entry.Files = append(entry.Files, file)
	}
	switch entry.Kind {
	case content.Split, content.Merged:
		entry.Into = sayNumbers(data.Into)
	case content.OutOfScope:
		entry.Reason = s.excluded(e, lang)
	}
}

func sayNumbers(numbers []string) []string {
	var said []string
	for _, n := range numbers {
		said = append(said, content.SayNumber(n))
	}
	return said
}

// excluded returns the text of the reason that an out_of_scope event names, by the policy in force
// then.
func (s Setting) excluded(e *content.Event, lang string) string {
	p := s.Tree.PolicyAt(e.At)
	if p == nil {
		return ""
	}
	for _, c := range p.Coverage.Excluded {
		if c.ID == e.Data().Reason {
			text, _ := c.Text.In(lang, s.source())
			return text
		}
	}
	return ""
}

// publicName returns the name under which customers know an author: "balie" for events by rule, and
// "" for the desk.
func (s Setting) publicName(author string) string {
	if author == content.Balie {
		return author
	}
	if p, ok := s.Tree.People.Get(author); ok {
		return p.PublicName
	}
	return ""
}

// public returns the incident with an id if the public knows it, else nil.
func (s Setting) public(id string) *content.Incident {
	if i := s.Tree.Incident(id); i != nil && i.Public() {
		return i
	}
	return nil
}

func (s Setting) isPublic(id string) bool { return s.public(id) != nil }

func (s Setting) about(i *content.Incident, lang string) *Incident {
	k := s.incident(OpenIncident{Incident: i, Progress: i.At(s.Now)}, lang)
	return &k
}

// updates returns the updates of the ticket's incident: the last one before the ticket came, and
// all since.
func (s Setting) updates(i *content.Incident, since time.Time, about *Incident, lang string) []Entry {
	all := i.At(s.Now).Updates
	first := 0
	for n, e := range all {
		if !e.At.After(since) {
			first = n
		}
	}
	var list []Entry
	for _, e := range all[first:] {
		body, in := e.In(lang, s.source())
		entry := Entry{Name: e.Name, At: e.At.In(s.Tree.Zone), Kind: e.Kind, Author: s.publicName(e.Author), Body: body, Incident: about}
		if in != lang {
			entry.Lang = in
		}
		list = append(list, entry)
	}
	return list
}
