package desk

import (
	"cmp"
	"fmt"
	"path"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"balie/content"
	"balie/content/check"
	"balie/content/load"
)

// world is a content repository made of a few lines, and its desk.
type world struct {
	*testing.T
	*Desk
	tree *content.Tree
	zone *time.Location

	problems []content.Problem // of the tree, by check.Check
}

const siteYAML = `
name: Desk
base_url: https://desk.example
languages: [en]
time_zone: Europe/Brussels
mail: {from: desk@desk.example, since: 2016-01-01, smtp: {host: smtp.example}}
`

// officeYAML is the calendar of the worked cases: Monday to Friday 09:00 to 17:00, Belgian legal holidays.
const officeYAML = `
calendars:
  office: {hours: {mon-fri: ["09:00-17:00"]}, holidays: [be]}
`

const beYAML = `
2026-01-01: New Year
2026-04-06: Easter Monday
2026-05-01: Labour Day
2026-05-14: Ascension
2026-05-25: Whit Monday
2026-07-21: National Day
2026-08-15: Assumption
2026-11-01: All Saints
2026-11-11: Armistice
2026-12-25: Christmas
2027-01-01: New Year
`

// makeWorld builds a repository: versions of the policy by date, and cases as story reads them.
func makeWorld(t *testing.T, policies map[string]string, stories ...string) *world {
	t.Helper()
	zone := mustZone(t, "Europe/Brussels")
	files := fstest.MapFS{"site.yaml": {Data: []byte(siteYAML)}, "holidays/be.yaml": {Data: []byte(beYAML)}, "services.yaml": {Data: []byte("- {id: shop, name: Shop}\n- {id: search, name: Search}\n")},
		"organisations/0042.yaml": {Data: []byte("name: Aalter\nrequesters: [a@x.example, b@x.example]\n")}}
	for date, text := range policies {
		files["policy/"+date+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	for _, s := range stories {
		story(t, files, s, zone)
	}
	loaded := load.Load(files, nil)
	tree := loaded.Tree
	problems := check.Check(loaded, at(t, zone, "2026-11-20 12:00"))
	for _, p := range problems {
		if p.Severity == content.Error {
			t.Fatal(p)
		}
	}
	d, err := New(tree.Setup)
	if err != nil {
		t.Fatal(err)
	}
	return &world{t, d, tree, zone, problems}
}

// makeWorldUnchecked reads one version of the policy, which may name what is not there.
func makeWorldUnchecked(t testing.TB, policy string) *content.Setup {
	t.Helper()
	return load.Load(fstest.MapFS{"site.yaml": {Data: []byte(siteYAML)}, "holidays/be.yaml": {Data: []byte(beYAML)}, "policy/2026-01-01.yaml": {Data: []byte(policy)}}, nil).Tree.Setup
}

// story writes a case: a line with its kind, its name and YAML in brackets (ticket 2604031 {channel: email}), then a line an event:
// local date and time, kind, perhaps an author, perhaps front matter, and perhaps a colon and its body. A ticket's name is a date and a counter, from which its number is made.
// Its requester has an address of their own unless the line says who it is.
func story(t *testing.T, files fstest.MapFS, text string, zone *time.Location) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(text), "\n")
	head, front := cutFront(lines[0])
	kind, name, _ := strings.Cut(head, " ")
	dir, record := "", front
	switch kind {
	case "ticket":
		dir = content.TicketDir(number(name))
		if !strings.Contains(front, "requester:") {
			front += "\nrequester: {email: c" + name + "@x.example}"
		}
		record = "subject: s\nfollow: abcdefghijklmnopqrstuvwx" + strings.NewReplacer("0", "a", "1", "b", "8", "c", "9", "d").Replace(name) + "\n" + front
	case "incident":
		dir, record = "incidents/"+name, "title: i\n"+front
	case "maintenance":
		dir, record = "maintenance/"+name, "title: m\n"+front
	}
	files[path.Join(dir, kind+".yaml")] = &fstest.MapFile{Data: []byte(record + "\n")}
	for _, line := range lines[1:] {
		file, body := event(t, strings.TrimSpace(line), zone)
		files[path.Join(dir, file)] = &fstest.MapFile{Data: []byte(body)}
	}
}

