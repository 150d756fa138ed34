package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// withRemote is an intake on a clone of a bare repository, in a work tree or not.
type withRemote struct {
	*stepped
	hub string // the remote's directory
}

func newWithRemote(t *testing.T, bare bool) *withRemote {
	t.Helper()
	d := newStepped(t)
	d.stop()
	r := &withRemote{stepped: d, hub: filepath.Join(t.TempDir(), "hub.git")}
	gitIn(t, t.TempDir(), "clone", "-q", "--bare", d.dir, r.hub)
	d.dir = filepath.Join(t.TempDir(), "clone")
	if bare {
		gitIn(t, t.TempDir(), "clone", "-q", "--bare", r.hub, d.dir)
	} else {
		gitIn(t, t.TempDir(), "clone", "-q", r.hub, d.dir)
	}
	d.start("origin")
	return r
}

// sync is one sync, as it is made once a minute and after each commit.
func (r *withRemote) sync() error {
	err := r.server.sync.remote.Sync(r.Context())
	r.reportSync(r.Context(), err)
	return err
}

func (r *withRemote) mustSync() {
	r.Helper()
	if err := r.sync(); err != nil {
		r.Fatalf("%v\n%s", err, r.stderr)
	}
}

// settled syncs, reads and drains until nothing waits and both branches are one.
func (r *withRemote) settled() {
	r.Helper()
	for range 4 {
		r.mustSync()
		r.drain()
	}
	r.mustSync()
	r.read()
	if here, there := r.tip(), gitIn(r.T, r.hub, "rev-parse", "main"); here != there {
		r.Errorf("the branch is at %s, the remote's at %s", here, there)
	}
}

// once says that each text is in the remote exactly once.
func (r *withRemote) once(texts ...string) {
	r.Helper()
	for _, text := range texts {
		if n := countIn(r.T, r.hub, text); n != 1 {
			r.Errorf("%q is in the remote %d times", text, n)
		}
	}
}

// TestRemoteRace: for 30 rounds staff push between every two steps. Everything acknowledged is in the
// remote exactly once, and nothing of staff's is lost.
func TestRemoteRace(t *testing.T) {
	t.Parallel()
	for _, bare := range []bool{true, false} {
		t.Run(fmt.Sprint("bare ", bare), func(t *testing.T) {
			r := newWithRemote(t, bare)
			pushes := 0
			push := func() {
				pushes++
				commitOn(t, r.hub, fmt.Sprintf("notes/%d.txt", pushes), "staff's\n")
			}
			races := 0
			r.server.sync.remote.Step = func(string) {
				if races++; races%3 != 0 { // else a sync ends by itself
					push()
				}
			}
			var texts []string
			for round := range 8 {
				text := fmt.Sprintf("question %d.", round)
				_, follow := r.handIn(text)
				if round%2 == 0 {
					r.drain()
				}
				if round%3 == 0 {
					push()
				}
				r.post(follow, fmt.Sprintf(`{"message":"more to %d."}`, round))
				texts = append(texts, text, fmt.Sprintf("more to %d.", round))
				if err := r.intake.DrainOnce(t.Context()); err != nil {
					t.Fatal(err)
				}
				if round%4 != 0 {
					r.sync() // it may give up after some tries
				}
			}
			r.server.sync.remote.Step = nil
			r.settled()
			r.once(texts...)
			if n := len(strings.Fields(gitIn(t, r.hub, "ls-tree", "--name-only", "main", "notes/"))); n != pushes || pushes < 8 {
				t.Errorf("%d of staff's %d files", n, pushes)
			}
			if rows, err := r.store.Noted(t.Context()); len(rows) != 0 || err != nil {
				t.Errorf("not settled: %v, %v", rows, err)
			}
			if refs := r.lost(); len(refs) != 0 {
				t.Errorf("refs %v", refs)
			}
			if !bare {
				if status := gitIn(t, r.dir, "status", "--porcelain"); status != "" {
					t.Errorf("the work tree: %s", status)
				}
			}
		})
	}
}

