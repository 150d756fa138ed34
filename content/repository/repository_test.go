package repository_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"balie/content/repository"
)

// TestCommitsAreNoticed reads a work tree again without being told what changed: what was committed since is read, what was only saved is not.
func TestCommitsAreNoticed(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		full := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	git := func(args ...string) {
		c := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=Test", "-c", "user.email=test@localhost"}, args...)...)
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v\n%s", args, err, out)
		}
	}
	write("site.yaml", "name: Desk\nbase_url: https://help.example\nlanguages: [en]\ntime_zone: Europe/Brussels\n")
	write("incidents/2026/1120-a/incident.yaml", "title: A\n")
	git("init", "-q")
	git("add", "-A")
	git("commit", "-qm", "one")
	r, err := repository.Open(t.Context(), dir, "")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	first, err := r.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	write("incidents/2026/1120-b/incident.yaml", "title: B\n")
	git("add", "-A")
	git("commit", "-qm", "two")
	write("incidents/2026/1120-c/incident.yaml", "title: C\n")
	second, err := r.Again(t.Context(), first, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if second.Tree.Incident("2026/1120-b") == nil || second.Tree.Incident("2026/1120-c") != nil {
		t.Errorf("%d incidents", len(second.Tree.Incidents))
	}
	if second.Tree.Incidents[0] != first.Tree.Incidents[0] {
		t.Error("a record that did not change was read again")
	}
	if c := second.History["incidents/2026/1120-b/incident.yaml"]; c.First.IsZero() {
		t.Error("nothing is known of when the file was committed")
	}
}
