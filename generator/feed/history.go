package feed

import (
	"encoding/xml"
	"html"
	"io"
	"strings"
	"time"
)

// History is a feed as Statuspage has it (https://support.atlassian.com/statuspage/): one entry for
// an incident or a maintenance, which is edited in place, with the words and the markup that
// programs read there. What stands in it is in the desk's own language.
type History struct {
	ID          string
	Page        string // the name of the site
	Description string
	Lang        string
	Home        string
	Self        string
	Sheet       string
	Cases       []Case    // newest first, by their newest updates
	Began       time.Time // as in Feed
}

// Case is an incident or a maintenance, which alone has Start and End. Its times are in the zone in
// which they are told. It has at least one update.
type Case struct {
	ID         string
	Title      string
	Link       string
	Start, End time.Time
	Updated    time.Time // the last change of any update
	Updates    []CaseUpdate
}

// CaseUpdate is one update; a case has the newest first.
type CaseUpdate struct {
	At     time.Time
	Status string // such as Investigating, in progress with a capital
	HTML   string
}

// Write writes a history as Atom or RSS.
func (h History) Write(w io.Writer, format Format) error {
	if format == RSS {
		return writeXML(w, h.Sheet, h.rss())
	}
	return writeXML(w, h.Sheet, h.atom())
}

func (h History) title() string { return clean(h.Page) + " Status - Incident History" }

type historyAtom struct {
	XMLName xml.Name       `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string         `xml:"xml:lang,attr"`
	ID      string         `xml:"id"`
	Links   []atomLink     `xml:"link"`
	Title   string         `xml:"title"`
	Updated string         `xml:"updated"`
	Author  string         `xml:"author>name"`
	Entries []historyEntry `xml:"entry"`
}

type historyEntry struct {
	ID        string   `xml:"id"`
	Published string   `xml:"published"`
	Updated   string   `xml:"updated"`
	Link      atomLink `xml:"link"`
	Title     string   `xml:"title"`
	Content   atomContent
}

func (h History) atom() historyAtom {
	a := historyAtom{
		Lang: h.Lang, ID: h.ID, Links: []atomLink{{"alternate", htmlType, h.Home}, {"self", atomType, h.Self}},
		Title: h.title(), Updated: h.lastChange().Format(time.RFC3339), Author: clean(h.Page),
		Entries: make([]historyEntry, len(h.Cases)),
	}
	dates := map[time.Time]bool{}
	for i := len(h.Cases) - 1; i >= 0; i-- {
		c := &h.Cases[i]
		published := unused(dates, c.published())
		a.Entries[i] = historyEntry{
			ID: c.ID, Title: clean(c.Title), Link: atomLink{"alternate", htmlType, c.Link},
			Published: published.Format(time.RFC3339), Updated: later(published, c.Updated).Format(time.RFC3339),
			Content: atomContent{Type: "html", Escaped: html.EscapeString(c.html())},
		}
	}
	return a
}

type historyRSS struct {
	XMLName xml.Name       `xml:"rss"`
	Version string         `xml:"version,attr"`
	DC      string         `xml:"xmlns:dc,attr"`
	Channel historyChannel `xml:"channel"`
}

type historyChannel struct {
	Title       string        `xml:"title"`
	Link        string        `xml:"link"`
	Description string        `xml:"description"`
	PubDate     string        `xml:"pubDate"`
	Items       []historyItem `xml:"item"`
}

type historyItem struct {
	Title          string `xml:"title"`
	Description    string `xml:"description"`
	PubDate        string `xml:"pubDate"`
	MaintenanceEnd string `xml:"maintenanceEndDate,omitempty"` // of no namespace
	Link           string `xml:"link"`
	GUID           string `xml:"guid"` // a permalink, as it is by default
}

// rss dates a maintenance by its planned start: programs read that as when it is.
func (h History) rss() historyRSS {
	channel := historyChannel{
		Title: h.title(), Link: h.Home, Description: clean(h.Description),
		PubDate: h.newest().Format(time.RFC1123Z), Items: make([]historyItem, len(h.Cases)),
	}
	dates := map[time.Time]bool{}
	for i := len(h.Cases) - 1; i >= 0; i-- {
		c := &h.Cases[i]
		item := historyItem{Title: clean(c.Title), Description: c.html(), Link: c.Link, GUID: c.Link}
		if c.Start.IsZero() {
			item.PubDate = unused(dates, c.published()).Format(time.RFC1123Z)
		} else {
			item.PubDate = c.Start.UTC().Format(time.RFC1123Z)
			item.MaintenanceEnd = c.End.UTC().Format(time.RFC1123Z)
		}
		channel.Items[i] = item
	}
	return historyRSS{Version: "2.0", DC: "http://purl.org/dc/elements/1.1/", Channel: channel}
}

// unused is a time or the first second after it that no entry has yet: readers that remember dates
// take two entries of one date for one.
func unused(dates map[time.Time]bool, at time.Time) time.Time {
	for dates[at] {
		at = at.Add(time.Second)
	}
	dates[at] = true
	return at
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b.UTC()
	}
	return a.UTC()
}

// published is when a case was last told of.
func (c *Case) published() time.Time { return c.Updates[0].At.UTC().Truncate(time.Second) }

func (h History) newest() time.Time {
	at := later(never, h.Began)
	if len(h.Cases) > 0 {
		at = h.Cases[0].published()
	}
	return at
}

func (h History) lastChange() time.Time {
	at := h.newest()
	for _, c := range h.Cases {
		at = later(at, c.Updated)
	}
	return at
}

// html is all updates of a case in Statuspage's markup, and before them when a maintenance is.
func (c *Case) html() string {
	var b strings.Builder
	if !c.Start.IsZero() {
		b.WriteString("<p><strong>THIS IS A SCHEDULED EVENT " + c.scheduled() + "</strong></p>")
	}
	for _, u := range c.Updates {
		b.WriteString(u.At.Format("<p><small>Jan <var data-var='date'>_2</var>, <var data-var='time'>15:04</var> MST</small><br>"))
		b.WriteString("<strong>" + u.Status + "</strong> - ")
		text, isParagraph := strings.CutPrefix(u.HTML, "<p>")
		if !isParagraph {
			b.WriteString("</p>")
		}
		b.WriteString(text)
	}
	return clean(b.String())
}

// scheduled names the day of the end only where that is another.
func (c *Case) scheduled() string {
	end := "15:04 MST"
	if c.Start.YearDay() != c.End.YearDay() || c.Start.Year() != c.End.Year() {
		end = "Jan _2, 15:04 MST"
	}
	return c.Start.Format("Jan _2, 15:04 - ") + c.End.Format(end)
}
