package filing

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"balie/content"
	"balie/ingest/commit"
	"balie/ingest/store"
	"balie/ingest/store/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// forEachEngine runs a test with a store of SQLite and with one of PostgreSQL.
func forEachEngine(t *testing.T, test func(t *testing.T, r *repository)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, newRepository(t, nil)) })
	t.Run("postgres", func(t *testing.T) {
		s, err := store.OpenPostgres(t.Context(), pgtest.Shared(t).Database(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		r := newRepository(t, nil)
		r.store = s
		test(t, r)
	})
}

// accepted files a submission that stays in the store.
func accepted(t *testing.T, f *Filer, s Submission) Receipt {
	t.Helper()
	receipt, err := f.File(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return receipt
}

func (r *repository) drain(t *testing.T, f *Filer) {
	t.Helper()
	if err := f.DrainOnce(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.reload()
}

// settle says, after the time that a store which intakes share keeps its rows, that the reading has
// all that was committed.
func (r *repository) settle(t *testing.T, f *Filer) {
	t.Helper()
	r.now = r.now.Add(10 * time.Minute)
	if err := f.Settle(t.Context(), func(string) (bool, error) { return true, nil }); err != nil {
		t.Fatal(err)
	}
}

// A ticket is shown with all that was accepted of it, before git has anything and after a restart.
func TestWhatWaitsIsShown(t *testing.T) {
	forEachEngine(t, func(t *testing.T, r *repository) {
		s := ticket()
		s.Files = []File{{Name: "0123456789abcdef.png", Label: "a.png", Body: []byte(strings.Repeat("x", 100_000))}}
		first := accepted(t, r.filer(1), s)
		accepted(t, r.filer(1), Submission{Dir: first.Ticket.Dir, Events: event(content.Message, "", "Nog iets")})
		f := r.filer(1)
		for _, stage := range []string{"it waits", "it is committed, and the reading is older", "the reading has it", "it is settled"} {
			got, err := f.Follow(first.Ticket.Follow)
			if err != nil || got == nil || got.Subject != "s" || len(got.Events) != 2 || got.Events[0].Body != "Help" || got.Events[1].Body != "Nog iets" {
				t.Fatalf("%s: %+v, %v", stage, got, err)
			}
			switch stage {
			case "it waits":
				path := got.Dir + "/attachments/" + got.Events[0].Data().Attachments[0].File
				if data, err := f.Attachment(path); err != nil || len(data) != 100_000 {
					t.Errorf("its attachment has %d bytes, %v", len(data), err)
				}
				if err := f.DrainOnce(t.Context()); err != nil {
					t.Fatal(err)
				}
			case "it is committed, and the reading is older":
				r.reload()
			case "the reading has it":
				r.settle(t, f)
				if rows, err := r.store.OfCase(first.Ticket.Dir); len(rows) != 0 || err != nil {
					t.Errorf("%d rows are not settled, %v", len(rows), err)
				}
			}
		}
	})
}

// What staff take out of a ticket does not come back from the store.
func TestWhatIsTakenOutStaysOut(t *testing.T) {
	forEachEngine(t, func(t *testing.T, r *repository) {
		f := r.filer(1)
		first := must(t, f, ticket())
		message := accepted(t, f, Submission{Dir: first.Ticket.Dir, Events: event(content.Message, "", "Mijn wachtwoord")})
		r.drain(t, f)
		r.settle(t, f)
		delete(r.files, message.Events[0].Path)
		r.reload()
		if got, err := f.Follow(first.Ticket.Follow); err != nil || len(got.Events) != 1 {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

// Of a ticket that is erased nothing comes back, be it on its way or kept for repetitions.
func TestAnErasedTicket(t *testing.T) {
	forEachEngine(t, func(t *testing.T, r *repository) {
		f := r.filer(1)
		waits, kept := ticket(), ticket()
		kept.ID = KeyID("forms/contact", "k", []byte("Help"))
		first := must(t, f, kept)
		second := accepted(t, f, waits)
		for path := range r.files {
			if strings.HasPrefix(path, first.Ticket.Dir) {
				delete(r.files, path)
			}
		}
		r.files["erased.txt"] = &fstest.MapFile{Data: []byte(first.Ticket.Number + "\n" + second.Ticket.Number + "\n")}
		r.reload()
		r.settle(t, f)
		r.drain(t, f)
		for _, was := range []Receipt{first, second} {
			if got, err := f.Follow(was.Ticket.Follow); got != nil || err != nil {
				t.Errorf("%+v, %v", got, err)
			}
			if _, err := f.File(t.Context(), Submission{Dir: was.Ticket.Dir, Events: event(content.Message, "", "Nog iets")}); !errors.Is(err, ErrNoCase) {
				t.Errorf("a message: %v", err)
			}
		}
		if _, found, err := f.Filed(kept); found || err != nil || len(r.changes) != 1 {
			t.Errorf("found %v, %v, %d commits", found, err, len(r.changes))
		}
		if next := must(t, f, ticket()).Ticket.Number; next == first.Ticket.Number || next == second.Ticket.Number {
			t.Errorf("%s is given again", next)
		}
	})
}

// Staff, or another intake, may take a number while a ticket waits. Its requester was told the number.
func TestANumberThatWasTaken(t *testing.T) {
	forEachEngine(t, func(t *testing.T, r *repository) {
		f := r.filer(1)
		s := ticket()
		s.Files = []File{{Name: "0123456789abcdef.png", Body: []byte("x")}}
		first := accepted(t, f, s)
		accepted(t, f, Submission{Dir: first.Ticket.Dir, Events: event(content.Message, "", "Nog iets")})
		other := accepted(t, f, ticket())
		r.files[first.Ticket.Dir+"/ticket.yaml"] = r.files["site.yaml"]
		r.drain(t, f)
		got, err := f.Follow(first.Ticket.Follow)
		if err != nil || got.Number == first.Ticket.Number || got.Given != first.Ticket.Number || len(got.Events) != 2 || got.Events[1].Body != "Nog iets" {
			t.Fatalf("%+v, %v", got, err)
		}
		if r.files[got.Dir+"/attachments/0123456789abcdef.png"] == nil {
			t.Error("its attachment did not come along")
		}
		if o, _ := f.Follow(other.Ticket.Follow); o == nil || o.Number != other.Ticket.Number || o.Given != "" {
			t.Errorf("the other ticket: %+v", o)
		}
		if !strings.Contains(r.log.String(), first.Ticket.Number) {
			t.Errorf("it is not told: %s", &r.log)
		}
		for _, change := range r.changes {
			if strings.Contains(change.Message, first.Ticket.Number) {
				t.Errorf("a commit says %q", change.Message)
			}
		}
	})
}

func TestASecondThatWasTaken(t *testing.T) {
	forEachEngine(t, func(t *testing.T, r *repository) {
		f := r.filer(1)
		first := must(t, f, ticket())
		r.reload()
		message := accepted(t, f, Submission{Dir: first.Ticket.Dir, Events: event(content.Message, "", "Nog iets")})
		r.files[message.Events[0].Path] = r.files["site.yaml"]
		r.drain(t, f)
		last := r.tree.Ticket(first.Ticket.Number).Events
		if e := last[len(last)-1]; e.Body != "Nog iets" || !e.At.Equal(message.Events[0].At.Add(time.Second)) {
			t.Errorf("%s says %q", e.Name, e.Body)
		}
	})
}

// killed is a committer whose process ends before it can tell what it has committed.
type killed struct{ *repository }

func (k killed) CommitAll(ctx context.Context, changes []commit.Change) ([]string, error) {
	if _, err := commit.OneByOne(ctx, k.repository, changes); err != nil {
		return nil, err
	}
	return nil, errors.New("killed")
}

// What was committed before a kill is not committed again, whatever staff did to it since.
func TestKilledBeforeItWasNoted(t *testing.T) {
	for name, staff := range map[string]func(r *repository, dir, event string){
		"nothing":       func(*repository, string, string) {},
		"a redaction":   func(r *repository, _, event string) { r.files[event] = r.files["site.yaml"] },
		"the event out": func(r *repository, _, event string) { delete(r.files, event) },
		"the ticket out": func(r *repository, dir, event string) {
			delete(r.files, event)
			delete(r.files, dir+"/ticket.yaml")
		},
	} {
		forEachEngine(t, func(t *testing.T, r *repository) {
			f := r.filer(1)
			f.Committer = killed{r}
			first := accepted(t, f, ticket())
			if err := f.DrainOnce(t.Context()); err == nil {
				t.Fatal("it was not killed")
			}
			r.remember(first.Events[0].Path)
			staff(r, first.Ticket.Dir, first.Events[0].Path)
			f = r.filer(1)
			second := accepted(t, f, ticket())
			r.drain(t, f)
			if len(r.changes) != 2 || !strings.Contains(r.changes[1].Message, second.Ticket.Number) {
				t.Errorf("after %s: %d commits", name, len(r.changes))
			}
		})
	}
}

func TestAMessageWhoseTicketIsGone(t *testing.T) {
	forEachEngine(t, func(t *testing.T, r *repository) {
		f := r.filer(1)
		first := must(t, f, ticket())
		r.reload()
		accepted(t, f, Submission{Dir: first.Ticket.Dir, Events: event(content.Message, "", "Nog iets")})
		for path := range r.files {
			if strings.HasPrefix(path, first.Ticket.Dir) {
				delete(r.files, path)
			}
		}
		next := accepted(t, f, ticket())
		r.drain(t, f)
		if r.tree.Ticket(next.Ticket.Number) == nil || r.tree.Ticket(first.Ticket.Number) != nil || len(r.changes) != 2 {
			t.Errorf("%d commits", len(r.changes))
		}
		if !strings.Contains(r.log.String(), commit.ErrGone.Error()) {
			t.Errorf("it is not told: %s", &r.log)
		}
	})
}

func TestNothingIsLostWhereNothingCanBeCommitted(t *testing.T) {
	forEachEngine(t, func(t *testing.T, r *repository) {
		f := r.filer(1)
		busy := errors.New("a merge is under way")
		var why atomic.Value
		why.Store(busy)
		f.Committer = refusing{r, &why}
		ctx, stop := context.WithCancel(t.Context())
		told := make(chan error, 10)
		done := make(chan error)
		go func() { done <- f.Drain(ctx, func(err error) { told <- err }) }()
		first := accepted(t, f, ticket())
		if err := <-told; !errors.Is(err, busy) {
			t.Errorf("told %v", err)
		}
		accepted(t, f, Submission{Dir: first.Ticket.Dir, Events: event(content.Message, "", "Nog iets")})
		why.Store(errNothing)
		if err := <-told; err != nil {
			t.Errorf("told %v", err)
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		r.reload()
		if got := r.tree.Ticket(first.Ticket.Number); got == nil || len(got.Events) != 2 {
			t.Errorf("%+v", got)
		}
	})
}

// refusing commits nothing while there is a reason.
type refusing struct {
	*repository
	why *atomic.Value
}

var errNothing = errors.New("nothing")

func (r refusing) CommitAll(ctx context.Context, changes []commit.Change) ([]string, error) {
	if why := r.why.Load().(error); why != errNothing {
		return nil, why
	}
	return commit.OneByOne(ctx, r.repository, changes)
}

func TestThePauseThatACommitterAsksFor(t *testing.T) {
	busy := func(after time.Duration) error {
		return fmt.Errorf("waits: %w", &commit.Busy{Why: commit.ErrBusy, After: after})
	}
	for _, test := range []struct {
		err        error
		last, want time.Duration
	}{
		{errNothing, 0, 100 * time.Millisecond},
		{errNothing, time.Second, 2 * time.Second},
		{errNothing, time.Hour, maxPause},
		{busy(0), time.Second, 2 * time.Second},
		{busy(90 * time.Second), time.Second, 90 * time.Second},
		{busy(24 * time.Hour), time.Second, maxWait},
	} {
		if got := pauseAfter(test.err, test.last); got != test.want {
			t.Errorf("%v after %v: %v, want %v", test.err, test.last, got, test.want)
		}
	}
}

// A committer may make one commit of many changes: each row is noted with it, and all are settled.
func TestOneCommitOfManyRows(t *testing.T) {
	forEachEngine(t, func(t *testing.T, r *repository) {
		f := r.filer(1)
		f.Committer = inOne{r}
		for range 7 {
			accepted(t, f, ticket())
		}
		r.drain(t, f)
		if revisions, err := r.store.Revisions(t.Context(), r.now.Add(10*time.Minute)); err != nil || len(revisions) != 1 {
			t.Fatalf("%q, %v", revisions, err)
		}
		r.settle(t, f)
		if revisions, err := r.store.Revisions(t.Context(), r.now); err != nil || len(revisions) != 0 || len(r.tree.Tickets) != 7 {
			t.Errorf("%q, %v, %d tickets", revisions, err, len(r.tree.Tickets))
		}
	})
}

// inOne gives all changes one commit.
type inOne struct{ *repository }

func (c inOne) CommitAll(ctx context.Context, changes []commit.Change) ([]string, error) {
	revisions, err := commit.OneByOne(ctx, c.repository, changes)
	for i := range revisions {
		revisions[i] = "one"
	}
	return revisions, err
}
