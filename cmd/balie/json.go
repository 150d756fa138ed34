package main

import (
	"encoding/json"
	"io"
	"time"

	"balie/content/desk/queuefile"
)

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// jsonTime is a time as programs read it: RFC 3339 in UTC, or null.
type jsonTime time.Time

func (t jsonTime) MarshalJSON() ([]byte, error) {
	return json.Marshal(queuefile.OrNull(queuefile.Stamp(time.Time(t))))
}
