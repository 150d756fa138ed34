package render_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"balie/content/sample"
)

// plannedDesk has maintenance that was moved twice, is called off, lasts over the change of the
// clocks, has hostile texts, and lies too far back.
func plannedDesk() fstest.MapFS {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	planned := func(title, start, end string) *fstest.MapFile {
		return file("title: " + title + "\nservices: {pay: under_maintenance}\nplanned: {start: " + start + ", end: " + end + "}\n")
	}
	const hostile = `"\"Quotes\", commas; semicolons\\n \U0001F4A5 שלום \u202ex\nEND:VCALENDAR"`
	return fstest.MapFS{
		"site.yaml":     file("name: 'Desk, \"A\"'\nbase_url: https://help.example/desk\nlanguages: [en, nl]\ntime_zone: Europe/Amsterdam\n"),
		"services.yaml": file("- {id: pay, name: 'Pay, and more'}\n- {id: quiet, name: Quiet}\n- {id: overall, name: Same name}\n"),

		"maintenance/2026/1201-moved/maintenance.yaml":                planned("Moved", "2026-12-01T10:00", "2026-12-01T11:00"),
		"maintenance/2026/1201-moved/2026-11-10T1000-scheduled.md":    file("Announced.\n"),
		"maintenance/2026/1201-moved/2026-11-11T1000-update.md":       file("---\nplanned: {start: 2026-12-02T10:00, end: 2026-12-02T11:00}\n---\nOne day later.\n"),
		"maintenance/2026/1201-moved/2026-11-12T1000-update.md":       file("---\nplanned: {start: 2026-12-03T10:00, end: 2026-12-03T11:30}\n---\nTwo days later. See [how](/history/).\n"),
		"maintenance/2026/1201-moved/2026-11-12T1000-update.nl.md":    file("Twee dagen later.\n"),
		"maintenance/2026/1201-moved/2026-11-30T1000-update.md":       file("---\nplanned: {start: 2027-12-03T10:00, end: 2027-12-03T11:30}\n---\nPRIVATE future.\n"),
		"maintenance/2026/1205-off/maintenance.yaml":                  planned("Off", "2026-12-05T10:00", "2026-12-05T11:00"),
		"maintenance/2026/1205-off/2026-11-13T1000-update.md":         file("---\nplanned: {start: 2026-12-06T10:00, end: 2026-12-06T11:00}\n---\nLater.\n"),
		"maintenance/2026/1205-off/2026-11-14T1000-cancelled.md":      file("Not needed.\n"),
		"maintenance/2026/1025-clocks/maintenance.yaml":               planned("Clocks", "2026-10-25T01:30", "2026-10-25T04:00"),
		"maintenance/2026/1025-clocks/2026-10-25T0130-in_progress.md": file("Begun.\n"),
		"maintenance/2026/1025-clocks/2026-10-25T0300-completed.md":   file("Done.\n"),
		"maintenance/2026/1204-hostile/maintenance.yaml":              planned(hostile, "2026-12-04T10:00", "2026-12-04T11:00"),
		"maintenance/2026/1204-hostile/2026-11-10T1000-scheduled.md":  file("Text\r\nEND:VEVENT\n\n" + strings.Repeat("漢é💥 ", 8_000) + "\n"),
		"maintenance/2025/1101-longago/maintenance.yaml":              planned("Long ago", "2025-11-01T10:00", "2025-11-01T11:00"),
		"maintenance/2025/1101-longago/2025-11-01T1100-completed.md":  file("Done.\n"),
		"maintenance/2026/1207-silent/maintenance.yaml":               planned("Silent", "2026-12-07T10:00", "2026-12-07T11:00"),
		"incidents/2026/1120-pay/incident.yaml":                       file("title: Payments\nservices: {pay: major_outage}\n"),
		"incidents/2026/1120-pay/2026-11-20T1000-investigating.md":    file("We look.\n"),
		"incidents/2026/1120-pay/2026-11-20T1100-monitoring.md":       file("---\nservices: {pay: operational}\n---\nBetter.\n"),
		"incidents/2026/1119-hidden/incident.yaml":                    file("title: PRIVATE\nservices: {quiet: major_outage}\nvisibility: staff\n"),
		"incidents/2026/1119-hidden/2026-11-19T1000-investigating.md": file("PRIVATE\n"),
	}
}

