package watch

import (
	"context"
	"fmt"
	"os"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fsnotify/fsnotify"
)

// gathering runs a watcher whose events come from a channel, in a bubble where time is the test's.
func gathering(t *testing.T, test func(events chan<- fsnotify.Event, errors chan<- error, out <-chan Change)) {
	synctest.Test(t, func(t *testing.T) {
		w, err := newWatcher(Config{Dir: "/desk", GitDir: "/desk/.git"})
		if err != nil {
			t.Fatal(err)
		}
		events, errors := make(chan fsnotify.Event), make(chan error)
		w.events, w.errors = events, errors
		ctx, cancel := context.WithCancel(t.Context())
		go w.run(ctx)
		test(events, errors, w.out)
		cancel()
		synctest.Wait()
	})
}

func wrote(name string) fsnotify.Event {
	return fsnotify.Event{Name: "/desk/" + name, Op: fsnotify.Write}
}

func TestOneSaveIsOneChange(t *testing.T) {
	gathering(t, func(events chan<- fsnotify.Event, _ chan<- error, out <-chan Change) {
		start := time.Now()
		for range 2 {
			for _, name := range []string{"b", "a", "c/d", "a", ".git/refs/heads/main"} {
				events <- wrote(name)
				time.Sleep(20 * time.Millisecond)
			}
		}
		want := Change{Paths: []string{"a", "b", "c/d"}, Refs: true}
		if got := <-out; !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
		if took := time.Since(start); took != 9*20*time.Millisecond+30*time.Millisecond {
			t.Errorf("told after %v", took)
		}
		events <- wrote("e")
		if got, want := <-out, (Change{Paths: []string{"e"}}); !reflect.DeepEqual(got, want) {
			t.Errorf("the next: %+v", got)
		}
	})
}

func TestChangesThatGoOnAreToldInBetween(t *testing.T) {
	gathering(t, func(events chan<- fsnotify.Event, _ chan<- error, out <-chan Change) {
		told := 0
		for n := range 100 {
			select {
			case events <- wrote(fmt.Sprint(n)):
			case c := <-out:
				told += len(c.Paths)
				events <- wrote(fmt.Sprint(n))
			}
			time.Sleep(20 * time.Millisecond)
		}
		if told < 80 {
			t.Errorf("%d of 100 were told while they came", told)
		}
	})
}

func TestWhoIsBusyGetsAllAtOnce(t *testing.T) {
	gathering(t, func(events chan<- fsnotify.Event, errors chan<- error, out <-chan Change) {
		events <- wrote("a")
		time.Sleep(time.Hour)
		events <- wrote("b")
		time.Sleep(time.Hour)
		if got, want := <-out, (Change{Paths: []string{"a", "b"}}); !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v", got)
		}
		for n := range maxPaths + 5 {
			events <- wrote(fmt.Sprint(n))
		}
		if got, want := <-out, (Change{Overflow: true}); !reflect.DeepEqual(got, want) {
			t.Errorf("too much to name: %d paths, overflow %v", len(got.Paths), got.Overflow)
		}
		errors <- fsnotify.ErrEventOverflow
		if got, want := <-out, (Change{Overflow: true}); !reflect.DeepEqual(got, want) {
			t.Errorf("too much for the system: %+v", got)
		}
	})
}

// TestWithoutTheSystem: where the system has no watcher to give, all is polled, git's own files too.
func TestWithoutTheSystem(t *testing.T) {
	d := newDesk(t, "a/b", ".git/refs/heads/main")
	w, err := newWatcher(Config{Dir: d.dir, GitDir: d.path(".git"), interval: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	w.startPolling(errInstances)
	if err := w.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := <-w.out; got.Limit == nil || got.Overflow {
		t.Errorf("%+v", got)
	}
	for _, name := range []string{"a/b", ".git/refs/heads/main"} {
		d.write(".git/index", name)
		d.write(name, "changed")
		if got := <-w.out; !got.Overflow || !got.Refs {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestFingerprint: what is polled differs with files that changed, came and went, also with one that
// another was renamed over, and with directories; in what is watched, nothing is looked at.
func TestFingerprint(t *testing.T) {
	d := newDesk(t, "same", "changed", "gone", "replaced", "before/x", "public/x", ".git/HEAD", "watched/x")
	w, err := newWatcher(Config{Dir: d.dir, Ignore: []string{d.path("public")}})
	if err != nil {
		t.Fatal(err)
	}
	w.watched[d.path("watched")] = true
	last := w.fingerprint()
	for _, test := range []struct {
		what    string
		differs bool
		do      func()
	}{
		{"at rest", false, func() {}},
		{"changed", true, func() { d.write("changed", "longer than before") }},
		{"gone", true, func() { d.must(os.Remove(d.path("gone"))) }},
		{"new", true, func() { d.write("new", "") }},
		{"a directory gone", true, func() { d.must(os.RemoveAll(d.path("before"))) }},
		{"an empty directory", true, func() { d.must(os.Mkdir(d.path("empty"), 0o755)) }},
		{"a file in a new directory", true, func() { d.write("after/x/y", "") }},
		{"replaced", true, func() { // by another file of the same size and time
			info, err := os.Stat(d.path("replaced"))
			d.must(err)
			d.write("replaced.tmp", "new")
			d.must(os.Chtimes(d.path("replaced.tmp"), info.ModTime(), info.ModTime()))
			d.must(os.Rename(d.path("replaced.tmp"), d.path("replaced")))
		}},
		{"a directory in one that is watched", true, func() { d.write("watched/below/x", "") }},
		{"noise", false, func() {
			for _, name := range []string{"public/x", ".git/HEAD", "a~", "watched/x", "watched/new"} {
				d.write(name, "noise")
			}
		}},
	} {
		test.do()
		now := w.fingerprint()
		if (now != last) != test.differs {
			t.Errorf("%s: differs %v", test.what, now != last)
		}
		last = now
	}
}
