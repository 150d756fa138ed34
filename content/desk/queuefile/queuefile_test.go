package queuefile

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"testing"
	"time"

	"balie/content"
	"balie/content/desk"
)

var at = time.Date(2026, 11, 20, 14, 42, 0, 0, time.UTC)

// queue is a ticket with two clocks, and one with nothing at all.
func queue() []*desk.Queued {
	p := &content.Promise{ID: "first", Strength: "promise"}
	one := &desk.Queued{Position: 1, Ticket: desk.Ticket{Ticket: &content.Ticket{Number: "2611204216", Subject: "=1+1;@x"}}}
	one.Clocks = []desk.Clock{
		{Name: content.Resolution, Promise: p, Due: at.Add(time.Hour), State: desk.Running},
		{Name: content.FirstResponse, Promise: p, Due: at, State: desk.Running, Elapsed: 90 * time.Minute},
	}
	return []*desk.Queued{one, {Ticket: desk.Ticket{Ticket: &content.Ticket{Number: "2611204225"}}}}
}

func TestCSV(t *testing.T) {
	var b bytes.Buffer
	if err := CSV(&b, queue()); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(rows) != 3 {
		t.Fatalf("%v: %v", rows, err)
	}
	if rows[1][5] != "'=1+1;'@x" || rows[1][10] != "first_response" || rows[1][11] != "2026-11-20T14:42:00Z" || rows[2][0] != "" {
		t.Errorf("%q", rows)
	}
}

// TestJSON: every key is there, null where there is nothing.
func TestJSON(t *testing.T) {
	var b bytes.Buffer
	if err := JSON(&b, queue(), at); err != nil {
		t.Fatal(err)
	}
	var got struct {
		At      string
		Tickets []map[string]any
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.At != "2026-11-20T14:42:00Z" || len(got.Tickets) != 2 {
		t.Fatalf("%s", b.Bytes())
	}
	empty := got.Tickets[1]
	for _, key := range []string{"position", "owes", "received", "waiting_since", "assignee", "demoted_until"} {
		if value, ok := empty[key]; !ok || value != nil {
			t.Errorf("%s is %v", key, value)
		}
	}
	if clocks, ok := empty["clocks"].([]any); !ok || len(clocks) != 0 {
		t.Errorf("clocks are %v", empty["clocks"])
	}
}
