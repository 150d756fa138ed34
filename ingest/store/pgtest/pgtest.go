// Package pgtest starts PostgreSQL servers for tests: one on a socket in a directory of its own, or a
// primary and its standby on ports of this machine.
package pgtest

import (
	"bytes"
	"cmp"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Server is a server that runs.
type Server struct {
	Dir     string // of its socket
	port    int    // on 127.0.0.1; 0: it listens on its socket alone
	data    string
	bin     string
	log     bytes.Buffer
	command *exec.Cmd
	made    atomic.Int64
}

// Start makes a server, runs it until the test's end, and returns it. Where PostgreSQL is not
// installed the test is skipped, but fails under BALIE_POSTGRES=required.
func Start(t testing.TB) *Server {
	t.Helper()
	s := newServer(t)
	t.Cleanup(s.remove)
	s.initialize(t)
	s.Begin(t)
	return s
}

// shared is the server that the tests of a package share.
var shared struct {
	sync.Mutex
	server *Server
}

// Shared is Start for tests that need no server of their own. The package's TestMain is Main.
func Shared(t testing.TB) *Server {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.server == nil {
		s := newServer(t)
		shared.server = s
		s.initialize(t)
		s.Begin(t)
	}
	return shared.server
}

// Main runs the tests of a package, and ends the server that they share.
func Main(m *testing.M) {
	defer func() {
		if shared.server != nil {
			shared.server.remove()
		}
	}()
	m.Run()
}

// StartPair makes a primary and a standby. A COMMIT at the primary waits until the standby has it. The
// address is that of an empty database on whichever of the two takes writes.
func StartPair(t testing.TB) (primary, standby *Server, address string) {
	t.Helper()
	primary, standby = newServer(t), newServer(t)
	t.Cleanup(primary.remove)
	t.Cleanup(standby.remove)
	primary.port, standby.port = freePort(t), freePort(t)
	primary.initialize(t)
	primary.Begin(t)
	primary.Database(t)
	standby.must(t, "pg_basebackup", "-h", primary.Dir, "-p", strconv.Itoa(primary.port), "-U", "balie", "-D", standby.data, "-R", "-X", "stream", "-c", "fast", "--no-sync")
	standby.Begin(t)
	primary.Query(t, "ALTER SYSTEM SET synchronous_standby_names = '*'")
	primary.Query(t, "SELECT pg_reload_conf()")
	for primary.Query(t, "SELECT COUNT(*) FROM pg_stat_replication WHERE sync_state = 'sync'") != "1" {
		time.Sleep(50 * time.Millisecond) // between two looks at what another process does
	}
	return primary, standby, fmt.Sprintf("postgres://balie@127.0.0.1:%d,127.0.0.1:%d/balie1?target_session_attrs=read-write", primary.port, standby.port)
}

func newServer(t testing.TB) *Server {
	t.Helper()
	s := &Server{bin: binaries()}
	if s.bin == "" {
		if os.Getenv("BALIE_POSTGRES") == "required" {
			t.Fatal("there is no PostgreSQL on this machine, and BALIE_POSTGRES=required")
		}
		t.Skip("PostgreSQL is not installed: apt-get install postgresql")
	}
	dir, err := os.MkdirTemp("", "balie-postgres") // its socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	s.Dir, s.data = dir, filepath.Join(dir, "data")
	if err := own(dir); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *Server) initialize(t testing.TB) {
	t.Helper()
	s.must(t, "initdb", "-D", s.data, "-U", "balie", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C")
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// Begin runs the server with more settings, and returns when it answers.
func (s *Server) Begin(t testing.TB, settings ...string) {
	t.Helper()
	args := []string{"-D", s.data, "-k", s.Dir, "-c", "listen_addresses="}
	if s.port != 0 {
		args = append(args, "-c", "listen_addresses=127.0.0.1", "-c", "port="+strconv.Itoa(s.port))
	}
	for _, setting := range settings {
		args = append(args, "-c", setting)
	}
	s.command = s.run("postgres", args...)
	s.command.Stdout, s.command.Stderr = &s.log, &s.log
	if err := s.command.Start(); err != nil {
		t.Fatal(err)
	}
	for range 600 {
		if s.psql("SELECT 1").Run() == nil {
			return
		}
		time.Sleep(50 * time.Millisecond) // between two looks at what another process does
	}
	t.Fatalf("PostgreSQL does not answer: %s", s.log.String())
}

// Kill ends the server at once, as a power cut does.
func (s *Server) Kill() {
	if s.command != nil && s.command.Process != nil {
		kill(s.command.Process)
		s.command.Wait()
	}
	s.command = nil
}

// remove kills the server, and removes all that it has.
func (s *Server) remove() {
	s.Kill()
	os.RemoveAll(s.Dir)
}

// Database makes an empty database and returns its address.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	name := "balie" + strconv.FormatInt(s.made.Add(1), 10)
	s.Query(t, "CREATE DATABASE "+name)
	return fmt.Sprintf("postgres://balie@/%s?host=%s", name, url.QueryEscape(s.Dir))
}

// Promote makes a standby the primary, and returns when it takes writes.
func (s *Server) Promote(t testing.TB) {
	t.Helper()
	s.Query(t, "SELECT pg_promote()")
}

// Query returns what the server answers to a statement.
func (s *Server) Query(t testing.TB, statement string) string {
	t.Helper()
	out, err := s.psql(statement).CombinedOutput()
	if err != nil {
		t.Fatalf("%v %s", err, out)
	}
	return strings.TrimSpace(string(out))
}

func (s *Server) psql(statement string) *exec.Cmd {
	return s.run("psql", "-h", s.Dir, "-p", strconv.Itoa(cmp.Or(s.port, 5432)), "-U", "balie", "-d", "postgres", "-At", "-c", statement)
}

func (s *Server) must(t testing.TB, name string, args ...string) {
	t.Helper()
	if out, err := s.run(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
}

// run returns a command of PostgreSQL, which does not run as root.
func (s *Server) run(name string, args ...string) *exec.Cmd {
	c := exec.Command(filepath.Join(s.bin, name), args...)
	c.Dir = s.Dir
	c.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "PG") }), "LC_ALL=C")
	c.SysProcAttr = attributes()
	return c
}
