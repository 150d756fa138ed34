package gitfs_test

import (
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"

	"balie/content/gitfs"
)

const many = 10_000 // files of about a kilobyte, in a pack as a clone has them

func manyFiles(b *testing.B) (desk, []string) {
	d := newDesk(b)
	files, names := map[string]string{}, []string{}
	for i := range many {
		name := fmt.Sprintf("tickets/2026/%02d/%02d/%010d/%d.md", i/2800%12+1, i/100%28+1, i/6, i%6)
		names = append(names, name)
		files[name] = strings.Repeat(fmt.Sprintf("line %d of the prose\n", i), 40)
	}
	d.commit(noon, files)
	d.git("repack", "-adq")
	return d, names
}

// BenchmarkRead reads every file from several goroutines: from git, and beside it from the work tree, which is the floor.
func BenchmarkRead(b *testing.B) {
	d, names := manyFiles(b)
	r := open(b, d.dir)
	rev, _ := r.Resolve(b.Context(), "")
	f, err := r.At(b.Context(), rev)
	if err != nil {
		b.Fatal(err)
	}
	for name, fsys := range map[string]fs.FS{"git": f, "disk": os.DirFS(d.dir)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				readAll(b, fsys, names)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/many, "µs/file")
		})
	}
}

func readAll(b *testing.B, fsys fs.FS, names []string) {
	var readers sync.WaitGroup
	n := 2 * runtime.GOMAXPROCS(0)
	for i := range n {
		readers.Go(func() {
			for j := i; j < len(names); j += n {
				if _, err := fs.ReadFile(fsys, names[j]); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	readers.Wait()
}

// BenchmarkAt lists a commit: all of it, and after one file changed.
func BenchmarkAt(b *testing.B) {
	d, names := manyFiles(b)
	first := gitfs.Revision(d.git("rev-parse", "HEAD"))
	d.write(map[string]string{names[5]: "changed"})
	second := d.commit(noon, nil)
	b.Run("whole", func(b *testing.B) {
		for b.Loop() {
			r := open(b, d.dir)
			if _, err := r.At(b.Context(), first); err != nil {
				b.Fatal(err)
			}
			r.Close()
		}
	})
	b.Run("next", func(b *testing.B) {
		r := open(b, d.dir)
		for i := 0; b.Loop(); i++ {
			if _, err := r.At(b.Context(), [2]gitfs.Revision{first, second}[i%2]); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkWalk walks the whole listing.
func BenchmarkWalk(b *testing.B) {
	d, names := manyFiles(b)
	r := open(b, d.dir)
	rev, _ := r.Resolve(b.Context(), "")
	f, err := r.At(b.Context(), rev)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		n := 0
		fs.WalkDir(f, ".", func(_ string, e fs.DirEntry, err error) error {
			if !e.IsDir() {
				n++
			}
			return err
		})
		if n != len(names) {
			b.Fatalf("%d files of %d", n, len(names))
		}
	}
}
