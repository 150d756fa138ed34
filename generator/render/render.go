// Package render makes the bytes of a planned page: a layout of the theme executed with its view, a feed with its words put in, or a file as it is.
// The same page, theme and setup give the same bytes. A Renderer is safe for use by many at once.
package render

import (
	"bytes"
	"fmt"
	"html/template"
	"sync"

	"balie/content"
	"balie/generator/markdown"
	"balie/generator/site"
	"balie/themes"
)

// Renderer renders the pages of one desk. Setup comes first, and again when the desk's setup is another; pages may then be rendered by many at once.
type Renderer struct {
	theme   *themes.Theme
	frames  *themes.Frames
	setup   *content.Setup
	at      themes.Site
	buffers sync.Pool
}

// New makes a renderer. It is dear: the theme's templates are prepared once, for each language when it is first used.
func New(theme *themes.Theme, prose *markdown.Converter) *Renderer {
	r := &Renderer{buffers: sync.Pool{New: func() any { return new(bytes.Buffer) }}}
	r.theme = theme.WithProse(Prose(prose, func() themes.Paths { return r.frames.Paths() }))
	return r
}

// Setup makes the frames of a desk's pages. Where nothing has changed since the last time it does nothing.
func (r *Renderer) Setup(setup *content.Setup, at themes.Site) error {
	if r.setup == setup && r.at.BaseURL == at.BaseURL && r.at.Links == at.Links && bytes.Equal(r.at.Logo, at.Logo) {
		return nil
	}
	frames, err := r.theme.Frames(setup, at)
	if err != nil {
		return fmt.Errorf("prepare theme: %w", err)
	}
	r.frames, r.setup, r.at = frames, setup, at
	return nil
}

// Prose turns into HTML what stands in a view as text: of the follow page, which the intake shows too.
func Prose(c *markdown.Converter, paths func() themes.Paths) themes.Prose {
	return themes.Prose{
		Plain: markdown.Plain,
		Markdown: func(source, lang string) template.HTML {
			return c.HTML(source, markdown.Options{Top: 4, Link: func(path string) string { return paths().URL(lang, path) }})
		},
	}
}

// Assets are the files that all pages name.
func (r *Renderer) Assets() []themes.Asset { return r.frames.Assets() }

// Look is a mark of the stylesheet: a page is to be rendered again when it is another.
func (r *Renderer) Look() string { return r.frames.Look() }

// Page renders one page.
func (r *Renderer) Page(p *site.Page) ([]byte, error) {
	view := p.View()
	if file, ok := view.([]byte); ok {
		return file, nil
	}
	if f, ok := view.(site.Feed); ok {
		return r.bytes(p.File, func(b *bytes.Buffer) error { return r.feed(b, f) })
	}
	return r.Layout(p.Layout, *p, view)
}

// Layout executes a layout with a view that was made elsewhere, in the frame of a page: of a search that is answered as it is asked.
func (r *Renderer) Layout(layout string, p site.Page, view any) ([]byte, error) {
	return r.bytes(p.File, func(b *bytes.Buffer) error {
		return r.theme.Render(b, layout, themes.Page{Frame: r.frame(&p), View: view})
	})
}

func (r *Renderer) bytes(name string, write func(*bytes.Buffer) error) ([]byte, error) {
	b := r.buffers.Get().(*bytes.Buffer)
	defer func() { b.Reset(); r.buffers.Put(b) }()
	if err := write(b); err != nil {
		return nil, fmt.Errorf("render %s: %w", name, err)
	}
	return bytes.Clone(b.Bytes()), nil
}

func (r *Renderer) frame(p *site.Page) themes.Frame {
	formats := ""
	if p.Atom {
		formats = "atom"
	}
	return r.frames.Frame(themes.Place{
		Lang: p.Lang, Path: p.Path, Nav: p.Nav, Feed: p.Feed, Formats: formats, NoIndex: p.Hidden,
		Private: p.Tree == site.FollowTree, Staff: p.Tree == site.StaffTree,
	})
}
