package site

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"balie/content"
	"balie/content/check"
	"balie/content/load"
	"balie/generator/markdown"
	"balie/themes/view"
)

const desk = `
-- site.yaml --
name: {nl: Muntplein, it: Piazza}
base_url: https://hulp.muntplein.example:8443/desk
languages: [nl, it]
time_zone: Europe/Amsterdam
-- services.yaml --
- {id: pay, name: {nl: Betalen, it: Pagare}}
- {id: search, name: {nl: Zoeken}, since: 2026-10-01}
- {id: mail, name: {nl: Mail}}
`

const down = `
-- incidents/2026/1120-pay/incident.yaml --
title: {nl: Betalen lukt niet, it: Non si paga}
services: {pay: major_outage, search: degraded_performance}
-- incidents/2026/1120-pay/2026-11-20T1205-investigating.md --
Wij kijken.
-- incidents/2026/1120-pay/2026-11-20T1305-confirmed.md --
---
next_update: 2026-11-20T16:00
---
Wij weten het. Zie [uitleg](/help/).
-- incidents/2026/1120-pay/2026-11-20T1305-confirmed.it.md --
Lo sappiamo. Vedi [qui](/help/).
`

// tree reads a desk that is written as files one after another, each under its name.
func tree(t testing.TB, parts ...string) *content.Tree {
	t.Helper()
	loaded := load.Load(filesOf(parts...), nil)
	tree := loaded.Tree
	if problems := check.Check(loaded, time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC)); content.HasErrors(problems) {
		t.Fatal(problems)
	}
	return tree
}

func filesOf(parts ...string) fstest.MapFS {
	files := fstest.MapFS{}
	for _, file := range strings.Split(strings.Join(parts, ""), "\n-- ")[1:] {
		name, text, _ := strings.Cut(file, " --\n")
		files[name] = &fstest.MapFile{Data: []byte(text + "\n")}
	}
	return files
}

func on(t testing.TB, tree *content.Tree, s string) Input {
	t.Helper()
	now, err := time.ParseInLocation("2006-01-02 15:04", s, tree.Zone)
	if err != nil {
		t.Fatal(err)
	}
	return Input{Tree: tree, Now: now, Prose: markdown.New()}
}

func viewOf[V any](t testing.TB, in Input, file string) V {
	t.Helper()
	pages := new(Planner).Plan(in).Public()
	i := slices.IndexFunc(pages, func(p Page) bool { return p.File == file })
	if i < 0 {
		t.Fatalf("no page %s", file)
	}
	v, err := pages[i].View()
	if err != nil {
		t.Fatal(err)
	}
	return v.(V)
}

func TestAnswer(t *testing.T) {
	monitored := "-- incidents/2026/1120-pay/2026-11-20T1500-monitoring.md --\n---\nservices: {pay: operational, search: operational}\n---\nHet werkt weer; wij kijken toe.\n"
	second := "-- incidents/2026/1119-mail/incident.yaml --\ntitle: {nl: Mail traag}\nservices: {mail: degraded_performance}\n-- incidents/2026/1119-mail/2026-11-19T0900-investigating.md --\n---\nnext_update: 2026-11-20T15:30\n---\nTraag.\n"
	solved := "-- incidents/2026/1120-pay/2026-11-20T1510-resolved.md --\nVoorbij.\n"
	work := "-- maintenance/2026/1120-db/maintenance.yaml --\ntitle: {nl: Databank}\nservices: {mail: under_maintenance}\nplanned: {start: 2026-11-20T14:00, end: 2026-11-20T17:00}\nautomatic: true\n"
	for _, c := range []struct {
		name, files, now, kind, next string
		state                        content.ComponentState
		status                       content.Kind
	}{
		{"nothing has happened", "", "2026-11-20 14:00", "ok", "", content.Operational, ""},
		{"before it began", down, "2026-11-20 12:00", "ok", "", content.Operational, ""},
		{"one", down, "2026-11-20 14:00", "one", "16:00", content.MajorOutage, content.Confirmed},
		{"one, and at the deadline itself", down, "2026-11-20 16:00", "one", "16:00", content.MajorOutage, content.Confirmed},
		{"one, and the update is late", down, "2026-11-20 16:01", "one", "", content.MajorOutage, content.Confirmed},
		{"never green while it is watched", down + monitored, "2026-11-20 15:30", "one", "", content.DegradedPerformance, content.Monitoring},
		{"many: the worst one speaks, though another is late", down + second, "2026-11-20 15:45", "many", "16:00", content.MajorOutage, content.Confirmed},
		{"many, and all are late: no time that has gone by", down + second, "2026-11-20 17:00", "many", "", content.MajorOutage, content.Confirmed},
		{"over", down + solved, "2026-11-20 15:30", "ok", "", content.Operational, ""},
		{"maintenance", work, "2026-11-20 14:30", "maintenance", "", content.UnderMaintenance, ""},
		{"an incident goes before maintenance", down + work, "2026-11-20 14:30", "one", "16:00", content.MajorOutage, content.Confirmed},
	} {
		a := viewOf[Home](t, on(t, tree(t, desk, c.files), c.now), "index.html").Answer
		next := ""
		if a.Next != nil {
			next = a.Next.At.Format("15:04")
		}
		if a.N > 0 && (a.Kind != "maintenance" && (a.Title.Text != "Betalen lukt niet" || a.More != a.N-1)) {
			t.Errorf("%s: %+v", c.name, a)
		}
		if a.Kind != c.kind || a.State != c.state || a.Status != c.status || next != c.next {
			t.Errorf("%s: %s %s %s %q", c.name, a.Kind, a.State, a.Status, next)
		}
	}
}

