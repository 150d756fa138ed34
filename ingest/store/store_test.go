package store

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"balie/ingest/commit"
)

var friday = time.Date(2026, 11, 20, 14, 5, 9, 0, time.UTC)

func openStore(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(context.Background(), dir, "intake")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// sqliteOf is the SQLite database of a store.
func sqliteOf(s *Store) *sqlite { return s.engine.(*sqlite) }

func row(n int) Row {
	dir := fmt.Sprintf("tickets/2026/11/20/%d", n)
	return Row{ID: fmt.Sprintf("%016x", n), Key: fmt.Sprintf("k%d", n), Dir: dir, Token: fmt.Sprintf("token%d", n), Accepted: friday, Change: commit.Change{
		Message: "ticket: received", Needs: "site.yaml", At: friday, Files: []commit.File{{Path: dir + "/ticket.yaml", Data: []byte("subject: s\n")}},
	}}
}

func put(t testing.TB, s *Store, rows ...Row) {
	t.Helper()
	for _, r := range rows {
		if err := s.Write(t.Context(), func(tx *Tx) error { return tx.Put(r) }); err != nil {
			t.Fatal(err)
		}
	}
}

func waiting(t testing.TB, s *Store) []Row {
	t.Helper()
	rows, err := s.Waiting(t.Context(), 1000)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// What was written is there after the process ended without a word.
func TestRowsComeBackAsTheyWerePut(t *testing.T) {
	forEachEngine(t, func(t *testing.T, open func() *Store) {
		s := open()
		large := row(2)
		large.Change.Files = append(large.Change.Files, commit.File{Path: large.Dir + "/attachments/a.png", Data: bytes.Repeat([]byte("x"), maxInline+1)})
		put(t, s, row(1), large)
		s.Close()
		s = open()
		rows := waiting(t, s)
		if len(rows) != 2 || rows[0].Seq != 1 || rows[1].Seq != 2 {
			t.Fatalf("%d rows: %+v", len(rows), rows)
		}
		for i, want := range []Row{row(1), large} {
			want.Seq, want.Token = int64(i+1), tokenHash(want.Token)
			if got := rows[i]; fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("got\n%v\nwant\n%v", got, want)
			}
		}
		for name, find := range map[string]func() (*Row, error){
			"token": func() (*Row, error) { return s.WithToken("token2") },
			"key":   func() (*Row, error) { return s.WithKey("k2") },
		} {
			if r, err := find(); err != nil || r == nil || r.Seq != 2 {
				t.Errorf("by its %s: %v, %v", name, r, err)
			}
		}
		if r, err := s.WithToken("token"); r != nil || err != nil {
			t.Errorf("by another token: %v, %v", r, err)
		}
	})
}

func TestAFreedKeyIsTheNextRows(t *testing.T) {
	forEachEngine(t, func(t *testing.T, open func() *Store) {
		s := open()
		put(t, s, row(1))
		next := row(2)
		next.Key = row(1).Key
		if err := s.Write(t.Context(), func(tx *Tx) error { return errors.Join(tx.FreeKey(next.Key), tx.Put(next)) }); err != nil {
			t.Fatal(err)
		}
		if r, err := s.WithKey(next.Key); err != nil || r == nil || r.Seq != 2 {
			t.Errorf("by the key: %v, %v", r, err)
		}
		if rows := waiting(t, s); len(rows) != 2 || rows[0].Key != "" || rows[0].ID != row(1).ID {
			t.Errorf("%d rows: %+v", len(rows), rows)
		}
	})
}

func TestARefusedWriteLeavesTheOthersOfItsTransaction(t *testing.T) {
	forEachEngine(t, func(t *testing.T, open func() *Store) {
		s := open()
		refused := errors.New("refused")
		var wait sync.WaitGroup
		for n := 1; n <= 40; n++ {
			wait.Go(func() {
				err := s.Write(t.Context(), func(tx *Tx) error {
					if err := tx.Put(row(n)); err != nil {
						return err
					}
					switch {
					case n%10 == 0:
						panic("a mistake of ours")
					case n%2 == 0:
						return refused
					}
					return nil
				})
				switch {
				case n%10 == 0 && (err == nil || !strings.Contains(err.Error(), "a mistake of ours")), n%10 != 0 && n%2 == 0 && !errors.Is(err, refused), n%2 == 1 && err != nil:
					t.Errorf("%d: %v", n, err)
				}
			})
		}
		wait.Wait()
		rows := waiting(t, s)
		if len(rows) != 20 {
			t.Fatalf("%d rows", len(rows))
		}
		for i, r := range rows {
			if r.Seq != int64(i+1) {
				t.Errorf("row %d has number %d", i, r.Seq)
			}
		}
	})
}

func TestAFullDisk(t *testing.T) {
	s := openStore(t, t.TempDir())
	put(t, s, row(1))
	full := func(pages int) {
		if _, err := sqliteOf(s).writer.ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count=%d", pages)); err != nil {
			t.Fatal(err)
		}
	}
	full(1)
	var last error
	for n := 2; n < 300 && last == nil; n++ {
		last = s.Write(t.Context(), func(tx *Tx) error { return tx.Put(row(n)) })
	}
	if !errors.Is(last, ErrNotKept) {
		t.Fatalf("error %v", last)
	}
	kept := len(waiting(t, s))
	full(1 << 30)
	put(t, s, row(1000))
	if rows := waiting(t, s); len(rows) != kept+1 || rows[kept].Seq != int64(kept+1) {
		t.Errorf("%d rows after %d", len(rows), kept)
	}
}

