package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"balie/content"
	"balie/content/live"
	"balie/content/repository"
	"balie/generator"
)

// mistakes are files to plant, one of each kind; a pattern stands for the first file that it matches.
var mistakes = []struct{ file, text string }{
	{"site.yaml", "name: [\n"},
	{"site.yaml", "name: Shop\nbase_url: https://help.example\nlanguages: [xx]\ntime_zone: Europe/Amsterdam\n"},
	{"services.yaml", "- {id: x, nme: X}\n"},
	{"people.yaml", "anna: Anna\n"},
	{"hooks.yaml", "- {name: alerts}\n"},
	{"organisations/*.yaml", "naam: Bakkerij\n"},
	{"policy/*.yaml", "calendars: {}\n"},
	{"holidays/*.yaml", "2026-02-30: Never\n"},
	{"forms/contact.yaml", "title: Contact\nlane: nowhere\nfields: [{id: m, role: body, type: textarea}]\n"},
	{"brand/logo.svg", strings.Repeat("x", 1<<19)},
	{"theme/layouts/home.html", "{{nothing}}"},
	{"theme/locales/nl.json", "{"},
	{"articles/*/*.md", "---\ntitle: [\n---\nText.\n"},
	{"articles/*/*.en.md", "---\ntitle: [\n---\nText.\n"},
	{"articles/*/section.yaml", "titel: X\n"},
	{"replies/*.md", "\xff\xfe\n"},
	{"incidents/*/*/incident.yaml", "titel: X\n"},
	{"incidents/*/*/*-resolved*.md", ""},
	{"incidents/*/*/*-investigating*.en.md", "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n"},
	{"maintenance/*/*/maintenance.yaml", "title: [\n"},
	{"maintenance/*/*/*.md", "---\nnever closed\n"},
	{"tickets/*/*/*/*/ticket.yaml", "subject: 4711\n"},
	{"tickets/*/*/*/*/*-reply-*.md", "---\nid: x\n---\nText.\n"},
	{"erased.txt", "Jan Jansen\n"},
}

// TestAMistakeHoldsUpOnlyWhatItIsIn plants a mistake in each kind of file in turn. An update of an incident is published, a ticket is taken in and shown to
// staff, the staff's pages name the mistake, and a fresh start shows the same bytes.
func TestAMistakeHoldsUpOnlyWhatItIsIn(t *testing.T) {
	r := serveSampleWith(t, "webshop", func(s *server) {
		s.draft = false
		at := s.clock().Truncate(time.Second)
		s.clock = func() time.Time { return at } // a page has one content however often it is built
	})
	site, staff := "http://"+r.addr, "http://"+r.staffAddr
	incident := "incidents/2026/0102-probe"
	r.commit(map[string]string{incident + "/incident.yaml": "title: Probe\n", incident + "/2026-01-02T1000-investigating.md": "We look.\n"})
	r.until("the incident", r.exists("/"+incident+"/"))
	form := r.live.Current().Tree.Forms[0]
	for i, m := range mistakes {
		if testing.Short() && i%4 != 0 {
			continue
		}
		file := r.one(m.file)
		r.Run(fmt.Sprint(i, file), func(t *testing.T) {
			was, absent := os.ReadFile(filepath.Join(r.dir, file))
			r.commit(map[string]string{file: m.text})
			r.until("the mistake", func() bool { return r.tells(file) })

			update := fmt.Sprintf("Update number %d.", i)
			r.commit(map[string]string{fmt.Sprintf("%s/2026-01-02T11%02d-update.md", incident, i): update + "\n"})
			r.until("the update", r.shows(site+"/"+incident+"/", update))
			status, answer := r.post("/forms/"+form.ID, strings.Replace(exampleJSON(form), "Hello", fmt.Sprint("Question ", i), 1))
			number := regexp.MustCompile(`"number":\s*"(\d+)"`).FindStringSubmatch(answer)
			if status != http.StatusCreated || number == nil {
				t.Fatalf("a ticket: %d %s", status, answer)
			}
			r.until("the ticket", r.shows(staff+"/", "/tickets/"+number[1]+"/"))
			if page := r.get(staff + "/"); !strings.Contains(page, file) {
				t.Errorf("the staff's first page does not name %s", file)
			}
			if !strings.Contains(r.stderr.String(), "\n"+file+":") {
				t.Errorf("nothing is said of %s on standard error", file)
			}
			r.sameAfterRestart(t)

			if absent != nil {
				r.git("rm", "-q", file)
				r.git("commit", "-q", "-m", "taken out")
			} else {
				r.commit(map[string]string{file: string(was)})
			}
			r.until("no mistake", func() bool { return !r.tells(file) })
		})
	}
}

