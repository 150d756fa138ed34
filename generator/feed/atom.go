package feed

import (
	"encoding/xml"
	"html"
	"time"

	"github.com/gorilla/feeds"
)

// atomFeed stands in front of gorilla's: any number of links, a language, entries of ours.
type atomFeed struct {
	XMLName xml.Name `xml:"feed"` // gorilla's has the namespace
	Lang    string   `xml:"xml:lang,attr,omitempty"`
	History string   `xml:"xmlns:fh,attr,omitempty"`
	*feeds.AtomFeed
	Link    []atomLink  `xml:"link"`
	Archive *struct{}   `xml:"fh:archive"`
	Entries []atomEntry `xml:"entry"`
}

type atomEntry struct {
	XMLName xml.Name `xml:"entry"`
	Title   atomText `xml:"title"`
	*feeds.AtomEntry
	Content   *atomContent
	Published string `xml:"published"`
}

// atomText is a text of its own language.
type atomText struct {
	Lang string `xml:"xml:lang,attr,omitempty"`
	Text string `xml:",chardata"`
}

// atomContent is HTML that has been escaped.
type atomContent struct {
	XMLName xml.Name `xml:"content"`
	Type    string   `xml:"type,attr"`
	Lang    string   `xml:"xml:lang,attr,omitempty"`
	Escaped string   `xml:",innerxml"`
}

func escaped(c *feeds.AtomContent, lang string) *atomContent {
	if c == nil {
		return nil
	}
	return &atomContent{Type: c.Type, Lang: lang, Escaped: html.EscapeString(c.Content)}
}

// atomLink has no XMLName, as gorilla's has, so that it takes its name from where it stands.
type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

const (
	atomType = "application/atom+xml"
	htmlType = "text/html"
)

func (f Feed) atom() *atomFeed {
	made := (&feeds.Atom{Feed: f.common()}).AtomFeed()
	made.Id = f.ID
	a := &atomFeed{Lang: f.Lang, AtomFeed: made, Link: f.links()}
	if f.Archive {
		a.Archive, a.History = &struct{}{}, "http://purl.org/syndication/history/1.0"
	}
	for i, entry := range made.Entries {
		e := &f.Entries[i]
		a.Entries = append(a.Entries, atomEntry{
			Title: atomText{e.TitleLang, entry.Title}, AtomEntry: entry,
			Content: escaped(entry.Content, e.Lang), Published: e.Published.UTC().Format(time.RFC3339),
		})
	}
	return a
}

func (f Feed) links() []atomLink {
	links := []atomLink{{"self", atomType, f.Self}, {"alternate", htmlType, f.Home}}
	for _, l := range []atomLink{{"current", atomType, f.Current}, {"next-archive", atomType, f.Newer}, {"prev-archive", atomType, f.Older}} {
		if l.Href != "" {
			links = append(links, l)
		}
	}
	return links
}
