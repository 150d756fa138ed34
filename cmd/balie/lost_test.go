package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"balie/content/live"
	"balie/ingest/lost"
	"balie/ingest/metrics"
)

// stepped is an intake on a repository, each of whose steps a test takes itself.
type stepped struct {
	*testing.T
	*server
	dir      string // of its repository
	database string // "": its store is SQLite's
	at       time.Time
	handler  http.Handler
	readings <-chan *live.Reading
	stderr   *safeBuffer
	stop     func()
}

// newStepped starts an intake on a bare repository with a sample desk.
func newStepped(t *testing.T) *stepped {
	t.Helper()
	d := &stepped{T: t, dir: filepath.Join(t.TempDir(), "desk.git"), at: time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC)}
	work := filepath.Join(t.TempDir(), "plugins")
	if err := os.Mkdir(work, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := writeSample(t.Context(), work, "plugins", d.at); err != nil {
		t.Fatal(err)
	}
	gitIn(t, t.TempDir(), "clone", "-q", "--bare", work, d.dir)
	gitIn(t, d.dir, "remote", "remove", "origin")
	d.start("")
	return d
}

// start starts the intake, with a remote or none.
func (d *stepped) start(remote string) {
	d.Helper()
	if err := d.tryStart(remote); err != nil {
		d.Fatalf("%v\n%s", err, d.stderr)
	}
}

func (d *stepped) tryStart(remote string) error {
	d.Helper()
	ctx, cancel := context.WithCancel(d.Context())
	d.stderr = &safeBuffer{}
	t := &terminal{in: strings.NewReader(""), out: io.Discard, err: d.stderr, dir: d.dir, clock: func() time.Time { return d.at }}
	s := &server{terminal: t, storeFlags: storeFlags{instance: 1, storeAddress: d.database}, intakeOnly: true}
	d.server = s
	s.metrics = metrics.New(s.standing)
	s.sync.name = remote
	err := s.openRepository(ctx)
	if err == nil {
		err = s.openStore(ctx)
	}
	if err == nil {
		err = s.openRemote(ctx)
	}
	if err == nil {
		s.live, err = live.Open(ctx, live.Config{Repository: s.repo})
	}
	if err != nil {
		cancel()
		if s.store != nil {
			s.store.Close()
		}
		return err
	}
	if d.handler, err = s.publicHandler(); err != nil {
		d.Fatal(err)
	}
	d.readings = s.live.Follow()
	s.settle(ctx, s.live.Current())
	done := make(chan error)
	go func() { done <- s.live.Run(ctx, s.report) }()
	stopped := false
	d.stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		<-done
		s.store.Close()
		s.repo.Close()
	}
	d.Cleanup(d.stop)
	return nil
}

// read waits until the branch's tip is read, and settles as serve does.
func (d *stepped) read() {
	d.Helper()
	tip := d.tip()
	r := d.live.Current()
	for r.Revision != tip {
		select {
		case r = <-d.readings:
		case <-time.After(patience):
			d.Fatalf("%s was not read\n%s", tip, d.stderr)
		}
	}
	d.settle(d.Context(), r)
}

// drain commits what waits, and reads it.
func (d *stepped) drain() {
	d.Helper()
	if err := d.intake.DrainOnce(d.Context()); err != nil {
		d.Fatal(err)
	}
	d.read()
}

func (d *stepped) tip() string { return gitIn(d.T, d.dir, "rev-parse", "main") }

// handIn hands in a question and returns its number and the address of its follow page.
func (d *stepped) handIn(text string) (number, follow string) {
	d.Helper()
	body, _ := json.Marshal(map[string]string{"subject": "Lost", "message": text, "email": "jo@klant.example", "product": "kwast", "version": "1.2.3"})
	var said struct{ Number, Follow string }
	if err := json.Unmarshal(d.post("/forms/contact", string(body)), &said); err != nil || said.Number == "" {
		d.Fatalf("no number: %v", err)
	}
	_, follow, _ = strings.Cut(said.Follow, "/t/")
	return said.Number, "/t/" + follow
}

