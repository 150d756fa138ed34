package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Mail is one message to one person about one event.
type Mail struct {
	Seq       int64
	Event     string // what it is about: an event's path without .md, or a name of the outbox's own
	Recipient string // a ticket's directory, for its requester, people/<id>, or followers/<number>
	State     MailState
	Added     time.Time // to the second
	Due       time.Time // when it is to be tried, to the second
	Tries     int       // how often it was
	Reason    string    // why it was not sent
}

// MailState is what became of a mail.
type MailState string

// The states.
const (
	MailWaits   MailState = "waiting"
	MailSent    MailState = "sent" // a server took it
	MailFailed  MailState = "failed"
	MailLate    MailState = "late"    // its event was too old when it was first seen
	MailStopped MailState = "stopped" // there is nothing to be told, or it is not wanted
)

const mailColumns = "seq, event, recipient, state, added, due, tries, reason"

// PutMail adds a mail, and reports whether it is new: no other is about the same event to the same
// recipient.
func (tx *Tx) PutMail(m Mail) (added bool, err error) {
	var n int
	if err := tx.one("SELECT COUNT(*) FROM outbox WHERE event = ? AND recipient = ?", []any{m.Event, m.Recipient}, &n); err != nil || n > 0 {
		return false, err
	}
	seq, err := tx.Next("seq", func() int64 { return 0 })
	if err != nil {
		return false, err
	}
	tx.mailed = tx.mailed || m.State == MailWaits
	return true, tx.exec("INSERT INTO outbox (seq, event, recipient, state, added, due, changed, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		seq, m.Event, m.Recipient, string(m.State), m.Added.Unix(), unixOrZero(m.Due), m.Added.Unix(), m.Reason)
}

// MailAdded returns when a mail was added; zero where there is none about the event to the
// recipient.
func (tx *Tx) MailAdded(event, recipient string) (time.Time, error) {
	var at int64
	if err := tx.one("SELECT COALESCE(MAX(added), 0) FROM outbox WHERE event = ? AND recipient = ?", []any{event, recipient}, &at); err != nil || at == 0 {
		return time.Time{}, err
	}
	return time.Unix(at, 0).UTC(), nil
}

// SentMail notes that a server took a mail for an address. Of the address a hash is kept.
func (tx *Tx) SentMail(seq int64, address string, now time.Time) error {
	return tx.exec("UPDATE outbox SET state = ?, tries = tries + 1, address = ?, changed = ?, reason = '' WHERE seq = ?", string(MailSent), addressHash(address), now.Unix(), seq)
}

// PutOffMail notes why a mail could not be sent, and when it is tried again.
func (tx *Tx) PutOffMail(seq int64, until time.Time, reason string) error {
	tx.mailed = true
	return tx.exec("UPDATE outbox SET tries = tries + 1, due = ?, reason = ? WHERE seq = ?", until.Unix(), reason, seq)
}

// FailMail notes why a mail is not tried any more.
func (tx *Tx) FailMail(seq int64, now time.Time, reason string) error {
	return tx.exec("UPDATE outbox SET state = ?, changed = ?, reason = ? WHERE seq = ?", string(MailFailed), now.Unix(), reason, seq)
}

// StopMail notes that there is nothing to be sent any more.
func (tx *Tx) StopMail(seq int64, now time.Time) error {
	return tx.exec("UPDATE outbox SET state = ?, changed = ?, reason = '' WHERE seq = ?", string(MailStopped), now.Unix(), seq)
}

// ForgetFollowerMails forgets the mails to single followers that were done with before an instant.
// That an update was noted for all who follow stays.
func (tx *Tx) ForgetFollowerMails(before time.Time) error {
	return tx.exec("DELETE FROM outbox WHERE "+toFollower+" AND state <> ? AND changed < ?", string(MailWaits), before.Unix())
}

// toFollower matches the recipients that are single followers.
const toFollower = "recipient LIKE 'followers/%'"

// Conditions that repeat the one of an index: without it the whole outbox is read.
const (
	toAddress   = "address = ? AND changed >= ? AND address <> ''"
	waitsToSend = "state = 'waiting'"
	wasGivenUp  = "state = 'failed' AND state IN ('failed', 'late')"
)

// SentTo counts the mails that were sent to an address since an instant.
func (s *Store) SentTo(ctx context.Context, address string, since time.Time) (n int, err error) {
	err = one(ctx, s.reader(), "SELECT COUNT(*) FROM outbox WHERE "+toAddress, []any{addressHash(address), since.Unix()}, &n)
	return n, err
}

func addressHash(address string) string { return tokenHash(strings.ToLower(address)) }

// DueMails returns the first n mails that are to be tried by an instant.
func (s *Store) DueMails(ctx context.Context, now time.Time, n int) ([]Mail, error) {
	return s.mails(ctx, "state = 'waiting' AND due <= ? ORDER BY due, seq LIMIT ?", now.Unix(), n)
}

// NextMail returns when the first mail that waits is due; zero: none waits.
func (s *Store) NextMail(ctx context.Context) (time.Time, error) {
	all, err := s.mails(ctx, "state = 'waiting' ORDER BY due, seq LIMIT 1")
	if err != nil || len(all) == 0 {
		return time.Time{}, err
	}
	return all[0].Due, nil
}

// UnsentMails returns the newest n mails that staff should know of: those that failed, and those
// whose event was too old when it was first seen.
func (s *Store) UnsentMails(ctx context.Context, n int) ([]Mail, error) {
	return s.mails(ctx, "state IN ('failed', 'late') ORDER BY seq DESC LIMIT ?", n)
}

// LastMails returns the newest n mails, the newest first.
func (s *Store) LastMails(ctx context.Context, n int) ([]Mail, error) {
	return s.mails(ctx, "state <> 'stopped' ORDER BY seq DESC LIMIT ?", n)
}

// FindMail returns the mail with a number, or nil.
func (s *Store) FindMail(ctx context.Context, seq int64) (*Mail, error) {
	all, err := s.mails(ctx, "seq = ?", seq)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

// WaitingMails returns the recipients of mails that are still to be tried. Those of requesters are
// the directories of their tickets.
func (s *Store) WaitingMails(ctx context.Context) ([]string, error) {
	return s.texts(ctx, "SELECT DISTINCT recipient FROM outbox WHERE state = 'waiting'")
}

// CountMails counts the mails that wait, and those that failed.
func (s *Store) CountMails(ctx context.Context) (waiting, failed int, err error) {
	err = one(ctx, s.reader(), "SELECT (SELECT COUNT(*) FROM outbox WHERE "+waitsToSend+"), (SELECT COUNT(*) FROM outbox WHERE "+wasGivenUp+")", nil, &waiting, &failed)
	return waiting, failed, err
}

// HasMail reports whether there is a mail about an event to a recipient.
func (s *Store) HasMail(ctx context.Context, event, recipient string) (bool, error) {
	var n int
	err := one(ctx, s.reader(), "SELECT COUNT(*) FROM outbox WHERE event = ? AND recipient = ?", []any{event, recipient}, &n)
	return n > 0, err
}

// KnownMails returns the events of all mails, each with its recipient, but for those to single
// followers.
func (s *Store) KnownMails(ctx context.Context) (map[[2]string]bool, error) {
	found, err := s.reader().QueryContext(ctx, "SELECT event, recipient FROM outbox WHERE NOT "+toFollower)
	if err != nil {
		return nil, fmt.Errorf("read the outbox: %w", err)
	}
	defer found.Close()
	known := map[[2]string]bool{}
	for found.Next() {
		var key [2]string
		if err := found.Scan(&key[0], &key[1]); err != nil {
			return nil, fmt.Errorf("read the outbox: %w", err)
		}
		known[key] = true
	}
	return known, found.Err()
}

// MailSince returns since when mail goes out: the first call's instant, to the second.
func (s *Store) MailSince(ctx context.Context, now time.Time) (time.Time, error) {
	const counter = "mail since"
	var unix int64
	err := one(ctx, s.reader(), "SELECT value FROM counters WHERE name = ?", []any{counter}, &unix)
	if errors.Is(err, sql.ErrNoRows) {
		err = s.Write(ctx, func(tx *Tx) error {
			unix, err = tx.Next(counter, func() int64 { return now.Unix() - 1 })
			return err
		})
	}
	return time.Unix(unix, 0).UTC(), err
}

func (s *Store) mails(ctx context.Context, where string, args ...any) (all []Mail, err error) {
	found, err := s.reader().QueryContext(ctx, "SELECT "+mailColumns+" FROM outbox WHERE "+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read the outbox: %w", err)
	}
	defer found.Close()
	for found.Next() {
		var m Mail
		var added, due int64
		if err := found.Scan(&m.Seq, &m.Event, &m.Recipient, &m.State, &added, &due, &m.Tries, &m.Reason); err != nil {
			return nil, fmt.Errorf("read the outbox: %w", err)
		}
		m.Added, m.Due = time.Unix(added, 0).UTC(), time.Unix(due, 0).UTC()
		all = append(all, m)
	}
	return all, found.Err()
}
