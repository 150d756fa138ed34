package tick_test

import (
	"maps"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"balie/content"
	"balie/content/check"
	"balie/content/desk"
	"balie/content/load"
	"balie/ingest/commit"
	"balie/ingest/tick"
)

// office is a desk whose five tickets, each in its language, were asked something on Friday the sixth.
func office(closing string, more map[string]string) fstest.MapFS {
	files := map[string]string{
		"site.yaml": "name: {nl: Balie, en: Desk, fr: Bureau, de: Schalter, it: Sportello}\nbase_url: https://hulp.example\n" +
			"languages: [nl, en, fr, de, it]\ntime_zone: Europe/Brussels\nmail: {from: hulp@hulp.example, since: 2026-01-01, smtp: {host: smtp.example}}\n",
		"services.yaml":          "- {id: site, name: {nl: Site, en: Site, fr: Site, de: Site, it: Sito}}\n",
		"policy/2026-01-01.yaml": "calendars: {office: {hours: {mon-fri: [\"09:00-17:00\"]}}}\nclosing: " + closing + "\n",
		"maintenance/2026/1110-database/maintenance.yaml": "title: {nl: Databank, en: Database, fr: Base, de: Datenbank, it: Database}\nservices: [site]\n" +
			"planned: {start: 2026-11-10T22:00, end: 2026-11-10T23:00}\nautomatic: true\n",
		"maintenance/2026/1110-database/2026-11-09T0900-scheduled.md": "",
	}
	for i, lang := range []string{"nl", "en", "fr", "de", "it"} {
		dir := content.TicketDir(content.NewNumber(content.Date{Year: 2026, Month: 11, Day: 6}, 1, i+1))
		files[dir+"/ticket.yaml"] = "channel: email\nlanguage: " + lang + "\nsubject: X\nrequester: {email: x@x.example}\nfollow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" + string(rune('a'+i)) + "\n"
		files[dir+"/2026-11-06T090000Z-received.md"] = "---\nid: \"0000000000000001\"\n---\nX\n"
		files[dir+"/2026-11-06T100000Z-waiting.md"] = "Y?\n"
	}
	maps.Copy(files, more)
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

// due is the change of all that is due by an instant.
func due(t *testing.T, fsys fstest.MapFS, now time.Time) commit.Change {
	t.Helper()
	loaded := load.Load(fsys, nil)
	tree := loaded.Tree
	if problems := check.Check(loaded, now); content.HasErrors(problems) {
		t.Fatal(problems)
	}
	d, err := desk.New(tree.Setup)
	if err != nil {
		t.Fatal(err)
	}
	actions := d.Due(tree, now)
	change, err := tick.Change(tree, fsys, actions)
	if err != nil {
		t.Fatal(err)
	}
	return change
}

var (
	usual    = "{reminders: [2], notice: 3, close: 1}"
	december = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
)

// TestEveryKindInEveryLanguage: a reminder, the notice and the closing of each ticket, in its language, and the states of a maintenance.
func TestEveryKindInEveryLanguage(t *testing.T) {
	change := due(t, office(usual, nil), december)
	if len(change.Files) != 5*3+2 {
		t.Errorf("%d files", len(change.Files))
	}
	said := map[string]bool{}
	for _, f := range change.Files {
		_, body, fronted := strings.Cut(string(f.Data), "\n---\n")
		if !fronted {
			body = string(f.Data)
		}
		if strings.HasPrefix(f.Path, "tickets/") && (len(body) < 40 || said[body] || strings.Contains(body, "{")) {
			t.Errorf("%s: %q", f.Path, f.Data)
		}
		said[body] = true
	}
}

// TestTheSameBytes: what was written is no longer due, whatever part of it was, and what is left is as it was, byte for byte.
func TestTheSameBytes(t *testing.T) {
	fsys := office(usual, nil)
	whole := due(t, fsys, december)
	for n, f := range whole.Files {
		fsys[f.Path] = &fstest.MapFile{Data: f.Data}
		tree := load.Load(fsys, nil).Tree
		d, err := desk.New(tree.Setup)
		if err != nil {
			t.Fatal(err)
		}
		actions := d.Due(tree, december)
		rest, err := tick.Change(tree, fsys, actions)
		if err != nil {
			t.Fatal(err)
		}
		if want := whole.Files[n+1:]; len(want) != len(rest.Files) || len(want) > 0 && !reflect.DeepEqual(want, rest.Files) {
			t.Fatalf("after %s: %d files, want %d", f.Path, len(rest.Files), len(want))
		}
	}
}

// TestNoClosing: where nothing closes by itself, the notice does not say that it will.
func TestNoClosing(t *testing.T) {
	for _, f := range due(t, office("{notice: 3}", nil), december).Files {
		if strings.Contains(f.Path, "solved") && (strings.Contains(string(f.Data), "0 ") || strings.Contains(string(f.Data), "werkdag")) {
			t.Errorf("%s: %s", f.Path, f.Data)
		}
	}
}

// TestAfterAnAnswer: the notice says when we answered, and by when the ticket closes, if it does.
func TestAfterAnAnswer(t *testing.T) {
	for closing, closes := range map[string]bool{"{answered: 2, close: 4}": true, "{answered: 2}": false} {
		fsys := office(closing, nil)
		for name, f := range fsys {
			if asked, ok := strings.CutSuffix(name, "waiting.md"); ok {
				fsys[asked+"reply.md"] = f
				delete(fsys, name)
			}
		}
		said := map[string]bool{}
		for _, f := range due(t, fsys, december).Files {
			if body := string(f.Data); strings.Contains(f.Path, "solved") && strings.Contains(body, " 6") && strings.Contains(body, "2026") && strings.Contains(body, " 4 ") == closes && !strings.Contains(body, "{") {
				said[body] = true
			}
		}
		if len(said) != 5 {
			t.Errorf("%s: %d notices: %v", closing, len(said), said)
		}
	}
}

// TestOwnWords: the desk's own theme has the last word, as it is committed.
func TestOwnWords(t *testing.T) {
	own := map[string]string{"theme/locales/en.json": `{"tick.reminder": "Are you still there?"}`}
	for _, f := range due(t, office(usual, own), december).Files {
		if strings.HasSuffix(f.Path, "reminder-balie.md") && strings.Contains(string(f.Data), "Are you still there?") {
			return
		}
	}
	t.Error("the desk's own reminder was not written")
}
