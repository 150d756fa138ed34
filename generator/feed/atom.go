package feed

import (
	"bytes"
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
	Link    []atomLink     `xml:"link"`
	Archive *struct{}      `xml:"fh:archive"`
	Entries []writtenEntry `xml:"entry"`
}

type writtenEntry struct {
	Inner []byte `xml:",innerxml"`
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

// atomContent is HTML that has been escaped: encoding/xml goes over a text rune by rune, and nothing in a feed is as long as this.
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

func (f Feed) atom() (*atomFeed, error) {
	made := (&feeds.Atom{Feed: f.head()}).AtomFeed()
	made.Id, made.Icon = f.ID, f.Icon
	a := &atomFeed{Lang: f.Lang, AtomFeed: made, Link: f.links()}
	if f.Archive {
		a.Archive, a.History = &struct{}{}, "http://purl.org/syndication/history/1.0"
	}
	a.Entries = make([]writtenEntry, len(f.Entries))
	for i := range f.Entries {
		e := &f.Entries[i]
		written := e.Written
		if written == nil {
			var err error
			if written, err = e.Atom(); err != nil {
				return nil, err
			}
		}
		a.Entries[i].Inner = written
	}
	return a, nil
}

// Atom writes what stands within <entry> in an Atom feed of the entry's language: once for all the feeds that tell of it.
func (e *Entry) Atom() ([]byte, error) {
	made := (&feeds.Atom{Feed: &feeds.Feed{Items: []*feeds.Item{e.item()}}}).AtomFeed().Entries[0]
	b := buffers.Get().(*bytes.Buffer)
	defer func() { b.Reset(); buffers.Put(b) }()
	err := encode(b, atomEntry{Title: atomText{e.TitleLang, made.Title}, AtomEntry: made, Content: escaped(made.Content, e.Lang), Published: e.Published.UTC().Format(time.RFC3339)})
	return bytes.Clone(bytes.TrimSuffix(bytes.TrimPrefix(b.Bytes(), []byte("<entry>")), []byte("</entry>"))), err
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
