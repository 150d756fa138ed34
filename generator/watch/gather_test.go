package watch

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fsnotify/fsnotify"
)

// gathering runs a watcher whose events come from a channel, in a bubble where time is the test's.
func gathering(t *testing.T, test func(events chan<- fsnotify.Event, errors chan<- error, out <-chan Change)) {
	synctest.Test(t, func(t *testing.T) {
		c, err := Config{Dir: "/desk", GitDir: "/desk/.git"}.withDefaults()
		if err != nil {
			t.Fatal(err)
		}
		w := newWatcher(c)
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
		for n := range pathsMost + 5 {
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

// TestWithoutTheSystem: where the system has no watcher to give, all is compared, git's own files too.
func TestWithoutTheSystem(t *testing.T) {
	dir := t.TempDir()
	write := func(name, body string) {
		t.Helper()
		path := filepath.Join(dir, name)
		os.MkdirAll(filepath.Dir(path), 0o755)
		if err := os.WriteFile(path, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("a/b", "")
	write(".git/refs/heads/main", "1")
	c, err := Config{Dir: dir, GitDir: filepath.Join(dir, ".git"), Scan: time.Millisecond}.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	w := newWatcher(c)
	w.limited(errInstances)
	w.watchGit()
	if err := w.enter(dir); err != nil {
		t.Fatal(err)
	}
	go w.run(t.Context())
	if got := <-w.out; got.Limit == nil {
		t.Errorf("%+v", got)
	}
	write(".git/index", "")
	write("a/b", "changed")
	if got := <-w.out; !reflect.DeepEqual(got.Paths, []string{"a/b"}) || got.Refs {
		t.Errorf("%+v", got)
	}
	write(".git/refs/heads/main", "22")
	if got := <-w.out; !got.Refs || len(got.Paths) > 0 {
		t.Errorf("%+v", got)
	}
}
