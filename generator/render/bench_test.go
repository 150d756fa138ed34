package render_test

import (
	"fmt"
	"testing"
	"time"

	"balie/content"
	"balie/generator/markdown"
	"balie/generator/render"
	"balie/generator/site"
	"balie/themes"
)

const words = "De bank weigert betalingen sinds een wijziging van haar certificaat. Wij hebben een **nieuw certificaat** gevraagd.\n\nOverschrijven gaat wel; zie [de uitleg](/help/betalen/overschrijven/)."

// busyDesk is a desk with many incidents of five updates, the last one open.
func busyDesk(n int) *content.Tree {
	setup := &content.Setup{
		Site: &content.Site{Name: content.Text{"nl": "Muntplein"}, BaseURL: "https://hulp.muntplein.example", Languages: []string{"nl"}}, Zone: time.UTC,
	}
	for i := range 10 {
		setup.Services = append(setup.Services, &content.Service{ID: fmt.Sprint("s", i), Name: content.Text{"nl": fmt.Sprint("Dienst ", i)}})
	}
	tree := &content.Tree{Setup: setup}
	for i := range n {
		tree.Incidents = append(tree.Incidents, incident(i, i == n-1))
	}
	return tree
}

var start = time.Date(2016, 1, 1, 8, 0, 0, 0, time.UTC)

func incident(i int, open bool) *content.Incident {
	at := start.Add(time.Duration(i) * 9 * time.Hour)
	id := at.Format("2006/0102") + fmt.Sprintf("-%06d", i)
	record := &content.Incident{
		Dir: "incidents/" + id, ID: id, Title: content.Text{"nl": fmt.Sprint("Betalen lukt niet ", i)},
		Services: content.Map[content.ComponentState]{{Key: fmt.Sprint("s", i%10), Value: content.MajorOutage}},
	}
	kinds := []content.Kind{content.Investigating, content.Confirmed, content.Identified, content.Monitoring, content.Resolved}
	if open {
		kinds[4] = content.Update
	}
	for _, kind := range kinds {
		at = at.Add(37 * time.Minute)
		name := at.Format("2006-01-02T1504-") + string(kind)
		record.Events = append(record.Events, &content.Event{Path: record.Dir + "/" + name + ".md", Name: name, At: at, Kind: kind, Body: words})
	}
	return record
}

func input(tree *content.Tree, prose *markdown.Converter) site.Input {
	last := tree.Incidents[len(tree.Incidents)-1].Events[4].At
	return site.Input{Tree: tree, Now: last.Add(time.Hour), Prose: prose}
}

func renderer(b testing.TB, tree *content.Tree, prose *markdown.Converter) *render.Renderer {
	theme, err := themes.Default()
	if err != nil {
		b.Fatal(err)
	}
	r := render.New(theme, prose)
	if err := r.Setup(tree.Setup, themes.Site{}); err != nil {
		b.Fatal(err)
	}
	return r
}

func BenchmarkPlan(b *testing.B) {
	tree, prose := busyDesk(10_000), markdown.New()
	in := input(tree, prose)
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			new(site.Planner).Plan(in).Public()
		}
	})
	b.Run("again", func(b *testing.B) {
		var p site.Planner
		p.Plan(in)
		b.ReportAllocs()
		for b.Loop() {
			in.Now = in.Now.Add(time.Nanosecond)
			p.Plan(in).Public()
		}
	})
}

// BenchmarkPage renders one page of a kind, as a clean build does: plan, view and all.
func BenchmarkPage(b *testing.B) {
	tree, prose := busyDesk(1000), markdown.New()
	r := renderer(b, tree, prose)
	in := input(tree, prose)
	for _, name := range []string{"incidents/2016/0102-000003/index.html", "incidents/2016/0102-000003/feed.atom", "index.html", "history/2016/01/index.html", "feed.atom", "feed-2016-02.atom", "sitemap-2016.xml"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				page := find(b, new(site.Planner).Plan(in).Public(), name) // anew: so that no text has been made yet
				b.StartTimer()
				if _, err := bytesOf(r, page); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func find(b testing.TB, pages []site.Page, name string) *site.Page {
	for i := range pages {
		if pages[i].File == name {
			return &pages[i]
		}
	}
	b.Fatalf("no page %s", name)
	return nil
}

// BenchmarkUpdate is what a rebuild plans and renders when one update has come to the last of many incidents.
func BenchmarkUpdate(b *testing.B) {
	tree, prose := busyDesk(10_000), markdown.New()
	r := renderer(b, tree, prose)
	in := input(tree, prose)
	var p site.Planner
	hashes := map[string]render.Hash{}
	hash := func(page *site.Page) (anew bool) {
		view, err := page.View()
		if err != nil {
			b.Fatal(err)
		}
		h, err := r.Hash(page, view)
		if err != nil {
			b.Fatal(err)
		}
		was := hashes[page.File]
		hashes[page.File] = h
		return h != was
	}
	sources := map[string]site.Sources{}
	for _, page := range p.Plan(in).Public() {
		sources[page.File] = page.Sources
		hash(&page)
	}
	n := len(tree.Incidents) - 1
	written := 0
	for b.Loop() {
		again := *tree
		again.Incidents = append(append([]*content.Incident{}, tree.Incidents[:n]...), incident(n, true))
		in.Tree = &again
		written = 0
		for _, page := range p.Plan(in).Public() {
			if page.Sources != "" && sources[page.File] == page.Sources {
				continue
			}
			sources[page.File] = page.Sources
			if !hash(&page) {
				continue
			}
			if _, err := bytesOf(r, &page); err != nil {
				b.Fatal(err)
			}
			written++
		}
	}
	b.ReportMetric(float64(written), "pages")
}

// BenchmarkRender is the page alone, its texts made.
func BenchmarkRender(b *testing.B) {
	tree, prose := busyDesk(1000), markdown.New()
	r := renderer(b, tree, prose)
	page := find(b, new(site.Planner).Plan(input(tree, prose)).Public(), "incidents/2016/0102-000003/index.html")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := bytesOf(r, page); err != nil {
			b.Fatal(err)
		}
	}
}
