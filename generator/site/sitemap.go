package site

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"time"

	"balie/generator/headers"
)

// sitemapLimit is how many addresses a sitemap may have (https://www.sitemaps.org/protocol.html, 50,000), less some.
const sitemapLimit = 45_000

// part is one file of addresses: the pages that are no case, or the cases of one year.
type part struct {
	name  string
	pages []listed
	rows  serials
}

type listed struct {
	lang, path string
	changed    time.Time
}

type sitemapKey struct {
	common uint64
	name   string
	rows   string
}

// sitemap plans robots.txt, an index of the parts, and the parts: so that a new update touches one of them. Beside them stands what static hosts are told.
func (m *plan) sitemap() {
	parts := m.parts()
	var names serials
	for _, p := range parts {
		names = append(append(names, p.name...), 0)
		m.pages = append(m.pages, Page{File: p.name, Key: sitemapKey{m.common.serial, p.name, string(p.rows)}, View: func() any { return m.urlset(p) }})
	}
	m.pages = append(m.pages,
		Page{File: "sitemap.xml", Key: sitemapKey{m.common.serial, "sitemap.xml", string(names)}, View: func() any { return m.sitemapIndex(parts) }},
		Page{File: "robots.txt", Key: sitemapKey{m.common.serial, "robots.txt", ""}, View: func() any { return m.robots() }},
		Page{File: "_headers", Key: sitemapKey{m.common.serial, "_headers", ""}, View: func() any { return m.headers() }})
}

// robots leaves the search pages out: what they find has pages of its own.
func (m *plan) robots() []byte {
	var b bytes.Buffer
	b.WriteString("User-agent: *\n")
	for _, lang := range m.Tree.Site.Languages {
		b.WriteString("Disallow: " + m.url(lang, "/search/") + "\n")
	}
	b.WriteString("Sitemap: " + m.base + "/sitemap.xml\n")
	return b.Bytes()
}

func (m *plan) headers() []byte {
	everywhere := headers.Everywhere(headers.Origins(m.Tree.Site.IntakeURL))
	return headers.File(m.paths.Prefix, append([]headers.Rule{everywhere}, headers.Files()...)...)
}

// parts lists what has been planned, cut where a file would have too many.
func (m *plan) parts() []*part {
	list := &part{name: "sitemap-pages.xml"}
	for _, p := range m.pages {
		_, isCase := p.Key.(caseKey)
		if p.Layout != "" && !p.Hidden && !isCase {
			list.add(listed{p.Lang, p.Path, time.Time{}}, p.Path+p.Lang)
		}
	}
	parts := []*part{list}
	var year *part
	for _, c := range m.months {
		number := int(c.month) / 12
		if year == nil || year.name != fmt.Sprintf("sitemap-%d.xml", number) {
			year = &part{name: fmt.Sprintf("sitemap-%d.xml", number)}
			parts = append(parts, year)
		}
		for _, f := range c.incidents {
			m.list(year, &f.story)
		}
		for _, f := range c.maintenance {
			m.list(year, &f.story)
		}
	}
	return split(parts)
}

func (p *part) add(l listed, mark string) {
	p.pages = append(p.pages, l)
	p.rows = append(append(p.rows, mark...), 0)
}

func (m *plan) list(p *part, s *story) {
	for _, lang := range m.Tree.Site.Languages {
		p.pages = append(p.pages, listed{lang, s.path, s.last})
	}
	p.rows = p.rows.add(s.serial)
}

// split cuts the parts that are too long.
func split(parts []*part) []*part {
	var list []*part
	for _, p := range parts {
		for n := 0; len(p.pages) > sitemapLimit; n++ {
			list = append(list, &part{name: fmt.Sprintf("%s-%d.xml", p.name[:len(p.name)-4], n+1), pages: p.pages[:sitemapLimit], rows: p.rows})
			p.pages = p.pages[sitemapLimit:]
		}
		list = append(list, p)
	}
	return list
}

const sitemapSpace = "http://www.sitemaps.org/schemas/sitemap/0.9"

func (m *plan) urlset(p *part) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=%q>\n", sitemapSpace)
	for _, l := range p.pages {
		b.WriteString("<url><loc>")
		_ = xml.EscapeText(&b, []byte(m.absolute(l.lang, l.path)))
		b.WriteString("</loc>")
		if !l.changed.IsZero() {
			b.WriteString("<lastmod>" + m.zoned(l.changed).Format(time.RFC3339) + "</lastmod>")
		}
		b.WriteString("</url>\n")
	}
	b.WriteString("</urlset>\n")
	return b.Bytes()
}

func (m *plan) sitemapIndex(parts []*part) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sitemapindex xmlns=%q>\n", sitemapSpace)
	for _, p := range parts {
		b.WriteString("<sitemap><loc>")
		_ = xml.EscapeText(&b, []byte(m.base+"/"+p.name))
		b.WriteString("</loc></sitemap>\n")
	}
	b.WriteString("</sitemapindex>\n")
	return b.Bytes()
}
