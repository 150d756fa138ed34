package store

import (
	"bytes"
	"testing"
	"time"
)

// A secret is made once, and a name is spent once, until it is forgotten.
func TestSecretsAndSpentNames(t *testing.T) {
	forEachEngine(t, func(t *testing.T, open func() *Store) {
		s := open()
		first, err := s.Secret(t.Context(), "replies")
		if err != nil || len(first) != secretSize {
			t.Fatal(first, err)
		}
		again, err := s.Secret(t.Context(), "replies")
		other, otherErr := s.Secret(t.Context(), "sessions")
		if err != nil || otherErr != nil || !bytes.Equal(first, again) || bytes.Equal(first, other) {
			t.Errorf("%x, %x, %x, %v, %v", first, again, other, err, otherErr)
		}
		for _, spend := range []struct {
			name  string
			after time.Duration
			first bool
		}{{"a", 0, true}, {"a", time.Minute, false}, {"b", time.Minute, true}, {"a", 2 * time.Hour, true}} {
			err := s.Write(t.Context(), func(tx *Tx) error {
				at := friday.Add(spend.after)
				first, err := tx.Spend(spend.name, at, at.Add(time.Hour))
				if first != spend.first {
					t.Errorf("%s after %v: first %t", spend.name, spend.after, first)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}
