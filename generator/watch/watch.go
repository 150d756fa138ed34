// Package watch notices that a content repository changed: its branches, and the files of its work tree.
//
// The system tells of changes by directory (fsnotify). All directories of the work tree are watched, those that come later too, and of git's own files those
// that say where the branches are: HEAD, packed-refs, refs/ and reftable/. Changes are gathered until nothing came for Config.Quiet, so that one save, one
// `git checkout` or one commit is one Change; where they go on and on, one comes every ten times that.
//
// A Change says which paths changed, where that is known. A path that is a directory, or was one, stands for everything in it. It may name more than changed, and never less.
// While the receiver is busy, changes are gathered further: nothing is lost, and nothing piles up.
//
// # Limits
//
// Systems limit how many directories can be watched; a large desk has more. Those nearest the root come first and among those the last by name, which are
// the newest dates. The rest is compared, bit by bit, some thousand files at every Config.Scan: size, time of change and inode (see snapshot.go). Then a change
// takes as long to be noticed as one round through the rest. Change.Limit says once that and why this is so.
//
// # What is no change
//
// Names that begin with a dot; what editors leave beside a file while they save (4913, file~, #file#, file.swp, ...); the directories in Config.Ignore; permissions and
// times alone. Symbolic links to directories are not followed. An editor that saves by renaming a new file over the old one is noticed like any other.
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
	Dir       string        // the work tree; "": none, as in a bare repository
	GitDir    string        // where git keeps HEAD; "": outside of git
	CommonDir string        // where git keeps branches; default GitDir
	Ignore    []string      // directories within Dir that are not content, such as the one the site is written to
	Quiet     time.Duration // how long nothing must come before a Change is sent; default 30 ms
	Scan      time.Duration // how often some of what can't be watched is compared; default 200 ms
	Most      int           // how many directories are watched at most; default: as many as the system lets
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
	if c.CommonDir == "" {
		c.CommonDir = c.GitDir
	}
	if c.Quiet == 0 {
		c.Quiet = 30 * time.Millisecond
	}
	if c.Scan == 0 {
		c.Scan = 200 * time.Millisecond
	}
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
	pathsMost = 10_000 // named in one Change
	burst     = 10     // times Quiet: the longest that changes are gathered
)

// Watch starts watching. What changes after it returned is told. The channel is closed when ctx ends.
func Watch(ctx context.Context, c Config) (<-chan Change, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("watch: %w", err)
	}
	w := newWatcher(c)
	if w.notify, err = fsnotify.NewBufferedWatcher(4096); err != nil {
		w.limited(err) // then all is compared
	} else {
		w.events, w.errors = w.notify.Events, w.notify.Errors
	}
	w.watchGit()
	if c.Dir != "" {
		if err := w.enter(c.Dir); err != nil {
			w.close()
			return nil, fmt.Errorf("watch %s: %w", c.Dir, err)
		}
	}
	go w.run(ctx)
	return w.out, nil
}

func newWatcher(c Config) *watcher {
	w := &watcher{Config: c, watched: map[string]bool{}, paths: map[string]bool{}, out: make(chan Change)}
	w.rest = rest{root: c.Dir, wanted: w.wanted, seen: map[string]look{}}
	return w
}

// watcher belongs to one goroutine, run.
type watcher struct {
	Config
	notify  *fsnotify.Watcher // nil where the system has none to give
	events  <-chan fsnotify.Event
	errors  <-chan error
	watched map[string]bool // directories, absolute
	rest    rest            // those that could not be watched
	told    bool            // of the limit

	pending Change // but for the paths
	paths   map[string]bool
	news    bool // something came since the clock was last set
	out     chan Change
}

// run gathers and sends.
func (w *watcher) run(ctx context.Context) {
	defer close(w.out)
	defer w.close()
	scan := time.NewTicker(w.Scan)
	defer scan.Stop()
	var ring clock
	var next Change       // to be told
	var out chan<- Change // nil until there is something
	for {
		if w.news {
			ring.set(w.Quiet)
			w.news = false
		}
		select {
		case <-ctx.Done():
			return
		case e := <-w.events:
			w.event(e)
		case <-w.errors: // there were more events than the system keeps, or something as bad
			w.overflow()
		case <-scan.C:
			w.compare()
		case <-ring.quiet:
			next, out, ring = w.gathered(next), w.out, clock{}
		case <-ring.late:
			next, out, ring = w.gathered(next), w.out, clock{}
		case out <- next:
			next, out = Change{}, nil
		}
	}
}

// clock says when to tell: when it has been quiet, and at the latest.
type clock struct{ quiet, late <-chan time.Time }

func (c *clock) set(quiet time.Duration) {
	c.quiet = time.After(quiet)
	if c.late == nil {
		c.late = time.After(burst * quiet)
	}
}

func (w *watcher) close() {
	if w.notify != nil {
		w.notify.Close()
	}
}

// gathered adds what came to what was not yet told.
func (w *watcher) gathered(untold Change) Change {
	for _, path := range untold.Paths {
		w.paths[path] = true
	}
	c := w.pending
	c.Refs, c.Overflow, c.Limit = c.Refs || untold.Refs, c.Overflow || untold.Overflow || len(w.paths) > pathsMost, cmp.Or(c.Limit, untold.Limit)
	if !c.Overflow {
		c.Paths = slices.Sorted(maps.Keys(w.paths))
	}
	w.pending = Change{}
	clear(w.paths)
	return c
}

// report adds a path to what is to be told.
func (w *watcher) report(path string) {
	rel, err := filepath.Rel(w.Dir, path)
	if err != nil || rel == "." || len(w.paths) >= pathsMost {
		w.overflow()
		return
	}
	w.news = true
	if !w.pending.Overflow {
		w.paths[filepath.ToSlash(rel)] = true
	}
}

// overflow gives up naming.
func (w *watcher) overflow() {
	w.news, w.pending.Overflow = true, true
	clear(w.paths)
}

// moved says that a branch may have moved.
func (w *watcher) moved() { w.news, w.pending.Refs = true, true }

// limited tells of a limit, once.
func (w *watcher) limited(err error) {
	if !w.told {
		w.told, w.news = true, true
		w.pending.Limit = fmt.Errorf("not every directory can be watched, and the rest is compared now and then, which takes longer: %w", plain(err))
	}
}

// plain says in words what the system says in a misleading way.
func plain(err error) error {
	switch {
	case errors.Is(err, errWatches):
		return errors.New("the system's limit of watches is reached (on Linux: sysctl fs.inotify.max_user_watches)")
	case errors.Is(err, errInstances):
		return errors.New("the system's limit of watchers or of open files is reached (on Linux: sysctl fs.inotify.max_user_instances, ulimit -n)")
	}
	return err
}
