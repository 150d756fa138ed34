package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"balie/ingest/commit"
	"balie/ingest/store/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// forEachEngine runs a test on SQLite and on PostgreSQL. Open opens the same store each time.
func forEachEngine(t *testing.T, test func(t *testing.T, open func() *Store)) {
	t.Run("sqlite", func(t *testing.T) {
		dir := t.TempDir()
		test(t, func() *Store { return openStore(t, dir) })
	})
	t.Run("postgres", func(t *testing.T) {
		address := pgtest.Shared(t).Database(t)
		test(t, func() *Store { return openPostgres(t, address) })
	})
}

func openPostgres(t testing.TB, address string) *Store {
	t.Helper()
	s, err := OpenPostgres(context.Background(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestDeliveries(t *testing.T) {
	forEachEngine(t, func(t *testing.T, open func() *Store) {
		s := open()
		deliver := func(id, reason string) (added bool) {
			t.Helper()
			err := s.Write(t.Context(), func(tx *Tx) (err error) {
				added, err = tx.PutDelivery(Delivery{Hook: "alerts", ID: id, Headers: map[string][]string{"X": {"y"}}, Body: []byte("body of " + id), Received: friday, Reason: reason})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return added
		}
		if !deliver("a", "") || deliver("a", "") || !deliver("b", "of no use") || deliver("b", "") {
			t.Error("a repetition is new, or the first is not")
		}
		s.Close()
		s = open()
		d, err := s.DueDelivery(t.Context(), friday)
		if err != nil || d == nil || string(d.Body) != "body of a" || d.Headers.Get("X") != "y" || !d.Received.Equal(friday) {
			t.Fatalf("due: %+v, %v", d, err)
		}
		write := func(do func(*Tx) error) {
			t.Helper()
			if err := s.Write(t.Context(), do); err != nil {
				t.Fatal(err)
			}
		}
		write(func(tx *Tx) error { return tx.Hold(d, friday.Add(time.Minute)) })
		if d, err := s.DueDelivery(t.Context(), friday); err != nil || d != nil {
			t.Errorf("held and due: %v, %v", d, err)
		}
		if next, err := s.NextDelivery(t.Context()); err != nil || !next.Equal(friday.Add(time.Minute)) {
			t.Errorf("next: %v, %v", next, err)
		}
		if b, err := s.Backlog(t.Context()); err != nil || b.Deliveries != 1 || b.Rows != 0 {
			t.Errorf("waits: %+v, %v", b, err)
		}
		write(func(tx *Tx) error { return tx.Done(d) })
		aside, err := s.Aside(t.Context())
		if err != nil || len(aside) != 1 || aside[0].Reason != "of no use" || string(aside[0].Body) != "body of b" {
			t.Fatalf("aside: %+v, %v", aside, err)
		}
		if err := s.RetryAside(t.Context(), aside[0].Seq); err != nil {
			t.Fatal(err)
		}
		if d, err := s.DueDelivery(t.Context(), friday); err != nil || d == nil || d.Reason != "" {
			t.Errorf("tried again: %+v, %v", d, err)
		}
		if err := s.RetryAside(t.Context(), aside[0].Seq); !errors.Is(err, ErrNoAside) {
			t.Errorf("twice: %v", err)
		}
		write(func(tx *Tx) error { return tx.PutAside(d, "again of no use") })
		if err := s.DropAside(t.Context(), d.Seq); err != nil {
			t.Error(err)
		}
		if err := s.ForgetDeliveries(t.Context(), friday.Add(keptDelivery)); err != nil || deliver("a", "") {
			t.Errorf("a day early: %v", err)
		}
		if err := s.ForgetDeliveries(t.Context(), friday.Add(keptDelivery+time.Second)); err != nil || !deliver("a", "") {
			t.Errorf("after 30 days: %v", err)
		}
	})
}

func TestWhatAMachineSaidLast(t *testing.T) {
	forEachEngine(t, func(t *testing.T, open func() *Store) {
		s := open()
		err := s.Write(t.Context(), func(tx *Tx) error {
			none, err := tx.Alert("alerts", "k")
			err = errors.Join(err, tx.PutAlert(Alert{"alerts", "k", "incidents/2026/a", "{}"}, friday), tx.PutAlert(Alert{"alerts", "k", "incidents/2026/a", "{1}"}, friday), tx.MoveAlert("incidents/2026/a", "incidents/2026/a-2"))
			if none != nil {
				t.Errorf("before: %v", none)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		s.Write(t.Context(), func(tx *Tx) error {
			a, err := tx.Alert("alerts", "k")
			if err != nil || a == nil || a.Dir != "incidents/2026/a-2" || a.State != "{1}" {
				t.Errorf("%+v, %v", a, err)
			}
			return nil
		})
		if err := s.NoteTip(t.Context(), "one", "abc", friday); err != nil {
			t.Fatal(err)
		}
		if tip, err := s.Tip(t.Context(), "one"); tip != "abc" || err != nil {
			t.Errorf("tip %q, %v", tip, err)
		}
	})
}

// Large files come back whole, and go when no row needs them.
func TestLargeFiles(t *testing.T) {
	forEachEngine(t, func(t *testing.T, open func() *Store) {
		s := open()
		large := row(1)
		data := bytes.Repeat([]byte("0123456789"), 250_000) // three chunks
		large.Change.Files = append(large.Change.Files, commit.File{Path: large.Dir + "/attachments/a.png", Data: data})
		put(t, s, large)
		s.Close()
		s = open()
		rows := waiting(t, s)
		if len(rows) != 1 || !bytes.Equal(rows[0].Change.Files[1].Data, data) {
			t.Fatal("it is not what was put")
		}
		if err := s.Write(t.Context(), func(tx *Tx) error {
			of, err := tx.OfCase(large.Dir)
			if err == nil && (len(of) != 1 || !bytes.Equal(of[0].Change.Files[1].Data, data)) {
				t.Error("within a transaction it is not what was put")
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := s.Filed(t.Context(), rows, []string{"r"}); err != nil {
			t.Fatal(err)
		}
		if err := s.Settle(t.Context(), []string{"r"}, friday); err != nil {
			t.Fatal(err)
		}
		sum := rows[0].Change.Files[1]
		again := row(2)
		again.Change.Files = append(again.Change.Files, commit.File{Path: sum.Path, Data: sum.Data})
		put(t, s, again)
		if rows := waiting(t, s); len(rows) != 1 || !bytes.Equal(rows[0].Change.Files[1].Data, data) {
			t.Error("after it had gone it was not kept again")
		}
	})
}

// Two intakes that share a store number one after the other, find what the other took, and commit
// one at a time.
func TestTwoIntakesShareAStore(t *testing.T) {
	address := pgtest.Shared(t).Database(t)
	stores := []*Store{openPostgres(t, address), openPostgres(t, address)}
	var group sync.WaitGroup
	for i, s := range stores {
		for n := range 50 {
			group.Go(func() {
				if err := s.Write(t.Context(), func(tx *Tx) error { return tx.Put(row(100*i + n)) }); err != nil {
					t.Error(err)
				}
			})
		}
	}
	group.Wait()
	rows := waiting(t, stores[0])
	if len(rows) != 100 {
		t.Fatalf("%d rows", len(rows))
	}
	for i, r := range rows {
		if r.Seq != int64(i+1) {
			t.Fatalf("row %d has the number %d", i, r.Seq)
		}
	}
	if r, err := stores[1].WithKey("k7"); err != nil || r == nil {
		t.Errorf("the other's key: %v, %v", r, err)
	}
	if _, ok, err := stores[0].Lead(t.Context()); !ok || err != nil {
		t.Fatalf("the first does not lead: %v", err)
	}
	if _, ok, err := stores[1].Lead(t.Context()); ok || err != nil {
		t.Errorf("both lead: %v", err)
	}
	stores[0].Close()
	var term int
	for ok := false; !ok; { // the server notices soon that a connection was closed
		var err error
		if term, ok, err = stores[1].Lead(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if again, _, _ := stores[1].Lead(t.Context()); again != term {
		t.Errorf("its term changed from %d to %d", term, again)
	}
}

// A server that is killed and comes back loses nothing that was acknowledged.
func TestAServerThatIsKilled(t *testing.T) {
	server := pgtest.Start(t)
	s := openPostgres(t, server.Database(t))
	var mu sync.Mutex
	var kept []string
	var group sync.WaitGroup
	half := make(chan struct{})
	var once sync.Once
	for c := range 8 {
		group.Go(func() {
			for n := range 50 {
				r := row(1000*c + n)
				for s.Write(t.Context(), func(tx *Tx) error {
					if had, err := tx.WithKey(r.Key); had != nil || err != nil {
						return err
					}
					return tx.Put(r)
				}) != nil {
				}
				mu.Lock()
				if kept = append(kept, r.ID); len(kept) == 100 {
					once.Do(func() { close(half) })
				}
				mu.Unlock()
			}
		})
	}
	<-half
	server.Kill()
	server.Begin(t)
	group.Wait()
	var got []string
	for _, r := range waiting(t, s) {
		got = append(got, r.ID)
	}
	slices.Sort(got)
	slices.Sort(kept)
	if !slices.Equal(got, kept) {
		t.Errorf("%d are there of %d that were acknowledged", len(got), len(kept))
	}
}

// Intakes that share a store give numbers under one instance. One that has noted nothing for ten
// minutes is not waited for, and is told so when it joins again.
func TestIntakesThatJoin(t *testing.T) {
	s := openPostgres(t, pgtest.Shared(t).Database(t))
	join := func(intake string, instance int, now time.Time, wantSilent bool) {
		t.Helper()
		if silent, err := s.Join(t.Context(), intake, instance, now); err != nil || silent != wantSilent {
			t.Errorf("silent: %v, %v", silent, err)
		}
	}
	join("a", 1, friday, true)
	other := new(OtherInstance)
	if _, err := s.Join(t.Context(), "b", 2, friday); !errors.As(err, &other) || other.Intake != "a" || other.Instance != 1 {
		t.Errorf("another instance: %v", err)
	}
	join("b", 1, friday, true)
	if err := s.NoteTip(t.Context(), "b", "abc", friday.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if tips, err := s.Tips(t.Context(), friday.Add(SharedFor-time.Second)); err != nil || !slices.Equal(slices.Sorted(slices.Values(tips)), []string{"", "abc"}) {
		t.Errorf("waited for: %q, %v", tips, err)
	}
	later := friday.Add(SharedFor)
	if tips, err := s.Tips(t.Context(), later); err != nil || !slices.Equal(tips, []string{"abc"}) {
		t.Errorf("waited for: %q, %v", tips, err)
	}
	join("b", 1, later, false)
	join("a", 1, later, true)
	join("a", 2, later.Add(SharedFor), true) // the others have ended
	if tip, err := s.Tip(t.Context(), "b"); err != nil || tip != "abc" {
		t.Errorf("it read %q last, %v", tip, err)
	}
}

func TestAPasswordIsNotTold(t *testing.T) {
	const password = "canary-of-a-password"
	for _, address := range []string{"postgres://balie:" + password + "@127.0.0.1:1/balie?connect_timeout=1", "postgres://balie:" + password + "@%zz/"} {
		if _, err := OpenPostgres(t.Context(), address); err == nil || bytes.Contains([]byte(fmt.Sprint(err)), []byte(password)) {
			t.Errorf("%v", err)
		}
	}
}

// Where the answer to a COMMIT is lost, what became of it is looked for.
func TestALostAnswer(t *testing.T) {
	s := openPostgres(t, pgtest.Shared(t).Database(t))
	p := s.engine.(*postgres)
	for _, effect := range []bool{true, false} {
		q, err := p.begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("took effect: %t", effect)
		if _, err := q.ExecContext(t.Context(), "INSERT INTO counters VALUES (?, 1)", name); err != nil {
			t.Fatal(err)
		}
		var backend int
		if err := one(t.Context(), q, "SELECT pg_backend_pid()", nil, &backend); err != nil {
			t.Fatal(err)
		}
		if effect {
			if _, err := q.ExecContext(t.Context(), "COMMIT"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := p.db.ExecContext(t.Context(), "SELECT pg_terminate_backend($1)", backend); err != nil {
			t.Fatal(err)
		}
		var there int
		err = p.commit(t.Context(), q)
		if asked := one(t.Context(), s.reader(), "SELECT COUNT(*) FROM counters WHERE name = ?", []any{name}, &there); asked != nil || (err == nil) != effect || (there == 1) != effect {
			t.Errorf("%s: %v, %d rows, %v", name, err, there, asked)
		}
	}
}
