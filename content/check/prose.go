package check

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"balie/content"
	"balie/content/load"
)

// Prose is what a text in Markdown leads to and how it is divided, as the package that converts it
// reads it.
type Prose struct {
	Links    []Link
	Headings []string // the ids that they have on an article's page
}

// Link is a link or an image in a text.
type Link struct {
	To    string // its address, without escapes
	At    int    // where that stands, in bytes from the text's beginning
	Image bool
	Words string // of an image: what it says to who can't see it
}

// proseReader reads texts, each once as long as the setup is the same.
type proseReader struct {
	read  func(text string) Prose
	known map[string]Prose // by text
}

// of reads a text. Most texts have neither links nor headings.
func (r *proseReader) of(text string) Prose {
	if !strings.Contains(text, "](") && !strings.Contains(text, "]:") && !strings.Contains(text, "#") {
		return Prose{}
	}
	p, known := r.known[text]
	if !known {
		p = r.read(text)
		r.known[text] = p
	}
	return p
}

// document is a text that is published, and where.
type document struct {
	file, text string
	lang       string           // its language
	page       string           // the address of its page, where relative links start; "" for none
	section    string           // of an article: where its pictures are
	dead       content.Severity // of what it leads to and is not there
}

// links checks where all texts lead: of articles and replies, and of what the public reads of
// incidents and maintenance. Those are history, so that a link in them that leads nowhere by now is
// a warning.
func (c *checker) links(t *content.Tree, l *load.Loaded, r *proseReader) {
	pages, used := newPages(t), map[*content.Picture]bool{}
	check := func(d document) {
		for _, link := range r.of(d.text).Links {
			c.link(d, link, l, pages, r, used)
		}
	}
	for _, s := range t.Sections {
		for _, a := range s.Articles {
			c.inEachLanguage(a, document{page: "/help/" + a.ID() + "/", section: s.ID, dead: content.Error}, check)
		}
	}
	for _, a := range t.Replies {
		c.inEachLanguage(a, document{dead: content.Error}, check)
	}
	for dir, events := range published(t) {
		for _, e := range events {
			d := document{file: e.Path, text: e.Body, lang: t.Site.Source(), page: "/" + dir + "/", dead: content.Warning}
			check(d)
			for lang, translation := range e.Translations {
				d.file, d.text, d.lang = translation.Path, translation.Body, lang
				check(d)
			}
		}
	}
	c.unusedPictures(used)
}

// published maps the directories of incidents and maintenance to their events.
func published(t *content.Tree) map[string][]*content.Event {
	all := map[string][]*content.Event{}
	for _, i := range t.Incidents {
		all[i.Dir] = i.Events
	}
	for _, m := range t.Maintenance {
		all[m.Dir] = m.Events
	}
	return all
}

func (c *checker) inEachLanguage(a *content.Article, d document, check func(document)) {
	d.file, d.text, d.lang = a.Path, a.Body, c.Site.Source()
	check(d)
	for lang, p := range a.Translations {
		d.file, d.text, d.lang = p.Path, p.Body, lang
		check(d)
	}
}

// unusedPictures finds pictures that no text shows.
func (c *checker) unusedPictures(used map[*content.Picture]bool) {
	for _, s := range c.Sections {
		for _, p := range s.Pictures {
			shown := slices.ContainsFunc(s.Pictures, func(other *content.Picture) bool { return other.Name == p.Name && used[other] })
			if !shown && p.Width > 0 {
				c.warn(p.Path, "", content.CodePicture, "show it in an article: ![what it shows]("+p.Name+"), or take it out", "no text shows this picture")
			}
		}
	}
}

