// Package live is the current reading of a content repository, and whoever follows it.
//
//	Repository ─► Reader.Read ─► *Reading ─► Live.Current, and each follower
//
// A Reading is a repository as it was read once: its records, its theme and its promises. It is
// immutable, and always fit to be shown. A mistake holds up only what it is in:
//
//   - A file of a case, an article or a reply that does not read is shown as it was in the newest
//     commit, of the last hundred that changed it, in which it does; else it is not there.
//   - The setup (site, services, people, organisations, policy, holidays, forms, hooks, theme) is one
//     unit: it is read from the newest commit, of the last hundred that changed a file of it, in which
//     all of it reads and agrees.
//   - A name that leads nowhere counts as not written.
//
// Which version is shown follows from git alone, so a restart shows the same. What is wrong, and
// what is shown instead, Problems and Reading say.
//
// The generator and the intake follow the same Live; neither knows of the other.
package live

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"balie/content/repository"
	"balie/content/watch"
)

// Live keeps the current reading and hands each new one to its followers.
type Live struct {
	reader  *Reader
	changes <-chan watch.Change
	current atomic.Pointer[Reading]
	failure atomic.Pointer[error]

	mu        sync.Mutex
	followers []chan *Reading
}

// Config says what is followed.
type Config struct {
	Repository *repository.Repository
	Ignore     []string // directories in the work tree that are not content: where sites are written
}

// Open begins to watch a repository and reads it. Watching begins first, so that no change falls
// between the two. It ends with ctx.
func Open(ctx context.Context, c Config) (*Live, error) {
	l := &Live{reader: NewReader(c.Repository)}
	var err error
	if l.changes, err = watch.Watch(ctx, watched(c)); err != nil {
		return nil, fmt.Errorf("watch the repository: %w", err)
	}
	first, err := l.reader.Read(ctx, nil)
	if err != nil {
		return nil, err
	}
	l.current.Store(first)
	return l, nil
}

// watched is the work tree and git's refs or, for a repository that is read by a ref, the refs
// alone.
func watched(c Config) watch.Config {
	repo := c.Repository
	if repo.Git == nil {
		return watch.Config{Dir: repo.Dir, Ignore: c.Ignore}
	}
	w := watch.Config{GitDir: repo.Git.GitDir(), CommonDir: repo.Git.CommonDir()}
	if repo.Ref == "" {
		w.Dir, w.Ignore = repo.Git.Dir(), c.Ignore
	}
	return w
}

// Current is the newest reading.
func (l *Live) Current() *Reading { return l.current.Load() }

// Failure is why the repository could not be read last; nil where it could.
func (l *Live) Failure() error {
	if err := l.failure.Load(); err != nil {
		return *err
	}
	return nil
}

// Follow returns a channel on which each new reading comes. A follower that is busy misses all but
// the newest.
func (l *Live) Follow() <-chan *Reading {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := make(chan *Reading, 1)
	l.followers = append(l.followers, c)
	return c
}

// everything are paths whose change means that anything may have changed.
var everything = []string{"."}

// Run reads again whenever the repository changes, until ctx ends. Report is told of what the
// watching can't do and of what can't be read; the reading before that one stays.
func (l *Live) Run(ctx context.Context, report func(error)) error {
	var changed []string
	var again <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-again:
		case c, ok := <-l.changes:
			if !ok {
				if ctx.Err() != nil {
					return nil
				}
				return errors.New("watching the repository ended")
			}
			if c.Limit != nil {
				report(c.Limit)
			}
			if changed = append(changed, c.Paths...); c.Overflow {
				changed = everything
			}
		}
		again = nil
		if err := l.readAgain(ctx, changed); ctx.Err() != nil {
			return nil
		} else if err != nil {
			report(fmt.Errorf("the reading before stays: %w", err))
			again = time.After(retryAfter)
			continue
		}
		changed = nil
	}
}

// retryAfter is when a repository that could not be read is read again: that may be mended without
// a change that watching notices.
const retryAfter = 10 * time.Second

func (l *Live) readAgain(ctx context.Context, changed []string) error {
	next, err := l.reader.Read(ctx, changed)
	if err != nil {
		l.failure.Store(&err)
		return err
	}
	l.failure.Store(nil)
	l.current.Store(next)
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.followers {
		select {
		case <-c:
		default:
		}
		c <- next
	}
	return nil
}
