package render_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/mmcdole/gofeed"
	"golang.org/x/net/html"

	"balie/content"
	"balie/content/load"
	"balie/content/sample"
	"balie/generator/markdown"
	"balie/generator/render"
	"balie/generator/site"
	"balie/themes"
	"balie/themes/view"
)

// built is the three trees of a desk as they were rendered, by file.
type built struct {
	tree                  *content.Tree
	renderer              *render.Renderer
	public, follow, staff map[string][]byte
	pages                 map[string]site.Page
}

func build(t testing.TB, fsys fs.FS, now func(*content.Tree) time.Time, more func(*site.Input)) *built {
	t.Helper()
	tree, prose := load.Load(fsys, nil).Tree, markdown.New()
	theme, err := themes.Default()
	if err != nil {
		t.Fatal(err)
	}
	b := &built{tree: tree, renderer: render.New(theme, prose), pages: map[string]site.Page{}}
	logo, _ := fs.ReadFile(fsys, tree.Site.Brand.Logo)
	if err := b.renderer.Setup(tree.Setup, themes.Site{Logo: logo}); err != nil {
		t.Fatal(err)
	}
	in := site.Input{Tree: tree, Now: now(tree), Prose: prose, Look: b.renderer.Look(), Rule: b.renderer.Rule, Word: b.renderer.Word, Read: func(name string) ([]byte, error) { return fs.ReadFile(fsys, name) }}
	if more != nil {
		more(&in)
	}
	var p site.Planner
	plan := p.Plan(in)
	b.public = b.all(t, plan.Public())
	b.follow = b.all(t, plan.Follow())
	b.staff = b.all(t, plan.Staff())
	return b
}

