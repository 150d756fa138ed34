package report

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"balie/content"
	"balie/content/check"
	"balie/content/desk"
	"balie/content/load"
)

// story is a content repository in the making.
type story struct {
	t     testing.TB
	files fstest.MapFS
	zone  *time.Location
	given map[content.Date]int
}

const site = `name: Desk
base_url: https://desk.example
languages: [en]
time_zone: Europe/Brussels
`

const policy = `calendars:
  hours:
    hours: {mon-fri: ["09:00-17:00"]}
lanes:
  - {id: priority, name: Priority, requires: payment, price: 5.00 EUR}
  - {id: standard, name: Standard}
promises:
  - {id: first-answer, clock: first_response, target: {within: 4h}, strength: promise, attainment: 90}
  - {id: next-answer, clock: next_response, target: {within: 8h}, pauses: [third_party], strength: promise, attainment: 90}
  - {id: daily-update, clock: periodic_update, on: incident, target: {every: 1d}, strength: promise, attainment: 95}
  - {id: cause, clock: postmortem, on: incident, target: {working_days: 5}, strength: promise}
  - {id: words, strength: typical, text: We do our best.}
closing: {reminders: [2, 4], notice: 6, close: 5, unreachable: close}
fair_use: {open_tickets: 10, demotion: 5d, starvation: 16h}
entitlement: {requesters_per_organisation: 3}
coverage:
  excluded:
    - {id: custom, text: Custom work, why: It takes long.}
`

func newStory(t testing.TB) *story {
	zone, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		t.Fatal(err)
	}
	s := &story{t: t, files: fstest.MapFS{}, zone: zone, given: map[content.Date]int{}}
	s.write("site.yaml", site)
	s.write("policy/2024-01-01.yaml", policy)
	s.write("services.yaml", "- {id: shop, name: Shop}\n")
	return s
}

func (s *story) write(path, text string) {
	s.files[path] = &fstest.MapFile{Data: []byte(text)}
}

// at reads a time on the desk's clock, 2026-11-20T14:05 or :07 besides, or in UTC with seconds and Z.
func (s *story) at(local string) time.Time {
	at, err := content.ParseTime(local, s.zone)
	if err != nil {
		s.t.Fatal(err)
	}
	return at
}

// number gives the next number of a day.
func (s *story) number(day content.Date) string {
	s.given[day]++
	return content.NewNumber(day, 1, s.given[day])
}

// ticket writes a ticket: keys of ticket.yaml, then events as "<time> <kind> [<author>] [{front matter}] [silent]". It returns its number.
func (s *story) ticket(keys string, events ...string) string {
	first, _, _ := strings.Cut(events[0], " ")
	number := s.number(content.DateOf(s.at(first).In(s.zone)))
	s.ticketNumbered(number, keys, events...)
	return number
}

func (s *story) ticketNumbered(number, keys string, events ...string) {
	dir := content.TicketDir(number)
	if !strings.Contains(keys, "channel:") {
		keys += "\nchannel: form"
	}
	s.write(dir+"/ticket.yaml", "subject: Question "+number+"\n"+strings.TrimSpace(keys)+"\n")
	for _, e := range events {
		s.event(dir, e)
	}
}

func (s *story) event(dir, line string) {
	when, rest, _ := strings.Cut(line, " ")
	body := "Some words.\n"
	if before, silent := strings.CutSuffix(rest, " silent"); silent {
		rest, body = before, ""
	}
	front := ""
	if i := strings.Index(rest, "{"); i >= 0 {
		front, rest = strings.TrimSpace(rest[i+1:len(rest)-1]), strings.TrimSpace(rest[:i])
	}
	kind, author, _ := strings.Cut(rest, " ")
	name := content.EventName(s.at(when), content.Kind(kind), author)
	s.write(dir+"/"+name+".md", "---\n"+strings.ReplaceAll(front, "; ", "\n")+"\n---\n"+body)
}

// incident writes an incident and its updates.
func (s *story) incident(id string, updates ...string) {
	dir := "incidents/" + id
	s.write(dir+"/incident.yaml", "title: Trouble\nservices: {shop: major_outage}\n")
	for _, u := range updates {
		s.event(dir, u)
	}
}

// load reads the story; what is wrong with it fails the test.
func (s *story) load() *load.Loaded {
	s.t.Helper()
	loaded := load.Load(s.files, nil)
	for _, p := range check.Check(loaded, time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)) {
		if p.Severity == content.Error {
			s.t.Fatal(p.File, p.Line, p.Message, p.Hint)
		}
	}
	return loaded
}

// until is the story as it was written by an instant: without the events that came later.
func (s *story) until(at time.Time) *story {
	past := newStory(s.t)
	for path, file := range s.files {
		if !strings.HasSuffix(path, ".md") || !eventAt(path).After(at) {
			past.files[path] = file
		}
	}
	return past
}

func eventAt(path string) time.Time {
	name := path[strings.LastIndex(path, "/")+1:]
	at, err := time.Parse("2006-01-02T150405Z", name[:strings.Index(name, "Z")+1])
	if err != nil {
		panic(err)
	}
	return at
}

// facts gathers the story's facts at a time on the desk's clock.
func (s *story) facts(now string) *Facts {
	s.t.Helper()
	return gather(s.t, s.load().Tree, s.at(now))
}

func gather(t testing.TB, tree *content.Tree, now time.Time) *Facts {
	t.Helper()
	d, err := desk.New(tree.Setup)
	if err != nil {
		t.Fatal(err)
	}
	return Gather(tree, d, now, new(Cache))
}

// lines writes a table's rows for comparison, each cell as CSV has it.
func lines(t *Table, columns ...string) string {
	var b strings.Builder
	for row := range t.Rows {
		for i, c := range columns {
			if i > 0 {
				b.WriteByte(' ')
			}
			cell := t.Cell(row, c)
			text := cell.csv(t.Columns[t.Index(c)].Kind)
			if text == "" {
				text = "-"
			}
			if t.Columns[t.Index(c)].Kind == DurationKind && cell.Known {
				text = cell.Duration().String()
			}
			b.WriteString(text)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func want(t *testing.T, what, got, want string) {
	t.Helper()
	if want = strings.ReplaceAll(strings.TrimSpace(want), "\t", "") + "\n"; got != want {
		t.Errorf("%s:\n%swant:\n%s", what, got, want)
	}
}

// times makes n tickets that are alike but for the second of each event.
func (s *story) times(n int, keys string, events ...string) {
	for i := range n {
		var own []string
		for _, e := range events {
			when, rest, _ := strings.Cut(e, " ")
			own = append(own, fmt.Sprintf("%s:%02d %s", when, i, rest))
		}
		s.ticket(keys, own...)
	}
}
