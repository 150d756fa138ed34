package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"balie/content"
	"balie/content/gitfs"
	"balie/content/repository"
	"balie/generator"
	"balie/generator/headers"
	"balie/generator/markdown"
	"balie/generator/render"
	"balie/generator/watch"
	"balie/generator/web"
	"balie/ingest"
	"balie/ingest/worktree"
	"balie/themes"
)

// server is a running desk: it builds, watches, serves the site and takes in what customers hand in.
type server struct {
	*terminal
	addr, staffAddr string
	state           string // --state
	instance        int
	baseURL         string
	here            bool // the site's address is where it is served
	reload          bool
	intakeOnly      bool // the site is built and served elsewhere
	ready           func()
	built           func(*generator.Result) // told of each rebuild; nil: nobody

	generator *generator.Generator
	intake    *ingest.Handler
	changes   <-chan watch.Change
	pages     *web.Reload
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
	if s.addr = public.Addr().String(); s.here {
		s.baseURL = "http://" + nameable(s.addr)
	}
	theme, err := loadTheme(ctx, repo)
	if err != nil {
		return err
	}
	config, err := s.config(repo, theme)
	if err != nil {
		return err
	}
	if s.generator, err = generator.New(config); err != nil {
		return err
	}
	defer s.generator.Close()
	return s.begin(ctx, public, config, theme)
}

// checkFlags refuses flags that can't be.
func (s *server) checkFlags() error {
	if s.instance < 1 || s.instance > 9 {
		return usagef("--instance %d: it is 1 to 9", s.instance)
	}
	return errors.Join(checkBaseURL(s.baseURL), checkAddress("--addr", s.addr), checkAddress("--staff-addr", s.staffAddr))
}

// config says what is built, and where.
func (s *server) config(repo *repository.Repository, theme *themes.Theme) (c generator.Config, err error) {
	if s.state == "" {
		if s.state, err = repo.State(); err != nil {
			return c, err
		}
	}
	out := func(name string) string { return filepath.Join(s.state, "site", name) }
	c = generator.Config{Repository: repo, Theme: theme, BaseURL: s.baseURL}
	if !s.intakeOnly {
		c.Out = out("public")
	}
	if s.staffAddr != "" {
		c.Staff = out("staff")
	}
	return c, nil
}

// begin builds for the first time and serves. Watching begins before the first reading, so that no change falls between the two.
func (s *server) begin(ctx context.Context, public net.Listener, config generator.Config, theme *themes.Theme) (err error) {
	if s.changes, err = watch.Watch(ctx, watched(config)); err != nil {
		return fmt.Errorf("watch the repository: %w", err)
	}
	if err := s.firstBuild(ctx); err != nil {
		return err
	}
	if err := s.runOn(); err != nil {
		return err
	}
	s.tickDue(ctx, config)
	return s.serveAll(ctx, public, config, theme)
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

func (s *server) serveAll(ctx context.Context, public net.Listener, config generator.Config, theme *themes.Theme) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	if s.reload {
		s.pages = web.NewReload(ctx.Done())
	}
	handler, err := s.publicHandler(config, theme)
	if err != nil {
		return err
	}
	var group sync.WaitGroup
	failed := make(chan error, 4)
	start := func(work func() error) {
		group.Go(func() {
			if err := work(); err != nil && ctx.Err() == nil {
				failed <- err
			}
		})
	}
	start(func() error { return listenUntil(ctx, public, web.Under(s.paths, handler)) })
	if s.staffAddr != "" {
		staff, err := listen(s.staffAddr)
		if err != nil {
			return err
		}
		s.staffAddr = staff.Addr().String()
		pages, err := web.Handler(web.Config{Root: config.Staff, Private: true, Reload: s.pages})
		if err != nil {
			return err
		}
		start(func() error { return listenUntil(ctx, staff, web.Under(s.paths, pages)) })
	}
	start(func() error { return s.follow(ctx, config) })
	if s.ready != nil {
		s.ready()
	} else {
		fmt.Fprintf(s.out, "http://%s%s/\n", s.addr, s.paths()[0])
	}
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	stop()
	group.Wait()
	return err
}

