package store

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

// maxGroup is how many writes share a transaction.
const maxGroup = 64

// request is a write that waits for its turn.
type request struct {
	do   func(*Tx) error
	done chan error
}

// Write calls do within a transaction, which others share, and returns when that is durable. Do is
// called again where the transaction is tried again. Where it returns an error nothing that it did is
// kept, and the error is returned. Where the transaction could not be kept the error is ErrNotKept.
func (s *Store) Write(ctx context.Context, do func(*Tx) error) error {
	r, began := request{do, make(chan error, 1)}, time.Now()
	select {
	case s.requests <- r:
		err := <-r.done
		if s.Wrote != nil {
			s.Wrote(time.Since(began), !errors.Is(err, ErrNotKept))
		}
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-s.stop:
		return fmt.Errorf("%w: %w", ErrNotKept, ErrClosed)
	}
}

// keepWriting carries out what is asked, all that waits at once, until Close.
func (s *Store) keepWriting() {
	for {
		select {
		case <-s.stop:
			return
		case first := <-s.requests:
			s.writeGroup(s.gather(first))
		}
	}
}

// gather returns a write and those that wait behind it.
func (s *Store) gather(first request) []request {
	group := []request{first}
	for len(group) < maxGroup {
		select {
		case r := <-s.requests:
			group = append(group, r)
		default:
			return group
		}
	}
	return group
}

// retryFor is for how long from its first failure on a group is tried again where the connection to
// the database was lost, such as while a standby takes over.
const retryFor = 10 * time.Second

// writeGroup carries out writes in one transaction, and answers each. Where that certainly did not
// take effect because the connection was lost, it is tried again. In a longer failure each group is
// tried once, so that nobody waits for nothing.
func (s *Store) writeGroup(group []request) {
	tx, refused, err := s.tryGroup(group)
	for err != nil && s.mayPass(err) && s.waitToRetry() {
		tx, refused, err = s.tryGroup(group)
	}
	if err == nil {
		s.failing = time.Time{}
		for _, do := range tx.after {
			do()
		}
	}
	for i, r := range group {
		r.done <- errors.Join(refused[i], err)
	}
	if err == nil && tx.added {
		wakeUp(s.wake)
	}
	if err == nil && tx.delivered {
		wakeUp(s.delivered)
	}
	if err == nil && tx.mailed {
		wakeUp(s.mailed)
	}
}

// waitToRetry waits before another try, and reports whether there is to be one.
func (s *Store) waitToRetry() bool {
	if s.failing.IsZero() {
		s.failing = time.Now()
	}
	if time.Since(s.failing) > retryFor {
		return false
	}
	select {
	case <-s.stop:
		return false
	case <-time.After(100 * time.Millisecond):
		return true
	}
}

// tryGroup carries out writes in one transaction. Refused is why some of them were not carried out,
// err why none was.
func (s *Store) tryGroup(group []request) (tx *Tx, refused []error, err error) {
	refused = make([]error, len(group))
	if tx, err = s.carryOut(group, refused); err == nil {
		err = s.commit(context.Background(), tx.conn)
	}
	if err != nil {
		tx.rollback()
		err = fmt.Errorf("%w: %w", ErrNotKept, err)
	}
	return tx, refused, err
}

// carryOut carries out writes in a transaction that it leaves open, and says which were refused. One
// that is refused after it changed something is taken back with the whole transaction, and the
// others are carried out anew: savepoints would cost each write more than this rare one costs.
func (s *Store) carryOut(group []request, refused []error) (tx *Tx, err error) {
	for clean := false; !clean; {
		tx, clean = &Tx{s: s}, true
		if tx.conn, err = s.begin(context.Background()); err != nil {
			return tx, err
		}
		for i, r := range group {
			if refused[i] != nil {
				continue
			}
			tx.changed = false
			if refused[i] = safely(tx, r.do); tx.err != nil {
				return tx, tx.err
			}
			if refused[i] != nil && tx.changed {
				tx.rollback()
				clean = false
				break
			}
		}
	}
	return tx, nil
}

func wakeUp(waiter chan<- struct{}) {
	select {
	case waiter <- struct{}{}:
	default:
	}
}

// Tx is a transaction. It is for use within Write alone.
type Tx struct {
	s         *Store
	conn      querier
	added     bool     // a row
	delivered bool     // a delivery
	mailed    bool     // a mail
	changed   bool     // something, by the write that is carried out
	after     []func() // what is done when the transaction is durable, before the next one
	err       error    // of the database: the whole transaction is lost
}

// safely turns a panic into an error, since others share the transaction.
func safely(tx *Tx, do func(*Tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return do(tx)
}

// rollback takes everything back. It fails where the database has done so by itself.
func (tx *Tx) rollback() {
	if tx.conn != nil {
		tx.exec("ROLLBACK")
	}
}

func (tx *Tx) exec(query string, args ...any) error {
	tx.changed = true
	_, err := tx.conn.ExecContext(context.Background(), query, args...)
	if err != nil && tx.err == nil {
		tx.err = err
	}
	return err
}
