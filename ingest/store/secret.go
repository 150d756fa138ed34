package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"time"
)

// secretSize is how many bytes a secret has.
const secretSize = 32

// Secret returns the random bytes that are kept under a name. They are made at the first call, once
// for all intakes that share the store, and outlive a restart.
func (s *Store) Secret(ctx context.Context, name string) (secret []byte, err error) {
	const query = "SELECT value FROM secrets WHERE name = ?"
	if err := one(ctx, s.reader(), query, []any{name}, &secret); !errors.Is(err, sql.ErrNoRows) {
		return secret, err
	}
	err = s.Write(ctx, func(tx *Tx) error {
		fresh := make([]byte, secretSize)
		rand.Read(fresh)
		if err := tx.exec("INSERT INTO secrets VALUES (?, ?) ON CONFLICT DO NOTHING", name, fresh); err != nil {
			return err
		}
		return tx.one(query, []any{name}, &secret)
	})
	return secret, err
}

// Spend takes a name that is good once, such as a token's, and reports whether nobody took it
// before. It is remembered until an instant, after which the caller must refuse it by its own date.
func (tx *Tx) Spend(name string, now, until time.Time) (first bool, err error) {
	sum := sha256.Sum256([]byte(name))
	hash := hex.EncodeToString(sum[:])
	if err := tx.exec("DELETE FROM spent WHERE until < ?", now.Unix()); err != nil {
		return false, err
	}
	var taken int64
	err = tx.one("INSERT INTO spent VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING until", []any{hash, until.Unix()}, &taken)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}
