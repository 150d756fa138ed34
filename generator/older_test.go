package generator_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
)

// TestWhatIsShownInAnOlderVersion: the pages of a record stay while it does not read, its feed has
// the time of the version that is shown, and staff read what is wrong and what is shown instead.
func TestWhatIsShownInAnOlderVersion(t *testing.T) {
	const dir, update = "incidents/2026/1120-a/", "2026-11-20T1000-investigating"
	now, _ := at(nil)
	d := &gitDesk{t: t, dir: t.TempDir(), clock: now.Add(-3 * time.Hour)}
	d.git("init", "-q", "-b", "main")
	commit := func(files map[string]string) (revision string, at time.Time) {
		for _, name := range slices.Sorted(maps.Keys(files)) {
			d.write(name, files[name])
		}
		d.commit()
		return d.git("rev-parse", "--short=10", "HEAD~0"), d.clock.Add(-17 * time.Minute) // that of the commit before
	}
	commit(map[string]string{
		"site.yaml":           "name: Desk\nbase_url: https://help.example\nlanguages: [en, nl]\ntime_zone: UTC\n",
		"services.yaml":       "- {id: search, name: Search}\n",
		dir + "incident.yaml": "title: Search fails\nservices: {search: major_outage}\n", dir + update + ".md": "We look.\n",
		dir + update + ".nl.md": "---\ntranslates: [\n---\nWij zoeken.\n",
	})
	good, edited := commit(map[string]string{dir + update + ".md": "We look at it.\n"})
	commit(map[string]string{
		dir + update + ".md": "---\nnext_update: soon\n---\nBroken words.\n", "incidents/2026/1120-never/incident.yaml": "titel: X\n",
		"incidents/2026/1120-never/2026-11-20T1000-investigating.md": "Never read.\n",
	})
	c := configAt(t, d.dir, "main")
	if _, err := buildOnce(t, c, at); err != nil {
		t.Fatal(err)
	}
	read := func(name string) string {
		data, err := os.ReadFile(filepath.Join(name))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	page := read(filepath.Join(c.Out, dir, "index.html"))
	if !strings.Contains(page, "We look at it.") || strings.Contains(page, "Broken words") {
		t.Errorf("the incident's page\n%s", page)
	}
	// A translation that never read is shown in the source, with the mark of its language.
	if page := read(filepath.Join(c.Out, "nl", dir, "index.html")); !strings.Contains(page, "We look at it.") || !strings.Contains(page, `lang="en"`) || strings.Contains(page, "Wij zoeken.") {
		t.Errorf("the incident's page in Dutch\n%s", page)
	}
	feed, err := gofeed.NewParser().ParseString(read(filepath.Join(c.Out, "feed.atom")))
	if err != nil || len(feed.Items) != 1 {
		t.Fatal(err, feed)
	}
	if got := feed.Items[0].UpdatedParsed; !got.Equal(edited) || !feed.UpdatedParsed.Equal(edited) {
		t.Errorf("updated %s, the feed %s; the version that is shown is of %s", got, feed.UpdatedParsed, edited)
	}
	if _, err := os.Stat(filepath.Join(c.Out, "incidents/2026/1120-never")); !os.IsNotExist(err) {
		t.Errorf("what never read has a page: %v", err)
	}
	queue := read(filepath.Join(c.Staff, "index.html"))
	for _, want := range []string{
		dir + update + ".md:2:14", good, dir + update + ".nl.md:", "incidents/2026/1120-never/incident.yaml:1:1",
		"unknown key", "Shown as it was in commit", "Not shown.",
	} {
		if !strings.Contains(queue, want) {
			t.Errorf("staff do not read %q", want)
		}
	}
	if incident := read(filepath.Join(c.Staff, dir, "index.html")); !strings.Contains(incident, good) {
		t.Error("the staff's page of the incident does not name the commit")
	}
	if t.Failed() {
		t.Log(queue)
	}
}
