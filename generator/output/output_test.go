package output_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"balie/generator/output"
)

type site map[string]string

func (s site) all(yield func(string, []byte) bool) {
	for _, path := range slices.Sorted(maps.Keys(s)) {
		if !yield(path, []byte(s[path])) {
			return
		}
	}
}

func (s site) with(other site) site {
	out := maps.Clone(s)
	maps.Copy(out, other)
	maps.DeleteFunc(out, func(_, body string) bool { return body == "gone" })
	return out
}

var small = site{
	"index.html": "home", "feed.atom": "<feed/>", "incidents/2026/1120-x/index.html": "x", "incidents/2026/1121-y/index.html": "y",
	"incidents/2026/1121-y/feed.atom": "y's", "t/q7m2abcdefgh/index.html": "a follow page", "empty": "", "help/é 日本/index.html": "é",
}

func openDir(t testing.TB, path string) *output.Dir {
	t.Helper()
	d, err := output.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// writeAll writes a whole site: all the files there shall be.
func writeAll(t testing.TB, d *output.Dir, s site) (output.Result, error) {
	t.Helper()
	tx, err := d.Begin(t.Context())
	if err != nil {
		return output.Result{}, err
	}
	defer tx.End()
	for path, data := range s.all {
		if err := tx.Write(path, data); err != nil {
			return output.Result{}, err
		}
	}
	return tx.Commit()
}

func sync1(t testing.TB, d *output.Dir, s site) output.Result {
	t.Helper()
	r, err := writeAll(t, d, s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// onDisk is what a directory holds, without balie's own two files.
func onDisk(t testing.TB, dir string) site {
	t.Helper()
	s := site{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		data, err := os.ReadFile(path)
		s[filepath.ToSlash(rel)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	delete(s, ".balie-manifest")
	delete(s, ".balie-lock")
	return s
}

func wantOnDisk(t testing.TB, dir string, want site) {
	t.Helper()
	if got := onDisk(t, dir); !maps.Equal(got, want) {
		t.Errorf("on disk:\n%q\nwant\n%q", got, want)
	}
}

func wantResult(t testing.TB, got output.Result, written, removed []string, unchanged int) {
	t.Helper()
	if !slices.Equal(got.Written, written) || !slices.Equal(got.Removed, removed) || got.Unchanged != unchanged {
		t.Errorf("got %+v\nwant written %q, removed %q, unchanged %d", got, written, removed, unchanged)
	}
}

func TestSync(t *testing.T) {
	for _, same := range []bool{true, false} {
		t.Run(fmt.Sprintf("one process %v", same), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "not", "there yet")
			d := openDir(t, path)
			again := func() *output.Dir {
				if !same {
					d.Close()
					d = openDir(t, path)
				}
				return d
			}
			wantResult(t, sync1(t, d, small), slices.Sorted(maps.Keys(small)), nil, 0)
			wantOnDisk(t, path, small)

			next := small.with(site{"index.html": "HOME", "incidents/2026/1121-y/index.html": "gone", "incidents/2026/1121-y/feed.atom": "gone", "new": "new", "empty": "no more"})
			wantResult(t, sync1(t, again(), next), []string{"empty", "index.html", "new"}, []string{"incidents/2026/1121-y/feed.atom", "incidents/2026/1121-y/index.html"}, len(next)-3)
			wantOnDisk(t, path, next)
			if _, err := os.Stat(filepath.Join(path, "incidents/2026/1121-y")); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("an empty directory was left: %v", err)
			}
			wantResult(t, sync1(t, again(), site{"index.html": "HOME"}), nil, slices.Sorted(maps.Keys(next.with(site{"index.html": "gone"}))), 1)
			wantResult(t, sync1(t, again(), site{}), nil, []string{"index.html"}, 0)
			wantOnDisk(t, path, site{})
		})
	}
}

func TestNoChangeWritesNothing(t *testing.T) {
	path := t.TempDir()
	d := openDir(t, path)
	sync1(t, d, small)
	old := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	age := func() {
		filepath.WalkDir(path, func(p string, e fs.DirEntry, err error) error { return os.Chtimes(p, old, old) })
	}
	untouched := func() {
		t.Helper()
		filepath.WalkDir(path, func(p string, e fs.DirEntry, err error) error {
			if info, err := e.Info(); err != nil || !info.ModTime().Equal(old) {
				t.Errorf("%s was touched: %v, %v", p, info.ModTime(), err)
			}
			return nil
		})
	}
	for range 2 {
		d.Close()
		d = openDir(t, path)
		age()
		for range 2 {
			wantResult(t, sync1(t, d, small), nil, nil, len(small))
			untouched()
		}
	}
}

func TestKeep(t *testing.T) {
	path := t.TempDir()
	d := openDir(t, path)
	sync1(t, d, small)
	for _, name := range []string{"the same process", "a new process"} {
		if name == "a new process" {
			d.Close()
			d = openDir(t, path)
		}
		tx, err := d.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for path := range small {
			if !tx.Keep(path) {
				t.Errorf("%s: %s was not kept", name, path)
			}
		}
		if tx.Keep("never/written") || tx.Keep("../x") || tx.Keep(".balie-manifest") {
			t.Error("kept what was never written")
		}
		result, err := tx.Commit()
		if err != nil {
			t.Fatal(err)
		}
		wantResult(t, result, nil, nil, len(small))
	}
	wantOnDisk(t, path, small)
}

func TestForeignFilesStay(t *testing.T) {
	path := t.TempDir()
	foreign := site{"CNAME": "x", "incidents/2026/1121-y/mine.txt": "mine", ".well-known/a": "b", "old/.balie-not-ours": "c"}
	for name, body := range foreign {
		write(t, path, name, body)
	}
	write(t, path, "feed.atom", small["feed.atom"]) // by chance what a page will be
	d := openDir(t, path)
	if got := sync1(t, d, small.with(site{"index.html": "gone"})); slices.Contains(got.Written, "feed.atom") || !slices.Contains(got.Written, "empty") || got.Unchanged != 1 {
		t.Errorf("%+v", got)
	}
	write(t, path, "index.html", "somebody's") // in the place of a page to come
	if got := sync1(t, d, small); !slices.Equal(got.Written, []string{"index.html"}) {
		t.Errorf("%+v", got)
	}
	write(t, path, "t/q7m2abcdefgh/index.html", "changed by hand")
	sync1(t, d, site{"index.html": "home"})
	want := foreign.with(site{"index.html": "home", "t/q7m2abcdefgh/index.html": "changed by hand"})
	wantOnDisk(t, path, want)
	d.Close()
	sync1(t, openDir(t, path), site{})
	wantOnDisk(t, path, want.with(site{"index.html": "gone"}))
}

// Where nothing is balie's, a page takes nobody's place: nothing is written then, and nothing of ours stays.
func TestForeignFilesAreNotOverwritten(t *testing.T) {
	path, foreign := t.TempDir(), site{"CNAME": "x", "index.html": "somebody's", "incidents/2026": "a file", "feed.atom/x": "y"}
	for name, body := range foreign {
		write(t, path, name, body)
	}
	d := openDir(t, path)
	for range 2 {
		_, err := writeAll(t, d, small)
		var f *output.ForeignError
		if !errors.As(err, &f) || !slices.Equal(f.Files, []string{"feed.atom", "incidents/2026", "index.html"}) {
			t.Fatalf("%v", err)
		}
		if want := path + " has files that are not balie's (feed.atom, incidents/2026, index.html): empty it or choose another"; err.Error() != want {
			t.Errorf("%q, want %q", err, want)
		}
		wantOnDisk(t, path, foreign)
	}
	d.Close()
	wantNoTrace(t, path)

	os.Symlink(t.TempDir(), filepath.Join(path, "t"))
	os.Remove(filepath.Join(path, "index.html"))
	if _, err := writeAll(t, openDir(t, path), site{"t/q7m2abcdefgh/index.html": "a follow page"}); err == nil || !strings.Contains(err.Error(), "(t)") {
		t.Errorf("through a link: %v", err)
	}
}

// A directory in which nothing was written is as it was found.
func TestNoTrace(t *testing.T) {
	there, parent := t.TempDir(), t.TempDir()
	made := filepath.Join(parent, "made")
	for _, path := range []string{there, made} {
		d := openDir(t, path)
		tx, err := d.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		tx.Write("index.html", []byte("home"))
		tx.End()
		if _, err := output.Open(path); !errors.Is(err, output.ErrLocked) {
			t.Errorf("open twice: %v", err)
		}
		d.Close()
	}
	wantNoTrace(t, there)
	if entries, err := os.ReadDir(parent); len(entries) != 0 || err != nil {
		t.Errorf("%v, %v", entries, err)
	}
}

func wantNoTrace(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".balie-") {
			t.Errorf("%s was left", e.Name())
		}
	}
}

