package main

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha1"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"balie/ingest/store"
	"balie/ingest/store/pgtest"
)

// handedIn is a submission of the load, and the number that it was given.
type handedIn struct {
	key, text string
	file      []byte // an attachment; nil: none
	number    string // "": not acknowledged yet
}

// killed is an intake that is killed again and again, and what was handed in to it.
type killed struct {
	*testing.T
	*handed
	dir      string
	command  []string // nil: ingest in dir
	state    string   // where command keeps its state; "": in dir
	database string   // a PostgreSQL database that it keeps it in; "": none
	instance int      // of several in dir; 0: it is the only one
	under    []string // the command that it runs under; nil: none
	addr     string
}

// handed is what was handed in, to one intake or to several that share a store.
type handed struct {
	mu  sync.Mutex
	all []*handedIn
}

// TestKilledUnderLoad kills an intake at random while customers hand in. What was acknowledged is
// committed once; what was not is handed in again under its key, and is committed once too.
// BALIE_KILLS sets another number of rounds.
func TestKilledUnderLoad(t *testing.T) {
	t.Parallel()
	k := newKilled(t)
	before := len(k.tickets())
	random := rand.New(rand.NewPCG(1, 2))
	for range roundsOf("BALIE_KILLS", 50, 5) {
		k.round(time.Duration(random.IntN(250)) * time.Millisecond)
	}
	k.finish(k.start())
	k.count(before)
}

// TestTwoKilledUnderLoad kills one of two intakes at random, or both, which share a PostgreSQL
// database and a repository.
func TestTwoKilledUnderLoad(t *testing.T) {
	t.Parallel()
	a := newKilled(t)
	a.database = pgtest.Start(t).Database(t)
	b := &killed{T: t, handed: a.handed, dir: a.dir, database: a.database}
	intakes := []*killed{a, b}
	before := len(a.tickets())
	running := []*exec.Cmd{a.start(), b.start()}
	random := rand.New(rand.NewPCG(1, 2))
	for range roundsOf("BALIE_KILLS", 10, 5) {
		wait := []func(){a.handInUntil(nil), b.handInUntil(nil)} // whoever is left goes on
		time.Sleep(time.Duration(random.IntN(250)) * time.Millisecond)
		which := 1 + random.IntN(3) // a bit for each
		for i := range intakes {
			if which&(1<<i) != 0 {
				running[i].Process.Kill()
			}
		}
		for i, k := range intakes {
			wait[i]()
			if which&(1<<i) != 0 {
				running[i].Wait()
				running[i] = k.start()
			}
		}
	}
	a.finish(running...)
	a.count(before)
}

// roundsOf is how many rounds there are: what a variable of the environment says, else n, or short
// with -short.
func roundsOf(variable string, n, short int) int {
	if set, err := strconv.Atoi(os.Getenv(variable)); err == nil {
		return set
	}
	if testing.Short() {
		return short
	}
	return n
}

