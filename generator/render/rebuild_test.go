package render_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"balie/content"
	"balie/content/check"
	"balie/content/desk"
	"balie/content/load"
	"balie/content/sample"
	"balie/generator/markdown"
	"balie/generator/render"
	"balie/generator/site"
	"balie/generator/statusapi"
	"balie/themes"
	"balie/themes/view"
)

// rebuilding is a site that is planned again and again with one planner, as serve does.
type rebuilding struct {
	t        *testing.T
	files    fstest.MapFS
	loaded   *load.Loaded
	tree     *content.Tree
	prose    *markdown.Converter
	renderer *render.Renderer
	planner  site.Planner
	sources  map[string]site.Sources
	hashes   map[string]render.Hash
	bytes    map[string][]byte
}

func newRebuilding(t *testing.T, name string) *rebuilding {
	t.Helper()
	source, err := sample.FS(name)
	if err != nil {
		t.Fatal(err)
	}
	r := &rebuilding{t: t, files: fstest.MapFS{}, prose: markdown.New(), sources: map[string]site.Sources{}, hashes: map[string]render.Hash{}, bytes: map[string][]byte{}}
	err = fs.WalkDir(source, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(source, p)
		r.files[p] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	r.loaded = load.Load(r.files, nil)
	r.tree = r.loaded.Tree
	theme, err := themes.Default()
	if err != nil {
		t.Fatal(err)
	}
	r.renderer = render.New(theme, r.prose)
	return r
}

// write changes a file and reads what it touches again.
func (r *rebuilding) write(name, text string) {
	r.t.Helper()
	r.files[name] = &fstest.MapFile{Data: []byte(text)}
	r.loaded = r.loaded.Reload(r.files, []string{name}, nil)
	r.tree = r.loaded.Tree
	if problems := check.Check(r.loaded, time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC)); content.HasErrors(problems) {
		r.t.Fatal(problems)
	}
}

func (r *rebuilding) input(now time.Time) site.Input {
	r.t.Helper()
	if err := r.renderer.Setup(r.tree.Setup, themes.Site{}); err != nil {
		r.t.Fatal(err)
	}
	d, err := desk.New(r.tree.Setup)
	if err != nil {
		r.t.Fatal(err)
	}
	return site.Input{
		Tree: r.tree, Now: now, Prose: r.prose, Look: r.renderer.Look(), Rule: r.renderer.Rule, Word: r.renderer.Word,
		TicketNow: func(t *content.Ticket) view.TicketNow {
			return view.TicketAt(d, t, r.tree, now)
		},
		Rules: func(f *content.Form) (rules []*content.Promise) {
			for _, c := range d.Promised(now, d.Begins(now, f.Lane), "form", f.ID) {
				rules = append(rules, c.Promise)
			}
			return rules
		},
		Owed: func(i *content.Incident, _ content.Progress) (owed view.Owed) {
			for _, c := range d.Incident(i, now) {
				due := view.Due{At: c.Due, Late: c.Breached(), Breaks: c.BreachedFrom()}
				switch {
				case !c.Open():
				case c.Policy == nil:
					owed.Named = due
				case c.Name == content.PostmortemDue:
					owed.Postmortem = due
				default:
					owed.Update = due
				}
			}
			return owed
		},
	}
}

// build plans all trees and renders every page. Where a page's sources are as they were its hash must be, and where the hash
// is as it was the bytes must be. It returns the files whose hash is new.
func (r *rebuilding) build(now time.Time) []string {
	r.t.Helper()
	in := r.input(now)
	plan := r.planner.Plan(in)
	var anew []string
	seen := map[string]bool{}
	for _, pages := range [][]site.Page{plan.Public(), plan.Follow(), plan.Staff()} {
		for i := range pages {
			page := &pages[i]
			name := fmt.Sprint(page.Tree, " ", page.File)
			seen[name] = true
			view, err := page.View()
			if err != nil {
				r.t.Fatal(err)
			}
			hash, err := r.renderer.Hash(page, view)
			if err != nil {
				r.t.Fatal(err)
			}
			data, err := bytesOf(r.renderer, page)
			if err != nil {
				r.t.Fatal(err)
			}
			was, known := r.hashes[name]
			at := now.Format("2006-01-02 15:04")
			switch same := bytes.Equal(data, r.bytes[name]); {
			case !known:
			case page.Sources != "" && page.Sources == r.sources[name] && hash != was:
				r.t.Errorf("%s: %s has the sources it had and another hash", at, name)
			case hash == was && !same:
				r.t.Errorf("%s: %s has the hash it had and other bytes", at, name)
			}
			if !known || hash != was {
				anew = append(anew, page.File)
			}
			r.sources[name], r.hashes[name], r.bytes[name] = page.Sources, hash, data
		}
	}
	for name := range r.hashes {
		if !seen[name] {
			delete(r.sources, name)
			delete(r.hashes, name)
			delete(r.bytes, name)
		}
	}
	r.cleanIsTheSame(in)
	slices.Sort(anew)
	return anew
}

