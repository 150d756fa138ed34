package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// OtherInstance is the error where an intake that uses the store gives numbers under another instance.
type OtherInstance struct {
	Intake   string
	Instance int
}

func (e *OtherInstance) Error() string {
	return fmt.Sprintf("another intake of this store (%s) runs with --instance %d", e.Intake, e.Instance)
}

// Join lets the others wait from now on for what an intake reads. Silent reports whether they did not
// until now: they may have forgotten what its reading lacks.
func (s *Store) Join(ctx context.Context, intake string, instance int, now time.Time) (silent bool, err error) {
	live := now.Add(-SharedFor).Unix()
	err = s.Write(ctx, func(tx *Tx) error {
		var other OtherInstance
		err := tx.one("SELECT name, instance FROM intakes WHERE noted > ? AND name <> ? AND instance <> ? AND instance <> 0", []any{live, intake, instance}, &other.Intake, &other.Instance)
		if err == nil {
			return &other
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		var noted int64
		if err := tx.one("SELECT noted FROM intakes WHERE name = ?", []any{intake}, &noted); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		silent = noted <= live
		return tx.exec(`INSERT INTO intakes (name, revision, noted, instance) VALUES (?, '', ?, ?)
			ON CONFLICT (name) DO UPDATE SET noted = excluded.noted, instance = excluded.instance`, intake, now.Unix(), instance)
	})
	return silent, err
}

// NoteTip notes which commit an intake reads now.
func (s *Store) NoteTip(ctx context.Context, intake, revision string, now time.Time) error {
	return s.Write(ctx, func(tx *Tx) error {
		return tx.exec(`INSERT INTO intakes (name, revision, noted) VALUES (?, ?, ?)
			ON CONFLICT (name) DO UPDATE SET revision = excluded.revision, noted = excluded.noted`, intake, revision, now.Unix())
	})
}

// Tips returns the commits that intakes have noted of late; "" is of one that has read none yet.
func (s *Store) Tips(ctx context.Context, now time.Time) ([]string, error) {
	return s.texts(ctx, "SELECT revision FROM intakes WHERE noted > ?", now.Add(-SharedFor).Unix())
}

// Tip returns the commit that an intake read last, or "".
func (s *Store) Tip(ctx context.Context, intake string) (revision string, err error) {
	err = one(ctx, s.reader(), "SELECT revision FROM intakes WHERE name = ?", []any{intake}, &revision)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return revision, err
}
