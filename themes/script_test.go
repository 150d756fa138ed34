package themes

import (
	"bytes"
	"compress/gzip"
	"testing"
)

// TestScripts: what searches and what goes through a service's days are small on the wire, without
// comments, and say no word of their own.
func TestScripts(t *testing.T) {
	theme := load(t)
	for name, c := range map[string]struct {
		script []byte
		most   int
	}{"search": {theme.finder, 4_000}, "bars": {theme.bars, 1_300}} {
		var packed bytes.Buffer
		w, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression)
		w.Write(c.script)
		w.Close()
		if packed.Len() > c.most || len(c.script) == 0 {
			t.Errorf("%s: %d bytes, compressed %d", name, len(c.script), packed.Len())
		}
		for _, not := range []string{"/*", "\n//", "\t", "innerHTML", "eval("} {
			if bytes.Contains(c.script, []byte(not)) {
				t.Errorf("the script %s has %q", name, not)
			}
		}
	}
}
