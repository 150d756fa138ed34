package feed

import (
	"bytes"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
)

// Readers that remember dates take two entries of one date for one, so the newer is put a second
// later; a maintenance keeps the date of its start.
func TestHistoryHasNoDateTwice(t *testing.T) {
	at := time.Date(2026, 11, 20, 14, 5, 0, 0, time.UTC)
	h := History{Page: "Muntplein"}
	for range 3 {
		h.Cases = append(h.Cases, Case{Updates: []CaseUpdate{{At: at, Status: "Update"}}})
	}
	h.Cases[1].Start, h.Cases[1].End = at.AddDate(0, 0, 1), at.AddDate(0, 0, 2)
	for format, want := range map[Format][]time.Duration{Atom: {2 * time.Second, time.Second, 0}, RSS: {time.Second, 24 * time.Hour, 0}} {
		var b bytes.Buffer
		if err := h.Write(&b, format); err != nil {
			t.Fatal(err)
		}
		got, err := gofeed.NewParser().Parse(&b)
		if err != nil {
			t.Fatal(err)
		}
		for i, item := range got.Items {
			if !item.PublishedParsed.Equal(at.Add(want[i])) {
				t.Errorf("%s, entry %d: %s", format, i, item.Published)
			}
		}
	}
}
