package ingest

import (
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"balie/content"
	"balie/content/desk"
	"balie/themes"
)

// siteContext is what is made once of a setup: the frames of its pages, its promises, and its
// addresses.
type siteContext struct {
	setup        *content.Setup
	theme        *themes.Theme
	frames       *themes.Frames
	desk         *desk.Desk
	site         string // the site's address without its last slash
	intake       string // the intake's, likewise
	sitePrefix   string // what a link to a built page begins with
	intakePrefix string // what a link to a page of the intake begins with
}

// newSiteContext compiles a setup.
func (h *Handler) newSiteContext(t *content.Tree, theme *themes.Theme) (*siteContext, error) {
	site := strings.TrimSuffix(cmp.Or(h.BaseURL, t.Site.BaseURL), "/")
	o := &siteContext{setup: t.Setup, theme: theme, site: site, intake: strings.TrimSuffix(cmp.Or(h.IntakeURL, t.Site.IntakeURL, site), "/")}
	o.intakePrefix = themes.NewPaths("", o.intake).Prefix
	place := themes.Site{BaseURL: o.intake}
	if o.intake == o.site {
		o.sitePrefix = o.intakePrefix
	} else {
		o.sitePrefix = o.site
		place.Links = o.site
	}
	if logo := t.Site.Brand.Logo; logo != "" {
		place.Logo, _ = fs.ReadFile(h.Files(), logo) // without the file, pages have no logo
	}
	var err error
	if o.frames, err = theme.Frames(t.Setup, place); err != nil {
		return nil, fmt.Errorf("make frames: %w", err)
	}
	if o.desk, err = desk.New(t.Setup); err != nil {
		return nil, fmt.Errorf("read promises: %w", err)
	}
	return o, nil
}

// render executes a page.
func (o *siteContext) render(p page) ([]byte, error) {
	frame := o.frames.Frame(p.place)
	if frame.Canonical != "" { // the built page is the one to be found by
		frame.Canonical = o.site + o.in(p.place.Lang, p.place.Path)
	}
	var b bytes.Buffer
	if err := o.theme.Render(&b, p.layout, themes.Page{Frame: frame, View: p.view}); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// in is a path in a language.
func (o *siteContext) in(lang, path string) string {
	return themes.Paths{Source: o.setup.Site.Source()}.URL(lang, path)
}

// asset serves what the intake's own pages load.
func (c *call) asset(w http.ResponseWriter) error {
	for _, a := range c.frames.Assets() {
		if a.Path != "assets/"+c.r.PathValue("file") {
			continue
		}
		w.Header().Set("Content-Type", assetType(a.Path))
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable") // its name has its content's hash
		return write(w, http.StatusOK, a.Data)
	}
	return notFound("file")
}

func assetType(name string) string {
	switch ext := path.Ext(name); ext {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	default:
		return "image/" + ext[1:]
	}
}
