package outbox

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	netmail "net/mail"
	"net/url"
	"path"
	"strings"
	"time"

	"balie/content"
	"balie/content/desk"
	"balie/ingest/filing"
	"balie/ingest/mail"
	"balie/ingest/store"
	"balie/themes"
	"balie/themes/view"
)

// composer makes mails by one setup and theme.
type composer struct {
	setup  *content.Setup
	theme  *themes.Theme
	frames *themes.Frames
	desk   *desk.Desk
	site   string // the site's address without its last slash
	intake string // the intake's, likewise
	host   string // of the Message-IDs
	from   netmail.Address
	key    mail.ReplyKey
}

// errNoSetup says that no version of the setup is right.
var errNoSetup = errors.New("no version of the setup is right")

// composerOf returns what mails are made by. It is made once for a setup and a theme.
func (o *Outbox) composerOf(tree *content.Tree) (*composer, error) {
	o.composing.Lock()
	defer o.composing.Unlock()
	theme := o.Theme()
	if theme == nil {
		return nil, errNoSetup
	}
	if c := o.composer; c != nil && c.setup == tree.Setup && c.theme == theme {
		return c, nil
	}
	c, err := o.newComposer(tree, theme)
	if err != nil {
		return nil, err
	}
	o.composer = c
	return c, nil
}

func (o *Outbox) newComposer(tree *content.Tree, theme *themes.Theme) (*composer, error) {
	site := strings.TrimSuffix(cmp.Or(o.BaseURL, tree.Site.BaseURL), "/")
	c := &composer{setup: tree.Setup, theme: theme, site: site, intake: strings.TrimSuffix(cmp.Or(o.IntakeURL, tree.Site.IntakeURL, site), "/")}
	var err error
	if c.frames, err = theme.Frames(tree.Setup, themes.Site{BaseURL: site, Links: site, Logo: tree.Logo, Finds: o.Finds}); err != nil {
		return nil, fmt.Errorf("make frames: %w", err)
	}
	if c.desk, err = desk.New(tree.Setup); err != nil {
		return nil, fmt.Errorf("read promises: %w", err)
	}
	if u, err := url.Parse(tree.Site.BaseURL); err == nil {
		c.host = u.Hostname()
	}
	from, err := netmail.ParseAddress(tree.Site.Mail.From)
	if err != nil {
		return nil, fmt.Errorf("read mail.from: %w", err)
	}
	c.from, c.key = *from, o.Key
	return c, nil
}

// errNothing says that there is nothing to be sent: the event is gone, or is not for the recipient.
var errNothing = errors.New("there is nothing to be sent")

// Compose makes a mail from the current reading. The error is errNothing where nobody is to be
// told any more.
func (o *Outbox) Compose(ctx context.Context, m store.Mail) (*mail.Message, error) {
	tree := o.Tree()
	if tree.Site.Mail == nil {
		return nil, errNothing
	}
	c, err := o.composerOf(tree)
	if err != nil {
		return nil, err
	}
	now := o.Now()
	if recipient, ok := followingRecipient(m.Recipient); ok {
		return o.followingMail(ctx, c, tree, m, recipient, now)
	}
	if m.Recipient == followers {
		return c.anyonesMail(tree, m.Event, now)
	}
	if person, ok := strings.CutPrefix(m.Recipient, "people/"); ok {
		return c.staffMail(tree, m.Event, person, now)
	}
	t := ticketIn(tree, m.Recipient)
	if t == nil || t.Requester.Email == "" || t.At(now).State == content.SpamState {
		return nil, errNothing
	}
	if isLinks(m.Event) {
		return c.linksMail(tree, t, m.Event, now)
	}
	if strings.HasPrefix(m.Event, "incidents/") {
		return c.incidentMail(tree, t, m.Event, now)
	}
	return c.ticketMail(tree, t, m.Event, now)
}

func ticketIn(tree *content.Tree, dir string) *content.Ticket {
	if t := tree.Ticket(path.Base(dir)); t != nil && t.Dir == dir {
		return t
	}
	return nil
}

// setting is what the views of a ticket's mails are made by. They show the ticket as it is now.
func (c *composer) setting(tree *content.Tree, t *content.Ticket, now time.Time) view.Setting {
	return c.at(tree, filing.Instant(t, now))
}

// at is what views are made by at an instant.
func (c *composer) at(tree *content.Tree, now time.Time) view.Setting {
	now = now.In(tree.Zone)
	return view.Setting{Tree: tree, Lang: tree.Site.Source(), Now: now, Pages: c.site, Intake: c.intake, Address: c.intake, TicketNow: func(t *content.Ticket) view.TicketNow {
		return view.TicketAt(c.desk, t, tree, now)
	}}
}

