package live_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"balie/content"
	"balie/content/live"
	"balie/content/repository"
)

const goodSite = "name: Desk\nbase_url: https://help.example\nlanguages: [en]\ntime_zone: Europe/Brussels\n"

// desk is a repository that is read again and again, by the branch that is checked out.
type desk struct {
	*testing.T
	dir    string
	repo   *repository.Repository
	reader *live.Reader
}

func newDesk(t *testing.T, files map[string]string) *desk {
	t.Helper()
	d := &desk{T: t, dir: t.TempDir()}
	d.git("init", "-q", "-b", "main")
	d.commit(files)
	repo, err := repository.Open(t.Context(), d.dir, "refs/heads/main")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { repo.Close() })
	d.repo, d.reader = repo, live.NewReader(repo)
	return d
}

func (d *desk) git(args ...string) {
	d.Helper()
	c := exec.Command("git", append([]string{"-C", d.dir, "-c", "user.name=Test", "-c", "user.email=test@localhost"}, args...)...)
	c.Env = append(os.Environ(), "GIT_AUTHOR_DATE=2026-11-20T12:00:00Z", "GIT_COMMITTER_DATE=2026-11-20T12:00:00Z", "GIT_CONFIG_GLOBAL="+os.DevNull)
	if out, err := c.CombinedOutput(); err != nil {
		d.Fatalf("git %s: %v\n%s", args, err, out)
	}
}

func (d *desk) commit(files map[string]string) {
	d.Helper()
	for name, text := range files {
		full := filepath.Join(d.dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			d.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o666); err != nil {
			d.Fatal(err)
		}
	}
	d.git("add", "-A")
	d.git("commit", "-q", "--allow-empty", "-m", "edit")
}

// read reads on, and checks that a fresh reader shows the same.
func (d *desk) read() *live.Reading {
	d.Helper()
	r, err := d.reader.Read(d.Context(), nil)
	if err != nil {
		d.Fatal(err)
	}
	fresh, err := live.NewReader(d.repo).Read(d.Context(), nil)
	if err != nil {
		d.Fatal(err)
	}
	if got, want := shown(r), shown(fresh); got != want {
		d.Errorf("reading on shows\n%s\na fresh start\n%s", got, want)
	}
	return r
}

// shown is what of a reading these tests look at.
func shown(r *live.Reading) string {
	s := "setup " + commitOf(r) + " of " + r.Tree.Zone.String() + "\n"
	for _, i := range r.Tree.Incidents {
		s += i.ID + ": " + i.Title["en"]
		for _, e := range i.Events {
			s += " | " + e.Name + " " + e.Body
			for lang, t := range e.Translations {
				s += " [" + lang + " " + t.Body + "]"
			}
		}
		s += "\n"
	}
	for _, t := range r.Tree.Tickets {
		s += t.Number + ": " + t.Subject
		for _, e := range t.Events {
			s += " | " + e.Name
		}
		s += "\n"
	}
	return s
}

func commitOf(r *live.Reading) string {
	if r.Setup == nil {
		return "as it is"
	}
	return r.Setup.Commit
}

func errorsOf(r *live.Reading) (files []string) {
	var c live.Checker
	for _, p := range c.Problems(r, time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)) {
		if p.Severity == content.Error {
			files = append(files, p.File)
		}
	}
	return files
}