// newKilled is an intake on a sample desk.
func newKilled(t *testing.T) *killed {
	t.Helper()
	k := &killed{T: t, handed: &handed{}, dir: filepath.Join(t.TempDir(), "plugins")}
	if err := os.Mkdir(k.dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := writeSample(t.Context(), k.dir, "plugins", time.Now()); err != nil {
		t.Fatal(err)
	}
	k.git("config", "gc.autoDetach", "false") // else it works on in a directory that is being removed
	return k
}

// finish hands in all of the load once more, waits until git has it, and ends the intakes.
func (k *killed) finish(running ...*exec.Cmd) {
	k.Helper()
	for _, h := range k.all {
		k.handIn(h)
		if h.number == "" {
			k.Errorf("%s could not be handed in at last", h.key)
		}
	}
	k.waitForGit()
	for _, p := range running {
		p.Process.Signal(syscall.SIGTERM)
		if err := p.Wait(); err != nil {
			k.Errorf("at its end: %v", err)
		}
	}
}

// openStore opens the store beside its intakes.
func (k *killed) openStore() (*store.Store, error) {
	if k.database != "" {
		return store.OpenPostgres(k.Context(), k.database)
	}
	state := cmp.Or(k.state, filepath.Join(strings.TrimSpace(k.git("rev-parse", "--absolute-git-dir")), "balie"))
	return store.OpenBeside(k.Context(), state, fmt.Sprintf("intake-%d", max(k.instance, 1)))
}

// waitForGit returns when nothing that was handed in waits for git: many rounds leave more than an
// intake commits at its end.
func (k *killed) waitForGit() {
	k.Helper()
	s, err := k.openStore()
	if err != nil {
		k.Fatal(err)
	}
	defer s.Close()
	for {
		b, err := s.Backlog(k.Context())
		if err != nil {
			k.Fatal(err)
		}
		if b.Rows == 0 {
			return
		}
		time.Sleep(50 * time.Millisecond) // between two looks at what another process does
	}
}

// handedInEach is how much each side hands in in a round. More than can be committed meanwhile would
// put the kills into an ever longer queue.
const handedInEach = 5

// round starts the intake, hands in from four sides, and kills it.
func (k *killed) round(after time.Duration) {
	p := k.start()
	stop := make(chan struct{})
	wait := k.handInUntil(stop)
	time.Sleep(after)
	p.Process.Kill()
	close(stop)
	wait()
	p.Wait()
}

// handInUntil hands in from four sides until stop is closed. It returns what waits for their end.
func (k *killed) handInUntil(stop <-chan struct{}) (wait func()) {
	var sides sync.WaitGroup
	for range 4 {
		sides.Go(func() {
			for range handedInEach {
				select {
				case <-stop:
					return
				default:
					k.handIn(k.next())
				}
			}
		})
	}
	return sides.Wait
}

// next is something that was not acknowledged yet, of earlier rounds too, or something new.
func (k *killed) next() *handedIn {
	k.mu.Lock()
	defer k.mu.Unlock()
	if n := len(k.all); n > 0 && k.all[n-1].number == "" && n%2 == 0 {
		return k.all[n-1]
	}
	n := len(k.all)
	k.all = append(k.all, &handedIn{key: fmt.Sprintf("key-%d", n), text: fmt.Sprintf("question %d.%d.", k.instance, n), file: screen(k.instance, n)})
	return k.all[n]
}

// screen is the attachment of every third submission: one that the store keeps beside its rows.
func screen(instance, n int) []byte {
	if n%3 > 0 {
		return nil
	}
	noise := make([]byte, 50_000)
	rand.NewChaCha8([32]byte{byte(n), byte(n >> 8), byte(instance)}).Read(noise)
	return append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"), noise...)
}

// start starts the intake, and returns when it listens.
func (k *killed) start() *exec.Cmd {
	k.Helper()
	command := k.command
	if command == nil {
		command = []string{"ingest", "-C", k.dir, "--state", k.state, "--instance", fmt.Sprint(max(k.instance, 1)), "--store", k.database}
	}
	command = slices.Concat(k.under, []string{"balie"}, command, []string{"--addr", "127.0.0.1:0"})
	cmd := exec.Command(command[0], command[1:]...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		k.Fatal(err)
	}
	said := &safeBuffer{}
	cmd.Stderr = said
	if err := cmd.Start(); err != nil {
		k.Fatal(err)
	}
	k.Cleanup(func() { cmd.Process.Kill() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		k.Fatalf("it did not start: %v\n%s", err, said)
	}
	k.addr = strings.TrimSuffix(strings.TrimSpace(line), "/")
	return cmd
}

// handIn hands something in, and notes the number that it is given.
func (k *killed) handIn(h *handedIn) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	form.SetBoundary("b") // the same bytes again
	for _, field := range [][2]string{{"subject", "Crash"}, {"message", h.text}, {"email", "jo@klant.example"}, {"product", "kwast"}, {"version", "1.2.3"}} {
		form.WriteField(field[0], field[1])
	}
	if h.file != nil {
		part, _ := form.CreateFormFile("files", "screen.png")
		part.Write(h.file)
	}
	form.Close()
	r, _ := http.NewRequest("POST", k.addr+"/forms/contact", &body)
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Idempotency-Key", h.key)
	resp, err := (&http.Client{Timeout: 10 * time.Second}).Do(r)
	if err != nil {
		return
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return
	}
	var said struct{ Number string }
	if resp.StatusCode != http.StatusCreated || json.Unmarshal(answer, &said) != nil {
		k.Errorf("%s: %d %s", h.key, resp.StatusCode, answer)
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if h.number != "" && h.number != said.Number {
		k.Errorf("%s was given %s and %s", h.key, h.number, said.Number)
	}
	h.number = said.Number
}

// tickets are the first messages of the branch's tickets, by number.
func (k *killed) tickets() map[string]string {
	k.Helper()
	out, err := exec.Command("git", "-C", k.dir, "grep", "--full-name", "--heading", "--break", "^", "HEAD", "--", "tickets/*-received.md").Output()
	if err != nil {
		k.Fatal(err)
	}
	all := map[string]string{}
	number := ""
	for line := range strings.SplitSeq(string(out), "\n") {
		if _, path, ok := strings.Cut(line, "HEAD:tickets/"); ok {
			number = filepath.Base(filepath.Dir(path))
			all[number] = ""
			continue
		}
		all[number] += line + "\n"
	}
	return all
}

func (k *killed) git(args ...string) string {
	k.Helper()
	out, err := exec.Command("git", append([]string{"-C", k.dir}, args...)...).CombinedOutput()
	if err != nil {
		k.Errorf("git %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// count compares what is committed with what was handed in.
func (k *killed) count(before int) {
	k.Helper()
	tickets := k.tickets()
	if got := len(tickets) - before; got != len(k.all) {
		k.Errorf("%d tickets were committed, and %d handed in", got, len(k.all))
	}
	blobs := k.git("ls-tree", "-r", "HEAD", "tickets/")
	for _, h := range k.all {
		if !strings.Contains(tickets[h.number], h.text+"\n") {
			k.Errorf("%s was acknowledged as %s, which is %q", h.key, h.number, tickets[h.number])
		}
		name := fmt.Sprintf("%x", sha1.Sum(fmt.Appendf(nil, "blob %d\x00%s", len(h.file), h.file)))
		if n := strings.Count(blobs, name); h.file != nil && n != 1 {
			k.Errorf("the file of %s is committed %d times", h.key, n)
		}
	}
	if strings.Contains(k.git("rev-parse", "--is-bare-repository"), "false") {
		if out := k.git("status", "--porcelain"); out != "" {
			k.Errorf("the work tree: %s", out)
		}
	}
	k.Logf("%d handed in", len(k.all))
}
