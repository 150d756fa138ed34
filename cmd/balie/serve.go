package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"balie/content"
	"balie/content/gitfs"
	"balie/content/live"
	"balie/content/repository"
	"balie/generator"
	"balie/generator/web"
	"balie/ingest"
	"balie/ingest/metrics"
	"balie/ingest/notify"
	"balie/ingest/outbox"
	"balie/ingest/store"
)

// server is a desk that is served: it follows the repository, builds and serves the site, and takes
// in what customers hand in.
type server struct {
	*terminal
	storeFlags
	addr, staffAddr string // with the ports that were opened, once it runs
	baseURL         string
	here            bool // the site's address is where it is served
	draft           bool // the work tree is followed, not the branch
	reload          bool
	gitHubName      string                  // --github
	github          *github                 // nil: the repository is here
	intakeOnly      bool                    // the site is built and served elsewhere
	ready           func()                  // told when it serves; nil: the address is printed
	built           func(*generator.Result) // told of each rebuild; nil: nobody
	endpoints       func(*notify.Notifier)  // lets tests be reached

	// What it runs on, from configure on.
	repo         *repository.Repository
	outputs      generator.Config
	live         *live.Live
	store        *store.Store
	committed    *live.Reader         // of a draft's branch, for what falls due by rule
	generator    *generator.Generator // nil where the intake is alone
	checker      live.Checker
	intake       *ingest.Handler
	outbox       *outbox.Outbox
	notifier     *notify.Notifier
	mailFails    atomic.Bool // no mail can be sent now
	prose        proseTheme
	mailProse    proseTheme
	pages        *web.Reload // nil where open pages stay as they are
	lastReported string      // the problems told last, so that the same ones are not told at each tick
	sync         syncing
	sharing      sharing
	https        https
	metrics      *metrics.Metrics
	problems     atomic.Pointer[[]content.Problem] // with the content, as the last build found them
	lostRefs     atomic.Pointer[[]string]          // the names of the refs on tips of which something was lost
}

func (t *terminal) serve() *cobra.Command {
	s := &server{terminal: t}
	c := &cobra.Command{
		Use:   "serve",
		Short: "follow the branch, and serve the public site and the intake",
		Long: `Follows the branch as it is committed, builds the site, serves it, and commits what customers hand in.

A mistake holds up only what it is in: a file that does not read is shown as it last did, and the staff's pages say at their top what is wrong.`,
		Args: cobra.NoArgs,
	}
	c.RunE = runE(func(ctx context.Context, _ []string) error {
		if err := s.checkHTTPS(c.Flag("addr").Changed); err != nil {
			return err
		}
		return s.run(ctx)
	})
	s.flags(c, "127.0.0.1:8080", "")
	s.httpsFlags(c)
	c.Flags().BoolVar(&s.draft, "draft", false, "show the work tree as it is edited, and not the branch")
	c.Flags().BoolVar(&s.reload, "reload", false, "open pages load again when the site is rebuilt: for whoever is writing it")
	c.Flags().StringVar(&s.baseURL, "base-url", "", "the site's address, where it is not site.yaml's base_url")
	t.branchFlag(c)
	return c
}

func (s *server) flags(c *cobra.Command, addr, staffAddr string) {
	f := c.Flags()
	f.StringVar(&s.addr, "addr", addr, "where to listen")
	f.StringVar(&s.staffAddr, "staff-addr", staffAddr, "where to serve the staff's pages and /metrics: keep it where only staff come")
	f.StringVar(&s.sync.name, "remote", "", "fetch from this remote of git's and push to it: of a bare repository, or of a branch whose unpushed commits are all balie's own")
	s.storeFlags.add(c, "1 to 9: each store's own, so that ticket numbers never collide")
}

func (t *terminal) branchFlag(c *cobra.Command) {
	c.Flags().StringVar(&t.ref, "ref", "", "the branch to follow and to commit to (default: HEAD's at the first start, and the same one ever after)")
}

