package gitfs

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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
		victim, err := os.FindProcess(r.objects.process.PID())
		if err != nil {
			t.Fatal(err)
		}
		victim.Kill()
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

// TestAMissingNeighbourDoesNoHarm takes one blob out of the repository: the files around it are read all the same.
func TestAMissingNeighbourDoesNoHarm(t *testing.T) {
	dir := t.TempDir()
	git := func(args ...string) string {
		out, err := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=Anna", "-c", "user.email=anna@example.org"}, args...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("git %s: %v: %s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	git("init", "-q")
	for _, name := range []string{"a", "b", "c"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	git("add", "-A")
	git("commit", "-qm", "three files")
	r, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	f, err := r.At(t.Context(), Revision(git("rev-parse", "HEAD")))
	if err != nil {
		t.Fatal(err)
	}
	blob := git("rev-parse", "HEAD:b")
	if err := os.Remove(filepath.Join(dir, ".git", "objects", blob[:2], blob[2:])); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a", "c", "a"} {
		if data, err := f.ReadFile(name); string(data) != name || err != nil {
			t.Errorf("%s: %q, %v", name, data, err)
		}
	}
	if _, err := f.ReadFile("b"); !errors.Is(err, errMissing) {
		t.Errorf("the one that is gone: %v", err)
	}
}
