package generator_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"balie/content"
	promises "balie/content/desk"
	"balie/content/load"
	"balie/content/sample"
	"balie/content/sample/large"
	"balie/generator/report"
)

// files reads a directory: content by path.
func files(t testing.TB, dir string) map[string][]byte {
	found := map[string][]byte{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), ".") {
			return err
		}
		rel, _ := filepath.Rel(dir, p)
		found[filepath.ToSlash(rel)], err = os.ReadFile(p)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

var link = regexp.MustCompile(`href="(/[^"#?]*)`)

// TestStaffTrees builds the staff's pages of every desk: each table is on a page and in two files that can be read, and each link leads somewhere.
func TestStaffTrees(t *testing.T) {
	for _, name := range append(sample.Names(), sample.Starter) {
		c := config(t, desk(t, name))
		build(t, c)
		tree := files(t, c.Staff)
		for file, data := range tree {
			switch path.Ext(file) {
			case ".html":
				for _, m := range link.FindAllSubmatch(data, -1) {
					target := strings.TrimPrefix(string(m[1]), "/")
					if tree[target] == nil && tree[path.Join(target, "index.html")] == nil {
						t.Errorf("%s %s: %s leads nowhere", name, file, m[1])
					}
				}
			case ".csv":
				if _, err := csv.NewReader(bytes.NewReader(data)).ReadAll(); err != nil {
					t.Errorf("%s %s: %v", name, file, err)
				}
			case ".json":
				if !json.Valid(data) {
					t.Errorf("%s %s: no JSON", name, file)
				}
			}
		}
		for _, want := range tables(t, name) {
			for _, ext := range []string{".csv", ".json"} {
				if n := count(tree, "/"+want+ext); n != 1 {
					t.Errorf("%s: %s%s is there %d times", name, want, ext, n)
				}
			}
			if n := bytes.Count(joined(tree), []byte(`<h2 id="`+want+`"`)); n != 1 {
				t.Errorf("%s: %s is shown %d times", name, want, n)
			}
		}
		for _, want := range []string{"queue.csv", "queue.json", "reports/index.html"} {
			if tree[want] == nil {
				t.Errorf("%s: no %s", name, want)
			}
		}
	}
}

// tables are the ids of all that staff are told.
func tables(t *testing.T, name string) []string {
	tree := loadDesk(t, name)
	d, err := promises.New(tree.Setup)
	if err != nil {
		t.Fatal(err)
	}
	now, _ := at(nil)
	var ids []string
	for _, one := range report.Staff(report.Gather(tree, d, now, new(report.Cache))).Tables {
		ids = append(ids, one.ID)
	}
	return ids
}

func loadDesk(t *testing.T, name string) *content.Tree {
	fsys, err := sample.FS(name)
	if err != nil {
		t.Fatal(err)
	}
	return load.Load(fsys, nil).Tree
}

func count(tree map[string][]byte, suffix string) (n int) {
	for file := range tree {
		if strings.HasSuffix(file, suffix) {
			n++
		}
	}
	return n
}

// joined is all of the reports' pages.
func joined(tree map[string][]byte) []byte {
	var all []byte
	for file, data := range tree {
		if strings.HasPrefix(file, "reports/") {
			all = append(all, data...)
		}
	}
	return all
}

// TestThePublicQueueNamesNobody looks in the public queue report and the promises of every desk for what is a ticket's own.
func TestThePublicQueueNamesNobody(t *testing.T) {
	for _, name := range sample.Names() {
		c := config(t, desk(t, name))
		build(t, c)
		private := map[string]bool{}
		for _, ticket := range loadDesk(t, name).Tickets {
			r := ticket.Requester
			for _, s := range []string{ticket.Number, content.SayNumber(ticket.Number), ticket.Subject, ticket.Follow, r.Name, r.Email, r.Phone, r.ID} {
				if len(s) > 5 {
					private[s] = true
				}
			}
		}
		seen := 0
		for file, data := range files(t, c.Out) {
			if !strings.HasSuffix(file, "queue/index.html") && !strings.HasSuffix(file, "promises/index.html") {
				continue
			}
			seen++
			for s := range private {
				if bytes.Contains(data, []byte(s)) {
					t.Errorf("%s %s tells %q", name, file, s)
				}
			}
		}
		if seen < 4 || len(private) < 20 {
			t.Errorf("%s: looked for %d things in %d pages", name, len(private), seen)
		}
	}
}