func TestServicesFollowTheirIncidents(t *testing.T) {
	in := on(t, tree(t, desk, down), "2026-11-20 14:00")
	home := viewOf[Home](t, in, "it/index.html")
	var states []string
	for _, s := range home.Groups[0].Services {
		states = append(states, fmt.Sprint(s.Name, s.State))
	}
	if want := []string{"{Pagare }major_outage", "{Zoeken nl}degraded_performance", "{Mail nl}operational"}; !slices.Equal(states, want) {
		t.Errorf("%q", states)
	}
	bar := home.Groups[0].Services[1].Bar
	if bar.Slow != 1 || bar.Out != 0 || bar.Unknown != 39 || bar.Availability != 10000 || !slices.Equal(bar.Bands, []Band{{"none", 4, "M0 22h155"}, {"ok", 10, "M156 19h199"}, {"slow", 16, "M356 16h3"}}) {
		t.Errorf("%+v", bar)
	}
	next := viewOf[Home](t, on(t, in.Tree, "2026-11-22 12:00"), "index.html").Groups[0].Services[0].Bar
	if next.Slow+next.Out != 3 || next.Availability != 10000-10000*(36*60-5)/(89*24*60)-1 { // 12:05 to midnight and a day of 89 whole ones, one of which had 25 hours
		t.Errorf("%+v", next)
	}
}

// In a list, the state of an incident is said of the services that were in it, and not of those that were only slow.
func TestARowNamesTheServicesThatWereSo(t *testing.T) {
	const over = "\n-- incidents/2026/1120-pay/2026-11-20T1405-resolved.md --\nHet is over.\n"
	home := viewOf[Home](t, on(t, tree(t, desk, down, over), "2026-11-20 15:00"), "index.html")
	if len(home.Recent) != 1 || home.Recent[0].State != content.MajorOutage || len(home.Recent[0].Services) != 1 || home.Recent[0].Services[0].Text != "Betalen" {
		t.Errorf("%+v", home.Recent)
	}
}

func TestTranslations(t *testing.T) {
	v := viewOf[Incident](t, on(t, tree(t, desk, down), "2026-11-20 14:00"), "it/incidents/2026/1120-pay/index.html")
	if v.Title != (Words{Text: "Non si paga"}) || v.Updates[0].Body.HTML != `<p>Lo sappiamo. Vedi <a href="/desk/it/help/">qui</a>.</p>` || v.Updates[0].Body.Lang != "" || v.Updates[1].Body.Lang != "nl" {
		t.Errorf("%+v", v)
	}
	if len(v.Missing) != 0 || v.Crumbs.URL != "/desk/it/history/2026/11/" { // on the page itself the update says so
		t.Errorf("%+v", v)
	}
	source := viewOf[Incident](t, on(t, tree(t, desk, down), "2026-11-20 14:00"), "incidents/2026/1120-pay/index.html")
	if len(source.Missing) != 1 || source.Missing[0].Lang != "it" {
		t.Errorf("%+v", source.Missing)
	}
}

