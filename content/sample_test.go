package content

import (
	"os"
	"testing"
	"time"
)

func TestSampleDesks(t *testing.T) {
	now := time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC)
	for _, desk := range []string{"marketplace", "webshop", "servicedesk", "plugins"} {
		tree := Load(os.DirFS("sample/" + desk))
		if len(tree.Incidents) < 6 || len(tree.Maintenance) < 2 || len(tree.Tickets) < 40 {
			t.Errorf("%s: %d incidents, %d maintenances, %d tickets", desk, len(tree.Incidents), len(tree.Maintenance), len(tree.Tickets))
		}
		for _, p := range Check(tree, now) {
			if p.Severity == Error {
				t.Errorf("sample/%s/%s", desk, p)
			} else {
				t.Logf("sample/%s/%s", desk, p)
			}
		}
	}
}
