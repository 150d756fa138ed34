package ingest

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"balie/content"
	"balie/ingest/store"
)

// withFollowers is a desk that people follow by mail.
var withFollowers = map[string]string{"site.yaml": withMail["site.yaml"] + "follow: {mail: true}\nguard: {per_address: 20/h, hold: 3s}\n"}

// followers is an intake whose outbox keeps who asks to follow, and the last of them.
func followers(t *testing.T) (in *intake, asked func() store.Follower) {
	var last store.Follower
	in = newIntake(t, withFollowers, func(c *Config) {
		c.AskToFollow = func(ctx context.Context, address string, what content.Follows, lang string) error {
			return c.Store.Write(ctx, func(tx *store.Tx) (err error) {
				last, _, err = tx.PutFollower(store.Follower{Medium: store.ByMail, Address: address, Follows: string(what), Language: lang, Asked: c.Now()})
				return err
			})
		}
	})
	return in, func() store.Follower { return last }
}

// Whoever asks to follow is answered alike, whether the address is known or not; what nobody can
// follow is refused.
func TestAskingToFollow(t *testing.T) {
	in, asked := followers(t)
	page := in.get("/follow/?follows=services/checkout")
	if page.StatusCode != http.StatusOK || !strings.Contains(page.body, `<option value="services/checkout" selected>`) || !strings.Contains(page.body, `name="served"`) {
		t.Errorf("%d\n%s", page.StatusCode, page.body)
	}
	if page := in.get("/en/follow/"); page.StatusCode != http.StatusOK || !strings.Contains(page.body, `<html lang="en"`) {
		t.Errorf("in English: %d\n%s", page.StatusCode, page.body)
	}
	bodies := map[string]bool{}
	for _, address := range []string{"jo@klant.example", "jo@klant.example", "zoe@commune.example"} {
		a := in.post("/follow", "email", address, "follows", "services/checkout", "language", "en")
		if a.StatusCode != http.StatusAccepted || strings.Contains(a.body, address) {
			t.Errorf("%d\n%s", a.StatusCode, a.body)
		}
		bodies[a.body] = true
	}
	if f := asked(); len(bodies) != 1 || f.Address != "zoe@commune.example" || f.Follows != "services/checkout" || f.Language != "en" || !f.Confirmed.IsZero() {
		t.Errorf("%d answers; asked: %+v", len(bodies), f)
	}
	if a := in.postJSON("/follow", `{"email":"mia@klant.example","follows":"all"}`); a.StatusCode != http.StatusAccepted || a.body != "" || asked().Address != "mia@klant.example" {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	for body, field := range map[string]string{
		`{"follows":"all"}`:                                               "email",
		`{"email":"jo","follows":"all"}`:                                  "email",
		`{"email":"bo@klant.example"}`:                                    "follows",
		`{"email":"bo@klant.example","follows":"x"}`:                      "follows",
		`{"email":"bo@klant.example","follows":"incidents/2026/0101-no"}`: "follows",
	} {
		a := in.postJSON("/follow", body)
		if a.StatusCode != http.StatusUnprocessableEntity || a.Header.Get("Content-Type") != "application/problem+json" || !strings.Contains(a.body, `"field":"`+field+`"`) {
			t.Errorf("%s: %d %s", body, a.StatusCode, a.body)
		}
	}
	typed := in.post("/follow", "email", "<script>", "follows", "services/checkout")
	if typed.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(typed.body, `href="#f-email"`) || !strings.Contains(typed.body, `value="services/checkout" selected`) || strings.Contains(typed.body, "<script>") {
		t.Errorf("%d\n%s", typed.StatusCode, typed.body)
	}
	if a := in.post("/follow", "email", "bot@klant.example", "follows", "all", "website", "x"); a.StatusCode != http.StatusAccepted || asked().Address == "bot@klant.example" {
		t.Errorf("a machine: %d, %+v", a.StatusCode, asked())
	}
	for range 20 {
		in.post("/follow", "email", "jo@klant.example", "follows", "all")
	}
	if a := in.post("/follow", "email", "jo@klant.example", "follows", "all"); a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") == "" {
		t.Errorf("beyond the rate: %d", a.StatusCode)
	}
	if len(in.changes) != 0 {
		t.Errorf("%d commits", len(in.changes))
	}
	off := newIntake(t, withMail)
	if a := off.post("/follow", "email", "jo@klant.example", "follows", "all"); a.StatusCode != http.StatusNotFound {
		t.Errorf("where nobody follows by mail: %d", a.StatusCode)
	}
}

// A link alone confirms nothing and ends nothing. Both take a button, or a mail program's one
// click.
func TestASubscription(t *testing.T) {
	in, asked := followers(t)
	in.post("/follow", "email", "jo@klant.example", "follows", "services/checkout", "language", "nl")
	token := asked().Token
	path := "/follow/" + token
	there := func() store.Follower {
		t.Helper()
		f, err := in.Store.Follower(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	ask := in.get(path)
	if ask.StatusCode != http.StatusOK || !strings.Contains(ask.body, `action="`+path+`"`) || !strings.Contains(ask.body, "Afrekenen") || !there().Confirmed.IsZero() {
		t.Errorf("%d\n%s", ask.StatusCode, ask.body)
	}
	for name, want := range map[string]string{"Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"} {
		if got := ask.Header.Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	in.now = in.now.Add(time.Minute)
	if a := in.post(path); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != path || !there().Confirmed.Equal(in.now.Truncate(time.Second)) {
		t.Errorf("confirmed: %d %s, %+v", a.StatusCode, a.Header, there())
	}
	if a := in.get(path); a.StatusCode != http.StatusOK || !strings.Contains(a.body, `action="`+path+`/stop"`) {
		t.Errorf("%d\n%s", a.StatusCode, a.body)
	}
	if a := in.get(path + "/stop"); a.StatusCode != http.StatusOK || !strings.Contains(a.body, `action="`+path+`/stop"`) || there().Seq == 0 {
		t.Errorf("a link: %d\n%s", a.StatusCode, a.body)
	}
	if a := in.post(path+"/stop", "List-Unsubscribe", "One-Click"); a.StatusCode != http.StatusOK || there().Seq != 0 {
		t.Errorf("one click: %d, %+v\n%s", a.StatusCode, there(), a.body)
	}
	for _, gone := range []string{path, path + "/stop", "/follow/never"} {
		if a := in.get(gone); a.StatusCode != http.StatusNotFound || !strings.Contains(a.body, `/follow/"`) {
			t.Errorf("%s: %d\n%s", gone, a.StatusCode, a.body)
		}
		if a := in.post(gone); a.StatusCode != http.StatusNotFound {
			t.Errorf("post %s: %d", gone, a.StatusCode)
		}
	}
	if strings.Contains(in.log.String(), token) {
		t.Errorf("the log has the token\n%s", in.log)
	}
}
