package worktree_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"balie/content/gitfs"
	"balie/ingest/commit"
	"balie/ingest/worktree"
)

// TestKilled ends a process that commits, as hard as it can be ended. What it acknowledged is there, and the repository takes commits as before.
func TestKilled(t *testing.T) {
	if dir := os.Getenv("WORKTREE_TEST_COMMIT"); dir != "" {
		commitForever(dir)
		return
	}
	for _, d := range []*desk{newDesk(t), newBare(t)} {
		for round := range 6 {
			acknowledged := killACommitter(t, d.dir, round, time.Duration(37*round)*time.Millisecond)
			files := d.git("ls-tree", "-r", "--name-only", "HEAD")
			for _, path := range acknowledged {
				if !strings.Contains(files+"\n", path+"\n") {
					t.Errorf("%s was acknowledged and is not there", path)
				}
			}
			c := d.committer()
			c.Wait = 300 * time.Millisecond
			next := commit.Change{Message: "m", Files: []commit.File{{Path: fmt.Sprintf("t/%d/%d", round, len(acknowledged)), Data: []byte("x")}}}
			if _, err := c.Commit(t.Context(), next); err != nil && !errors.Is(err, commit.ErrTaken) {
				t.Errorf("after it: %v", err)
			}
			// What was killed between its commit and the release of the lock has taken that path; another is free, and the lock goes with it.
			next.Files[0].Path = fmt.Sprintf("after/%d", round)
			if _, err := c.Commit(t.Context(), next); err != nil {
				t.Errorf("after it: %v", err)
			}
		}
		d.clean()
	}
}

// killACommitter returns the paths that a process had committed when it was killed, some time after the third.
func killACommitter(t *testing.T, dir string, round int, after time.Duration) []string {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	cmd.Env = append(os.Environ(), "WORKTREE_TEST_COMMIT="+dir, fmt.Sprint("WORKTREE_TEST_ROUND=", round))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var done []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		done = append(done, lines.Text())
		if len(done) == 3 {
			time.AfterFunc(after, func() { cmd.Process.Kill() })
		}
	}
	cmd.Wait()
	if len(done) < 3 {
		t.Fatalf("the committer ended by itself: %v", done)
	}
	return done
}

func commitForever(dir string) {
	repo, err := gitfs.Open(context.Background(), dir)
	if err != nil {
		panic(err)
	}
	c, err := worktree.New(repo)
	if err != nil {
		panic(err)
	}
	for n := 0; ; n++ {
		path := fmt.Sprintf("t/%s/%d", os.Getenv("WORKTREE_TEST_ROUND"), n)
		if _, err := c.Commit(context.Background(), commit.Change{Message: "m", Files: []commit.File{{Path: path, Data: []byte("x")}}}); err != nil {
			panic(err)
		}
		fmt.Println(path)
	}
}