// TestTheQueueLooksAsThePromisesDo: what is kept less often than expected is no good news on one page and bad on the other.
func TestTheQueueLooksAsThePromisesDo(t *testing.T) {
	kept := regexp.MustCompile(`<span class="s s-([a-z]+)">[A-Z][a-z]+ bij ([0-9]+ van [0-9]+)</span>`)
	banner := regexp.MustCompile(`<div class="answer at-([a-z]+)">`)
	below := 0
	for _, name := range sample.Names() {
		c := config(t, desk(t, name))
		build(t, c)
		all := files(t, c.Out)
		queue, promises := string(all["queue/index.html"]), string(all["promises/index.html"])
		said := kept.FindStringSubmatch(queue)
		if said == nil {
			continue
		}
		if !strings.Contains(promises, `<span class="s s-`+said[1]+`">`+said[2]+`</span>`) {
			t.Errorf("%s: the promises page does not show %s of %s", name, said[1], said[2])
		}
		if looks := banner.FindStringSubmatch(queue)[1]; said[1] == "slow" {
			below++
			if looks != "slow" {
				t.Errorf("%s: the queue looks %s", name, looks)
			}
		}
	}
	if below == 0 {
		t.Error("no desk keeps its promise of an answer less often than expected")
	}
}

var hasFigures = regexp.MustCompile(`^([a-z]{2}/)?((queue|promises)/)?index\.html$`)

// TestAMinuteLater: when only time goes by, nothing in public changes but the pages with figures, and all is as a clean build has it.
func TestAMinuteLater(t *testing.T) {
	for _, name := range []string{"webshop", "marketplace"} {
		dir := desk(t, name)
		c := config(t, dir)
		g := follow(t, c)
		defer g.Close()
		then := func(d time.Duration) clock {
			return func(zone *time.Location) (time.Time, error) { now, err := at(zone); return now.Add(d), err }
		}
		again := func(d time.Duration) {
			if _, err := g.build(nil, then(d)); err != nil {
				t.Fatal(err)
			}
		}
		again(0)
		before := files(t, c.Out)
		again(time.Minute)
		after := files(t, c.Out)
		for file, data := range after {
			figures := hasFigures.MatchString(file)
			if !bytes.Equal(before[file], data) && !figures {
				t.Errorf("%s: %s changed within a minute", name, file)
			}
		}
		clean := config(t, dir)
		if _, err := buildOnce(t, clean, then(time.Minute)); err != nil {
			t.Fatal(err)
		}
		for trees := range [...]int{0, 1} {
			one, other := files(t, []string{c.Out, c.Staff}[trees]), files(t, []string{clean.Out, clean.Staff}[trees])
			for file, data := range other {
				if !bytes.Equal(one[file], data) {
					t.Errorf("%s: %s is not as a clean build has it", name, file)
				}
			}
			if len(one) != len(other) {
				t.Errorf("%s: %d files, and %d of a clean build", name, len(one), len(other))
			}
		}
	}
}

// TestLateIsNamedAndCounted: a desk that owes many updates names some on its promises page, and counts the others.
func TestLateIsNamedAndCounted(t *testing.T) {
	dir := t.TempDir()
	if err := large.Incidents(dir, 12); err != nil {
		t.Fatal(err)
	}
	ends, _ := filepath.Glob(filepath.Join(dir, "incidents", "*", "*", "*-resolved-*.md"))
	causes, _ := filepath.Glob(filepath.Join(dir, "incidents", "*", "*", "*-postmortem-*.md"))
	for _, end := range append(ends, causes...) {
		os.Remove(end)
	}
	c := config(t, dir)
	result, err := buildOnce(t, c, func(*time.Location) (time.Time, error) { return large.Now().AddDate(1, 0, 0), nil })
	if err != nil || content.HasErrors(result.Problems) {
		t.Fatal(err, result)
	}
	page, err := os.ReadFile(filepath.Join(c.Out, "promises", "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	_, late, _ := strings.Cut(string(page), `<span class="span late">`)
	late, _, _ = strings.Cut(late, "</li>")
	if n := strings.Count(late, "<a "); n != 5 || !strings.Contains(late, "; and 7 more") {
		t.Errorf("%d named in %s", n, late)
	}
}
