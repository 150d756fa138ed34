package render_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/mmcdole/gofeed"

	"balie/content"
	"balie/content/sample"
)

// feedFiles lists the feeds of a built site.
func (b *built) feedFiles() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(b.public)), func(file string) bool {
		ext := path.Ext(file)
		return ext != ".atom" && ext != ".rss" && path.Base(file) != "feed.json"
	})
}

// TestArchivesHoldEachEntryOnce: who walks from any Atom or RSS feed to its archives reads each
// update of its scope once, and the feed is the newest of them.
func TestArchivesHoldEachEntryOnce(t *testing.T) {
	now := at("2026-11-20T14:42")
	for _, name := range append(sample.Names(), sample.Starter) {
		fsys, err := sample.FS(name)
		if err != nil {
			t.Fatal(err)
		}
		b := build(t, fsys, now, nil)
		follows := map[string]content.Follows{"": content.FollowsAll}
		for _, s := range b.tree.Services {
			if b.public["services/"+s.ID+"/index.html"] != nil { // a group has no page
				follows["services/"+s.ID+"/"] = content.ServiceFollows(s.ID)
			}
		}
		for dir, what := range follows {
			for i, lang := range b.tree.Site.Languages {
				var want []string
				for _, u := range b.tree.PublicUpdates(time.Time{}, now(b.tree)) {
					if u.IsOf(what, now(b.tree)) {
						id := u.Dir() + "/" + u.Event.Name
						if i > 0 && u.Event.Translations[lang] != nil {
							id += "#" + lang
						}
						want = append(want, id)
					}
				}
				slices.Sort(want)
				prefix := dir
				if i > 0 {
					prefix = lang + "/" + dir
				}
				for _, format := range []string{"atom", "rss"} {
					if got := b.walk(t, prefix+"feed."+format); !slices.Equal(got, want) {
						t.Errorf("%s %sfeed.%s: %d entries in its archives, want %d:\n%s", name, prefix, format, len(got), len(want), strings.Join(got, "\n"))
					}
				}
				if b.public[prefix+"feed.json"] == nil {
					t.Errorf("%s has no %sfeed.json", name, prefix)
				}
			}
		}
	}
}

// walk follows the links to archives and returns the ids of what is in them, without what they
// begin with.
func (b *built) walk(t *testing.T, file string) (ids []string) {
	t.Helper()
	const rel = `rel="prev-archive" type="application/atom+xml" href="`
	var newest []string
	for from := file; file != ""; {
		feed, err := gofeed.NewParser().Parse(bytes.NewReader(b.public[file]))
		if err != nil {
			t.Fatal(file, err)
		}
		for _, item := range feed.Items {
			if id := item.GUID[strings.IndexByte(item.GUID, ':')+1:]; file == from {
				newest = append(newest, id[strings.IndexByte(id, ':')+1:])
			} else {
				ids = append(ids, id[strings.IndexByte(id, ':')+1:])
			}
		}
		_, link, _ := bytes.Cut(b.public[file], []byte(rel))
		link, _, _ = bytes.Cut(link, []byte(`"`))
		file = strings.TrimPrefix(string(link), b.tree.Site.BaseURL+"/")
	}
	if len(newest) > len(ids) || !slices.Equal(newest, ids[:len(newest)]) {
		t.Errorf("the feed has other entries than the newest of its archives:\n%s", strings.Join(newest, "\n"))
	}
	slices.Sort(ids)
	return ids
}

const hostileText = "\"quotes\" 'single' & <b onclick=\"x()\">raw</b> <!-- c --> ]]> <![CDATA[ x ]]> &nbsp; &bogus; 🧯👩🏽‍🚒 عربي \u202eevil\u202c \u0001\u0008\u000b\u000c\ufffe\uffff\u2028\u0085 <script>alert(1)</script>"

