package themes

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"
)

// TestSearchScript: what searches is at most 4,000 bytes on the wire, without comments, and says no
// word of its own.
func TestSearchScript(t *testing.T) {
	script := load(t).finder
	var packed bytes.Buffer
	w, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	w.Write(script)
	w.Close()
	if packed.Len() > 4_000 || len(script) == 0 {
		t.Errorf("%d bytes, compressed %d", len(script), packed.Len())
	}
	for _, not := range []string{"/*", "\n//", "\t", "innerHTML", "eval("} {
		if strings.Contains(string(script), not) {
			t.Errorf("the script has %q", not)
		}
	}
}
