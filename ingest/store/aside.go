package store

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"
)

// ErrNoAside says that nothing was put aside under a number.
var ErrNoAside = errors.New("nothing was put aside under this number")

// Aside is what was accepted and can't be used: a delivery, or a row.
type Aside struct {
	Seq    int64
	Hook   string // of a delivery; "" for a row
	Dir    string // of a row's case; "" for a delivery
	At     time.Time
	Reason string
	Body   []byte // a delivery's; of a row its change as JSON
}

// Aside lists what can't be used, in the order in which it was accepted.
func (s *Store) Aside(ctx context.Context) (all []Aside, err error) {
	deliveries, err := s.AsideDeliveries(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range deliveries {
		all = append(all, Aside{Seq: d.Seq, Hook: d.Hook, At: d.Received, Reason: d.Reason, Body: d.Body})
	}
	rows, err := s.reader().QueryContext(ctx, "SELECT seq, dir, accepted, reason, payload FROM submissions WHERE reason <> ''")
	if err != nil {
		return nil, fmt.Errorf("read what was put aside: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var a Aside
		var at int64
		if err := rows.Scan(&a.Seq, &a.Dir, &at, &a.Reason, &a.Body); err != nil {
			return nil, fmt.Errorf("read what was put aside: %w", err)
		}
		a.At = time.Unix(at, 0).UTC()
		all = append(all, a)
	}
	slices.SortFunc(all, func(a, b Aside) int { return cmp.Compare(a.Seq, b.Seq) })
	return all, rows.Err()
}

// CountAside counts what can't be used.
func (s *Store) CountAside(ctx context.Context) (n int, err error) {
	err = one(ctx, s.reader(), "SELECT (SELECT COUNT(*) FROM deliveries WHERE state = 'aside') + (SELECT COUNT(*) FROM submissions WHERE reason <> '')", nil, &n)
	return n, err
}

// RetryAside lets what was put aside wait again.
func (s *Store) RetryAside(ctx context.Context, seq int64) error {
	return s.change(ctx, seq,
		"UPDATE deliveries SET state = 'waiting', due = 0, reason = '' WHERE state = 'aside' AND seq = ?",
		"UPDATE submissions SET reason = '' WHERE reason <> '' AND seq = ?")
}

// DropAside forgets what was put aside. A repetition of a delivery stays one.
func (s *Store) DropAside(ctx context.Context, seq int64) error {
	return s.change(ctx, seq,
		"UPDATE deliveries SET state = 'done', headers = '{}', body = '', reason = '' WHERE state = 'aside' AND seq = ?",
		"DELETE FROM submissions WHERE reason <> '' AND seq = ?")
}

// change carries out the statement that something is changed by.
func (s *Store) change(ctx context.Context, seq int64, statements ...string) error {
	return s.Write(ctx, func(tx *Tx) error {
		var changed int64
		for _, statement := range statements {
			result, err := tx.conn.ExecContext(ctx, statement, seq)
			if err != nil {
				return err
			}
			n, err := result.RowsAffected()
			if err != nil {
				return err
			}
			changed += n
		}
		if changed == 0 {
			return ErrNoAside
		}
		tx.added, tx.delivered = true, true
		return nil
	})
}

// dropNaming forgets the deliveries put aside that name the tickets in some directories.
func (tx *Tx) dropNaming(dirs []string) error {
	all, err := tx.s.deliveries(context.Background(), tx.conn, "state = 'aside'")
	if err != nil {
		return err
	}
	for _, d := range all {
		names := func(dir string) bool { return bytes.Contains(d.Body, []byte(path.Base(dir))) }
		if slices.ContainsFunc(dirs, names) {
			if err := tx.exec("DELETE FROM deliveries WHERE seq = ?", d.Seq); err != nil {
				return err
			}
		}
	}
	return nil
}

// Poll wakes whoever commits where a row waits: another process may have let it wait.
func (s *Store) Poll(ctx context.Context) error {
	b, err := s.Backlog(ctx)
	if b.Rows > 0 {
		wakeUp(s.wake)
	}
	return err
}

// OpenBeside opens a store that an intake may have open, to look at what was put aside. The error
// is one of package os where there is no store.
func OpenBeside(ctx context.Context, dir, name string) (*Store, error) {
	if _, err := os.Stat(filepath.Join(dir, name, "intake.db")); err != nil {
		return nil, err
	}
	return open(ctx, &sqlite{dir: filepath.Join(dir, name), beside: true}, filepath.Join(dir, name))
}