// unfolded are a calendar's lines, joined again.
func unfolded(data []byte) string {
	return strings.ReplaceAll(strings.ReplaceAll(string(data), "\r\n ", ""), "\r\n", "\n")
}

func TestCalendarOfMaintenance(t *testing.T) {
	b := build(t, plannedDesk(), at("2026-11-20T12:00"), nil)
	file := unfolded(b.public["maintenance.ics"])
	_, moved, _ := strings.Cut(file, "UID:maintenance/2026/1201-moved@")
	moved, _, _ = strings.Cut(moved, "END:VEVENT")
	want := `help.example
SEQUENCE:2
DTSTAMP:20261112T090000Z
DTSTART:20261203T090000Z
DTEND:20261203T103000Z
STATUS:CONFIRMED
TRANSP:TRANSPARENT
SUMMARY:Moved
DESCRIPTION:Two days later. See how (https://help.example/desk/history/).\n\nhttps://help.example/desk/maintenance/2026/1201-moved/
URL:https://help.example/desk/maintenance/2026/1201-moved/
CATEGORIES:Pay\, and more
`
	if moved != want {
		t.Errorf("got\n%s\nwant\n%s", moved, want)
	}
	for _, want := range []string{
		"UID:maintenance/2026/1205-off@help.example\nSEQUENCE:2\nDTSTAMP:20261114T090000Z\nDTSTART:20261206T090000Z\nDTEND:20261206T100000Z\nSTATUS:CANCELLED\n", "SUMMARY:Off: Cancelled\n",
		"UID:maintenance/2026/1025-clocks@help.example\nSEQUENCE:0\nDTSTAMP:20261025T020000Z\nDTSTART:20261024T233000Z\nDTEND:20261025T030000Z\n",
		"UID:maintenance/2026/1207-silent@help.example\nSEQUENCE:0\nDTSTAMP:20261207T090000Z\nDTSTART:20261207T090000Z\n",
	} {
		if !strings.Contains(file, want) {
			t.Errorf("not in it: %s\n%.3000s", want, file)
		}
	}
	if strings.Count(file, "BEGIN:VEVENT") != 5 || strings.Contains(file, "PRIVATE") || strings.Contains(file, "longago") {
		t.Errorf("%.3000s", file)
	}
	if dutch := unfolded(b.public["nl/services/pay/maintenance.ics"]); !strings.Contains(dutch, "X-WR-CALNAME:Desk\\, \"A\" · Pay\\, and more: onderhoud\n") || !strings.Contains(dutch, "DESCRIPTION:Twee dagen later.\\n\\nhttps://help.example/desk/nl/maintenance/") || strings.Count(dutch, "BEGIN:VEVENT") != 5 {
		t.Errorf("%.2000s", dutch)
	}
	if quiet := unfolded(b.public["services/quiet/maintenance.ics"]); strings.Contains(quiet, "BEGIN:VEVENT") || !strings.Contains(quiet, "BEGIN:VTIMEZONE") {
		t.Errorf("%s", quiet)
	}
}

// readCalendar is what testdata/calendar.mjs says of one.
type readCalendar struct {
	Name   string
	Events []readEvent
}

type readEvent struct {
	UID, Stamp, Status, Summary, Description, Start, End, URL string
	Sequence                                                  int
	Categories                                                []string
}

