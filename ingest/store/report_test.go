package store

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// TestReports: a browser counts once, also at once and after a restart; what was filed waits no
// more, and nothing is left of what is forgotten.
func TestReports(t *testing.T) {
	forEachEngine(t, func(t *testing.T, open func() *Store) {
		s := open()
		write := func(do func(*Tx) error) {
			t.Helper()
			if err := s.Write(t.Context(), do); err != nil {
				t.Error(err)
			}
		}
		add := func(incident, who string) {
			write(func(tx *Tx) error {
				_, err := tx.AddReport(incident, who, friday)
				return err
			})
		}
		waits := func(want string) {
			t.Helper()
			all, err := s.Reported(t.Context())
			got := ""
			for _, r := range all {
				got += fmt.Sprintf("%s %d %s ", r.Incident, r.Waiting, r.Due.Format("15:04:05"))
			}
			if err != nil || got != want {
				t.Errorf("waits: %q, want %q (%v)", got, want, err)
			}
		}
		var group sync.WaitGroup
		for i := range 40 {
			group.Go(func() { add("2026/1", fmt.Sprint("192.0.2.", i%10)) })
		}
		group.Wait()
		add("2026/2", "192.0.2.1")
		due := friday.Add(time.Minute).Format("15:04:05")
		waits("2026/1 10 " + due + " 2026/2 1 " + due + " ")

		later := friday.Add(2 * time.Minute)
		write(func(tx *Tx) error { return tx.ReportsFiled("2026/1", later) })
		s.Close()
		s = open()
		add("2026/1", "192.0.2.3")
		add("2026/1", "192.0.2.99")
		waits("2026/1 1 " + later.Add(time.Minute).Format("15:04:05") + " 2026/2 1 " + due + " ")

		var key []byte
		var marks int
		if err := one(t.Context(), s.reader(), "SELECT key FROM reported WHERE incident = '2026/1'", nil, &key); err != nil || len(key) != secretSize {
			t.Fatalf("key: %x, %v", key, err)
		}
		if err := one(t.Context(), s.reader(), "SELECT COUNT(*) FROM reports a JOIN reports b ON a.mark = b.mark", nil, &marks); err != nil || marks != 12 {
			t.Errorf("marks of two incidents tell who has both: %d, %v", marks, err)
		}
		write(func(tx *Tx) error { return tx.ForgetReports("2026/1") })
		waits("2026/2 1 " + due + " ")
		if err := one(t.Context(), s.reader(), "SELECT COUNT(*) FROM reports WHERE incident = '2026/1'", nil, &marks); err != nil || marks != 0 {
			t.Errorf("%d marks are left, %v", marks, err)
		}
		if lite, ok := s.engine.(*sqlite); ok {
			for _, name := range []string{"intake.db", "intake.db-wal"} {
				data, err := os.ReadFile(filepath.Join(lite.dir, name))
				if err != nil || bytes.Contains(data, key) {
					t.Errorf("%s has the key: %v", name, err)
				}
			}
		}
	})
}
