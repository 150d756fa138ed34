// Package watch notices that a content repository changed: its branches, and the files of its work
// tree.
//
// The system tells of changes by directory (fsnotify). All directories of the work tree are
// watched, those that come later too, and of git's own files those that say where the branches are:
// HEAD, packed-refs, refs/ and reftable/. Changes are gathered until nothing came for 30 ms, so
// that one save, one `git checkout` or one commit is one Change; where they go on, one is sent
// every 300 ms.
//
// A Change says which paths changed, where that is known. A path that is a directory, or was one,
// stands for everything in it. A Change may name more than changed, and never less. While the
// receiver is busy, changes are gathered further: nothing is lost, and nothing piles up.
//
// # Limits
//
// Systems limit how many directories can be watched. Those nearest the root are watched first, and
// among those the last by name, which are the newest dates. The others are polled every five
// seconds; a difference is told as an Overflow. Change.Limit says once that there is a limit and
// which.
//
// # What is not a change
//
// Names that begin with a dot; what editors leave beside a file while they save (4913, file~,
// #file#, file.swp, ...); the directories in Config.Ignore; permissions and times alone. Symbolic
// links to directories are not followed. An editor that saves by renaming a new file over the old
// one is noticed like any other.
package watch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Config says what to watch.
type Config struct {
	Dir       string   // the work tree; "": none, as in a bare repository
	GitDir    string   // where git keeps HEAD; "": outside of git
	CommonDir string   // where git keeps branches; default GitDir
	Ignore    []string // directories within Dir that are not content, such as the output

	most     int           // how many directories are watched; 0: as many as the system lets
	interval time.Duration // between two polls
}

func (c Config) withDefaults() (Config, error) {
	var err error
	for _, dir := range []*string{&c.Dir, &c.GitDir, &c.CommonDir} {
		if *dir, err = absolute(*dir); err != nil {
			return c, err
		}
	}
	c.Ignore = slices.Clone(c.Ignore)
	for i := range c.Ignore {
		if c.Ignore[i], err = absolute(c.Ignore[i]); err != nil {
			return c, err
		}
	}
	c.CommonDir = cmp.Or(c.CommonDir, c.GitDir)
	c.interval = cmp.Or(c.interval, pollInterval)
	return c, nil
}

func absolute(dir string) (string, error) {
	if dir == "" {
		return "", nil
	}
	return filepath.Abs(dir)
}

// Change is what happened since the one before.
type Change struct {
	Paths    []string // in the work tree, slash-separated, in order
	Refs     bool     // a branch or HEAD may have moved
	Overflow bool     // there was too much to name: compare everything
	Limit    error    // told once, when not all directories can be watched
}

const (
	quiet        = 30 * time.Millisecond // how long nothing must come before a Change is sent
	longest      = 10 * quiet            // that changes are gathered
	pollInterval = 5 * time.Second
	maxPaths     = 10_000 // named in one Change
)

// Watch starts watching. It tells of what changes after it returned, and closes the channel when
// ctx ends.
func Watch(ctx context.Context, c Config) (<-chan Change, error) {
	w, err := newWatcher(c)
	if err != nil {
		return nil, fmt.Errorf("watch: %w", err)
	}
	if w.notify, err = fsnotify.NewBufferedWatcher(4096); err != nil {
		w.startPolling(err)
	} else {
		w.events, w.errors = w.notify.Events, w.notify.Errors
	}
	if err := w.start(ctx); err != nil {
		w.close()
		return nil, fmt.Errorf("watch %s: %w", c.Dir, err)
	}
	return w.out, nil
}

func newWatcher(c Config) (*watcher, error) {
	c, err := c.withDefaults()
	return &watcher{Config: c, watched: map[string]bool{}, paths: map[string]bool{}, out: make(chan Change)}, err
}

