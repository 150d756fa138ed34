package mail

import "testing"

// The number can be read from a Message-ID of ours, and from nothing else.
func TestMessageID(t *testing.T) {
	const event, host = "tickets/2026/11/20/2611204216/2026-11-20T140509Z-reply-anna", "hulp.example"
	id := MessageID(event, "2611204216", host)
	if id != MessageID(event, "2611204216", host) || id == MessageID(event+"x", "2611204216", host) {
		t.Errorf("%s is not made of its event", id)
	}
	for _, written := range []string{id, " " + id + "\t", id[1 : len(id)-1]} {
		if number, ok := NumberIn(written, host); !ok || number != "2611204216" {
			t.Errorf("%q: %q", written, number)
		}
	}
	for _, other := range []string{"", "<>", "<a.2611204216@hulp.example>", MessageID(event, "2611204217", host), MessageID(event, "2611 2042 16", host), MessageID(event, "2611204216", "other.example")} {
		if number, ok := NumberIn(other, host); ok {
			t.Errorf("%q: %q", other, number)
		}
	}
}
