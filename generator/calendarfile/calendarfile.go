// Package calendarfile writes calendars of planned work as iCalendar (RFC 5545), for programs that
// ask for the file again from time to time.
//
// It is the door for golang-ical, which folds lines at 75 octets between characters and escapes
// text. emersion/go-ical folds no lines and refuses a calendar without events.
//
// There is no METHOD: a DTSTAMP then says when the event was last said anew (3.8.7.2). Times are in
// UTC, so no time zone has to be defined. A calendar must have at least one component (3.6): one
// without events defines UTC, which shows nothing.
package calendarfile

import (
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"

	ics "github.com/arran4/golang-ical"
)

// Calendar is a file. Its events stand in the order in which they are listed.
type Calendar struct {
	Name   string
	URL    string // of the file itself
	Events []Event
}

// Event is one time span in a calendar.
type Event struct {
	UID         string // never another, nor another's
	Sequence    int    // how often it was moved or called off
	Stamp       time.Time
	Modified    time.Time // zero: not known
	Start       time.Time
	End         time.Time // left out where it is not after Start, which DTEND has to be (3.6.1)
	Cancelled   bool
	Summary     string
	Description string
	URL         string
	Categories  []string
}

// refresh is how often the file is to be asked for again (RFC 7986, 5.7). X-PUBLISHED-TTL is what
// Outlook reads instead.
const refresh = "PT1H"

// Write writes a calendar.
func Write(w io.Writer, c Calendar) error {
	out := ics.NewCalendarFor("balie")
	out.SetProductId("-//balie//maintenance//EN")
	out.SetName(plain(c.Name)) // X-WR-CALNAME too
	out.SetUrl(oneLine(c.URL))
	out.SetRefreshInterval(refresh)
	out.SetXPublishedTTL(refresh)
	for _, e := range c.Events {
		e.addTo(out)
	}
	if len(c.Events) == 0 {
		addUTC(out)
	}
	return out.SerializeTo(w, ics.WithNewLineWindows)
}

// addTo adds an event. It does not make anybody look busy: the work is not theirs.
func (e Event) addTo(out *ics.Calendar) {
	v := out.AddEvent(oneLine(e.UID))
	v.SetProperty(ics.ComponentPropertySequence, strconv.Itoa(e.Sequence))
	v.SetDtStampTime(e.Stamp)
	if !e.Modified.IsZero() {
		v.SetLastModifiedAt(e.Modified)
	}
	v.SetStartAt(e.Start)
	if e.End.After(e.Start) {
		v.SetEndAt(e.End)
	}
	v.SetStatus(ics.ObjectStatusConfirmed)
	if e.Cancelled {
		v.SetStatus(ics.ObjectStatusCancelled)
	}
	v.SetTimeTransparency(ics.TransparencyTransparent)
	v.SetSummary(strings.ReplaceAll(plain(e.Summary), "\n", " "))
	v.SetDescription(plain(e.Description))
	v.SetURL(oneLine(e.URL))
	for _, category := range e.Categories {
		v.AddCategory(plain(category))
	}
}

func addUTC(out *ics.Calendar) {
	standard := out.AddTimezone("Etc/UTC").AddStandard()
	standard.SetProperty(ics.ComponentPropertyDtStart, "19700101T000000")
	standard.SetProperty(ics.ComponentProperty(ics.PropertyTzoffsetfrom), "+0000")
	standard.SetProperty(ics.ComponentProperty(ics.PropertyTzoffsetto), "+0000")
}

// plain is a text as it may stand in a file: valid UTF-8 without control characters but line feeds
// (3.1), and without those that turn the direction of what stands after it.
func plain(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// oneLine is a value that is no text, such as an address, which is written as it is.
func oneLine(s string) string { return strings.ReplaceAll(plain(s), "\n", "") }
