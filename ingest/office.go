package ingest

import (
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"net/http"
	"strings"

	"balie/content"
	"balie/content/desk"
	"balie/themes"
)

// office is what is made once of a setup: the frames of its pages, its promises, and where it stands.
type office struct {
	setup  *content.Setup
	theme  *themes.Theme
	frames *themes.Frames
	desk   *desk.Desk
	site   string // the site's address without its last slash
	intake string // the intake's, likewise
	pages  string // what stands before the path of a built page in a link
	own    string // likewise of what the intake serves itself
}

// open makes an office.
func (h *Handler) open(t *content.Tree, theme *themes.Theme) (*office, error) {
	site := strings.TrimSuffix(cmp.Or(h.BaseURL, t.Site.BaseURL), "/")
	o := &office{setup: t.Setup, theme: theme, site: site, intake: strings.TrimSuffix(cmp.Or(h.IntakeURL, t.Site.IntakeURL, site), "/")}
	o.own = themes.NewPaths("", o.intake).Prefix
	place := themes.Site{BaseURL: o.intake}
	if o.intake == o.site {
		o.pages = o.own
	} else {
		o.pages = o.site
		place.Links = o.site
	}
	if logo := t.Site.Brand.Logo; logo != "" {
		place.Logo, _ = fs.ReadFile(h.Files(), logo) // a logo that is not there is said by check; the pages do without
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
func (o *office) render(p page) ([]byte, error) {
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
func (o *office) in(lang, path string) string {
	return themes.Paths{Source: o.setup.Site.Source()}.URL(lang, path)
}

// asset serves what the intake's own pages load.
func (c *call) asset(w http.ResponseWriter) error {
	for _, a := range c.frames.Assets() {
		if a.Path != "assets/"+c.r.PathValue("file") {
			continue
		}
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		if !strings.HasSuffix(a.Path, ".css") {
			w.Header().Set("Content-Type", imageType(a.Path))
		}
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable") // its name has its content's hash
		return write(w, http.StatusOK, a.Data)
	}
	return notFound("file")
}

func imageType(name string) string {
	if strings.HasSuffix(name, ".svg") {
		return "image/svg+xml"
	}
	return "image/" + name[strings.LastIndexByte(name, '.')+1:]
}
