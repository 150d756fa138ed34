package desk_test

import (
	"testing"
	"time"

	"balie/content"
	"balie/content/desk"
	"balie/content/sample"
)

func TestCheckNamesLatePostmortems(t *testing.T) {
	fsys, err := sample.FS("marketplace")
	if err != nil {
		t.Fatal(err)
	}
	tree := content.Load(fsys)
	d, err := desk.New(tree.Setup)
	if err != nil {
		t.Fatal(err)
	}
	due := time.Date(2026, 11, 20, 17, 30, 0, 0, tree.Zone)
	if got := d.Check(tree, due); len(got) != 0 {
		t.Errorf("at its due time: %v", got)
	}
	got := d.Check(tree, due.Add(72*time.Hour))
	if len(got) != 1 || got[0].File != "incidents/2026/1112-labels" || got[0].Code != "late-postmortem" || got[0].Severity != content.Warning {
		t.Errorf("three days later: %v", got)
	}
}
