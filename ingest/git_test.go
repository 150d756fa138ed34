package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"balie/content"
	"balie/content/check"
	"balie/content/repository"
	"balie/ingest/commit"
	"balie/ingest/worktree"
)

// clone is a real content repository, and an intake before it that reads it anew for each request.
type clone struct {
	t      *testing.T
	dir    string
	server *httptest.Server
	mu     sync.Mutex
	repo   *repository.Repository
	last   *repository.Reading
	passed atomic.Int64 // of the tests' time since friday

	committed func() error // called after each commit, before it is noted; nil: nothing is
	draining  sync.Mutex   // one drains at a time
}

// betweenCommitAndNote calls a function after each commit, and loses what it came to where that
// returns an error.
type betweenCommitAndNote struct {
	*worktree.Committer
	of *clone
}

func (b betweenCommitAndNote) CommitAll(ctx context.Context, changes []commit.Change) ([]string, error) {
	revisions, err := b.Committer.CommitAll(ctx, changes)
	if b.of.committed != nil && err == nil {
		if err = b.of.committed(); err != nil {
			return nil, err
		}
	}
	return revisions, err
}

func (c *clone) now() time.Time { return friday.Add(time.Duration(c.passed.Load())) }

func newClone(t *testing.T, bare bool) *clone {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("no git here")
	}
	c := &clone{t: t, dir: t.TempDir()}
	for name, text := range smallDesk {
		path := filepath.Join(c.dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	c.git("init", "-q", "-b", "main")
	c.git("add", "-A")
	c.git("-c", "user.name=Anna", "-c", "user.email=anna@hulp.example", "commit", "-q", "-m", "begin")
	if bare {
		dir := filepath.Join(t.TempDir(), "desk.git")
		c.git("clone", "-q", "--bare", c.dir, dir)
		c.dir = dir
	}
	var err error
	if c.repo, err = repository.Open(t.Context(), c.dir, "HEAD"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.repo.Close() })
	committer, err := worktree.New(c.repo.Git)
	if err != nil {
		t.Fatal(err)
	}
	h, err := New(Config{
		Tree: func() *content.Tree { return c.reading().Tree }, Files: func() fs.FS { return c.reading().Files },
		Theme: theme, Store: openStore(t), Committer: betweenCommitAndNote{committer, c}, Now: c.now,
	})
	if err != nil {
		t.Fatal(err)
	}
	c.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, r)
		c.draining.Lock()
		defer c.draining.Unlock()
		if err := h.DrainOnce(context.Background()); err != nil && !errors.Is(err, errKilled) {
			t.Error(err)
		}
	}))
	t.Cleanup(c.server.Close)
	return c
}

func (c *clone) reading() *repository.Reading {
	c.mu.Lock()
	defer c.mu.Unlock()
	next, err := c.repo.Again(context.Background(), c.last, nil, nil)
	if err != nil {
		c.t.Error(err)
		return c.last
	}
	c.last = next
	return next
}

func (c *clone) git(args ...string) string {
	c.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = c.dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		c.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// send sends a request as a browser without script does, and follows where it is sent.
func (c *clone) send(r *http.Request) (path string, body string) {
	c.t.Helper()
	url, err := r.URL.Parse(c.server.URL + r.URL.RequestURI())
	if err != nil {
		c.t.Fatal(err)
	}
	r.URL, r.Host, r.RequestURI = url, url.Host, ""
	jar, _ := cookiejar.New(nil)
	resp, err := (&http.Client{Jar: jar}).Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	data, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != http.StatusOK {
		c.t.Fatalf("answer %d\n%s", resp.StatusCode, data)
	}
	return resp.Request.URL.Path, string(data)
}

func TestARealRepository(t *testing.T) {
	for _, bare := range []bool{false, true} {
		t.Run(fmt.Sprintf("bare=%v", bare), func(t *testing.T) {
			c := newClone(t, bare)
			follow, page := c.send(multi("/forms/contact", []file{{"files", "scherm.png", png}}, "subject", "Betalen lukt niet", "message", "Ik kom\r\nterug.", "email", "jo@klant.example", "incident", "2026/1118-payments"))
			if !strings.HasPrefix(follow, "/t/") || !strings.Contains(page, "Betalen lukt niet") || !strings.Contains(page, "scherm.png") {
				t.Fatalf("sent to %s\n%s", follow, page)
			}
			token := strings.Split(follow, "/")[2]
			if _, page = c.send(browserPost(follow, "message", "Nog iets")); !strings.Contains(page, "Nog iets") {
				t.Errorf("the message is not shown\n%s", page)
			}
			c.send(browserPost(follow, "action", "solved"))
			c.passed.Add(int64(2 * time.Hour))
			next, page := c.send(browserPost(follow, "message", "Toch niet"))
			if next == follow || !strings.Contains(page, "Toch niet") {
				t.Errorf("sent to %s\n%s", next, page)
			}

			log := c.git("log", "--format=%s%n%b")
			for _, private := range []string{"jo@", "Betalen", "Nog iets", token, "scherm"} {
				if strings.Contains(log, private) {
					t.Errorf("the log has %q\n%s", private, log)
				}
			}
			if n := strings.TrimSpace(c.git("rev-list", "--count", "HEAD")); n != "5" {
				t.Errorf("%s commits\n%s", n, log)
			}
			if files := strings.Fields(c.git("show", "--format=", "--name-only", "HEAD~3")); len(files) != 4 {
				t.Errorf("the first submission's commit has %s", files)
			}
			if !bare {
				if status := c.git("status", "--porcelain"); status != "" {
					t.Errorf("the work tree: %s", status)
				}
			}
			for _, p := range check.Check(c.reading().Loaded, friday.Add(time.Hour)) {
				if p.Severity == content.Error {
					t.Error(p)
				}
			}
		})
	}
}

func TestARealRepositoryUnderManyAtOnce(t *testing.T) {
	c := newClone(t, true)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			c.send(browserPost("/forms/contact", "subject", "s", "message", "m", "email", "jo@klant.example"))
		})
	}
	wait.Wait()
	if n := len(c.reading().Tree.Tickets); n != 8 {
		t.Errorf("%d tickets", n)
	}
	if n := strings.TrimSpace(c.git("rev-list", "--count", "HEAD")); n != "9" {
		t.Errorf("%s commits", n)
	}
}