// run serves until ctx ends.
func (s *server) run(ctx context.Context) error {
	if err := s.checkFlags(); err != nil {
		return err
	}
	s.metrics = metrics.New(s.standing)
	if err := s.openRepository(ctx); err != nil {
		return err
	}
	defer s.repo.Close()
	public, err := listen(s.addr)
	if err != nil {
		return err
	}
	defer public.Close()
	s.addr = public.Addr().String()
	if err := s.openStore(ctx); err != nil { // before the branch is fetched and read
		return explain(err)
	}
	defer s.store.Close()
	s.store.Wrote = s.metrics.Written
	if s.github != nil && s.store.Shared() {
		s.fetchNow(ctx) // again, since it joined only now; that it failed is told later on
	}
	if err := s.openRemote(ctx); err != nil {
		return err
	}
	if err := s.configure(); err != nil {
		return err
	}
	if s.live, err = live.Open(ctx, live.Config{Repository: s.repo, Ignore: s.outputs.Directories()}); err != nil {
		return explain(err)
	}
	if !s.sharing.behind.Load() {
		s.sharing.current.Store(true)
	}
	if !s.intakeOnly {
		if s.generator, err = generator.New(s.outputs); err != nil {
			return err
		}
		defer s.generator.Close()
		s.generator.Searched = s.metrics.Searched
	}
	if err := s.firstBuild(ctx); err != nil {
		return err
	}
	if err := s.startClock(); err != nil {
		return err
	}
	s.tickDue(ctx)
	return s.serveAll(ctx, public)
}

// checkFlags refuses flags that contradict one another.
func (s *server) checkFlags() error {
	if s.instance < 1 || s.instance > 9 {
		return usagef("--instance %d: it is 1 to 9", s.instance)
	}
	if s.draft && s.ref != "" {
		return usagef("--draft shows the work tree and --ref a branch: give one of them")
	}
	if s.draft && s.sync.name != "" {
		return usagef("--draft shows the work tree and --remote keeps a branch: give one of them")
	}
	if s.gitHubName != "" && s.sync.name != "" {
		return usagef("--github fetches and commits at GitHub, and --remote with git: give one of them")
	}
	return errors.Join(checkBaseURL(s.baseURL), checkAddress("--addr", s.addr), checkAddress("--staff-addr", s.staffAddr))
}

// openRepository opens what is followed: the branch, or the work tree as a draft.
func (s *server) openRepository(ctx context.Context) error {
	if s.gitHubName != "" {
		if err := s.openGitHub(ctx); err != nil {
			return err
		}
	}
	repo, err := s.repository(context.WithoutCancel(ctx)) // what was handed in is committed after the end
	if err != nil {
		return err
	}
	s.repo = repo
	if err := errors.Join(inGit(repo, "what customers hand in becomes commits"), s.follow(ctx)); err != nil {
		repo.Close()
		return err
	}
	s.warnOfHistory(repo)
	if s.draft {
		branch := *repo
		branch.Ref = "HEAD"
		s.committed = live.NewReader(&branch)
	}
	return nil
}

// follow chooses what is read and where what is handed in is committed: --ref's branch, else the
// one of the first start, else HEAD's. A draft is read from the work tree.
func (s *server) follow(ctx context.Context) error {
	if s.repo.Git == nil {
		return nil
	}
	if s.state == "" {
		var err error
		if s.state, err = s.repo.State(); err != nil {
			return err
		}
	}
	if _, err := s.repo.Git.Resolve(ctx, "HEAD"); errors.Is(err, gitfs.ErrNoRevision) && (s.ref == "" || s.ref == "HEAD") {
		return failf("git add -A, git commit", "nothing is committed yet in %s", s.repo.Dir)
	}
	if s.draft {
		return nil
	}
	branch, err := s.branch(ctx)
	if err != nil {
		return err
	}
	s.repo.Ref = branch
	return s.rememberBranch(branch)
}

// branch is the full name of the branch that is followed.
func (s *server) branch(ctx context.Context) (string, error) {
	if s.ref != "" && s.ref != "HEAD" {
		branch := branches + strings.TrimPrefix(s.ref, branches)
		_, err := s.repo.Git.Resolve(ctx, branch)
		if errors.Is(err, gitfs.ErrNoRevision) {
			if _, err := s.repo.Git.Resolve(ctx, s.ref); err != nil {
				return "", explain(err)
			}
			return "", usagef("--ref %s is no branch: it can be read, but what customers hand in can't be committed to it", s.ref)
		}
		return branch, err
	}
	head, err := s.repo.Git.Branch(ctx)
	if err != nil {
		return "", err
	}
	known, err := os.ReadFile(s.branchFile())
	if branch := strings.TrimSpace(string(known)); err == nil && branch != "" {
		if _, err := s.repo.Git.Resolve(ctx, branch); err == nil {
			if branch != head {
				fmt.Fprintf(s.err, "balie: follows %s, as before, and not what is checked out\n    to follow another branch name it with --ref\n", strings.TrimPrefix(branch, branches))
			}
			return branch, nil
		}
	}
	if head == "" {
		return "", failf("check out a branch with git switch, or name one with --ref", "HEAD is on no branch in %s", s.repo.Dir)
	}
	return head, nil
}

func (s *server) branchFile() string { return filepath.Join(s.state, "branch") }