// watcher belongs to one goroutine, run.
type watcher struct {
	Config
	notify  *fsnotify.Watcher // nil where the system has none to give
	events  <-chan fsnotify.Event
	errors  <-chan error
	watched map[string]bool // directories, absolute

	polling bool   // some directories are not watched
	polled  uint64 // their fingerprint
	limited bool   // the limit was told

	pending Change          // without its paths
	paths   map[string]bool // of pending
	changed bool            // since the timers were last set
	out     chan Change
}

// start watches all roots and begins to tell of changes.
func (w *watcher) start(ctx context.Context) error {
	for _, dir := range w.roots() {
		if err := w.watchBelow(dir); err != nil && dir == w.Dir {
			return err
		}
	}
	if w.polling {
		w.polled = w.fingerprint()
	}
	go w.run(ctx)
	return nil
}

// run gathers changes and sends them.
func (w *watcher) run(ctx context.Context) {
	defer close(w.out)
	defer w.close()
	polls := time.NewTicker(w.interval)
	defer polls.Stop()
	var pause timers
	var next Change       // to be sent
	var out chan<- Change // nil while there is nothing to send
	for {
		if w.changed {
			pause.set()
			w.changed = false
		}
		select {
		case <-ctx.Done():
			return
		case e := <-w.events:
			w.take(e)
		case <-w.errors: // the system had more events than it keeps, or something as bad
			w.overflow()
		case <-polls.C:
			w.poll()
		case <-pause.quiet:
			next, out, pause = w.gather(next), w.out, timers{}
		case <-pause.longest:
			next, out, pause = w.gather(next), w.out, timers{}
		case out <- next:
			next, out = Change{}, nil
		}
	}
}

// timers say when to send: when it has been quiet, and at the latest.
type timers struct{ quiet, longest <-chan time.Time }

func (t *timers) set() {
	t.quiet = time.After(quiet)
	if t.longest == nil {
		t.longest = time.After(longest)
	}
}

func (w *watcher) close() {
	if w.notify != nil {
		w.notify.Close()
	}
}

// gather joins what is pending with a change that could not be sent yet.
func (w *watcher) gather(unsent Change) Change {
	for _, path := range unsent.Paths {
		w.paths[path] = true
	}
	c := Change{
		Refs:     w.pending.Refs || unsent.Refs,
		Overflow: w.pending.Overflow || unsent.Overflow || len(w.paths) > maxPaths,
		Limit:    cmp.Or(w.pending.Limit, unsent.Limit),
	}
	if !c.Overflow {
		c.Paths = slices.Sorted(maps.Keys(w.paths))
	}
	w.pending = Change{}
	clear(w.paths)
	return c
}

// report adds a path to the pending change.
func (w *watcher) report(path string) {
	rel, err := filepath.Rel(w.Dir, path)
	if err != nil || rel == "." || len(w.paths) >= maxPaths {
		w.overflow()
		return
	}
	w.changed = true
	if !w.pending.Overflow {
		w.paths[filepath.ToSlash(rel)] = true
	}
}

// overflow gives up naming paths.
func (w *watcher) overflow() {
	w.changed, w.pending.Overflow = true, true
	clear(w.paths)
}

func (w *watcher) refsMoved() { w.changed, w.pending.Refs = true, true }

// startPolling polls what can't be watched, and tells once why.
func (w *watcher) startPolling(err error) {
	w.polling = true
	if !w.limited {
		w.limited, w.changed = true, true
		w.pending.Limit = fmt.Errorf("not every directory can be watched; changes in the others are noticed within %v: %w", w.interval, explain(err))
	}
}

// explain says in words what the system says in a misleading way.
func explain(err error) error {
	switch {
	case errors.Is(err, errWatches):
		return errors.New("the system's limit of watches is reached (on Linux: sysctl fs.inotify.max_user_watches)")
	case errors.Is(err, errInstances):
		return errors.New("the system's limit of watchers or of open files is reached (on Linux: sysctl fs.inotify.max_user_instances, ulimit -n)")
	}
	return err
}
