package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// NoteTip notes which commit an intake reads now.
func (s *Store) NoteTip(ctx context.Context, intake, revision string, now time.Time) error {
	return s.Write(ctx, func(tx *Tx) error {
		return tx.exec(`INSERT INTO intakes VALUES (?, ?, ?)
			ON CONFLICT (name) DO UPDATE SET revision = excluded.revision, noted = excluded.noted`, intake, revision, now.Unix())
	})
}

// Tips returns the commits that intakes have noted of late.
func (s *Store) Tips(ctx context.Context, now time.Time) ([]string, error) {
	return s.texts(ctx, "SELECT revision FROM intakes WHERE noted >= ?", now.Add(-sharedFor).Unix())
}

// Tip returns the commit that an intake read last, or "".
func (s *Store) Tip(ctx context.Context, intake string) (revision string, err error) {
	err = one(ctx, s.reader(), "SELECT revision FROM intakes WHERE name = ?", []any{intake}, &revision)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return revision, err
}