// post hands in JSON, and advances the clock by two seconds.
func (d *stepped) post(path, body string) []byte {
	d.Helper()
	d.at = d.at.Add(2 * time.Second)
	r := httptest.NewRequest("POST", path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json")
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	if w.Code/100 != 2 {
		d.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	return w.Body.Bytes()
}

func (d *stepped) get(path string) string {
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w.Body.String()
}

// count returns how many files of a branch have a text.
func (d *stepped) count(text string) int { return countIn(d.T, d.dir, text) }

func countIn(t *testing.T, dir, text string) int {
	t.Helper()
	cmd := exec.Command("git", "-C", dir, "grep", "-lF", text, "main")
	out, err := cmd.Output()
	if err != nil && cmd.ProcessState.ExitCode() != 1 {
		t.Fatal(err)
	}
	return strings.Count(string(out), "\n")
}

func (d *stepped) lost() []lost.Ref {
	d.Helper()
	refs, err := lost.ListRefs(d.Context(), d.repo.Git)
	if err != nil {
		d.Fatal(err)
	}
	return refs
}

// commitOn adds a file to a branch of a bare repository, or takes it out where the text is "".
func commitOn(t *testing.T, dir, name, text string) {
	t.Helper()
	index := filepath.Join(t.TempDir(), "index")
	run := func(in string, args ...string) string { return gitWith(t, dir, index, in, args...) }
	run("", "read-tree", "main")
	if text == "" {
		run("", "rm", "-rq", "--cached", name)
	} else {
		blob := run(text, "hash-object", "-w", "--stdin")
		run("", "update-index", "--add", "--cacheinfo", "100644,"+blob+","+name)
	}
	next := run("", "commit-tree", "-p", "main", "-m", "staff: "+name, run("", "write-tree"))
	run("", "update-ref", "refs/heads/main", next)
}

func gitIn(t *testing.T, dir string, args ...string) string {
	t.Helper()
	return gitWith(t, dir, "", "", args...)
}

func gitWith(t *testing.T, dir, index, in string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=Anna", "-c", "user.email=anna@example.org"}, args...)...)
	cmd.Stdin = strings.NewReader(in)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull)
	if index != "" {
		cmd.Env = append(cmd.Env, "GIT_INDEX_FILE="+index)
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// TestAForcePushLosesNothing: what a force push takes out is filed again with the same bytes, and its
// number is not given again, also where balie was stopped meanwhile.
func TestAForcePushLosesNothing(t *testing.T) {
	for _, stopped := range []bool{false, true} {
		t.Run(fmt.Sprint("stopped ", stopped), func(t *testing.T) {
			d := newStepped(t)
			kept, follow := d.handIn("question one")
			d.drain()
			message := d.tip()
			d.post(follow, `{"message":"question one again"}`)
			d.drain()
			gone, goneFollow := d.handIn("question two")
			d.drain()
			d.post(goneFollow, `{"message":"question two again"}`)
			d.drain()
			before, old := gitIn(t, d.dir, "ls-tree", "-r", "main"), d.tip()
			if stopped {
				d.stop()
			}
			gitIn(t, d.dir, "update-ref", "refs/heads/main", message)
			gitIn(t, d.dir, "gc", "-q", "--prune=now") // our ref keeps the objects
			if stopped {
				d.start("")
			} else {
				d.read()
			}
			if page := d.get(goneFollow); !strings.Contains(page, "question two again") {
				t.Errorf("its page, before it is committed: %s", page)
			}
			d.drain()
			if after := gitIn(t, d.dir, "ls-tree", "-r", "main"); after != before {
				t.Errorf("before:\n%s\nafter:\n%s", before, after)
			}
			if refs := d.lost(); len(refs) != 1 || string(refs[0].Revision) != old {
				t.Errorf("refs %v, not on %s", refs, old)
			}
			if ready := d.get("/readyz"); !strings.Contains(ready, "warning: lost") {
				t.Errorf("readyz: %s", ready)
			}
			if said := d.stderr.String(); strings.Count(said, "filed again: tickets/") != 2 || !strings.Contains(said, "filed again: tickets/2026/11/20/"+gone) {
				t.Errorf("it said:\n%s", said)
			}
			if next, _ := d.handIn("question three"); next == gone || next == kept {
				t.Errorf("%s is given again", next)
			}
			d.drain()
			d.read()
			gitIn(t, d.dir, "update-ref", "-d", d.lost()[0].Name)
			d.read()
			if ready := d.get("/readyz"); strings.Contains(ready, "warning: lost") {
				t.Errorf("readyz after the ref was deleted: %s", ready)
			}
		})
	}
}

// TestACommitThatWasNeverRead: a rewind also loses nothing of what was committed and not read yet.
func TestACommitThatWasNeverRead(t *testing.T) {
	d := newStepped(t)
	before := d.tip()
	d.handIn("question one")
	if err := d.intake.DrainOnce(t.Context()); err != nil {
		t.Fatal(err)
	}
	gitIn(t, d.dir, "update-ref", "refs/heads/main", before)
	d.handIn("question two")
	if err := d.intake.DrainOnce(t.Context()); err != nil { // its commit has nothing of the first one
		t.Fatal(err)
	}
	d.read()
	d.drain()
	for _, text := range []string{"question one", "question two"} {
		if n := d.count(text); n != 1 {
			t.Errorf("%s is there %d times", text, n)
		}
	}
	if refs := d.lost(); len(refs) != 0 {
		t.Errorf("refs %v", refs)
	}
}

// TestStaffTakeOut: what an ordinary commit takes out stays out, and so does what was rewritten into
// other commits with the same events.
func TestStaffTakeOut(t *testing.T) {
	d := newStepped(t)
	number, _ := d.handIn("question one")
	d.drain()
	commitOn(t, d.dir, "tickets/2026/11/20/"+number, "")
	d.read()
	d.drain()
	if n := d.count("question one"); n != 0 || len(d.lost()) != 0 {
		t.Errorf("there %d times, refs %v", n, d.lost())
	}
	d.handIn("question two")
	d.drain()
	other := gitIn(t, d.dir, "commit-tree", "-p", "main~2", "-m", "squashed", "main^{tree}")
	gitIn(t, d.dir, "update-ref", "refs/heads/main", other)
	d.read()
	d.drain()
	if n := d.count("question two"); n != 1 || len(d.lost()) != 0 || d.tip() != other {
		t.Errorf("there %d times, refs %v", n, d.lost())
	}
}

// TestErasedIsNotFiledAgain: numbers of erased.txt stay out of history and of our refs.
func TestErasedIsNotFiledAgain(t *testing.T) {
	d := newStepped(t)
	before := d.tip()
	first, follow := d.handIn("question one")
	d.drain()
	commitBefore := d.tip()
	gitIn(t, d.dir, "update-ref", "refs/heads/main", before)
	commitOn(t, d.dir, "erased.txt", first+"\n")
	d.read()
	d.drain()
	if n := d.count("question one"); n != 0 || len(d.lost()) != 0 {
		t.Errorf("there %d times, refs %v", n, d.lost())
	}
	if page := d.get(follow); strings.Contains(page, "question one") {
		t.Errorf("its page: %s", page)
	}
	for _, ref := range strings.Fields(gitIn(t, d.dir, "for-each-ref", "--format=%(refname)", "--contains", commitBefore)) {
		t.Errorf("%s keeps its objects", ref)
	}
	second, _ := d.handIn("question two")
	third, _ := d.handIn("question three")
	if second == first || third == first {
		t.Errorf("%s is given again", first)
	}
	d.drain()
	gitIn(t, d.dir, "update-ref", "refs/heads/main", "main~2")
	d.read()
	if len(d.lost()) != 1 {
		t.Fatalf("refs %v", d.lost())
	}
	d.drain()
	commitOn(t, d.dir, "tickets/2026/11/20/"+second, "")
	commitOn(t, d.dir, "erased.txt", first+"\n"+second+"\n")
	d.read()
	d.read()
	if d.count("question two") != 0 || d.count("question three") != 1 || len(d.lost()) != 0 {
		t.Errorf("refs %v\n%s", d.lost(), d.stderr)
	}
}

// TestErasedNotReadable: while erased.txt can't be read nothing is filed again, and afterwards it is.
func TestErasedNotReadable(t *testing.T) {
	d := newStepped(t)
	before := d.tip()
	d.handIn("question one")
	d.drain()
	gitIn(t, d.dir, "update-ref", "refs/heads/main", before)
	commitOn(t, d.dir, "erased.txt", "\xff\xfe\x00")
	d.read()
	d.drain()
	if d.count("question one") != 0 || !strings.Contains(d.stderr.String(), lost.ErrErased.Error()) {
		t.Errorf("said %s", d.stderr)
	}
	commitOn(t, d.dir, "erased.txt", "")
	d.read()
	d.drain()
	if n := d.count("question one"); n != 1 {
		t.Errorf("there %d times", n)
	}
}

// TestRefile: what is older than a day is filed again when a person says so, and staff's files are
// listed.
func TestRefile(t *testing.T) {
	d := newStepped(t)
	before := d.tip()
	old, _ := d.handIn("question one")
	d.drain()
	commitOn(t, d.dir, "articles/new.md", "---\ntitle: New\n---\nText\n")
	d.read()
	d.at = d.at.Add(25 * time.Hour)
	recent, _ := d.handIn("question two")
	d.drain()
	gitIn(t, d.dir, "update-ref", "refs/heads/main", before)
	d.read()
	d.drain()
	if d.count("question one") != 0 || d.count("question two") != 1 {
		t.Errorf("there are %d and %d", d.count("question one"), d.count("question two"))
	}
	for _, want := range []string{"not filed again: tickets/2026/11/20/" + old, "filed again: tickets/2026/11/21/" + recent, "\n    articles/new.md\n", "balie intake refile"} {
		if !strings.Contains(d.stderr.String(), want) {
			t.Errorf("it did not say %q:\n%s", want, d.stderr)
		}
	}
	var out strings.Builder
	if status := run([]string{"intake", "refile", "-C", d.dir}, strings.NewReader(""), &out, d.stderr); status != 0 {
		t.Fatalf("status %d\n%s", status, d.stderr)
	}
	if want := "tickets/2026/11/20/" + old + " filed again\narticles/new.md not filed: it is staff's\n"; out.String() != want {
		t.Errorf("it printed %q, want %q", out.String(), want)
	}
	d.read()
	d.drain()
	if d.count("question one") != 1 || d.count("question two") != 1 {
		t.Errorf("there are %d and %d", d.count("question one"), d.count("question two"))
	}
	commitOn(t, d.dir, "tickets/2026/11/20/"+old, "")
	out.Reset()
	if status := run([]string{"intake", "refile", "-C", d.dir}, strings.NewReader(""), &out, d.stderr); status != 0 || strings.Contains(out.String(), "filed again") {
		t.Errorf("after a person took it out: status %d, %s", status, out.String())
	}
}