// stories are the cases of a text, with an empty line between two.
func stories(text string) []string { return strings.Split(text, "\n\n") }

// number makes a ticket's number of YYMMDD and a counter.
func number(name string) string {
	var d content.Date
	var counter int
	fmt.Sscanf(name, "%2d%2d%2d%d", &d.Year, &d.Month, &d.Day, &counter)
	return content.NewNumber(d, 1, counter)
}

// cutFront takes "{a: b; c: d}" out of a line, as lines of YAML.
func cutFront(line string) (rest, front string) {
	before, after, ok := strings.Cut(line, "{")
	if !ok {
		return strings.TrimSpace(line), ""
	}
	end := strings.LastIndex(after, "}")
	return strings.TrimSpace(before + after[end+1:]), strings.ReplaceAll(after[:end], "; ", "\n")
}

func event(t *testing.T, line string, zone *time.Location) (file, text string) {
	t.Helper()
	head, body, _ := strings.Cut(line, ": ")
	front := ""
	if i := strings.Index(line, "{"); i >= 0 {
		head, front = cutFront(line[:strings.LastIndex(line, "}")+1])
		body = strings.TrimPrefix(line[strings.LastIndex(line, "}")+1:], ": ")
	}
	words := strings.Fields(head)
	when := at(t, zone, words[0]+" "+words[1]).UTC()
	kind, author := content.Kind(words[2]), ""
	if len(words) > 3 {
		author = "-" + words[3]
	} else if !kind.ByRequester() {
		author = "-anna"
	}
	if front != "" {
		front = "---\n" + front + "\n---\n"
	}
	return fmt.Sprintf("%s-%s%s.md", when.Format("2006-01-02T150405Z"), kind, author), front + cmp.Or(body, needed[kind]) + "\n"
}

// needed are texts of kinds that must have one.
var needed = map[content.Kind]string{content.Reply: "so", content.Note: "psst", content.Investigating: "i", content.Confirmed: "c", content.Identified: "i", content.Update: "u", content.Monitoring: "m", content.Resolved: "r", content.Postmortem: "p", content.Waived: "w"}

func (w *world) at(s string) time.Time { w.Helper(); return at(w.T, w.zone, s) }

func (w *world) ticket(name string) *content.Ticket {
	w.Helper()
	t := w.tree.Ticket(number(name))
	if t == nil {
		w.Fatalf("no ticket %s", name)
	}
	return t
}

// told is a ticket's clocks at an instant, a line each.
func (w *world) told(name, now string) string {
	w.Helper()
	return w.lines(w.Ticket(w.ticket(name), w.tree, w.at(now)).Clocks)
}

// Ticket is the desk's, not the test's.
func (w *world) Ticket(t *content.Ticket, all Lookup, now time.Time) Ticket {
	return w.Desk.Ticket(t, all, now)
}

func (w *world) lines(clocks []Clock) string {
	var lines []string
	for _, c := range clocks {
		lines = append(lines, w.line(c))
	}
	return strings.Join(lines, "\n")
}

// line is a clock as "name (promise) why start > due state end, pauses".
func (w *world) line(c Clock) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s) %s %s >", c.Name, c.Promise.ID, c.Why, w.short(c.Started))
	if !c.GoalDue.IsZero() {
		fmt.Fprintf(&b, " %s >", w.short(c.GoalDue))
	}
	fmt.Fprintf(&b, " %s %s", w.short(c.Due), c.State)
	if !c.Ended.IsZero() {
		fmt.Fprintf(&b, " %s", w.short(c.Ended))
	}
	for _, p := range c.Pauses {
		fmt.Fprintf(&b, ", %s %s-%s", p.Why, w.short(p.From), w.short(p.To))
	}
	return b.String()
}

// short is a local time without its year, and without seconds where they are none.
func (w *world) short(at time.Time) string {
	if at.IsZero() {
		return "never"
	}
	at = at.In(w.zone)
	if at.Second() == 0 {
		return at.Format("01-02 15:04")
	}
	return at.Format("01-02 15:04:05")
}

func (w *world) want(what, got, want string) {
	w.Helper()
	if want = trimLines(want); got != want {
		w.Errorf("%s\n got:\n%s\n want:\n%s", what, got, want)
	}
}

func trimLines(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.Join(lines, "\n")
}
