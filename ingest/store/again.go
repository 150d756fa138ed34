package store

import (
	"context"
	"database/sql"
	"errors"
)

// Noted returns the commits that have rows which are not settled.
func (s *Store) Noted(ctx context.Context) ([]string, error) {
	return s.texts(ctx, "SELECT DISTINCT revision FROM submissions WHERE settled = 0 AND revision <> '' AND reason = ''")
}

// OfRevision returns the rows that a commit has and that are not settled, in order.
func (s *Store) OfRevision(ctx context.Context, revision string) ([]Row, error) {
	rows, _, err := s.rows(ctx, s.reader(), ofRevision+" ORDER BY seq", revision)
	return rows, err
}

// Wait lets rows wait again that were noted as filed: the branch no longer has their commits.
func (s *Store) Wait(ctx context.Context, rows []Row) error {
	return s.Write(ctx, func(tx *Tx) error {
		for _, r := range rows {
			tx.added = true
			if err := tx.exec("UPDATE submissions SET revision = '' WHERE seq = ? AND settled = 0", r.Seq); err != nil {
				return err
			}
		}
		return nil
	})
}

// Again lets a change wait that was filed before and is lost. Where its id is known the row waits
// again under its number; a row that waits or was set aside stays as it is.
func (tx *Tx) Again(r Row) error {
	var revision, reason string
	var settled bool
	err := tx.one("SELECT seq, revision, settled, reason FROM submissions WHERE id = ?", []any{r.ID}, &r.Seq, &revision, &settled, &reason)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return tx.Put(r)
	case err != nil:
		return err
	case reason != "" || revision == "":
		return nil
	}
	tx.added = true
	if !settled {
		return tx.exec("UPDATE submissions SET revision = '' WHERE seq = ?", r.Seq)
	}
	data, blobs, err := tx.s.encode(tx.conn, r.Change)
	if err != nil {
		return err
	}
	r.Token = tokenHash(r.Token)
	err = tx.exec("UPDATE submissions SET dir = ?, token = ?, payload = ?, sum = ?, revision = '', settled = 0 WHERE seq = ?", r.Dir, r.Token, data, sumOf(r, data), r.Seq)
	for _, hash := range blobs {
		if err == nil {
			err = tx.exec("INSERT INTO blobs VALUES (?, ?) ON CONFLICT DO NOTHING", r.Seq, hash)
		}
	}
	return err
}
