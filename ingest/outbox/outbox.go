// Package outbox tells people by mail what happened: requesters what staff and rules did, and the
// staff what they want to hear of.
//
//	reading, and the one before ─► Note: what is new ─► store: a mail for each event and recipient
//	store: a mail that is due ─► compose, from the reading as it is then ─► server ─► sent
//
// # Once
//
// A mail is known by its event and its recipient, for good. So a restart, a second intake with the
// same store, or a history that was rewritten sends nothing twice. That a server took a mail is
// noted before the next one goes over the same connection. A kill between the two sends the mail
// again, under the same Message-ID: nobody but the server knows whether it came through.
//
// The first start with mail notes its instant: what happened before it, or before mail.since,
// counts as told. What is older than seven days when it is first seen is listed to staff, and not
// sent.
//
// # Whom
//
// A ticket's requester hears of each public event that they did not make themselves. Nothing is
// said of a ticket that is spam or is held for a look. No more than 50 mails a day go to one
// address. A requester whose ticket says so hears the updates of its incident, until they end that.
//
// Where site.yaml says follow.mail, whoever confirmed that they follow a service, a case or all
// hears of each public update that is newer than their confirmation. Their recipient in the outbox
// is followers/<number>, one for each address: an address that follows in two ways hears once, also
// where it is told as a requester. One more row, of recipient followers, says that an update was
// noted for all. Addresses are kept in the store alone, until they stop; who was told of what, for
// two weeks (follow.go).
//
// # Failing
//
// While the server can't be reached, what is due waits. A mail that a server refuses is tried again
// after longer and longer times, for about three days. Then, or where the server says that there is
// no such mailbox, it is given up, and the ticket gets the event bounced. A follower without a
// mailbox is forgotten.
package outbox

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"balie/content"
	"balie/ingest/filing"
	"balie/ingest/mail"
	"balie/ingest/store"
	"balie/themes"
)

// Outbox writes mails and sends them. Its fields are set before the first use. It is then safe for
// use by many at once.
type Outbox struct {
	Tree      func() *content.Tree
	Theme     func() *themes.Theme // shows prose with absolute addresses; nil where no setup is right
	Store     *store.Store
	Filer     *filing.Filer
	Key       mail.ReplyKey // by which answers find their ticket
	BaseURL   string        // the site's address; default: site.yaml's
	IntakeURL string        // default: site.yaml's, else the site's
	Now       func() time.Time
	Log       *slog.Logger
	Finds     bool // staff can search where the mailbox is served
	// Server returns the server that mail is handed to. Nil: nothing leaves.
	Server func(*content.Mail) (mail.Server, error)

	noting sync.Mutex // held while a reading is looked through
	prior  *content.Tree
	known  map[[2]string]bool // the store's, at the first reading
	since  time.Time          // from when on mail goes out

	overdueAt time.Time // when broken promises were looked for last
	forgotAt  time.Time // when it was looked for what can be forgotten of followers

	composing sync.Mutex
	composer  *composer // of the setup seen last

	failing time.Duration // how long is waited for a server that can't be reached
}

// maxAge is how old an event is at most when it is mailed.
const maxAge = 7 * 24 * time.Hour

// Note puts a mail into the store for each event that is new since the reading before, and for each
// promise to a requester that was broken.
func (o *Outbox) Note(ctx context.Context) error {
	o.noting.Lock()
	defer o.noting.Unlock()
	tree := o.Tree()
	if tree.Site.Mail == nil {
		o.prior = nil
		return nil
	}
	now := o.Now()
	if o.known == nil {
		if err := o.begin(ctx, now); err != nil {
			return err
		}
	}
	if err := o.putAll(ctx, o.newMails(tree, now)); err != nil {
		return err
	}
	if err := o.noteUpdates(ctx, tree, now); err != nil {
		return err
	}
	if err := o.forget(ctx, now); err != nil {
		return err
	}
	if now.Sub(o.overdueAt) >= overdueEvery {
		o.overdueAt = now
	}
	o.prior = tree
	return nil
}

// maxTogether is how many mails are put into the store in one transaction.
const maxTogether = 64

// begin reads what the store knows.
func (o *Outbox) begin(ctx context.Context, now time.Time) (err error) {
	if o.since, err = o.Store.MailSince(ctx, now); err != nil {
		return err
	}
	o.known, err = o.Store.KnownMails(ctx)
	return err
}

func (o *Outbox) putAll(ctx context.Context, mails []store.Mail) error {
	for len(mails) > 0 {
		n := min(len(mails), maxTogether)
		if err := o.put(ctx, mails[:n]); err != nil {
			return err
		}
		mails = mails[n:]
	}
	return nil
}

func (o *Outbox) put(ctx context.Context, mails []store.Mail) error {
	err := o.Store.Write(ctx, func(tx *store.Tx) error {
		for _, m := range mails {
			if _, err := tx.PutMail(m); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, m := range mails {
		if _, ok := followingRecipient(m.Recipient); !ok { // they are as many as follow
			o.known[[2]string{m.Event, m.Recipient}] = true
		}
	}
	return nil
}
