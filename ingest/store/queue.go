package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
)

// keptFor is how long a settled row answers repetitions.
const keptFor = 24 * time.Hour

// waits are the rows that wait for git.
const waits = "revision = '' AND reason = ''"

// maxGroupBytes is at how many bytes of files a group of rows ends.
const maxGroupBytes = 16 << 20

// Waiting returns the first rows that wait for git, up to n, in order. It ends with the row that
// fills maxGroupBytes. A row whose hash is wrong is set aside.
func (s *Store) Waiting(ctx context.Context, n int) ([]Row, error) {
	rows, wrong, err := s.rowsUpTo(ctx, s.reader(), maxGroupBytes, waits+" ORDER BY seq LIMIT ?", n)
	for _, seq := range wrong {
		if err == nil {
			err = s.SetAside(ctx, seq, "what was kept of it is damaged")
		}
	}
	if err == nil && len(rows) == 0 && len(wrong) == n {
		return s.Waiting(ctx, n)
	}
	return rows, err
}

// Backlog is what waits: rows for git, and deliveries to be worked off.
type Backlog struct {
	Rows       int
	Since      time.Time // the oldest row does
	Deliveries int
}

// Backlog counts what waits.
func (s *Store) Backlog(ctx context.Context) (b Backlog, err error) {
	var since int64
	err = one(ctx, s.reader(), "SELECT COUNT(*), COALESCE((SELECT accepted FROM submissions WHERE "+waits+" ORDER BY seq LIMIT 1), 0), (SELECT COUNT(*) FROM deliveries WHERE state = 'waiting') FROM submissions WHERE "+waits,
		nil, &b.Rows, &since, &b.Deliveries)
	if b.Rows > 0 {
		b.Since = time.Unix(since, 0).UTC()
	}
	return b, err
}

// WaitingCases returns the directories of cases of which a row waits.
func (s *Store) WaitingCases(ctx context.Context) ([]string, error) {
	return s.texts(ctx, "SELECT DISTINCT dir FROM submissions WHERE "+waits)
}

// texts returns a column of texts.
func (s *Store) texts(ctx context.Context, query string, args ...any) ([]string, error) {
	found, err := s.reader().QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read the intake's store: %w", err)
	}
	defer found.Close()
	var all []string
	for found.Next() {
		var text string
		if err := found.Scan(&text); err != nil {
			return nil, fmt.Errorf("read the intake's store: %w", err)
		}
		all = append(all, text)
	}
	return all, found.Err()
}

// maxTogether is how many rows are changed in one transaction, so that what comes in meanwhile does
// not wait for long.
const maxTogether = 64

// Filed notes which commits have rows.
func (s *Store) Filed(ctx context.Context, rows []Row, revisions []string) error {
	for first := 0; first < len(rows); first += maxTogether {
		err := s.Write(ctx, func(tx *Tx) error {
			for i := first; i < min(len(rows), first+maxTogether); i++ {
				if err := tx.exec("UPDATE submissions SET revision = ? WHERE seq = ?", revisions[i], rows[i].Seq); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Replace gives a row that waits another change or case, since a path of the first one was taken.
func (tx *Tx) Replace(r Row) error {
	data, _, err := tx.s.encode(tx.conn, r.Change)
	if err != nil {
		return err
	}
	return tx.exec("UPDATE submissions SET dir = ?, payload = ?, sum = ? WHERE seq = ?", r.Dir, data, sumOf(r, data), r.Seq)
}

// SetAside takes a row out of those that wait, and keeps it with the reason.
func (s *Store) SetAside(ctx context.Context, seq int64, reason string) error {
	return s.Write(ctx, func(tx *Tx) error { return tx.exec("UPDATE submissions SET reason = ? WHERE seq = ?", reason, seq) })
}

// SharedFor is how long a row of a store that intakes share stays at least, and how long an intake
// that has not noted what it reads is waited for.
const SharedFor = 10 * time.Minute

// Revisions returns the commits that have rows which may be settled, the newest row's first.
func (s *Store) Revisions(ctx context.Context, now time.Time) ([]string, error) {
	if s.Shared() {
		now = now.Add(-SharedFor)
	}
	return s.texts(ctx, "SELECT revision FROM submissions WHERE settled = 0 AND revision <> '' AND accepted <= ? GROUP BY revision ORDER BY MAX(seq) DESC", now.Unix())
}

// LastRevision returns the commit of the last row that has one, or "".
func (s *Store) LastRevision(ctx context.Context) (revision string, err error) {
	err = one(ctx, s.reader(), "SELECT revision FROM submissions WHERE revision <> '' ORDER BY seq DESC LIMIT 1", nil, &revision)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return revision, err
}

// ofRevision are the rows that a commit has and that are not settled. By its second condition the
// index of such rows is used.
const ofRevision = "settled = 0 AND revision <> '' AND revision = ?"

// Settle forgets the changes of the rows that some commits have, since the reading has those
// commits, and drops rows that were settled and accepted a day ago.
func (s *Store) Settle(ctx context.Context, revisions []string, now time.Time) error {
	for some := range slices.Chunk(revisions, maxTogether) {
		err := s.Write(ctx, func(tx *Tx) error {
			for _, revision := range some {
				if err := tx.exec("UPDATE submissions SET settled = 1, payload = '', sum = '', token = '' WHERE "+ofRevision, revision); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return s.Write(ctx, func(tx *Tx) error {
		if err := tx.exec("DELETE FROM submissions WHERE settled = 1 AND accepted < ?", now.Add(-keptFor).Unix()); err != nil {
			return err
		}
		return tx.dropUnused()
	})
}

// Drop forgets all that is known of some cases, whatever became of it.
func (s *Store) Drop(ctx context.Context, dirs []string) error {
	return s.Write(ctx, func(tx *Tx) error {
		for _, dir := range dirs {
			err := errors.Join(tx.exec("DELETE FROM submissions WHERE dir = ?", dir), tx.exec("DELETE FROM outbox WHERE recipient = ?", dir))
			if err != nil {
				return err
			}
		}
		if err := tx.dropNaming(dirs); err != nil {
			return err
		}
		return tx.dropUnused()
	})
}

// dropUnused removes the large files of rows that need them no more, and what the database's log has
// of what was forgotten.
func (tx *Tx) dropUnused() error {
	if err := tx.exec("DELETE FROM blobs WHERE NOT EXISTS (SELECT 1 FROM submissions s WHERE s.seq = blobs.seq AND s.settled = 0)"); err != nil {
		return err
	}
	err := tx.s.dropBlobs(tx)
	tx.after = append(tx.after, tx.s.purge)
	return err
}
