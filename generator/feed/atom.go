package feed

import (
	"io"
	"time"
)

const (
	atomType = "application/atom+xml"
	htmlType = "text/html"
)

func (f Feed) writeAtom(w io.Writer) error {
	d := newDocument()
	history := ""
	if f.Archive {
		history = "http://purl.org/syndication/history/1.0"
	}
	d.open("feed", "xml:lang", f.Lang, "xmlns:fh", history, "xmlns", "http://www.w3.org/2005/Atom")
	d.element("title", f.Title)
	d.element("id", f.ID)
	d.element("updated", f.lastChange().Format(time.RFC3339))
	if f.Author != "" {
		d.open("author")
		d.element("name", f.Author)
		d.close("author")
	}
	d.element("link", "", "rel", "self", "type", atomType, "href", f.Self)
	d.element("link", "", "rel", "alternate", "type", htmlType, "href", f.Home)
	for _, l := range []struct{ rel, href string }{{"current", f.Current}, {"next-archive", f.Newer}, {"prev-archive", f.Older}} {
		if l.href != "" {
			d.element("link", "", "rel", l.rel, "type", atomType, "href", l.href)
		}
	}
	if f.Archive {
		d.element("fh:archive", "")
	}
	for i := range f.Entries {
		f.Entries[i].writeAtom(d)
	}
	d.close("feed")
	return d.writeTo(w)
}

func (e *Entry) writeAtom(d *document) {
	d.open("entry")
	d.element("title", e.Title, "xml:lang", e.TitleLang)
	d.element("updated", e.lastChange().Format(time.RFC3339))
	d.element("id", e.ID)
	d.element("link", "", "href", e.Link, "rel", "alternate")
	if e.HTML != "" {
		d.htmlElement("content", e.HTML, "type", "html", "xml:lang", e.Lang)
	}
	d.element("published", e.Published.UTC().Format(time.RFC3339))
	d.close("entry")
}
