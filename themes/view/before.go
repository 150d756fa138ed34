package view

import (
	"strings"

	"balie/content"
)

// WithBefore returns a form's view with what the customer did before: what they searched for, and
// the article that did not help; nil for nothing. Their words are the subject, where that is typed
// and empty, and they are not asked to search once more.
func (s Setting) WithBefore(v Form, searched *content.Searched, article *content.Article) Form {
	if searched != nil {
		v.Before.Query, v.Before.Offered = searched.Query, strings.Join(searched.Offered, ",")
	}
	if article != nil {
		v.Before.Article = article.Section + "/" + article.Slug
		v.Before.About, v.Before.Lang = s.titleOf(article)
		v.Before.URL = s.Pages + s.in(s.Lang, "/help/"+v.Before.Article+"/")
	}
	v.Search = v.Search && searched == nil && article == nil
	for i := range v.Fields {
		f := &v.Fields[i]
		if f.Role == content.SubjectRole && f.Type == content.TextField && f.Value == "" {
			f.Value = firstRunes(v.Before.Query, f.MaxLength)
		}
	}
	return v
}

// titleOf returns an article's title in the page's language or, with that language's tag, the
// source's.
func (s Setting) titleOf(a *content.Article) (title, lang string) {
	if t := a.Translations[s.Lang]; t != nil && t.Title != "" {
		return t.Title, ""
	}
	if s.Lang == s.source() {
		return a.Title, ""
	}
	return a.Title, s.source()
}

func firstRunes(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
