package notify

import (
	"context"
	"errors"
	"net/http"
	"time"

	"balie/ingest/store"
)

const (
	concurrent = 8                // calls at once, each to another follower
	pollEvery  = 10 * time.Second // for what another process put into the store
)

// pauses are how long a call waits after each time that it was not taken, as Standard Webhooks has
// it ("Deliverability and reliability"). After the last one it is given up.
var pauses = []time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

// verifyPauses are those of the call that verifies: about an hour.
var verifyPauses = []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 20 * time.Minute, 25 * time.Minute}

// Run sends what is due until ctx ends. Report is told what the store can't do.
func (n *Notifier) Run(ctx context.Context, report func(error)) error {
	n.start()
	for {
		next, err := n.SendDue(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			report(err)
		}
		wait := pollEvery
		if until := next.Sub(n.Now()); err == nil && !next.IsZero() && until < wait {
			wait = max(until, time.Second)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-n.wake:
		case <-time.After(wait):
		}
	}
}

// outcome is the end of one try.
type outcome struct {
	follower int64
	err      error // of the store
}

// SendDue sends all that is due, and returns when the next call is; zero: none waits, or another
// intake sends.
func (n *Notifier) SendDue(ctx context.Context) (next time.Time, err error) {
	n.start()
	busy := map[int64]bool{} // followers to whom a call is on its way
	done := make(chan outcome, concurrent)
	sends := false
	for {
		if err == nil && ctx.Err() == nil {
			if sends, err = n.sendsHere(ctx); sends {
				err = n.sendSome(ctx, busy, done)
			}
		}
		if len(busy) == 0 {
			break
		}
		select {
		case o := <-done:
			delete(busy, o.follower)
			err = errors.Join(err, o.err)
		case <-n.wake:
		}
	}
	if err != nil || !sends {
		return time.Time{}, err
	}
	return n.Store.NextCall(ctx)
}

// sendsHere reports whether calls go out, and from here.
func (n *Notifier) sendsHere(ctx context.Context) (bool, error) {
	if !n.Tree().Site.Follow.Hooks {
		return false, nil
	}
	_, ok, err := n.Store.Lead(ctx)
	return ok && err == nil, err
}

// sendSome lets calls that are due go out, as many as may at once.
func (n *Notifier) sendSome(ctx context.Context, busy map[int64]bool, done chan<- outcome) error {
	due, err := n.Store.DueCalls(ctx, n.Now(), concurrent+len(busy))
	if err != nil {
		return err
	}
	for _, c := range due {
		if busy[c.Follower] || len(busy) == concurrent {
			continue
		}
		busy[c.Follower] = true
		go func() { done <- outcome{c.Follower, n.send(ctx, c)} }()
	}
	return nil
}

// send tries a call once, and notes what became of it. The error is the store's.
func (n *Notifier) send(ctx context.Context, c store.Call) error {
	f, err := n.Store.FollowerNumbered(ctx, c.Follower)
	if err != nil {
		return err
	}
	if f.Seq == 0 {
		return n.note(ctx, func(tx *store.Tx) error { return tx.StopCalls(c.Follower, n.Now()) })
	}
	body, err := n.body(ctx, f, c.Event)
	if err != nil {
		return err
	}
	if body == nil {
		return n.note(ctx, func(tx *store.Tx) error { return tx.EndCall(c.Seq, store.CallStopped, n.Now(), 0, "") })
	}
	a := n.post(ctx, f, messageID(f, c.Event), body)
	if ctx.Err() != nil && a.status == 0 { // it was broken off by our own end
		return nil
	}
	return n.noteAnswer(ctx, f, c, a)
}

// noteAnswer notes what an endpoint said.
func (n *Notifier) noteAnswer(ctx context.Context, f store.Follower, c store.Call, a answer) error {
	verifies, tries := c.Event == verifyEvent, pauses
	if verifies {
		tries = verifyPauses
		challenge, err := n.challenge(ctx, f)
		if err != nil {
			return err
		}
		if a.isTaken() && !isChallenge(a.body, challenge) {
			a = answer{status: a.status, reason: "its answer does not have the challenge"}
		}
	}
	taken := a.isTaken() && a.reason == ""
	if n.Called != nil {
		n.Called(taken)
	}
	now := n.Now()
	switch {
	case taken:
		return n.note(ctx, func(tx *store.Tx) error {
			if verifies {
				if _, err := tx.ConfirmFollower(f.Token, now); err != nil {
					return err
				}
			}
			return tx.EndCall(c.Seq, store.CallTaken, now, a.status, "")
		})
	case a.status == http.StatusGone, verifies && c.Tries >= len(tries):
		return n.note(ctx, func(tx *store.Tx) error { return tx.StopFollower(f.Token) })
	case c.Tries >= len(tries):
		n.Log.Warn("a follower is given up: for three days it took no call", "follower", f.Seq)
		return n.note(ctx, func(tx *store.Tx) error {
			if err := tx.EndCall(c.Seq, store.CallFailed, now, a.status, a.reason); err != nil {
				return err
			}
			return tx.StopCalls(f.Seq, now)
		})
	}
	until := now.Add(max(tries[c.Tries], a.after))
	return n.note(ctx, func(tx *store.Tx) error { return tx.PutOffCall(c.Seq, until, now, a.status, a.reason) })
}

// note writes to the store also while ctx ends: what an endpoint took must be known.
func (n *Notifier) note(ctx context.Context, do func(tx *store.Tx) error) error {
	return n.Store.Write(context.WithoutCancel(ctx), do)
}
