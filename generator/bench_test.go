package generator_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/yuin/goldmark"

	"balie/content"
	"balie/content/load"
	"balie/content/repository"
	"balie/content/sample/large"
	"balie/generator/markdown"
	"balie/generator/render"
	"balie/generator/site"
	"balie/themes"
)

func largeNow(*time.Location) (time.Time, error) { return large.Now(), nil }

// largeDesk is a desk of n incidents of five updates.
func largeDesk(b *testing.B, n int) (dir string, c outputs) {
	dir = b.TempDir()
	if err := large.Incidents(dir, n); err != nil {
		b.Fatal(err)
	}
	repo, err := repository.Open(context.Background(), dir, "")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { repo.Close() })
	return dir, outputs{repo: repo}
}

// BenchmarkBuild is a clean build beside its floor, in the same run: the plainest program that could do it finds and reads every file, converts each body by
// goldmark, and writes as many files of the same sizes, on all cores. It reports both, the ratio, and the memory that a generator holds for each case.
func BenchmarkBuild(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			dir, c := largeDesk(b, n)
			var ours, floor time.Duration
			var held uint64
			for b.Loop() {
				c.Out = b.TempDir()
				settle()
				before := heap()
				began := time.Now()
				g := follow(b, c)
				result, err := g.build(nil, largeNow)
				if err != nil || content.HasErrors(result.Problems) {
					b.Fatal(err, result)
				}
				ours += time.Since(began)
				held = max(heap(), before) - before
				g.Close()
				runtime.KeepAlive(g)
				settle()
				floor += plainest(b, dir, c.Out)
			}
			report := func(d time.Duration) float64 { return float64(d.Milliseconds()) / float64(b.N) }
			b.ReportMetric(report(ours), "ms/build")
			b.ReportMetric(report(floor), "ms/floor")
			b.ReportMetric(float64(ours)/float64(floor), "x-floor")
			b.ReportMetric(float64(held)/float64(n)/1000, "kB-held/case")
		})
	}
}

// settle lets the disk take what was written before, so that each of the two pays for its own files.
func settle() { exec.Command("sync").Run() }

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// plainest is the floor: what it writes has the paths and sizes of a built site.
func plainest(b *testing.B, dir, built string) time.Duration {
	type file struct {
		path string
		size int
	}
	var out []file
	walk(b, built, func(path string, d fs.DirEntry) error {
		info, err := d.Info()
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(built, path)
		out = append(out, file{rel, int(info.Size())})
		return err
	})
	target := b.TempDir()
	began := time.Now()
	var in []string
	walk(b, dir, func(path string, _ fs.DirEntry) error {
		in = append(in, path)
		return nil
	})
	onAllCores(len(in), func(i int) error {
		data, err := os.ReadFile(in[i])
		if err != nil || !strings.HasSuffix(in[i], ".md") {
			return err
		}
		var html bytes.Buffer
		return goldmark.Convert(data, &html)
	}, b)
	onAllCores(len(out), func(i int) error {
		path := filepath.Join(target, out[i].path)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		return os.WriteFile(path, make([]byte, out[i].size), 0o666)
	}, b)
	return time.Since(began)
}

func walk(b *testing.B, dir string, file func(path string, d fs.DirEntry) error) {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return file(path, d)
	})
	if err != nil {
		b.Fatal(err)
	}
}