// rememberBranch keeps the branch for the next start: whatever is checked out then, the same one is
// followed.
func (s *server) rememberBranch(branch string) error {
	err := os.MkdirAll(s.state, 0o777)
	if err == nil {
		err = os.WriteFile(s.branchFile(), []byte(branch+"\n"), 0o666)
	}
	if err != nil {
		return fmt.Errorf("keep the branch's name: %w", err)
	}
	return nil
}

// configure says what is built, and where.
func (s *server) configure() error {
	if s.here {
		s.baseURL = "http://" + browserAddress(s.addr)
	}
	s.checker = newChecker()
	s.outputs = generator.Config{BaseURL: s.baseURL}
	if s.intakeOnly {
		return nil
	}
	s.outputs.Out = filepath.Join(s.state, "site", "public")
	if s.staffAddr != "" {
		s.outputs.Staff, s.outputs.Finds = filepath.Join(s.state, "site", "staff"), true
	}
	return nil
}

// firstBuild builds what can be shown. With no good version of the setup there is nothing to show
// until it is mended.
func (s *server) firstBuild(ctx context.Context) error {
	result, err := s.build(ctx)
	if err != nil {
		return explain(err)
	}
	s.reportChanged(result.Problems)
	if s.generator != nil {
		fmt.Fprintf(s.err, "%s\n", result)
	}
	return nil
}

// startClock makes the clock run on from the time that --now names, so that each submission gets
// its own second.
func (s *server) startClock() error {
	start, err := s.now(s.live.Current().Tree.Zone)
	if s.nowText == "" || err != nil {
		return err
	}
	clock, began := s.clock, s.clock()
	s.nowText, s.clock = "", func() time.Time { return start.Add(clock().Sub(began)) }
	return nil
}

// serveAll answers on each port and follows the repository, until ctx ends or one of these fails.
func (s *server) serveAll(ctx context.Context, public net.Listener) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	if s.reload {
		s.pages = web.NewReload(ctx.Done())
	}
	handler, err := s.publicHandler()
	if err != nil {
		return err
	}
	if public, err = s.openHTTPS(public); err != nil {
		return err
	}
	if err := s.openOutbox(ctx); err != nil {
		return explain(err)
	}
	readings, toNote := s.live.Follow(), s.live.Follow()
	s.settle(ctx, s.live.Current())
	work := []func() error{
		func() error { return s.listenUntil(ctx, public, handler) },
		func() error { return s.live.Run(ctx, s.report) },
		func() error { return s.keepBuilt(ctx, readings) },
		func() error { return s.intake.Drain(ctx, s.reportDrain) },
		func() error { return s.intake.WorkOff(ctx) },
		func() error { return s.keepTicking(ctx) },
		func() error { return s.keepNoting(ctx, toNote) },
		func() error { return s.outbox.Run(ctx, s.reportMail) },
		func() error { return s.keepCalling(ctx) },
	}
	if s.sync.remote != nil {
		work = append(work, func() error { return s.keepSynced(ctx) })
	}
	if s.github != nil {
		work = append(work, func() error { return s.keepFetching(ctx) })
	}
	if s.staffAddr != "" {
		staff, handler, err := s.openStaff()
		if err != nil {
			return err
		}
		work = append(work, func() error { return s.listenUntil(ctx, staff, handler) })
	}
	work = append(work, s.serveHTTPS(ctx)...)
	if s.ready != nil {
		s.ready()
	} else {
		fmt.Fprintf(s.out, "%s%s/\n", s.publicAddress(), s.paths()[0])
	}
	err = runUntilOneFails(ctx, stop, work)
	s.drainLast()
	return err
}

// lastDrain is how long the end waits for what was handed in to be committed.
const lastDrain = 10 * time.Second

// drainLast commits what was handed in up to the end. What can't be committed stays in the store for
// the next start.
func (s *server) drainLast() {
	ctx, cancel := context.WithTimeout(context.Background(), lastDrain)
	defer cancel()
	if err := s.intake.DrainOnce(ctx); err != nil {
		s.report(fmt.Errorf("%w; it is kept for the next start", err))
	}
	s.syncLast(ctx)
}

// reportDrain tells that what was handed in can't be committed now, and when it can again.
func (s *server) reportDrain(err error) {
	if err == nil {
		fmt.Fprintln(s.err, "balie: what was handed in is committed again")
		return
	}
	s.report(fmt.Errorf("%w; it is kept, and tried again", err))
}

// runUntilOneFails runs all of work at once, until ctx ends or one fails. Then it stops the others.
func runUntilOneFails(ctx context.Context, stop func(), work []func() error) (err error) {
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
