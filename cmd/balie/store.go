package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"balie/content/gitfs"
	"balie/content/live"
	"balie/ingest/store"
)

// openStore opens the intake's store: a database that intakes share, or one of its own.
func (s *server) openStore(ctx context.Context) (err error) {
	if s.storeAddress == "" {
		s.store, err = store.Open(ctx, s.state, fmt.Sprintf("intake-%d", s.instance))
		return err
	}
	if s.store, err = store.OpenPostgres(ctx, s.storeAddress); err != nil {
		return err
	}
	offset, err := s.store.Offset(ctx)
	if err != nil {
		return errors.Join(err, s.store.Close())
	}
	clock := s.clock
	s.clock = func() time.Time { return clock().Add(offset) }
	return nil
}

// noteTip notes which commit a reading is of, where others share the store, and returns the commits
// that all of them read.
func (s *server) noteTip(ctx context.Context, r *live.Reading) (tips []string, err error) {
	if !s.store.Shared() {
		return []string{r.Revision}, nil
	}
	host, err := os.Hostname()
	if err != nil {
		return nil, err
	}
	now := s.clock()
	if err := s.store.NoteTip(ctx, host+" "+s.addr, r.Revision, now); err != nil {
		return nil, err
	}
	return s.store.Tips(ctx, now)
}

// allContain reports whether each of some commits contains another. One that is not here yet does
// not.
func (s *server) allContain(ctx context.Context, tips []string, revision string) (bool, error) {
	for _, tip := range tips {
		has, err := s.repo.Git.Contains(ctx, gitfs.Revision(tip), gitfs.Revision(revision))
		if errors.Is(err, gitfs.ErrNoRevision) {
			return false, nil
		}
		if err != nil || !has {
			return has, err
		}
	}
	return true, nil
}
