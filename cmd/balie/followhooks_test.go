package main

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"balie/content"
	"balie/ingest/notify"
	"balie/ingest/webhook"
)

// TestProgramsFollow: a program asks, proves that it wants to be called, and is told of an update
// once, signed, though it refused it at first; staff see how it stands, and git has nothing of it.
func TestProgramsFollow(t *testing.T) {
	type call struct {
		id, kind string
		request  webhook.Request
	}
	var mu sync.Mutex
	var calls []call
	program := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var said struct {
			Type string
			Data struct{ Challenge string }
		}
		json.Unmarshal(body, &said)
		mu.Lock()
		defer mu.Unlock()
		calls = append(calls, call{r.Header.Get("Webhook-Id"), said.Type, webhook.Request{Header: r.Header, Body: body}})
		switch {
		case said.Data.Challenge != "":
			io.WriteString(w, said.Data.Challenge)
		case len(calls) == 2:
			w.WriteHeader(http.StatusBadGateway)
		}
	}))
	defer program.Close()
	var ahead atomic.Int64
	r := serveSampleWith(t, "marketplace", func(s *server) {
		first := s.clock
		s.clock = func() time.Time { return first().Add(time.Duration(ahead.Load())) }
		s.draft = false
		s.endpoints = func(n *notify.Notifier) {
			n.Roots = x509.NewCertPool()
			n.Roots.AddCert(program.Certificate())
			n.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, network, program.Listener.Addr().String())
			}
		}
	})
	answer, err := http.Post("http://"+r.addr+"/follow/hooks", "application/json", strings.NewReader(`{"url":"https://example.com/hook?key=hidden","follows":"services/checkout","language":"it"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var asked struct{ Secret, Manage string }
	if err := json.NewDecoder(answer.Body).Decode(&asked); err != nil || answer.StatusCode != http.StatusAccepted {
		t.Fatalf("%d, %v", answer.StatusCode, err)
	}
	_, token, _ := strings.Cut(asked.Manage, "/follow/hooks/")
	manage := "http://" + r.addr + "/follow/hooks/" + token
	state := func() string {
		request, _ := http.NewRequestWithContext(t.Context(), "GET", manage, nil)
		request.Header.Set("Accept", "application/json")
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, _ := io.ReadAll(answer.Body)
		return string(body)
	}
	r.soon("it proved that it wants to be called", func() bool { return strings.Contains(state(), `"state":"on"`) })
	ahead.Add(int64(time.Minute)) // the update is newer than that
	const outage = "incidents/2026/1120-payments"
	at := r.clock().UTC().Format("2006-01-02T150405Z")
	r.commit(map[string]string{outage + "/" + at + "-update.md": "Nieuws een.\n", outage + "/" + at + "-update.it.md": "---\ntranslates: \"00000000\"\n---\nNotizie *una*, [qui](/it/).\n"})
	r.soon("it took the update", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(calls) == 3
	})
	mu.Lock()
	defer mu.Unlock()
	last := calls[2]
	if calls[1].id != last.id || calls[0].id == last.id || last.kind != "incident.update" {
		t.Errorf("calls %+v", calls)
	}
	if _, err := webhook.Verify(&content.Hook{Kind: content.StandardHook}, []string{asked.Secret}, last.request, r.clock()); err != nil {
		t.Errorf("its signature: %v", err)
	}
	for _, want := range []string{`"text":"Notizie una, qui`, `"language":"it"`, "/it/" + outage + `/"`} {
		if !strings.Contains(string(last.request.Body), want) {
			t.Errorf("no %s in %s", want, last.request.Body)
		}
	}
	r.soon("staff see that it was taken", func() bool {
		page := r.get("http://" + r.staffAddr + "/hooks/")
		return strings.Contains(page, "example.com/hook") && strings.Contains(page, "aangenomen · 200") && !strings.Contains(page, "hidden")
	})
	if text := r.get("http://" + r.staffAddr + "/metrics"); !strings.Contains(text, `balie_calls_total{result="ok"} 2`) {
		t.Errorf("metrics\n%s", text)
	}
	if all := gitIn(t, r.dir, "log", "-p", "--all"); strings.Contains(all, "example.com/hook") {
		t.Error("git has the address")
	}
	if said := r.stderr.String(); strings.Contains(said, token) || strings.Contains(said, asked.Secret) || strings.Contains(said, "hidden") {
		t.Errorf("said on standard error\n%s", said)
	}
}
