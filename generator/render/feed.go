package render

import (
	"io"

	"balie/content"
	"balie/generator/feed"
	"balie/generator/site"
	"balie/themes"
)

// feed puts the words of its language into a feed and writes it.
func (r *Renderer) feed(w io.Writer, v site.Feed) error {
	l := r.locale(v.Lang)
	f := feed.Feed{
		ID: v.ID, Lang: v.Lang, Author: v.Author, Home: v.Home, Self: v.Self, Sheet: r.frames.FeedStylesheet(),
		Began: v.Began, Archive: v.Archive, Current: v.Current, Newer: v.Newer, Older: v.Older, Entries: make([]feed.Entry, len(v.Entries)),
	}
	var err error
	if f.Title, err = feedTitle(l, v); err != nil {
		return err
	}
	if f.About, f.ToHome, err = feedWords(l); err != nil {
		return err
	}
	atom := feed.Format(v.Format) == feed.Atom
	for i, e := range v.Entries {
		if written, ok := r.written.Load(e); atom && ok {
			f.Entries[i] = feed.Entry{Published: e.Published, Updated: e.Updated, Written: written.([]byte)}
		} else if f.Entries[i], err = r.entry(l, e); err != nil {
			return err
		}
	}
	if err := f.Write(w, feed.Format(v.Format)); err != nil || !atom {
		return err
	}
	for i, e := range v.Entries {
		r.written.Store(e, f.Entries[i].Written)
	}
	return nil
}

func feedTitle(l *themes.Locale, v site.Feed) (string, error) {
	name := v.Name.Text
	if v.Archive {
		return l.T("feed.title."+v.Scope+".month", "desk", v.Author, "name", name, "month", l.Month(v.Month))
	}
	return l.T("feed.title."+v.Scope, "desk", v.Author, "name", name)
}

// feedWords are for who opens a feed in a browser.
func feedWords(l *themes.Locale) (about, toHome string, err error) {
	var words [3]string
	for i, key := range []string{"feed.what", "feed.how", "feed.page"} {
		if words[i], err = l.T(key); err != nil {
			return "", "", err
		}
	}
	return words[0] + " " + words[1], words[2], nil
}

// entry is one update. What has not been translated stands in its own language, its title as a
// whole.
func (r *Renderer) entry(l *themes.Locale, e *site.Entry) (feed.Entry, error) {
	out := feed.Entry{ID: e.ID, TitleLang: e.Case.Lang, Link: e.Link, Text: e.Summary, Lang: e.Lang, Published: e.Published, Updated: e.Updated}
	var err error
	if out.Title, err = r.title(l, e.Case, e.Kind); err != nil {
		return out, err
	}
	out.HTML, err = entryHTML(l, e)
	return out, err
}

func (r *Renderer) title(l *themes.Locale, title site.Words, kind content.Kind) (string, error) {
	if own := r.theme.Locale(title.Lang); own != nil {
		l = own
	}
	word, err := l.T("kind." + string(kind))
	if err != nil {
		return "", err
	}
	return l.T("feed.entry", "case", title.Text, "kind", word)
}
