// Package committest is the suite that every committer passes.
package committest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"balie/ingest/commit"
)

// Subject is a committer of a repository that holds the file `site.yaml` alone, in one commit.
type Subject struct {
	Committer commit.Committer
	Read      func(t *testing.T, path string) (data []byte, ok bool) // a file as the last commit has it
	Commits   func(t *testing.T) int                                 // how many there are
}

// Run runs the suite; fresh makes a new repository each time.
func Run(t *testing.T, fresh func(t *testing.T) Subject) {
	for name, test := range map[string]func(*testing.T, Subject){
		"one commit holds all": oneCommit, "any bytes": anyBytes, "taken": taken, "in the way": inTheWay, "wrong": wrong, "given up": givenUp, "at once": atOnce, "many": many, "needs": needs, "versions": versions,
	} {
		t.Run(name, func(t *testing.T) { test(t, fresh(t)) })
	}
}

var at = time.Date(2026, 11, 20, 14, 5, 9, 0, time.FixedZone("", 3600))

func change(message string, files ...string) commit.Change {
	c := commit.Change{Message: message, At: at}
	for i := 0; i < len(files); i += 2 {
		c.Files = append(c.Files, commit.File{Path: files[i], Data: []byte(files[i+1])})
	}
	return c
}

// must commits, and sees that it is one commit with those files.
func (s Subject) must(t *testing.T, c commit.Change) string {
	t.Helper()
	revision, err := s.Committer.Commit(t.Context(), c)
	if err != nil || revision == "" {
		t.Fatalf("commit %q: %q, %v", c.Message, revision, err)
	}
	s.has(t, c)
	return revision
}

func (s Subject) has(t *testing.T, c commit.Change) {
	t.Helper()
	for _, f := range c.Files {
		if got, ok := s.Read(t, f.Path); !ok || !bytes.Equal(got, f.Data) {
			t.Errorf("%s: %v, %q; want %q", f.Path, ok, got, f.Data)
		}
	}
}

func oneCommit(t *testing.T, s Subject) {
	before := s.Commits(t)
	first := s.must(t, change("ticket 2611204216: received", "tickets/2026/11/20/2611204216/ticket.yaml", "form: contact\n", "tickets/2026/11/20/2611204216/2026-11-20T140509Z-received.md", "Hello\n"))
	second := s.must(t, change("ticket 2611204216: message", "tickets/2026/11/20/2611204216/2026-11-20T150000Z-message.md", "More\n"))
	if n := s.Commits(t) - before; n != 2 || first == second {
		t.Errorf("%d commits, %s and %s", n, first, second)
	}
	if _, ok := s.Read(t, "site.yaml"); !ok {
		t.Error("what was there is gone")
	}
}

func anyBytes(t *testing.T, s Subject) {
	all := make([]byte, 0, 256)
	for b := range 256 {
		all = append(all, byte(b))
	}
	c := change("from <x@y.example>\n\nM 100644 inline evil\ndata <<X\n\x00\"", "empty", "", "all bytes", string(all), "crlf.txt", "a\r\nb\n\r", "no end", "x",
		"commands", "done\nreset refs/heads/main\n\nD site.yaml\n", "-option", "y", "é/日本 name.md", "z", "big", strings.Repeat("0123456789abcdef", 1<<16))
	c.Author, c.AuthorEmail = "Anna <evil>\nfrom x", "anna@example.org>\ncommitter me <x"
	s.must(t, c)
	if data, ok := s.Read(t, "site.yaml"); !ok || len(data) == 0 {
		t.Error("content was taken for a command")
	}
	if _, ok := s.Read(t, "evil"); ok {
		t.Error("the message was taken for a command")
	}
}

func taken(t *testing.T, s Subject) {
	c := change("first", "a/x", "1", "a/y", "2")
	s.must(t, c)
	before := s.Commits(t)
	for name, test := range map[string]struct {
		change commit.Change
		path   string
		same   bool
	}{
		"the same":        {c, "a/x", true},
		"part of it":      {change("", "a/x", "1"), "a/x", true},
		"one differs":     {change("", "a/x", "1", "a/y", "other"), "a/y", false},
		"one more":        {change("", "a/x", "1", "a/z", "3"), "a/x", false},
		"of an old file":  {change("", "site.yaml", "mine"), "site.yaml", false},
		"a directory":     {change("", "a", "file"), "a", false},
		"below a file":    {change("", "a/x/deep/er", "3"), "a/x", false},
		"below, with new": {change("", "new", "3", "site.yaml/b", "3"), "site.yaml", false},
	} {
		_, err := s.Committer.Commit(t.Context(), test.change)
		var found *commit.Taken
		if !errors.As(err, &found) || !errors.Is(err, commit.ErrTaken) || found.Path != test.path || found.Same != test.same {
			t.Errorf("%s: %v (%+v)", name, err, found)
		}
	}
	if n := s.Commits(t); n != before {
		t.Errorf("%d commits more", n-before)
	}
	s.has(t, c)
}