func (b *built) all(t testing.TB, pages []site.Page) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for i := range pages {
		data, err := bytesOf(b.renderer, &pages[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, twice := files[pages[i].File]; twice {
			t.Errorf("%s is planned twice", pages[i].File)
		}
		files[pages[i].File] = data
		b.pages[fmt.Sprint(pages[i].Tree, pages[i].File)] = pages[i]
	}
	for _, a := range b.renderer.Assets() {
		files[a.Path] = a.Data
	}
	return files
}

// at is a time of the samples' last week, on the desk's clock.
func at(s string) func(*content.Tree) time.Time {
	return func(tree *content.Tree) time.Time {
		t, err := time.ParseInLocation("2006-01-02T15:04", s, tree.Zone)
		if err != nil {
			panic(err)
		}
		return t
	}
}

// everything shows what only other parts of the generator can tell.
func everything(in *site.Input) {
	now := in.Now
	committed := now.AddDate(0, 0, -20)
	in.Committed = func(path string) (time.Time, time.Time) {
		return committed, committed.Add(time.Duration(len(path)) * time.Minute)
	}
	in.Owed = func(i *content.Incident, p content.Progress) view.Owed {
		if p.Open {
			return view.Owed{Update: view.Due{At: now.Add(time.Hour)}, Postmortem: view.Due{At: now.Add(48 * time.Hour)}}
		}
		due := p.Resolved.Add(72 * time.Hour)
		return view.Owed{Postmortem: view.Due{At: due, Late: due.Before(now)}}
	}
	policy := in.Tree.PolicyAt(now)
	in.Rules = func(*content.Form) []*content.Promise { return policy.Promises[:2] }
	in.TicketNow = func(t *content.Ticket) view.TicketNow {
		return view.TicketNow{TicketSnapshot: t.At(now), Promised: []view.Promised{
			{Clock: content.FirstResponse, Strength: "promise", Due: now.Add(time.Hour)}, {Clock: content.NextResponse, Due: now.Add(-time.Hour), Late: true}}}
	}
	in.Attained = map[string]*site.Attained{}
	for i, p := range policy.Promises {
		in.Attained[p.ID] = &site.Attained{Kept: 3 * i, Of: 4 * i, Weeks: 4, State: content.PartialOutage, Late: []site.Link{{Text: "x", URL: "/history/"}}}
	}
	weekdays := &themes.Chart{ID: "days", Series: 2, Unit: 10, Groups: []themes.Group{{Name: time.Monday, Values: []int{58, 41}}, {Name: time.Tuesday, Values: []int{0, 0}}}}
	hours := &themes.Chart{ID: "hours", Series: 2, Unit: 10}
	for h := range 24 {
		hours.Groups = append(hours.Groups, themes.Group{Name: h, Values: []int{h, 24 - h}})
	}
	in.Queue = &site.Queue{
		Desk: 14, Requester: 1, Oldest: 3 * time.Hour, Half: 100 * time.Minute, Most: 4 * time.Hour, Promised: policy.Promises[0], Kept: &site.Attained{Kept: 96, Of: 100}, Slow: true,
		Weeks: []site.QueueWeek{{From: now.AddDate(0, 0, -5), To: now, Came: 200, InTime: 9611, Of: 180, Half: time.Hour, Most: time.Hour, Waiting: 3}, {From: now.AddDate(0, -1, 0), To: now, InTime: -1}},
		Days:  weekdays, Hours: hours, Asof: now,
	}
	in.Clocks = func(*content.Ticket) []site.Clock {
		var list []site.Clock
		for _, state := range []string{"running", "paused", "late", "overdue", "met", "missed", "cancelled"} {
			list = append(list, site.Clock{Clock: content.FirstResponse, Promise: "p", Started: now, Due: now, Goal: now, Ended: now, Elapsed: time.Hour, State: state, Pauses: []site.Pause{{From: now, Owes: "requester"}, {From: now, To: now}}})
		}
		return list
	}
	in.Limits = func(*content.Ticket) site.RequesterLimits {
		return site.RequesterLimits{MayAsk: 3, People: 4, Open: 7, FairUse: 5, Report: "/reports/order/"}
	}
	in.Unreached = func(t *content.Ticket, _ *content.TicketSnapshot) site.Unreached {
		return []site.Unreached{{}, {Why: "no_mail"}, {Why: "no_address", StaysOpen: true}, {Why: "bouncing", At: now, StaysOpen: true}}[len(t.Subject)%4]
	}
	in.Desk = func(now time.Time) site.StaffQueue {
		q := site.StaffQueue{Now: now, NoMail: true, Late: 2, CSV: "/queue.csv", JSON: "/queue.json", Rows: []site.QueueRow{{Position: 1, Number: "2611 2042 16", URL: "/", State: "new"}}}
		for _, c := range in.Clocks(nil) {
			q.Rows = append(q.Rows, site.QueueRow{Position: 2, Number: "1", URL: "/", Subject: "x", Lane: "l", State: "open", Owes: "desk", Waiting: now, Assignee: "a", Demoted: true, Held: "1", Incident: "i", Clock: &c, Requester: "r", Unreached: true})
		}
		q.Incidents = []site.DueIncident{{Title: "t", Dir: "d", What: "update", Due: view.Deadline{At: now, Late: true}, Staff: true}, {Title: "t", Dir: "d", What: "postmortem", Due: view.Deadline{At: now}}}
		return q
	}
}

func isPage(file string) bool { return path.Ext(file) == ".html" }

func TestEveryPageOfEveryDesk(t *testing.T) {
	for _, name := range append(sample.Names(), sample.Starter) {
		fsys, err := sample.FS(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, more := range []func(*site.Input){nil, everything} {
			b := build(t, fsys, at("2026-11-20T14:42"), more)
			for file, data := range b.public {
				if isPage(file) {
					b.inspect(t, name+" "+file, b.pages["0"+file].Lang, data)
				}
			}
			for file, data := range b.follow {
				if isPage(file) {
					b.inspect(t, name+" "+file, b.pages["1"+file].Lang, data)
				}
			}
			for file, data := range b.staff {
				if isPage(file) {
					b.inspect(t, name+" "+file, b.pages["2"+file].Lang, data)
				}
			}
			b.feeds(t, name)
			b.found(t, name)
			b.links(t, name)
		}
	}
}

// inspect reports what no page may have or lack.
func (b *built) inspect(t *testing.T, name, lang string, data []byte) {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	count, ids, level := map[string]int{}, map[string]bool{}, 0
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		// The script is the theme's own.
		if n.Data == "script" && strings.HasPrefix(attr(n, "src"), "/assets/") && n.FirstChild == nil {
			continue
		}
		count[n.Data]++
		if len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
			if at := int(n.Data[1] - '0'); at > level+1 {
				t.Errorf("%s: <%s> after a heading of level %d", name, n.Data, level)
			} else {
				level = at
			}
		}
		for _, a := range n.Attr {
			switch {
			case a.Key == "id" && ids[a.Val]:
				t.Errorf("%s: id %q twice", name, a.Val)
			case a.Key == "id":
				ids[a.Val] = true
			case n.Data == "html" && a.Key == "lang" && a.Val != lang:
				t.Errorf("%s: lang %q, want %q", name, a.Val, lang)
			case a.Key == "style" || strings.HasPrefix(a.Key, "on"):
				t.Errorf("%s: %s", name, a.Key)
			case (a.Key == "src" || n.Data == "link" && a.Key == "href" && attr(n, "rel") != "canonical" && attr(n, "rel") != "alternate") && !strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "data:"):
				t.Errorf("%s: a request to elsewhere: %s", name, a.Val)
			}
		}
	}
	for what, want := range map[string]int{"h1": 1, "title": 1, "main": 1, "script": 0, "style": 0} {
		if count[what] != want {
			t.Errorf("%s: %d of <%s>", name, count[what], what)
		}
	}
	framed := strings.HasSuffix(name, "embed/index.html")      // has nothing to skip
	snippets := strings.HasSuffix(name, "programs/index.html") // shows HTML as it is to be written
	if bytes.Contains(data, []byte(`<a class="skip" href="#main">`)) == framed || bytes.Contains(data, []byte("ZgotmplZ")) || bytes.Contains(data, []byte("&amp;lt;")) && !snippets || bytes.Contains(data, []byte(`datetime="0001-`)) {
		t.Errorf("%s:\n%s", name, data)
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// links follows every link on the public site to the file it names, and to the id in it.
func (b *built) links(t *testing.T, name string) {
	t.Helper()
	ids := map[string]map[string]bool{}
	for file, data := range b.public {
		if isPage(file) {
			ids[file] = map[string]bool{}
			doc, _ := html.Parse(bytes.NewReader(data))
			for n := range doc.Descendants() {
				ids[file][attr(n, "id")] = true
			}
		}
	}
	for file, data := range b.public {
		if !isPage(file) {
			continue
		}
		doc, _ := html.Parse(bytes.NewReader(data))
		for n := range doc.Descendants() {
			href := attr(n, "href")
			if n.Data == "img" && attr(n, "loading") == "lazy" {
				href = attr(n, "src")
			}
			if n.Type != html.ElementNode || n.Data == "link" && attr(n, "rel") == "canonical" || !strings.HasPrefix(href, "/") && !strings.HasPrefix(href, "#") {
				continue
			}
			target, id, _ := strings.Cut(href, "#")
			if decoded, err := url.PathUnescape(id); err == nil {
				id = decoded
			}
			target, query, _ := strings.Cut(target, "?")
			// The intake answers these.
			if strings.HasSuffix(target, "/me-too") || strings.Contains(query, "incident=") || strings.Contains(query, "article=") || target == "/t/lost" {
				continue
			}
			to := strings.TrimPrefix(target, "/")
			if target == "" {
				to = file
			}
			if to == "" || strings.HasSuffix(to, "/") {
				to += "index.html"
			}
			if _, ok := b.public[to]; !ok {
				t.Errorf("%s %s: a link to %s, which is not there", name, file, href)
			} else if id != "" && !ids[to][id] {
				t.Errorf("%s %s: a link to %s, where nothing has that id", name, file, href)
			}
		}
	}
}

// leadsSomewhere checks that an entry's link leads to an id on its page.
func (b *built) leadsSomewhere(t *testing.T, where, link string) {
	t.Helper()
	page, id, _ := strings.Cut(strings.TrimPrefix(link, b.tree.Site.BaseURL+"/"), "#")
	if data := b.public[page+"index.html"]; data == nil || id != "" && !bytes.Contains(data, []byte(` id="`+id+`"`)) {
		t.Errorf("%s: an entry links to %s, where nothing has that id", where, link)
	}
}

// found follows every address in the search index to its page, and each anchor to an id in it.
func (b *built) found(t *testing.T, name string) {
	t.Helper()
	kinds := map[string]int{}
	for file, data := range b.public {
		if ok, _ := path.Match("search/index/*/*/docs-*.json", file); !ok {
			continue
		}
		var chunk struct{ List []any } // a number, documents, a number, documents, …
		if err := json.Unmarshal(data, &chunk); err != nil {
			t.Fatalf("%s %s: %v", name, file, err)
		}
		for _, d := range chunk.List {
			if d, ok := d.([]any); ok {
				kinds[d[1].(string)]++
				b.isThere(t, name+" "+file, d[0].(string), d[4].([]any))
			}
		}
	}
	for _, kind := range []string{"article", "promise", "service"} {
		if kinds[kind] == 0 {
			t.Errorf("%s: of kind %s nothing can be found", name, kind)
		}
	}
}

// isThere checks that an address of the search index has a page, and the headings their ids.
func (b *built) isThere(t *testing.T, where, address string, sections []any) {
	t.Helper()
	address, anchor, _ := strings.Cut(address, "#")
	page := string(b.public[strings.TrimPrefix(address, "/")+"index.html"])
	ids := []string{anchor}
	for _, s := range sections {
		ids = append(ids, s.([]any)[1].(string))
	}
	for _, id := range ids {
		if page == "" || id != "" && !strings.Contains(page, ` id="`+id+`"`) {
			t.Errorf("%s: %s#%s is not there", where, address, id)
		}
	}
}

// feeds reads every feed as a reader does.
func (b *built) feeds(t *testing.T, name string) {
	t.Helper()
	for file, data := range b.public {
		if ext := path.Ext(file); ext != ".atom" && ext != ".rss" && path.Base(file) != "feed.json" {
			continue
		}
		f, err := gofeed.NewParser().Parse(bytes.NewReader(data))
		if err != nil {
			t.Fatalf("%s %s: %v", name, file, err)
		}
		if file == "history.rss" { // it has neither, as Statuspage has it
			f.Language, f.FeedLink = b.pages["0"+file].Lang, b.tree.Site.BaseURL+"/"+file
		}
		if f.Title == "" || f.Language != b.pages["0"+file].Lang || f.FeedLink != b.tree.Site.BaseURL+"/"+file {
			t.Errorf("%s %s: title %q, language %q, self %q", name, file, f.Title, f.Language, f.FeedLink)
		}
		seen := map[string]bool{}
		for i, item := range f.Items {
			if seen[item.GUID] || !strings.HasPrefix(item.GUID, "tag:") && item.GUID != item.Link || item.PublishedParsed == nil {
				t.Errorf("%s %s: id %q", name, file, item.GUID)
			}
			seen[item.GUID] = true
			if b.leadsSomewhere(t, name+" "+file, item.Link); strings.Contains(item.Link, "#") == strings.HasPrefix(file, "history.") {
				t.Errorf("%s %s links to %s", name, file, item.Link)
			}
			if i > 0 && file != "history.rss" && item.PublishedParsed.After(*f.Items[i-1].PublishedParsed) {
				t.Errorf("%s %s: %s is newer than the one before", name, file, item.GUID)
			}
			if strings.Contains(item.Content, `href="/`) {
				t.Errorf("%s %s: an address that leads nowhere from a reader: %s", name, file, item.Content)
			}
		}
	}
}

// A theme's layouts can be executed with a view that holds nothing.
func TestEveryLayoutWithAnEmptyView(t *testing.T) {
	fsys, err := sample.FS("marketplace")
	if err != nil {
		t.Fatal(err)
	}
	b := build(t, fsys, at("2026-11-20T14:42"), nil)
	views := map[string]any{
		"home": site.Home{Answer: site.Answer{Kind: "ok"}}, "incident": site.Incident{Status: "investigating"}, "maintenance": site.Maintenance{Status: "scheduled"},
		"service": site.Service{State: "operational"}, "history": site.History{}, "month": site.Month{}, "help": site.Help{}, "section": site.Section{}, "article": site.Article{},
		"search": site.Search{}, "contact": site.Contact{}, "programs": site.Programs{}, "embed": site.EmbedPage{}, "notfound": site.NotFound{}, "promises": site.Promises{}, "queue": site.Queue{}, "staffqueue": site.StaffQueue{},
		"staffticket": site.StaffTicket{State: "new"}, "staffincidents": site.StaffIncidents{}, "staffspam": site.StaffSpam{}, "staffended": site.StaffEnded{State: "closed"}, "stafffind": site.StaffFind{Query: "x"}, "staffincident": site.StaffIncident{}, "form": view.Form{}, "follow": view.Follow{}, "error": themes.Trouble{Code: "internal"},
	}
	theme, err := themes.Default()
	if err != nil {
		t.Fatal(err)
	}
	for _, layout := range theme.Layouts() {
		view, ok := views[layout]
		if !ok {
			t.Logf("layout %s is executed elsewhere", layout)
			continue
		}
		for _, lang := range b.tree.Site.Languages {
			data, err := bytesOf(b.renderer, &site.Page{File: layout, Path: "/", Lang: lang, Layout: layout, View: func() (any, error) { return view, nil }})
			if err != nil {
				t.Error(err)
				continue
			}
			if n := bytes.Count(data, []byte("<h1")); n != 1 {
				t.Errorf("%s in %s: %d of <h1>", layout, lang, n)
			}
		}
	}
}

// What anybody wrote is text, wherever it stands.
func TestHostileTextIsText(t *testing.T) {
	evil := `"><script>alert(1)</script>'{{.}}`
	yaml := `'"><script>alert(1)</script>''{{.}}'`
	event := func(body string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(body)} }
	fsys := fstest.MapFS{
		"site.yaml":                           event("name: " + yaml + "\nbase_url: https://a.example\nlanguages: [nl, en]\ntime_zone: Europe/Amsterdam\nchannels: [{id: form, use: " + yaml + "}, {id: forum, not: " + yaml + "}]\nlinks: [{text: " + yaml + ", url: https://b.example}]\n"),
		"services.yaml":                       event("- {id: a, name: " + yaml + ", description: " + yaml + "}\n"),
		"people.yaml":                         event("anna: {name: Anna, public_name: " + yaml + "}\n"),
		"forms/f.yaml":                        event("title: " + yaml + "\nintro: " + yaml + "\nfields:\n- {id: subject, role: subject, type: text, label: " + yaml + ", help: " + yaml + "}\n- {id: c, type: choice, label: x, choices: [{id: a, label: " + yaml + "}]}\n"),
		"policy/2026-01-01.yaml":              event("calendars: {office: {hours: {mon-fri: ['09:00-17:00']}, exceptions: {2026-11-24: {closed: true, reason: " + yaml + "}}}}\npromises: [{id: p, text: " + yaml + "}]\ncoverage: {excluded: [{id: x, text: " + yaml + ", why: " + yaml + "}]}\n"),
		"articles/s/section.yaml":             event("title: " + yaml + "\n"),
		"articles/s/a.md":                     event("---\ntitle: " + yaml + "\nsummary: " + yaml + "\npopular: true\n---\n" + evil + "\n"),
		"incidents/2026/1120-x/incident.yaml": event("title: " + yaml + "\nservices: {a: major_outage}\n"),
		"incidents/2026/1120-x/2026-11-20T1405-investigating.md":         event(evil + "\n"),
		"incidents/2026/1110-y/incident.yaml":                            event("title: " + yaml + "\nservices: {a: major_outage}\n"),
		"incidents/2026/1110-y/2026-11-10T1405-investigating.md":         event(evil + "\n"),
		"incidents/2026/1110-y/2026-11-10T1505-resolved.md":              event(evil + "\n"),
		"incidents/2026/1110-y/2026-11-11T1505-postmortem.md":            event("---\ncause: " + yaml + "\nactions: [{text: " + yaml + "}]\n---\n" + evil + "\n"),
		"maintenance/2026/1201-z/maintenance.yaml":                       event("title: " + yaml + "\nservices: {a: under_maintenance}\nplanned: {start: 2026-12-01T10:00, end: 2026-12-01T11:00}\nautomatic: true\n"),
		"maintenance/2026/1201-z/2026-11-19T1000-scheduled.md":           event(evil + "\n"),
		"tickets/2026/11/20/2611201004/ticket.yaml":                      event("form: f\nlanguage: nl\nsubject: " + yaml + "\nrequester: {name: " + yaml + ", email: a@b.example}\nfields: {c: " + yaml + "}\nfollow: abcdefghijklmnopqrstuvwxyz\n"),
		"tickets/2026/11/20/2611201004/2026-11-20T100000Z-received.md":   event("---\nid: abcd\n---\n" + evil + "\n"),
		"tickets/2026/11/20/2611201004/2026-11-20T110000Z-reply-anna.md": event(evil + "\n"),
		"tickets/2026/11/20/2611201004/2026-11-20T120000Z-note-anna.md":  event(evil + "\n"),
	}
	b := build(t, fsys, at("2026-11-20T15:00"), nil)
	if len(b.tree.Incidents) != 2 || len(b.tree.Tickets) != 1 || len(b.follow) == 0 {
		t.Fatalf("the tree was not read: %d incidents, %d tickets", len(b.tree.Incidents), len(b.tree.Tickets))
	}
	for _, tree := range []map[string][]byte{b.public, b.follow, b.staff} {
		for file, data := range tree {
			if isPage(file) {
				b.inspect(t, file, "nl", bytes.ReplaceAll(data, []byte(`<html lang="en">`), []byte(`<html lang="nl">`)))
			}
			if path.Ext(file) == ".atom" && bytes.Contains(data, []byte("<script")) {
				t.Errorf("%s:\n%s", file, data)
			}
		}
	}
	b.feeds(t, "hostile")
}

