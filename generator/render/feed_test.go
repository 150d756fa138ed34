package render_test

import (
	"strings"
	"testing"
	"testing/fstest"
)

// TestWhatIsNotTranslatedSaysSo: in a feed in Italian an entry's title and its text have each the language that they are in.
func TestWhatIsNotTranslatedSaysSo(t *testing.T) {
	fsys := fstest.MapFS{}
	for name, text := range map[string]string{
		"site.yaml":                           "name: Muntplein\nbase_url: https://hulp.example\nlanguages: [nl, it]\ntime_zone: Europe/Amsterdam\n",
		"services.yaml":                       "- {id: pay, name: Betalen}\n",
		"incidents/2026/1119-a/incident.yaml": "title: Alleen Nederlands\nservices: {pay: major_outage}\n",
		"incidents/2026/1119-a/2026-11-19T0900-investigating.md":  "Wij kijken.\n",
		"incidents/2026/1119-a/2026-11-19T1000-resolved.md":       "Voorbij.\n",
		"incidents/2026/1119-a/2026-11-19T1000-resolved.it.md":    "Finito.\n",
		"maintenance/2026/1201-b/maintenance.yaml":                "title: {nl: Onderhoud, it: Lavori}\nservices: {pay: under_maintenance}\nplanned: {start: 2026-12-01T10:00, end: 2026-12-01T12:00}\nautomatic: true\n",
		"maintenance/2026/1201-b/2026-11-19T1100-update.md":       "---\nplanned: {start: 2026-12-02T10:00, end: 2026-12-02T12:00}\n---\nLater.\n",
		"maintenance/2026/1201-b/2026-11-19T1030-scheduled.md":    "Gepland.\n",
		"maintenance/2026/1201-b/2026-11-19T1030-scheduled.it.md": "Previsto.\n",
	} {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	b := build(t, fsys, at("2026-11-20T15:00"), nil)
	feed := string(b.public["it/feed.atom"])
	entries := strings.Split(feed, "<entry>")[1:]
	for i, want := range [][]string{
		{"<title>Lavori: ", `<content type="html" xml:lang="nl">&lt;p lang=&#34;it&#34;&gt;`}, // only the text is in Dutch, but for when it is planned
		{"<title>Lavori: ", `<content type="html">&lt;p&gt;Previsto.`},
		{`<title xml:lang="nl">Alleen Nederlands: Opgelost</title>`, `<content type="html">&lt;p&gt;Finito.`},
		{`<title xml:lang="nl">Alleen Nederlands: `, `<content type="html" xml:lang="nl">&lt;p&gt;Wij kijken.`},
	} {
		for _, w := range want {
			if len(entries) != 4 || !strings.Contains(entries[i], w) {
				t.Errorf("entry %d lacks %s\n%s", i, w, feed)
			}
		}
	}
	if strings.Contains(feed, "<entry xml:lang") || !strings.Contains(feed, `<feed xml:lang="it"`) {
		t.Error(feed)
	}
}
