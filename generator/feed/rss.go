package feed

import (
	"html"
	"io"
	"time"
)

func (f Feed) writeRSS(w io.Writer) error {
	d := newDocument()
	d.open("rss", "version", "2.0", "xmlns:content", "http://purl.org/rss/1.0/modules/content/", "xmlns:atom", "http://www.w3.org/2005/Atom")
	d.open("channel")
	// Where the feed itself is: RSS Advisory Board, "Best Practices".
	d.element("atom:link", "", "rel", "self", "type", "application/rss+xml", "href", f.Self)
	d.element("title", f.Title)
	d.element("link", f.Home)
	d.element("description", f.Title)
	if f.Lang != "" {
		d.element("language", f.Lang)
	}
	d.element("lastBuildDate", f.lastChange().Format(time.RFC1123Z))
	dates := f.distinctDates()
	for i := range f.Entries {
		f.Entries[i].writeRSS(d, dates[i])
	}
	d.close("channel")
	d.close("rss")
	return d.writeTo(w)
}

func (e *Entry) writeRSS(d *document, at time.Time) {
	d.open("item")
	d.element("title", e.Title)
	d.element("link", e.Link)
	d.element("description", html.EscapeString(e.Text)) // readers take it for HTML
	if e.HTML != "" {
		d.cdataElement("content:encoded", e.HTML)
	}
	d.element("guid", e.ID, "isPermaLink", "false")
	d.element("pubDate", at.Format(time.RFC1123Z))
	d.close("item")
}

// distinctDates returns a date for each entry. Readers that remember dates take two items of one date for one: of those
// the newer is put a second later.
func (f Feed) distinctDates() []time.Time {
	dates := make([]time.Time, len(f.Entries))
	var last time.Time
	for i := len(f.Entries) - 1; i >= 0; i-- {
		at := f.Entries[i].Published.UTC()
		if !at.After(last) {
			at = last.Add(time.Second)
		}
		last, dates[i] = at, at
	}
	return dates
}
