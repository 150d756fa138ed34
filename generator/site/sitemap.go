package site

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"time"

	"balie/generator/headers"
)

// sitemapLimit is how many addresses a sitemap may have (https://www.sitemaps.org/protocol.html,
// 50,000), less some.
const sitemapLimit = 45_000

// part is one file of addresses: the pages that are no case, or the cases of one year.
type part struct {
	name  string
	pages []listed
}

type listed struct {
	lang, path string
	changed    time.Time
}

// sitemap plans robots.txt, an index of the parts, and the parts: so that a new update touches one
// of them. Beside them stands what static hosts are told.
func (m *Plan) sitemap(pages []Page) {
	parts := m.parts(pages)
	for _, p := range parts {
		m.addBytes(p.name, func() []byte { return m.urlset(p) })
	}
	m.addBytes("sitemap.xml", func() []byte { return m.sitemapIndex(parts) })
	m.addBytes("robots.txt", m.robots)
	m.addBytes("_headers", m.headers)
}

func (m *Plan) addBytes(file string, data func() []byte) {
	m.pages = append(m.pages, Page{File: file, View: plain(func() any { return data() })})
}

// robots leaves the search pages out: what they find has pages of its own.
func (m *Plan) robots() []byte {
	var b bytes.Buffer
	b.WriteString("User-agent: *\n")
	for _, lang := range m.Tree.Site.Languages {
		b.WriteString("Disallow: " + m.url(lang, "/search/") + "\n")
	}
	b.WriteString("Sitemap: " + m.base + "/sitemap.xml\n")
	return b.Bytes()
}

func (m *Plan) headers() []byte {
	everywhere := headers.Everywhere(headers.Origins(m.Tree.Site.IntakeURL), m.Tree.Site.Guard.WantsProof())
	rules := slices.Concat([]headers.Rule{everywhere}, headers.Files(), headers.Framed(m.Tree.Site.Languages[1:]))
	return headers.File(m.paths.Prefix, rules...)
}

// parts lists some pages and those of all cases, cut where a file would have too many.
func (m *Plan) parts(pages []Page) []*part {
	list := &part{name: "sitemap-pages.xml"}
	for _, p := range pages {
		if p.Layout != "" && !p.Hidden {
			list.pages = append(list.pages, listed{p.Lang, p.Path, time.Time{}})
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
			m.list(year, &f.caseFacts)
		}
		for _, f := range c.maintenance {
			m.list(year, &f.caseFacts)
		}
	}
	return split(parts)
}

func (m *Plan) list(p *part, f *caseFacts) {
	for _, lang := range m.Tree.Site.Languages {
		p.pages = append(p.pages, listed{lang, f.path, f.last})
	}
}

// split cuts the parts that are too long.
func split(parts []*part) []*part {
	var list []*part
	for _, p := range parts {
		for n := 0; len(p.pages) > sitemapLimit; n++ {
			list = append(list, &part{name: fmt.Sprintf("%s-%d.xml", p.name[:len(p.name)-4], n+1), pages: p.pages[:sitemapLimit]})
			p.pages = p.pages[sitemapLimit:]
		}
		list = append(list, p)
	}
	return list
}

const sitemapSpace = "http://www.sitemaps.org/schemas/sitemap/0.9"

func (m *Plan) urlset(p *part) []byte {
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

func (m *Plan) sitemapIndex(parts []*part) []byte {
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
