package main

import (
	"cmp"
	"context"
	"io/fs"
	"log/slog"
	"net"
	"net/http"

	"balie/content"
	"balie/generator/headers"
	"balie/generator/markdown"
	"balie/generator/render"
	"balie/generator/web"
	"balie/ingest"
	"balie/ingest/worktree"
	"balie/themes"
)

// publicHandler joins the intake and the built site: the intake has the forms and the follow pages, files have the rest.
func (s *server) publicHandler() (http.Handler, error) {
	committer, err := committerOf(s.config.Repository)
	if err != nil {
		return nil, err
	}
	current := s.generator.Current
	site, err := s.siteHandler()
	if err != nil {
		return nil, err
	}
	s.intake, err = ingest.New(ingest.Config{
		Tree:      func() *content.Tree { return current().Tree },
		Files:     func() fs.FS { return current().Files },
		Theme:     proseOf(s.config.Theme, current().Tree.Site, s.baseURL),
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
func (s *server) siteHandler() (http.Handler, error) {
	if s.intakeOnly {
		return nil, nil
	}
	site := s.generator.Current().Tree.Site
	return web.Handler(web.Config{Root: s.config.Out, Reload: s.pages, Languages: site.Languages, FormsGo: headers.Origins(site.IntakeURL)})
}

// openStaff opens the staff's port, and serves their pages as they were built.
func (s *server) openStaff() (net.Listener, http.Handler, error) {
	staff, err := listen(s.staffAddr)
	if err != nil {
		return nil, nil, err
	}
	s.staffAddr = staff.Addr().String()
	pages, err := web.Handler(web.Config{Root: s.config.Staff, Private: true, Reload: s.pages})
	return staff, pages, err
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