// eventNamed returns the event that the outbox knows by a name, and those before it, or nil.
func eventNamed(events []*content.Event, name string) (e *content.Event, before []*content.Event) {
	for i, e := range events {
		if eventName(e) == name {
			return e, events[:i]
		}
	}
	return nil, nil
}

func (c *composer) ticketMail(tree *content.Tree, t *content.Ticket, event string, now time.Time) (*mail.Message, error) {
	e, before := eventNamed(t.Events, event)
	if e == nil {
		return nil, errNothing
	}
	v, ok := c.setting(tree, t, now).Mail(t, e)
	if !ok {
		return nil, errNothing
	}
	m := c.message(t, v.Lang, now)
	m.ID = mail.MessageID(event, t.Number, c.host)
	m.Subject = "[" + t.Number + "] " + t.Subject
	for _, earlier := range before {
		if view.IsMailed(t, earlier) {
			m.Thread = append(m.Thread, mail.MessageID(eventName(earlier), t.Number, c.host))
		}
	}
	m.IsReceipt = e.Kind == content.Received
	if n := len(m.Thread); n > 0 {
		m.Subject, m.Parent = "Re: "+m.Subject, m.Thread[n-1]
		m.Thread = shortened(m.Thread)
	}
	return m, c.render(m, "mail", v)
}

// maxThread is how many Message-IDs a mail names: a header has a limit, and the first and the last
// ones are what mail programs go by.
const maxThread = 10

func shortened(thread []string) []string {
	if n := len(thread); n > maxThread {
		return append(thread[:1:1], thread[n-maxThread+1:]...)
	}
	return thread
}

func (c *composer) incidentMail(tree *content.Tree, t *content.Ticket, event string, now time.Time) (*mail.Message, error) {
	i := tree.Incident(strings.TrimPrefix(path.Dir(event), "incidents/"))
	if i == nil || !i.Public() {
		return nil, errNothing
	}
	e, _ := eventNamed(i.Events, event)
	if e == nil {
		return nil, errNothing
	}
	v := c.setting(tree, t, now).IncidentMail(t, i, e)
	m := c.message(t, v.Lang, now)
	m.ID, m.Stop = mail.MessageID(event, t.Number, c.host), v.Stop
	m.Subject = "[" + t.Number + "] " + v.Entry.Incident.Title
	return m, c.render(m, "mail", v)
}

// message is a mail to a ticket's requester, without what it says.
func (c *composer) message(t *content.Ticket, lang string, now time.Time) *mail.Message {
	m := &mail.Message{From: c.from, To: netmail.Address{Name: t.Requester.Name, Address: t.Requester.Email}, Lang: lang, Date: now}
	if m.From.Name == "" {
		m.From.Name, _ = c.setup.Site.Name.In(lang, c.setup.Site.Source())
	}
	if c.setup.Site.Mail.Replies {
		m.ReplyTo = c.key.Address(c.from.Address, t.Number)
		m.Envelope = m.ReplyTo // so that what can't be delivered comes back to the ticket
	}
	return m
}

func (c *composer) staffMail(tree *content.Tree, event, id string, now time.Time) (*mail.Message, error) {
	name, event, _ := strings.Cut(event, " ")
	person, ok := tree.People.Get(id)
	dir, _, overdue := strings.Cut(event, " ")
	if !overdue {
		dir = path.Dir(event)
	}
	t := ticketIn(tree, dir)
	if !ok || person.Email == "" || t == nil {
		return nil, errNothing
	}
	s := c.setting(tree, t, now)
	v := s.StaffMail(t, content.Notice(name))
	m := &mail.Message{From: c.from, To: netmail.Address{Name: person.Name, Address: person.Email}, Lang: v.Lang, Date: now}
	m.From.Name = cmp.Or(m.From.Name, c.setup.Site.Name[v.Lang])
	m.ID = mail.MessageID(name+" "+event+" "+id, t.Number, c.host)
	m.Subject = "[" + t.Number + "] " + t.Subject
	if v.Reads {
		m.ReplyTo = c.key.StaffAddress(c.from.Address, id, mail.StaffToken{Number: t.Number, Read: v.Read, Made: now})
		m.Envelope = m.ReplyTo
	}
	return m, c.render(m, "staffmail", v)
}

// render executes a mail's layout.
func (c *composer) render(m *mail.Message, layout string, v any) error {
	var b bytes.Buffer
	if err := c.theme.Render(&b, layout, themes.Page{Frame: c.frames.Frame(themes.Place{Lang: m.Lang, Path: "/", NoIndex: true, Private: true}), View: v}); err != nil {
		return err
	}
	m.HTML = b.Bytes()
	return nil
}
