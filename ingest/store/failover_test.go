package store

import (
	"errors"
	"io"
	"net"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"balie/ingest/store/pgtest"
)

// A primary that is killed, and a standby that takes over, lose nothing that was acknowledged, and
// cost nobody an error. Two intakes go on with the one that was promoted.
func TestAStandbyTakesOver(t *testing.T) {
	primary, standby, address := pgtest.StartPair(t)
	stores := []*Store{openPostgres(t, address), openPostgres(t, address)}
	if _, ok, err := stores[0].Lead(t.Context()); !ok || err != nil {
		t.Fatalf("the first does not lead: %v", err)
	}
	var mu sync.Mutex
	var kept []string
	var group sync.WaitGroup
	third := make(chan struct{})
	for c := range 16 {
		group.Go(func() {
			for n := range 20 {
				r := row(1000*c + n)
				if err := stores[c%2].Write(t.Context(), func(tx *Tx) error { return tx.Put(r) }); err != nil {
					t.Errorf("%s: %v", r.ID, err)
					continue
				}
				mu.Lock()
				if kept = append(kept, r.ID); len(kept) == 100 {
					close(third)
				}
				mu.Unlock()
			}
		})
	}
	<-third
	primary.Kill()
	standby.Promote(t)
	group.Wait()
	checkKept(t, stores[1], kept)
	for lead := 0; lead != 1; { // the pool may hold connections that died
		lead = 0
		for _, s := range stores {
			if _, ok, err := s.Lead(t.Context()); ok && err == nil {
				lead++
			}
		}
		if lead > 1 {
			t.Fatal("both lead")
		}
	}
}

// checkKept compares the rows that wait with the ids of those that were acknowledged. Their numbers
// are dense.
func checkKept(t *testing.T, s *Store, kept []string) {
	t.Helper()
	var got []string
	for i, r := range waiting(t, s) {
		if got = append(got, r.ID); r.Seq != int64(i+1) {
			t.Errorf("row %d has the number %d", i+1, r.Seq)
		}
	}
	slices.Sort(got)
	slices.Sort(kept)
	if !slices.Equal(got, kept) {
		t.Errorf("%d are there of %d that were acknowledged", len(got), len(kept))
	}
}

// A server whose answers could be lost is refused, also where it takes over from one whose could not.
func TestAServerThatDoesNotKeepItsWord(t *testing.T) {
	server := pgtest.Start(t)
	address := server.Database(t)
	s := openPostgres(t, address)
	put(t, s, row(1))
	for _, setting := range []string{"fsync", "synchronous_commit"} {
		server.Kill()
		server.Begin(t, setting+"=off")
		if _, err := OpenPostgres(t.Context(), address); err == nil || !strings.Contains(err.Error(), setting+" is off there") {
			t.Errorf("opened: %v", err)
		}
		if err := s.Write(t.Context(), func(tx *Tx) error { return tx.Put(row(2)) }); !errors.Is(err, ErrNotKept) {
			t.Errorf("%s=off: %v", setting, err)
		}
	}
}

// A primary may end before the standby has a transaction that it shows already: its session was ended
// while it waited for the standby. Such a transaction is not acknowledged.
func TestAnAnswerLostBeforeTheStandbyHasIt(t *testing.T) {
	primary, standby, address := pgtest.StartPair(t)
	s := openPostgres(t, address)
	put(t, s, row(1))
	standby.Kill()
	done := make(chan error, 1)
	go func() { done <- s.Write(t.Context(), func(tx *Tx) error { return tx.Put(row(2)) }) }()
	const waits = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
	first := ""
	for first == "" {
		first = primary.Query(t, waits)
	}
	primary.Query(t, "SELECT pg_terminate_backend("+first+")")
	for len(done) == 0 && primary.Query(t, waits+" AND pid <> "+first) == "" { // whoever looks for it waits too
	}
	if len(done) > 0 {
		t.Error("it is answered, and the standby does not have it")
	}
	primary.Kill()
	standby.Begin(t)
	standby.Promote(t)
	putUntilKept(t, s, row(2), <-done)
	checkKept(t, s, []string{row(1).ID, row(2).ID})
}

// putUntilKept puts a row until it is acknowledged, unless it is.
func putUntilKept(t *testing.T, s *Store, r Row, err error) {
	t.Helper()
	for err != nil {
		err = s.Write(t.Context(), func(tx *Tx) error {
			if had, err := tx.WithKey(r.Key); had != nil || err != nil {
				return err
			}
			return tx.Put(r)
		})
	}
}

// A machine that vanishes ends no connection. It is given up, and what was not acknowledged is tried
// again over a new one.
func TestAServerThatFallsSilent(t *testing.T) {
	server := pgtest.Shared(t)
	p := newPipe(t, filepath.Join(server.Dir, ".s.PGSQL.5432"))
	name := path.Base(strings.Split(server.Database(t), "?")[0])
	engine, err := newPostgres("postgres://balie@" + p.Addr().String() + "/" + name + "?sslmode=disable")
	if err != nil {
		t.Fatal(err)
	}
	engine.silent = time.Second
	s, err := open(t.Context(), engine, engine.name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	put(t, s, row(1))
	p.silence()
	put(t, s, row(2))
	checkKept(t, s, []string{row(1).ID, row(2).ID})
}

// pipe passes connections on to a socket.
type pipe struct {
	net.Listener
	mu   sync.Mutex
	open []*atomic.Bool
}

func newPipe(t *testing.T, socket string) *pipe {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &pipe{Listener: l}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			to, err := net.Dial("unix", socket)
			if err != nil {
				from.Close()
				continue
			}
			silent := new(atomic.Bool)
			p.mu.Lock()
			p.open = append(p.open, silent)
			p.mu.Unlock()
			for _, way := range [][2]net.Conn{{from, to}, {to, from}} {
				go func() {
					defer from.Close()
					defer to.Close()
					io.Copy(hushed{way[0], silent}, way[1])
				}()
			}
		}
	}()
	return p
}

// silence lets no byte more through the connections that there are.
func (p *pipe) silence() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, silent := range p.open {
		silent.Store(true)
	}
}

// hushed drops what is written while it is silent.
type hushed struct {
	io.Writer
	silent *atomic.Bool
}

func (h hushed) Write(b []byte) (int, error) {
	if h.silent.Load() {
		return len(b), nil
	}
	return h.Writer.Write(b)
}
