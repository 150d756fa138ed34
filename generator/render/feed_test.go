package render_test

import (
	"bytes"
	"path"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/mmcdole/gofeed"

	"balie/generator/site"
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

// history is a desk with an incident that is over and explained, one of which nothing is said yet,
// and two maintenances.
var history = fstest.MapFS{
	"site.yaml":                           {Data: []byte("name: Muntplein\nbase_url: https://hulp.example/desk\nlanguages: [nl, it]\ntime_zone: Europe/Amsterdam\n")},
	"services.yaml":                       {Data: []byte("- {id: pay, name: {nl: Betalen, it: Pagamenti}}\n- {id: login, name: Inloggen}\n")},
	"incidents/2026/1119-a/incident.yaml": {Data: []byte("title: {nl: Betalen lukt niet, it: Pagamenti fermi}\nservices: {pay: major_outage}\n")},
	"incidents/2026/1119-a/2026-11-19T0900-confirmed.md":     {Data: []byte("---\nnext_update: 2026-11-19T09:30\nworkaround: {nl: Betaal per overschrijving., it: Paghi con bonifico.}\n---\nWij kijken.\n\n- <b>niets</b>\n- [meer](/help/)\n")},
	"incidents/2026/1119-a/2026-11-19T1000-update.md":        {Data: []byte("---\nservices: {pay: partial_outage, login: operational}\nworkaround: none\n---\nHet gaat beter.\n")},
	"incidents/2026/1119-a/2026-11-19T1100-resolved.md":      {Data: []byte("Voorbij.\n")},
	"incidents/2026/1119-a/2026-11-20T0900-postmortem.md":    {Data: []byte("---\ncause: {nl: Een kabel & een schop, it: Un cavo}\nactions: [{text: Kabels dieper, done: 2026-11-20}, {text: {nl: Bordjes, it: Cartelli}}]\n---\nZo ging het.\n")},
	"incidents/2026/1119-a/2026-11-20T0900-postmortem.it.md": {Data: []byte("Così è andata.\n")},
	"incidents/2026/1120-none/incident.yaml":                 {Data: []byte("title: Nog niets\nservices: {pay: major_outage}\n")},
	"maintenance/2026/1201-b/maintenance.yaml":               {Data: []byte("title: Onderhoud\nservices: {pay: under_maintenance}\nplanned: {start: 2026-12-01T22:00, end: 2026-12-02T02:00}\nautomatic: true\n")},
	"maintenance/2026/1201-b/2026-11-19T1100-scheduled.md":   {Data: []byte("Gepland.\n")},
	"maintenance/2026/1104-c/maintenance.yaml":               {Data: []byte("title: Afgelast\nservices: {pay: under_maintenance}\nplanned: {start: 2026-11-04T12:00, end: 2026-11-04T16:00}\nautomatic: true\n")},
	"maintenance/2026/1104-c/2026-11-01T0900-scheduled.md":   {Data: []byte("")},
	"maintenance/2026/1104-c/2026-11-03T0900-cancelled.md":   {Data: []byte("Later.\n")},
}

// TestHistoryIsAsStatuspageHasIt: programs that read Statuspage's feeds find each word and mark
// where they look for it.
func TestHistoryIsAsStatuspageHasIt(t *testing.T) {
	edited := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	b := build(t, history, at("2026-11-20T15:00"), func(in *site.Input) {
		in.Committed = func(string) (time.Time, time.Time) { return edited, edited }
	})
	atom, err := gofeed.NewParser().Parse(bytes.NewReader(b.public["history.atom"]))
	if err != nil || len(atom.Items) != 3 {
		t.Fatal(err, atom)
	}
	first := atom.Items[0]
	if ok, _ := path.Match("tag:hulp.example,2005:Incident/[0-9]*", first.GUID); !ok || first.Title != "Betalen lukt niet" || first.Link != "https://hulp.example/desk/incidents/2026/1119-a/" {
		t.Errorf("%+v", first)
	}
	if first.Published != "2026-11-20T08:00:00Z" || first.Updated != "2026-11-20T09:00:00Z" || atom.Updated != first.Updated {
		t.Errorf("published %s, updated %s; %s", first.Published, first.Updated, atom.Updated)
	}
	for _, want := range []string{
		`<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="nl"><id>tag:hulp.example,2005:/history</id><link rel="alternate" type="text/html" href="https://hulp.example/desk/">`,
		`<link rel="self" type="application/atom+xml" href="https://hulp.example/desk/history.atom"></link><title>Muntplein Status - Incident History</title>`,
		`<?xml-stylesheet type="text/css" href="/desk/assets/feed.`, `<author><name>Muntplein</name></author>`,
	} {
		if !bytes.Contains(b.public["history.atom"], []byte(want)) {
			t.Errorf("no %s in\n%s", want, b.public["history.atom"])
		}
	}
	if want := `<p><small>Nov <var data-var='date'>20</var>, <var data-var='time'>09:00</var> CET</small><br><strong>Postmortem</strong> - <strong>Oorzaak:</strong> Een kabel &amp; een schop</p>
<p>Zo ging het.</p>
<p><strong>Wat een herhaling voorkomt</strong></p>
<ul>
<li>Kabels dieper (gedaan op vrijdag 20 november 2026)</li>
<li>Bordjes (nog niet gedaan)</li>
</ul><p><small>Nov <var data-var='date'>19</var>, <var data-var='time'>11:00</var> CET</small><br><strong>Resolved</strong> - Voorbij.</p><p><small>Nov <var data-var='date'>19</var>, <var data-var='time'>10:00</var> CET</small><br><strong>Update</strong> - Het gaat beter.</p><p><small>Nov <var data-var='date'>19</var>, <var data-var='time'>09:00</var> CET</small><br><strong>Investigating</strong> - Wij kijken.</p>
<ul>
<li>&lt;b&gt;niets&lt;/b&gt;</li>
<li><a href="https://hulp.example/desk/help/">meer</a></li>
</ul>`; first.Content != want {
		t.Errorf("got\n%s\nwant\n%s", first.Content, want)
	}
	if want := `<p><strong>THIS IS A SCHEDULED EVENT Dec  1, 22:00 - Dec  2, 02:00 CET</strong></p><p><small>Nov <var data-var='date'>19</var>, <var data-var='time'>11:00</var> CET</small><br><strong>Scheduled</strong> - Gepland.</p>`; atom.Items[1].Content != want {
		t.Errorf("got\n%s\nwant\n%s", atom.Items[1].Content, want)
	}
	if want := `<p><strong>THIS IS A SCHEDULED EVENT Nov  4, 12:00 - 16:00 CET</strong></p><p><small>Nov <var data-var='date'> 3</var>, <var data-var='time'>09:00</var> CET</small><br><strong>Completed</strong> - Gaat niet door</p><p>Later.</p><p><small>Nov <var data-var='date'> 1</var>, <var data-var='time'>09:00</var> CET</small><br><strong>Scheduled</strong> - Gepland</p>`; atom.Items[2].Content != want {
		t.Errorf("got\n%s\nwant\n%s", atom.Items[2].Content, want)
	}
	for _, want := range []string{
		`<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Muntplein Status - Incident History</title><link>https://hulp.example/desk/</link><description>Muntplein: storingen en onderhoud</description><pubDate>Fri, 20 Nov 2026 08:00:00 +0000</pubDate><item>`,
		`<pubDate>Tue, 01 Dec 2026 21:00:00 +0000</pubDate><maintenanceEndDate>Wed, 02 Dec 2026 01:00:00 +0000</maintenanceEndDate><link>https://hulp.example/desk/maintenance/2026/1201-b/</link><guid>https://hulp.example/desk/maintenance/2026/1201-b/</guid></item>`,
	} {
		if !bytes.Contains(b.public["history.rss"], []byte(want)) {
			t.Errorf("no %s in\n%s", want, b.public["history.rss"])
		}
	}
	if bytes.Count(b.public["history.rss"], []byte("<maintenanceEndDate>")) != 2 || b.public["it/history.atom"] != nil {
		t.Errorf("%s", b.public["history.rss"])
	}
}

// TestEntriesTellWhatAnUpdateSays: states, a workaround, the next update and a postmortem's parts
// are told in the words of the feed's language.
func TestEntriesTellWhatAnUpdateSays(t *testing.T) {
	b := build(t, history, at("2026-11-20T15:00"), nil)
	for _, file := range []string{"it/feed.atom", "it/feed.rss", "it/feed.json", "it/incidents/2026/1119-a/feed.atom", "it/services/pay/feed-2026-11.atom"} {
		got, err := gofeed.NewParser().Parse(bytes.NewReader(b.public[file]))
		if err != nil {
			t.Fatal(file, err)
		}
		content := map[string]string{}
		for _, item := range got.Items {
			content[item.GUID[strings.LastIndexByte(item.GUID, '/')+1:]] = item.Content
		}
		for id, want := range map[string]string{
			"2026-11-20T0900-postmortem#it": "<p><strong>Causa:</strong> Un cavo</p>\n<p>Così è andata.</p>\n<p><strong>Che cosa evita che si ripeta</strong></p>\n<ul>\n<li><span lang=\"nl\">Kabels dieper</span> (fatto il venerdì 20 novembre 2026)</li>\n<li>Cartelli (non ancora fatto)</li>\n</ul>",
			"2026-11-19T1000-update":        "<p>Het gaat beter.</p>\n<ul lang=\"it\">\n<li>Pagamenti: In parte fuori servizio</li>\n<li><span lang=\"nl\">Inloggen</span>: Funziona</li>\n</ul>",
		} {
			if content[id] != want {
				t.Errorf("%s %s: got\n%s\nwant\n%s", file, id, content[id], want)
			}
		}
		if want := "<p lang=\"it\">Che cosa puoi fare nel frattempo: Paghi con bonifico.</p>\n<p lang=\"it\">Prossimo aggiornamento entro giovedì 19 novembre 2026, ore 09:30 (ora dei Paesi Bassi).</p>"; !strings.HasSuffix(content["2026-11-19T0900-confirmed"], want) {
			t.Errorf("%s: got\n%s", file, content["2026-11-19T0900-confirmed"])
		}
	}
}
