package worktree_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"balie/ingest/commit"
)

// BenchmarkCommit makes commits of two files in a repository of 10,000 files: bare, in a work tree, and beside them by plumbing with a temporary index, bare.
// TMPDIR=/dev/shm leaves out what the disk takes to sync.
func BenchmarkCommit(b *testing.B) {
	from := newDesk(b)
	for i := range 10_000 {
		from.write(fmt.Sprintf("tickets/2026/%02d/%02d/%d/%d.md", i/2800%12+1, i/100%28+1, i/6, i%6), fmt.Sprint("text ", i))
	}
	from.git("add", "-A")
	from.git("commit", "-qm", "many")
	from.git("repack", "-adq")
	bare := &desk{t: b, dir: b.TempDir() + "/bare.git"}
	from.git("clone", "-q", "--bare", from.dir, bare.dir)
	bare.open()
	paths := func(i int) (string, string) {
		return fmt.Sprintf("tickets/2027/01/01/%d/ticket.yaml", i), fmt.Sprintf("tickets/2027/01/01/%d/received.md", i)
	}
	for name, d := range map[string]*desk{"bare": bare, "work tree": from} {
		b.Run(name, func(b *testing.B) {
			c := d.committer()
			for i := 0; b.Loop(); i++ {
				x, y := paths(i)
				files := []commit.File{{Path: x, Data: []byte("form: contact\n")}, {Path: y, Data: []byte("Hello\n")}}
				if _, err := c.Commit(b.Context(), commit.Change{Message: "received", Files: files}); err != nil {
					b.Fatal(err)
				}
			}
		})
		d.git("update-ref", "HEAD", d.git("rev-list", "--grep", "many", "HEAD"))
		d.git("read-tree", "HEAD")
		os.RemoveAll(from.dir + "/tickets/2027")
	}
	b.Run("plumbing", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			x, y := paths(i)
			plumb(b, bare, x, y)
		}
	})
}

// plumb is the commit by plumbing.
func plumb(b *testing.B, d *desk, paths ...string) {
	b.Setenv("GIT_INDEX_FILE", d.dir+"/temporary.index")
	g := func(in string, args ...string) string {
		cmd := exec.Command("git", append([]string{"-c", "user.name=x", "-c", "user.email=x"}, args...)...)
		cmd.Dir, cmd.Stdin = d.dir, strings.NewReader(in)
		out, err := cmd.CombinedOutput()
		if err != nil {
			b.Fatalf("%v: %s", err, out)
		}
		return strings.TrimSpace(string(out))
	}
	tip := g("", "rev-parse", "HEAD")
	g("", "read-tree", tip)
	var info strings.Builder
	for _, p := range paths {
		fmt.Fprintf(&info, "100644 %s\t%s\n", g(p, "hash-object", "-w", "--stdin"), p)
	}
	g(info.String(), "update-index", "--index-info")
	g("", "update-ref", "HEAD", g("message\n", "commit-tree", g("", "write-tree"), "-p", tip), tip)
	os.Remove(d.dir + "/temporary.index")
}