// TestFileThatDoesNotRead: each file stands for itself, and is shown as it last did.
func TestFileThatDoesNotRead(t *testing.T) {
	const dir = "incidents/2026/1120-a/"
	d := newDesk(t, map[string]string{
		"site.yaml": goodSite, dir + "incident.yaml": "title: First\n",
		dir + "2026-11-20T1000-investigating.md": "One.\n",
	})
	d.read()
	d.commit(map[string]string{dir + "incident.yaml": "titel: Second\n", dir + "2026-11-20T1000-investigating.md": "\n", dir + "2026-11-20T1100-update.md": "New.\n"})
	r := d.read()
	i := r.Tree.Incident("2026/1120-a")
	if i == nil || i.Title["en"] != "First" || len(i.Events) != 2 || i.Events[0].Body != "One." || i.Events[1].Body != "New." {
		t.Fatalf("shown: %s", shown(r))
	}
	if n := len(errorsOf(r)); n < 2 || len(r.Loaded.Older) != 2 {
		t.Errorf("%d errors, %d files in an older version", n, len(r.Loaded.Older))
	}
	// What is shown was good before something else was wrong, too.
	for range 3 {
		d.commit(map[string]string{dir + "incident.yaml": "titel: Third\n"})
		d.commit(map[string]string{dir + "incident.yaml": "title: [\n"})
	}
	if i := d.read().Tree.Incident("2026/1120-a"); i == nil || i.Title["en"] != "First" {
		t.Errorf("after more mistakes: %v", i)
	}
	// A rewritten history has other versions, though the tree is the same.
	d.git("checkout", "-q", "--orphan", "other")
	d.commit(nil)
	d.git("branch", "-f", "main", "other")
	if i := d.read().Tree.Incident("2026/1120-a"); i != nil {
		t.Errorf("a file that never read in this history is shown: %v", i)
	}
	d.git("checkout", "-q", "main")
	d.commit(map[string]string{dir + "incident.yaml": "title: Mended\n", dir + "2026-11-20T1000-investigating.md": "One again.\n"})
	if r := d.read(); r.Tree.Incident("2026/1120-a").Title["en"] != "Mended" || len(errorsOf(r)) > 0 {
		t.Errorf("mended: %s %v", shown(r), errorsOf(r))
	}
}

// TestFileThatNeverRead is not there, and all beside it is.
func TestFileThatNeverRead(t *testing.T) {
	const ticket = "tickets/2026/11/20/2611204216/"
	d := newDesk(t, map[string]string{
		"site.yaml": goodSite, ticket + "ticket.yaml": "subject: Help\n", ticket + "2026-11-20T100000Z-received.md": "---\nid: \"00000001\"\n---\nHelp\n",
	})
	d.commit(map[string]string{
		ticket + "2026-11-20T110000Z-reply-anna.md": "---\nid: x\n---\nNo.\n", "incidents/2026/1120-b/incident.yaml": "titel: B\n",
		"incidents/2026/1120-c/incident.yaml": "title: C\n", "incidents/2026/1120-c/2026-11-20T1000-investigating.md": "C.\n", "incidents/2026/1120-c/2026-11-20T1000-investigating.en.md": "no such language\n",
	})
	r := d.read()
	if len(r.Tree.Tickets) != 1 || len(r.Tree.Tickets[0].Events) != 1 || r.Tree.Incident("2026/1120-b") != nil || r.Tree.Incident("2026/1120-c") == nil {
		t.Errorf("shown: %s", shown(r))
	}
	// A ticket whose own file breaks keeps that of before, and its new events.
	d.commit(map[string]string{ticket + "ticket.yaml": "subject: 4711\n", ticket + "2026-11-20T120000Z-message.md": "---\nid: \"00000002\"\n---\nStill.\n"})
	r = d.read()
	if len(r.Tree.Tickets) != 1 || r.Tree.Tickets[0].Subject != "Help" || len(r.Tree.Tickets[0].Events) != 2 {
		t.Errorf("shown: %s", shown(r))
	}
}

