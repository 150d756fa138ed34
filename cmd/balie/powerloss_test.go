package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestPowerLoss runs an intake under strace while customers hand in, and lets the power fail at
// instants of that run: only what was synced is left. The repository and the state are on two disks,
// so that no sync of one is one of the other. An intake that starts on it has each
// acknowledged submission in its store or in git, and commits it once. BALIE_POWER_LOSSES sets another
// number of instants.
func TestPowerLoss(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("strace"); err != nil {
		if os.Getenv("BALIE_STRACE") == "required" {
			t.Fatal(err)
		}
		t.Skip("there is no strace")
	}
	losses := roundsOf("BALIE_POWER_LOSSES", 5, 3)
	for _, name := range []string{"work tree", "bare"} {
		t.Run(name, func(t *testing.T) { losePowerUnderLoad(t, name == "bare", losses) })
	}
}

func losePowerUnderLoad(t *testing.T, bare bool, losses int) {
	dir := t.TempDir()
	trace := filepath.Join(dir, "trace")
	k := &killed{T: t, handed: &handed{}, dir: filepath.Join(dir, "desk"), state: filepath.Join(dir, "state", "balie"), under: strace(trace)}
	for _, made := range []string{k.dir, filepath.Dir(k.state)} {
		if err := os.Mkdir(made, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if err := writeSample(t.Context(), k.dir, "plugins", time.Now()); err != nil {
		t.Fatal(err)
	}
	gitDir := ".git"
	if bare {
		gitDir = ""
		k.git("clone", "-q", "--bare", k.dir, k.dir+".git")
		k.dir += ".git"
	}
	var disks []*disk
	for _, of := range []string{k.dir, filepath.Dir(k.state)} {
		d, err := readDisk(of)
		if err != nil {
			t.Fatal(err)
		}
		disks = append(disks, d)
	}
	before := len(k.tickets())
	k.handInTraced()
	calls := slices.DeleteFunc(k.readTrace(trace), func(c *call) bool {
		return !isAnswer(c) && !slices.ContainsFunc(disks, func(d *disk) bool { return d.has(c.paths[0]) })
	})
	random := rand.New(rand.NewPCG(1, 2))
	instants := instantsOf(calls, losses, random)
	t.Logf("%d calls, %d handed in, the power fails at %d", len(calls), len(k.all), instants)
	acknowledged := map[string]bool{} // numbers
	answers := answersIn(calls)
	for n, c := range calls {
		for _, d := range disks {
			if err := d.apply(c); err != nil {
				t.Fatal(err)
			}
		}
		for len(answers) > 0 && answers[0].began <= calls[n].ended {
			acknowledged[answers[0].number] = true
			answers = answers[1:]
		}
		if len(instants) > 0 && instants[0] == n {
			instants = instants[1:]
			journal := len(instants)%2 == 0
			after := filepath.Join(dir, fmt.Sprint("after-", n))
			if err := os.Mkdir(after, 0o777); err != nil {
				t.Fatal(err)
			}
			for _, d := range disks {
				if err := d.losePower(filepath.Join(after, filepath.Base(d.dir)), journal); err != nil {
					t.Fatal(err)
				}
			}
			// Git leaves the removal of its locks to people.
			for _, lock := range []string{"HEAD.lock", "refs/heads/main.lock"} {
				os.Remove(filepath.Join(after, filepath.Base(k.dir), gitDir, lock))
			}
			t.Logf("the power fails after call %d: %s %s, journal %v", n, c.name, c.paths, journal)
			k.goOn(after, before, acknowledged)
			os.RemoveAll(after)
		}
	}
}

// handInTraced hands in from four sides.
func (k *killed) handInTraced() {
	k.Helper()
	p := k.start()
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for range 8 {
				k.handIn(k.next())
			}
		})
	}
	wait.Wait()
	p.Process.Signal(syscall.SIGTERM)
	if err := p.Wait(); err != nil {
		k.Fatal(err)
	}
}

// readTrace reads the trace once it is complete: strace ends after what it traces.
func (k *killed) readTrace(name string) []*call {
	k.Helper()
	for {
		data, err := os.ReadFile(name)
		if err != nil {
			k.Fatal(err)
		}
		first, _, _ := bytes.Cut(data, []byte(" "))
		if regexp.MustCompile(`(?m)^` + string(first) + ` +\+\+\+ exited`).Match(data) {
			calls, err := readTrace(bytes.NewReader(data), k.dir)
			if err != nil {
				k.Fatal(err)
			}
			return calls
		}
		time.Sleep(50 * time.Millisecond) // between two looks at what another process does
	}
}

// acknowledgement is an answer to a customer.
type acknowledgement struct {
	began  int
	number string
}

// isAnswer reports whether a call begins to tell a customer that something was accepted.
func isAnswer(c *call) bool {
	return c.name == "write" && bytes.HasPrefix(c.data, []byte("HTTP/1.1 201"))
}

// answersIn are the answers that an intake began to send.
func answersIn(calls []*call) (all []acknowledgement) {
	for _, c := range calls {
		_, body, ok := bytes.Cut(c.data, []byte("\r\n\r\n"))
		var said struct{ Number string }
		if ok && isAnswer(c) && json.Unmarshal(body, &said) == nil {
			all = append(all, acknowledgement{c.began, said.Number})
		}
	}
	slices.SortFunc(all, func(a, b acknowledgement) int { return a.began - b.began })
	return all
}

// instantsOf are instants at which the power fails: a third of them right after an answer, a third
// while a branch is moved, the others at random. Each is the number of a call.
func instantsOf(calls []*call, n int, random *rand.Rand) (all []int) {
	var answers, moves []int
	for i, c := range calls {
		if isAnswer(c) {
			answers = append(answers, i)
		} else if strings.Contains(c.paths[0], "/refs/heads/") {
			moves = append(moves, i)
		}
	}
	for i := range n {
		switch i % 3 {
		case 0:
			all = append(all, answers[random.IntN(len(answers))])
		case 1:
			all = append(all, moves[random.IntN(len(moves))])
		default:
			all = append(all, random.IntN(len(calls)))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// goOn starts an intake on what a power loss has left, hands in again, and counts.
func (k *killed) goOn(dir string, before int, acknowledged map[string]bool) {
	k.Helper()
	after := &killed{T: k.T, handed: &handed{}, dir: filepath.Join(dir, filepath.Base(k.dir)), state: filepath.Join(dir, "state", "balie")}
	for _, h := range k.all {
		again := *h
		if !acknowledged[h.number] {
			again.number = ""
		}
		after.all = append(after.all, &again)
	}
	after.finish(after.start())
	after.count(before)
	after.git("fsck", "--no-dangling")
}
