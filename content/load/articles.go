package load

import (
	"cmp"
	"fmt"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"balie/content"
)

// texts reads articles and replies into the setup as they are written, and returns the setup with
// them as they are to be shown.
func (r *setupReader) texts() (shown *content.Setup) {
	again := *r.setup
	r.articles(&again)
	r.replies(&again)
	if r.broken == nil {
		return r.setup
	}
	return &again
}

func (r *setupReader) articles(shown *content.Setup) {
	files, dirs := r.top("articles")
	for _, f := range files {
		r.unread("articles/"+f, "articles are in sections: articles/<section>/<slug>.md")
	}
	for _, id := range dirs {
		dir := "articles/" + id
		if !content.IsSlug(id) {
			r.problem(dir, content.CodeName, content.SlugHint, "%q is no name for a section", id)
		}
		written, good := r.section(dir, id)
		files, dirs := r.list(dir)
		texts, pictures := splitPictures(files)
		written.Articles, good.Articles = r.articlesIn(dir, id, texts, dirs)
		written.Pictures, good.Pictures = r.pictures(dir, pictures)
		r.setup.Sections, shown.Sections = append(r.setup.Sections, written), append(shown.Sections, good)
	}
	byOrder := func(a, b *content.Section) int { return cmp.Compare(orderOf(a.Order), orderOf(b.Order)) }
	slices.SortStableFunc(r.setup.Sections, byOrder)
	slices.SortStableFunc(shown.Sections, byOrder)
}

// section reads what a section says of itself, as it is written and as it is to be shown.
func (r *setupReader) section(dir, id string) (written, shown *content.Section) {
	plain := content.Section{ID: id, Title: content.Text{r.languages[0]: titleOf(id)}}
	if !r.hasFile(dir + "/section.yaml") {
		again := plain
		return &plain, &again
	}
	read := func(file string) content.Section {
		s := content.Section{ID: id}
		r.decode(file, &s)
		if s.Title == nil {
			s.Title = plain.Title
		}
		return s
	}
	now, good := readShown(&r.fileReader, dir+"/section.yaml", read)
	if good.ID == "" {
		good = plain
	}
	return &now, &good
}

func (r *setupReader) replies(shown *content.Setup) {
	files, dirs := r.top("replies")
	r.setup.Replies, shown.Replies = r.articlesIn("replies", "", files, dirs)
}

// checkPlaceholders refuses a placeholder in a canned reply that nothing fills. The body is what
// the file ends with.
func (r *setupReader) checkPlaceholders(file, body string) {
	text, _ := r.readChecked(file, MaxProse)
	text = content.PlainLines("x" + text) // whose first lines stay, empty or not
	above := strings.Count(text[:max(0, len(text)-len(body))], "\n")
	known := content.Placeholder("").Words()
	for _, p := range content.CutCanned(body) {
		if p.Placeholder == "" || slices.Contains(known, string(p.Placeholder)) {
			continue
		}
		r.problem(file, content.CodeWord, content.Nearest(string(p.Placeholder), known, "known here: ")+"; {{"+string(p.Placeholder)+"}} stands for itself", "nothing fills %s", p.Text)
		last := &r.problems[len(r.problems)-1]
		last.Line, last.Column = above+p.Line, p.Column
	}
}

const articleHint = "name it <slug>.md, in small letters, digits and dashes, or <slug>.<language>.md where it is a translation"

// articlesIn reads the articles of a directory with their translations, as they are written and as
// they are to be shown.
func (r *setupReader) articlesIn(dir, section string, files, dirs []string) (written, shown []*content.Article) {
	bySlug := map[string][2]*content.Article{}
	var translations []string
	for _, f := range files {
		slug, lang, ok := articleName(f)
		switch {
		case section != "" && f == "section.yaml":
		case !ok:
			r.problem(path.Join(dir, f), content.CodeName, articleHint, "%q is no name for an article", f)
		case lang == "":
			now, good := readShown(&r.fileReader, path.Join(dir, f), func(file string) *content.Prose { return r.article(file, titleOf(slug)) })
			pair := [2]*content.Article{newArticle(section, slug, now), newArticle(section, slug, good)}
			bySlug[slug] = pair
			written = append(written, pair[0])
			if good != nil {
				shown = append(shown, pair[1])
			}
		default:
			translations = append(translations, f)
		}
	}
	for _, d := range dirs {
		r.unread(path.Join(dir, d), "articles stand directly in their section")
	}
	for _, f := range translations {
		r.translateArticle(path.Join(dir, f), bySlug)
	}
	byOrder := func(a, b *content.Article) int { return cmp.Compare(orderOf(a.Order), orderOf(b.Order)) }
	slices.SortStableFunc(written, byOrder)
	slices.SortStableFunc(shown, byOrder)
	return written, shown
}

func newArticle(section, slug string, p *content.Prose) *content.Article {
	if p == nil {
		return nil
	}
	return &content.Article{Section: section, Slug: slug, Prose: *p, Translations: map[string]*content.Prose{}}
}

// articleName reads <slug>.md or <slug>.<language>.md.
func articleName(file string) (slug, lang string, ok bool) {
	stem, ok := strings.CutSuffix(file, ".md")
	slug, lang, translated := strings.Cut(stem, ".")
	return slug, lang, ok && content.IsSlug(slug) && (!translated || content.IsLanguage(lang))
}

// translateArticle reads a translation of an article, which counts as not written where there is
// none.
func (r *setupReader) translateArticle(file string, bySlug map[string][2]*content.Article) {
	slug, lang, _ := articleName(path.Base(file))
	pair, there := bySlug[slug]
	if !there {
		r.problem(file, content.CodeTranslation, fmt.Sprintf("add %s.md in the source language (%s), or take this one out", slug, r.languages[0]), "a translation without its source")
		return
	}
	if problem, hint := r.checkLanguage(slug, lang); problem != "" {
		r.problem(file, content.CodeUnknownLanguage, hint, "%s", problem)
		return
	}
	now, good := readShown(&r.fileReader, file, func(file string) *content.Prose { return r.article(file, pair[0].Title) })
	pair[0].Translations[lang] = now
	if pair[1] != nil && good != nil {
		pair[1].Translations[lang] = good
	}
}

var firstHeading = regexp.MustCompile(`^# +(\S.*?)[ \t]*#*[ \t]*(?:\n|$)`)

// article reads one language of an article. Without a title in its front matter its first heading
// is the title, else absent.
func (r *setupReader) article(file, absent string) *content.Prose {
	p := &content.Prose{Path: file}
	front, body, ok := r.readProse(file)
	if !ok {
		return p
	}
	if front != "" {
		d := &decoder{reading: r.reading, file: file, above: 1}
		if n := d.parse(front); n != nil {
			d.record(n, reflect.ValueOf(p).Elem(), "")
		}
		r.problems = append(r.problems, d.problems...)
	}
	p.Whole = body
	if strings.HasPrefix(file, "replies/") {
		r.checkPlaceholders(file, body)
	}
	if m := firstHeading.FindStringSubmatch(body); m != nil && (p.Title == "" || p.Title == m[1]) {
		p.Title, body = m[1], body[len(m[0]):]
	}
	if p.Title == "" {
		p.Title = absent
	}
	p.Body = content.PlainLines(body)
	return p
}

// titleOf makes a title of a slug, which is ASCII.
func titleOf(slug string) string {
	s := strings.ReplaceAll(slug, "-", " ")
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
