package render

import (
	"html"
	"io"
	"strings"
	"time"

	"balie/content"
	"balie/generator/feed"
	"balie/generator/site"
	"balie/themes"
)

// historyFeed writes a feed as Statuspage has it. Its fixed words are English, since programs read
// them; what the desk wrote is in its own language.
func (r *Renderer) historyFeed(w io.Writer, v site.HistoryFeed) error {
	l := r.locale(v.Lang)
	h := feed.History{ID: v.ID, Page: v.Name, Lang: v.Lang, Home: v.Home, Self: v.Self, Sheet: r.frames.FeedStylesheet(), Began: v.Began}
	var err error
	if h.Description, err = l.T("feed.title.site", "desk", v.Name); err != nil {
		return err
	}
	for _, c := range v.Cases {
		one := feed.Case{ID: c.ID, Title: c.Title, Link: c.Link}
		if c.Planned != nil {
			one.Start, one.End = c.Planned.Start, c.Planned.End
		}
		for _, u := range c.Updates {
			text, err := historyText(l, u)
			if err != nil {
				return err
			}
			one.Updates = append(one.Updates, feed.CaseUpdate{At: u.Published, Status: statusName(u.Status), HTML: text})
			one.Updated = latest(one.Updated, u.Updated)
		}
		h.Cases = append(h.Cases, one)
	}
	return h.Write(w, feed.Format(v.Format))
}

// statusName is a status as Statuspage writes it: In progress.
func statusName(kind content.Kind) string {
	s := strings.ReplaceAll(string(kind), "_", " ")
	return strings.ToUpper(s[:1]) + s[1:]
}

// historyText is what an update says. One without a text says what it is, and one that calls off
// says so first, since its status does not.
func historyText(l *themes.Locale, u site.HistoryUpdate) (string, error) {
	if u.Kind == content.Postmortem {
		return entryHTML(l, u.Entry)
	}
	if u.HTML != "" && u.Kind != content.Cancelled {
		return u.HTML, nil
	}
	kind, err := l.T("kind." + string(u.Kind))
	return "<p>" + html.EscapeString(kind) + "</p>" + u.HTML, err
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