func onAllCores(n int, do func(i int) error, b *testing.B) {
	var wait sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wait.Go(func() {
			for i := w; i < n; i += workers {
				if err := do(i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
}

// BenchmarkRebuild is one new update in a desk of 10,000 incidents, until the pages and feeds are on disk; and a rebuild in which nothing changed. On the
// desk "owed" the cause of every incident is promised, and of most it is overdue.
func BenchmarkRebuild(b *testing.B) {
	b.Run("kept", func(b *testing.B) {
		dir, c := largeDesk(b, 10_000)
		rebuild(b, dir, c)
	})
	b.Run("owed", func(b *testing.B) {
		dir, c := largeDesk(b, 10_000)
		promiseEveryCause(b, dir)
		rebuild(b, dir, c)
	})
}

// promiseEveryCause changes the desk's policy, which promises the cause of critical incidents only.
func promiseEveryCause(b *testing.B, dir string) {
	policies, err := filepath.Glob(filepath.Join(dir, "policy", "*.yaml"))
	if err != nil || len(policies) != 1 {
		b.Fatal(err, policies)
	}
	data, err := os.ReadFile(policies[0])
	if err != nil {
		b.Fatal(err)
	}
	changed := bytes.Replace(data, []byte("impacts: [critical], "), nil, 1)
	if bytes.Equal(changed, data) {
		b.Fatal("the policy promises no cause of critical incidents only")
	}
	if err := os.WriteFile(policies[0], changed, 0o666); err != nil {
		b.Fatal(err)
	}
}

func rebuild(b *testing.B, dir string, c outputs) {
	c.Out = b.TempDir()
	g := follow(b, c)
	defer g.Close()
	first, err := g.build(nil, largeNow)
	if err != nil {
		b.Fatal(err)
	}
	warnings := float64(len(first.Problems))
	incidents := g.reading.Tree.Incidents
	last := incidents[len(incidents)-1]
	b.Run("update", func(b *testing.B) {
		n, written := 0, 0
		for b.Loop() {
			n++
			path := fmt.Sprintf("%s/%s-update.md", last.Dir, large.Now().Add(-time.Hour+time.Duration(n)*time.Second).UTC().Format("2006-01-02T150405Z"))
			if err := os.WriteFile(filepath.Join(dir, path), []byte("One more thing.\n"), 0o666); err != nil {
				b.Fatal(err)
			}
			result, err := g.build([]string{path}, largeNow)
			if err != nil || result.Written == 0 {
				b.Fatal(err, result)
			}
			written += result.Written
		}
		b.ReportMetric(float64(written)/float64(n), "files-written")
		b.ReportMetric(warnings, "warnings")
	})
	b.Run("nothing", func(b *testing.B) {
		for b.Loop() {
			result, err := g.build(nil, largeNow)
			if err != nil || result.Written > 0 {
				b.Fatal(err, result)
			}
		}
	})
}

// BenchmarkInterfaces is what programs and subscribers read of 20,000 incidents with 100,000
// updates (feeds with their archives, the status API's documents, calendars, badges), beside the
// pages of the same, in the same run: the pages are planned, rendered and written alone, then with
// the rest.
func BenchmarkInterfaces(b *testing.B) {
	const n = 20_000
	dir, _ := largeDesk(b, n)
	tree := load.Load(os.DirFS(dir), nil).Tree
	theme, err := themes.Default()
	if err != nil {
		b.Fatal(err)
	}
	write := func(which func(*site.Page) bool) (took time.Duration, size int64) {
		prose, target := markdown.New(), b.TempDir()
		renderer := render.New(theme, prose)
		if err := renderer.Setup(tree.Setup, themes.Site{}); err != nil {
			b.Fatal(err)
		}
		settle()
		runtime.GC()
		began := time.Now()
		in := site.Input{Tree: tree, Now: large.Now(), Prose: prose, Look: renderer.Look(), Rule: renderer.Rule, Word: renderer.Word}
		pages := slices.DeleteFunc(new(site.Planner).Plan(in).Public(), func(p site.Page) bool { return !which(&p) })
		var bytesOut atomic.Int64
		onAllCores(len(pages), func(i int) error {
			view, err := pages[i].View()
			if err != nil {
				return err
			}
			var text bytes.Buffer
			if err := renderer.Page(&text, &pages[i], view); err != nil {
				return err
			}
			bytesOut.Add(int64(text.Len()))
			file := filepath.Join(target, pages[i].File)
			if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
				return err
			}
			return os.WriteFile(file, text.Bytes(), 0o666)
		}, b)
		return time.Since(began), bytesOut.Load()
	}
	isPage := func(p *site.Page) bool { return strings.HasSuffix(p.File, ".html") }
	isAPI := func(p *site.Page) bool {
		return strings.HasPrefix(p.File, "api/") || strings.HasPrefix(p.File, "incidents/") && strings.HasSuffix(p.File, ".json")
	}
	isFeed := func(p *site.Page) bool {
		return slices.Contains([]string{".atom", ".rss", ".ics", ".svg"}, filepath.Ext(p.File)) || slices.Contains([]string{"feed.json", "embed.json"}, filepath.Base(p.File))
	}
	for b.Loop() {
		pages, api, all := time.Duration(math.MaxInt64), time.Duration(math.MaxInt64), time.Duration(math.MaxInt64)
		var pageBytes, allBytes int64
		// The least of each: whatever else the machine does takes its time from one of them.
		for range 3 {
			var took time.Duration
			took, pageBytes = write(isPage)
			pages = min(pages, took)
			took, _ = write(func(p *site.Page) bool { return isPage(p) || isAPI(p) })
			api = min(api, took)
			took, allBytes = write(func(p *site.Page) bool { return isPage(p) || isAPI(p) || isFeed(p) })
			all = min(all, took)
		}
		b.ReportMetric(pages.Seconds(), "s/pages")
		b.ReportMetric((api - pages).Seconds(), "s/api")
		b.ReportMetric((all - api).Seconds(), "s/feeds")
		b.ReportMetric(float64(all-pages)/float64(pages), "interfaces/pages")
		b.ReportMetric(float64(allBytes-pageBytes)/float64(pageBytes), "bytes-interfaces/pages")
	}
}
