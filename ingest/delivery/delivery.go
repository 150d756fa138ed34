// Package delivery works off what webhooks delivered, after it was accepted.
//
//	store: a delivery that waits ─► webhook.Parse ─► actions ─► filing, in one transaction ─► done
//	                                                        └─► can't be used: put aside, with the reason
//
// A delivery and what is filed for it are one transaction of the store, so a kill at any moment
// files it once. What can't be used is kept for 30 days, and can be tried again: it is read anew,
// by the hook as it is then.
//
// # Incidents
//
// A machine says that something is wrong, changed or over, and when. [Worker] keeps what it said
// last of each incident, by the hook and the machine's key (alert.go):
//   - what is older than what it said last files nothing, whatever the order of arrival;
//   - "over" without an incident is remembered and files nothing;
//   - what begins again within 30 minutes opens the same incident again, later ones a new incident;
//   - from the third change in ten minutes on, a state is filed only when it has held for ten
//     seconds;
//   - where staff said that it is resolved, nothing is filed until the machine has said so too.
//
// All but the ten seconds goes by the times that the machine gives.
//
// # Reports
//
// How many more customers have an incident too is counted in the store. It is filed once a minute
// of an incident, in the transaction that counts them as filed (reports.go).
//
// # Mail
//
// A mail becomes a message on a ticket, a new ticket, a staff answer, or the news that a mail did
// not arrive. Everything that could name a ticket only finds it; who may write to it is decided by
// the sender's address (mail.go) and, of staff, by DMARC and a token that is good once
// (mailstaff.go). Whatever else comes is put aside.
//
// # Texts
//
// What a machine sends is plain text. It is escaped before it becomes Markdown (text.go).
package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"balie/content"
	"balie/ingest/filing"
	"balie/ingest/form"
	"balie/ingest/mail"
	"balie/ingest/store"
	"balie/ingest/webhook"
	"balie/themes"
)

// Worker works off deliveries. Its fields are set before the first use.
type Worker struct {
	Tree  func() *content.Tree
	Theme func() *themes.Theme // nil where no version of the setup is right
	Filer *filing.Filer
	Store *store.Store
	Now   func() time.Time
	Fetch func(ref string) // told that something was pushed to a ref; nil: nobody follows a remote
	// StoreFile makes of a file that came by mail what is stored; nil: it is stored as it was sent.
	StoreFile func(context.Context, form.File) (filing.File, error)
	Log       *slog.Logger

	forgot time.Time     // when it last forgot what was kept for long enough
	key    mail.ReplyKey // of the addresses that people answer at; nil before the first mail
}

// unusable is why a delivery can't be used, in plain words.
type unusable string

func (u unusable) Error() string { return string(u) }

func unusablef(format string, args ...any) error { return unusable(fmt.Sprintf(format, args...)) }

const (
	pollEvery  = 10 * time.Second // for what another process put into the store
	retryAfter = time.Minute      // after a mistake of ours
)

// Run works off what waits until ctx ends.
func (w *Worker) Run(ctx context.Context) error {
	for {
		next, err := w.WorkOff(ctx)
		if err != nil && ctx.Err() == nil {
			w.Log.Error("deliveries wait", "error", err)
		}
		wait := pollEvery
		if until := next.Sub(w.Now()); !next.IsZero() && until < wait {
			wait = max(until, time.Second)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-w.Store.Delivered():
		case <-time.After(wait):
		}
	}
}

// WorkOff works off all that is due, and returns when the next one is; zero: none waits.
func (w *Worker) WorkOff(ctx context.Context) (next time.Time, err error) {
	for {
		if _, ok, err := w.Store.Lead(ctx); err != nil || !ok { // another intake does
			return time.Time{}, err
		}
		d, err := w.Store.DueDelivery(ctx, w.Now())
		if err != nil {
			return time.Time{}, err
		}
		if d == nil {
			break
		}
		if err := w.work(ctx, d); err != nil {
			return time.Time{}, err
		}
	}
	if err := errors.Join(w.fileReports(ctx), w.forget(ctx), w.Store.Poll(ctx)); err != nil {
		return time.Time{}, err
	}
	return w.Store.NextDelivery(ctx)
}

// forget drops what was kept for long enough, once an hour.
func (w *Worker) forget(ctx context.Context) error {
	now := w.Now()
	if now.Sub(w.forgot) < time.Hour {
		return nil
	}
	w.forgot = now
	return w.Store.ForgetDeliveries(ctx, now)
}

// work works off one delivery. The error is one of the store.
func (w *Worker) work(ctx context.Context, d *store.Delivery) error {
	var after []func()
	m, err := w.readMail(ctx, d)
	if err == nil {
		err = w.Store.Write(ctx, func(tx *store.Tx) (err error) {
			after, err = w.workIn(tx, d, m)
			return err
		})
	}
	var why unusable
	switch {
	case err == nil:
		for _, do := range after {
			do()
		}
		return nil
	case errors.Is(err, store.ErrNotKept), ctx.Err() != nil:
		return err
	case errors.As(err, &why):
		// The reason may have the sender's words. It is kept in the store, and not logged.
		w.Log.Warn("a delivery can't be used", "hook", d.Hook, "delivery", d.Seq)
		return w.Store.Write(ctx, func(tx *store.Tx) error { return tx.PutAside(d, string(why)) })
	case !errors.Is(err, filing.ErrTooFast):
		w.Log.Error("a delivery was not worked off", "hook", d.Hook, "delivery", d.Seq, "error", err)
	}
	return w.Store.Write(ctx, func(tx *store.Tx) error { return tx.Hold(d, w.Now().Add(retryAfter)) })
}

// workIn carries out a delivery's actions in a transaction. after is to be done once it is durable.
// m is the mail that it is, or nil.
func (w *Worker) workIn(tx *store.Tx, d *store.Delivery, m *mailed) (after []func(), err error) {
	hook := w.Tree().Hook(d.Hook)
	if hook == nil {
		return nil, unusablef("hooks.yaml has no %s", d.Hook)
	}
	parsed, err := webhook.Parse(hook, webhook.Request{Header: d.Headers, Body: d.Body})
	switch {
	case errors.Is(err, webhook.ErrMalformed), errors.Is(err, webhook.ErrKind):
		return nil, unusable(err.Error())
	case err != nil:
		return nil, err
	case parsed.Unusable != "":
		return nil, unusable(parsed.Unusable)
	}
	held := false
	for i, a := range parsed.Actions {
		id := filing.KeyID("hooks/"+d.Hook, fmt.Sprintf("%d %s", i, d.ID), d.Body)
		switch a := a.(type) {
		case webhook.Ticket:
			err = w.fileTicket(tx, hook, a, id)
		case webhook.Mail:
			err = m.file(tx, id)
		case webhook.Paid:
			err = w.filePaid(tx, hook, a, id)
		case webhook.Alert:
			var until time.Time
			if until, err = w.fileAlert(tx, hook, a, d, id); !until.IsZero() {
				held, err = true, tx.Hold(d, until)
			}
		case webhook.Fetch:
			if w.Fetch != nil {
				after = append(after, func() { w.Fetch(a.Ref) })
			}
		}
		if err != nil {
			return nil, err
		}
	}
	if held {
		return after, nil
	}
	return after, tx.Done(d)
}
