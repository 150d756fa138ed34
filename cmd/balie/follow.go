package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"balie/content"
	"balie/content/desk"
	"balie/content/live"
	"balie/generator"
	"balie/generator/site"
)

// keepBuilt builds on each new reading, at the second in which time alone changes a page, and once
// a minute for what is counted.
func (s *server) keepBuilt(ctx context.Context, readings <-chan *live.Reading) error {
	minute := time.NewTicker(time.Minute)
	defer minute.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case r := <-readings:
			s.rebuild(ctx) // what is settled afterwards keeps no page waiting
			told := s.lostNames()
			if s.settle(ctx, r); slices.Equal(told, s.lostNames()) {
				continue
			}
		case <-minute.C:
			s.settle(ctx, s.live.Current())
		case <-s.sharing.fetched:
			if !s.sharing.current.Load() {
				s.settle(ctx, s.live.Current())
			}
			continue
		case <-time.After(s.untilNextChange()):
		}
		s.rebuild(ctx)
	}
}

// settle files again what a rewritten history lacks, and tells the intake which of its commits a
// reading has.
func (s *server) settle(ctx context.Context, r *live.Reading) {
	ok, err := s.catchUp(ctx, r)
	if ok {
		err = s.keepWritten(ctx, r)
	}
	if ok && err == nil {
		err = s.settleRows(ctx, r)
	}
	if err != nil && ctx.Err() == nil {
		s.report(err)
	}
}

// keepTicking commits once a minute what has fallen due by rule.
func (s *server) keepTicking(ctx context.Context) error {
	return eachMinute(ctx, nil, func() { s.tickDue(ctx) })
}

// eachMinute does something once a minute, and when wake has a token, until ctx ends.
func eachMinute(ctx context.Context, wake <-chan struct{}, do func()) error {
	minute := time.NewTicker(time.Minute)
	defer minute.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-minute.C:
		case <-wake:
		}
		do()
	}
}

// wakeUp puts a token where somebody waits for one. A channel that is nil has nobody.
func wakeUp(waiter chan<- struct{}) {
	select {
	case waiter <- struct{}{}:
	default:
	}
}

// untilNextChange returns how long until time alone changes a page, rounded up to whole seconds. If
// that is past, the next build of each minute does.
func (s *server) untilNextChange() time.Duration {
	if s.generator == nil {
		return time.Hour
	}
	now := s.clock()
	next := s.generator.NextChange(now).Add(time.Second - 1).Truncate(time.Second)
	if !next.After(now) {
		return time.Minute
	}
	return next.Sub(now)
}

// tickDue commits what fell due by rule; what can't be committed now falls due again in a minute.
func (s *server) tickDue(ctx context.Context) {
	var done []desk.Action
	committer, err := s.committer()
	if err == nil {
		done, err = tickOnce(ctx, committer, s.readCommitted, s.now, &waiting{s.store, s.sendsMail()})
	}
	if err != nil {
		fmt.Fprintf(s.err, "balie: what is due by rule was not written: %v\n", err)
	} else if len(done) > 0 {
		s.FetchNow()
	}
}

// readCommitted returns the current reading if it is of the branch's tip, else it reads the branch.
// A draft follows the work tree, so its branch is always read.
func (s *server) readCommitted(ctx context.Context) (*live.Reading, error) {
	if s.draft {
		return s.committed.Read(ctx, nil)
	}
	tip, err := s.repo.Git.Resolve(ctx, s.repo.Ref)
	if err != nil {
		return nil, err
	}
	if r := s.live.Current(); r.Revision == string(tip) {
		return r, nil
	}
	return live.NewReader(s.repo).Read(ctx, nil)
}

