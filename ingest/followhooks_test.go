package ingest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"balie/ingest/notify"
	"balie/ingest/store"
)

// programs is an intake that programs may follow. Each of them answers as other does.
func programs(t *testing.T, other http.Handler) *intake {
	server := httptest.NewTLSServer(other)
	t.Cleanup(server.Close)
	return newIntake(t, map[string]string{"site.yaml": withMail["site.yaml"] + "follow: {hooks: true}\n"}, func(c *Config) {
		c.Notifier = &notify.Notifier{
			Tree: c.Tree, Theme: c.Theme, Store: c.Store, Now: c.Now, Log: c.Log, Roots: rootsOf(server.TLS),
			PlainText: func(markdown, _ string) string { return markdown },
			Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
			},
		}
	})
}

func rootsOf(c *tls.Config) *x509.CertPool {
	roots := x509.NewCertPool()
	leaf, _ := x509.ParseCertificate(c.Certificates[0].Certificate[0])
	roots.AddCert(leaf)
	return roots
}

// A program gets its secret once and, once it proved that it wants to be called, follows until it
// says otherwise. Here it is another balie's hook.
func TestAProgramAsksToFollow(t *testing.T) {
	other := newHooks(t)
	var challenged answer
	in := programs(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body struct{ Data json.RawMessage }
		json.NewDecoder(r.Body).Decode(&body)
		said := `{"type":"endpoint.verify","data":` + string(body.Data) + `}`
		challenged = other.deliver("shop", said, other.signed(r.Header.Get("Webhook-Id"), said)...)
		w.WriteHeader(challenged.StatusCode)
		w.Write([]byte(challenged.body))
	}))
	a := in.postJSON("/follow/hooks", `{"url":"https://example.com/hooks/shop?key=hidden","follows":"services/checkout","language":"en"}`)
	var asked struct{ Secret, Follows, URL, Language, Manage string }
	if err := json.Unmarshal([]byte(a.body), &asked); err != nil || a.StatusCode != http.StatusAccepted || !strings.HasPrefix(asked.Secret, "whsec_") || len(asked.Secret) < 6+32 {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	manage, ok := strings.CutPrefix(asked.Manage, "https://hulp.example")
	if !ok || a.Header.Get("Location") != asked.Manage || asked.Follows != "services/checkout" || asked.Language != "en" {
		t.Errorf("%+v", asked)
	}
	state := func() (v hookState) {
		t.Helper()
		r := httptest.NewRequest("GET", manage, nil)
		a := in.do(r)
		if err := json.Unmarshal([]byte(a.body), &v); err != nil || a.StatusCode != http.StatusOK || strings.Contains(a.body, "whsec") || strings.Contains(a.body, "hidden") || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%d %s", a.StatusCode, a.body)
		}
		return v
	}
	if v := state(); v.State != "unconfirmed" || v.Confirmed != nil || v.URL != "example.com/hooks/shop" || len(v.Calls) != 1 || v.Calls[0].Next == nil {
		t.Errorf("%+v", v)
	}
	in.now = in.now.Add(time.Minute)
	other.now = in.now
	if _, err := in.Notifier.SendDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	if challenged.StatusCode != http.StatusOK || !strings.HasPrefix(challenged.body, `{"challenge":"`) {
		t.Errorf("the other balie: %d %s", challenged.StatusCode, challenged.body)
	}
	if v := state(); v.State != "on" || v.Confirmed == nil || len(v.Calls) != 1 || v.Calls[0].State != "taken" || v.Calls[0].Status != 200 {
		t.Errorf("%+v", v)
	}
	if a := in.postJSON("/follow/hooks", `{"url":"https://example.com/hooks/shop?key=hidden","follows":"services/checkout"}`); a.StatusCode != http.StatusConflict || strings.Contains(a.body, "whsec") {
		t.Errorf("twice: %d %s", a.StatusCode, a.body)
	}
	if page := in.get(manage); page.StatusCode != http.StatusOK || !strings.Contains(page.body, `action="`+manage+`/stop"`) || strings.Contains(page.body, "whsec") {
		t.Errorf("%d\n%s", page.StatusCode, page.body)
	}
	if a := in.do(httptest.NewRequest("DELETE", manage, nil)); a.StatusCode != http.StatusNoContent {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	for _, path := range []string{manage, manage + "/stop", "/follow/hooks/never"} {
		if a := in.get(path); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
	if all, err := in.Store.LastCalls(t.Context(), 0, 10); err != nil || len(all) != 0 {
		t.Errorf("%v, %v", all, err)
	}
	if said := in.log.String(); strings.Contains(said, asked.Secret) || strings.Contains(said, manage) || strings.Contains(said, "hidden") {
		t.Errorf("the log says too much\n%s", said)
	}
	if len(in.changes) != 0 {
		t.Errorf("%d commits", len(in.changes))
	}
}

// What may not be called is refused where it was typed; a browser gets pages.
func TestAskingByHook(t *testing.T) {
	in := programs(t, http.NotFoundHandler())
	for body, field := range map[string]string{
		`{"follows":"all"}`:                                        "url",
		`{"follows":"all","url":"http://example.com/"}`:            "url",
		`{"follows":"all","url":"https://127.0.0.1/"}`:             "url",
		`{"follows":"all","url":"https://a:b@example.com/"}`:       "url",
		`{"follows":"all","url":"https://example.com:22/"}`:        "url",
		`{"url":"https://example.com/"}`:                           "follows",
		`{"follows":"services/none","url":"https://example.com/"}`: "follows",
	} {
		if a := in.postJSON("/follow/hooks", body); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, `"field":"`+field+`"`) {
			t.Errorf("%s: %d %s", body, a.StatusCode, a.body)
		}
	}
	if page := in.get("/en/follow/"); !strings.Contains(page.body, `action="/follow/hooks"`) || !strings.Contains(page.body, "For programs") || strings.Contains(page.body, "By mail") {
		t.Errorf("%d\n%s", page.StatusCode, page.body)
	}
	typed := in.post("/follow/hooks", "url", "https://localhost/<b>", "follows", "services/checkout", "language", "en")
	if typed.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(typed.body, `href="#f-url"`) || !strings.Contains(typed.body, `value="services/checkout" selected`) || strings.Contains(typed.body, "<b>") {
		t.Errorf("%d\n%s", typed.StatusCode, typed.body)
	}
	page := in.post("/follow/hooks", "url", "https://example.com/hook", "follows", "all", "language", "en")
	if page.StatusCode != http.StatusAccepted || !strings.Contains(page.body, "whsec_") || !strings.Contains(page.body, "https://hulp.example/follow/hooks/") {
		t.Fatalf("%d\n%s", page.StatusCode, page.body)
	}
	all, err := in.Store.Asked(t.Context(), store.ByHook)
	if err != nil || len(all) != 1 {
		t.Fatalf("%v, %v", all, err)
	}
	if a := in.post("/follow/hooks/" + all[0].Token + "/stop"); a.StatusCode != http.StatusOK || strings.Contains(a.body, "<form method=\"post\"") {
		t.Errorf("%d\n%s", a.StatusCode, a.body)
	}
	if a := in.get("/follow/hooks"); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/follow/" {
		t.Errorf("%d %s", a.StatusCode, a.Header)
	}
	for range 60 { // without a guard in site.yaml, the rates hold all the same
		in.postJSON("/follow/hooks", `{}`)
	}
	if a := in.postJSON("/follow/hooks", `{}`); a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") == "" {
		t.Errorf("beyond the rate: %d", a.StatusCode)
	}
	off := newIntake(t, withMail)
	if a := off.postJSON("/follow/hooks", `{"url":"https://example.com/","follows":"all"}`); a.StatusCode != http.StatusNotFound {
		t.Errorf("where no program follows: %d", a.StatusCode)
	}
}