func TestFeeds(t *testing.T) {
	in := on(t, tree(t, desk, down), "2026-11-20 14:00")
	committed := time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)
	in.Committed = func(string) (time.Time, time.Time) { return committed, committed }
	f := viewOf[Feed](t, in, "it/feed.atom")
	var ids []string
	for _, e := range f.Entries {
		ids = append(ids, e.ID+" "+e.Lang)
	}
	if want := []string{
		"tag:hulp.muntplein.example,2026:incidents/2026/1120-pay/2026-11-20T1305-confirmed#it ", "tag:hulp.muntplein.example,2026:incidents/2026/1120-pay/2026-11-20T1205-investigating nl",
	}; !slices.Equal(ids, want) {
		t.Errorf("%q", ids)
	}
	if e := f.Entries[0]; e.HTML != `<p>Lo sappiamo. Vedi <a href="https://hulp.muntplein.example:8443/desk/it/help/">qui</a>.</p>` || !e.Updated.Equal(committed) ||
		e.Link != "https://hulp.muntplein.example:8443/desk/it/incidents/2026/1120-pay/#2026-11-20T1305-confirmed" {
		t.Errorf("%+v", e)
	}
	if rss := viewOf[Feed](t, in, "it/services/pay/feed.rss"); rss.Entries[0].Summary != "Lo sappiamo. Vedi qui." || rss.Self != "https://hulp.muntplein.example:8443/desk/it/services/pay/feed.rss" {
		t.Errorf("%+v", rss)
	}
	own := viewOf[Feed](t, in, "incidents/2026/1120-pay/feed.atom")
	if len(own.Entries) != 2 || own.Entries[0].ID+"#it" != f.Entries[0].ID || own.Home != "https://hulp.muntplein.example:8443/desk/incidents/2026/1120-pay/" {
		t.Errorf("%+v", own)
	}
}

// many is a desk with an incident on each day of a time, each of two updates.
func many(t testing.TB, days int) *content.Tree {
	var b strings.Builder
	b.WriteString(desk)
	for i := range days {
		d := time.Date(2026, 8, 1, 10, 0, 0, 0, time.UTC).AddDate(0, 0, i)
		dir := "\n-- incidents/" + d.Format("2006/0102") + "-x/"
		b.WriteString(dir + "incident.yaml --\ntitle: {nl: Iets}\nservices: {mail: degraded_performance}")
		b.WriteString(dir + d.Format("2006-01-02T1504") + "-investigating.md --\nA" + dir + d.Add(time.Hour).Format("2006-01-02T1504") + "-resolved.md --\nB")
	}
	return tree(t, b.String())
}

// A link that is relative to its case's page leads to the same page from every other, and from a feed.
func TestRelativeLinks(t *testing.T) {
	more := "-- incidents/2026/1120-pay/2026-11-20T1400-update.md --\nNet als [vorige week](../1113-pay/#x).\n"
	in := on(t, tree(t, desk, down, more), "2026-11-20 15:00")
	page, home, feed := viewOf[Incident](t, in, "it/incidents/2026/1120-pay/index.html"), viewOf[Home](t, in, "it/index.html"), viewOf[Feed](t, in, "it/feed.atom")
	const want = `href="/desk/it/incidents/2026/1113-pay/#x"`
	if got := string(page.Updates[0].Body.HTML); !strings.Contains(got, want) {
		t.Error(got)
	}
	if got := string(home.Open[0].Last.Body.HTML); !strings.Contains(got, want) {
		t.Error(got)
	}
	if got := feed.Entries[0].HTML; !strings.Contains(got, `href="https://hulp.muntplein.example:8443/desk/it/incidents/2026/1113-pay/#x"`) {
		t.Error(got)
	}
}