// TestCalendarsAreReadByOthers: the library that calendars in JavaScript use reads what was
// written. The environment variable BALIE_NODE_MODULES names the directory in which ical.js is
// installed; without it the test is skipped.
func TestCalendarsAreReadByOthers(t *testing.T) {
	modules := os.Getenv("BALIE_NODE_MODULES")
	if modules == "" {
		t.Skip("BALIE_NODE_MODULES does not name a directory with ical.js")
	}
	b := build(t, plannedDesk(), at("2026-11-20T12:00"), nil)
	dir := t.TempDir()
	var files []string
	for _, name := range []string{"maintenance.ics", "services/quiet/maintenance.ics"} {
		files = append(files, filepath.Join(dir, strings.ReplaceAll(name, "/", "-")))
		if err := os.WriteFile(files[len(files)-1], b.public[name], 0o666); err != nil {
			t.Fatal(err)
		}
	}
	script, err := os.Open("testdata/calendar.mjs")
	if err != nil {
		t.Fatal(err)
	}
	defer script.Close()
	list, err := json.Marshal(files)
	if err != nil {
		t.Fatal(err)
	}
	node := exec.CommandContext(t.Context(), "node", "--input-type=module", "-", string(list))
	node.Dir, node.Stdin, node.Stderr = modules, script, os.Stderr
	out, err := node.Output()
	var read []readCalendar
	if err == nil {
		err = json.Unmarshal(out, &read)
	}
	if err != nil || len(read) != 2 || len(read[0].Events) != 5 || len(read[1].Events) != 0 {
		t.Fatalf("read by ical.js: %v\n%.500s", err, out)
	}
	i := slices.IndexFunc(read[0].Events, func(e readEvent) bool { return strings.Contains(e.UID, "hostile") })
	e := read[0].Events[i]
	if !strings.Contains(read[0].Name, `"A": maintenance`) || e.Summary != `"Quotes", commas; semicolons\n 💥 שלום x END:VCALENDAR` || !strings.HasPrefix(e.Description, "Text END:VEVENT\n\n漢é💥 漢é💥") || !strings.HasSuffix(e.Description, "…\n\n"+e.URL) || e.Start != "2026-12-04T09:00:00.000Z" || e.End != "2026-12-04T10:00:00.000Z" || e.Categories[0] != "Pay, and more" {
		t.Errorf("%s: %+.700v", read[0].Name, e)
	}
}

// TestBadgesTellTheTruth: a badge is green where nothing is wrong, and never while a public
// incident touches it.
func TestBadgesTellTheTruth(t *testing.T) {
	b := build(t, plannedDesk(), at("2026-11-20T12:00"), nil)
	for file, want := range map[string]string{
		"badges/pay.svg": "Pay, and more: Problems", "badges/quiet.svg": "Quiet: Working", "badges/overall.svg": "Desk, &#34;A&#34;: Problems", "nl/badges/quiet.svg": "Quiet: Werkt",
	} {
		if data := string(b.public[file]); !strings.Contains(data, "<title>"+want+"</title>") || strings.Contains(data, "#1a7545") != strings.Contains(want, "Quiet") {
			t.Errorf("%s: %s", file, data)
		}
	}
}

// TestBannerFiles: each has the worst incident that is open in its language, has nothing where none
// is, and has at most 2 kB.
func TestBannerFiles(t *testing.T) {
	fsys, err := sample.FS("marketplace")
	if err != nil {
		t.Fatal(err)
	}
	b := build(t, fsys, at("2026-11-20T14:42"), everything)
	for file, data := range b.public {
		if filepath.Base(file) == "embed.json" && (len(data) > 2_000 || !json.Valid(data)) {
			t.Errorf("%s: %d bytes: %s", file, len(data), data)
		}
	}
	want := `{"update":"incidents/2026/1120-payments/2026-11-20T1427-confirmed","lang":"en","state":"Down","title":"Payments fail","title_lang":"en","url":"https://hulp.muntplein.example/en/incidents/2026/1120-payments/",` +
		`"stage":"We know about it and are working on it.","next":"Next update by Friday 20 November at 15:42 (Dutch time).",` +
		`"workaround":"Do not pay by another route. Your lots stay reserved for you; payment deadlines of today move to Sunday evening.","more":"And 1 more incident","close":"Hide"}` + "\n"
	if got := strings.ReplaceAll(string(b.public["en/embed.json"]), "\u00a0", " "); got != want {
		t.Errorf("got  %swant %s", got, want)
	}
	b = build(t, plannedDesk(), at("2026-11-20T12:00"), nil)
	if pay, quiet := b.public["services/pay/embed.json"], b.public["services/quiet/embed.json"]; !bytes.Contains(pay, []byte(`"title":"Payments"`)) || string(quiet) != "{}\n" {
		t.Errorf("%s%s", pay, quiet)
	}
}
