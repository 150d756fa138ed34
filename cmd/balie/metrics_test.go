package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// send posts a text, and returns the status.
func (r *running) send(path, body string, header ...string) int {
	r.Helper()
	request, err := http.NewRequestWithContext(r.Context(), http.MethodPost, "http://"+r.addr+r.paths()[0]+path, strings.NewReader(body))
	if err != nil {
		r.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		r.Fatal(err)
	}
	answer.Body.Close()
	return answer.StatusCode
}

// withHook adds a hook of kind alertmanager with two secrets.
func (r *running) withHook() {
	r.Setenv("BALIE_HOOK_OLD", "an-old-secret")
	r.Setenv("BALIE_HOOK_NEW", "a-new-secret")
	r.edit("hooks.yaml", "- {name: alerts, kind: alertmanager, secret: [{env: BALIE_HOOK_OLD}, {env: BALIE_HOOK_NEW}], service_label: service}\n")
	r.git("add", "-A")
	r.git("commit", "-qm", "hooks")
	r.soon("the hook is there", func() bool { return r.live.Current().Tree.Hooks[0].Name == "alerts" })
}

// alertOf is what Alertmanager posts of a service.
func alertOf(service string) string {
	return `{"version":"4","groupKey":"of ` + service + `","status":"firing","alerts":[{"status":"firing","labels":{"service":"` + service + `"},"annotations":{},"startsAt":"2026-11-20T14:00:00Z","endsAt":"0001-01-01T00:00:00Z","fingerprint":"f"}]}`
}

// TestMetrics: what happened is counted, on the staff's listener and nowhere else.
func TestMetrics(t *testing.T) {
	r := serveSample(t, "plugins")
	r.withHook()
	form := "/forms/" + r.live.Current().Tree.Forms[0].ID
	if got := r.send(form, exampleJSON(r.live.Current().Tree.Forms[0])); got != http.StatusCreated {
		t.Fatalf("form: %d", got)
	}
	if got := r.send(form, `{"email":"nobody"}`); got != http.StatusUnprocessableEntity {
		t.Errorf("form: %d", got)
	}
	if got := r.send("/t/nobody-has-this-token/", `{"message":"x"}`); got != http.StatusNotFound {
		t.Errorf("follow page: %d", got)
	}
	if got := r.send("/hooks/a-name-of-the-senders", "{}"); got != http.StatusNotFound {
		t.Errorf("no hook: %d", got)
	}
	if got := r.send("/hooks/alerts", alertOf("gone"), "Authorization", "Bearer wrong"); got != http.StatusUnauthorized {
		t.Errorf("unproven: %d", got)
	}
	if got := r.send("/hooks/alerts", alertOf("gone"), "Authorization", "Bearer a-new-secret"); got != http.StatusAccepted {
		t.Errorf("hook: %d", got)
	}
	page := "http://" + r.staffAddr + "/metrics"
	r.soon("all is worked off", func() bool {
		text := r.get(page)
		return strings.Contains(text, "\nbalie_set_aside 1\n") && strings.Contains(text, "\nbalie_waiting_rows 0\n") && strings.Contains(text, "balie_commit_duration_seconds_count{result=\"ok\"}")
	})
	text := r.get(page)
	for _, want := range []string{
		`balie_accepted_total{hook="",kind="form"} 1`,
		`balie_accepted_total{hook="alerts",kind="hook"} 1`,
		`balie_refused_total{hook="",kind="form",reason="mistaken"} 1`,
		`balie_refused_total{hook="",kind="follow",reason="not_found"} 1`,
		`balie_refused_total{hook="",kind="hook",reason="not_found"} 1`,
		`balie_refused_total{hook="alerts",kind="hook",reason="unproven"} 1`,
		`balie_hook_secret_last_used_timestamp_seconds{hook="alerts",secret="1"}`,
		"balie_waiting_oldest_age_seconds 0", "balie_waiting_deliveries 0",
		`balie_problems{severity="error"} 0`,
		`balie_store_write_duration_seconds_count{result="ok"}`,
	} {
		if !strings.Contains(text, "\n"+want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	for _, secret := range []string{"a-name-of-the-senders", "nobody-has-this-token", "a-new-secret", `secret="0"`} {
		if strings.Contains(text, secret) {
			t.Errorf("the metrics have %s", secret)
		}
	}
	for _, path := range []string{"/metrics", "/metrics/"} {
		answer, err := http.Get("http://" + r.addr + r.paths()[0] + path)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusNotFound {
			t.Errorf("in public %s is answered %d", path, answer.StatusCode)
		}
	}
}

// TestStaffOfAnIntakeAlone: metrics and what needs a person, and no pages of cases.
func TestStaffOfAnIntakeAlone(t *testing.T) {
	r := serveSampleWith(t, "plugins", func(s *server) { s.intakeOnly, s.draft = true, false })
	r.withHook()
	if got := r.send("/hooks/alerts", alertOf("not-a-service"), "Authorization", "Bearer an-old-secret"); got != http.StatusAccepted {
		t.Fatalf("hook: %d", got)
	}
	staff := "http://" + r.staffAddr
	r.soon("it is put aside", func() bool { return strings.Contains(r.get(staff+"/"), "\n1 can't be used") })
	if page := r.get(staff + "/"); !strings.Contains(page, "  hook alerts  ") || !strings.Contains(page, `services.yaml has no service "not-a-service"`) || !strings.Contains(page, "0 wait for git") {
		t.Error(page)
	}
	if err := os.WriteFile(filepath.Join(r.dir, "services.yaml"), []byte("- {id: [\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	r.git("commit", "-qam", "a mistake")
	r.soon("the mistake is told", func() bool {
		page := r.get(staff + "/")
		return strings.Contains(page, "\nservices.yaml:") && strings.Contains(page, "the setup and the theme are shown as they were")
	})
	if text := r.get(staff + "/metrics"); strings.Contains(text, `balie_problems{severity="error"} 0`) || !strings.Contains(text, `secret="0"`) {
		t.Error(text)
	}
	for _, path := range []string{"/tickets/" + r.live.Current().Tree.Tickets[0].Number + "/", "/reports/", "/index.html"} {
		answer, err := http.Get(staff + path)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s is answered %d", path, answer.StatusCode)
		}
	}
}

// TestRemoteMetrics: a sync that could fetch and not push moves the one time and not the other.
func TestRemoteMetrics(t *testing.T) {
	r := newWithRemote(t, true)
	scrape := func() string {
		w := httptest.NewRecorder()
		r.server.metrics.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
		return w.Body.String()
	}
	value := func(name string) string {
		_, after, _ := strings.Cut(scrape(), "\nbalie_remote_last_"+name+"_timestamp_seconds ")
		line, _, _ := strings.Cut(after, "\n")
		return line
	}
	r.mustSync()
	fetched, pushed := value("fetch"), value("push")
	if fetched == "" || pushed == "" {
		t.Fatalf("fetched %q, pushed %q", fetched, pushed)
	}
	if err := os.WriteFile(filepath.Join(r.hub, "hooks", "pre-receive"), []byte("#!/bin/sh\nexit 1\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	r.handIn("one")
	r.drain()
	if err := r.sync(); err == nil {
		t.Fatal("the push was not refused")
	}
	if value("fetch") == fetched || value("push") != pushed {
		t.Errorf("fetched %s, then %s; pushed %s, then %s", fetched, value("fetch"), pushed, value("push"))
	}
}
