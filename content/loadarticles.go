package content

import (
	"cmp"
	"fmt"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

func (r *setupReader) articles() {
	files, dirs := r.top("articles")
	for _, f := range files {
		r.unread("articles/"+f, "articles are in sections: articles/<section>/<slug>.md")
	}
	for _, id := range dirs {
		dir := "articles/" + id
		if !isSlug(id) {
			r.problem(dir, codeName, slugHint, "%q is no name for a section", id)
		}
		s := &Section{ID: id}
		if r.has(dir + "/section.yaml") {
			r.decode(dir+"/section.yaml", s)
		}
		if s.Title == nil {
			s.Title = Text{r.languages[0]: titleOf(id)}
		}
		files, dirs := r.list(dir)
		s.Articles = r.articlesIn(dir, id, files, dirs)
		r.setup.Sections = append(r.setup.Sections, s)
	}
	slices.SortStableFunc(r.setup.Sections, func(a, b *Section) int { return cmp.Compare(orderOf(a.Order), orderOf(b.Order)) })
}

func (r *setupReader) replies() {
	files, dirs := r.top("replies")
	r.setup.Replies = r.articlesIn("replies", "", files, dirs)
}

// articlesIn reads the articles of a directory with their translations.
func (r *setupReader) articlesIn(dir, section string, files, dirs []string) []*Article {
	var articles []*Article
	bySlug := map[string]*Article{}
	var translations []string
	for _, f := range files {
		slug, lang, ok := articleName(f)
		switch {
		case section != "" && f == "section.yaml":
		case !ok:
			r.problem(path.Join(dir, f), codeName, "name it <slug>.md, in small letters, digits and dashes, or <slug>.<language>.md where it is a translation", "%q is no name for an article", f)
		case lang == "":
			a := &Article{Section: section, Slug: slug, Translations: map[string]*Prose{}}
			r.article(path.Join(dir, f), titleOf(slug), &a.Prose)
			bySlug[slug] = a
			articles = append(articles, a)
		default:
			translations = append(translations, f)
		}
	}
	for _, d := range dirs {
		r.unread(path.Join(dir, d), "articles stand directly in their section")
	}
	for _, f := range translations {
		slug, lang, _ := articleName(f)
		r.articleIn(path.Join(dir, f), slug, lang, bySlug[slug])
	}
	slices.SortStableFunc(articles, func(a, b *Article) int { return cmp.Compare(orderOf(a.Order), orderOf(b.Order)) })
	return articles
}

// articleName reads <slug>.md or <slug>.<language>.md.
func articleName(file string) (slug, lang string, ok bool) {
	stem, ok := strings.CutSuffix(file, ".md")
	slug, lang, translated := strings.Cut(stem, ".")
	return slug, lang, ok && isSlug(slug) && (!translated || isLanguage(lang))
}

// articleIn reads a translation of an article, which is nil where there is none.
func (r *setupReader) articleIn(file, slug, lang string, a *Article) {
	if a == nil {
		r.problem(file, codeTranslation, fmt.Sprintf("add %s.md in the source language (%s), or take this one out", slug, r.languages[0]), "a translation without its source")
		return
	}
	if problem, hint := r.checkLanguage(slug, lang); problem != "" {
		r.problem(file, codeUnknownLanguage, hint, "%s", problem)
		return
	}
	p := &Prose{}
	r.article(file, a.Title, p)
	a.Translations[lang] = p
}

var firstHeading = regexp.MustCompile(`^# +(\S.*?)[ \t]*#*[ \t]*(?:\n|$)`)

// article reads one language of an article; without a title in its front matter its first heading is the title, else absent.
func (r *setupReader) article(file, absent string, p *Prose) {
	p.Path = file
	front, body, ok := r.prose(file)
	if !ok {
		return
	}
	if front != "" {
		d := &decoder{reading: &r.reading, file: file, above: 1}
		if n := d.parse(front); n != nil {
			d.record(n, reflect.ValueOf(p).Elem(), "")
		}
		r.problems = append(r.problems, d.problems...)
	}
	p.whole = body
	if m := firstHeading.FindStringSubmatch(body); m != nil && (p.Title == "" || p.Title == m[1]) {
		p.Title, body = m[1], body[len(m[0]):]
	}
	if p.Title == "" {
		p.Title = absent
	}
	p.Body = plainLines(body)
}

// titleOf makes a title of a slug, which is ASCII.
func titleOf(slug string) string {
	s := strings.ReplaceAll(slug, "-", " ")
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
