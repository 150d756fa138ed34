package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"balie/ingest/remote"
)

// syncing is how the branch is kept together with a remote's.
type syncing struct {
	name    string         // --remote; "": with none
	remote  *remote.Remote // nil without --remote
	wake    chan struct{}  // holds a token while there may be something to push or to fetch
	said    string         // why the last sync failed, as it was said; "" where it did not
	failing atomic.Bool
}

// openRemote brings the branch and its remote together. It refuses a branch with commits that are
// not pushed and are not balie's own. A remote that can't be reached is tried again later.
func (s *server) openRemote(ctx context.Context) error {
	if s.sync.name == "" {
		return nil
	}
	var err error
	if s.sync.remote, err = remote.New(ctx, s.repo.Git, s.sync.name, s.repo.Ref); err != nil {
		if errors.Is(err, remote.ErrNoRemote) {
			return usagef("--remote %s: git remote lists no such name", s.sync.name)
		}
		return err
	}
	s.sync.remote.Step = s.synced
	s.sync.wake = make(chan struct{}, 1)
	err = s.sync.remote.Sync(ctx)
	if foreign := new(remote.Foreign); errors.As(err, &foreign) {
		return failf("push them, or take them out; a bare repository of balie's own has none", "%v", foreign)
	}
	s.reportSync(ctx, err)
	return nil
}

// synced notes a step of a sync.
func (s *server) synced(step string) {
	if step == "fetched" {
		s.noteFetch()
	}
}

// keepSynced fetches once a minute, and pushes what was committed.
func (s *server) keepSynced(ctx context.Context) error {
	return eachMinute(ctx, s.sync.wake, func() { s.reportSync(ctx, s.sync.remote.Sync(ctx)) })
}

// FetchNow lets what is fetched from elsewhere be fetched at once.
func (s *server) FetchNow() {
	wakeUp(s.sync.wake)
	if s.github != nil {
		wakeUp(s.github.pushed)
	}
}

// fetchPushed fetches at once what a hook says was pushed to a ref, where it is the branch that is
// followed and the repository is fetched from elsewhere.
func (s *server) fetchPushed(ref string) {
	if ref == s.repo.Ref {
		s.FetchNow()
	}
}

// syncLast pushes what was committed up to the end.
func (s *server) syncLast(ctx context.Context) {
	if s.sync.remote != nil {
		s.reportSync(ctx, s.sync.remote.Sync(ctx))
	}
}

// reportSync says why branch and remote can't be brought together, once for each reason, and when
// they are again.
func (s *server) reportSync(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	said := ""
	if err == nil {
		s.metrics.Pushed()
	} else {
		said = err.Error()
	}
	if s.sync.failing.Store(err != nil); said == s.sync.said {
		return
	}
	s.sync.said = said
	if err == nil {
		fmt.Fprintf(s.err, "balie: %s and the branch are together again\n", s.sync.name)
		return
	}
	s.report(fmt.Errorf("%w; what is handed in is committed here, and pushed when that is over", err))
}
