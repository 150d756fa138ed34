package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestTwoIntakesUnderLoad runs two intakes, each with its own store, on one repository, and kills one
// after the other while customers hand in and staff commit. What was acknowledged is committed once,
// no number is given twice, and staff's commits stay. BALIE_KILLS sets another number of rounds.
func TestTwoIntakesUnderLoad(t *testing.T) {
	t.Parallel()
	rounds := roundsOf("BALIE_KILLS", 6, 3)
	for _, name := range []string{"work tree", "bare"} {
		t.Run(name, func(t *testing.T) { runTwoIntakes(t, name == "bare", rounds) })
	}
}

func runTwoIntakes(t *testing.T, bare bool, rounds int) {
	dir := filepath.Join(t.TempDir(), "plugins")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := writeSample(t.Context(), dir, "plugins", time.Now()); err != nil {
		t.Fatal(err)
	}
	s := &staff{T: t, dir: dir}
	if bare {
		gitIn(t, dir, "clone", "-q", "--bare", dir, dir+".git")
		gitIn(t, dir, "remote", "add", "origin", dir+".git")
		s.pushes, dir = true, dir+".git"
	}
	gitIn(t, dir, "config", "gc.autoDetach", "false") // else it works on in a directory that is being removed
	one, two := &killed{T: t, handed: &handed{}, dir: dir, instance: 1}, &killed{T: t, handed: &handed{}, dir: dir, instance: 2}
	before := len(one.tickets())
	random := rand.New(rand.NewPCG(1, 2))
	commits := make(chan struct{}, rounds+1)
	var committing sync.WaitGroup
	committing.Go(func() {
		for range commits { // beside the rounds: a lock of an intake that was killed stays until the next one starts
			s.commit()
		}
	})
	for range rounds {
		commits <- struct{}{}
		var wait sync.WaitGroup
		for _, k := range []*killed{one, two} {
			after := time.Duration(random.IntN(500)) * time.Millisecond
			wait.Go(func() { k.round(after) })
		}
		wait.Wait()
	}
	commits <- struct{}{}
	close(commits)
	var wait sync.WaitGroup
	wait.Go(func() { one.finish(one.start()) })
	wait.Go(func() { two.finish(two.start()) })
	wait.Wait()
	committing.Wait()
	both := &killed{T: t, handed: &handed{all: slices.Concat(one.all, two.all)}, dir: dir}
	both.count(before)
	numbers := map[string]bool{}
	for _, h := range both.all {
		if numbers[h.number] {
			t.Errorf("%s was given twice", h.number)
		}
		numbers[h.number] = true
	}
	files := gitIn(t, dir, "ls-tree", "--name-only", "main")
	if n := strings.Count(files, "staff-"); n != s.commits {
		t.Errorf("of %d commits by staff %d are there", s.commits, n)
	}
}

// staff commit in a directory, and push where it is a clone.
type staff struct {
	*testing.T
	dir     string
	pushes  bool
	commits int
}

// commit commits a file. Where a lock or another commit is in the way it is done again.
func (s *staff) commit() {
	name := fmt.Sprintf("staff-%d.txt", s.commits)
	s.commits++
	if err := os.WriteFile(filepath.Join(s.dir, name), []byte("staff\n"), 0o666); err != nil {
		s.Error(err)
	}
	s.until("add", name)
	s.until("-c", "user.name=Anna", "-c", "user.email=anna@hulp.example", "commit", "-qm", "staff", "--", name)
	for s.pushes && !s.try("push", "-q", "origin", "main") {
		s.until("-c", "user.name=Anna", "-c", "user.email=anna@hulp.example", "pull", "-q", "--rebase", "origin", "main")
	}
}

func (s *staff) try(args ...string) bool {
	return exec.Command("git", append([]string{"-C", s.dir}, args...)...).Run() == nil
}

func (s *staff) until(args ...string) {
	for !s.try(args...) {
		if s.Context().Err() != nil {
			return
		}
		time.Sleep(10 * time.Millisecond) // between two tries, while another process has the lock
	}
}