// Nothing of an incident that only staff know of is in what the public sees: the pages are the same as if it were not there.
func TestStaffOnlyIncidentChangesNothingPublic(t *testing.T) {
	fsys, err := sample.FS("webshop")
	if err != nil {
		t.Fatal(err)
	}
	now := at("2026-11-20T14:42")
	with := build(t, fsys, now, nil)
	hidden := 0
	tree := load.Load(fsys, nil).Tree
	tree.Incidents = slices.DeleteFunc(tree.Incidents, func(i *content.Incident) bool {
		if !i.Public() {
			hidden++
		}
		return !i.Public()
	})
	if hidden == 0 {
		t.Fatal("the sample has no incident that only staff know of")
	}
	without := with.all(t, new(site.Planner).Plan(site.Input{Tree: tree, Now: now(tree), Prose: markdown.New(), Look: with.renderer.Look(), Rule: with.renderer.Rule, Word: with.renderer.Word, Read: func(name string) ([]byte, error) { return fs.ReadFile(fsys, name) }}).Public())
	for file, data := range with.public {
		if !bytes.Equal(data, without[file]) {
			t.Errorf("%s differs", file)
		}
	}
	if len(with.public) != len(without) {
		t.Errorf("%d files, and %d without it", len(with.public), len(without))
	}
}

// The same commit and the same instant give the same bytes.
func TestTwiceTheSameBytes(t *testing.T) {
	fsys, err := sample.FS("plugins")
	if err != nil {
		t.Fatal(err)
	}
	one, two := build(t, fsys, at("2026-11-18T10:00"), everything), build(t, fsys, at("2026-11-18T10:00"), everything)
	for file, data := range one.public {
		if !bytes.Equal(data, two.public[file]) {
			t.Errorf("%s differs", file)
		}
	}
}

func bytesOf(r *render.Renderer, p *site.Page) ([]byte, error) {
	view, err := p.View()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = r.Page(&b, p, view)
	return b.Bytes(), err
}
