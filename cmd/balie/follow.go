package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"balie/content"
	"balie/generator"
	"balie/generator/watch"
)

// watched is the work tree and git's refs or, for a desk that is read by a ref, the refs alone.
func watched(config generator.Config) watch.Config {
	repo := config.Repository
	c := watch.Config{GitDir: repo.Git.GitDir(), CommonDir: repo.Git.CommonDir()}
	if repo.Ref == "" {
		c.Dir = repo.Git.Dir()
		c.Ignore = slices.DeleteFunc([]string{config.Out, config.Staff}, func(dir string) bool { return dir == "" })
	}
	return c
}

// everything are paths whose change means that anything may have changed.
var everything = []string{"incidents", "site.yaml"}

// follow rebuilds whenever the repository changes, at the second in which time alone changes a page, and once a minute for what is counted and what falls due by
// rule. A broken file keeps the last good site.
func (s *server) follow(ctx context.Context, changes <-chan watch.Change) error {
	minute := time.NewTicker(time.Minute)
	defer minute.Stop()
	for {
		var changed []string
		select {
		case <-ctx.Done():
			return nil
		case c, ok := <-changes:
			if !ok {
				return errors.New("watching the repository ended")
			}
			if changed = c.Paths; c.Overflow {
				changed = everything
			}
			if c.Limit != nil {
				fmt.Fprintf(s.err, "balie: %v\n", c.Limit)
			}
		case <-minute.C:
			s.tickDue(ctx)
		case <-time.After(s.untilNextChange()):
		}
		s.rebuild(ctx, changed)
	}
}

// untilNextChange is how long the pages stay as they are, to whole seconds, which is what builds go by. Where one should have been made already and was not, because
// the content is broken, the minute does.
func (s *server) untilNextChange() time.Duration {
	now := s.clock()
	next := s.generator.NextChange(now).Add(time.Second - 1).Truncate(time.Second)
	if !next.After(now) {
		return time.Minute
	}
	return next.Sub(now)
}

// tickDue commits what fell due by rule; what can't be committed now falls due again in a minute.
func (s *server) tickDue(ctx context.Context) {
	if s.intakeOnly {
		return // whoever builds the site does it
	}
	if _, err := tickOnce(ctx, s.config.Repository, s.generator.Current().Reading, s.now); err != nil {
		fmt.Fprintf(s.err, "balie: what is due by rule was not written: %v\n", err)
	}
}

func (s *server) rebuild(ctx context.Context, changed []string) {
	result, err := s.generator.Build(ctx, changed, s.now)
	if err != nil {
		s.unread.Store(&err)
		fmt.Fprintf(s.err, "balie: the last good site stays: %v\n", err)
		return
	}
	s.unread.Store(nil)
	s.intake.Read()
	if s.built != nil {
		defer s.built(result)
	}
	if s.say(result.Problems) && content.HasErrors(result.Problems) {
		fmt.Fprintln(s.err, "balie: the last good site stays until this is mended")
	}
	if result.Written+result.Removed > 0 {
		fmt.Fprintf(s.err, "%s\n", result)
		if s.pages != nil {
			s.pages.Changed()
		}
	}
}

// say tells problems, unless they are those told last, and reports whether it did.
func (s *server) say(problems []content.Problem) bool {
	var text strings.Builder
	problemsAsText(&text, problems)
	if text.String() == s.said {
		return false
	}
	s.said = text.String()
	fmt.Fprint(s.err, s.said)
	return true
}
