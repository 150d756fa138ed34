package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"balie/content"
	"balie/content/gitfs"
	"balie/content/repository"
	"balie/generator"
	"balie/generator/watch"
	"balie/generator/web"
	"balie/ingest"
)

// server is a desk that is served: it builds, watches, serves the site and takes in what customers hand in.
type server struct {
	*terminal
	addr, staffAddr string // with the ports that were opened, once it runs
	state           string // --state
	instance        int
	baseURL         string
	here            bool // the site's address is where it is served
	reload          bool
	intakeOnly      bool                    // the site is built and served elsewhere
	ready           func()                  // told when it serves; nil: the address is printed
	built           func(*generator.Result) // told of each rebuild; nil: nobody

	// What it runs on, from configure and begin on.
	config    generator.Config
	generator *generator.Generator
	intake    *ingest.Handler
	pages     *web.Reload           // nil where open pages stay as they are
	said      string                // the problems told last, so that the same ones are not told at each tick
	unread    atomic.Pointer[error] // why the repository could not be read last; nil: it could
}

func (t *terminal) serve() *cobra.Command {
	s := &server{terminal: t}
	c := &cobra.Command{
		Use:   "serve",
		Short: "build, watch, and serve the public site and the intake",
		Args:  cobra.NoArgs,
		RunE:  does(func(ctx context.Context, _ []string) error { return s.run(ctx) }),
	}
	s.flags(c, "127.0.0.1:8080", "")
	c.Flags().BoolVar(&s.reload, "reload", false, "open pages load again when the site is rebuilt: for whoever is writing it")
	c.Flags().StringVar(&s.baseURL, "base-url", "", "the site's address, where it is not site.yaml's base_url")
	t.refFlag(c)
	return c
}

func (s *server) flags(c *cobra.Command, addr, staffAddr string) {
	f := c.Flags()
	f.StringVar(&s.addr, "addr", addr, "where to listen")
	f.StringVar(&s.staffAddr, "staff-addr", staffAddr, "where to serve the staff's pages: keep it where only staff come")
	f.IntVar(&s.instance, "instance", 1, "1 to 9: each intake of a repository its own, so that ticket numbers never collide")
	f.StringVar(&s.state, "state", "", "where to keep what outlives a restart (default: balie/ in the repository's git directory)")
}

// run serves until ctx ends.
func (s *server) run(ctx context.Context) error {
	if err := s.checkFlags(); err != nil {
		return err
	}
	repo, err := s.repository(ctx)
	if err != nil {
		return err
	}
	defer repo.Close()
	if err := inGit(repo, "what customers hand in becomes commits"); err != nil {
		return err
	}
	if err := s.onBranch(ctx, repo); err != nil {
		return err
	}
	s.sayOfHistory(repo)
	public, err := listen(s.addr)
	if err != nil {
		return err
	}
	defer public.Close()
	s.addr = public.Addr().String()
	if err := s.configure(ctx, repo); err != nil {
		return err
	}
	if s.generator, err = generator.New(s.config); err != nil {
		return err
	}
	defer s.generator.Close()
	return s.begin(ctx, public)
}

// checkFlags refuses flags that can't be.
func (s *server) checkFlags() error {
	if s.instance < 1 || s.instance > 9 {
		return usagef("--instance %d: it is 1 to 9", s.instance)
	}
	return errors.Join(checkBaseURL(s.baseURL), checkAddress("--addr", s.addr), checkAddress("--staff-addr", s.staffAddr))
}

