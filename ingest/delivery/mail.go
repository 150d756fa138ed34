package delivery

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"balie/content"
	"balie/ingest/filing"
	"balie/ingest/form"
	"balie/ingest/mail"
	"balie/ingest/store"
	"balie/themes"
)

// ReplySecret is the name of the store's secret that reply addresses are made with.
const ReplySecret = "replies"

// mailed is a mail while it is worked off. A mail is read before the transaction, which others
// share.
type mailed struct {
	*Worker
	*mail.Incoming
	tx     *store.Tx // of the last try
	id     content.Hex
	tree   *content.Tree
	theme  *themes.Theme
	hook   *content.Hook
	d      *store.Delivery
	writer mail.Address // zero where no one address that can be answered wrote it
	stored []sentFile
}

// sentFile is a file as it was sent, and as it is stored.
type sentFile struct {
	mail.File
	as filing.File
}

// readMail reads a delivery of a hook of kind email; nil where it is another's.
func (w *Worker) readMail(ctx context.Context, d *store.Delivery) (m *mailed, err error) {
	tree, theme := w.Tree(), w.Theme()
	hook := tree.Hook(d.Hook)
	switch {
	case hook == nil || hook.Kind != content.EmailHook:
		return nil, nil
	case theme == nil:
		return nil, errors.New("no version of the setup is right")
	case w.key == nil:
		if w.key, err = w.Store.Secret(ctx, ReplySecret); err != nil {
			return nil, err
		}
	}
	read, err := mail.Read(d.Body, ReplyLines(theme))
	if err != nil {
		return nil, unusable(err.Error())
	}
	m = &mailed{Worker: w, Incoming: read, tree: tree, theme: theme, hook: hook, d: d}
	if writer, ok := read.Writer(); ok && form.IsEmail(writer.Address) {
		m.writer = writer
	}
	for _, f := range read.Files {
		as, err := w.storeFile(ctx, form.FileOf(f.Label, f.Body))
		if err != nil {
			return nil, err
		}
		m.stored = append(m.stored, sentFile{f, as})
	}
	return m, nil
}

func (w *Worker) storeFile(ctx context.Context, f form.File) (filing.File, error) {
	if w.StoreFile == nil {
		return filing.File{Name: f.Name, Label: f.Label, Body: f.Body}, nil
	}
	return w.StoreFile(ctx, f)
}

// file files what a mail says.
func (m *mailed) file(tx *store.Tx, id content.Hex) error {
	m.tx, m.id = tx, id
	switch staff := slices.IndexFunc(m.To, isStaffAddress); {
	case m.Bounce != nil:
		return m.bounced()
	case m.Automatic != "":
		return unusable("it becomes no message, since nobody wrote it: " + m.Automatic + m.aboutTicket())
	case m.isOurs():
		return unusable("it becomes no message, since it comes from the desk's own address" + m.aboutTicket())
	case staff >= 0:
		return m.staffAnswer(m.To[staff])
	}
	return m.customer()
}

// ReplyLines are the lines above which people answer, in every language of a theme.
func ReplyLines(theme *themes.Theme) (lines []string) {
	for _, lang := range theme.Languages() {
		if line, err := theme.Locale(lang).T("mail.reply_line"); err == nil {
			lines = append(lines, line)
		}
	}
	return lines
}

func isStaffAddress(address string) bool {
	_, ok := mail.StaffNumber(address)
	return ok
}

// isOurs reports whether a mail comes from an address at which the desk is written to.
func (m *mailed) isOurs() bool {
	site := m.tree.Site.Mail
	return slices.ContainsFunc(m.From, func(a mail.Address) bool {
		_, hasToken := m.key.Ticket(a.Address)
		return hasToken || site != nil && strings.EqualFold(a.Address, site.From)
	})
}

