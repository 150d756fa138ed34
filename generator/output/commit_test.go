package output

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"testing"
)

// siteOf is the nth state of a site: pages change, come and go, and a file becomes a directory.
func siteOf(n int) map[string]string {
	s := map[string]string{"index.html": fmt.Sprint("home ", n), "stays/index.html": "as ever"}
	for i := range 3 {
		s[fmt.Sprintf("p%d/index.html", n+i)] = fmt.Sprint("page ", n, i)
	}
	if n%2 == 0 {
		s["turns"] = "a file"
	} else {
		s["turns/into"] = "a directory"
	}
	return s
}

func begin(t *testing.T, d *Dir, s map[string]string) *Tx {
	t.Helper()
	tx, err := d.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for name, body := range s {
		if err := tx.Write(name, []byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	return tx
}

// stopAfter does the first steps of a commit, and then lets go of the directory as a process that is
// killed does.
func stopAfter(t *testing.T, d *Dir, s map[string]string, steps int) {
	t.Helper()
	tx := begin(t, d, s)
	do := func(step func() error) {
		if steps--; steps >= 0 {
			if err := step(); err != nil {
				t.Fatal(err)
			}
		}
	}
	do(tx.recordStaged)
	do(tx.remove)
	if steps > 0 && len(tx.staged) > 0 {
		moves, err := tx.moves(".")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range moves {
			do(func() error { return tx.move(name) })
		}
	}
	d.root.Close()
	d.lock.Unlock()
}

func open(t *testing.T, path string) *Dir {
	t.Helper()
	d, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestKilledInCommit ends builds after each step of a commit, one or two of them after another: the
// next build makes its site, and leaves nothing of theirs.
func TestKilledInCommit(t *testing.T) {
	for steps := range 10 {
		for first := range 2 { // with and without a build before
			path := t.TempDir()
			if err := os.WriteFile(filepath.Join(path, "foreign"), nil, 0o666); err != nil {
				t.Fatal(err)
			}
			for n := range first {
				d := open(t, path)
				if _, err := begin(t, d, siteOf(n)).Commit(); err != nil {
					t.Fatal(err)
				}
				d.Close()
			}
			stopAfter(t, open(t, path), siteOf(1), steps)
			stopAfter(t, open(t, path), siteOf(2), 9-steps)
			d := open(t, path)
			last := siteOf(4)
			if _, err := begin(t, d, last).Commit(); err != nil {
				t.Fatalf("%d steps: %v", steps, err)
			}
			d.Close()
			last["foreign"] = ""
			if got := filesOf(t, path); !maps.Equal(got, last) {
				t.Errorf("%d steps: %q\nwant %q", steps, got, last)
			}
		}
	}
}

func filesOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || name == manifestName || name == lockName {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		files[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