// cleanIsTheSame compares with what a planner makes that knows of no earlier plan.
func (r *rebuilding) cleanIsTheSame(in site.Input) {
	r.t.Helper()
	pages := new(site.Planner).Plan(in).Public()
	for i := range pages {
		data, err := bytesOf(r.renderer, &pages[i])
		if err != nil {
			r.t.Fatal(err)
		}
		if !bytes.Equal(data, r.bytes[fmt.Sprint(pages[i].Tree, " ", pages[i].File)]) {
			r.t.Errorf("%s differs from a clean build", pages[i].File)
		}
	}
}

func TestSameHashSameBytesAsTimeGoesBy(t *testing.T) {
	r := newRebuilding(t, "webshop")
	now := at("2026-11-13T07:00")(r.tree)
	r.build(now)
	for range 8 {
		next := r.planner.NextChange(now)
		if !next.After(now) {
			t.Fatalf("the next change after %s is at %s", now, next)
		}
		if anew := r.build(next.Add(-time.Second)); len(anew) > 0 {
			t.Errorf("before the next change, at %s, %d pages have a new hash: %v", next, len(anew), anew)
		}
		now = next
		r.build(now)
	}
}

// A promise that fell due at closing time is not late until the desk has opened again, on every page alike.
func TestLateOnlyOnceTheDeskIsOpen(t *testing.T) {
	const due, closed, late = `leest haar hier uiterlijk <time datetime="2026-11-20`, `leest haar hier zodra wij weer werken, <time datetime="2026-11-23T09:00`, `De oorzaak had hier <time datetime="2026-11-20`
	r := newRebuilding(t, "marketplace")
	for _, c := range []struct {
		now  string
		says string
	}{{"2026-11-20T17:00", due}, {"2026-11-20T17:30", due}, {"2026-11-20T17:31", closed}, {"2026-11-22T12:00", closed}, {"2026-11-23T09:00", closed}, {"2026-11-23T09:01", late}} {
		now := at(c.now)(r.tree)
		r.build(now)
		for _, page := range []string{"incidents/2026/1112-labels/index.html", "index.html", "history/2026/11/index.html"} {
			for _, text := range []string{due, closed, late} {
				if got := bytes.Contains(r.bytes["0 "+page], []byte(text)); got != (text == c.says) {
					t.Errorf("%s: %s: says %q is %v", c.now, page, text, got)
				}
			}
		}
	}
}

// A version of the policy comes into force without a change of the repository: whatever tells of promises is made again.
func TestSameHashSameBytesWhenAPolicyComesIntoForce(t *testing.T) {
	r := newRebuilding(t, "marketplace")
	rules := strings.Replace(string(r.files["policy/2026-01-01.yaml"].Data), "target: {within: 4h}", "target: {within: 6h}", 1)
	r.write("policy/2026-11-21.yaml", rules)
	midnight := at("2026-11-21T00:00")(r.tree)
	r.build(midnight.Add(-time.Second))
	r.build(midnight)
}

// Whether a requester is told that a ticket belongs to an incident hangs on who may know of the incident.
func TestSameHashSameBytesWhenAnIncidentBecomesPublic(t *testing.T) {
	r := newRebuilding(t, "marketplace")
	now := at("2026-11-20T20:00")(r.tree)
	hidden := "incidents/2026/1103-balances"
	some := r.tree.Tickets[0]
	r.write(some.Dir+"/2026-11-20T183000Z-linked-"+r.tree.People[0].Key+".md", "---\nincident: 2026/1103-balances\n---\n")
	r.build(now)
	before := string(r.files[hidden+"/incident.yaml"].Data)
	r.write(hidden+"/incident.yaml", strings.Replace(before, "visibility: staff", "visibility: public", 1))
	r.build(now)
	r.write(hidden+"/incident.yaml", before)
	r.build(now)
}

// A requester whose ticket was taken for spam is told of promises as if it had not been, and of those that were missed too.
func TestSameHashSameBytesOfSpamAsTimeGoesBy(t *testing.T) {
	r := newRebuilding(t, "marketplace")
	now := at("2026-11-20T20:00")(r.tree)
	for _, ticket := range r.tree.Tickets {
		if ticket.At(now).State == content.New {
			r.write(ticket.Dir+"/2026-11-20T183000Z-spam-"+r.tree.People[0].Key+".md", "")
			break
		}
	}
	for range 10 {
		r.build(now)
		now = now.Add(12 * time.Hour)
	}
}

