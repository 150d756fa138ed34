// Package render makes the bytes of a planned page: a layout of the theme executed with its view, a
// feed with its words put in, a document of the status API, or a file as it is. The same page,
// theme and setup give the same bytes. A Renderer is safe for use by many at once.
package render

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"html/template"
	"sync"

	"balie/content"
	"balie/generator/markdown"
	"balie/generator/site"
	"balie/generator/statusapi"
	"balie/themes"
)

// Renderer renders the pages of one desk. Setup comes first, and again when the desk's setup is
// another; pages may then be rendered by many at once.
type Renderer struct {
	theme  *themes.Theme
	frames *themes.Frames
	setup  *content.Setup
	at     themes.Site
	seeds  [2]maphash.Seed // of the hashes of pages

	// written has the entries of Atom feeds as they were written, by *site.Entry, until Forget: an
	// entry stands in the feeds of its case, its services and its month.
	written sync.Map
}

// New makes a renderer. It is dear: the theme's templates are prepared once, for each language when
// it is first used.
func New(theme *themes.Theme, prose *markdown.Converter) *Renderer {
	r := &Renderer{seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}}
	r.theme = theme.WithProse(Prose(prose, func() themes.Paths { return r.frames.Paths() }))
	return r
}

// Setup makes the frames of a desk's pages. Where nothing has changed since the last time it does
// nothing.
func (r *Renderer) Setup(setup *content.Setup, at themes.Site) error {
	if r.setup == setup && r.at.BaseURL == at.BaseURL && r.at.Links == at.Links && r.at.Finds == at.Finds && bytes.Equal(r.at.Logo, at.Logo) {
		return nil
	}
	frames, err := r.theme.Frames(setup, at)
	if err != nil {
		return fmt.Errorf("prepare theme: %w", err)
	}
	r.frames, r.setup, r.at = frames, setup, at
	return nil
}

// Forget drops what is kept of a plan's views. It comes when all pages of a plan are rendered.
func (r *Renderer) Forget() { r.written.Clear() }

// Prose turns into HTML what stands in a view as text: of the follow page, which the intake shows
// too.
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

// Look is the hash of the theme and of what frames share.
func (r *Renderer) Look() string { return r.frames.Look() }

// Rule is what a promise says, in a sentence; "" where the theme has no words for it.
func (r *Renderer) Rule(p *content.Promise, lang string) string {
	rule, err := r.theme.Rule(p, lang)
	if err != nil {
		return ""
	}
	return rule
}

// Word is what the theme has for a key without values; "" where it has nothing.
func (r *Renderer) Word(key, lang string) string {
	l := r.theme.Locale(lang)
	if l == nil {
		return ""
	}
	word, _ := l.T(key)
	return word
}

// Pages renders pages as the renderer does now. It is immutable.
type Pages struct {
	theme  *themes.Theme
	frames *themes.Frames
}

// Pages returns how pages are rendered now, whatever setup comes later.
func (r *Renderer) Pages() Pages { return Pages{r.theme, r.frames} }

// Page renders a page of a layout, at its place and with its view, into a buffer.
func (p Pages) Page(b *bytes.Buffer, layout string, at themes.Place, view any) error {
	return p.theme.Render(b, layout, themes.Page{Frame: p.frames.Frame(at), View: view})
}

// Page renders a page with its view into a buffer, which the caller may use again for the next.
func (r *Renderer) Page(b *bytes.Buffer, p *site.Page, view any) error {
	if err := r.page(b, p, view); err != nil {
		return fmt.Errorf("render %s: %w", p.File, err)
	}
	return nil
}

func (r *Renderer) page(b *bytes.Buffer, p *site.Page, view any) error {
	switch view := view.(type) {
	case []byte:
		b.Write(view)
		return nil
	case site.Feed:
		return r.feed(b, view)
	case statusapi.Document:
		return statusapi.Write(b, view)
	case site.Calendar:
		return r.calendar(b, view)
	case site.Badge:
		return r.badge(b, view)
	case site.Banner:
		return r.banner(b, view)
	case site.HistoryFeed:
		return r.historyFeed(b, view)
	default:
		return r.Pages().Page(b, p.Layout, placeOf(p), view)
	}
}

// placeOf returns all that a page's frame depends on besides the theme and the setup.
func placeOf(p *site.Page) themes.Place {
	place := themes.Place{
		Lang: p.Lang, Path: p.Path, Nav: p.Nav, Feed: p.Feed, NoIndex: p.Hidden,
		Private: p.Tree == site.FollowTree, Staff: p.Tree == site.StaffTree, Outage: p.Outage,
	}
	if p.AtomOnly {
		place.Formats = "atom"
	}
	return place
}
