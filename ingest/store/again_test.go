package store

import (
	"bytes"
	"testing"

	"balie/ingest/commit"
)

func again(t *testing.T, s *Store, r Row) {
	t.Helper()
	if err := s.Write(t.Context(), func(tx *Tx) error { return tx.Again(r) }); err != nil {
		t.Fatal(err)
	}
}

// A row that was settled waits again under its number, with its large file and its key.
func TestASettledRowWaitsAgain(t *testing.T) {
	forEachEngine(t, func(t *testing.T, open func() *Store) {
		s := open()
		first, second := row(1), row(2)
		first.Change.Files = append(first.Change.Files, commit.File{Path: first.Dir + "/attachments/a.png", Data: bytes.Repeat([]byte("x"), 2*maxInline)})
		put(t, s, first, second)
		rows := waiting(t, s)
		if err := s.Filed(t.Context(), rows, []string{"c1", "c2"}); err != nil {
			t.Fatal(err)
		}
		if err := s.Settle(t.Context(), []string{"c1", "c2"}, friday); err != nil {
			t.Fatal(err)
		}
		again(t, s, first)
		again(t, s, first) // a second time changes nothing
		s.Close()
		s = open()
		got := waiting(t, s)
		if len(got) != 1 || got[0].Seq != rows[0].Seq || got[0].Key != first.Key || len(got[0].Change.Files) != 2 || len(got[0].Change.Files[1].Data) != 2*maxInline {
			t.Fatalf("%+v", got)
		}
		if r, err := s.WithToken("token1"); r == nil || err != nil {
			t.Errorf("its follow page: %v, %v", r, err)
		}
	})
}

// A row that no commit on the branch has waits again; one that is not known is put; one that was set
// aside stays there.
func TestOtherRowsWaitAgain(t *testing.T) {
	forEachEngine(t, func(t *testing.T, open func() *Store) {
		s := open()
		put(t, s, row(1), row(2))
		rows := waiting(t, s)
		if err := s.Filed(t.Context(), rows[:1], []string{"c1"}); err != nil {
			t.Fatal(err)
		}
		if err := s.SetAside(t.Context(), rows[1].Seq, "no"); err != nil {
			t.Fatal(err)
		}
		if noted, err := s.Noted(t.Context()); err != nil || len(noted) != 1 || noted[0] != "c1" {
			t.Errorf("noted %v, %v", noted, err)
		}
		noted, err := s.OfRevision(t.Context(), "c1")
		if err != nil || len(noted) != 1 || noted[0].ID != row(1).ID {
			t.Fatalf("%+v, %v", noted, err)
		}
		if err := s.Wait(t.Context(), noted); err != nil {
			t.Fatal(err)
		}
		again(t, s, row(2))
		again(t, s, row(3))
		got := waiting(t, s)
		if len(got) != 2 || got[0].ID != row(1).ID || got[1].ID != row(3).ID {
			t.Errorf("%+v", got)
		}
	})
}
