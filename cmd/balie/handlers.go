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
		Next:      site,
		Log:       s.log(),
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
	})
}

// proseTheme is the theme of a reading, showing what people write as the built pages do. It is made
// once for each theme and site.
type proseTheme struct {
	mu    sync.Mutex
	of    *themes.Theme
	site  *content.Site
	theme *themes.Theme
}

// intakeTheme is the current theme for the pages of the intake; nil where no version of the setup
// is right.
func (s *server) intakeTheme() *themes.Theme {
	p := &s.prose
	p.mu.Lock()
	defer p.mu.Unlock()
	if r := s.live.Current(); p.of != r.Theme || p.site != r.Tree.Site {
		p.of, p.site, p.theme = r.Theme, r.Tree.Site, proseOf(r, s.baseURL)
	}
	return p.theme
}

// proseOf lets a reading's theme show what people write as the built pages do.
func proseOf(r *live.Reading, baseURL string) *themes.Theme {
	if r.Theme == nil {
		return nil
	}
	paths := themes.NewPaths(r.Tree.Site.Source(), cmp.Or(baseURL, r.Tree.Site.BaseURL))
	return r.Theme.WithProse(render.Prose(markdown.New(), func() themes.Paths { return paths }))
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
