package outbox

import (
	"context"
	"errors"
	"hash/fnv"
	"strings"
	"sync"
	"time"

	"balie/content"
	"balie/ingest/filing"
	"balie/ingest/mail"
	"balie/ingest/store"
)

const (
	pollEvery      = 10 * time.Second // for what another process put into the store
	batch          = 100              // mails that are read at once
	maxConnections = 4                // to the server
	perConnection  = 10               // mails for which another one is opened
	perDay         = 50               // mails that one address gets within 24 hours
	maxFailing     = 5 * time.Minute  // the longest pause between two tries to reach the server
)

// pauses are how long a mail waits after each time that a server refused it. After the last one it
// is given up: it has been tried for about three days.
var pauses = []time.Duration{
	30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour,
	8 * time.Hour, 8 * time.Hour, 12 * time.Hour, 12 * time.Hour, 12 * time.Hour, 12 * time.Hour,
}

// Run sends what is due until ctx ends. Report is told once why nothing can be sent, and with nil
// when that is over.
func (o *Outbox) Run(ctx context.Context, report func(error)) error {
	for {
		was := o.failing
		next, err := o.SendDue(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if (err != nil) != (was > 0) {
			report(err)
		}
		wake, wait := o.Store.Mailed(), pollEvery
		if until := next.Sub(o.Now()); !next.IsZero() && until < wait {
			wait = max(until, time.Second)
		}
		o.failing = 0
		if err != nil { // what comes meanwhile waits with the rest
			o.failing = min(max(5*time.Second, 2*was), maxFailing)
			wake, wait = nil, o.failing
		}
		select {
		case <-ctx.Done():
			return nil
		case <-wake:
		case <-time.After(wait):
		}
	}
}

// SendDue sends all that is due, and returns when the next mail is; zero: none waits. The error
// says that nothing can be sent now.
func (o *Outbox) SendDue(ctx context.Context) (next time.Time, err error) {
	site := o.Tree().Site
	if o.Server == nil || site.Mail == nil {
		return time.Time{}, nil
	}
	if _, ok, err := o.Store.Lead(ctx); err != nil || !ok { // another intake does
		return time.Time{}, err
	}
	open := make([]*mail.Connection, maxConnections)
	defer func() {
		for _, connection := range open {
			if connection != nil {
				connection.Close()
			}
		}
	}()
	for {
		mails, err := o.Store.DueMails(ctx, o.Now(), batch)
		if err != nil {
			return time.Time{}, err
		}
		if len(mails) == 0 {
			return o.Store.NextMail(ctx)
		}
		if err := o.sendAll(ctx, site.Mail, open, mails); err != nil {
			return time.Time{}, err
		}
	}
}

// sendAll sends mails over one connection or, where they are many, over several at once: what is
// noted at once shares a sync of the disk. Mails to one recipient go over one connection, in order.
func (o *Outbox) sendAll(ctx context.Context, settings *content.Mail, open []*mail.Connection, mails []store.Mail) error {
	queues := make([][]store.Mail, min(len(open), 1+len(mails)/perConnection))
	for _, m := range mails {
		h := fnv.New32a()
		h.Write([]byte(m.Recipient))
		i := int(h.Sum32() % uint32(len(queues)))
		queues[i] = append(queues[i], m)
	}
	running, stop := context.WithCancel(ctx)
	defer stop()
	errs := make([]error, len(queues))
	var group sync.WaitGroup
	for i, queue := range queues {
		group.Go(func() {
			if errs[i] = o.sendQueue(running, settings, &open[i], queue); errs[i] != nil {
				stop()
			}
		})
	}
	group.Wait()
	return errors.Join(append(errs, ctx.Err())...)
}

// sendQueue sends mails one after the other until ctx ends. It opens the connection where that is
// not open.
func (o *Outbox) sendQueue(ctx context.Context, settings *content.Mail, connection **mail.Connection, mails []store.Mail) (err error) {
	for _, m := range mails {
		if ctx.Err() != nil {
			return nil
		}
		if *connection == nil {
			if *connection, err = o.connect(ctx, settings); err != nil && ctx.Err() == nil {
				return err
			}
			if *connection == nil {
				return nil
			}
		}
		if err := o.send(ctx, *connection, m); err != nil {
			return err
		}
	}
	return nil
}

func (o *Outbox) connect(ctx context.Context, settings *content.Mail) (*mail.Connection, error) {
	server, err := o.Server(settings)
	if err != nil {
		return nil, err
	}
	return server.Connect(ctx)
}

// send sends one mail and notes what became of it. The error is one of the connection or of the
// store.
func (o *Outbox) send(ctx context.Context, connection *mail.Connection, m store.Mail) error {
	message, err := o.Compose(ctx, m)
	switch {
	case errors.Is(err, errNothing):
		return o.note(ctx, func(tx *store.Tx) error { return tx.StopMail(m.Seq, o.Now()) })
	case errors.Is(err, errNoSetup):
		return err
	case err != nil: // a mistake of ours, or a theme's
		o.Log.Error("a mail can't be made", "mail", m.Seq, "error", err)
		return o.putOff(ctx, m, "it can't be made: see the log", nil)
	}
	if !isStaff(m) {
		n, err := o.Store.SentTo(ctx, message.To.Address, o.Now().Add(-24*time.Hour))
		if err != nil {
			return err
		}
		if n >= perDay {
			return o.putOff(ctx, m, "its address got as many mails today as it may", nil)
		}
	}
	err = connection.Send(message)
	var refused *mail.Refused
	switch {
	case err == nil:
		return o.noteSent(ctx, m, message.To.Address)
	case errors.As(err, &refused):
		return o.putOff(ctx, m, refused.Reason, func() (string, bool) { return message.To.Address, refused.Permanent })
	}
	// It may be this mail that ends the connection. The others go before it the next time.
	return errors.Join(err, o.putOff(ctx, m, "the connection to the server ended", nil))
}

func isStaff(m store.Mail) bool { return strings.HasPrefix(m.Recipient, "people/") }

// note writes to the store also while ctx ends: what a server took must be known.
func (o *Outbox) note(ctx context.Context, do func(tx *store.Tx) error) error {
	return o.Store.Write(context.WithoutCancel(ctx), do)
}

// noteSent notes that a server took a mail and, of a receipt, that the number reached its
// requester.
func (o *Outbox) noteSent(ctx context.Context, m store.Mail, address string) error {
	acknowledged := o.acknowledgement(m)
	return o.note(ctx, func(tx *store.Tx) error {
		if acknowledged != nil {
			if _, err := o.Filer.FileIn(tx, *acknowledged); err != nil {
				o.Log.Error("that a number was sent is not filed", "mail", m.Seq, "error", err)
			}
		}
		return tx.SentMail(m.Seq, address, o.Now())
	})
}

// acknowledgement returns the event that a receipt makes, or nil. Who came by a form or the API had
// the number at once.
func (o *Outbox) acknowledgement(m store.Mail) *filing.Submission {
	t := ticketIn(o.Tree(), m.Recipient)
	if t == nil || t.Channel == "form" || t.Channel == "api" || t.Channel == "" {
		return nil
	}
	if e, _ := eventNamed(t.Events, m.Event); e == nil || e.Kind != content.Received {
		return nil
	}
	return byBalie(m, &content.Event{Kind: content.Acknowledged})
}

// byBalie is an event of a mail's ticket that the outbox files, once.
func byBalie(m store.Mail, e *content.Event) *filing.Submission {
	e.Author = content.Balie
	return &filing.Submission{ID: filing.KeyID("mail", string(e.Kind)+" "+m.Event+" "+m.Recipient), Dir: m.Recipient, Events: []*content.Event{e}}
}

// putOff notes that a mail was refused. Where there is no use in trying again it is given up. If
// refused says to which address it was sent, the ticket gets the event bounced, and a follower is
// forgotten.
func (o *Outbox) putOff(ctx context.Context, m store.Mail, reason string, refused func() (address string, permanent bool)) error {
	now := o.Now()
	address, permanent := "", false
	if refused != nil {
		address, permanent = refused()
	}
	if !permanent && m.Tries < len(pauses) {
		return o.note(ctx, func(tx *store.Tx) error { return tx.PutOffMail(m.Seq, now.Add(pauses[m.Tries]), reason) })
	}
	return o.note(ctx, func(tx *store.Tx) error {
		if recipient, ok := followingRecipient(m.Recipient); ok && permanent {
			if err := tx.ForgetRecipient(recipient); err != nil {
				return err
			}
		} else if !ok && address != "" && !isStaff(m) {
			bounced := byBalie(m, &content.Event{Kind: content.Bounced, Front: &content.Front{Address: address, Reason: reason}})
			if _, err := o.Filer.FileIn(tx, *bounced); err != nil {
				o.Log.Error("that a mail was given up is not filed", "mail", m.Seq, "error", err)
			}
		}
		return tx.FailMail(m.Seq, now, reason)
	})
}