// TestIngestGoesOnUnderAMistake: an intake alone says what is wrong, and takes in what is handed in.
func TestIngestGoesOnUnderAMistake(t *testing.T) {
	r := serveSampleWith(t, "plugins", func(s *server) { s.draft, s.intakeOnly, s.staffAddr = false, true, "" })
	form := r.live.Current().Tree.Forms[0]
	ticket := r.one("tickets/*/*/*/*/ticket.yaml")
	for _, m := range []struct{ file, text string }{{ticket, "subject: 4711\n"}, {"services.yaml", "- {id: x, nme: X}\n"}} {
		r.commit(map[string]string{m.file: m.text})
		r.until("the mistake", func() bool { return r.tells(m.file) })
		if status, answer := r.post("/forms/"+form.ID, strings.Replace(exampleJSON(form), "Hello", m.file, 1)); status != http.StatusCreated {
			t.Errorf("a ticket: %d %s", status, answer)
		}
	}
	for _, want := range []string{"\n" + ticket + ":1:10: ", "balie: " + ticket + " is shown as it was in commit ", "\nservices.yaml:1:11: ", "balie: the setup and the theme are shown as they were in commit "} {
		if !strings.Contains("\n"+r.stderr.String(), want) {
			t.Errorf("standard error lacks %q:\n%s", want, r.stderr)
		}
	}
}

// tells reports whether the last build named a mistake in a file, or in what makes one unit with it.
func (r *running) tells(file string) bool {
	if r.last == nil {
		return false
	}
	for _, p := range r.last.Problems {
		if p.Severity != content.Error {
			continue
		}
		if p.File == file || strings.HasPrefix(file, "brand/") && strings.HasPrefix(p.File, "brand") {
			return true
		}
	}
	return false
}

// one is the first file in the repository that a pattern matches, or the pattern where it is a name.
func (r *running) one(pattern string) string {
	r.Helper()
	found, err := filepath.Glob(filepath.Join(r.dir, filepath.FromSlash(pattern)))
	if err != nil || len(found) == 0 {
		if strings.Contains(pattern, "*") {
			r.Fatalf("no file like %s", pattern)
		}
		return pattern
	}
	rel, err := filepath.Rel(r.dir, found[0])
	if err != nil {
		r.Fatal(err)
	}
	return filepath.ToSlash(rel)
}

// commit writes files and commits them.
func (r *running) commit(files map[string]string) {
	r.Helper()
	for name, text := range files {
		full := filepath.Join(r.dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			r.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o666); err != nil {
			r.Fatal(err)
		}
		r.git("add", "--", name)
	}
	r.git("commit", "-q", "-m", "edit")
}

// exists reports whether a page is there.
func (r *running) exists(path string) func() bool {
	return func() bool { return r.status(path) == http.StatusOK }
}

// sameAfterRestart compares what is served with what a fresh start makes of the same commit at the same instant.
func (r *running) sameAfterRestart(t *testing.T) {
	t.Helper()
	head := strings.TrimSpace(r.git("rev-parse", "HEAD"))
	r.until("the last commit", func() bool { return r.last != nil && r.last.Revision == head })
	repo, err := repository.Open(context.Background(), r.dir, r.repo.Ref)
	if err != nil {
		t.Fatal(err)
	}
	defer repo.Close()
	reading, err := live.NewReader(repo).Read(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	now := r.last.Now.In(reading.Tree.Zone)
	fresh := generator.Config{Out: t.TempDir(), Staff: t.TempDir(), BaseURL: r.baseURL, Finds: true}
	checker := newChecker()
	if _, err := generator.Build(context.Background(), fresh, reading, now, checker.Problems(reading, now)); err != nil {
		t.Fatal(err)
	}
	for _, pair := range [][2]string{{r.outputs.Out, fresh.Out}, {r.outputs.Staff, fresh.Staff}} {
		served, started := filesIn(t, pair[0]), filesIn(t, pair[1])
		for name, data := range started {
			served[name] = mailbox.ReplaceAll(served[name], nil)
			if !bytes.Equal(served[name], data) {
				t.Errorf("%s is not what a fresh start shows: %s", name, whereTheyPart(served[name], data))
			}
		}
		if len(served) != len(started) {
			t.Errorf("%d files are served, a fresh start has %d", len(served), len(started))
		}
	}
}

// mailbox is what the staff's queue says of the outbox: the store counts that, and not git.
var mailbox = regexp.MustCompile(`<p class="note"><a href="/mail/">.*</p>\n`)

// filesIn reads a directory; what begins with a dot is left out.
func filesIn(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), ".") {
			return err
		}
		rel, err := filepath.Rel(dir, p)
		if err != nil {
			return err
		}
		files[filepath.ToSlash(rel)], err = os.ReadFile(p)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// whereTheyPart shows where two texts part.
func whereTheyPart(a, b []byte) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	around := func(s []byte) string { return string(s[max(0, min(i-60, len(s))):min(i+60, len(s))]) }
	return fmt.Sprintf("%q and %q", around(a), around(b))
}
