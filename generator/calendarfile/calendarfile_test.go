package calendarfile_test

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"

	"balie/generator/calendarfile"
)

// hostile are texts that have what the format itself is written in, and what cuts between octets
// break.
var hostile = []string{
	`"Quotes", commas; semicolons: colons\n and \ backslashes`, "Zeile\r\nEND:VEVENT\nBEGIN:VEVENT\rX", "💥👩\u200d👩\u200d👧\u200d👦🇳🇱" + strings.Repeat("é💥", 90), "שלום עולם \u202eabc\u202c العربية",
	"a\x00b\x1b[31m\u0085c", "\xff\xfe broken", strings.Repeat("abc ", 25_000), strings.Repeat("漢", 400), "",
}

func write(t *testing.T, c calendarfile.Calendar) string {
	t.Helper()
	var b bytes.Buffer
	if err := calendarfile.Write(&b, c); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// checkLines holds a file to RFC 5545, 3.1: lines of at most 75 octets that end with CRLF, cut
// between characters.
func checkLines(t *testing.T, file string) {
	t.Helper()
	if !strings.HasSuffix(file, "\r\n") || strings.Count(file, "\n") != strings.Count(file, "\r\n") || strings.Count(file, "\r") != strings.Count(file, "\r\n") {
		t.Error("a line that does not end with CRLF")
	}
	for line := range strings.SplitSeq(file, "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) {
			t.Fatalf("%d octets: %q", len(line), line)
		}
	}
}

func TestHostileTexts(t *testing.T) {
	start := time.Date(2026, 10, 25, 2, 30, 0, 0, time.FixedZone("", 7200))
	c := calendarfile.Calendar{Name: hostile[0], URL: "https://a.example/x,y;z.ics"}
	for _, text := range hostile {
		c.Events = append(c.Events, calendarfile.Event{UID: "a\nb@c", Stamp: start, Start: start, End: start.Add(time.Hour), Summary: text, Description: text, URL: "https://a.example/\r\n,;", Categories: []string{text, "b,c"}})
	}
	file := write(t, c)
	checkLines(t, file)
	read, err := ics.ParseCalendar(strings.NewReader(file))
	if err != nil || len(read.Events()) != len(hostile) {
		t.Fatalf("%v, %d events", err, len(read.Events()))
	}
	for i, e := range read.Events() {
		want := strings.ToValidUTF8(strings.NewReplacer("\r\n", "\n", "\r", "", "\u202e", "", "\u202c", "", "\x00", "", "\x1b", "", "\u0085", "").Replace(hostile[i]), "\uFFFD")
		if got := e.GetProperty(ics.ComponentPropertyDescription).Value; got != want {
			t.Errorf("%d: %.100q, want %.100q", i, got, want)
		}
		if got := e.GetProperty(ics.ComponentPropertySummary).Value; got != strings.ReplaceAll(want, "\n", " ") {
			t.Errorf("%d: %.100q", i, got)
		}
	}
}

// TestEmpty: a calendar without events has a component all the same, which says nothing.
func TestEmpty(t *testing.T) {
	file := write(t, calendarfile.Calendar{Name: "N", URL: "https://a.example/maintenance.ics"})
	checkLines(t, file)
	want := `BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//balie//maintenance//EN
NAME:N
X-WR-CALNAME:N
URL:https://a.example/maintenance.ics
REFRESH-INTERVAL;VALUE=DURATION:PT1H
X-PUBLISHED-TTL:PT1H
BEGIN:VTIMEZONE
TZID:Etc/UTC
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0000
TZOFFSETTO:+0000
END:STANDARD
END:VTIMEZONE
END:VCALENDAR
`
	if file != strings.ReplaceAll(want, "\n", "\r\n") {
		t.Errorf("got\n%s", file)
	}
}
