package remote

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"balie/content/gitfs"
)

func gitIn(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=Anna", "-c", "user.email=anna@example.org"}, args...)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// clone is a work tree of a bare repository with one commit, and the remote of it.
func clone(t *testing.T) (dir string, r *Remote) {
	t.Helper()
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	hub := filepath.Join(t.TempDir(), "hub.git")
	gitIn(t, t.TempDir(), "init", "-q", "--bare", "-b", "main", hub)
	dir = filepath.Join(t.TempDir(), "clone")
	gitIn(t, t.TempDir(), "clone", "-q", hub, dir)
	add(t, dir, map[string]string{"site.yaml": "x\n"})
	gitIn(t, dir, "push", "-q", "origin", "HEAD:main")
	repo, err := gitfs.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { repo.Close() })
	if r, err = New(t.Context(), repo, "origin", "refs/heads/main"); err != nil {
		t.Fatal(err)
	}
	return dir, r
}

func add(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		gitIn(t, dir, "add", name)
	}
	gitIn(t, dir, "commit", "-qm", "subject\n\nbody")
}

const ticketDir = "tickets/2026/11/20/2611201012/"

// Which commits are balie's own follows from what they add.
func TestOwn(t *testing.T) {
	record := "subject: Help\nform: contact\n"
	for name, c := range map[string]struct {
		own   bool
		files map[string]string
	}{
		"a ticket":           {true, map[string]string{ticketDir + "ticket.yaml": record, ticketDir + "2026-11-20T140000Z-received.md": "---\nid: 0123456789abcdef\n---\nHelp\n", ticketDir + "attachments/a.png": "x"}},
		"a message":          {true, map[string]string{ticketDir + "2026-11-20T140000Z-message.md": "---\nid: 0123456789abcdef\n---\nHelp\n"}},
		"by rule":            {true, map[string]string{ticketDir + "2026-11-20T140000Z-reminder-balie.md": "Hello\n"}},
		"staff's ticket":     {false, map[string]string{ticketDir + "ticket.yaml": record, ticketDir + "2026-11-20T140000Z-received.md": "Help\n"}},
		"staff's reply":      {false, map[string]string{ticketDir + "2026-11-20T140000Z-reply-anna.md": "Hello\n"}},
		"a record alone":     {false, map[string]string{ticketDir + "ticket.yaml": record}},
		"an attachment":      {false, map[string]string{ticketDir + "attachments/a.png": "x"}},
		"a file of the site": {false, map[string]string{"people.yaml": "x\n", ticketDir + "2026-11-20T140000Z-message.md": "---\nid: 0123456789abcdef\n---\nHelp\n"}},
		"what does not read": {false, map[string]string{ticketDir + "2026-11-20T140000Z-message.md": "---\nid: 0123456789abcdef\n---\nHelp\n", ticketDir + "2026-11-20T150000Z-message.md": "---\nid: [\n---\n"}},
		"an edit":            {false, map[string]string{"site.yaml": "y\n"}},
	} {
		dir, r := clone(t)
		add(t, dir, c.files)
		err := r.Check(t.Context())
		foreign := new(Foreign)
		if c.own != (err == nil) || err != nil && !errors.As(err, &foreign) {
			t.Errorf("%s: %v", name, err)
		}
		if !c.own && (len(foreign.Commits) != 1 || !strings.HasSuffix(foreign.Commits[0], " subject")) {
			t.Errorf("%s: %q", name, foreign.Commits)
		}
	}
}

// A merge is not balie's own.
func TestMergeIsForeign(t *testing.T) {
	dir, r := clone(t)
	gitIn(t, dir, "checkout", "-qb", "side")
	add(t, dir, map[string]string{ticketDir + "2026-11-20T140000Z-message.md": "---\nid: 0123456789abcdef\n---\nHelp\n"})
	gitIn(t, dir, "checkout", "-q", "main")
	gitIn(t, dir, "merge", "-q", "--no-ff", "-m", "merged", "side")
	foreign := new(Foreign)
	if err := r.Check(t.Context()); !errors.As(err, &foreign) || len(foreign.Commits) != 1 {
		t.Errorf("%v", err)
	}
}

// A commit that is made again keeps its author, date, message and bytes.
func TestOnTop(t *testing.T) {
	dir, r := clone(t)
	other := filepath.Join(t.TempDir(), "other")
	gitIn(t, t.TempDir(), "clone", "-q", gitIn(t, dir, "remote", "get-url", "origin"), other)
	add(t, dir, map[string]string{ticketDir + "ticket.yaml": "subject: Help\nform: contact\n", ticketDir + "2026-11-20T140000Z-received.md": "---\nid: 0123456789abcdef\n---\nHelp\r\n"})
	format := "--format=%an %ae %ad %B"
	was, blobs := gitIn(t, dir, "log", "-1", format), gitIn(t, dir, "ls-tree", "-r", "HEAD", "tickets/")
	add(t, other, map[string]string{"a.txt": "staff's\n"})
	gitIn(t, other, "push", "-q", "origin", "main")
	if err := r.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	gitIn(t, other, "pull", "-q")
	if is := gitIn(t, other, "log", "-1", format); is != was {
		t.Errorf("%q, was %q", is, was)
	}
	if is := gitIn(t, other, "ls-tree", "-r", "HEAD", "tickets/"); is != blobs {
		t.Errorf("%q, was %q", is, blobs)
	}
	if refs := gitIn(t, dir, "for-each-ref", "--format=%(refname)", "refs/balie/remote/origin/ontop"); refs != "" {
		t.Errorf("%s stays", refs)
	}
}

// A remote that does not answer ends with a timeout.
func TestTimeout(t *testing.T) {
	dir, r := clone(t)
	gitIn(t, dir, "config", "remote.origin.url", "ext::sleep 600")
	gitIn(t, dir, "config", "protocol.ext.allow", "always")
	r.Timeout = 50 * time.Millisecond
	if err := r.Sync(t.Context()); err == nil || !strings.Contains(err.Error(), "no answer within 50ms") || errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// No error has a credential.
func TestNoCredentials(t *testing.T) {
	dir, r := clone(t)
	gitIn(t, dir, "config", "remote.origin.url", "http://user:s3cret@127.0.0.1:1/x.git")
	err := r.Sync(t.Context())
	if err == nil || strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "user") {
		t.Errorf("%v", err)
	}
	for text, want := range map[string]string{
		"fatal: Authentication failed for 'https://u:p%40x@host/a'": "fatal: Authentication failed for 'https://host/a'",
		"unable to access 'https://token@host:1/x@y'":               "unable to access 'https://host:1/x@y'",
		"nothing": "nothing",
	} {
		if got := withoutCredentials(text); got != want {
			t.Errorf("%q", got)
		}
	}
}
