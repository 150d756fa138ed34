package content_test

import (
	"testing"
	"time"

	"balie/content"
)

func TestLastAccepted(t *testing.T) {
	now := time.Date(2026, 11, 20, 14, 5, 9, 0, time.UTC)
	event := func(after time.Duration, id content.Hex) *content.Event {
		return &content.Event{At: now.Add(after), Kind: content.Message, Front: &content.Front{ID: id}}
	}
	for name, tt := range map[string]struct {
		events []*content.Event
		want   time.Duration
		none   bool
	}{
		"nothing":                         {none: true},
		"before":                          {events: []*content.Event{event(-time.Hour, "a"), event(-time.Minute, "b")}, want: -time.Minute},
		"a second ahead":                  {events: []*content.Event{event(0, "a"), event(time.Second, "b")}, want: time.Second},
		"what staff dated ahead":          {events: []*content.Event{event(0, "a"), event(time.Hour, "")}, want: 0},
		"more than a day ahead: mistaken": {events: []*content.Event{event(time.Minute, "a"), event(25*time.Hour, "b")}, want: time.Minute},
	} {
		tickets := []*content.Ticket{{Number: "1", Events: tt.events}, {Number: "2", Events: []*content.Event{event(-48*time.Hour, "c")}}}
		if tt.none {
			tickets = nil
		}
		tree := content.Tree{Setup: &content.Setup{}, Tickets: tickets}
		got := tree.LastAccepted(now)
		if want := now.Add(tt.want); tt.none != got.IsZero() || !tt.none && !got.Equal(want) {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
