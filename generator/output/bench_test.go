package output_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"balie/generator/output"
)

const many = 5_000

func manyPages() site {
	s, body := site{}, string(make([]byte, 12_000))
	for i := range many {
		s[fmt.Sprintf("incidents/%d/%04d-slug/index.html", 2000+i/500, i)] = fmt.Sprint(i, body)
	}
	return s
}

// BenchmarkClean builds into an empty directory; the floor makes the same files with os.WriteFile. TMPDIR=/dev/shm shows the cost without the disk's.
func BenchmarkClean(b *testing.B) {
	pages := manyPages()
	perFile := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/many, "µs/file")
	}
	b.Run("floor", func(b *testing.B) {
		for b.Loop() {
			dir := b.TempDir()
			for name, body := range pages {
				os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777)
				if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o666); err != nil {
					b.Fatal(err)
				}
			}
		}
		perFile(b)
	})
	b.Run("sync", func(b *testing.B) {
		for b.Loop() {
			d := openDir(b, b.TempDir())
			sync1(b, d, pages)
			d.Close()
		}
		perFile(b)
	})
}

// BenchmarkRebuild builds what is there already: by a new process, which compares bytes; by the same one; and by one that keeps all but one page.
func BenchmarkRebuild(b *testing.B) {
	pages, dir := manyPages(), b.TempDir()
	d := openDir(b, dir)
	sync1(b, d, pages)
	b.Run("same process", func(b *testing.B) {
		for b.Loop() {
			sync1(b, d, pages)
		}
	})
	b.Run("keep", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			keepAllButOne(b, d, pages, fmt.Sprint(i))
		}
	})
	sync1(b, d, pages)
	d.Close()
	b.Run("new process", func(b *testing.B) {
		for b.Loop() {
			d := openDir(b, dir)
			sync1(b, d, pages)
			d.Close()
		}
	})
}

func keepAllButOne(b *testing.B, d *output.Dir, pages site, body string) {
	tx, err := d.Begin(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	const changed = "incidents/2000/0007-slug/index.html"
	for name := range pages {
		if name != changed && !tx.Keep(name) {
			b.Fatal("not kept:", name)
		}
	}
	tx.Write(changed, []byte(body))
	if _, err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}
