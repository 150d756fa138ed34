package store

import (
	"testing"
	"time"
)

// TestFollowers: who asks twice to be told the same asks once; only who confirmed is told, and who
// stops is forgotten.
func TestFollowers(t *testing.T) {
	forEachEngine(t, func(t *testing.T, open func() *Store) {
		s := open()
		write := func(do func(tx *Tx) error) {
			t.Helper()
			if err := s.Write(t.Context(), do); err != nil {
				t.Fatal(err)
			}
		}
		ask := func(address, follows string) (f Follower, isNew bool) {
			t.Helper()
			write(func(tx *Tx) (err error) {
				f, isNew, err = tx.PutFollower(Follower{Medium: ByMail, Address: address, Follows: follows, Language: "nl", Secret: []byte("s"), Asked: friday})
				return err
			})
			return f, isNew
		}
		a, isNew := ask("a@x.example", "all")
		again, second := ask("a@x.example", "all")
		if !isNew || second || a.Token == "" || again.Token != a.Token {
			t.Errorf("asked: %+v, then %+v (new: %t)", a, again, second)
		}
		b, _ := ask("a@x.example", "services/pay")
		if other, _ := ask("b@x.example", "all"); a.Recipient != b.Recipient || a.Recipient == other.Recipient {
			t.Errorf("recipients %d, %d and %d", a.Recipient, b.Recipient, other.Recipient)
		}
		s.Close()
		s = open()
		write(func(tx *Tx) error {
			got, err := tx.ConfirmFollower(a.Token, friday.Add(time.Minute))
			if got.Address != a.Address || !got.Confirmed.Equal(friday.Add(time.Minute)) {
				t.Errorf("confirmed: %+v", got)
			}
			nobody, _ := tx.ConfirmFollower("unknown", friday)
			if nobody.Seq != 0 {
				t.Errorf("somebody with an unknown token: %+v", nobody)
			}
			return err
		})
		list, err := s.Followers(t.Context(), ByMail)
		if err != nil || len(list) != 1 || list[0].Token != a.Token || list[0].Language != "nl" || string(list[0].Secret) != "s" {
			t.Errorf("%+v, %v", list, err)
		}
		all, err := s.FollowersTo(t.Context(), a.Recipient)
		if err != nil || len(all) != 2 || all[0].Token != a.Token || all[1].Token != b.Token {
			t.Errorf("to one recipient: %+v, %v", all, err)
		}
		if n, err := s.CountFollowers(t.Context(), ByMail); err != nil || n != 1 {
			t.Errorf("%d addresses follow: %v", n, err)
		}
		write(func(tx *Tx) error { return tx.ForgetUnconfirmed(friday.Add(time.Hour)) })
		write(func(tx *Tx) error { return tx.StopFollower(a.Token) })
		for _, gone := range []Follower{a, b} {
			if f, err := s.Follower(t.Context(), gone.Token); err != nil || f.Seq != 0 {
				t.Errorf("%+v is still there: %v", f, err)
			}
		}
		c, _ := ask("c@x.example", "all")
		write(func(tx *Tx) error { return tx.ForgetRecipient(c.Recipient) })
		if f, err := s.Follower(t.Context(), c.Token); err != nil || f.Seq != 0 {
			t.Errorf("%+v is still there: %v", f, err)
		}
	})
}