func TestWhatOneUpdateTouches(t *testing.T) {
	r := newRebuilding(t, "plugins")
	now := at("2026-11-20T20:00")(r.tree)
	r.build(now)
	if anew := r.build(now); len(anew) > 0 {
		t.Errorf("nothing changed, and %v have a new hash", anew)
	}
	d, err := desk.New(r.tree.Setup)
	if err != nil {
		t.Fatal(err)
	}
	open := view.OpenIncidents(r.tree, d, now)[0].Incident
	r.write(open.Dir+"/2026-11-20T1930-update.md", "Wij zijn er bijna.\n")
	got := r.build(now)
	want := []string{"embed.json", "embed/index.html", "feed-2026-11.atom", "feed.atom", "feed.json", "feed.rss", "index.html", open.Dir + "/feed.atom", open.Dir + "/index.html"}
	for _, s := range open.Services {
		dir := "services/" + s.Key + "/"
		want = append(want, dir+"feed-2026-11.atom", dir+"feed.atom", dir+"feed.json", dir+"feed.rss", dir+"embed.json")
	}
	// The line about what is open has another time.
	want = append(want, "404.html", "contact/index.html", "search/index.html", "t/lost/index.html", "help/index.html")
	for _, f := range r.tree.Forms {
		want = append(want, "forms/"+f.ID+"/index.html")
	}
	for _, section := range r.tree.Sections {
		want = append(want, "help/"+section.ID+"/index.html")
		for _, a := range section.Articles {
			want = append(want, "help/"+a.ID()+"/index.html")
		}
	}
	for _, file := range slices.Clone(want) {
		want = append(want, "en/"+file)
		if path.Base(file) == "embed.json" {
			want = append(want, "nl/"+file)
		}
	}
	for _, lang := range []string{"nl", "en"} {
		for _, file := range []string{"meta", "words-0", "postings-0", "docs-0"} {
			want = append(want, "search/index/"+lang+"/incidents/"+file+".json")
		}
	}
	id := statusapi.ID("/" + open.Dir + "/")
	for _, document := range []string{"summary", "status", "components", "incidents", "incidents/unresolved", "scheduled-maintenances", "scheduled-maintenances/active", "scheduled-maintenances/upcoming", "incidents/" + id} {
		want = append(want, "api/v2/"+document+".json")
	}
	want = append(want, "incidents/"+id+".json")
	// The last two are the staff's.
	want = append(want, "history.atom", "history.rss", "sitemap-2026.xml", open.Dir+"/index.html", "incidents/index.html")
	for _, ticket := range r.tree.Linked(open.ID) {
		if !ticket.Events[0].At.After(now) {
			want = append(want, "t/"+ticket.Follow+"/index.html")
		}
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("touched:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Reports change the number on the home page and the incident's own. No feed has them, no document
// of the API and no clock.
func TestWhatReportsTouch(t *testing.T) {
	r := newRebuilding(t, "plugins")
	now := at("2026-11-20T20:00")(r.tree)
	r.build(now)
	d, err := desk.New(r.tree.Setup)
	if err != nil {
		t.Fatal(err)
	}
	open := view.OpenIncidents(r.tree, d, now)[0].Incident
	before := d.Incident(open, now)
	r.write(open.Dir+"/2026-11-20T183000Z-reports-balie.md", "---\nid: 0123456789abcdef\ncount: 12\n---\n")
	got := r.build(now)
	// The last is the staff's.
	want := []string{"en/index.html", "en/" + open.Dir + "/index.html", open.Dir + "/index.html", "index.html", open.Dir + "/index.html"}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("made anew:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if after := d.Incident(r.tree.Incident(open.ID), now); !reflect.DeepEqual(after, before) {
		t.Errorf("clocks %+v, before %+v", after, before)
	}
}

func TestWhatAnArticleTouches(t *testing.T) {
	r := newRebuilding(t, "plugins")
	now := at("2026-11-20T20:00")(r.tree)
	r.build(now)
	for name := range maps.Keys(r.files) {
		if strings.HasPrefix(name, "articles/") && strings.HasSuffix(name, "wit-scherm.md") {
			r.write(name, string(r.files[name].Data)+"\nNog een regel.\n")
			break
		}
	}
	for _, file := range r.build(now) {
		if strings.HasPrefix(file, "incidents/") || strings.HasPrefix(file, "t/") || strings.HasPrefix(file, "services/") || strings.HasPrefix(file, "tickets/") {
			t.Errorf("an article touches %s", file)
		}
	}
}

func TestWhatATicketTouches(t *testing.T) {
	r := newRebuilding(t, "plugins")
	now := at("2026-11-20T20:00")(r.tree)
	r.build(now)
	var some *content.Ticket
	for _, ticket := range r.tree.Tickets {
		if ticket.At(now).State == content.New {
			some = ticket
		}
	}
	r.write(some.Dir+"/2026-11-20T183000Z-reply-"+r.tree.People[0].Key+".md", "Wij kijken ernaar.\n")
	got := r.build(now)
	want := []string{"t/" + some.Follow + "/index.html", "tickets/" + some.Number + "/index.html"}
	if !slices.Equal(got, want) {
		t.Errorf("touched %v, want %v", got, want)
	}
}
