package check

import (
	"path"
	"slices"
	"strings"

	"balie/content"
)

// pages are the addresses of a site's pages, without language. Package site plans them; a test
// there holds this list to that plan.
type pages struct {
	known []string // of all but cases
	tree  *content.Tree
}

// fixedPages are on every site, or on none that this can tell.
var fixedPages = []string{"/", "/contact/", "/follow/", "/history/", "/search/", "/programs/", "/embed/", "/promises/", "/queue/", "/help/"}

func newPages(t *content.Tree) *pages {
	p := &pages{tree: t, known: slices.Clone(fixedPages)}
	if len(t.Policies) == 0 {
		p.known = slices.DeleteFunc(p.known, func(page string) bool { return page == "/promises/" || page == "/queue/" })
	}
	if len(t.Sections) == 0 {
		p.known = slices.DeleteFunc(p.known, func(page string) bool { return page == "/help/" })
	}
	if t.Site != nil && t.Site.Mail != nil {
		p.known = append(p.known, "/t/lost/")
	}
	for _, s := range t.Sections {
		p.known = append(p.known, "/help/"+s.ID+"/")
		for _, a := range s.Articles {
			p.known = append(p.known, "/help/"+a.ID()+"/")
		}
	}
	for _, f := range t.Forms {
		p.known = append(p.known, "/forms/"+f.ID+"/")
	}
	t.EachService(func(_, s *content.Service) { p.known = append(p.known, "/services/"+s.ID+"/") })
	return p
}

// HasPage reports whether a site has a page at an address without language, by what its records
// say.
func HasPage(t *content.Tree, address string) bool { return newPages(t).has(address) }

// filesBeside are files that stand beside pages and on the site's root.
var filesBeside = []string{"feed.rss", "history.atom", "history.rss", "feed.json", "maintenance.ics", "embed.json", "embed.js", "sitemap.xml", "robots.txt", "404.html"}

// has reports whether there is a page, or a file beside one. A page may be named without its last
// slash.
func (p *pages) has(address string) bool {
	if dir, file := path.Split(address); slices.Contains(filesBeside, file) || strings.HasPrefix(file, "feed") && path.Ext(file) == ".atom" {
		address = dir
	}
	if !strings.HasSuffix(address, "/") {
		address += "/"
	}
	kind, id, _ := strings.Cut(strings.Trim(address, "/"), "/")
	switch {
	case slices.Contains(p.known, address):
		return true
	case kind == "incidents":
		i := p.tree.Incident(id)
		return i != nil && i.Public() || strings.HasSuffix(id, ".json")
	case kind == "maintenance":
		return slices.ContainsFunc(p.tree.Maintenance, func(m *content.Maintenance) bool { return m.Dir == kind+"/"+id })
	case kind == "history": // of a month, or a feed's archive
		return id != ""
	}
	return false
}

// isFile reports whether an address is that of a file which nothing here knows.
func isFile(address string) bool {
	return slices.ContainsFunc([]string{"/assets/", "/brand/", "/badges/", "/api/", "/t/"}, func(dir string) bool { return strings.HasPrefix(address, dir) })
}

// nearest says which page is likely meant: one with the same last name, else one that is spelt
// nearly so.
func (p *pages) nearest(address string) string {
	known := p.known
	if kind, _, _ := strings.Cut(strings.Trim(address, "/"), "/"); kind == "incidents" || kind == "maintenance" {
		known = nil
		for _, i := range p.tree.Incidents {
			if i.Public() {
				known = append(known, "/"+i.Dir+"/")
			}
		}
		for _, m := range p.tree.Maintenance {
			known = append(known, "/"+m.Dir+"/")
		}
	}
	last := strings.TrimSuffix(path.Base(address), path.Ext(address))
	best := ""
	for _, page := range known {
		if page != "/" && path.Base(page) == last {
			best = page
		}
	}
	if best == "" {
		best = content.Closest(address, known)
	}
	if best == "" {
		return "write the address of a page that there is, such as /contact/, or take the link out"
	}
	return "did you mean " + best + "?"
}
