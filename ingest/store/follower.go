package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"
)

// Follower is a person or a program that is told of what the public may know. It is kept here and
// never in git, and forgotten when it stops.
type Follower struct {
	Seq       int64
	Token     string // in the addresses by which it confirms and stops
	Medium    Medium
	Address   string // of mail, or a program's URL
	Follows   string // as content.Follows
	Language  string
	Secret    []byte    // of a program: the key of its signatures
	Asked     time.Time // when somebody asked for it, to the second
	Confirmed time.Time // zero until it did
}

// Medium is how a follower is told.
type Medium string

// The media.
const (
	ByMail Medium = "mail"
	ByHook Medium = "hook"
)

const followerColumns = "seq, token, medium, address, follows, language, secret, asked, confirmed"

// PutFollower notes that somebody asked to follow, and returns it with its token. Where the same
// address was to follow the same before it returns what is there, and whether that is new.
func (tx *Tx) PutFollower(f Follower) (Follower, bool, error) {
	there, err := followersOf(context.Background(), tx.conn, "medium = ? AND address = ? AND follows = ?", string(f.Medium), f.Address, f.Follows)
	if err != nil || len(there) > 0 {
		return firstFollower(there), false, err
	}
	if f.Seq, err = tx.Next("seq", func() int64 { return 0 }); err != nil {
		return f, false, err
	}
	f.Token = rand.Text()
	return f, true, tx.exec("INSERT INTO followers ("+followerColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		f.Seq, f.Token, string(f.Medium), f.Address, f.Follows, f.Language, f.Secret, f.Asked.Unix(), unixOrZero(f.Confirmed))
}

// ConfirmFollower notes that the follower with a token wants to be told. It returns a zero one
// where there is none.
func (tx *Tx) ConfirmFollower(token string, at time.Time) (Follower, error) {
	if err := tx.exec("UPDATE followers SET confirmed = ? WHERE token = ? AND confirmed = 0", at.Unix(), token); err != nil {
		return Follower{}, err
	}
	there, err := followersOf(context.Background(), tx.conn, "token = ?", token)
	return firstFollower(there), err
}

// StopFollower forgets the follower with a token, and what it was still to be told.
func (tx *Tx) StopFollower(token string) error {
	if err := tx.exec("DELETE FROM calls WHERE follower IN (SELECT seq FROM followers WHERE token = ?)", token); err != nil {
		return err
	}
	return tx.exec("DELETE FROM followers WHERE token = ?", token)
}

// ForgetUnconfirmed forgets those who asked before an instant and never confirmed.
func (tx *Tx) ForgetUnconfirmed(before time.Time) error {
	return tx.exec("DELETE FROM followers WHERE confirmed = 0 AND asked < ?", before.Unix())
}

// Follower returns the follower with a token; a zero one where there is none.
func (s *Store) Follower(ctx context.Context, token string) (Follower, error) {
	there, err := followersOf(ctx, s.reader(), "token = ?", token)
	return firstFollower(there), err
}

// Followers lists those that confirmed, by when they asked.
func (s *Store) Followers(ctx context.Context, medium Medium) ([]Follower, error) {
	return followersOf(ctx, s.reader(), "medium = ? AND confirmed > 0 ORDER BY seq", string(medium))
}

func firstFollower(list []Follower) Follower {
	if len(list) == 0 {
		return Follower{}
	}
	return list[0]
}

func followersOf(ctx context.Context, q querier, where string, args ...any) (all []Follower, err error) {
	found, err := q.QueryContext(ctx, "SELECT "+followerColumns+" FROM followers WHERE "+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read followers: %w", err)
	}
	defer found.Close()
	for found.Next() {
		var f Follower
		var asked, confirmed int64
		if err := found.Scan(&f.Seq, &f.Token, &f.Medium, &f.Address, &f.Follows, &f.Language, &f.Secret, &asked, &confirmed); err != nil {
			return nil, fmt.Errorf("read followers: %w", err)
		}
		f.Asked = time.Unix(asked, 0).UTC()
		if confirmed > 0 {
			f.Confirmed = time.Unix(confirmed, 0).UTC()
		}
		all = append(all, f)
	}
	return all, found.Err()
}
