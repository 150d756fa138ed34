package ingest

import (
	"context"
	"net/http"
	"strings"
	"testing"
)

// withMail is the small desk with mail.
var withMail = map[string]string{"site.yaml": smallDesk["site.yaml"] + "mail: {from: hulp@hulp.example, smtp: {host: localhost}}\n"}

// Who says "me too" may ask for the incident's updates by mail, and end them on a page or by a mail
// program's one click. A link alone ends nothing.
func TestUpdatesByMail(t *testing.T) {
	ended := ""
	in := newIntake(t, withMail, func(c *Config) {
		c.EndMails = func(_ context.Context, dir string) error { ended = dir; return nil }
	})
	const label = "Mail me what you write about this incident"
	if page := in.get("/en/forms/contact?incident=2026/1118-payments").body; !strings.Contains(page, label) {
		t.Error("the form does not offer it")
	}
	if page := in.get("/en/forms/contact").body; strings.Contains(page, label) {
		t.Error("a form without an incident offers it")
	}
	tokens := map[bool]string{}
	for _, wanted := range []bool{true, false} {
		answers := []string{"subject", "s", "message", "m", "email", "jo@klant.example", "incident", "2026/1118-payments", "language", "en"}
		if wanted {
			answers = append(answers, "updates", "true")
		}
		posted := in.post("/forms/contact", answers...)
		tokens[wanted] = posted.Header.Get("Location")
		in.settle()
		if got := strings.Contains(in.added()["ticket.yaml"], "\nupdates: true\n"); got != wanted {
			t.Errorf("wanted %t: %s", wanted, in.added()["ticket.yaml"])
		}
	}
	page := in.get(tokens[true] + "updates/end")
	if page.StatusCode != http.StatusOK || !strings.Contains(page.body, "No more mail about this incident") || ended != "" {
		t.Errorf("%d, ended %q: %s", page.StatusCode, ended, page.body)
	}
	if done := in.post(tokens[true]+"updates/end", "List-Unsubscribe", "One-Click"); done.StatusCode != http.StatusOK || !strings.Contains(done.body, "You get no more mail") || !strings.HasPrefix(ended, "tickets/2026/11/20/") {
		t.Errorf("%d, ended %q: %s", done.StatusCode, ended, done.body)
	}
	if page := in.get(tokens[false] + "updates/end"); page.StatusCode != http.StatusNotFound {
		t.Errorf("who did not ask: %d", page.StatusCode)
	}
	if page := in.get("/t/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/updates/end"); page.StatusCode != http.StatusNotFound {
		t.Errorf("nobody's: %d", page.StatusCode)
	}
}