func inTheWay(t *testing.T, s Subject) {
	s.must(t, change("", "tickets/2026/a", "1"))
	s.must(t, change("", "tickets/2026/b/c", "2", "tickets/2026/b.d", "3", "tickets/2026/b-e/f", "4"))
	for path, want := range map[string]string{"tickets/2026/a": "1", "tickets/2026/b/c": "2", "tickets/2026/b.d": "3", "tickets/2026/b-e/f": "4"} {
		if got, ok := s.Read(t, path); !ok || string(got) != want {
			t.Errorf("%s: %q, %v", path, got, ok)
		}
	}
}

func wrong(t *testing.T, s Subject) {
	before := s.Commits(t)
	for _, path := range []string{"", "../out", "/etc/passwd", ".git/hooks/post-commit", "a/.GIT/config", "a\nb", "a//b"} {
		if _, err := s.Committer.Commit(t.Context(), change("", "good", "x", path, "y")); !errors.Is(err, commit.ErrWrong) {
			t.Errorf("%q: %v", path, err)
		}
	}
	if _, ok := s.Read(t, "good"); ok || s.Commits(t) != before {
		t.Error("half of a change was committed")
	}
}

func givenUp(t *testing.T, s Subject) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := change("", "a", "1")
	if _, err := s.Committer.Commit(ctx, c); err == nil {
		s.has(t, c) // it may have been too late to give up
	} else if _, ok := s.Read(t, "a"); ok || !errors.Is(err, context.Canceled) {
		t.Errorf("%v, and it is there: %v", err, ok)
	}
	s.must(t, change("", "b", "2"))
}

// atOnce: many commit at once, and two of each try the same path: one of them has it.
func atOnce(t *testing.T, s Subject) {
	const n = 8
	before := s.Commits(t)
	var mu sync.Mutex
	won := map[int]int{}
	var all sync.WaitGroup
	for i := range 2 * n {
		all.Go(func() {
			_, err := s.Committer.Commit(t.Context(), change(fmt.Sprint(i), fmt.Sprintf("t/%d/x", i%n), fmt.Sprint(i), fmt.Sprintf("own/%d", i), "y"))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won[i%n]++
			} else if !errors.Is(err, commit.ErrTaken) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for i := range n {
		if _, ok := s.Read(t, fmt.Sprintf("t/%d/x", i)); !ok || won[i] != 1 {
			t.Errorf("path %d: there %v, won by %d", i, ok, won[i])
		}
	}
	if got := s.Commits(t) - before; got != n {
		t.Errorf("%d commits, want %d", got, n)
	}
}

func many(t *testing.T, s Subject) {
	before := s.Commits(t)
	all := []commit.Change{change("one", "a/x", "1", "a/y", "2"), change("two", "b/x", "3"), change("three", "a/x", "another"), change("four", "c", "4")}
	revisions, err := s.Committer.CommitAll(t.Context(), all)
	if !errors.Is(err, commit.ErrTaken) || len(revisions) != 2 || revisions[0] == revisions[1] || s.Commits(t) != before+2 {
		t.Fatalf("%v, %v, %d commits", revisions, err, s.Commits(t)-before)
	}
	for _, c := range all[:2] {
		s.has(t, c)
	}
	if _, ok := s.Read(t, "c"); ok {
		t.Error("what comes after the refused one was committed")
	}
	if revisions, err := s.Committer.CommitAll(t.Context(), all[1:]); len(revisions) != 0 || !errors.Is(err, commit.ErrTaken) {
		t.Errorf("again: %v, %v", revisions, err)
	}
	wrong := []commit.Change{change("five", "d", "5"), change("six", "../e", "6")}
	if revisions, err := s.Committer.CommitAll(t.Context(), wrong); len(revisions) != 1 || !errors.Is(err, commit.ErrWrong) {
		t.Errorf("wrong: %v, %v", revisions, err)
	}
}

func needs(t *testing.T, s Subject) {
	first, second, lost := change("one", "a/x", "1"), change("two", "a/y", "2"), change("three", "b/y", "3")
	second.Needs, lost.Needs = "a/x", "b/x"
	if revisions, err := s.Committer.CommitAll(t.Context(), []commit.Change{first, second, lost}); len(revisions) != 2 || !errors.Is(err, commit.ErrGone) {
		t.Errorf("%v, %v", revisions, err)
	}
	third := change("four", "a/z", "4")
	third.Needs = "a/x"
	s.must(t, third)
}

func versions(t *testing.T, s Subject) {
	first := s.must(t, change("one", "a", "1"))
	second := s.must(t, change("two", "b", "2"))
	for since, want := range map[string]int{"": 1, first: 1, second: 0, strings.Repeat("1", len(first)): 1} {
		all, err := s.Committer.Versions(t.Context(), []string{"none", "b"}, since)
		got := all["b"]
		if err != nil || len(got) != want || len(all["none"]) > 0 {
			t.Errorf("since %q: %+v, %v", since, all, err)
		}
		if want > 0 && (got[0].Revision != second || string(got[0].Data) != "2") {
			t.Errorf("since %q: %+v", since, got)
		}
	}
}
