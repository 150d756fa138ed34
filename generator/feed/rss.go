package feed

import (
	"cmp"
	"encoding/xml"
	"strings"

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
	XMLName  xml.Name `xml:"channel"`
	Viewport viewport
	Links    []atomLink `xml:"atom:link"`
	*feeds.RssFeed
}

func (f Feed) rss() *rssDocument {
	made := (&feeds.Rss{Feed: f.withEntries()}).RssFeed()
	made.Language, made.PubDate, made.ManagingEditor = f.Lang, "", "" // no address to be mailed to
	made.Description = clean(cmp.Or(f.About, f.Title))
	for i, item := range made.Items {
		item.Description = text.Replace(clean(f.Entries[i].Text))
	}
	links := []atomLink{{"self", "application/rss+xml", f.Self}}
	if f.Older != "" { // RFC 5005, 1: in RSS too, by elements of Atom
		links = append(links, atomLink{"prev-archive", atomType, f.Older})
	}
	return &rssDocument{
		Version: "2.0", Content: "http://purl.org/rss/1.0/modules/content/", Atom: "http://www.w3.org/2005/Atom",
		Channel: rssChannel{Viewport: ownWidth, Links: links, RssFeed: made},
	}
}

// text escapes what readers take for HTML. Quotes stay, since a browser that shows the feed decodes
// it only once.
var text = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
