package feed

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"html"
	"time"

	"github.com/gorilla/feeds"
)

// atomFeed stands in front of gorilla's: any number of links, a language, entries of ours.
type atomFeed struct {
	XMLName  xml.Name `xml:"feed"` // gorilla's has the namespace
	Lang     string   `xml:"xml:lang,attr,omitempty"`
	History  string   `xml:"xmlns:fh,attr,omitempty"`
	Viewport viewport
	*feeds.AtomFeed
	Subtitle *atomSubtitle  `xml:"subtitle"`
	Link     []atomLink     `xml:"link"`
	Archive  *struct{}      `xml:"fh:archive"`
	Entries  []writtenEntry `xml:"entry"`
}

// viewport is an element of XHTML by which phones show a document at their own width. Both formats
// let elements of other namespaces stand in them (RFC 4287, 6.4; RSS 2.0, "Extending RSS").
type viewport struct {
	XMLName xml.Name `xml:"http://www.w3.org/1999/xhtml meta"`
	Name    string   `xml:"name,attr"`
	Content string   `xml:"content,attr"`
}

var ownWidth = viewport{Name: "viewport", Content: "width=device-width, initial-scale=1"}

// atomSubtitle is for who opens the feed in a browser: where it is pasted, and its page.
type atomSubtitle struct {
	Type string    `xml:"type,attr"`
	Div  xhtmlText `xml:"http://www.w3.org/1999/xhtml div"`
}

type xhtmlText struct {
	Paragraphs []xhtmlParagraph `xml:"p"`
}

type xhtmlParagraph struct {
	Text  string      `xml:",chardata"`
	Links []xhtmlLink `xml:"a"`
}

type xhtmlLink struct {
	Href string `xml:"href,attr"`
	Text string `xml:",chardata"`
}

// writtenEntry is what stands within an entry's element.
type writtenEntry struct {
	Inner []byte `xml:",innerxml"`
}

type atomEntry struct {
	XMLName xml.Name `xml:"entry"`
	Title   atomText `xml:"title"`
	*feeds.AtomEntry
	Summary   *atomText `xml:"summary"`
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

func (f Feed) atom() (*atomFeed, error) {
	if err := f.writeEntries(); err != nil {
		return nil, err
	}
	made := (&feeds.Atom{Feed: f.head()}).AtomFeed()
	made.Id = f.ID
	a := &atomFeed{Lang: f.Lang, Viewport: ownWidth, AtomFeed: made, Subtitle: f.subtitle(), Link: f.links(), Entries: make([]writtenEntry, len(f.Entries))}
	if f.Archive {
		a.Archive, a.History = &struct{}{}, "http://purl.org/syndication/history/1.0"
	}
	for i := range f.Entries {
		a.Entries[i].Inner = f.Entries[i].Written
	}
	return a, nil
}

// writeEntries writes the entries that have not been written.
func (f Feed) writeEntries() error {
	var b bytes.Buffer
	encoder := xml.NewEncoder(&b)
	for i := range f.Entries {
		e := &f.Entries[i]
		if e.Written != nil {
			continue
		}
		b.Reset()
		made := (&feeds.Atom{Feed: &feeds.Feed{Items: []*feeds.Item{e.item()}}}).AtomFeed().Entries[0]
		err := encoder.Encode(atomEntry{
			Title: atomText{e.TitleLang, made.Title}, AtomEntry: made, Summary: e.summary(),
			Content: escaped(made.Content, e.Lang), Published: e.Published.UTC().Format(time.RFC3339),
		})
		if err != nil {
			return fmt.Errorf("write feed: %w", err)
		}
		e.Written = bytes.Clone(bytes.TrimSuffix(bytes.TrimPrefix(b.Bytes(), []byte("<entry>")), []byte("</entry>")))
	}
	return nil
}

// subtitle names the address of the feed itself, also in its archives.
func (f Feed) subtitle() *atomSubtitle {
	if f.About == "" {
		return nil
	}
	self := cmp.Or(f.Current, f.Self)
	return &atomSubtitle{"xhtml", xhtmlText{[]xhtmlParagraph{
		{Text: clean(f.About)}, {Links: []xhtmlLink{{self, self}, {f.Home, clean(f.ToHome)}}},
	}}}
}

func (e *Entry) summary() *atomText {
	if e.Text == "" {
		return nil
	}
	return &atomText{e.Lang, clean(e.Text)}
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
