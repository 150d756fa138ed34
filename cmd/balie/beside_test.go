package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"testing"
	"time"

	"balie/ingest/store"
	"balie/ingest/store/pgtest"
)

// besideEachEngine runs a test on an intake with a store of SQLite and with one of PostgreSQL. Balie
// runs a command on the intake's repository and store.
func besideEachEngine(t *testing.T, test func(d *stepped, balie func(args ...string) string)) {
	on := func(database string) func(t *testing.T) {
		return func(t *testing.T) {
			d := newStepped(t)
			flags := []string{"-C", d.dir}
			if database != "" {
				d.stop()
				d.database = database
				d.start("")
				flags = append(flags, "--store", database)
			}
			test(d, func(args ...string) string {
				t.Helper()
				var out bytes.Buffer
				if status := run(append(args, flags...), strings.NewReader(""), &out, d.stderr); status != 0 {
					t.Fatalf("balie %v: %d\n%s", args, status, d.stderr)
				}
				return out.String()
			})
		}
	}
	t.Run("sqlite", on(""))
	t.Run("postgres", func(t *testing.T) { on(pgtest.Start(t).Database(t))(t) })
}

// Tick leaves out a ticket of which something waits for git, and everything where that has waited for
// more than a minute.
func TestTickBesideAnIntake(t *testing.T) {
	t.Parallel()
	besideEachEngine(t, func(d *stepped, balie func(args ...string) string) {
		d.at = d.at.AddDate(0, 1, 0)
		d.settle(d.Context(), d.live.Current()) // it was silent for a month
		tree := d.live.Current().Tree
		now, err := d.now(tree.Zone)
		if err != nil {
			d.Fatal(err)
		}
		var waits string
		cases := map[string]bool{}
		for _, a := range d.live.Current().Desk.Due(tree, now) {
			if ticket := tree.Ticket(path.Base(a.Case)); ticket != nil && waits == "" {
				waits = a.Case
				d.post("/t/"+ticket.Follow+"/", `{"message":"It still does that."}`)
			}
			cases[a.Case] = true
		}
		if waits == "" || len(cases) < 2 {
			d.Fatalf("what is due: %v", cases)
		}
		at := func(after time.Duration) string { return d.at.Add(after).Format(time.RFC3339) }
		if said := balie("tick", "--now", at(2*time.Minute)); said != "" {
			d.Errorf("while it has waited for two minutes: %s", said)
		}
		if said := balie("tick", "--now", at(30*time.Second)); said == "" || strings.Contains(said, waits) {
			d.Errorf("while it waits: %s", said)
		}
		d.stop()
		var out bytes.Buffer
		if status := run([]string{"tick", "-C", d.dir, "--state", d.TempDir(), "--now", at(2 * time.Minute)}, strings.NewReader(""), &out, d.stderr); status != 0 || !strings.Contains(out.String(), waits) {
			d.Errorf("where no intake keeps anything: %d %s\n%s", status, &out, d.stderr)
		}
	})
}

// What was put aside is listed, shown, tried again and dropped in the store that the flags name.
func TestAsideBesideAnIntake(t *testing.T) {
	t.Parallel()
	besideEachEngine(t, func(d *stepped, balie func(args ...string) string) {
		number, _ := d.handIn("It is stuck.")
		setAside := func() {
			d.Helper()
			if err := d.store.SetAside(d.Context(), 1, "its ticket is gone"); err != nil {
				d.Fatal(err)
			}
		}
		setAside()
		if said := balie("intake", "list"); !strings.HasPrefix(said, "1  ") || !strings.Contains(said, "its ticket is gone") {
			d.Errorf("listed: %s", said)
		}
		if said := balie("intake", "show", "1"); !strings.Contains(said, number) {
			d.Errorf("shown: %s", said)
		}
		balie("intake", "retry", "1")
		if b, err := d.store.Backlog(d.Context()); err != nil || b.Rows != 1 {
			d.Errorf("tried again: %+v, %v", b, err)
		}
		setAside()
		balie("intake", "drop", "1")
		if said := balie("intake", "list"); said != "" {
			d.Errorf("dropped: %s", said)
		}
		if said := balie("intake", "refile"); said != "" {
			d.Errorf("filed again: %s", said)
		}
	})
}

// An intake that the others no longer waited for serves nothing until it has read the branch. One
// with another instance is refused.
func TestAnIntakeThatWasSilent(t *testing.T) {
	t.Parallel()
	d := newStepped(t)
	d.stop()
	d.database = pgtest.Start(t).Database(t)
	d.start("")
	status := func() int {
		w := httptest.NewRecorder()
		d.handler.ServeHTTP(w, httptest.NewRequest("GET", "/forms/contact", nil))
		return w.Code
	}
	if got := status(); got != http.StatusOK {
		t.Fatalf("at its start: %d", got)
	}
	old := d.live.Current()
	d.at = d.at.Add(store.SharedFor)
	if got := status(); got != http.StatusServiceUnavailable {
		t.Errorf("after ten silent minutes: %d", got)
	}
	commitOn(t, d.dir, "articles/new.md", "New.\n")
	d.settle(t.Context(), old)
	if got := status(); got != http.StatusServiceUnavailable {
		t.Errorf("with the reading of before: %d", got)
	}
	if tips, err := d.store.Tips(t.Context(), d.at); err != nil || len(tips) != 1 || tips[0] != old.Revision {
		t.Errorf("the others wait for %q, %v", tips, err)
	}
	d.read()
	if got := status(); got != http.StatusOK {
		t.Errorf("with a new reading: %d", got)
	}
	other := &server{terminal: d.terminal, repo: d.repo, addr: "another address", storeFlags: storeFlags{instance: 2, storeAddress: d.database}}
	if err := other.openStore(t.Context()); err == nil || !strings.Contains(err.Error(), "runs with --instance 1") {
		t.Errorf("with another instance: %v", err)
	}
}

// An intake that shares a store takes what is handed in as soon as it listens, also with a remote.
func TestASharedStoreTakesAtOnce(t *testing.T) {
	t.Parallel()
	k := newKilled(t)
	k.git("clone", "-q", "--bare", ".", k.dir+".git")
	k.dir += ".git"
	k.database = pgtest.Start(t).Database(t)
	for range 2 {
		k.command = []string{"ingest", "-C", k.dir, "--store", k.database, "--remote", "origin"}
		k.start()
		h := k.next()
		if k.handIn(h); h.number == "" {
			t.Error("it was not acknowledged")
		}
	}
}
