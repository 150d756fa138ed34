package check

import (
	"os"
	"testing"
	"time"

	"balie/content"
	"balie/content/load"
)

func TestSampleDesks(t *testing.T) {
	now := time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC)
	for _, desk := range []string{"marketplace", "webshop", "servicedesk", "plugins"} {
		tree := load.Load(os.DirFS("../sample/"+desk), nil)
		if len(tree.Tree.Incidents) < 6 || len(tree.Tree.Maintenance) < 2 || len(tree.Tree.Tickets) < 40 {
			t.Errorf("%s: %d incidents, %d maintenances, %d tickets", desk, len(tree.Tree.Incidents), len(tree.Tree.Maintenance), len(tree.Tree.Tickets))
		}
		for _, p := range Check(tree, now) {
			if p.Severity == content.Error {
				t.Errorf("content/sample/%s/%s", desk, p)
			} else {
				t.Logf("content/sample/%s/%s", desk, p)
			}
		}
	}
}
