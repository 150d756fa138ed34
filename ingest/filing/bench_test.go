package filing

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"balie/content"
	"balie/content/gitfs"
	"balie/content/load"
	"balie/content/sample/large"
	"balie/ingest/commit"
	"balie/ingest/store"
	"balie/ingest/worktree"
)

// drained is how many rows one run of BenchmarkDrain drains.
const drained = 2048

// BenchmarkDrain drains rows into a repository that has tickets already, beside its floor in the same
// run: a `git fast-import` for each group of 64 that is fed the same commits, synced as ours are, in a
// bare copy of the same repository. Both end with the same commit. It reports commits a second and
// processor time, that of git included.
func BenchmarkDrain(b *testing.B) {
	for _, tickets := range []int{10_000, 100_000} {
		b.Run(fmt.Sprintf("tickets=%d", tickets), func(b *testing.B) {
			dir := repositoryWith(b, tickets)
			bare := filepath.Join(b.TempDir(), "bare.git")
			gitIn(b, ".", nil, "clone", "-q", "--bare", dir, bare)
			for _, kind := range []struct{ name, dir string }{{"bare", bare}, {"worktree", dir}} {
				b.Run(kind.name, func(b *testing.B) { benchmarkDrain(b, kind.dir) })
			}
		})
	}
}

