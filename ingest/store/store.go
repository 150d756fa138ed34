// Package store keeps what was handed in until git has it.
//
//	Write(decide) ──► one transaction for many ──► durable ──► the answer
//	Waiting ──► commits ──► Filed ──► a reading that has them ──► Settle ──► Forget
//
// # What is kept
//
// A [Row] is one submission: the change that is to be committed and the id under which it was
// accepted. Rows have dense numbers in the order of their acceptance. A row waits until git has it,
// then stands beside readings that don't have it yet, and is settled when every reading has it. Of a
// settled row its hashes stay for a day, so that a repetition finds it; its texts do not. A row that
// can't be committed is set aside with the reason.
//
// A [Delivery] is a webhook's request that was accepted, and is worked off afterwards. A repetition
// of it is known for 30 days. One that can't be used is kept as long, with the reason. What machines
// said last of each incident is kept for 30 days too.
//
// Rows and deliveries share one sequence of numbers.
//
// # Durability
//
// The database is SQLite in WAL mode with synchronous=FULL: what was committed is on the disk. Large
// files of a change are files of their own, named by their hash, and are synced before their row.
// Submissions that come at once share a transaction ([Store.Write]).
//
// # Damage
//
// A database that does not open or fails SQLite's own check is refused with its path. Nothing is
// repaired by guessing. A row whose hash is wrong is set aside; the others go on. A database that a
// newer balie wrote is refused.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the database
)

// The errors that a caller decides on.
var (
	ErrInUse   = errors.New("another balie has this store open")
	ErrDamaged = errors.New("the store is damaged")
	ErrNewer   = errors.New("a newer balie wrote this store")
	ErrNotKept = errors.New("the store could not keep it") // of Write: nothing of it is kept
	ErrClosed  = errors.New("the store is closed")
)

// steps make the schema: each leads from one version to the next.
var steps = []string{`
CREATE TABLE submissions (
	seq      INTEGER PRIMARY KEY,
	id       TEXT NOT NULL UNIQUE,
	key      TEXT UNIQUE,
	dir      TEXT NOT NULL,
	token    TEXT NOT NULL,
	payload  BLOB NOT NULL,
	sum      BLOB NOT NULL,
	accepted INTEGER NOT NULL,
	revision TEXT NOT NULL DEFAULT '',
	settled  INTEGER NOT NULL DEFAULT 0,
	reason   TEXT NOT NULL DEFAULT ''
);
CREATE INDEX submissions_waiting ON submissions (seq) WHERE revision = '' AND reason = '';
CREATE INDEX submissions_dir ON submissions (dir);
CREATE INDEX submissions_token ON submissions (token) WHERE settled = 0 AND token <> '';
CREATE INDEX submissions_accepted ON submissions (accepted) WHERE settled = 1;
CREATE TABLE blobs (
	seq  INTEGER NOT NULL,
	hash TEXT NOT NULL,
	PRIMARY KEY (hash, seq)
);
CREATE INDEX blobs_seq ON blobs (seq);
CREATE TABLE counters (
	name  TEXT PRIMARY KEY,
	value INTEGER NOT NULL
);
`, `
CREATE TABLE deliveries (
	seq      INTEGER PRIMARY KEY,
	hook     TEXT NOT NULL,
	id       TEXT NOT NULL,
	headers  TEXT NOT NULL,
	body     BLOB NOT NULL,
	received INTEGER NOT NULL,
	due      INTEGER NOT NULL,
	state    TEXT NOT NULL,
	reason   TEXT NOT NULL DEFAULT '',
	UNIQUE (hook, id)
);
CREATE INDEX deliveries_due ON deliveries (due, seq) WHERE state = 'waiting';
CREATE INDEX deliveries_received ON deliveries (received);
CREATE TABLE alerts (
	hook    TEXT NOT NULL,
	key     TEXT NOT NULL,
	dir     TEXT NOT NULL,
	state   TEXT NOT NULL,
	changed INTEGER NOT NULL,
	PRIMARY KEY (hook, key)
);
CREATE INDEX alerts_dir ON alerts (dir);
CREATE TABLE intakes (
	name     TEXT PRIMARY KEY,
	revision TEXT NOT NULL,
	noted    INTEGER NOT NULL
);
`}

// Store is an open store. It is safe for use by many at once.
type Store struct {
	dir      string
	lock     *sql.DB   // held while the store is open
	db       *sql.DB   // reads
	writer   *sql.Conn // the only one that writes
	prepared *prepared // by the writer

	requests  chan request
	stop      chan struct{}
	ended     sync.WaitGroup
	closing   sync.Once
	wake      chan struct{} // holds a token while there may be rows that wait
	delivered chan struct{} // and so of deliveries

	asking sync.Mutex // held while Ready finds out
	asked  time.Time
	why    error // what Ready found
}

