package live_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"balie/content"
	"balie/content/live"
	"balie/content/repository"
)

// imports adds commits of one file to main: one for each text.
func (d *desk) imports(name string, texts ...string) {
	d.Helper()
	var b strings.Builder
	for i, text := range texts {
		b.WriteString("commit refs/heads/main\ncommitter Test <test@localhost> 1795176000 +0000\ndata 4\nedit\n")
		if i == 0 {
			b.WriteString("from refs/heads/main^0\n")
		}
		fmt.Fprintf(&b, "M 100644 inline %s\ndata %d\n%s\n", name, len(text), text)
	}
	c := exec.Command("git", "-C", d.dir, "fast-import", "--quiet")
	c.Stdin = strings.NewReader(b.String())
	if out, err := c.CombinedOutput(); err != nil {
		d.Fatalf("git fast-import: %v\n%s", err, out)
	}
}

// wrong are n texts that are no record, each another.
func wrong(n int) []string {
	texts := make([]string, n)
	for i := range texts {
		texts[i] = fmt.Sprintf("titel: %d\n", i)
	}
	return texts
}

// TestAHundredVersions: a version that reads is looked for in the newest hundred of that very path.
func TestAHundredVersions(t *testing.T) {
	const file = "incidents/2026/1120-a/incident.yaml"
	d := newDesk(t, map[string]string{"site.yaml": goodSite, file: "title: Good\n"})
	d.imports(file, wrong(99)...)
	d.imports("articles/help/a.md", "# One\n", "# Two\n", "# Three\n") // other files don't count
	if i := d.read().Tree.Incident("2026/1120-a"); i == nil || i.Title["en"] != "Good" {
		t.Errorf("after 99 mistakes: %v", i)
	}
	d.imports(file, "titel: once more\n")
	if i := d.read().Tree.Incident("2026/1120-a"); i != nil {
		t.Errorf("after 100 mistakes: %v", i)
	}
}

// TestTheSetupOfAHundredCommits: the same for the setup, whose commits are those of any of its files.
func TestTheSetupOfAHundredCommits(t *testing.T) {
	d := newDesk(t, map[string]string{"site.yaml": goodSite})
	d.imports("services.yaml", wrong(99)...)
	d.imports("incidents/2026/1120-a/incident.yaml", "title: A\n", "title: B\n")
	if r := d.read(); !r.Fit || r.Setup == nil || r.Tree.Incident("2026/1120-a") == nil {
		t.Errorf("after 99 mistakes: fit %v", r.Fit)
	}
	d.imports("people.yaml", "anna: {name: Anna}\n") // right by itself
	if r := d.read(); r.Fit {
		t.Error("after 100 mistakes there is a setup to go by")
	}
}

// TestADraft: the work tree is before the newest commit, whose version is shown where what is being
// edited does not read.
func TestADraft(t *testing.T) {
	const file = "incidents/2026/1120-a/incident.yaml"
	d := newDesk(t, map[string]string{"site.yaml": goodSite, file: "title: One\n"})
	d.commit(map[string]string{file: "title: Two\n"})
	tree, err := repository.Open(t.Context(), d.dir, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tree.Close() })
	d.repo, d.reader = tree, live.NewReader(tree)
	for _, step := range []struct{ text, want string }{{"title: Three\n", "Three"}, {"title: [\n", "Two"}, {"titel: Four\n", "Two"}, {"title: Five\n", "Five"}} {
		if err := os.WriteFile(filepath.Join(d.dir, file), []byte(step.text), 0o666); err != nil {
			t.Fatal(err)
		}
		r, err := d.reader.Read(t.Context(), []string{file})
		if err != nil {
			t.Fatal(err)
		}
		if i := r.Tree.Incident("2026/1120-a"); i == nil || i.Title["en"] != step.want {
			t.Errorf("%q is shown as %v, want %s", step.text, i, step.want)
		}
	}
}

// TestRenamesAreNotFollowed: what a file was under another name is no version of it.
func TestRenamesAreNotFollowed(t *testing.T) {
	const from, to = "incidents/2026/1120-a/", "incidents/2026/1120-b/"
	d := newDesk(t, map[string]string{"site.yaml": goodSite, from + "incident.yaml": "title: Good\n", from + "2026-11-20T1000-investigating.md": "We look.\n"})
	d.git("mv", from, to)
	d.commit(map[string]string{to + "incident.yaml": "titel: Good\n"})
	if r := d.read(); len(r.Tree.Incidents) != 0 || len(r.Loaded.Older) != 0 {
		t.Errorf("shown: %s", shown(r))
	}
}

