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
// A [Mail] is one message to one person about one event. It holds no text: that is made from the
// reading when it is sent. That a mail was sent is known for good.
//
// Of [Reported], who have an incident too, it is counted how many wait to be filed. Marks under a
// key of the incident's own tell browsers apart. Marks and key are forgotten together.
//
// Rows, deliveries and mails share one sequence of numbers.
//
// # Durability
//
// The database is SQLite in WAL mode with synchronous=FULL: what was committed is on the disk. Large
// files of a change are files of their own, named by their hash, and are synced before their row.
// Submissions that come at once share a transaction ([Store.Write]).
//
// Or it is PostgreSQL, which several intakes share: schema and statements are the same. Their
// transactions come one after the other, and one of them at a time commits to git ([Store.Lead]).
// Of a primary and its standbys the server that takes writes is used. While a standby takes over, what
// certainly did not take effect is tried again for ten seconds.
//
// # Damage
//
// A database that does not open or fails SQLite's own check is refused with its path. Nothing is
// repaired by guessing. A row whose hash is wrong is set aside; the others go on. A database that a
// newer balie wrote is refused.
package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"
)

// The errors that a caller decides on.
var (
	ErrInUse   = errors.New("another balie has this store open")
	ErrDamaged = errors.New("the store is damaged")
	ErrNewer   = errors.New("a newer balie wrote this store")
	ErrNotKept = errors.New("the store could not keep it") // of Write: nothing of it is kept
	ErrClosed  = errors.New("the store is closed")
)

// engine is the database: SQLite, or PostgreSQL.
type engine interface {
	// open opens the database, and makes the schema or brings it up to date.
	open(ctx context.Context) error
	// reader reads what is durable.
	reader() querier
	// begin begins the transaction of a group, on the one connection that writes.
	begin(ctx context.Context) (querier, error)
	// commit ends it. Where the answer was lost it finds out whether the transaction took effect.
	commit(ctx context.Context, q querier) error
	// mayPass reports whether after an error the same may succeed soon, and nothing took effect.
	mayPass(err error) bool
	// keepBlob keeps the bytes of a large file by their hash.
	keepBlob(q querier, hash string, data []byte) error
	// readBlob reads them. The error is errBlob where they are not there.
	readBlob(q querier, hash string) ([]byte, error)
	// dropBlobs drops the large files that belong to no row.
	dropBlobs(tx *Tx) error
	// purge takes what was forgotten out of the database's own log.
	purge()
	// lead reports whether this store may commit to git now, and since when: another term means that
	// somebody else may have committed meanwhile.
	lead(ctx context.Context) (term int, ok bool, err error)
	close() error
}

// Store is an open store. It is safe for use by many at once.
type Store struct {
	engine

	// Wrote is told how long a write took and whether the store could keep it. It is set before the
	// first write; nil: nobody is told.
	Wrote func(took time.Duration, kept bool)

	requests  chan request
	stop      chan struct{}
	ended     sync.WaitGroup
	closing   sync.Once
	wake      chan struct{} // holds a token while there may be rows that wait
	delivered chan struct{} // and so of deliveries
	mailed    chan struct{} // and so of mails
	failing   time.Time     // since when no group could be kept; only of the goroutine that writes

	asking sync.Mutex // held while Ready finds out
	asked  time.Time
	why    error // what Ready found
}

// Open opens the SQLite store in a directory, or makes it. Name tells it from others in that
// directory.
func Open(ctx context.Context, dir, name string) (*Store, error) {
	return open(ctx, &sqlite{dir: filepath.Join(dir, name)}, filepath.Join(dir, name))
}

// OpenPostgres opens the store in a PostgreSQL database, which several intakes may share. Address is
// a URL such as postgres://balie@db.example/balie; an error never has its password.
func OpenPostgres(ctx context.Context, address string) (*Store, error) {
	p, err := newPostgres(address)
	if err != nil {
		return nil, err
	}
	s, err := open(ctx, p, p.name)
	if err == nil {
		s.ended.Go(func() { s.keepPolling() })
	}
	return s, err
}

func open(ctx context.Context, e engine, name string) (*Store, error) {
	s := &Store{engine: e, requests: make(chan request), stop: make(chan struct{}), wake: make(chan struct{}, 1), delivered: make(chan struct{}, 1), mailed: make(chan struct{}, 1)}
	if err := e.open(ctx); err != nil {
		e.close()
		return nil, fmt.Errorf("open the intake's store %s: %w", name, err)
	}
	s.ended.Go(s.keepWriting)
	wakeUp(s.wake)
	wakeUp(s.delivered)
	wakeUp(s.mailed)
	return s, nil
}

// Close ends the store after what is being written.
func (s *Store) Close() error {
	s.closing.Do(func() { close(s.stop) })
	s.ended.Wait()
	return s.engine.close()
}

// Lead reports whether this intake may commit to git now, and in which term. Of several intakes that
// share a store one leads; after another term somebody else may have committed.
func (s *Store) Lead(ctx context.Context) (term int, ok bool, err error) { return s.engine.lead(ctx) }

// Shared reports whether other intakes may use this store.
func (s *Store) Shared() bool {
	_, ok := s.engine.(*postgres)
	return ok
}

// Offset is how far the database's clock is ahead of this machine's. Intakes that share a store go
// by that one clock.
func (s *Store) Offset(ctx context.Context) (time.Duration, error) {
	p, ok := s.engine.(*postgres)
	if !ok {
		return 0, nil
	}
	return p.offset(ctx)
}

// keepPolling looks each second for what other intakes let wait.
func (s *Store) keepPolling() {
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for {
		select {
		case <-s.stop:
			return
		case <-second.C:
			s.Poll(context.Background()) // the next time tries again
		}
	}
}

// Wake is sent to when there may be rows that wait.
func (s *Store) Wake() <-chan struct{} { return s.wake }

// Delivered is sent to when there may be deliveries that wait.
func (s *Store) Delivered() <-chan struct{} { return s.delivered }

// Mailed is sent to when there may be mails that wait.
func (s *Store) Mailed() <-chan struct{} { return s.mailed }

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
		return tx.exec("INSERT INTO counters VALUES ('ready', 1) ON CONFLICT (name) DO UPDATE SET value = 1 - counters.value")
	})
	s.asked = time.Now()
	return s.why
}