// build brings the sites to the current reading and says what is wrong with it. Where there is no
// generator, or no setup to go by, it only says that.
func (s *server) build(ctx context.Context) (*generator.Result, error) {
	reading := s.live.Current()
	now, err := s.now(reading.Tree.Zone)
	if err != nil {
		return nil, err
	}
	if last := reading.Tree.LastAccepted(now); last.After(now) { // what was accepted is shown at once
		now = last.In(now.Location())
	}
	problems := s.checker.Problems(reading, now)
	s.problems.Store(&problems)
	if s.generator == nil || !reading.Fit {
		return &generator.Result{Revision: reading.Revision, Now: now.UTC(), Problems: problems}, nil
	}
	if s.generator.Backlog, err = s.backlog(ctx, now); err != nil {
		s.report(err)
	}
	if s.generator.Aside, err = s.aside(ctx); err != nil {
		s.report(err)
	}
	if s.generator.Mails, err = s.mails(ctx, reading); err != nil {
		s.report(err)
	}
	if s.generator.Hooks, err = s.hooks(ctx, reading); err != nil {
		s.report(err)
	}
	s.generator.Lost = s.lostNames()
	return s.generator.Build(ctx, reading, now, problems)
}

// hooks counts what waits for programs that follow; nil: none may.
func (s *server) hooks(ctx context.Context, r *live.Reading) (*site.Hooks, error) {
	if !r.Tree.Site.Follow.Hooks {
		return nil, nil
	}
	waiting, givenUp, err := s.store.CountCalls(ctx)
	return &site.Hooks{Waiting: waiting, GivenUp: givenUp}, err
}

// mails counts what the outbox has; nil: the desk has no mail.
func (s *server) mails(ctx context.Context, r *live.Reading) (*site.Mails, error) {
	if r.Tree.Site.Mail == nil {
		return nil, nil
	}
	waiting, failed, err := s.store.CountMails(ctx)
	return &site.Mails{Waiting: waiting, Failed: failed}, err
}

// shownAside and shownBody are how much of what can't be used stands on the staff's page.
const (
	shownAside = 50
	shownBody  = 4000
)

// aside is what was accepted and can't be used, the newest first.
func (s *server) aside(ctx context.Context) (shown []site.Aside, err error) {
	all, err := s.store.Aside(ctx)
	for _, a := range slices.Backward(all) {
		if len(shown) == shownAside {
			break
		}
		body := asideText(a)
		body = strings.ToValidUTF8(body[:min(len(body), shownBody)], "\ufffd")
		shown = append(shown, site.Aside{ID: strconv.FormatInt(a.Seq, 10), From: asideOf(a), At: a.At, Reason: printable(a.Reason), Body: body})
	}
	return shown, err
}

// backlog is what has waited for git for long; nil: nothing has.
func (s *server) backlog(ctx context.Context, now time.Time) (*site.Backlog, error) {
	b, err := s.store.Backlog(ctx)
	if err != nil || b.Rows == 0 || now.Sub(b.Since) <= maxBacklog {
		return nil, err
	}
	return &site.Backlog{Rows: b.Rows, Since: b.Since}, nil
}

func (s *server) rebuild(ctx context.Context) {
	result, err := s.build(ctx)
	if err != nil {
		if ctx.Err() == nil {
			s.report(fmt.Errorf("the site was not rebuilt: %w", err))
		}
		return
	}
	if s.built != nil {
		defer s.built(result)
	}
	s.reportChanged(result.Problems)
	if result.Written+result.Removed > 0 {
		fmt.Fprintf(s.err, "%s\n", result)
		if s.pages != nil {
			s.pages.Changed()
		}
	}
}

// report prints an error that does not stop the server.
func (s *server) report(err error) { fmt.Fprintf(s.err, "balie: %v\n", err) }

// reportChanged prints problems, and what is shown instead, unless it printed the same last time.
func (s *server) reportChanged(problems []content.Problem) {
	var text strings.Builder
	problemsAsText(&text, problems)
	olderAsText(&text, s.live.Current())
	if text.String() != s.lastReported {
		s.lastReported = text.String()
		fmt.Fprint(s.err, s.lastReported)
	}
}
