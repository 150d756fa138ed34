package ingest

import (
	"context"
	"maps"
	"net/http"
	"strings"
	"testing"
)

// The page by which addresses of questions are mailed again answers every address alike.
func TestLostLinks(t *testing.T) {
	asked := make(chan string, 1)
	in := newIntake(t, withMail, func(c *Config) {
		c.MailLinks = func(_ context.Context, address string) error { asked <- address; return nil }
	})
	_, follow := in.hand(t)
	page := in.get("/t/lost?lang=en")
	if page.StatusCode != http.StatusOK || !strings.Contains(page.body, `<html lang="en"`) || !strings.Contains(page.body, `action="/t/lost"`) || !strings.Contains(page.body, `type="email"`) {
		t.Errorf("%d\n%s", page.StatusCode, page.body)
	}
	bodies := map[string]bool{}
	for _, address := range []string{"jo@klant.example", "nobody@klant.example"} {
		a := in.post("/t/lost", "email", address, "language", "nl")
		if got := <-asked; got != address {
			t.Errorf("looked for %q", got)
		}
		if a.StatusCode != http.StatusAccepted || !strings.Contains(a.body, "Zijn er vragen onder dit adres") || strings.Contains(a.body, address) {
			t.Errorf("%s: %d\n%s", address, a.StatusCode, a.body)
		}
		bodies[a.body] = true
		if a := in.postJSON("/t/lost", `{"email":"`+address+`"}`); a.StatusCode != http.StatusAccepted || a.body != "" || <-asked != address {
			t.Errorf("%s: %d %s", address, a.StatusCode, a.body)
		}
	}
	if len(bodies) != 1 {
		t.Error("the answers differ")
	}
	for _, wrong := range []string{"", "jo", "jo@", "<script>alert(1)</script>", strings.Repeat("x", 10_000) + "@klant.example"} {
		a := in.post("/t/lost", "email", wrong, "language", "nl")
		if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, `href="#f-email"`) || strings.Contains(a.body, "<script>alert") {
			t.Errorf("%.30q: %d\n%.3000s", wrong, a.StatusCode, a.body)
		}
	}
	if a := in.get("/t/nothing/"); a.StatusCode != http.StatusNotFound || !strings.Contains(a.body, `href="/t/lost?lang=nl"`) {
		t.Errorf("%d\n%s", a.StatusCode, a.body)
	}
	if page := in.get(follow); !strings.Contains(page.body, `href="/t/lost?lang=nl"`) || !strings.Contains(page.body, "Onze antwoorden komen ook per mail naar jo@klant.example") {
		t.Errorf("the follow page\n%s", page.body)
	}
	if len(in.changes) != 1 {
		t.Errorf("%d commits", len(in.changes))
	}
}

// What a machine fills in is answered alike and looked for no more; rates hold; where no mail goes
// out there is no such page.
func TestLostLinksAreGuarded(t *testing.T) {
	asked := make(chan string, 1)
	files := maps.Clone(withMail)
	files["site.yaml"] += "guard: {per_address: 2/h, hold: 3s}\n"
	withLinks := func(c *Config) {
		c.MailLinks = func(_ context.Context, address string) error { asked <- address; return nil }
	}
	in := newIntake(t, files, withLinks)
	if a := in.post("/t/lost", "email", "jo@klant.example", "website", "x"); a.StatusCode != http.StatusAccepted {
		t.Errorf("answer %d", a.StatusCode)
	}
	if a := in.post("/t/lost", "email", "me@klant.example"); a.StatusCode != http.StatusAccepted || <-asked != "me@klant.example" {
		t.Errorf("answer %d", a.StatusCode)
	}
	if a := in.post("/t/lost", "email", "jo@klant.example"); a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") == "" {
		t.Errorf("answer %d", a.StatusCode)
	}
	if page := in.get("/t/lost"); !strings.Contains(page.body, `name="served"`) {
		t.Error("no signed time in the page")
	}
	in = newIntake(t, nil, withLinks)
	if a := in.get("/t/lost"); a.StatusCode != http.StatusNotFound || strings.Contains(a.body, "/t/lost") {
		t.Errorf("without mail: %d", a.StatusCode)
	}
	if a := in.post("/t/lost", "email", "jo@klant.example"); a.StatusCode != http.StatusNotFound {
		t.Errorf("without mail: %d", a.StatusCode)
	}
}