// publicHandler joins the intake and the built site: the intake has the forms and the follow pages, files have the rest.
func (s *server) publicHandler(config generator.Config, theme *themes.Theme) (http.Handler, error) {
	committer, err := committerOf(config.Repository)
	if err != nil {
		return nil, err
	}
	current := s.generator.Current
	site, err := s.siteHandler(config)
	if err != nil {
		return nil, err
	}
	s.intake, err = ingest.New(ingest.Config{
		Tree:      func() *content.Tree { return current().Tree },
		Files:     func() fs.FS { return current().Files },
		Theme:     proseOf(theme, current().Tree.Site, s.baseURL),
		Committer: committer,
		Instance:  s.instance,
		BaseURL:   s.baseURL,
		Now:       s.clock,
		Ready:     func(ctx context.Context) error { return s.able(ctx, committer) },
		Next:      site,
		Log:       slog.New(slog.NewTextHandler(s.err, nil)),
	})
	return s.intake, err
}

// siteHandler serves the built site; nil where it is built elsewhere.
func (s *server) siteHandler(config generator.Config) (http.Handler, error) {
	if s.intakeOnly {
		return nil, nil
	}
	site := s.generator.Current().Tree.Site
	return web.Handler(web.Config{Root: config.Out, Reload: s.pages, Languages: site.Languages, FormsGo: headers.Origins(site.IntakeURL)})
}

// proseOf lets a theme show what people write as the built pages do.
func proseOf(theme *themes.Theme, site *content.Site, baseURL string) *themes.Theme {
	paths := themes.NewPaths(site.Source(), cmp.Or(baseURL, site.BaseURL))
	return theme.WithProse(render.Prose(markdown.New(), func() themes.Paths { return paths }))
}

// paths are what the links to what is served here begin with: of the site, and of the intake where that has an address of its own.
func (s *server) paths() []string {
	site := s.generator.Current().Tree.Site
	pathOf := func(address string) string { return themes.NewPaths(site.Source(), address).Prefix }
	return []string{pathOf(cmp.Or(s.baseURL, site.BaseURL)), pathOf(site.IntakeURL)}
}

// able is why what is handed in now could not be kept, or nil. Mistakes in the content are no reason: the last good reading stays, and the intake goes by it.
func (s *server) able(ctx context.Context, committer *worktree.Committer) error {
	if err := s.unread.Load(); err != nil {
		return *err
	}
	return committer.Ready(ctx)
}

// everything are paths whose change means that anything may have changed.
var everything = []string{"incidents", "site.yaml"}

// follow rebuilds whenever the repository changes, at the second in which time alone changes a page, and once a minute for what is counted and what falls due by
// rule. A broken file keeps the last good site.
func (s *server) follow(ctx context.Context, config generator.Config) error {
	minute := time.NewTicker(time.Minute)
	defer minute.Stop()
	for {
		var changed []string
		select {
		case <-ctx.Done():
			return nil
		case c, ok := <-s.changes:
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
			s.tickDue(ctx, config)
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

// watched is the work tree and git's refs or, for a desk that is read by a ref, the refs alone.
func watched(config generator.Config) watch.Config {
	repo := config.Repository
	c := watch.Config{GitDir: repo.Git.GitDir(), CommonDir: repo.Git.CommonDir()}
	if repo.Ref == "" {
		c.Dir = repo.Git.Dir()
		c.Ignore = slices.DeleteFunc([]string{config.Out, config.Staff, config.Follow}, func(dir string) bool { return dir == "" })
	}
	return c
}

// tickDue commits what fell due by rule; what can't be committed now falls due again in a minute.
func (s *server) tickDue(ctx context.Context, config generator.Config) {
	if s.intakeOnly {
		return // whoever builds the site does it
	}
	if _, err := tickOnce(ctx, config.Repository, s.generator.Current().Reading, s.now); err != nil {
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