// host is the site's, as our Message-IDs have it.
func (m *mailed) host() string {
	u, err := url.Parse(m.tree.Site.BaseURL)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// numbers returns the ticket numbers that a mail carries, the most reliable first: in the address
// that it was sent to, in what it answers, in its subject.
func (m *mailed) numbers() (numbers []string) {
	for _, address := range m.To {
		if number, ok := m.key.Ticket(address); ok {
			numbers = append(numbers, number)
		}
	}
	for _, id := range m.Answers {
		if number, ok := mail.NumberIn(id, m.host()); ok {
			numbers = append(numbers, number)
		}
	}
	return unique(append(numbers, mail.NumbersIn(m.Subject)...))
}

func unique(list []string) (all []string) {
	for _, s := range list {
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}

// tickets returns the tickets with a number, or to whose requester it was given.
func (m *mailed) tickets(number string) (all []*content.Ticket, err error) {
	t, err := m.Filer.TicketIn(m.tx, number)
	switch {
	case errors.Is(err, filing.ErrTwice):
		all = m.tree.Numbered(number)
	case err != nil:
		return nil, err
	case t != nil:
		all = append(all, t)
	}
	for _, t := range m.tree.Tickets {
		if t.Given == number {
			all = append(all, t)
		}
	}
	return all, nil
}

// find returns the writer's own ticket that a mail names, or nil, and the first number that it
// names of somebody else's.
func (m *mailed) find() (own *content.Ticket, other string, err error) {
	for _, number := range m.numbers() {
		all, err := m.tickets(number)
		if err != nil {
			return nil, "", err
		}
		for _, t := range all {
			if m.writer.Address != "" && strings.EqualFold(t.Requester.Email, m.writer.Address) {
				return t, "", nil
			}
			if other == "" {
				other = number
			}
		}
	}
	return nil, other, nil
}

// aboutTicket names the ticket that a mail seems to be about, for who looks at what was put aside.
func (m *mailed) aboutTicket() string {
	if numbers := m.numbers(); len(numbers) > 0 {
		return "; it names the ticket " + content.SayNumber(numbers[0])
	}
	return ""
}

// bounced files that a mail to a ticket's requester did not arrive.
func (m *mailed) bounced() error {
	for _, address := range m.To {
		if recipient, ok := m.key.Follower(address); ok {
			return m.tx.ForgetRecipient(recipient)
		}
	}
	for _, number := range unique(append(m.numbers(), m.returned()...)) {
		all, err := m.tickets(number)
		if err != nil {
			return err
		}
		for _, t := range all {
			if !strings.EqualFold(t.Requester.Email, m.Bounce.Address) || t.Requester.Email == "" || !m.isAbout(t) {
				continue
			}
			e := &content.Event{Kind: content.Bounced, Author: content.Balie, Front: &content.Front{Address: t.Requester.Email, Reason: m.Bounce.Reason}}
			_, err := m.Filer.FileIn(m.tx, filing.Submission{ID: m.id, Dir: t.Dir, Events: []*content.Event{e}})
			return err
		}
	}
	return unusable("a mail did not arrive, and no ticket's requester has its address" + m.aboutTicket())
}

// returned is the number in the Message-ID of the mail that did not arrive.
func (m *mailed) returned() []string {
	if number, ok := mail.NumberIn(m.Bounce.ID, m.host()); ok {
		return []string{number}
	}
	return nil
}

// isAbout reports whether the mail that did not arrive was one of a ticket's: it was sent back to
// the ticket's address, or has the Message-ID of one of its events or of its incidents' events.
func (m *mailed) isAbout(t *content.Ticket) bool {
	for _, address := range m.To {
		if number, ok := m.key.Ticket(address); ok && (number == t.Number || number == t.Given) {
			return true
		}
	}
	events := slices.Clone(t.Events)
	for _, e := range t.Events {
		if i := m.tree.Incident(e.Data().Incident); i != nil {
			events = append(events, i.Events...)
		}
	}
	return slices.ContainsFunc(events, func(e *content.Event) bool {
		return mail.MessageID(strings.TrimSuffix(e.Path, ".md"), t.Number, m.host()) == m.Bounce.ID
	})
}
