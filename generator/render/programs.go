package render

import (
	"io"
	"time"

	"balie/content"
	"balie/generator/badge"
	"balie/generator/banner"
	"balie/generator/calendarfile"
	"balie/generator/site"
	"balie/themes"
)

// locale has a language's words, or else English ones.
func (r *Renderer) locale(lang string) *themes.Locale {
	if l := r.theme.Locale(lang); l != nil {
		return l
	}
	return r.theme.Locale("en")
}

// calendar names a calendar and says of what is called off that it is.
func (r *Renderer) calendar(w io.Writer, v site.Calendar) error {
	l := r.locale(v.Lang)
	name := v.Desk
	if v.Service.Text != "" {
		name += " · " + v.Service.Text
	}
	title, err := l.T("calendar.title", "name", name)
	if err != nil {
		return err
	}
	c := calendarfile.Calendar{Name: title, URL: v.URL}
	for _, e := range v.Events {
		if e.Cancelled {
			e.Summary, err = r.title(l, site.Words{Text: e.Summary, Lang: e.TitleLang}, content.Cancelled)
			if err != nil {
				return err
			}
		}
		c.Events = append(c.Events, e.Event)
	}
	return calendarfile.Write(w, c)
}

func (r *Renderer) badge(w io.Writer, v site.Badge) error {
	word, err := r.locale(v.Lang).T("state." + string(v.State))
	if err != nil {
		return err
	}
	return badge.Write(w, badge.Badge{Name: v.Name.Text, State: v.State, Word: word, Lang: v.Lang})
}

func (r *Renderer) banner(w io.Writer, v site.Banner) error {
	if v.Outage == nil {
		return banner.Write(w, nil)
	}
	l, o := r.locale(v.Lang), v.Outage
	d := &banner.Document{Update: v.Update, Lang: v.Lang, Title: o.Title, TitleLang: o.Lang, URL: v.URL, Workaround: o.Workaround}
	if d.TitleLang == "" {
		d.TitleLang = v.Lang
	}
	var err error
	word := func(key string, args ...any) (text string) {
		if err == nil {
			text, err = l.T(key, args...)
		}
		return text
	}
	d.State, d.Stage, d.Close = word("state."+string(o.State)), word("answer."+string(o.Stage)), word("embed.close")
	if o.More > 0 {
		d.More = word("answer.more", "n", o.More)
	}
	// Who reads it does not have the line that tells of which zone a page's times are.
	clock := func(t time.Time) string { return l.At(t) + " (" + l.Zone(t) + ")" }
	switch {
	case o.Next == nil:
	case o.Next.Opens.IsZero():
		d.Next = word("next", "at", clock(o.Next.At))
	default:
		d.Next = word("next.closed", "at", clock(o.Next.Opens))
	}
	if err != nil {
		return err
	}
	return banner.Write(w, d)
}
