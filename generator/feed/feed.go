// Package feed writes Atom (RFC 4287), with archives by month (RFC 5005), RSS 2.0 and JSON Feed
// 1.1: one entry for an update. History is the feed of whole incidents that Statuspage has.
//
// gorilla/feeds makes the parts that all feeds have. It has no place for a language, a feed's own
// id, links to itself, to its archives and to the page, the language of one entry, and an entry's
// time of publication in Atom. So its types are embedded in ours, whose fields of the same name
// stand in front of theirs. In Atom a language is said of an entry's title and of its content, each
// by itself (RFC 4287, 2).
//
// A browser shows Atom and RSS by a stylesheet. In Atom the subtitle is XHTML that says what a feed
// is for, with links; to RSS that is foreign, and its description says it as text.
package feed

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gorilla/feeds"
)

// Feed is a list of entries, newest first, in one language. Addresses are absolute.
type Feed struct {
	ID      string
	Title   string
	Lang    string
	Author  string
	Home    string // the page that it follows
	About   string // what a feed is for, to who opens it in a browser
	ToHome  string // the words of the link to the page
	Sheet   string // the address of the stylesheet by which browsers show it
	Self    string // where the feed itself is
	Entries []Entry
	Began   time.Time // where there are no entries: since when there are none

	Archive bool   // it holds one month, by the dates of the entries
	Current string // of an archive: the feed it belongs to
	Newer   string // the archive of the months after, or ""
	Older   string // the archive of the months before, or ""
}

// Entry is one update. Its id never changes and no other has it.
type Entry struct {
	ID        string
	Title     string
	TitleLang string // where it is not the feed's
	Link      string
	HTML      string
	Text      string // how it begins, without marks
	Lang      string // of HTML and Text, where it is not the feed's
	Published time.Time
	Updated   time.Time // the last change; zero: none since it was published
	Written   []byte    // what stands within its element in Atom: Write makes it where it is nil
}

// Format is how a feed is written.
type Format string

// The formats, named after their files.
const (
	Atom Format = "atom"
	RSS  Format = "rss"
	JSON Format = "json"
)

// never is the time of what has no time: a feed must have one, and it must not come from the clock.
var never = time.Unix(0, 0).UTC()

// Write writes a feed.
func (f Feed) Write(w io.Writer, format Format) error {
	switch format {
	case Atom:
		document, err := f.atom()
		if err != nil {
			return err
		}
		return writeXML(w, f.Sheet, document)
	case RSS:
		return writeXML(w, f.Sheet, f.rss())
	case JSON:
		return writeJSON(w, f.json())
	}
	return fmt.Errorf("write feed: no format %q", format)
}

// writeXML writes a document and, before it, where its stylesheet is (W3C, "Associating Style
// Sheets with XML documents"). It is CSS: Chromium no longer transforms by XSLT.
func writeXML(w io.Writer, sheet string, document any) error {
	head := xml.Header[:len(xml.Header)-1]
	if sheet != "" {
		head += `<?xml-stylesheet type="text/css" href="` + html.EscapeString(sheet) + `"?>`
	}
	if _, err := io.WriteString(w, head); err != nil {
		return err
	}
	if err := xml.NewEncoder(w).Encode(document); err != nil {
		return fmt.Errorf("write feed: %w", err)
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func writeJSON(w io.Writer, document any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(document); err != nil {
		return fmt.Errorf("write feed: %w", err)
	}
	return nil
}

// head is what gorilla/feeds makes the formats of, without the entries.
func (f Feed) head() *feeds.Feed {
	list := &feeds.Feed{Title: clean(f.Title), Link: &feeds.Link{Href: f.Home}, Updated: f.lastChange()}
	if f.Author != "" {
		list.Author = &feeds.Author{Name: clean(f.Author)}
	}
	return list
}

func (f Feed) withEntries() *feeds.Feed {
	list := f.head()
	for i := range f.Entries {
		list.Items = append(list.Items, f.Entries[i].item())
	}
	return list
}

func (e *Entry) item() *feeds.Item {
	return &feeds.Item{
		Id: e.ID, IsPermaLink: "false", Title: clean(e.Title), Link: &feeds.Link{Href: e.Link},
		Created: e.Published.UTC(), Updated: e.lastChange(), Content: clean(e.HTML),
	}
}

// lastChange returns when an entry was last changed, which is not before it was published.
func (e *Entry) lastChange() time.Time {
	if e.Updated.Before(e.Published) {
		return e.Published.UTC()
	}
	return e.Updated.UTC()
}

// lastChange returns the newest change of any entry or, without entries, when the feed began.
func (f Feed) lastChange() time.Time {
	last := never
	if len(f.Entries) == 0 && !f.Began.IsZero() {
		last = f.Began.UTC()
	}
	for i := range f.Entries {
		if at := f.Entries[i].lastChange(); at.After(last) {
			last = at
		}
	}
	return last
}

// clean leaves out the characters that XML 1.0 does not have, and puts U+FFFD for bytes that are no
// UTF-8. Almost no text has any.
func clean(s string) string {
	if strings.IndexFunc(s, isNotXML) < 0 && utf8.ValidString(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if isNotXML(r) {
			return -1
		}
		return r
	}, s)
}

func isNotXML(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' || r == 0xfffe || r == 0xffff
}
