package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// keptDelivery is how long a delivery's id is known, how long one that can't be used is kept, and
// how long it is known what a machine said last of an incident.
const keptDelivery = 30 * 24 * time.Hour

// Delivery is a webhook's request that was accepted.
type Delivery struct {
	Seq      int64
	Hook     string      // the hook's name
	ID       string      // by which a repetition is known
	Headers  http.Header // those that are needed to read it again
	Body     []byte      // nil once it was worked off
	Received time.Time   // to the second
	Due      time.Time   // when it is to be worked off, to the second; zero: at once
	Reason   string      // why it can't be used; "" where it can
}

// The states of a delivery.
const (
	deliveryWaits = "waiting"
	deliveryDone  = "done"
	deliveryAside = "aside" // it can't be used
)

const deliveryColumns = "seq, hook, id, headers, body, received, due, reason"

// PutDelivery adds a delivery that waits, or that can't be used where it has a Reason. It reports
// whether the delivery is new: one with this hook and id is not there yet.
func (tx *Tx) PutDelivery(d Delivery) (added bool, err error) {
	id := tokenHash(d.ID)
	var n int
	if err := tx.one("SELECT COUNT(*) FROM deliveries WHERE hook = ? AND id = ?", []any{d.Hook, id}, &n); err != nil || n > 0 {
		return false, err
	}
	seq, err := tx.Next("seq", func() int64 { return 0 })
	if err != nil {
		return false, err
	}
	headers, err := json.Marshal(d.Headers)
	if err != nil {
		return false, err
	}
	state := deliveryWaits
	if d.Reason != "" {
		state = deliveryAside
	}
	tx.delivered = tx.delivered || state == deliveryWaits
	return true, tx.exec("INSERT INTO deliveries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		seq, d.Hook, id, string(headers), d.Body, d.Received.Unix(), unixOrZero(d.Due), state, d.Reason)
}

func unixOrZero(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

// DueDelivery returns the first delivery that is to be worked off by an instant, or nil.
func (s *Store) DueDelivery(ctx context.Context, now time.Time) (*Delivery, error) {
	all, err := s.deliveries(ctx, s.reader(), "state = 'waiting' AND due <= ? ORDER BY due, seq LIMIT 1", now.Unix())
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

// NextDelivery returns when the first delivery that waits is due; zero: none waits.
func (s *Store) NextDelivery(ctx context.Context) (time.Time, error) {
	all, err := s.deliveries(ctx, s.reader(), "state = 'waiting' ORDER BY due, seq LIMIT 1")
	if err != nil || len(all) == 0 {
		return time.Time{}, err
	}
	return time.Unix(unixOrZero(all[0].Due), 0), nil
}

// AsideDeliveries returns the deliveries that can't be used, the oldest first.
func (s *Store) AsideDeliveries(ctx context.Context) ([]Delivery, error) {
	return s.deliveries(ctx, s.reader(), "state = 'aside' ORDER BY seq")
}

// Done notes that a delivery was worked off. Its id stays, its body does not.
func (tx *Tx) Done(d *Delivery) error {
	return tx.exec("UPDATE deliveries SET state = ?, headers = '{}', body = ?, reason = '' WHERE seq = ?", deliveryDone, []byte{}, d.Seq)
}

// Hold puts a delivery off.
func (tx *Tx) Hold(d *Delivery, until time.Time) error {
	tx.delivered = true
	return tx.exec("UPDATE deliveries SET state = ?, due = ?, reason = '' WHERE seq = ?", deliveryWaits, unixOrZero(until), d.Seq)
}

// PutAside keeps a delivery that can't be used, with the reason.
func (tx *Tx) PutAside(d *Delivery, reason string) error {
	return tx.exec("UPDATE deliveries SET state = ?, reason = ? WHERE seq = ?", deliveryAside, reason, d.Seq)
}

// ForgetDeliveries drops what has been kept for 30 days of deliveries and alerts, and of rows that
// can't be used.
func (s *Store) ForgetDeliveries(ctx context.Context, now time.Time) error {
	end := now.Add(-keptDelivery).Unix()
	return s.Write(ctx, func(tx *Tx) error {
		if err := tx.exec("DELETE FROM deliveries WHERE state <> 'waiting' AND received < ?", end); err != nil {
			return err
		}
		if err := tx.exec("DELETE FROM submissions WHERE reason <> '' AND accepted < ?", end); err != nil {
			return err
		}
		return tx.exec("DELETE FROM alerts WHERE changed < ?", end)
	})
}

func (s *Store) deliveries(ctx context.Context, q querier, where string, args ...any) (all []Delivery, err error) {
	rows, err := q.QueryContext(ctx, "SELECT "+deliveryColumns+" FROM deliveries WHERE "+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read the deliveries: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var d Delivery
		var headers string
		var received, due int64
		if err := rows.Scan(&d.Seq, &d.Hook, &d.ID, &headers, &d.Body, &received, &due, &d.Reason); err != nil {
			return nil, fmt.Errorf("read the deliveries: %w", err)
		}
		if err := json.Unmarshal([]byte(headers), &d.Headers); err != nil {
			return nil, fmt.Errorf("read delivery %d: %w", d.Seq, err)
		}
		d.Received = time.Unix(received, 0).UTC()
		if due != 0 {
			d.Due = time.Unix(due, 0).UTC()
		}
		all = append(all, d)
	}
	return all, rows.Err()
}

// Alert is what a machine said last of an incident.
type Alert struct {
	Hook  string
	Key   string // by which the hook tells incidents apart
	Dir   string // the incident's directory; "": it opened none
	State string // the worker's own record
}

// Alert returns what a hook said last of the incident with a key, or nil.
func (tx *Tx) Alert(hook, key string) (*Alert, error) {
	a := Alert{Hook: hook, Key: key}
	err := tx.one("SELECT dir, state FROM alerts WHERE hook = ? AND key = ?", []any{hook, tokenHash(key)}, &a.Dir, &a.State)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &a, err
}

// PutAlert keeps what a hook said of an incident.
func (tx *Tx) PutAlert(a Alert, now time.Time) error {
	return tx.exec(`INSERT INTO alerts VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (hook, key) DO UPDATE SET dir = excluded.dir, state = excluded.state, changed = excluded.changed`,
		a.Hook, tokenHash(a.Key), a.Dir, a.State, now.Unix())
}

// MoveAlert says that an incident was filed in another directory than first decided.
func (tx *Tx) MoveAlert(from, to string) error {
	return tx.exec("UPDATE alerts SET dir = ? WHERE dir = ?", to, from)
}
