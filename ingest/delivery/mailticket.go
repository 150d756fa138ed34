package delivery

import (
	"cmp"
	"slices"
	"strings"

	"balie/content"
	"balie/content/desk"
	"balie/ingest/filing"
	"balie/ingest/form"
	"balie/ingest/mail"
)

// channelEmail is how a ticket that a mail made came.
const channelEmail = "email"

// The longest texts that a mail gives a ticket. What is longer is kept as a file.
const (
	maxMailText    = 20_000
	maxMailSubject = 200
)

// customer files a mail as a message on its writer's ticket, as the ticket that follows a closed
// one, or as a new one.
func (m *mailed) customer() error {
	own, other, err := m.find()
	if err != nil {
		return err
	}
	sub := filing.Submission{ID: m.id}
	var link *content.Event
	t := own
	switch {
	case own == nil:
		if t, err = m.newTicket(); err != nil {
			return err
		}
		sub.Ticket = t
	case m.isClosed(own):
		t = FollowUp(m.tree.Setup, own, channelEmail)
		link = &content.Event{Kind: content.Linked, Front: &content.Front{Ticket: own.Number, As: content.FollowUp}}
		sub.Ticket = t
	default:
		sub.Dir = own.Dir
	}
	body, files := m.text(t.Language)
	attached := m.attach(t.Form)
	sub.Files = append(files, attached.files...)
	kind := content.Received
	if sub.Ticket == nil {
		kind = content.Message
	}
	sub.Events = []*content.Event{{Kind: kind, Body: body}}
	if link != nil {
		sub.Events = append(sub.Events, link)
	}
	if note := m.note(own, other, t.Form, attached); note != "" {
		sub.Events = append(sub.Events, &content.Event{Kind: content.Note, Author: m.hook.Name, Body: note})
	}
	_, err = m.Filer.FileIn(m.tx, sub)
	return err
}

// newTicket returns the ticket that a mail makes by the hook's form.
func (m *mailed) newTicket() (*content.Ticket, error) {
	f := m.tree.Setup.Form(m.hook.Form)
	if f == nil {
		return nil, unusablef("there is no form %s", m.hook.Form)
	}
	lang := mail.LanguageOf(m.Subject+"\n"+m.Above, m.tree.Site.Languages)
	if lang == "" && slices.Contains(m.tree.Site.Languages, m.Language) {
		lang = m.Language
	}
	lang = cmp.Or(lang, m.tree.Site.Source())
	subject := shorten(m.Subject, maxMailSubject)
	if subject == "" {
		first, _, _ := strings.Cut(m.Above, "\n")
		subject = cmp.Or(shorten(strings.TrimSpace(first), maxMailSubject), m.word(lang, "mail.in.no_subject"))
	}
	return &content.Ticket{
		Form: f.ID, Lane: f.Lane, Channel: channelEmail, Language: lang, Subject: subject,
		Requester: content.Requester{Name: shorten(m.writer.Name, maxMailSubject), Email: m.writer.Address},
	}, nil
}

// isClosed reports whether a ticket is closed, or was merged into a closed one.
func (m *mailed) isClosed(t *content.Ticket) bool {
	d, err := desk.New(m.tree.Setup)
	if err != nil {
		return false // the message opens nothing again, and staff see it
	}
	now := filing.Instant(t, m.Now())
	at := d.Ticket(t, m.tree, now)
	if survivor := m.tree.Ticket(at.MergedInto); at.State == content.MergedState && survivor != nil {
		at = d.Ticket(survivor, m.tree, now)
	}
	return at.State == content.ClosedState
}

// FollowUp returns the ticket that follows a closed one, of the same requester and about the same.
func FollowUp(setup *content.Setup, t *content.Ticket, channel string) *content.Ticket {
	next := &content.Ticket{
		Form: t.Form, Lane: t.Lane, Channel: channel, Language: t.Language, Subject: t.Subject,
		Requester: t.Requester, Organisation: t.Organisation, Fields: t.Fields,
	}
	if f := setup.Form(t.Form); f != nil {
		next.Lane = f.Lane
	} else {
		next.Form = "" // taken away since
	}
	return next
}

// text returns a mail's message, with files for the rest: what is quoted, so that it is there and
// in nobody's way, and the whole of a text that is too long. Where nothing stands above what is
// quoted, all of it is the message: its writer answered below or between.
func (m *mailed) text(lang string) (body string, files []filing.File) {
	body, below := m.Above, m.Below
	if strings.TrimSpace(body) == "" {
		body, below = below, ""
	}
	if whole := body; len([]rune(whole)) > maxMailText {
		body = shorten(whole, maxMailText)
		files = append(files, textFile(m.word(lang, "mail.in.whole"), whole))
	}
	if below != "" {
		files = append(files, textFile(m.word(lang, "mail.in.quoted"), below))
	}
	return body, files
}

// textFile returns a text as a file.
func textFile(label, text string) filing.File {
	f := form.TextFile(label, text+"\n")
	return filing.File{Name: f.Name, Label: f.Label, Body: f.Body}
}

// word returns a word of the theme in a language that it has, else in the site's source language.
func (m *mailed) word(lang, key string, values ...any) string {
	locale := m.theme.Locale(lang)
	if locale == nil {
		locale = m.theme.Locale(m.tree.Site.Source())
	}
	if locale == nil {
		return ""
	}
	word, _ := locale.T(key, values...) // every theme has every key
	return word
}

// shorten cuts a text to so many characters.
func shorten(s string, most int) string {
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return s
}
