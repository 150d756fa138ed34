package feed

import (
	"encoding/xml"
	"html"
	"time"

	"github.com/gorilla/feeds"
)

// rssDocument stands in front of gorilla's RssFeedXml, to say where the feed itself is (RSS
// Advisory Board, "Best Practices").
type rssDocument struct {
	XMLName xml.Name `xml:"rss"`
	Version string   `xml:"version,attr"`
	Content string   `xml:"xmlns:content,attr"`
	Atom    string   `xml:"xmlns:atom,attr"`
	Channel rssChannel
}

type rssChannel struct {
	XMLName xml.Name `xml:"channel"`
	Self    atomLink `xml:"atom:link"`
	*feeds.RssFeed
}

func (f Feed) rss() *rssDocument {
	made := (&feeds.Rss{Feed: f.withEntries()}).RssFeed()
	made.Language, made.PubDate, made.ManagingEditor = f.Lang, "", "" // no address to be mailed to
	made.Description = made.Title
	f.date(made.Items)
	return &rssDocument{
		Version: "2.0", Content: "http://purl.org/rss/1.0/modules/content/", Atom: "http://www.w3.org/2005/Atom",
		Channel: rssChannel{Self: atomLink{"self", "application/rss+xml", f.Self}, RssFeed: made},
	}
}

// date gives each item its date, and its beginning as a description, which readers take for HTML.
// Readers that remember dates take two items of one date for one: of those the newer is put a
// second later.
func (f Feed) date(items []*feeds.RssItem) {
	var last time.Time
	for i := len(items) - 1; i >= 0; i-- {
		at := f.Entries[i].Published.UTC()
		if !at.After(last) {
			at = last.Add(time.Second)
		}
		last = at
		items[i].PubDate = at.Format(time.RFC1123Z)
		items[i].Description = html.EscapeString(clean(f.Entries[i].Text))
	}
}
