package check_test

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"runtime"
	"strings"
	"sync"
	"testing"

	"gopkg.in/yaml.v3"

	"balie/content/check"
	"balie/content/load"
	"balie/content/sample/large"
)

// BenchmarkLoad reads repositories of incidents; the floor is the plainest program that could: read every file, parse every YAML, on all cores.
func BenchmarkLoad(b *testing.B) {
	each(b, func(b *testing.B, dir string) {
		b.Run("floor", func(b *testing.B) {
			for b.Loop() {
				floor(b, os.DirFS(dir))
			}
		})
		b.Run("load", func(b *testing.B) {
			var tree *load.Loaded
			before := held()
			for b.Loop() {
				tree = load.Load(os.DirFS(dir), nil)
			}
			b.ReportMetric(float64(held()-before)/float64(len(tree.Tree.Incidents)), "held-B/case")
			runtime.KeepAlive(tree)
		})
	})
}

// BenchmarkCheck checks them: as a command does, which loads first; once more, as a server does; and after one incident has changed.
func BenchmarkCheck(b *testing.B) {
	each(b, func(b *testing.B, dir string) {
		b.Run("loaded", func(b *testing.B) {
			for b.Loop() {
				clean(b, load.Load(os.DirFS(dir), nil))
			}
		})
		tree := load.Load(os.DirFS(dir), nil)
		clean(b, tree)
		b.Run("again", func(b *testing.B) {
			for b.Loop() {
				clean(b, tree)
			}
		})
		changed := []string{tree.Tree.Incidents[len(tree.Tree.Incidents)/2].Dir + "/incident.yaml"}
		b.Run("reloaded", func(b *testing.B) {
			for b.Loop() {
				tree = tree.Reload(os.DirFS(dir), changed, nil)
				clean(b, tree)
			}
		})
	})
}

func each(b *testing.B, run func(b *testing.B, dir string)) {
	for _, n := range []int{1_000, 10_000} {
		b.Run(fmt.Sprintf("incidents=%d", n), func(b *testing.B) {
			dir := b.TempDir()
			if err := large.Incidents(dir, n); err != nil {
				b.Fatal(err)
			}
			run(b, dir)
		})
	}
}

// held is how many bytes are in use once the rest is collected.
func held() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func clean(b *testing.B, tree *load.Loaded) {
	for _, p := range check.Check(tree, large.Now()) {
		b.Fatal(p)
	}
}

// floor reads every file, and parses what is YAML of it.
func floor(b *testing.B, fsys fs.FS) {
	files := make(chan string, 64)
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for file := range files {
				read(b, fsys, file)
			}
		})
	}
	err := fs.WalkDir(fsys, ".", func(file string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files <- file
		}
		return err
	})
	close(files)
	wait.Wait()
	if err != nil {
		b.Fatal(err)
	}
}

func read(b *testing.B, fsys fs.FS, file string) {
	data, err := fs.ReadFile(fsys, file)
	if err != nil {
		b.Error(err)
	}
	text := string(data)
	if path.Ext(file) != ".yaml" {
		front, ok := strings.CutPrefix(text, "---")
		if !ok {
			return
		}
		text, _, _ = strings.Cut(front, "\n---\n")
	}
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(text), &n); err != nil {
		b.Error(err)
	}
}
