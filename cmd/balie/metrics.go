package main

import (
	"context"
	"time"

	"balie/content"
	"balie/ingest"
	"balie/ingest/commit"
	"balie/ingest/metrics"
)

// standing is how the desk stands now.
func (s *server) standing(ctx context.Context) (metrics.Standing, error) {
	b, err := s.store.Backlog(ctx)
	if err != nil {
		return metrics.Standing{}, err
	}
	now := metrics.Standing{Waiting: b.Rows, Deliveries: b.Deliveries}
	if b.Rows > 0 {
		now.Oldest = s.clock().Sub(b.Since)
	}
	for _, p := range s.wrong() {
		if p.Severity == content.Error {
			now.Errors++
		} else {
			now.Warnings++
		}
	}
	if now.SetAside, err = s.store.CountAside(ctx); err != nil {
		return now, err
	}
	if now.WaitingMails, now.FailedMails, err = s.store.CountMails(ctx); err != nil {
		return now, err
	}
	now.WaitingCalls, now.GivenUp, err = s.store.CountCalls(ctx)
	return now, err
}

// wrong is what the last build found wrong with the content.
func (s *server) wrong() []content.Problem {
	if problems := s.problems.Load(); problems != nil {
		return *problems
	}
	return nil
}

// counted counts how something that was posted was answered.
func (s *server) counted(o ingest.Outcome) {
	if o.Reason != "" {
		s.metrics.Refused(o.Kind, o.Hook, o.Reason)
		return
	}
	s.metrics.Accepted(o.Kind, o.Hook)
}

// noting is a committer that tells how long it took, whether it committed anything, and why it did
// not commit all.
type noting struct {
	commit.Committer
	tell func(took time.Duration, some bool, err error)
}

// Commit is a commit.Committer's.
func (n noting) Commit(ctx context.Context, c commit.Change) (string, error) {
	began := time.Now()
	revision, err := n.Committer.Commit(ctx, c)
	n.tell(time.Since(began), err == nil, err)
	return revision, err
}

// CommitAll is a commit.Committer's.
func (n noting) CommitAll(ctx context.Context, changes []commit.Change) ([]string, error) {
	began := time.Now()
	revisions, err := n.Committer.CommitAll(ctx, changes)
	n.tell(time.Since(began), len(revisions) > 0, err)
	return revisions, err
}

// noteCommit notes how long a commit took, and lets it be pushed. At GitHub a commit is a push too.
func (s *server) noteCommit(took time.Duration, some bool, err error) {
	s.metrics.Committed(took, err == nil)
	switch {
	case some && s.sync.remote != nil:
		s.FetchNow()
	case err == nil && s.github != nil:
		s.metrics.Pushed()
	}
}
