// Package feed writes Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1. It is the one door to gorilla/feeds.
//
// gorilla/feeds makes the parts that all feeds have. It has no place for what ours need besides: a language, a feed's own id, links to itself, to its
// archives (RFC 5005) and to the page, the language of one entry, and an entry's time of publication in Atom. So its types are embedded in ours,
// whose fields of the same name stand in front of theirs. In Atom a language is said of an entry's title and of its content, each by itself (RFC 4287, 2).
package feed

import (
	"bufio"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/feeds"
)

// Feed is a list of entries, newest first, in one language. Addresses are absolute.
type Feed struct {
	ID      string
	Title   string
	About   string
	Lang    string
	Author  string
	Home    string // the page that it follows
	Self    string // where the feed itself is
	Icon    string
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

	Written []byte // by Atom: of such an entry an Atom feed needs nothing else but its times
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
		return writeXML(w, document)
	case RSS:
		return writeXML(w, f.rss())
	case JSON:
		return writeJSON(w, f.json())
	}
	return fmt.Errorf("write feed: no format %q", format)
}

func writeXML(w io.Writer, document any) error {
	if _, err := io.WriteString(w, xml.Header[:len(xml.Header)-1]); err != nil {
		return err
	}
	if err := encode(w, document); err != nil {
		return fmt.Errorf("write feed: %w", err)
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// writers are reused: an encoder puts one of 4 kB before any writer that is none of its kind, and an entry is smaller than that.
var writers = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, 4096) }}

// buffers are reused: what is kept of an entry is as long as it is.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func encode(w io.Writer, element any) error {
	b := writers.Get().(*bufio.Writer)
	defer writers.Put(b)
	b.Reset(w)
	return xml.NewEncoder(b).Encode(element)
}

func writeJSON(w io.Writer, document any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(document); err != nil {
		return fmt.Errorf("write feed: %w", err)
	}
	return nil
}

// common is what gorilla/feeds makes the formats of.
func (f Feed) common() *feeds.Feed {
	list := f.head()
	for i := range f.Entries {
		list.Items = append(list.Items, f.Entries[i].item())
	}
	return list
}

func (f Feed) head() *feeds.Feed {
	list := &feeds.Feed{Title: clean(f.Title), Link: &feeds.Link{Href: f.Home}, Description: clean(f.About), Updated: f.updated()}
	if f.Author != "" {
		list.Author = &feeds.Author{Name: clean(f.Author)}
	}
	return list
}

func (e *Entry) item() *feeds.Item {
	return &feeds.Item{
		Id: e.ID, IsPermaLink: "false", Title: clean(e.Title), Link: &feeds.Link{Href: e.Link},
		Created: e.Published.UTC(), Updated: e.updated(), Content: clean(e.HTML),
	}
}

func (e *Entry) updated() time.Time {
	if e.Updated.Before(e.Published) {
		return e.Published.UTC()
	}
	return e.Updated.UTC()
}

func (f Feed) updated() time.Time {
	last := never
	if len(f.Entries) == 0 && !f.Began.IsZero() {
		last = f.Began.UTC()
	}
	for i := range f.Entries {
		if u := f.Entries[i].updated(); u.After(last) {
			last = u
		}
	}
	return last
}

// clean drops the characters that XML 1.0 does not have. Almost no text has any.
func clean(s string) string {
	if !suspect(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if unknown(r) {
			return -1
		}
		return r
	}, s)
}

// suspect reports a byte with which an unknown character may begin: it is told sooner than a rune is read.
func suspect(s string) bool {
	for i := range len(s) {
		if b := s[i]; b < ' ' && b != '\n' && b != '\t' || b == 0xef {
			return true
		}
	}
	return false
}

func unknown(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0xfffe || r == 0xffff }
