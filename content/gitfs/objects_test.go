package gitfs

import (
	"errors"
	"os"
	"os/exec"
	"testing"
)

func TestAProcessThatWasKilledIsReplaced(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.Command("git", "init", "-q", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	r, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
	for range 10 {
		if o, err := r.objects.read(t.Context(), emptyTree); err != nil || o.kind != "tree" {
			t.Fatalf("%v, %v", o, err)
		}
		p := <-r.objects.idle
		victim, err := os.FindProcess(p.PID())
		if err != nil {
			t.Fatal(err)
		}
		victim.Kill()
		r.objects.idle <- p
	}
	if _, err := r.objects.readAll(t.Context(), []string{emptyTree, "nowhere", emptyTree}); !errors.Is(err, errMissing) {
		t.Errorf("one that is missing: %v", err)
	}
	if o, err := r.objects.read(t.Context(), emptyTree); err != nil || o.kind != "tree" {
		t.Errorf("after it: %v, %v", o, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("100644 blob 0123456789012345678901234567890123456789       5\tsite.yaml\x00"))
	f.Add([]byte(":100644 000000 01 02 D\x00a\x00:000000 120000 00 03 A\x00a/b\x00"))
	f.Add([]byte("//1795251121\x00\na\nb\x00//1795251121\x00\x00a\x00//x\x00"))
	f.Fuzz(func(t *testing.T, out []byte) {
		parseLog(out)
		parseTree(out)
		l, err := parseDiff(out)
		if err != nil {
			return
		}
		merged := list{{path: "a", id: "1"}, {path: "m/x", id: "2"}}.merge(l)
		merged.children(".")
	})
}
