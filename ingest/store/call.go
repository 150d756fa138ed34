package store

import (
	"context"
	"fmt"
	"time"
)

// Call is one request to a program that follows, about one event.
type Call struct {
	Seq      int64
	Follower int64  // its Seq
	Event    string // what it is about: an event's path without .md, or a name of the sender's own
	State    CallState
	Added    time.Time // to the second
	Due      time.Time // when it is to be tried, to the second
	Tries    int       // how often it was
	Changed  time.Time // when it was tried last or ended, to the second
	Status   int       // of the last answer; 0: there was none
	Reason   string    // why it was not taken
}

// CallState is what became of a call.
type CallState string

// The states.
const (
	CallWaits   CallState = "waiting"
	CallTaken   CallState = "taken"
	CallFailed  CallState = "failed"  // it was given up, and with it the follower
	CallStopped CallState = "stopped" // there is nothing to be told, or nobody
)

// KeptCall is how long it is known what became of a call, and a follower who was given up.
const KeptCall = 30 * 24 * time.Hour

const callColumns = "seq, follower, event, state, added, due, tries, changed, status, reason"

// PutCalls lets a call about an event wait for each of some followers that has none yet.
func (tx *Tx) PutCalls(event string, followers []int64, added, due time.Time) error {
	for _, follower := range followers {
		seq, err := tx.Next("seq", func() int64 { return 0 })
		if err != nil {
			return err
		}
		err = tx.exec("INSERT INTO calls (seq, follower, event, state, added, due, changed) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
			seq, follower, event, string(CallWaits), added.Unix(), due.Unix(), added.Unix())
		if err != nil {
			return err
		}
	}
	return nil
}

// EndCall notes what became of a call, and the answer to its last try.
func (tx *Tx) EndCall(seq int64, state CallState, now time.Time, status int, reason string) error {
	return tx.exec("UPDATE calls SET state = ?, tries = tries + 1, changed = ?, status = ?, reason = ? WHERE seq = ?", string(state), now.Unix(), status, reason, seq)
}

// PutOffCall notes why a call was not taken, and when it is tried again.
func (tx *Tx) PutOffCall(seq int64, until, now time.Time, status int, reason string) error {
	return tx.exec("UPDATE calls SET tries = tries + 1, due = ?, changed = ?, status = ?, reason = ? WHERE seq = ?", until.Unix(), now.Unix(), status, reason, seq)
}

// StopCalls ends all calls to a follower that wait.
func (tx *Tx) StopCalls(follower int64, now time.Time) error {
	return tx.exec("UPDATE calls SET state = ?, changed = ? WHERE follower = ? AND state = 'waiting'", string(CallStopped), now.Unix(), follower)
}

// ForgetCalls forgets calls that ended 30 days ago, and the followers who were given up then.
func (tx *Tx) ForgetCalls(now time.Time) error {
	end := now.Add(-KeptCall).Unix()
	if err := tx.exec("DELETE FROM followers WHERE seq IN (SELECT follower FROM calls WHERE state = 'failed' AND changed < ?)", end); err != nil {
		return err
	}
	return tx.exec("DELETE FROM calls WHERE state <> 'waiting' AND changed < ?", end)
}

// isNext matches the first call to its follower that waits: they go out one after the other.
const isNext = "state = 'waiting' AND seq = (SELECT MIN(c.seq) FROM calls AS c WHERE c.follower = calls.follower AND c.state = 'waiting')"

// DueCalls returns n calls that are to be tried by an instant, at most one to each follower. Those
// come first that were tried least.
func (s *Store) DueCalls(ctx context.Context, now time.Time, n int) ([]Call, error) {
	return s.calls(ctx, isNext+" AND due <= ? ORDER BY tries, due, seq LIMIT ?", now.Unix(), n)
}

// NextCall returns when the first call that waits is due; zero: none waits.
func (s *Store) NextCall(ctx context.Context) (time.Time, error) {
	all, err := s.calls(ctx, isNext+" ORDER BY due, seq LIMIT 1")
	if err != nil || len(all) == 0 {
		return time.Time{}, err
	}
	return all[0].Due, nil
}

// LastCalls returns the newest n calls to a follower, the newest first; 0 is to any.
func (s *Store) LastCalls(ctx context.Context, follower int64, n int) ([]Call, error) {
	if follower == 0 {
		return s.calls(ctx, "state <> 'stopped' ORDER BY seq DESC LIMIT ?", n)
	}
	return s.calls(ctx, "follower = ? ORDER BY seq DESC LIMIT ?", follower, n)
}

// CalledAbout returns the followers who have a call about an event.
func (s *Store) CalledAbout(ctx context.Context, event string) (map[int64]bool, error) {
	return s.followerSet(ctx, "SELECT follower FROM calls WHERE event = ?", event)
}

// GivenUp returns the followers of whom a call was given up.
func (s *Store) GivenUp(ctx context.Context) (map[int64]bool, error) {
	return s.followerSet(ctx, "SELECT follower FROM calls WHERE state = 'failed'")
}

// CountCalls counts the calls that wait, and the followers who were given up.
func (s *Store) CountCalls(ctx context.Context) (waiting, givenUp int, err error) {
	err = one(ctx, s.reader(), "SELECT (SELECT COUNT(*) FROM calls WHERE state = 'waiting'), (SELECT COUNT(DISTINCT follower) FROM calls WHERE state = 'failed')", nil, &waiting, &givenUp)
	return waiting, givenUp, err
}

// Asked lists all who asked by a medium, whether they confirmed or not.
func (s *Store) Asked(ctx context.Context, medium Medium) ([]Follower, error) {
	return followersOf(ctx, s.reader(), "medium = ? ORDER BY seq", string(medium))
}

// FollowerNumbered returns the follower with a number; a zero one where there is none.
func (s *Store) FollowerNumbered(ctx context.Context, seq int64) (Follower, error) {
	there, err := followersOf(ctx, s.reader(), "seq = ?", seq)
	return firstFollower(there), err
}

func (s *Store) followerSet(ctx context.Context, query string, args ...any) (map[int64]bool, error) {
	found, err := s.reader().QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read calls: %w", err)
	}
	defer found.Close()
	all := map[int64]bool{}
	for found.Next() {
		var seq int64
		if err := found.Scan(&seq); err != nil {
			return nil, fmt.Errorf("read calls: %w", err)
		}
		all[seq] = true
	}
	return all, found.Err()
}

func (s *Store) calls(ctx context.Context, where string, args ...any) (all []Call, err error) {
	found, err := s.reader().QueryContext(ctx, "SELECT "+callColumns+" FROM calls WHERE "+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read calls: %w", err)
	}
	defer found.Close()
	for found.Next() {
		var c Call
		var added, due, changed int64
		if err := found.Scan(&c.Seq, &c.Follower, &c.Event, &c.State, &added, &due, &c.Tries, &changed, &c.Status, &c.Reason); err != nil {
			return nil, fmt.Errorf("read calls: %w", err)
		}
		c.Added, c.Due, c.Changed = time.Unix(added, 0).UTC(), time.Unix(due, 0).UTC(), time.Unix(changed, 0).UTC()
		all = append(all, c)
	}
	return all, found.Err()
}
