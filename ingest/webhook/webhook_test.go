package webhook

import (
	"testing"
	"time"

	"balie/content"
)

func instant(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

// idOf parses a body and returns the delivery's id.
func idOf(t *testing.T, h *content.Hook, body string) string {
	t.Helper()
	d, err := Parse(h, Request{Body: []byte(body)})
	if err != nil {
		t.Fatal(err)
	}
	return d.ID
}
