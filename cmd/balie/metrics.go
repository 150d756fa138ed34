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
	now.SetAside, err = s.store.CountAside(ctx)
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

// timed is a committer that tells how long it took, and whether it committed all.
type timed struct {
	commit.Committer
	tell func(took time.Duration, ok bool)
}

// Commit is a commit.Committer's.
func (t timed) Commit(ctx context.Context, c commit.Change) (string, error) {
	began := time.Now()
	revision, err := t.Committer.Commit(ctx, c)
	t.tell(time.Since(began), err == nil)
	return revision, err
}

// CommitAll is a commit.Committer's.
func (t timed) CommitAll(ctx context.Context, changes []commit.Change) ([]string, error) {
	began := time.Now()
	revisions, err := t.Committer.CommitAll(ctx, changes)
	t.tell(time.Since(began), err == nil)
	return revisions, err
}

// noteCommit notes how long a commit took. At GitHub a commit is a push too.
func (s *server) noteCommit(took time.Duration, ok bool) {
	s.metrics.Committed(took, ok)
	if ok && s.github != nil {
		s.metrics.Pushed()
	}
}
