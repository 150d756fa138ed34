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
	Recipient int64  // the same for all that an address follows, while it follows anything
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

const followerColumns = "seq, recipient, token, medium, address, follows, language, secret, asked, confirmed"

// PutFollower notes that somebody asked to follow, and returns it with its token. Where the same
// address was to follow the same before it returns what is there, and whether that is new. One that
// never confirmed counts as asked now, in the language of now.
func (tx *Tx) PutFollower(f Follower) (Follower, bool, error) {
	err := tx.exec("UPDATE followers SET asked = ?, language = ? WHERE medium = ? AND address = ? AND follows = ? AND confirmed = 0",
		f.Asked.Unix(), f.Language, string(f.Medium), f.Address, f.Follows)
	if err != nil {
		return f, false, err
	}
	all, err := followersOf(context.Background(), tx.conn, "medium = ? AND address = ? ORDER BY seq", string(f.Medium), f.Address)
	if err != nil {
		return f, false, err
	}
	for _, there := range all {
		if there.Follows == f.Follows {
			return there, false, nil
		}
	}
	if f.Seq, err = tx.Next("seq", func() int64 { return 0 }); err != nil {
		return f, false, err
	}
	f.Recipient, f.Token = f.Seq, rand.Text()
	if len(all) > 0 {
		f.Recipient = all[0].Recipient
	}
	return f, true, tx.exec("INSERT INTO followers ("+followerColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		f.Seq, f.Recipient, f.Token, string(f.Medium), f.Address, f.Follows, f.Language, f.Secret, f.Asked.Unix(), unixOrZero(f.Confirmed))
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

// ForgetRecipient forgets all that an address follows by mail.
func (tx *Tx) ForgetRecipient(recipient int64) error {
	return tx.exec("DELETE FROM followers WHERE recipient = ? AND medium = ?", recipient, string(ByMail))
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

// FollowersTo lists all that one recipient asked for, the first one first.
func (s *Store) FollowersTo(ctx context.Context, recipient int64) ([]Follower, error) {
	return followersOf(ctx, s.reader(), "recipient = ? ORDER BY seq", recipient)
}

// CountFollowers counts the addresses that follow by a medium and confirmed it.
func (s *Store) CountFollowers(ctx context.Context, medium Medium) (n int, err error) {
	err = one(ctx, s.reader(), "SELECT COUNT(DISTINCT recipient) FROM followers WHERE medium = ? AND confirmed > 0", []any{string(medium)}, &n)
	return n, err
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
		if err := found.Scan(&f.Seq, &f.Recipient, &f.Token, &f.Medium, &f.Address, &f.Follows, &f.Language, &f.Secret, &asked, &confirmed); err != nil {
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
