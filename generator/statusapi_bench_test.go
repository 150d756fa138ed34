package generator_test

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"balie/content/sample/large"
	"balie/generator/markdown"
	"balie/generator/render"
	"balie/generator/site"
	"balie/themes"
)

// BenchmarkStatusAPI makes and writes the documents of the status API of 20,000 incidents with 100,000 updates, and beside it the pages of the same
// incidents in one language: all of it, and what of it is making. It reports what incidents.json takes compressed too.
func BenchmarkStatusAPI(b *testing.B) {
	_, c := largeDesk(b, 20_000)
	f := follow(b, c)
	defer f.Close()
	if _, err := f.build(nil, largeNow); err != nil { // reads: there is nothing to be written
		b.Fatal(err)
	}
	theme, err := themes.Default()
	if err != nil {
		b.Fatal(err)
	}
	tree := f.reading.Tree
	prose := markdown.New()
	renderer := render.New(theme, prose)
	if err := renderer.Setup(tree.Setup, themes.Site{}); err != nil {
		b.Fatal(err)
	}
	planner := &site.Planner{}
	isPage := func(p *site.Page) bool { return p.Layout == "incident" }
	isAPI := func(p *site.Page) bool {
		return strings.HasPrefix(p.File, "api/") || strings.HasPrefix(p.File, "incidents/") && strings.HasSuffix(p.File, ".json")
	}
	produce := func(write bool, which func(*site.Page) bool) time.Duration {
		plan := planner.Plan(site.Input{Tree: tree, Now: large.Now(), Prose: prose, Look: renderer.Look(), Rule: renderer.Rule, Word: renderer.Word})
		var pages []*site.Page
		for _, p := range plan.Public() {
			if which(&p) {
				pages = append(pages, &p)
			}
		}
		dir := b.TempDir()
		settle()
		began := time.Now()
		onAllCores(len(pages), func(i int) error {
			view, err := pages[i].View()
			if err != nil {
				return err
			}
			if _, err := renderer.Hash(pages[i], view); err != nil {
				return err
			}
			var data bytes.Buffer
			if err := renderer.Page(&data, pages[i], view); err != nil || !write {
				return err
			}
			if pages[i].File == "api/v2/incidents.json" {
				b.ReportMetric(float64(compressed(b, data.String())), "bytes-compressed")
			}
			file := filepath.Join(dir, pages[i].File)
			if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
				return err
			}
			return os.WriteFile(file, data.Bytes(), 0o666)
		}, b)
		return time.Since(began)
	}
	for b.Loop() {
		for _, write := range []bool{false, true} {
			name := map[bool]string{false: "made", true: "written"}[write]
			pages, api := time.Duration(math.MaxInt64), time.Duration(math.MaxInt64)
			for range 3 { // the least of each: whatever else the machine does takes its time from one of them
				pages, api = min(pages, produce(write, isPage)), min(api, produce(write, isAPI))
			}
			b.ReportMetric(float64(pages.Milliseconds()), "ms/pages-"+name)
			b.ReportMetric(float64(api.Milliseconds()), "ms/api-"+name)
			b.ReportMetric(float64(api)/float64(pages), "x-"+name)
		}
	}
}
