package store

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// Reported is how many browsers said of an incident that its customer has it too and left no
// message. Which browsers did is known by marks alone, under a key that is forgotten with them.
type Reported struct {
	Incident string    // its id, such as 2026/1120-payments
	Waiting  int       // how many are not filed yet
	Due      time.Time // when they may be filed, to the second
}

// reportsEvery is how long an incident's reports are gathered before they are filed together.
const reportsEvery = time.Minute

// AddReport counts a browser as one that has an incident too. Who says what it is known by; the
// store keeps only its HMAC. It reports whether the browser was not known yet.
func (tx *Tx) AddReport(incident, who string, now time.Time) (isNew bool, err error) {
	fresh := make([]byte, secretSize)
	rand.Read(fresh)
	if err := tx.exec("INSERT INTO reported VALUES (?, ?, 0, ?) ON CONFLICT DO NOTHING", incident, fresh, now.Add(reportsEvery).Unix()); err != nil {
		return false, err
	}
	var key []byte
	if err := tx.one("SELECT key FROM reported WHERE incident = ?", []any{incident}, &key); err != nil {
		return false, err
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(who))
	var mark string
	err = tx.one("INSERT INTO reports VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING mark", []any{incident, hex.EncodeToString(mac.Sum(nil))}, &mark)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, tx.exec("UPDATE reported SET waiting = waiting + 1 WHERE incident = ?", incident)
}

// Reported returns what is known of an incident's reports; its zero value where none came.
func (tx *Tx) Reported(incident string) (Reported, error) {
	all, err := reported(context.Background(), tx.conn, "WHERE incident = ?", incident)
	if err != nil || len(all) == 0 {
		return Reported{}, err
	}
	return all[0], nil
}

// Reported lists the incidents that have reports.
func (s *Store) Reported(ctx context.Context) ([]Reported, error) {
	return reported(ctx, s.reader(), "ORDER BY incident")
}

// ReportsFiled notes that those of an incident that waited are filed, in the transaction that files
// them.
func (tx *Tx) ReportsFiled(incident string, now time.Time) error {
	return tx.exec("UPDATE reported SET waiting = 0, due = ? WHERE incident = ?", now.Add(reportsEvery).Unix(), incident)
}

// ForgetReports forgets which browsers have an incident, and the key of their marks.
func (tx *Tx) ForgetReports(incident string) error {
	if err := tx.exec("DELETE FROM reports WHERE incident = ?", incident); err != nil {
		return err
	}
	tx.after = append(tx.after, tx.s.purge)
	return tx.exec("DELETE FROM reported WHERE incident = ?", incident)
}

func reported(ctx context.Context, q querier, where string, args ...any) (all []Reported, err error) {
	rows, err := q.QueryContext(ctx, "SELECT incident, waiting, due FROM reported "+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read the reports: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r Reported
		var due int64
		if err := rows.Scan(&r.Incident, &r.Waiting, &due); err != nil {
			return nil, fmt.Errorf("read the reports: %w", err)
		}
		r.Due = time.Unix(due, 0).UTC()
		all = append(all, r)
	}
	return all, rows.Err()
}