func TestARowLeavesWhenReadingsHaveIt(t *testing.T) {
	forEachEngine(t, func(t *testing.T, open func() *Store) {
		s := open()
		data := bytes.Repeat([]byte("x"), maxInline+1)
		first, second := row(1), row(2)
		for _, r := range []*Row{&first, &second} { // both have the same large file
			r.Change.Files = append(r.Change.Files, commit.File{Path: r.Dir + "/attachments/a.png", Data: data})
		}
		put(t, s, first, second, row(3))
		blobs := func() int {
			if p, ok := s.engine.(*postgres); ok {
				var n int
				if err := p.db.QueryRowContext(t.Context(), "SELECT COUNT(DISTINCT hash) FROM chunks").Scan(&n); err != nil {
					t.Fatal(err)
				}
				return n
			}
			entries, err := os.ReadDir(sqliteOf(s).blobPath(""))
			if err != nil {
				t.Fatal(err)
			}
			return len(entries)
		}
		shown := func(n int) int {
			rows, err := s.OfCase(row(n).Dir)
			if err != nil {
				t.Fatal(err)
			}
			return len(rows)
		}
		filed := func(seq int64, revision string, now time.Time) {
			t.Helper()
			if err := errors.Join(s.Filed(t.Context(), []Row{{Seq: seq}}, []string{revision}), s.Settle(t.Context(), []string{revision}, now)); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Filed(t.Context(), []Row{{Seq: 1}}, []string{"c1"}); err != nil || shown(1) != 1 || len(waiting(t, s)) != 2 {
			t.Fatalf("filed: %v, shown %d", err, shown(1))
		}
		filed(1, "c1", friday)
		if shown(1) != 0 || blobs() != 1 {
			t.Errorf("settled: shown %d, %d large files", shown(1), blobs())
		}
		if r, err := s.WithKey("k1"); err != nil || r == nil || r.ID != row(1).ID || r.Dir != row(1).Dir || len(r.Change.Files) > 0 || r.Token != "" {
			t.Errorf("a repetition finds %+v, %v", r, err)
		}
		filed(2, "c2", friday.Add(keptFor))
		if blobs() != 0 {
			t.Errorf("%d large files", blobs())
		}
		filed(3, "c3", friday.Add(keptFor+time.Second))
		for n := 1; n <= 3; n++ {
			if r, err := s.WithKey(fmt.Sprintf("k%d", n)); r != nil || err != nil {
				t.Errorf("after a day %d is %+v, %v", n, r, err)
			}
		}
	})
}

// No text of what was settled stays in the files of the store.
// What is read of the rows that wait is bounded in bytes too.
func TestAGroupOfLargeFiles(t *testing.T) {
	s := openStore(t, t.TempDir())
	for n := range 3 {
		r := row(n)
		r.Change.Files = append(r.Change.Files, commit.File{Path: r.Dir + "/attachments/a", Data: make([]byte, maxGroupBytes*2/3)})
		put(t, s, r)
	}
	if rows := waiting(t, s); len(rows) != 2 || rows[0].ID != row(0).ID || rows[1].ID != row(1).ID {
		t.Errorf("%d rows", len(rows))
	}
}

// A commit's rows are found by the index: a backlog must not be read for each commit.
func TestRowsOfACommitAreFoundByTheIndex(t *testing.T) {
	s := openStore(t, t.TempDir())
	var id, parent, unused int
	var plan string
	if err := one(t.Context(), s.reader(), "EXPLAIN QUERY PLAN UPDATE submissions SET settled = 1 WHERE "+ofRevision, []any{"x"}, &id, &parent, &unused, &plan); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(plan, "submissions_noted") {
		t.Error(plan)
	}
}

// More rows than share a transaction are noted and settled.
func TestManyRowsAreNotedAndSettled(t *testing.T) {
	s := openStore(t, t.TempDir())
	var rows []Row
	for n := range 2*maxTogether + 1 {
		rows = append(rows, row(n))
	}
	put(t, s, rows...)
	rows = waiting(t, s)
	revisions := make([]string, len(rows))
	for i := range rows {
		revisions[i] = fmt.Sprint("r", i)
	}
	if err := s.Filed(t.Context(), rows, revisions); err != nil {
		t.Fatal(err)
	}
	if left := waiting(t, s); len(left) != 0 {
		t.Errorf("%d rows wait", len(left))
	}
	if err := s.Settle(t.Context(), revisions, friday); err != nil {
		t.Fatal(err)
	}
	if noted, err := s.Noted(t.Context()); len(noted) != 0 || err != nil {
		t.Errorf("%d commits have rows, %v", len(noted), err)
	}
}

func TestWhatWasSettledIsNotOnTheDisk(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir)
	r := row(1)
	r.Change.Files[0].Data = []byte("canary-0123456789-canary")
	canary := []byte(base64.StdEncoding.EncodeToString(r.Change.Files[0].Data))
	put(t, s, r)
	if data, _ := os.ReadFile(filepath.Join(dir, "intake", "intake.db-wal")); !bytes.Contains(data, canary) {
		t.Fatal("it never was there")
	}
	if err := errors.Join(s.Filed(t.Context(), []Row{{Seq: 1}}, []string{"c"}), s.Settle(t.Context(), []string{"c"}, friday)); err != nil {
		t.Fatal(err)
	}
	for _, open := range []bool{true, false} {
		filepath.WalkDir(dir, func(path string, d os.DirEntry, _ error) error {
			if data, _ := os.ReadFile(path); bytes.Contains(data, canary[:12]) {
				t.Errorf("%s has it, the store open: %v", path, open)
			}
			return nil
		})
		s.Close()
	}
}

