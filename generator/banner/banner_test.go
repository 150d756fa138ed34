package banner_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"balie/generator/banner"
)

// TestScriptIsSmall: it is loaded by the pages of others.
func TestScriptIsSmall(t *testing.T) {
	if n := len(banner.Script()); n > 2_000 || n == 0 {
		t.Errorf("%d bytes", n)
	}
}

// TestFilesAreSmall: whatever somebody writes, a file is valid JSON of at most 2 kB, whose texts
// are one line that turns nothing around.
func TestFilesAreSmall(t *testing.T) {
	for _, text := range []string{strings.Repeat("a", 100_000), strings.Repeat("💥", 30_000), strings.Repeat("漢\n", 500), "a\x00\u202eb\r\n\tc", strings.Repeat(`"\`, 10_000), strings.Repeat("\xff", 1_000), "</script>&"} {
		var b bytes.Buffer
		d := banner.Document{Title: text, Workaround: text, URL: "https://help.example/incidents/2026/1120-x/", Stage: "We know about it and are working on it.", Next: "Next update by Friday 20 November at 15:42 (Dutch time)."}
		if err := banner.Write(&b, &d); err != nil {
			t.Fatal(err)
		}
		var read banner.Document
		if err := json.Unmarshal(b.Bytes(), &read); err != nil || b.Len() > 2_000 {
			t.Errorf("%.20q: %v, %d bytes", text, err, b.Len())
		}
		if read.Title == "" || strings.ContainsAny(read.Title, "\n\r\x00\u202e") {
			t.Errorf("%.20q: %.100q", text, read.Title)
		}
	}
}