func TestEmptyFeedsBeganSomewhen(t *testing.T) {
	policy := "-- policy/2026-03-01.yaml --\ncalendars: {office: {hours: {mon-fri: [\"09:00-17:00\"]}}}\n"
	later := strings.Replace(desk, "since: 2026-10-01", "since: 2027-10-01", 1)
	for _, c := range []struct {
		about, feed string
		tree        *content.Tree
		want        string
	}{
		{"since when the service is told of", "services/search/feed.atom", tree(t, desk, policy), "2026-10-01T00:00:00+02:00"},
		{"the desk's first event", "services/mail/feed.rss", tree(t, desk, policy, down), "2026-11-20T12:05:00+01:00"},
		{"a service that is still to come", "services/search/feed.json", tree(t, later, policy), "2026-03-01T00:00:00+01:00"},
		{"the first promises", "it/feed.atom", tree(t, desk, policy), "2026-03-01T00:00:00+01:00"},
		{"nothing is known", "feed.atom", tree(t, desk), "0001-01-01T00:00:00Z"},
		{"it has entries", "feed.atom", tree(t, desk, down), "0001-01-01T00:00:00Z"},
	} {
		if got := viewOf[Feed](t, on(t, c.tree, "2026-11-20 15:00"), c.feed).Began.Format(time.RFC3339); got != c.want {
			t.Errorf("%s: %s, want %s", c.about, got, c.want)
		}
	}
}

// A feed without entries shows when the desk's first event was: an earlier one makes it another.
func TestEmptyFeedsFollowTheFirstEvent(t *testing.T) {
	began := func(parts ...string) time.Time {
		return viewOf[Feed](t, on(t, tree(t, parts...), "2026-11-20 15:00"), "services/mail/feed.atom").Began
	}
	earlier := "-- incidents/2026/1119-pay/incident.yaml --\ntitle: {nl: Iets}\nservices: {pay: major_outage}\n-- incidents/2026/1119-pay/2026-11-19T1205-investigating.md --\nWij kijken.\n"
	if a, b := began(desk, down), began(desk, down, earlier); !b.Before(a) {
		t.Errorf("it began at %s, and with an earlier event at %s", a, b)
	}
}

func TestArchivesHoldWhatTheFeedDoesNot(t *testing.T) {
	in := on(t, many(t, 100), "2026-11-20 14:00")
	f := viewOf[Feed](t, in, "feed.atom")
	if len(f.Entries) != window || !strings.HasSuffix(f.Older, "/desk/feed-2026-11.atom") {
		t.Fatalf("%d entries, older %q", len(f.Entries), f.Older)
	}
	seen := map[string]bool{}
	for older := f.Older; older != ""; {
		name := older[strings.LastIndex(older, "/")+1:]
		a := viewOf[Feed](t, in, name)
		if !a.Archive || a.Current != f.Self || a.Self != older {
			t.Errorf("%+v", a)
		}
		for i, e := range a.Entries {
			if seen[e.ID] || i > 0 && e.Published.After(a.Entries[i-1].Published) || e.Published.Format("feed-2006-01.atom") != name {
				t.Errorf("%s in %s", e.ID, name)
			}
			seen[e.ID] = true
		}
		older = a.Older
	}
	if len(seen) != 200 {
		t.Errorf("%d entries in the archives", len(seen))
	}
	for _, e := range f.Entries {
		if !seen[e.ID] {
			t.Errorf("%s is in no archive", e.ID)
		}
	}
}

func TestTheNewestEntriesAreTheFeeds(t *testing.T) {
	in := on(t, many(t, 100), "2026-11-20 14:00")
	// An old case that is told of again is news.
	in.Tree.Incidents[3].Events = append(slices.Clone(in.Tree.Incidents[3].Events), &content.Event{
		Name: "2026-11-19T0900-postmortem", Kind: content.Postmortem, At: time.Date(2026, 11, 19, 8, 0, 0, 0, time.UTC), Body: "C", Front: &content.Front{Cause: content.Text{"nl": "x"}},
	})
	f := viewOf[Feed](t, in, "feed.json")
	if !strings.HasSuffix(f.Entries[0].ID, "2026/0804-x/2026-11-19T0900-postmortem") {
		t.Errorf("%s", f.Entries[0].ID)
	}
}

