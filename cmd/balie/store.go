package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/cobra"

	"balie/content/gitfs"
	"balie/content/live"
	"balie/content/repository"
	"balie/ingest/store"
)

// storeFlags say which store is an intake's.
type storeFlags struct {
	state        string // --state
	storeAddress string // --store; "": SQLite in the state directory
	instance     int
}

func (f *storeFlags) add(c *cobra.Command, instance string) {
	flags := c.PersistentFlags()
	flags.IntVar(&f.instance, "instance", 1, instance)
	flags.StringVar(&f.storeAddress, "store", os.Getenv("BALIE_STORE"), "a PostgreSQL database that several intakes share, postgres://… (better in BALIE_STORE: others see arguments)")
	flags.Lookup("store").DefValue = ""
	flags.StringVar(&f.state, "state", "", "where serve and ingest keep what outlives a restart (default: balie/ in the repository's git directory)")
}

// open opens the store: a database that intakes share, or one of SQLite's.
func (f *storeFlags) open(ctx context.Context, sqlite func(ctx context.Context, dir, name string) (*store.Store, error)) (*store.Store, error) {
	if f.storeAddress != "" {
		return store.OpenPostgres(ctx, f.storeAddress)
	}
	return sqlite(ctx, f.state, fmt.Sprintf("intake-%d", f.instance))
}

// beside opens the store beside whoever has it, and lets work use it. Where no intake of a
// repository ran yet the store is nil.
func (f *storeFlags) beside(ctx context.Context, repo *repository.Repository, work func(*store.Store) error) (err error) {
	if f.storeAddress == "" && f.state == "" {
		if f.state, err = repo.State(); err != nil {
			return err
		}
	}
	s, err := f.open(ctx, store.OpenBeside)
	if errors.Is(err, fs.ErrNotExist) {
		return work(nil)
	}
	if err != nil {
		return explain(err)
	}
	defer s.Close()
	return work(s)
}

// openStore opens the intake's store, and goes by its clock.
func (s *server) openStore(ctx context.Context) (err error) {
	if s.store, err = s.storeFlags.open(ctx, store.Open); err != nil {
		return err
	}
	if !s.store.Shared() {
		return nil
	}
	s.sharing.fetched = make(chan struct{}, 1)
	offset, err := s.store.Offset(ctx)
	if err == nil {
		clock := s.clock
		s.clock = func() time.Time { return clock().Add(offset) }
		err = s.join(ctx)
	}
	if err != nil {
		s.store.Close()
	}
	return err
}

// settleRows tells the intake which commits are in what all intakes read.
func (s *server) settleRows(ctx context.Context, r *live.Reading) error {
	tips, err := s.noteTip(ctx, r)
	if err != nil {
		return err
	}
	noted, err := s.store.Revisions(ctx, s.clock())
	if err != nil {
		return err
	}
	has := map[string]bool{}
	for _, revision := range noted {
		has[revision] = true
	}
	for _, tip := range tips {
		lacking, err := s.lacking(ctx, tip, noted)
		if err != nil {
			return err
		}
		for _, revision := range lacking {
			delete(has, revision)
		}
	}
	// A commit that was noted since is left to the next reading.
	return s.intake.Settle(ctx, func(revision string) (bool, error) { return has[revision], nil })
}

// lacking returns those of some commits that a tip does not have: all of them where there is no
// tip, or it is not here yet.
func (s *server) lacking(ctx context.Context, tip string, commits []string) ([]string, error) {
	if len(commits) == 0 || tip == "" {
		return commits, nil
	}
	if _, err := s.repo.Git.Resolve(ctx, tip); errors.Is(err, gitfs.ErrNoRevision) {
		return commits, nil
	}
	return s.repo.Git.Lacking(ctx, gitfs.Revision(tip), commits)
}

// noteTip notes which commit a reading is of, where others share the store, and returns the commits
// that all of them read.
func (s *server) noteTip(ctx context.Context, r *live.Reading) (tips []string, err error) {
	if !s.store.Shared() {
		return []string{r.Revision}, nil
	}
	now := s.clock()
	if err := s.store.NoteTip(ctx, s.intakeName(), r.Revision, now); err != nil {
		return nil, err
	}
	s.sharing.noted.Store(now.Unix())
	s.sharing.current.Store(true)
	return s.store.Tips(ctx, now)
}