// hostileDesk holds what no desk should.
func hostileDesk() fstest.MapFS {
	fsys := fstest.MapFS{}
	title := `"\"x\" & <b> ]]> 🧯 عربي \u202e \u0001\u000b\ufffe \u0085"`
	for name, text := range map[string]string{
		"site.yaml":                           "name: " + title + "\nbase_url: https://hulp.example/a&b\nlanguages: [nl, it]\ntime_zone: Europe/Amsterdam\n",
		"services.yaml":                       "- {id: pay, name: " + title + "}\n",
		"incidents/2026/0329-a/incident.yaml": "title: " + title + "\nservices: {pay: major_outage, gone: partial_outage}\n",
		// Just after the hour that the clock skips.
		"incidents/2026/0329-a/2026-03-29T0330-investigating.md": hostileText + "\n",
		// Within it, which does not read.
		"incidents/2026/0329-a/2026-03-29T0230-update.md":              hostileText + "\n",
		"incidents/2026/0329-a/2026-03-29T033000Z-update.md":           "---\nservices: {gone: major_outage}\nworkaround: " + title + "\nnext_update: 2026-03-29T06:00\n---\n" + strings.Repeat(hostileText+" ", 600) + "\n",
		"incidents/2026/0329-a/2026-03-29T040000Z-resolved.md":         "    code < & ]]>\n\n~~~\n" + hostileText + "\n~~~\n\n- [here](../../../x?a=1&b=2) [there](/help/) [mail](mailto:a@b.example) ![](/x.png)\n",
		"incidents/2026/0329-a/2026-03-29T050000Z-update.md":           "After the end.\n",
		"incidents/2026/0329-a/2026-03-30T050000Z-postmortem.md":       "---\ncause: " + title + "\nactions: [{text: " + title + "}, {text: x, done: 2026-03-31}]\n---\n" + hostileText + "\n",
		"incidents/2026/0329-a/2027-03-29T050000Z-update.md":           "Not yet.\n",
		"incidents/2026/0329-b/incident.yaml":                          "title: " + title + "\nservices: {pay: major_outage}\n",
		"incidents/2026/0329-b/2026-03-29T033000Z-investigating.md":    "The same second.\n",
		"incidents/2026/0329-b/2026-03-29T033000Z-investigating.it.md": hostileText + "\n",
		"incidents/2026/0329-none/incident.yaml":                       "title: Nothing said\nservices: {gone: major_outage}\n",
		"maintenance/2026/0501-m/maintenance.yaml":                     "title: " + title + "\nservices: {pay: under_maintenance, gone: under_maintenance}\nplanned: {start: 2026-05-01T10:00, end: 2026-05-01T11:00}\nautomatic: true\n",
		"maintenance/2026/0501-m/2026-04-19T100000Z-scheduled.md":      hostileText + "\n",
		"maintenance/2026/0501-m/2026-04-20T100000Z-update.md":         "---\nplanned: {start: 2026-05-02T10:00, end: 2026-05-02T11:00}\n---\n" + hostileText + "\n",
		"maintenance/2026/0502-none/maintenance.yaml":                  "title: Nothing said\nservices: {pay: under_maintenance}\nplanned: {start: 2026-05-01T10:00, end: 2026-05-01T11:00}\nautomatic: true\n",
	} {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

// TestFeedsAreValidWhateverIsWritten: a strict parser, a lenient one and libxml's read every feed
// of a desk with all that should not be in one.
func TestFeedsAreValidWhateverIsWritten(t *testing.T) {
	b := build(t, hostileDesk(), at("2026-11-20T15:00"), nil)
	if len(b.tree.Incidents) != 3 || len(b.tree.Maintenance) != 2 || b.tree.Incidents[0].Title["nl"] == "" {
		t.Fatalf("the tree was not read: %d incidents, %d maintenances", len(b.tree.Incidents), len(b.tree.Maintenance))
	}
	dir := t.TempDir()
	var files []string
	for _, file := range b.feedFiles() {
		data := b.public[file]
		got, err := gofeed.NewParser().Parse(bytes.NewReader(data))
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		for _, item := range got.Items {
			if strings.ContainsAny(item.Content+item.Description+item.Title, "\x01\x08\x0b\x0c\ufffe\uffff") || strings.Contains(item.Content, "<script") ||
				strings.Contains(item.Content, `="/`) || strings.Contains(item.Content, `="..`) || strings.Contains(item.Content, "Not yet") {
				t.Errorf("%s: %s: %.400q", file, item.GUID, item.Content)
			}
		}
		if path.Ext(file) == ".json" {
			if !json.Valid(data) {
				t.Errorf("%s is no JSON", file)
			}
			continue
		}
		decoder := xml.NewDecoder(bytes.NewReader(data))
		for err == nil {
			_, err = decoder.Token()
		}
		if !errors.Is(err, io.EOF) {
			t.Errorf("%s: %v", file, err)
		}
		files = append(files, filepath.Join(dir, fmt.Sprint(len(files))))
		if err := os.WriteFile(files[len(files)-1], data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	site, err := gofeed.NewParser().Parse(bytes.NewReader(b.public["it/feed.atom"]))
	if err != nil || len(site.Items) != 8 {
		t.Errorf("%v, %d entries", err, len(site.Items))
	}
	if lint, err := exec.LookPath("xmllint"); err == nil {
		if out, err := exec.Command(lint, append([]string{"--noout"}, files...)...).CombinedOutput(); err != nil {
			t.Errorf("xmllint: %v\n%.3000s", err, out)
		}
	}
}

// TestRSSParserReadsThem: the reader that most programs in JavaScript use reads of each feed what
// gofeed reads. The environment variable BALIE_NODE_MODULES names the directory in which rss-parser
// is installed; without it the test is skipped.
func TestRSSParserReadsThem(t *testing.T) {
	modules := os.Getenv("BALIE_NODE_MODULES")
	if modules == "" {
		t.Skip("BALIE_NODE_MODULES does not name a directory with rss-parser")
	}
	fsys, err := sample.FS("marketplace")
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range []*built{build(t, fsys, at("2026-11-20T14:42"), everything), build(t, hostileDesk(), at("2026-11-20T15:00"), nil)} {
		dir := t.TempDir()
		var names, files []string
		for i, file := range b.feedFiles() {
			if path.Ext(file) == ".json" {
				continue
			}
			names, files = append(names, file), append(files, filepath.Join(dir, fmt.Sprint(i)))
			if err := os.WriteFile(files[len(files)-1], b.public[file], 0o666); err != nil {
				t.Fatal(err)
			}
		}
		for i, got := range readByNode(t, modules, files) {
			want, err := gofeed.NewParser().Parse(bytes.NewReader(b.public[names[i]]))
			if err != nil {
				t.Fatal(names[i], err)
			}
			if strings.TrimSpace(got.Title) != want.Title || got.Link != want.Link || len(got.Items) != len(want.Items) {
				t.Errorf("%s: %q %q, %d items of %d", names[i], got.Title, got.Link, len(got.Items), len(want.Items))
				continue
			}
			for j, item := range got.Items {
				same := want.Items[j]
				text := same.Content
				if names[i] == "history.rss" {
					text = same.Description
				}
				if item.ID != same.GUID || strings.TrimSpace(item.Title) != same.Title || item.Link != same.Link || !item.At.Equal(*same.PublishedParsed) || strings.TrimSpace(item.Content) != strings.TrimSpace(text) {
					t.Errorf("%s: %+v\nwant %+v", names[i], item, same)
				}
			}
		}
	}
}

type readFeed struct {
	Title, Link string
	Items       []struct {
		ID, Title, Link, Content string
		At                       time.Time
	}
}

func readByNode(t *testing.T, modules string, files []string) []readFeed {
	t.Helper()
	script, err := os.Open("testdata/read.mjs")
	if err != nil {
		t.Fatal(err)
	}
	defer script.Close()
	list, err := json.Marshal(files)
	if err != nil {
		t.Fatal(err)
	}
	// What comes from standard input finds the packages of the working directory.
	node := exec.Command("node", "--input-type=module", "-", string(list))
	node.Dir, node.Stdin, node.Stderr = modules, script, os.Stderr
	out, err := node.Output()
	if err != nil {
		t.Fatalf("read by rss-parser: %v", err)
	}
	var read []readFeed
	if err := json.Unmarshal(out, &read); err != nil || len(read) != len(files) {
		t.Fatalf("read %d of %d: %v", len(read), len(files), err)
	}
	return read
}