// TestSetupIsOneUnit: the newest commit in which all of it reads and agrees is shown, cases of now with it.
func TestSetupIsOneUnit(t *testing.T) {
	d := newDesk(t, map[string]string{
		"site.yaml": goodSite, "services.yaml": "- {id: search, name: Search}\n", "policy/2026-01-01.yaml": "calendars: {office: {hours: {mon-fri: [\"09:00-17:00\"]}}}\nlanes: [{id: standard, name: Standard}]\n",
		"forms/contact.yaml": "title: Contact\nlane: standard\nfields: [{id: message, role: body, type: textarea}]\n",
	})
	if r := d.read(); r.Setup != nil || !r.Fit {
		t.Fatal("a good setup is not shown as it is")
	}
	// A name that leads nowhere within the setup holds up the whole of it.
	d.commit(map[string]string{"forms/contact.yaml": "title: Contact two\nlane: nowhere\nfields: [{id: message, role: body, type: textarea}]\n", "services.yaml": "- {id: mail, name: Mail}\n"})
	r := d.read()
	if r.Setup == nil || r.Tree.Forms[0].Title["en"] != "Contact" || r.Tree.Service("search") == nil {
		t.Errorf("%s: %v", commitOf(r), r.Tree.Forms[0].Title)
	}
	// Cases go on, by the setup that is shown; an article stands for itself.
	d.commit(map[string]string{"incidents/2026/1120-a/incident.yaml": "title: A\n", "articles/help/a.md": "# New\n\nText.\n", "articles/help/b.md": "---\ntitle: [\n---\n"})
	if r = d.read(); r.Tree.Incident("2026/1120-a") == nil || len(r.Tree.Sections) != 1 || len(r.Tree.Sections[0].Articles) != 1 {
		t.Errorf("shown: %s", shown(r))
	}
	// Mended in part: another file of the unit is still wrong.
	d.commit(map[string]string{"forms/contact.yaml": "title: Contact three\nlane: standard\nfields: [{id: message, role: body, type: textarea}]\n", "site.yaml": "name: [\n"})
	if r = d.read(); r.Setup == nil || r.Tree.Forms[0].Title["en"] != "Contact" {
		t.Errorf("%s: %v", commitOf(r), r.Tree.Forms[0].Title)
	}
	d.commit(map[string]string{"site.yaml": goodSite})
	if r = d.read(); r.Setup != nil || r.Tree.Forms[0].Title["en"] != "Contact three" || len(errorsOf(r)) != 1 {
		t.Errorf("%s: %v %v", commitOf(r), r.Tree.Forms[0].Title, errorsOf(r))
	}
	// The theme belongs to it.
	d.commit(map[string]string{"theme/layouts/home.html": "{{nothing}}", "forms/contact.yaml": "title: Contact four\nlane: standard\nfields: [{id: message, role: body, type: textarea}]\n"})
	if r = d.read(); r.Setup == nil || r.Tree.Forms[0].Title["en"] != "Contact three" {
		t.Errorf("%s: %v", commitOf(r), r.Tree.Forms[0].Title)
	}
	if files := errorsOf(r); len(files) != 2 || files[1] != "theme/layouts/home.html" {
		t.Errorf("errors in %s", files)
	}
}

// TestNoSetupIsRight: there is nothing to go by until it is mended, and then all is as a fresh start has it.
func TestNoSetupIsRight(t *testing.T) {
	d := newDesk(t, map[string]string{"site.yaml": "name: [\n"})
	if r := d.read(); r.Fit || r.Desk != nil {
		t.Fatal("a setup that never was right is gone by")
	}
	d.commit(map[string]string{"site.yaml": goodSite})
	if r := d.read(); !r.Fit || r.Setup != nil || r.Desk == nil {
		t.Errorf("mended: fit %v, setup %s", r.Fit, commitOf(r))
	}
}

// TestZoneOfAMistake: a time zone that was only written for a while is nobody's.
func TestZoneOfAMistake(t *testing.T) {
	d := newDesk(t, map[string]string{"site.yaml": goodSite})
	d.read()
	d.commit(map[string]string{"site.yaml": "name: Desk\nbase_url: https://help.example\nlanguages: [xx]\ntime_zone: Asia/Tokyo\n"})
	d.read()
	d.commit(map[string]string{"site.yaml": goodSite})
	d.read()
	d.commit(map[string]string{"site.yaml": "name: [\n"})
	if r := d.read(); r.Tree.Zone.String() != "Europe/Brussels" {
		t.Errorf("times are in %s", r.Tree.Zone)
	}
}