// The button of an open incident leads to the intake, wherever that is; without a form there is
// none.
func TestMeTooLeadsToTheIntake(t *testing.T) {
	const form = "-- forms/contact.yaml --\ntitle: {nl: Vraag, it: Domanda}\nfields:\n  - {id: message, role: body, type: textarea, label: {nl: Bericht}}\n"
	for _, tt := range []struct{ form, intake, want string }{
		{"", "", ""},
		{form, "", "/desk/it/incidents/2026/1120-pay/me-too"},
		{form, "https://intake.example/x/", "https://intake.example/x/it/incidents/2026/1120-pay/me-too"},
	} {
		in := on(t, tree(t, desk, down, tt.form), "2026-11-20 15:20")
		in.Tree.Site.IntakeURL = tt.intake
		home, own := viewOf[Home](t, in, "it/index.html").Open[0].MeToo, viewOf[Incident](t, in, "it/incidents/2026/1120-pay/index.html").MeToo
		if home != tt.want || own != tt.want {
			t.Errorf("home leads to %q, the incident to %q, want %q", home, own, tt.want)
		}
	}
}

func TestAnOpenIncidentOwesAndAClosedOneToo(t *testing.T) {
	in := on(t, tree(t, desk, down, "-- incidents/2026/1120-pay/2026-11-20T1510-resolved.md --\nVoorbij.\n"), "2026-11-20 15:20")
	due := in.Now.Add(-time.Minute)
	in.Owed = func(*content.Incident, content.Progress) view.Owed {
		return view.Owed{Postmortem: view.Due{At: due, Late: true}}
	}
	v := viewOf[Incident](t, in, "incidents/2026/1120-pay/index.html")
	if v.Open || v.Cause == nil || !v.Cause.Late || v.MeToo != "" || v.Services[0].State != content.MajorOutage || v.State != content.MajorOutage {
		t.Errorf("%+v", v)
	}
	row := viewOf[Month](t, in, "history/2026/11/index.html").Incidents[0]
	if row.Open || row.Cause == nil || !row.Cause.Late || row.State != content.MajorOutage {
		t.Errorf("%+v", row)
	}
}

func TestEdited(t *testing.T) {
	first := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		after  time.Duration
		edited bool
	}{{0, false}, {editGrace, false}, {editGrace + 1, true}} {
		in := on(t, tree(t, desk, down), "2026-11-20 14:00")
		in.Committed = func(string) (time.Time, time.Time) { return first, first.Add(c.after) }
		v := viewOf[Incident](t, in, "incidents/2026/1120-pay/index.html")
		if got := v.Updates[0].Edited != nil; got != c.edited {
			t.Errorf("changed after %s: edited %v", c.after, got)
		}
	}
}

func TestHours(t *testing.T) {
	policy := `-- holidays/nl.yaml --
2026-12-25: {nl: Eerste kerstdag}
2026-12-26: {nl: Tweede kerstdag}
-- policy/2026-01-01.yaml --
calendars:
  office:
    hours: {mon-thu: ["09:00-12:30", "13:00-17:00"], fri: ["09:00-12:30"], sun-sun: ["10:00-11:00"]}
    holidays: [nl]
    exceptions:
      2026-12-24: {hours: ["09:00-12:00"], reason: {nl: Kerstavond}}
      2026-12-12: {closed: true, reason: {nl: Zaterdag}}
`
	in := on(t, tree(t, desk, policy), "2026-11-20 14:00")
	h := viewOf[Promises](t, in, "promises/index.html").Calendars[0]
	var days, closed []string
	for _, d := range h.Days {
		days = append(days, fmt.Sprint(d.From, d.To, len(d.Windows)))
	}
	for _, c := range h.Closed {
		closed = append(closed, c.Day.Format("0102 ")+c.Why.Text+fmt.Sprint(len(c.Windows)))
	}
	if !slices.Equal(days, []string{"Monday Thursday 2", "Friday Friday 1", "Sunday Sunday 1"}) || !slices.Equal(closed, []string{"1224 Kerstavond1", "1225 Eerste kerstdag0"}) {
		t.Errorf("%v %v", days, closed)
	}
}

