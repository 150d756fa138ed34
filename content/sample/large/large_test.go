package large

import (
	"io/fs"
	"os"
	"testing"

	"balie/content"
	"balie/content/check"
	"balie/content/load"
)

func TestLarge(t *testing.T) {
	dir := t.TempDir()
	if err := Incidents(dir, 300); err != nil {
		t.Fatal(err)
	}
	if err := Tickets(dir, 700); err != nil {
		t.Fatal(err)
	}
	loaded := load.Load(os.DirFS(dir), nil)
	tree := loaded.Tree
	for _, p := range check.Check(loaded, Now()) {
		t.Error(p)
	}
	if len(tree.Incidents) != 300 || len(tree.Tickets) != 700 {
		t.Errorf("%d incidents, %d tickets", len(tree.Incidents), len(tree.Tickets))
	}
	open, waiting := 0, 0
	for _, i := range tree.Incidents {
		if i.At(Now()).Open {
			open++
		}
		five(t, i.Dir, i.Events)
	}
	for _, ticket := range tree.Tickets {
		if ticket.At(Now()).Owes == content.OwesDesk {
			waiting++
		}
		five(t, ticket.Dir, ticket.Events)
	}
	if open != openIncidents || waiting < 5 || waiting > 300 {
		t.Errorf("%d incidents are open, %d tickets wait", open, waiting)
	}
}

// five: five events, with texts of 300 to 900 bytes where they have any.
func five(t *testing.T, dir string, events []*content.Event) {
	if len(events) != 5 {
		t.Errorf("%s: %d events", dir, len(events))
	}
	for _, e := range events {
		if n := len(e.Body); n != 0 && (n < 300 || n > 900) {
			t.Errorf("%s: %d bytes", e.Path, n)
		}
	}
}

// TestSame: the same number gives the same files.
func TestSame(t *testing.T) {
	one, two := t.TempDir(), t.TempDir()
	for _, dir := range []string{one, two} {
		if err := Incidents(dir, 20); err != nil {
			t.Fatal(err)
		}
		if err := Tickets(dir, 20); err != nil {
			t.Fatal(err)
		}
	}
	files := 0
	err := fs.WalkDir(os.DirFS(one), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		a, err := os.ReadFile(one + "/" + name)
		if err != nil {
			return err
		}
		b, err := os.ReadFile(two + "/" + name)
		if string(a) != string(b) {
			t.Errorf("%s differs", name)
		}
		return err
	})
	if err != nil || files < 40*6 {
		t.Errorf("%d files, %v", files, err)
	}
}