func write(t testing.TB, dir, name, body string) {
	t.Helper()
	p := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(p), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p, []byte(body), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestWhatHandsRemovedComesBack(t *testing.T) {
	path := t.TempDir()
	d := openDir(t, path)
	sync1(t, d, small)
	os.Remove(filepath.Join(path, "index.html"))
	write(t, path, "feed.atom", "<FEED/>")
	wantResult(t, sync1(t, d, small), []string{"feed.atom", "index.html"}, nil, len(small)-2)

	os.RemoveAll(filepath.Join(path, "incidents"))
	d.Close()
	d = openDir(t, path)
	wantOnDisk(t, path, rebuild(t, d, small))

	os.Remove(filepath.Join(path, ".balie-manifest"))
	rebuild(t, d, small)
	d.Close()
	d = openDir(t, path)
	sync1(t, d, site{"index.html": "home"})
	wantOnDisk(t, path, site{"index.html": "home"})

	os.RemoveAll(path)
	sync1(t, d, small)
	wantOnDisk(t, path, small)
}

// rebuild keeps what it can and writes the rest.
func rebuild(t *testing.T, d *output.Dir, s site) site {
	t.Helper()
	tx, err := d.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.End()
	for path, data := range s.all {
		if !tx.Keep(path) {
			if err := tx.Write(path, data); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAFileBecomesADirectoryAndBack(t *testing.T) {
	file, dir := site{"a": "file", "z": "1"}, site{"a/b/c": "below", "a/d": "below", "z": "1"}
	for _, same := range []bool{true, false} {
		path := t.TempDir()
		d := openDir(t, path)
		for _, s := range []site{file, dir, file, dir} {
			sync1(t, d, s)
			wantOnDisk(t, path, s)
			if !same {
				d.Close()
				d = openDir(t, path)
			}
		}
	}
	path := t.TempDir()
	d := openDir(t, path)
	sync1(t, d, site{"z": "0"})
	write(t, path, "a/foreign", "x")
	if _, err := writeAll(t, d, file); err == nil || !strings.Contains(err.Error(), "in the way") {
		t.Errorf("a foreign file in the way: %v", err)
	}
	wantOnDisk(t, path, site{"a/foreign": "x", "z": "1"})
}

func TestRefusedPaths(t *testing.T) {
	parent := t.TempDir()
	path, outside := filepath.Join(parent, "site"), filepath.Join(parent, "outside")
	os.Mkdir(outside, 0o777)
	d := openDir(t, path)
	sync1(t, d, small) // from the second build on it is os.Root alone that stops them
	if err := os.Symlink(outside, filepath.Join(path, "link")); err != nil {
		t.Skip(err)
	}
	if err := os.Symlink(filepath.Join(outside, "target"), filepath.Join(path, "file")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", ".", "/", "/etc/x", "../outside/x", "a/../../outside/x", "a//b", "a/", "./a", "link/x", "link/deep/x", ".balie-manifest", "a/.balie-1.tmp", "a\x00b"} {
		tx, err := d.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := tx.Write(name, []byte("x")); err == nil {
			t.Errorf("%q was written", name)
		}
		if _, err := tx.Commit(); err == nil {
			t.Errorf("%q: committed all the same", name)
		}
	}
	sync1(t, d, site{"file": "a page, not through the link"})
	if got := onDisk(t, outside); len(got) != 0 {
		t.Errorf("outside: %v", got)
	}
}

func TestAPathTwiceIsAnError(t *testing.T) {
	tx, _ := openDir(t, t.TempDir()).Begin(t.Context())
	defer tx.End()
	if err := tx.Write("a", []byte("1")); err != nil {
		t.Fatal(err)
	}
	if err := tx.Write("a", []byte("2")); err == nil {
		t.Error("two files at one path")
	}
}

func TestWithoutCommitNothingChanges(t *testing.T) {
	path := t.TempDir()
	d := openDir(t, path)
	sync1(t, d, small)
	tx, _ := d.Begin(t.Context())
	tx.Write("index.html", []byte("HOME"))
	tx.End()
	wantOnDisk(t, path, small)

	ctx, cancel := context.WithCancel(t.Context())
	tx, _ = d.Begin(ctx)
	cancel()
	if err := tx.Write("new", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := tx.Commit(); !errors.Is(err, context.Canceled) {
		t.Errorf("committed after an error: %v", err)
	}
	wantOnDisk(t, path, small)
	sync1(t, d, site{"index.html": "home"})
	wantOnDisk(t, path, site{"index.html": "home"})
}

func TestFirstBuildAppearsWhole(t *testing.T) {
	path := t.TempDir()
	d := openDir(t, path)
	tx, _ := d.Begin(t.Context())
	for name, data := range small {
		tx.Write(name, []byte(data))
	}
	for name := range onDisk(t, path) {
		if !strings.HasPrefix(name, ".balie-staged/") {
			t.Errorf("%s is there before the build is whole", name)
		}
	}
	tx.End()
	wantOnDisk(t, path, site{})

	wantResult(t, sync1(t, d, small), slices.Sorted(maps.Keys(small)), nil, 0)
	wantOnDisk(t, path, small)
	wantResult(t, sync1(t, d, small), nil, nil, len(small))
}

// What somebody puts in the way of a first build is not lost, and the build goes around it.
func TestFirstBuildMeetsAnother(t *testing.T) {
	path := t.TempDir()
	d := openDir(t, path)
	tx, _ := d.Begin(t.Context())
	for name, data := range small {
		tx.Write(name, []byte(data))
	}
	write(t, path, "incidents/foreign", "x")
	if _, err := tx.Commit(); err != nil {
		t.Error(err)
	}
	for range 2 {
		wantOnDisk(t, path, small.with(site{"incidents/foreign": "x"}))
		sync1(t, d, small)
		wantOnDisk(t, path, small.with(site{"incidents/foreign": "x"}))
	}
	sync1(t, d, site{})
	wantOnDisk(t, path, site{"incidents/foreign": "x"})
}

func TestCleanBuildsHaveOneManifest(t *testing.T) {
	var was []byte
	for range 3 {
		path := t.TempDir()
		sync1(t, openDir(t, path), generation(1))
		got, err := os.ReadFile(filepath.Join(path, ".balie-manifest"))
		if err != nil || was != nil && !bytes.Equal(was, got) {
			t.Errorf("%v; was\n%s\nis\n%s", err, was, got)
		}
		was = got
	}
}

func TestTwoAtOnce(t *testing.T) {
	path := t.TempDir()
	d := openDir(t, path)
	if _, err := output.Open(path); !errors.Is(err, output.ErrLocked) || strings.Contains(err.Error(), "\n") {
		t.Errorf("a second one: %v", err)
	}
	sync1(t, d, small)
	d.Close()
	wantResult(t, sync1(t, openDir(t, path), small), nil, nil, len(small))
}

func TestManyGoroutines(t *testing.T) {
	path := t.TempDir()
	d := openDir(t, path)
	big := site{}
	for i := range 400 {
		big[fmt.Sprintf("d%d/e%d/%d.html", i%5, i%37, i)] = fmt.Sprint("page ", i)
	}
	for _, s := range []site{big, big.with(site{"d0/e0/0.html": "gone", "d1/e1/1.html": "other"})} {
		tx, err := d.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var writers sync.WaitGroup
		for name, body := range s {
			writers.Go(func() {
				if err := tx.Write(name, []byte(body)); err != nil {
					t.Error(err)
				}
			})
		}
		writers.Wait()
		if _, err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		wantOnDisk(t, path, s)
	}
}

func TestManifestTellsNoPath(t *testing.T) {
	path := t.TempDir()
	sync1(t, openDir(t, path), small)
	data, err := os.ReadFile(filepath.Join(path, ".balie-manifest"))
	if err != nil {
		t.Fatal(err)
	}
	for name := range small {
		if bytes.Contains(data, []byte(name)) {
			t.Errorf("the manifest names %s", name)
		}
	}
	name := sha256.Sum256([]byte("index.html"))
	if !bytes.Contains(data, []byte(`"`+hex.EncodeToString(name[:16])+`":`)) {
		t.Errorf("no hash of index.html in\n%s", data)
	}
}

func TestTornManifest(t *testing.T) {
	path := t.TempDir()
	d := openDir(t, path)
	sync1(t, d, small)
	d.Close()
	name := filepath.Join(path, ".balie-manifest")
	whole, _ := os.ReadFile(name)
	r := rand.New(rand.NewPCG(1, 2))
	for range 40 {
		torn := slices.Clone(whole[:r.IntN(len(whole)+1)])
		if len(torn) > 0 && r.IntN(2) == 0 {
			torn[r.IntN(len(torn))] = byte(r.IntN(256))
		}
		os.WriteFile(name, torn, 0o666)
		d := openDir(t, path)
		sync1(t, d, small)
		d.Close()
	}
	wantOnDisk(t, path, small)
	d = openDir(t, path)
	sync1(t, d, site{})
	wantOnDisk(t, path, site{})
}
