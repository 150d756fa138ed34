package store

import "testing"

// A store may be named by a path that is relative, and that has signs which mean something in an
// address.
func TestRelativePath(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, dir := range []string{"state", "a?b#c%41 d"} {
		s, err := Open(t.Context(), dir, "intake")
		if err != nil {
			t.Fatalf("%s: %v", dir, err)
		}
		s.Close()
	}
}