// link checks one link or image.
func (c *checker) link(d document, link Link, l *load.Loaded, pages *pages, r *proseReader, used map[*content.Picture]bool) {
	address, fragment, ok := c.onSite(d, link)
	if !ok {
		return
	}
	found := func(code string, severity content.Severity, hint, format string, args ...any) {
		c.error(d.file, "", code, hint, format, args...)
		p := &c.problems[len(c.problems)-1]
		p.Severity = severity
		p.Line, p.Column = load.PositionInText(l.Files(), d.file, d.text, link.At)
	}
	picture := c.Picture("", address, d.lang)
	if picture != nil {
		used[picture] = true
	}
	switch {
	case link.Image && picture == nil && !isFile(address):
		found(content.CodeDeadLink, d.dead, c.nearestPicture(address), "a picture that is not there: %s", link.To)
	case link.Image && strings.TrimSpace(link.Words) == "":
		found(content.CodePicture, d.dead, "say between the brackets what it shows, for who can't see it: ![…]("+link.To+")", "a picture without words")
	case link.Image || picture != nil || isFile(address):
	case !pages.has(address):
		found(content.CodeDeadLink, d.dead, pages.nearest(address), "a link to a page that is not there: %s", link.To)
	case fragment != "":
		if headings, known := c.headings(address, d.lang, r); known && !slices.Contains(headings, fragment) {
			found(content.CodeDeadLink, d.dead, nearestHeading(fragment, headings), "a link to a heading that is not there: %s", link.To)
		}
	}
}

// onSite returns the path on the site and the fragment to which a link leads, without language; ok
// is false where it leads elsewhere.
func (c *checker) onSite(d document, link Link) (address, fragment string, ok bool) {
	to := link.To
	if base := strings.TrimSuffix(c.Site.BaseURL, "/"); base != "" && strings.HasPrefix(to, base+"/") && !link.Image {
		to = to[len(base):]
	}
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Opaque != "" || strings.HasPrefix(to, `\`) {
		return "", "", false
	}
	switch {
	case link.Image && d.section != "" && !strings.HasPrefix(u.Path, "/"):
		u = (&url.URL{Path: "/help/" + d.section + "/"}).ResolveReference(u)
	case d.page != "":
		u = (&url.URL{Path: d.page}).ResolveReference(u)
	case !strings.HasPrefix(u.Path, "/"):
		return "", "", false
	}
	return c.withoutLanguage(u.Path), u.Fragment, true
}

// withoutLanguage cuts off the directory of a language that is not the source.
func (c *checker) withoutLanguage(address string) string {
	for _, lang := range c.Site.Languages[1:] {
		if rest, ok := strings.CutPrefix(address, "/"+lang+"/"); ok {
			return "/" + rest
		}
	}
	return address
}

// headings are the ids in the article at an address, as it is in a language; known is false where
// there is no article.
func (c *checker) headings(address, lang string, r *proseReader) (ids []string, known bool) {
	a := c.Article(strings.Trim(strings.TrimPrefix(address, "/help/"), "/"))
	if a == nil {
		return nil, false
	}
	if t := a.Translations[lang]; t != nil {
		return r.of(t.Body).Headings, true
	}
	return r.of(a.Body).Headings, true
}

func nearestHeading(id string, ids []string) string {
	if len(ids) == 0 {
		return "that text has no headings: end the address before its #"
	}
	known := make([]string, len(ids))
	for i := range ids {
		known[i] = "#" + ids[i]
	}
	return content.Nearest("#"+id, known, "its headings are ")
}

// nearestPicture names the pictures of the section that is meant.
func (c *checker) nearestPicture(address string) string {
	dir, name := path.Split(address)
	section := strings.Trim(strings.TrimPrefix(dir, "/help/"), "/")
	i := slices.IndexFunc(c.Sections, func(s *content.Section) bool { return s.ID == section })
	if i < 0 {
		return "pictures stand beside articles; name one by its address, such as /help/paying/shot.png"
	}
	var known []string
	for _, p := range c.Sections[i].Pictures {
		if p.Lang == "" {
			known = append(known, p.Name)
		}
	}
	if len(known) == 0 {
		return fmt.Sprintf("put it beside the articles, as articles/%s/%s", section, name)
	}
	return content.Nearest(name, known, fmt.Sprintf("articles/%s has ", section))
}