// onBranch makes sure that what is read is also where what is handed in is committed: --ref's branch, else the one that HEAD names.
func (s *server) onBranch(ctx context.Context, repo *repository.Repository) error {
	if s.ref == "" || s.ref == "HEAD" {
		if _, err := repo.Git.Resolve(ctx, "HEAD"); errors.Is(err, gitfs.ErrNoRevision) {
			return failf("git add -A, git commit", "nothing is committed yet in %s", repo.Dir)
		}
		return nil
	}
	branch := branches + strings.TrimPrefix(s.ref, branches)
	_, err := repo.Git.Resolve(ctx, branch)
	if errors.Is(err, gitfs.ErrNoRevision) {
		if _, err := repo.Git.Resolve(ctx, s.ref); err != nil {
			return explain(err)
		}
		return usagef("--ref %s is no branch: it can be read, but what customers hand in can't be committed to it", s.ref)
	}
	repo.Ref = branch
	return err
}

// configure says what is built, and where.
func (s *server) configure(ctx context.Context, repo *repository.Repository) (err error) {
	if s.here {
		s.baseURL = "http://" + nameable(s.addr)
	}
	s.config = generator.Config{Repository: repo, BaseURL: s.baseURL}
	if s.config.Theme, err = loadTheme(ctx, repo); err != nil {
		return err
	}
	if s.state == "" {
		if s.state, err = repo.State(); err != nil {
			return err
		}
	}
	if !s.intakeOnly {
		s.config.Out = filepath.Join(s.state, "site", "public")
	}
	if s.staffAddr != "" {
		s.config.Staff = filepath.Join(s.state, "site", "staff")
	}
	return nil
}

// begin builds for the first time and serves. Watching begins before the first reading, so that no change falls between the two.
func (s *server) begin(ctx context.Context, public net.Listener) error {
	changes, err := watch.Watch(ctx, watched(s.config))
	if err != nil {
		return fmt.Errorf("watch the repository: %w", err)
	}
	if err := s.firstBuild(ctx); err != nil {
		return err
	}
	if err := s.runOn(); err != nil {
		return err
	}
	s.tickDue(ctx)
	return s.serveAll(ctx, public, changes)
}

// firstBuild must succeed: without one good site there is nothing to keep.
func (s *server) firstBuild(ctx context.Context) error {
	result, err := s.generator.Build(ctx, nil, s.now)
	if err != nil {
		return explain(err)
	}
	s.say(result.Problems)
	if content.HasErrors(result.Problems) {
		return errProblems
	}
	if !s.intakeOnly {
		fmt.Fprintf(s.err, "%s\n", result)
	}
	return nil
}

// runOn lets the time that --now names go on from there: what is handed in gets a second of its own.
func (s *server) runOn() error {
	start, err := s.now(s.generator.Current().Tree.Zone)
	if s.nowText == "" || err != nil {
		return err
	}
	clock, began := s.clock, s.clock()
	s.nowText, s.clock = "", func() time.Time { return start.Add(clock().Sub(began)) }
	return nil
}

// serveAll answers on each port and follows the repository, until ctx ends or one of these fails.
func (s *server) serveAll(ctx context.Context, public net.Listener, changes <-chan watch.Change) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	if s.reload {
		s.pages = web.NewReload(ctx.Done())
	}
	handler, err := s.publicHandler()
	if err != nil {
		return err
	}
	work := []func() error{
		func() error { return listenUntil(ctx, public, web.Under(s.paths, handler)) },
		func() error { return s.follow(ctx, changes) },
	}
	if s.staffAddr != "" {
		staff, handler, err := s.openStaff()
		if err != nil {
			return err
		}
		work = append(work, func() error { return listenUntil(ctx, staff, web.Under(s.paths, handler)) })
	}
	if s.ready != nil {
		s.ready()
	} else {
		fmt.Fprintf(s.out, "http://%s%s/\n", s.addr, s.paths()[0])
	}
	return untilOneFails(ctx, stop, work)
}

// untilOneFails does all of a work at once, until ctx ends or one part fails; then it stops the others.
func untilOneFails(ctx context.Context, stop func(), work []func() error) (err error) {
	var group sync.WaitGroup
	failed := make(chan error, len(work))
	for _, part := range work {
		group.Go(func() {
			if err := part(); err != nil && ctx.Err() == nil {
				failed <- err
			}
		})
	}
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	stop()
	group.Wait()
	return err
}