func TestADamagedRowIsSetAside(t *testing.T) {
	s := openStore(t, t.TempDir())
	large := row(2)
	large.Change.Files[0].Data = bytes.Repeat([]byte("x"), maxInline+1)
	put(t, s, row(1), large, row(3))
	if _, err := sqliteOf(s).writer.ExecContext(t.Context(), "UPDATE submissions SET payload = replace(payload, 'received', 'reckoned') WHERE seq = 1"); err != nil {
		t.Fatal(err)
	}
	entries, _ := os.ReadDir(filepath.Join(sqliteOf(s).dir, "files"))
	if err := os.WriteFile(sqliteOf(s).blobPath(entries[0].Name()), []byte("y"), 0o600); err != nil {
		t.Fatal(err)
	}
	if rows := waiting(t, s); len(rows) != 1 || rows[0].Seq != 3 {
		t.Fatalf("%+v wait", rows)
	}
	var aside int
	if err := sqliteOf(s).db.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM submissions WHERE reason <> ''").Scan(&aside); err != nil || aside != 2 {
		t.Errorf("%d are set aside, %v", aside, err)
	}
	put(t, s, row(4))
	if rows := waiting(t, s); rows[1].Seq != 4 {
		t.Errorf("the next has number %d", rows[1].Seq)
	}
}

func TestAStoreThatCannotBeOpened(t *testing.T) {
	dir := t.TempDir()
	first := openStore(t, dir)
	if _, err := Open(t.Context(), dir, "intake"); !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), dir) {
		t.Errorf("a second one: %v", err)
	}
	openStore(t, filepath.Dir(dir)) // another store beside it
	for n := range 200 {
		put(t, first, row(n))
	}
	first.Close()
	path := filepath.Join(dir, "intake", "intake.db")
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func([]byte) []byte{
		"its beginning": func(b []byte) []byte { return append([]byte("not a database at all"), b[21:]...) },
		"a page":        func(b []byte) []byte { copy(b[4096:], bytes.Repeat([]byte{0xff}, 4096)); return b },
		"cut off":       func(b []byte) []byte { return b[:len(b)/2] },
	} {
		if err := os.WriteFile(path, change(bytes.Clone(good)), 0o600); err != nil {
			t.Fatal(err)
		}
		if s, err := Open(t.Context(), dir, "intake"); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), dir) {
			t.Errorf("%s is damaged: %v", name, err)
			if s != nil {
				s.Close()
			}
		}
	}
	if err := os.WriteFile(path, good, 0o600); err != nil {
		t.Fatal(err)
	}
	s := openStore(t, dir)
	if n := len(waiting(t, s)); n != 200 {
		t.Errorf("put back it has %d rows", n)
	}
	if _, err := sqliteOf(s).writer.ExecContext(t.Context(), "PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if _, err := Open(t.Context(), dir, "intake"); !errors.Is(err, ErrNewer) {
		t.Errorf("a newer one: %v", err)
	}
}