const (
	one = "tickets/2026/11/20/2611204216/"
	two = "tickets/2026/11/20/2611204227/"

	ticketOne = "subject: One\nrequester: {email: jan@x.example}\n"
	ticketTwo = "subject: Two\nrequester: {email: jan@x.example}\n"
)

func ticketFiles(more map[string]string) map[string]string {
	files := map[string]string{
		"site.yaml": goodSite, one + "ticket.yaml": ticketOne, one + "2026-11-20T090000Z-received.md": "Help\n",
		two + "ticket.yaml": ticketTwo, two + "2026-11-20T091000Z-received.md": "Help\n",
	}
	for name, text := range more {
		files[name] = text
	}
	return files
}

// TestTwoThatNameEachOther: of two records that don't read, each is shown by its own history.
func TestTwoThatNameEachOther(t *testing.T) {
	d := newDesk(t, ticketFiles(map[string]string{
		one + "2026-11-20T100000Z-linked-anna.md": "---\nticket: \"2611204227\"\nas: related\n---\n",
		two + "2026-11-20T100000Z-merged-anna.md": "---\ninto: \"2611204216\"\n---\n",
	}))
	d.commit(map[string]string{one + "ticket.yaml": "subjekt: One\n"})
	d.commit(map[string]string{two + "ticket.yaml": strings.Replace(ticketTwo, "Two", "Two again", 1)})
	d.commit(map[string]string{two + "ticket.yaml": "subjekt: Two\n"})
	r := d.read()
	first, second := r.Tree.Ticket("2611204216"), r.Tree.Ticket("2611204227")
	if first == nil || second == nil || first.Subject != "One" || second.Subject != "Two again" {
		t.Fatalf("shown: %s", shown(r))
	}
	if o := r.Loaded.Older; len(o) != 2 || o[0].Commit == o[1].Commit {
		t.Errorf("in older versions: %v", o)
	}
	// What they say of each other holds.
	if effect := r.Tree.MergeEffect(second.Events[1]); effect != content.MergeCounts {
		t.Errorf("the merge has the effect %d", effect)
	}
}

// TestAReferenceToWhatNeverRead has no effect, as if it were not written.
func TestAReferenceToWhatNeverRead(t *testing.T) {
	d := newDesk(t, ticketFiles(map[string]string{
		two + "ticket.yaml":                       "subjekt: Two\n",
		one + "2026-11-20T100000Z-linked-anna.md": "---\nincident: 2026/1120-a\n---\n",
		one + "2026-11-20T100100Z-merged-anna.md": "---\ninto: \"2611204227\"\n---\n",
		"incidents/2026/1120-a/incident.yaml":     "titel: A\n",
	}))
	r := d.read()
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	queue := r.Desk.Queue(r.Tree, now, false)
	if len(queue) != 1 || queue[0].Ticket.Ticket.Number != "2611204216" || queue[0].State != content.New || queue[0].Owes != content.OwesDesk {
		t.Errorf("%d in the queue; shown: %s", len(queue), shown(r))
	}
	if r.Tree.Incident("2026/1120-a") != nil || len(r.Tree.Incidents) != 0 {
		t.Error("an incident that never read is there")
	}
	// Both are wrong; nothing is said of the references besides.
	for _, file := range errorsOf(r) {
		if file != two+"ticket.yaml" && file != "incidents/2026/1120-a/incident.yaml" {
			t.Errorf("an error in %s", file)
		}
	}
}

// TestTranslations: one that never read is not there, so that the source is shown; one whose source
// was taken out counts as not written, and brings the source not back.
func TestTranslations(t *testing.T) {
	const dir = "incidents/2026/1120-a/"
	d := newDesk(t, map[string]string{
		"site.yaml": strings.Replace(goodSite, "[en]", "[en, nl]", 1), dir + "incident.yaml": "title: A\n",
		dir + "2026-11-20T1000-investigating.md": "We look.\n", dir + "2026-11-20T1000-investigating.nl.md": "---\nnext_update: 2026-11-20T12:00\n---\nWij zoeken.\n",
		dir + "2026-11-20T1100-update.md": "Still.\n", dir + "2026-11-20T1100-update.nl.md": "Nog.\n",
		"articles/help/a.md": "# A\n\nText.\n", "articles/help/a.nl.md": "---\ntitle: [\n---\nTekst.\n",
	})
	r := d.read()
	events := r.Tree.Incident("2026/1120-a").Events
	if body, lang := events[0].In("nl", "en"); body != "We look." || lang != "en" {
		t.Errorf("%q in %s", body, lang)
	}
	if body, lang := events[1].In("nl", "en"); body != "Nog." || lang != "nl" {
		t.Errorf("%q in %s", body, lang)
	}
	if a := r.Tree.Sections[0].Articles[0]; a.Title != "A" || len(a.Translations) != 0 {
		t.Errorf("%v with %d translations", a.Title, len(a.Translations))
	}
	d.git("rm", "-q", dir+"2026-11-20T1100-update.md", "articles/help/a.md")
	d.commit(nil)
	r = d.read()
	if i := r.Tree.Incident("2026/1120-a"); i == nil || len(i.Events) != 1 || len(r.Tree.Sections) != 1 || len(r.Tree.Sections[0].Articles) != 0 || len(r.Loaded.Older) != 0 {
		t.Errorf("shown: %s", shown(r))
	}
}

