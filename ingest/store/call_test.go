package store

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// Calls to a follower go out one after the other, each once; what ended is known for 30 days, and
// so is who was given up.
func TestCalls(t *testing.T) {
	forEachEngine(t, func(t *testing.T, open func() *Store) {
		s := open()
		write := func(do func(tx *Tx) error) {
			t.Helper()
			if err := s.Write(t.Context(), do); err != nil {
				t.Fatal(err)
			}
		}
		var a, b Follower
		write(func(tx *Tx) (err error) {
			if a, _, err = tx.PutFollower(Follower{Medium: ByHook, Address: "https://a.example/", Follows: "all", Asked: friday, Confirmed: friday}); err == nil {
				b, _, err = tx.PutFollower(Follower{Medium: ByHook, Address: "https://b.example/", Follows: "all", Asked: friday, Confirmed: friday})
			}
			return err
		})
		both := []int64{a.Seq, b.Seq}
		write(func(tx *Tx) error { return tx.PutCalls("one", both[:1], friday, friday) })
		write(func(tx *Tx) error { return tx.PutCalls("one", both, friday, friday) })
		write(func(tx *Tx) error { return tx.PutCalls("two", both, friday, friday) })
		due := func(at time.Time) (events []string) {
			t.Helper()
			calls, err := s.DueCalls(t.Context(), at, 10)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range calls {
				event := c.Event + " to a"
				if c.Follower == b.Seq {
					event = c.Event + " to b"
				}
				events = append(events, event)
			}
			return events
		}
		if got, want := due(friday), []string{"one to a", "one to b"}; !slices.Equal(got, want) {
			t.Errorf("due: %q", got)
		}
		calls, _ := s.DueCalls(t.Context(), friday, 10)
		later := friday.Add(time.Hour)
		write(func(tx *Tx) error { return tx.PutOffCall(calls[0].Seq, later, friday, 503, "it answered 503") })
		write(func(tx *Tx) error { return tx.EndCall(calls[1].Seq, CallTaken, friday, 200, "") })
		s.Close()
		s = open()
		if got, want := due(friday), []string{"two to b"}; !slices.Equal(got, want) {
			t.Errorf("while one waits: %q", got)
		}
		if got, want := due(later), []string{"two to b", "one to a"}; !slices.Equal(got, want) {
			t.Errorf("later: %q", got)
		}
		if next, err := s.NextCall(t.Context()); err != nil || !next.Equal(friday) {
			t.Errorf("next at %v, %v", next, err)
		}
		if about, err := s.CalledAbout(t.Context(), "one"); err != nil || len(about) != 2 || !about[a.Seq] {
			t.Errorf("called about: %v, %v", about, err)
		}
		write(func(tx *Tx) error { return tx.EndCall(calls[0].Seq, CallFailed, later, 500, "it answered 500") })
		write(func(tx *Tx) error { return tx.StopCalls(a.Seq, later) })
		if last, err := s.LastCalls(t.Context(), a.Seq, 10); err != nil || len(last) != 2 || last[0].State != CallStopped || last[1].Tries != 2 || last[1].Status != 500 || !last[1].Changed.Equal(later) {
			t.Errorf("%+v, %v", last, err)
		}
		if waiting, givenUp, err := s.CountCalls(t.Context()); waiting != 1 || givenUp != 1 || err != nil {
			t.Errorf("%d wait, %d given up, %v", waiting, givenUp, err)
		}
		write(func(tx *Tx) error { return tx.ForgetCalls(later.Add(KeptCall)) })
		if f, err := s.FollowerNumbered(t.Context(), a.Seq); err != nil || f.Seq == 0 {
			t.Errorf("forgotten too early: %+v, %v", f, err)
		}
		write(func(tx *Tx) error { return tx.ForgetCalls(later.Add(KeptCall + time.Second)) })
		all, err := s.Asked(t.Context(), ByHook)
		if err != nil || len(all) != 1 || all[0].Seq != b.Seq {
			t.Errorf("after 30 days: %+v, %v", all, err)
		}
		if last, err := s.LastCalls(t.Context(), 0, 10); err != nil || len(last) != 1 || last[0].Event != "two" || last[0].Follower != b.Seq {
			t.Errorf("after 30 days: %+v, %v", last, err)
		}
		write(func(tx *Tx) error { return tx.StopFollower(b.Token) })
		if waiting, _, err := s.CountCalls(t.Context()); waiting != 0 || err != nil {
			t.Errorf("%d wait for nobody, %v", waiting, err)
		}
	})
}

func TestCallsAreReadByIndex(t *testing.T) {
	s := openStore(t, t.TempDir())
	for where, index := range map[string]string{isNext: "calls_waiting", "state = 'failed'": "calls_failed", "follower = 1": "calls_follower", "event = 'x'": "sqlite_autoindex_calls"} {
		plans, err := s.reader().QueryContext(t.Context(), "EXPLAIN QUERY PLAN SELECT * FROM calls WHERE "+where)
		if err != nil {
			t.Fatal(err)
		}
		var all strings.Builder
		for plans.Next() {
			var id, parent, unused int
			var plan string
			if err := plans.Scan(&id, &parent, &unused, &plan); err != nil {
				t.Fatal(err)
			}
			all.WriteString(plan + "\n")
		}
		if plans.Close(); !strings.Contains(all.String(), index) || strings.Contains(all.String(), "SCAN calls\n") {
			t.Errorf("%s: %s", where, all.String())
		}
	}
}