func TestSitemap(t *testing.T) {
	in := on(t, tree(t, desk, down), "2026-11-20 14:00")
	index, year := string(viewOf[[]byte](t, in, "sitemap.xml")), string(viewOf[[]byte](t, in, "sitemap-2026.xml"))
	if !strings.Contains(index, "<loc>https://hulp.muntplein.example:8443/desk/sitemap-2026.xml</loc>") || strings.Count(year, "<loc>") != 2 ||
		!strings.Contains(year, "<loc>https://hulp.muntplein.example:8443/desk/it/incidents/2026/1120-pay/</loc><lastmod>2026-11-20T13:05:00+01:00</lastmod>") {
		t.Errorf("%s\n%s", index, year)
	}
	if robots := string(viewOf[[]byte](t, in, "robots.txt")); !strings.Contains(robots, "Disallow: /desk/search/\nDisallow: /desk/it/search/\nSitemap: https://hulp.muntplein.example:8443/desk/sitemap.xml") {
		t.Error(robots)
	}
	parts := split([]*part{{name: "sitemap-2026.xml", pages: make([]listed, sitemapLimit+1)}})
	if len(parts) != 2 || parts[0].name != "sitemap-2026-1.xml" || len(parts[1].pages) != 1 {
		t.Errorf("%+v", parts)
	}
}

func TestStaticHostsAreTold(t *testing.T) {
	with := strings.Replace(desk, "time_zone:", "intake_url: https://balie.muntplein.example/in\ntime_zone:", 1)
	got := string(viewOf[[]byte](t, on(t, tree(t, with), "2026-11-20 15:00"), "_headers"))
	for _, want := range []string{"/desk/*\n  Content-Security-Policy: default-src 'none'; ", "form-action 'self' https://balie.muntplein.example; script-src 'self'; connect-src 'self'\n", "\n/desk/assets/*\n  Cache-Control: "} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// How long a clock has run is told to staff by the minute; the site is not made again for each of them.
func TestNothingWaitsForWhatIsCounted(t *testing.T) {
	in := on(t, tree(t, desk), "2026-11-20 15:00")
	received := in.Now.Add(-time.Hour)
	in.Tree.Tickets = []*content.Ticket{{Number: "2611201010", Dir: "tickets/2026/11/20/2611201010", Events: []*content.Event{{Kind: content.Received, At: received}}}}
	breaks := in.Now.Add(time.Hour)
	in.Clocks = func(*content.Ticket) []Clock { return []Clock{{Counts: in.Now.Add(20 * time.Second), Breaks: breaks}} }
	var p Planner
	p.Plan(in).Staff()
	first := p.tickets[in.Tree.Tickets[0]]
	if got := p.NextChange(in.Now); !got.Equal(breaks) {
		t.Errorf("the next change is at %s, not when the clock breaks at %s", got, breaks)
	}
	in.Now = in.Now.Add(time.Minute)
	if p.Plan(in).Staff(); p.tickets[in.Tree.Tickets[0]] == first {
		t.Error("the next build does not count anew")
	}
}

func TestContact(t *testing.T) {
	channels := `channels:
  - {id: form, use: Met het formulier.}
  - {id: quote, use: Voor een prijs.}
  - {id: phone, use: {nl: "Bel +31 20 555 01 23.", it: "Chiama +31 20 555 01 23."}}
  - {id: forum, not: Daar lezen wij niet.}
`
	files := `-- forms/contact.yaml --
title: {nl: Vraag, it: Domanda}
lane: standard
fields: [{id: message, role: body, type: textarea}]
-- forms/quote.yaml --
title: Offerte
lane: standard
fields: [{id: message, role: body, type: textarea}]
-- policy/2026-01-01.yaml --
calendars: {week: {hours: {mon-fri: ["09:00-17:00"]}}}
lanes: [{id: standard, name: Gewoon}]
coverage: {excluded: [{id: custom, text: Maatwerk, why: Te veel, instead: quote}]}
`
	with := strings.Replace(desk, "time_zone:", channels+"time_zone:", 1)
	v := viewOf[Contact](t, on(t, tree(t, with, files), "2026-11-20 15:00"), "it/contact/index.html")
	if len(v.Channels) != 3 || len(v.Not) != 1 || v.Not[0].ID != "forum" || len(v.Excluded) != 1 || v.Excluded[0].Instead.URL != "/desk/it/forms/quote/" {
		t.Fatalf("%+v", v)
	}
	forms, quote := v.Channels[0].Links, v.Channels[1].Links
	if len(forms) != 2 || forms[0].Text != "Domanda" || len(quote) != 1 || quote[0] != (Link{"Offerte", "/desk/it/forms/quote/", "nl"}) || v.Channels[2].Links != nil {
		t.Errorf("%+v, %+v", forms, quote)
	}
}
