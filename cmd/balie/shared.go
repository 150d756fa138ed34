package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"balie/content/gitfs"
	"balie/content/live"
	"balie/ingest/store"
)

// An intake that shares a store with others notes once a minute what it reads. The others wait for
// that before they forget a row. They don't wait for one that has noted nothing for ten minutes: it
// was stopped, or could not reach the store. What it reads may then lack what they forgot. So it
// joins them again first, then reads the branch, and only then serves.

// sharing is how an intake stands among those that share its store.
type sharing struct {
	noted   atomic.Int64  // when it noted last what it reads, by Unix
	current atomic.Bool   // it has read the branch since it joined
	behind  atomic.Bool   // the branch was not fetched since it joined
	fetched chan struct{} // holds a token after a fetch
	tip     string        // of the branch after that; "": not asked yet
}

// intakeName is the intake's name among those that note what they read.
func (s *server) intakeName() string {
	if !s.store.Shared() {
		return fmt.Sprintf("intake-%d", s.instance)
	}
	host, _ := os.Hostname() // without it the address tells them apart
	return host + " " + s.addr
}

// join joins the intakes that share the store. One that gives numbers under another instance is
// refused.
func (s *server) join(ctx context.Context) error {
	now := s.clock()
	silent, err := s.store.Join(ctx, s.intakeName(), s.instance, now)
	if other := new(store.OtherInstance); errors.As(err, &other) {
		return failf(fmt.Sprintf("start this one with --instance %d too; one that has ended counts for ten minutes", other.Instance), "%v", other)
	}
	if err != nil {
		return err
	}
	s.sharing.noted.Store(now.Unix())
	s.sharing.behind.Store(s.isFetched())
	s.sharing.tip = ""
	if silent && !s.draft && !s.isFetched() {
		tip, err := s.repo.Git.Resolve(ctx, s.repo.Ref)
		if err != nil {
			return err
		}
		s.sharing.tip = string(tip)
	}
	s.sharing.current.Store(!silent)
	return nil
}

// isSilent reports whether the others no longer wait for what this intake reads.
func (s *server) isSilent() bool {
	return s.clock().Sub(time.Unix(s.sharing.noted.Load(), 0)) >= store.SharedFor
}

// catchUp reports whether a reading is one to serve and to note: it is of the branch as it was
// after this intake joined. An intake that was silent joins again.
func (s *server) catchUp(ctx context.Context, r *live.Reading) (bool, error) {
	if !s.store.Shared() {
		return true, nil
	}
	if s.isSilent() {
		if err := s.join(ctx); err != nil {
			return false, err
		}
		s.report(errors.New("this intake noted nothing for ten minutes: it reads the branch before it serves again"))
	}
	if s.sharing.current.Load() || s.draft {
		return true, nil
	}
	if s.sharing.behind.Load() {
		s.FetchNow()
		return false, nil
	}
	tip, err := s.repo.Git.Resolve(ctx, s.repo.Ref)
	if err != nil || string(tip) == r.Revision {
		return err == nil, err
	}
	s.sharing.tip = cmp.Or(s.sharing.tip, string(tip))
	return s.repo.Git.Contains(ctx, gitfs.Revision(r.Revision), gitfs.Revision(s.sharing.tip))
}

// isFetched reports whether the branch is fetched from elsewhere.
func (s *server) isFetched() bool { return s.sync.name != "" || s.github != nil }

// noteFetch notes that the branch was fetched.
func (s *server) noteFetch() {
	s.metrics.Fetched()
	s.sharing.behind.Store(false)
	wakeUp(s.sharing.fetched)
}

// whileCurrent answers 503 while the reading may lack what the others forgot.
func (s *server) whileCurrent(h http.Handler) http.Handler {
	if !s.store.Shared() {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		watched := r.URL.Path == "/healthz" || r.URL.Path == "/readyz"
		if !watched && !s.draft && (!s.sharing.current.Load() || s.isSilent()) {
			w.Header().Set("Retry-After", "5")
			http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
			return
		}
		h.ServeHTTP(w, r)
	})
}