// TestRemoteAway: while the remote can't be reached the intake goes on.
func TestRemoteAway(t *testing.T) {
	r := newWithRemote(t, true)
	if err := os.Rename(r.hub, r.hub+".away"); err != nil {
		t.Fatal(err)
	}
	r.handIn("question one")
	r.drain()
	if err := r.sync(); err == nil {
		t.Error("no error")
	}
	if ready := r.get("/readyz"); !strings.Contains(ready, "warning: remote") {
		t.Errorf("readyz: %s", ready)
	}
	r.sync()
	if said := r.stderr.String(); strings.Count(said, "fetch from origin") != 1 {
		t.Errorf("it said:\n%s", said)
	}
	r.stop()
	r.start("origin")
	r.handIn("question two")
	r.drain()
	if err := os.Rename(r.hub+".away", r.hub); err != nil {
		t.Fatal(err)
	}
	commitOn(t, r.hub, "notes.txt", "staff's\n")
	r.settled()
	r.once("question one", "question two")
	if ready := r.get("/readyz"); strings.Contains(ready, "warning") || !strings.Contains(r.stderr.String(), "together again") {
		t.Errorf("readyz: %s\n%s", ready, r.stderr)
	}
}

// TestRemoteSlow: while the remote lets itself be waited for, what is handed in is committed all the
// same. It is pushed afterwards.
func TestRemoteSlow(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no shell here")
	}
	r := newWithRemote(t, true)
	dir := t.TempDir()
	script := filepath.Join(dir, "upload-pack")
	if err := os.WriteFile(script, fmt.Appendf(nil, "#!/bin/sh\ntouch %[1]s/asked\nuntil [ -e %[1]s/answers ]; do sleep 0.1; done\nexec git-upload-pack \"$@\"\n", dir), 0o755); err != nil {
		t.Fatal(err)
	}
	gitIn(t, r.dir, "config", "remote.origin.uploadpack", script)
	synced := make(chan error, 1)
	go func() { synced <- r.server.sync.remote.Sync(t.Context()) }()
	for !exists(filepath.Join(dir, "asked")) {
		time.Sleep(10 * time.Millisecond) // between two looks at what another process does
	}
	r.handIn("question one")
	r.drain()
	if n := r.count("question one"); n != 1 {
		t.Errorf("while the remote is slow it is committed %d times", n)
	}
	select {
	case err := <-synced:
		t.Fatalf("the remote answered too soon: %v", err)
	default:
	}
	if err := os.WriteFile(filepath.Join(dir, "answers"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := <-synced; err != nil {
		t.Error(err)
	}
	r.settled()
	r.once("question one")
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// TestRemoteRewound: a force push to the remote takes out what staff took out, and what customers
// handed in comes back.
func TestRemoteRewound(t *testing.T) {
	t.Parallel()
	for n := range 4 {
		stopped, further := n&1 == 1, n&2 == 2
		r := newWithRemote(t, true)
		before := r.tip()
		number, _ := r.handIn("question one")
		r.drain()
		r.settled()
		commitOn(t, r.hub, "notes.txt", "a note of staff\n")
		r.settled()
		if stopped {
			r.stop()
		}
		gitIn(t, r.hub, "update-ref", "refs/heads/main", before)
		if further {
			commitOn(t, r.hub, "other.txt", "another note\n")
		}
		if stopped {
			r.start("origin")
		}
		r.mustSync()
		r.read()
		r.settled()
		r.once("question one")
		if n := countIn(t, r.hub, "a note of staff"); n != 0 {
			t.Errorf("what staff took out is there %d times", n)
		}
		if next, _ := r.handIn("question two"); next == number || len(r.lost()) != 1 {
			t.Errorf("number %s after %s, refs %v", next, number, r.lost())
		}
	}
}

// TestRemoteTakenOut: what staff take out in the remote by an ordinary commit stays out, also where
// our commits are made again on top of it. A message to a ticket that is gone is set aside.
func TestRemoteTakenOut(t *testing.T) {
	r := newWithRemote(t, true)
	first, follow := r.handIn("question one")
	_, other := r.handIn("question two")
	r.post(other, `{"message":"more to two"}`)
	r.drain()
	r.settled()
	commitOn(t, r.hub, "tickets/2026/11/20/"+first, "")
	message := gitIn(t, r.hub, "grep", "-lF", "more to two", "main")
	commitOn(t, r.hub, strings.TrimPrefix(message, "main:"), "")
	r.post(follow, `{"message":"more to one"}`)
	r.handIn("question three")
	r.drain()
	r.settled()
	r.once("question two", "question three")
	for _, text := range []string{"question one", "more to one", "more to two"} {
		if n := countIn(t, r.hub, text); n != 0 {
			t.Errorf("%q is there %d times", text, n)
		}
	}
	if !strings.Contains(r.stderr.String(), "its case is gone") {
		t.Errorf("it said:\n%s", r.stderr)
	}
}

// TestRemoteKilled: a process that ends between its push and what follows from it leaves nothing
// twice.
func TestRemoteKilled(t *testing.T) {
	r := newWithRemote(t, true)
	_, follow := r.handIn("question one")
	r.post(follow, `{"message":"more to one"}`)
	r.drain()
	commitOn(t, r.hub, "notes.txt", "staff's\n")
	ctx, stop := context.WithCancel(t.Context())
	r.server.sync.remote.Step = func(step string) {
		if step == "pushed" {
			stop()
		}
	}
	if err := r.server.sync.remote.Sync(ctx); err == nil {
		t.Error("no error")
	}
	r.once("question one", "more to one")
	r.stop()
	r.start("origin")
	r.settled()
	r.once("question one", "more to one")
	if refs := r.lost(); len(refs) != 0 {
		t.Errorf("refs %v", refs)
	}
}

// TestRemoteForeign: commits of others that are not pushed are never pushed by balie.
func TestRemoteForeign(t *testing.T) {
	r := newWithRemote(t, true)
	commitOn(t, r.dir, "mine.txt", "not pushed\n")
	r.handIn("question one")
	r.drain()
	if err := r.sync(); err == nil || !strings.Contains(err.Error(), "staff: mine.txt") {
		t.Errorf("%v", err)
	}
	if countIn(t, r.hub, "not pushed") != 0 || countIn(t, r.hub, "question one") != 0 {
		t.Error("it was pushed")
	}
	r.stop()
	if err := r.tryStart("origin"); err == nil || !strings.Contains(err.Error(), "staff: mine.txt") {
		t.Fatalf("at the start: %v", err)
	}
	r.repo.Close()
	gitIn(t, r.dir, "push", "-q", "origin", "main")
	r.start("origin")
	r.handIn("question two")
	r.drain()
	r.settled()
	r.once("question one", "question two", "not pushed")
}

// TestRemoteNumberTaken: a number that somebody else took in the remote meanwhile becomes another.
func TestRemoteNumberTaken(t *testing.T) {
	r := newWithRemote(t, true)
	number, follow := r.handIn("question one")
	r.post(follow, `{"message":"more to one"}`)
	r.drain()
	dir := "tickets/2026/11/20/" + number
	record := gitIn(t, r.dir, "show", "main:"+dir+"/ticket.yaml")
	commitOn(t, r.hub, dir+"/ticket.yaml", strings.Replace(record, strings.Split(follow, "/")[2], strings.Repeat("a", 32), 1)+"\n")
	commitOn(t, r.hub, dir+"/2026-11-20T130000Z-received.md", "Of another intake\n")
	r.mustSync()
	r.read()
	r.settled()
	r.once("question one", "more to one", "Of another intake", "given: \""+number+"\"")
	for _, text := range []string{"question one", "more to one"} {
		if at := gitIn(t, r.hub, "grep", "-lF", text, "main"); strings.Contains(at, dir) {
			t.Errorf("%s is in %s", text, at)
		}
	}
}

// TestRemoteWorkTree: the work tree follows, but not over what somebody edits.
func TestRemoteWorkTree(t *testing.T) {
	r := newWithRemote(t, false)
	edited := filepath.Join(r.dir, "site.yaml")
	was, err := os.ReadFile(edited)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(edited, append([]byte("# mine\n"), was...), 0o666); err != nil {
		t.Fatal(err)
	}
	commitOn(t, r.hub, "notes.txt", "staff's\n")
	r.handIn("question one")
	r.drain()
	r.settled()
	r.once("question one")
	if status := gitIn(t, r.dir, "status", "--porcelain"); status != "M site.yaml" {
		t.Errorf("status %q", status)
	}
	if _, err := os.Stat(filepath.Join(r.dir, "notes.txt")); err != nil {
		t.Error(err)
	}
	commitOn(t, r.hub, "site.yaml", "# theirs\n"+string(was))
	r.handIn("question two")
	third, _ := r.handIn("question three")
	r.drain()
	if err := r.sync(); err == nil || !strings.Contains(err.Error(), "site.yaml") {
		t.Errorf("%v", err)
	}
	r.once("question one", "question two", "question three")
	commitOn(t, r.hub, "tickets/2026/11/20/"+third, "") // staff take it out while the branch here still has it
	r.sync()
	if data, _ := os.ReadFile(edited); !strings.HasPrefix(string(data), "# mine\n") {
		t.Errorf("the edit is gone: %s", data)
	}
	if err := os.WriteFile(edited, was, 0o666); err != nil {
		t.Fatal(err)
	}
	r.settled()
	r.once("question one", "question two")
	if n := countIn(t, r.hub, "question three"); n != 0 {
		t.Errorf("what staff took out is there %d times", n)
	}
	if status := gitIn(t, r.dir, "status", "--porcelain"); status != "" {
		t.Errorf("status %q", status)
	}
}

// TestRemoteIsNamed: only a remote that git knows is taken.
func TestRemoteIsNamed(t *testing.T) {
	d := newStepped(t)
	d.stop()
	for _, name := range []string{"origin", "--upload-pack=x", "."} {
		if err := d.tryStart(name); err == nil || !strings.Contains(err.Error(), "git remote lists no such name") {
			t.Errorf("%s: %v", name, err)
		}
		d.repo.Close()
	}
}

// TestServeWithARemote: what is handed in is pushed at once, and an end in order pushes the rest.
func TestServeWithARemote(t *testing.T) {
	hub := filepath.Join(t.TempDir(), "hub.git")
	r := serveSampleWith(t, "plugins", func(s *server) {
		s.draft, s.intakeOnly, s.staffAddr, s.sync.name = false, true, "", "hub"
		gitIn(t, t.TempDir(), "clone", "-q", "--bare", s.dir, hub)
		gitIn(t, s.dir, "remote", "add", "hub", hub)
	})
	body := strings.Replace(exampleJSON(r.live.Current().Tree.Forms[0]), "Hello", "question one", 1)
	if status, answer := r.post("/forms/contact", body); status != 201 {
		t.Fatalf("answer %d %s", status, answer)
	}
	r.soon("it is pushed", func() bool { return countIn(t, hub, "question one") == 1 })
	commitOn(t, hub, "notes.txt", "staff's\n")
	r.FetchNow()
	r.soon("what staff pushed is here", func() bool {
		_, err := os.Stat(filepath.Join(r.dir, "notes.txt"))
		return err == nil
	})
	r.until("what staff pushed is read", func() bool {
		return r.last != nil && r.last.Revision == gitIn(t, hub, "rev-parse", "main")
	})
}
