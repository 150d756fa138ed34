package outbox

import (
	"context"
	"strconv"
	"strings"
	"time"

	"balie/content"
	"balie/ingest/mail"
	"balie/ingest/store"
)

// linksEvery is how often the addresses of one requester's questions are mailed at most.
const linksEvery = 10 * time.Minute

// linksName begins the events of mails with the addresses of a requester's questions. What follows
// it is a span of linksEvery, counted from 1970.
const linksName = "links "

func linksEvent(span int64) string { return linksName + strconv.FormatInt(span, 10) }

// MailLinks mails a requester the addresses of their questions, if there are any under an e-mail
// address. The store keeps the first of these tickets and not the address: the mail is made when it
// is sent, for the ticket's requester.
func (o *Outbox) MailLinks(ctx context.Context, address string) error {
	tree := o.Tree()
	if tree.Site.Mail == nil {
		return nil
	}
	c, err := o.composerOf(tree)
	if err != nil {
		return err
	}
	now := o.Now()
	own := c.at(tree, now).WithAddress(address)
	if len(own) == 0 {
		return nil
	}
	return o.Store.Write(ctx, func(tx *store.Tx) error {
		recipient, span := own[0].Dir, now.Unix()/int64(linksEvery/time.Second)
		last, err := tx.MailAdded(linksEvent(span-1), recipient)
		if err != nil || now.Sub(last) < linksEvery {
			return err
		}
		_, err = tx.PutMail(store.Mail{Event: linksEvent(span), Recipient: recipient, State: store.MailWaits, Added: now, Due: now})
		return err
	})
}

func (c *composer) linksMail(tree *content.Tree, t *content.Ticket, event string, now time.Time) (*mail.Message, error) {
	v := c.at(tree, now).Links(t.Requester.Email)
	if len(v.Tickets) == 0 {
		return nil, errNothing
	}
	m := c.message(t, v.Lang, now)
	m.ID = mail.MessageID(event, t.Number, c.host)
	m.ReplyTo = "" // it is about several tickets
	var err error
	if m.Subject, err = c.theme.Locale(v.Lang).T("mail.links"); err != nil {
		return nil, err
	}
	return m, c.render(m, "linksmail", v)
}

func isLinks(event string) bool { return strings.HasPrefix(event, linksName) }