// Open opens the store in a directory, or makes it. Name tells it from others in that directory.
func Open(ctx context.Context, dir, name string) (*Store, error) {
	return open(ctx, dir, name, false)
}

// open opens a store, be it beside another process that has it.
func open(ctx context.Context, dir, name string, beside bool) (*Store, error) {
	s := &Store{dir: filepath.Join(dir, name), requests: make(chan request), stop: make(chan struct{}), wake: make(chan struct{}, 1), delivered: make(chan struct{}, 1)}
	if err := s.open(ctx, beside); err != nil {
		s.release()
		return nil, fmt.Errorf("open the intake's store %s: %w", s.dir, err)
	}
	s.ended.Go(s.keepWriting)
	wakeUp(s.wake)
	wakeUp(s.delivered)
	return s, nil
}

func (s *Store) open(ctx context.Context, beside bool) (err error) {
	if err := os.MkdirAll(filepath.Join(s.dir, "files"), 0o700); err != nil {
		return err
	}
	if !beside {
		if err := s.takeLock(ctx); err != nil {
			return err
		}
	}
	s.db, err = sql.Open("sqlite", dsn(filepath.Join(s.dir, "intake.db"), "journal_mode(WAL)", "synchronous(FULL)", "secure_delete(ON)", "busy_timeout(10000)"))
	if err != nil {
		return err
	}
	if s.writer, err = s.db.Conn(ctx); err != nil {
		return damaged(err)
	}
	s.prepared = &prepared{s.writer, map[string]*sql.Stmt{}}
	return s.migrate(ctx)
}

func dsn(path string, pragmas ...string) string {
	q := url.Values{"_pragma": pragmas}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: q.Encode()}).String()
}

// takeLock holds a lock for as long as the process lives. SQLite's own lock of a second, empty
// database is one that every system has, and that no crash leaves behind.
func (s *Store) takeLock(ctx context.Context) (err error) {
	if s.lock, err = sql.Open("sqlite", dsn(filepath.Join(s.dir, "lock.db"), "busy_timeout(0)")); err != nil {
		return err
	}
	s.lock.SetMaxOpenConns(1)
	if _, err := s.lock.ExecContext(ctx, "PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT"); err != nil {
		return fmt.Errorf("%w (%v)", ErrInUse, err)
	}
	return nil
}

// migrate makes the schema, and refuses one that is damaged or newer.
func (s *Store) migrate(ctx context.Context) error {
	var found int
	if err := s.writer.QueryRowContext(ctx, "PRAGMA user_version").Scan(&found); err != nil {
		return damaged(err)
	}
	if found > len(steps) {
		return fmt.Errorf("%w (its schema is %d, this one knows %d)", ErrNewer, found, len(steps))
	}
	if found > 0 {
		var said string
		if err := s.writer.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&said); err != nil || said != "ok" {
			return damaged(errors.Join(err, errors.New(said)))
		}
	}
	if found == len(steps) {
		return nil
	}
	_, err := s.writer.ExecContext(ctx, fmt.Sprintf("BEGIN; %s PRAGMA user_version = %d; COMMIT", strings.Join(steps[found:], ""), len(steps)))
	return err
}

func damaged(err error) error {
	return fmt.Errorf("%w: put a copy back, or take the directory away: what waited in it is then lost (%v)", ErrDamaged, err)
}

// Close ends the store after what is being written.
func (s *Store) Close() error {
	s.closing.Do(func() { close(s.stop) })
	s.ended.Wait()
	return s.release()
}

func (s *Store) release() error {
	var all []error
	if s.prepared != nil {
		all = append(all, s.prepared.close())
	}
	for _, db := range []*sql.DB{s.db, s.lock} {
		if db != nil {
			all = append(all, db.Close())
		}
	}
	return errors.Join(all...)
}

// Wake is sent to when there may be rows that wait.
func (s *Store) Wake() <-chan struct{} { return s.wake }

// Delivered is sent to when there may be deliveries that wait.
func (s *Store) Delivered() <-chan struct{} { return s.delivered }

// readyFor is how long one answer of Ready holds, so that asking is no way to keep the disk busy.
const readyFor = time.Second

// Ready returns why nothing could be kept now, or nil. It keeps something to find out.
func (s *Store) Ready(ctx context.Context) error {
	select {
	case <-s.stop:
		return ErrClosed
	default:
	}
	s.asking.Lock()
	defer s.asking.Unlock()
	if time.Since(s.asked) < readyFor {
		return s.why
	}
	s.why = s.Write(ctx, func(tx *Tx) error {
		return tx.exec("INSERT INTO counters VALUES ('ready', 1) ON CONFLICT (name) DO UPDATE SET value = 1 - value")
	})
	s.asked = time.Now()
	return s.why
}
