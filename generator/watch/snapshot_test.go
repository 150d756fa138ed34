package watch

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestStep: what is compared tells of files that changed, came and went, also of one that another was renamed over, and of directories.
func TestStep(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	write := func(name, body string) {
		t.Helper()
		must(os.MkdirAll(filepath.Dir(path(name)), 0o755))
		must(os.WriteFile(path(name), []byte(body), 0o644))
	}
	for _, name := range []string{"same", "changed", "gone", "replaced", "before/x", ".git/HEAD", "public/x", "a~"} {
		write(name, "old")
	}
	r := newWatcher(Config{Dir: dir, Ignore: []string{path("public")}}).rest
	must(r.add(dir))
	if changed, came := r.step(); len(changed)+len(came) != 0 || len(r.seen[dir].files) != 4 {
		t.Errorf("at rest: %q, %q of %v", changed, came, r.seen)
	}
	write("changed", "longer than before")
	must(os.Remove(path("gone")))
	must(os.RemoveAll(path("before")))
	write("new", "")
	write("after/x", "")
	info, err := os.Stat(path("replaced"))
	must(err)
	write("replaced.tmp", "new") // same size, same time, another file
	must(os.Chtimes(path("replaced.tmp"), info.ModTime(), info.ModTime()))
	must(os.Rename(path("replaced.tmp"), path("replaced")))
	changed, came := r.step()
	slices.Sort(changed)
	want := []string{path("after"), path("before"), path("changed"), path("gone"), path("new"), path("replaced")}
	if !slices.Equal(changed, want) || !slices.Equal(came, []string{path("after")}) {
		t.Errorf("%q, %q came, want %q", changed, came, want)
	}
	if changed, came := r.step(); len(changed)+len(came) != 0 {
		t.Errorf("at rest again: %q, %q", changed, came)
	}
}