// TestClocksAfterMending: while the setup is wrong the clocks go by the version that is shown; once
// it is mended they are computed anew, those that had started too.
func TestClocksAfterMending(t *testing.T) {
	policy := func(within string) string {
		return "calendars: {office: {hours: {mon-sun: [\"00:00-24:00\"]}}}\npromises: [{id: first, clock: first_response, target: {within: " + within + "}}]\n"
	}
	d := newDesk(t, ticketFiles(map[string]string{"policy/2026-01-01.yaml": policy("4h")}))
	now := time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC)
	for _, step := range []struct {
		files map[string]string
		due   int
	}{
		{nil, 13},
		{map[string]string{"policy/2026-01-01.yaml": policy("1h"), "people.yaml": "anna: Anna\n"}, 13},
		{map[string]string{"people.yaml": "anna: {name: Anna}\n"}, 10},
	} {
		d.commit(step.files)
		r := d.read()
		clocks := r.Desk.Ticket(r.Tree.Ticket("2611204216"), r.Tree, now).Clocks
		if len(clocks) != 1 || !clocks[0].Due.Equal(time.Date(2026, 11, 20, step.due, 0, 0, 0, time.UTC)) {
			t.Errorf("%v: %+v", step.files, clocks)
		}
	}
}

// TestASetupAgrees when its own names lead somewhere. Cases are not asked.
func TestASetupAgrees(t *testing.T) {
	const lanes = "calendars: {office: {hours: {mon-fri: [\"09:00-17:00\"]}}}\nlanes: [{id: standard, name: Standard}]\n"
	const form = "title: Contact\nlane: standard\nfields: [{id: message, role: body, type: textarea}]\n"
	good := map[string]string{"site.yaml": goodSite, "policy/2026-01-01.yaml": lanes + "closing: {close: 5}\n", "forms/contact.yaml": form, "services.yaml": "- {id: search, name: Search}\n"}
	for _, c := range []struct {
		name, file, text string
		agrees           bool
	}{
		{"a form's lane", "forms/quote.yaml", strings.Replace(form, "standard", "nowhere", 1), false},
		{"a hook's form", "hooks.yaml", "- {name: mail, kind: email, secret: {env: A}, form: nowhere}\n", false},
		{"a promise's service", "policy/2027-01-01.yaml", lanes + "promises: [{id: p, clock: periodic_update, services: [nowhere], target: {every: 1d}}]\n", false},
		{"a promise's calendar", "policy/2027-01-01.yaml", lanes + "promises: [{id: p, clock: first_response, calendar: nowhere, target: {within: 4h}}]\n", false},
		{"a calendar's holidays", "policy/2027-01-01.yaml", "calendars: {office: {hours: {mon-fri: [\"09:00-17:00\"]}, holidays: [nowhere]}}\n", false},
		{"a language that the theme does not speak", "site.yaml", strings.Replace(goodSite, "[en]", "[en, xx]", 1), false},
		{"mail that closes, and nothing says since when it goes out", "site.yaml", goodSite + "mail: {from: a@x.example, smtp: {host: smtp.example}}\n", false},
		{"an owner is a contact, and leads nowhere", "organisations/0042.yaml", "name: Bakery\nowner: {name: Bo}\n", true},
		{"an incident's service", "incidents/2026/1120-a/incident.yaml", "title: A\nservices: {nowhere: major_outage}\n", true},
		{"a ticket's form and lane", one + "ticket.yaml", ticketOne + "form: nowhere\nlane: nowhere\n", true},
		{"an article", "articles/help/a.md", "---\ntitle: [\n---\n", true},
		{"erased.txt", "erased.txt", "Jan Jansen\n", true},
	} {
		d := newDesk(t, good)
		d.commit(map[string]string{c.file: c.text})
		r, err := d.reader.Read(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if !r.Fit || (r.Setup == nil) != c.agrees || len(errorsOf(r)) == 0 && !strings.HasPrefix(c.file, "organisations") {
			t.Errorf("%s: fit %v, setup %s, errors in %s", c.name, r.Fit, commitOf(r), errorsOf(r))
		}
	}
}
