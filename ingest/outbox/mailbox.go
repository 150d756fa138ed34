package outbox

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"balie/content"
	"balie/ingest/mail"
	"balie/ingest/store"
	"balie/themes"
)

// Mailbox is the staff's page of what went out, waits or failed.
type Mailbox struct {
	Stays  bool     // nothing leaves
	Follow int      // how many addresses follow by mail
	Unsent []Listed // what did not arrive, and what was too old when it was first seen
	Mails  []Listed // the newest ones
}

// Listed is one mail of the mailbox.
type Listed struct {
	URL     string
	To      string // "" where it is gone
	Subject string
	At      time.Time // when it was put into the outbox
	State   store.MailState
	Reason  string
}

// Opened is the staff's page of one mail, as its reader would see it.
type Opened struct {
	Listed
	From, ReplyTo string
	Text          string
	Page          string // where its HTML is
}

// shownMails and shownUnsent are how many mails the mailbox shows.
const (
	shownMails  = 200
	shownUnsent = 50
)

// Mailbox serves the staff's pages of the outbox beneath /mail/. A mail is shown as it would be
// made now: the store keeps no text.
func (o *Outbox) Mailbox() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /mail/{$}", o.serve(o.list))
	mux.HandleFunc("GET /mail/{seq}/{$}", o.serve(o.open))
	mux.HandleFunc("GET /mail/{seq}/message.html", o.serve(o.openHTML))
	return mux
}

// errNoMail says that there is no such mail, or that it can't be shown any more.
var errNoMail = errors.New("there is no such mail")

// serve answers with what make makes, and with the headers of a page that only staff may see.
func (o *Outbox) serve(make func(*http.Request, http.Header) ([]byte, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Robots-Tag", "noindex")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		page, err := make(r, h)
		switch {
		case errors.Is(err, errNoMail), errors.Is(err, errNothing):
			http.Error(w, errNoMail.Error(), http.StatusNotFound)
		case err != nil:
			o.Log.ErrorContext(r.Context(), "the mailbox failed", "error", err)
			http.Error(w, "the mailbox can't be read now", http.StatusServiceUnavailable)
		default:
			w.Write(page) // whoever asked may have gone
		}
	}
}

func (o *Outbox) list(r *http.Request, _ http.Header) ([]byte, error) {
	unsent, err := o.Store.UnsentMails(r.Context(), shownUnsent)
	if err != nil {
		return nil, err
	}
	newest, err := o.Store.LastMails(r.Context(), shownMails)
	if err != nil {
		return nil, err
	}
	v := Mailbox{Stays: o.Server == nil, Unsent: o.listedAll(r.Context(), unsent), Mails: o.listedAll(r.Context(), newest)}
	if o.Tree().Site.Follow.Mail {
		if v.Follow, err = o.Store.CountFollowers(r.Context(), store.ByMail); err != nil {
			return nil, err
		}
	}
	return o.staffPage("staffmails", "/mail/", v)
}

func (o *Outbox) listedAll(ctx context.Context, mails []store.Mail) (list []Listed) {
	for _, m := range mails {
		l, _ := o.listed(ctx, m)
		list = append(list, l)
	}
	return list
}

// listed is a mail as the list shows it. Where it can't be made any more only what the store knows
// is shown.
func (o *Outbox) listed(ctx context.Context, m store.Mail) (Listed, *mail.Message) {
	l := Listed{URL: "/mail/" + strconv.FormatInt(m.Seq, 10) + "/", At: m.Added.In(o.Tree().Zone), State: m.State, Reason: m.Reason}
	message, err := o.Compose(ctx, m)
	if err != nil {
		return l, nil
	}
	l.Subject = message.Subject
	if message.To.Address != "" {
		l.To = message.To.String()
	}
	return l, message
}

// find makes the mail that a request names.
func (o *Outbox) find(ctx context.Context, seq string) (Listed, *mail.Message, error) {
	n, err := strconv.ParseInt(seq, 10, 64)
	if err != nil {
		return Listed{}, nil, errNoMail
	}
	m, err := o.Store.FindMail(ctx, n)
	if err != nil {
		return Listed{}, nil, err
	}
	if m == nil {
		return Listed{}, nil, errNoMail
	}
	l, message := o.listed(ctx, *m)
	if message == nil {
		return l, nil, errNoMail
	}
	return l, message, nil
}

func (o *Outbox) open(r *http.Request, _ http.Header) ([]byte, error) {
	l, m, err := o.find(r.Context(), r.PathValue("seq"))
	if err != nil {
		return nil, err
	}
	v := Opened{Listed: l, From: m.From.String(), ReplyTo: m.ReplyTo, Page: l.URL + "message.html"}
	if v.Text, err = mail.PlainText(m.HTML); err != nil {
		return nil, err
	}
	return o.staffPage("staffmailshown", l.URL, v)
}

// openHTML is the mail's own HTML, which the page of the mail frames. Its styles stand in itself.
func (o *Outbox) openHTML(r *http.Request, h http.Header) ([]byte, error) {
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'")
	_, m, err := o.find(r.Context(), r.PathValue("seq"))
	if err != nil {
		return nil, err
	}
	return m.HTML, nil
}

// staffPage renders a page of the staff's in the source language.
func (o *Outbox) staffPage(layout, path string, v any) ([]byte, error) {
	tree := o.Tree()
	if tree.Site.Mail == nil {
		return nil, errNoMail
	}
	c, err := o.composerOf(tree)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	frame := c.frames.Frame(themes.Place{Lang: tree.Site.Source(), Path: path, Staff: true})
	if err := c.theme.Render(&b, layout, themes.Page{Frame: frame, View: v}); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Preview makes the mails that a ticket's requester would get about each of its events so far,
// whatever the store knows.
func (o *Outbox) Preview(t *content.Ticket) (messages []*mail.Message, err error) {
	for _, e := range t.Events {
		m, err := o.Compose(context.Background(), store.Mail{Event: eventName(e), Recipient: t.Dir})
		switch {
		case errors.Is(err, errNothing):
		case err != nil:
			return nil, err
		default:
			messages = append(messages, m)
		}
	}
	return messages, nil
}
