package main

import (
	"cmp"
	"context"
	"io/fs"
	"net/http"
	"sync"

	"balie/content"
	"balie/content/live"
	"balie/generator/headers"
	"balie/generator/markdown"
	"balie/generator/render"
	"balie/generator/web"
	"balie/ingest"
	"balie/themes"
)

// publicHandler joins the intake and the built site: the intake has the forms and the follow pages,
// files have the rest.
func (s *server) publicHandler() (http.Handler, error) {
	committer, err := s.committer()
	if err != nil {
		return nil, err
	}
	site, err := s.siteHandler()
	if err != nil {
		return nil, err
	}
	s.openNotifier()
	s.intake, err = ingest.New(ingest.Config{
		Tree:      func() *content.Tree { return s.live.Current().Tree },
		Files:     func() fs.FS { return s.live.Current().Files },
		Theme:     s.intakeTheme,
		Store:     s.store,
		Committer: noting{committer, s.noteCommit},
		Instance:  s.instance,
		BaseURL:   s.baseURL,
		Now:       s.clock,
		Warnings:  func(ctx context.Context) []string { return s.warnings(ctx, committer) },
		Fetch:     s.fetchPushed,
		Counted:   s.counted,
		Proven:    s.metrics.SecretUsed,
		EndMails:  func(ctx context.Context, dir string) error { return s.outbox.StopUpdates(ctx, dir) },
		MailLinks: func(ctx context.Context, address string) error { return s.outbox.MailLinks(ctx, address) },
		AskToFollow: func(ctx context.Context, address string, what content.Follows, lang string) error {
			return s.outbox.AskToFollow(ctx, address, what, lang)
		},
		Notifier: s.notifier,
		Next:     site,
		Log:      s.log(),
	})
	if err != nil {
		return nil, err
	}
	return s.whileCurrent(s.intake), nil
}

// siteHandler serves the built site; nil where it is built elsewhere.
func (s *server) siteHandler() (http.Handler, error) {
	if s.intakeOnly {
		return nil, nil
	}
	site := func() *content.Site { return s.live.Current().Tree.Site }
	return web.Handler(web.Config{
		Root: s.outputs.Out, Reload: s.pages,
		Languages: func() []string { return site().Languages },
		FormsGo:   func() []string { return headers.Origins(site().IntakeURL) },
		Proof:     func() bool { return site().Guard.WantsProof() },
		Search:    s.generator.Answer,
	})
}

// proseTheme is the theme of a reading, showing what people write as the built pages do. It is made
// once for each theme and site.
type proseTheme struct {
	mu    sync.Mutex
	from  *themes.Theme
	site  *content.Site
	theme *themes.Theme
}

// of returns the theme of a reading, with links that begin as paths says; nil where no version of
// the setup is right.
func (p *proseTheme) of(r *live.Reading, paths func(*live.Reading) themes.Paths) *themes.Theme {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.from == r.Theme && p.site == r.Tree.Site {
		return p.theme
	}
	p.from, p.site, p.theme = r.Theme, r.Tree.Site, nil
	if r.Theme != nil {
		at := paths(r)
		p.theme = r.Theme.WithProse(render.Prose(markdown.New(), func() themes.Paths { return at }))
	}
	return p.theme
}

// intakeTheme is the current theme for the pages of the intake; nil where no version of the setup
// is right.
func (s *server) intakeTheme() *themes.Theme {
	return s.prose.of(s.live.Current(), func(r *live.Reading) themes.Paths {
		return themes.NewPaths(r.Tree.Site.Source(), cmp.Or(s.baseURL, r.Tree.Site.BaseURL))
	})
}

// paths returns the path prefixes of the site, and of the intake, which may have another address.
func (s *server) paths() []string {
	site := s.live.Current().Tree.Site
	pathOf := func(address string) string { return themes.NewPaths(site.Source(), address).Prefix }
	return []string{pathOf(cmp.Or(s.baseURL, site.BaseURL)), pathOf(site.IntakeURL)}
}

// warnings names what is not as it should be and keeps nothing from being kept. Mistakes in the
// content are none: the intake goes by the last good version of what is wrong.
func (s *server) warnings(ctx context.Context, committer committer) (names []string) {
	if s.mailFails.Load() {
		names = append(names, "mailing")
	}
	if s.live.Failure() != nil {
		names = append(names, "reading")
	}
	if committer.Ready(ctx) != nil {
		names = append(names, "committing")
	}
	if len(s.lostNames()) > 0 {
		names = append(names, "lost")
	}
	if s.sync.failing.Load() {
		names = append(names, "remote")
	}
	if s.github != nil && s.github.away.Load() {
		names = append(names, "fetching")
	}
	return names
}