func benchmarkDrain(b *testing.B, dir string) {
	var ours, floor cost
	for b.Loop() {
		b.StopTimer()
		floorDir := filepath.Join(b.TempDir(), "floor.git")
		gitIn(b, ".", nil, "clone", "-q", "--bare", dir, floorDir)
		s := openStore(b)
		f := filerOf(b, s)
		fillStore(b, f, drained)
		settle()

		repo, err := gitfs.Open(context.Background(), dir)
		if err != nil {
			b.Fatal(err)
		}
		committer, err := worktree.New(repo)
		if err != nil {
			b.Fatal(err)
		}
		recorded := &recorder{Committer: committer}
		f.Committer = recorded
		b.StartTimer()
		ours.add(func() {
			if err := f.DrainOnce(context.Background()); err != nil {
				b.Fatal(err)
			}
			repo.Close() // ends its git, whose processor time counts
		})
		b.StopTimer()
		if len(recorded.changes) != drained {
			b.Fatalf("%d commits", len(recorded.changes))
		}
		groups := streams(b, floorDir, recorded.changes)
		settle()
		floor.add(func() {
			for _, group := range groups {
				gitIn(b, floorDir, group, "-c", "core.fsync=committed", "fast-import", "--quiet", "--done", "--date-format=raw")
			}
		})
		if top, same := gitIn(b, dir, nil, "rev-parse", "HEAD"), gitIn(b, floorDir, nil, "rev-parse", "HEAD"); top != same {
			b.Fatalf("the floor made %s of the commits, not %s", same, top)
		}
		os.RemoveAll(floorDir)
		b.StartTimer()
	}
	n := float64(b.N * drained)
	b.ReportMetric(n/ours.took.Seconds(), "commits/s")
	b.ReportMetric(n/floor.took.Seconds(), "floor-commits/s")
	b.ReportMetric(float64(ours.processor.Microseconds())/n/1000, "cpu-ms/commit")
	b.ReportMetric(float64(floor.processor.Microseconds())/n/1000, "floor-cpu-ms/commit")
	b.ReportMetric(float64(ours.took)/float64(floor.took), "x-floor")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkBacklog drains 100,000 rows, and reports how much more memory this process takes meanwhile
// than before the store was opened. That of git's own processes is not in it.
func BenchmarkBacklog(b *testing.B) {
	const rows = 100_000
	for b.Loop() {
		dir := repositoryWith(b, 1000)
		bare, kept := filepath.Join(b.TempDir(), "bare.git"), b.TempDir()
		gitIn(b, ".", nil, "clone", "-q", "--bare", dir, bare)
		s, err := store.Open(context.Background(), kept, "intake")
		if err != nil {
			b.Fatal(err)
		}
		fillStore(b, filerOf(b, s), rows)
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		debug.FreeOSMemory()
		before := resident()

		if s, err = store.Open(context.Background(), kept, "intake"); err != nil {
			b.Fatal(err)
		}
		f := filerOf(b, s)
		repo, err := gitfs.Open(context.Background(), bare)
		if err != nil {
			b.Fatal(err)
		}
		if f.Committer, err = worktree.New(repo); err != nil {
			b.Fatal(err)
		}
		drained := make(chan error)
		go func() { drained <- f.DrainOnce(context.Background()) }()
		var halfway, most uint64
		for done := false; !done; {
			select {
			case err := <-drained:
				if done = true; err != nil {
					b.Fatal(err)
				}
			case <-time.After(100 * time.Millisecond):
				most = max(most, resident())
				if left, err := s.Backlog(context.Background()); err == nil && left.Rows > rows/2 {
					halfway = most
				}
			}
		}
		b.ReportMetric(float64(max(halfway, before)-before)/(1<<20), "MiB-halfway")
		b.ReportMetric(float64(max(most, before)-before)/(1<<20), "MiB")
		repo.Close()
		s.Close()
	}
}

// cost is what something took, by the clock and of the processor.
type cost struct{ took, processor time.Duration }

func (c *cost) add(do func()) {
	began, before := time.Now(), processorTime()
	do()
	c.took += time.Since(began)
	c.processor += processorTime() - before
}

// recorder remembers what a committer committed.
type recorder struct {
	commit.Committer
	changes []commit.Change
}

func (r *recorder) CommitAll(ctx context.Context, changes []commit.Change) ([]string, error) {
	revisions, err := r.Committer.CommitAll(ctx, changes)
	r.changes = append(r.changes, changes[:len(revisions)]...)
	return revisions, err
}

// streams returns commits in fast-import's language, in groups of 64.
func streams(b *testing.B, dir string, changes []commit.Change) (groups [][]byte) {
	from := gitIn(b, dir, nil, "rev-parse", "HEAD")
	branch := gitIn(b, dir, nil, "symbolic-ref", "HEAD")
	for group := range slices.Chunk(changes, 64) {
		var s bytes.Buffer
		for i, c := range group {
			fmt.Fprintf(&s, "commit %s\nauthor %s %d +0000\ncommitter %[2]s %[3]d +0000\ndata %d\n%s\n", branch, "balie <balie@localhost>", c.At.Unix(), len(c.Message)+1, c.Message)
			if i == 0 {
				fmt.Fprintf(&s, "from %s\n", from)
			}
			for _, file := range c.Files {
				fmt.Fprintf(&s, "M 100644 inline %s\ndata %d\n%s\n", file.Path, len(file.Data), file.Data)
			}
		}
		s.WriteString("done\n")
		groups = append(groups, s.Bytes())
		from = branch + "^0"
	}
	return groups
}

// settle lets the disk take what was written before, so that each of the two pays for its own files.
func settle() { exec.Command("sync").Run() }

// repositoryWith is a packed repository with a work tree that has tickets of the year before.
func repositoryWith(b *testing.B, tickets int) string {
	dir := b.TempDir()
	if err := errors.Join(large.Incidents(dir, 100), large.Tickets(dir, tickets)); err != nil {
		b.Fatal(err)
	}
	gitIn(b, dir, nil, "init", "-q", "-b", "main")
	gitIn(b, dir, nil, "add", "-A")
	gitIn(b, dir, nil, "-c", "gc.auto=0", "commit", "-q", "-m", "begin")
	gitIn(b, dir, nil, "repack", "-adq", "--window=0")
	return dir
}

// gitIn runs git as nobody in particular, and returns what it printed.
func gitIn(b *testing.B, dir string, in []byte, args ...string) string {
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(in)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_NAME=balie", "GIT_AUTHOR_EMAIL=balie@localhost", "GIT_COMMITTER_NAME=balie", "GIT_COMMITTER_EMAIL=balie@localhost")
	out, err := cmd.CombinedOutput()
	if err != nil {
		b.Fatalf("git %s: %v\n%s", args[0], err, out)
	}
	return strings.TrimSpace(string(out))
}

func openStore(b *testing.B) *store.Store {
	s, err := store.Open(context.Background(), b.TempDir(), "intake")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	return s
}

// filerOf files tickets of the days after the repository's newest ones, a thousand or two a day.
func filerOf(b *testing.B, s *store.Store) *Filer {
	b.Setenv("GIT_CONFIG_GLOBAL", "/dev/null")
	b.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	setup := b.TempDir()
	if err := large.Incidents(setup, 0); err != nil {
		b.Fatal(err)
	}
	tree := load.Load(os.DirFS(setup), nil).Tree
	at := large.Now().AddDate(0, 0, 1)
	now := func() time.Time {
		at = at.Add(20 * time.Second)
		return at
	}
	return &Filer{
		Tree: func() *content.Tree { return tree }, Store: s, Now: now,
		Random: rand.NewChaCha8([32]byte{1}), Instance: 1, Log: slog.New(slog.DiscardHandler),
	}
}

// fillStore lets n tickets wait: what a customer sends by a form, without attachments.
func fillStore(b *testing.B, f *Filer, n int) {
	const together = 1000
	for first := 0; first < n; first += together {
		err := f.Store.Write(context.Background(), func(tx *store.Tx) error {
			for i := first; i < min(n, first+together); i++ {
				if _, err := f.FileIn(tx, formTicket(i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// formTicket is the i-th ticket of a form, with a text of 300 to 900 bytes.
func formTicket(i int) Submission {
	return Submission{
		Ticket: &content.Ticket{
			Form: "contact", Lane: "standard", Channel: "form", Language: "en", Subject: fmt.Sprintf("Payments: order %d is not paid", i),
			Requester: content.Requester{Name: "Jo Peeters", Email: fmt.Sprintf("customer%04d@shop.example", i%4000)}, Fields: content.Map[string]{{Key: "site_id", Value: fmt.Sprintf("%04d", i%4000)}},
		},
		Events: []*content.Event{{Kind: content.Received, Body: strings.Repeat(fmt.Sprintf("After choosing my bank for order %d I come back to the basket, and nothing was paid. ", i), 4+i%7)}},
	}
}
