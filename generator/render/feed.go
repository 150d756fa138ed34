package render

import (
	"html"
	"io"

	"balie/generator/feed"
	"balie/generator/site"
	"balie/themes"
)

// feed puts the words of its language into a feed and writes it.
func (r *Renderer) feed(w io.Writer, v site.Feed) error {
	l := r.theme.Locale(v.Lang)
	if l == nil {
		l = r.theme.Locale("en")
	}
	title, err := feedTitle(l, v)
	if err != nil {
		return err
	}
	f := feed.Feed{
		ID: v.ID, Title: title, Lang: v.Lang, Author: v.Author, Home: v.Home, Self: v.Self,
		Began: v.Began, Archive: v.Archive, Current: v.Current, Newer: v.Newer, Older: v.Older, Entries: make([]feed.Entry, len(v.Entries)),
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

// entry is one update. What has not been translated stands in its own language, its title as a
// whole.
func (r *Renderer) entry(l *themes.Locale, e *site.Entry) (feed.Entry, error) {
	out := feed.Entry{ID: e.ID, TitleLang: e.Case.Lang, Link: e.Link, HTML: e.HTML, Text: e.Summary, Lang: e.Lang, Published: e.Published, Updated: e.Updated}
	var err error
	if out.Title, err = r.title(l, e); err != nil || e.Planned == nil {
		return out, err
	}
	planned, err := l.T("maintenance.planned", "from", l.FullAt(e.Planned.Start), "to", l.FullAt(e.Planned.End))
	lang := ""
	if e.Lang != "" {
		lang = ` lang="` + html.EscapeString(l.Lang) + `"`
	}
	out.HTML = "<p" + lang + ">" + html.EscapeString(planned) + "</p>\n" + out.HTML
	return out, err
}

func (r *Renderer) title(l *themes.Locale, e *site.Entry) (string, error) {
	if own := r.theme.Locale(e.Case.Lang); own != nil {
		l = own
	}
	kind, err := l.T("kind." + string(e.Kind))
	if err != nil {
		return "", err
	}
	return l.T("feed.entry", "case", e.Case.Text, "kind", kind)
}
