package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path"
	"strings"
	"testing"

	"balie/ingest/requestid"
)

// TestTheLogIsAboutNobody: whatever goes wrong, the log has nothing that was sent and no secret. Each
// line about a request has the id that its answer has.
func TestTheLogIsAboutNobody(t *testing.T) {
	r := serveSample(t, "plugins")
	r.withHook()
	form := "/forms/" + r.live.Current().Tree.Forms[0].ID
	follow := r.follow(form)
	token := path.Base(strings.TrimSuffix(follow, "/"))
	canaries := []string{token, "canary", "Canary", "127.0.0.1", "an-old-secret", "a-new-secret"}
	ids := map[string]bool{}
	ask := func(method, path, body string, header ...string) int {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), method, "http://"+r.addr+r.paths()[0]+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("User-Agent", "canary-agent")
		for i := 0; i < len(header); i += 2 {
			request.Header.Set(header[i], header[i+1])
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		id := answer.Header.Get(requestid.Header)
		if id == "" || ids[id] {
			t.Errorf("%s is answered with the id %q", path, id)
		}
		ids[id] = true
		return answer.StatusCode
	}
	hand := func() {
		ask("POST", form+"?canary=query", strings.Replace(exampleJSON(r.live.Current().Tree.Forms[0]), `"you@mail.example"`, `"canary@mail.example"`, 1), "Idempotency-Key", "canary-key")
		ask("POST", form, `{"subject":"canary","message":"canary"`)
		ask("POST", "/t/"+token+"/", `{"message":"canary"}`)
		ask("POST", "/t/canary-token/", `{"message":"canary"}`)
		ask("GET", "/t/"+token+"/attachments/canary.png", "")
		ask("POST", "/hooks/alerts", alertOf("canary"), "Authorization", "Bearer canary-secret")
		ask("POST", "/hooks/alerts", alertOf("canary"), "Authorization", "Bearer a-new-secret")
		ask("POST", "/hooks/alerts", `{"canary": `, "Authorization", "Bearer a-new-secret")
		ask("POST", "/hooks/canary-hook", `{}`)
		ask("GET", "/canary?canary", "")
		ask("GET", "/healthz", "")
	}
	hand()
	r.soon("what can't be used is put aside", func() bool {
		n, err := r.store.CountAside(t.Context())
		return err == nil && n == 2
	})
	r.store.Close()
	hand() // nothing can be kept
	if ask("GET", "/readyz", "") != http.StatusServiceUnavailable {
		t.Error("the store still takes")
	}
	log := r.stderr.String()
	_, log, _ = strings.Cut(log, "time=") // the lines before are about the site's content
	for _, c := range canaries {
		if strings.Contains(log, c) {
			t.Errorf("the log has %q:\n%s", c, log)
		}
	}
	named := 0
	for line := range strings.Lines(log) {
		if _, after, ok := strings.Cut(line, " request="); ok {
			named++
			if id := strings.TrimSpace(after); !ids[id] {
				t.Errorf("no answer has the id of %s", line)
			}
		} else if strings.Contains(line, "request failed") {
			t.Errorf("no id: %s", line)
		}
	}
	if named < 5 || !strings.Contains(log, "a delivery can't be used") {
		t.Errorf("only %d lines have an id:\n%s", named, log)
	}
}

// follow hands in a ticket, and returns the path of its follow page.
func (r *running) follow(form string) string {
	r.Helper()
	request, err := http.NewRequestWithContext(r.Context(), http.MethodPost, "http://"+r.addr+r.paths()[0]+form, strings.NewReader(exampleJSON(r.live.Current().Tree.Forms[0])))
	if err != nil {
		r.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		r.Fatal(err)
	}
	defer answer.Body.Close()
	var ticket struct{ Follow string }
	if err := json.NewDecoder(answer.Body).Decode(&ticket); err != nil || ticket.Follow == "" {
		r.Fatalf("%d: %v", answer.StatusCode, err)
	}
	return ticket.Follow
}

// TestAConnectionsAddressIsNotLogged: what package http itself logs has no address of a client.
func TestAConnectionsAddressIsNotLogged(t *testing.T) {
	var out bytes.Buffer
	w := addressless{slog.New(slog.NewTextHandler(&out, nil))}
	for _, from := range []string{"192.0.2.7:4711", "[2001:db8::7]:4711"} {
		for _, line := range []string{"http: TLS handshake error from %s: EOF\n", "http: panic serving %s: oops\n", "http2: server connection error from %s: x\n"} {
			out.Reset()
			fmt.Fprintf(w, line, from)
			if strings.Contains(out.String(), "4711") || !strings.Contains(out.String(), " a client: ") {
				t.Error(out.String())
			}
		}
	}
}

// TestAPanicIsLogged: a handler that panics ends its connection, and the log has no address.
func TestAPanicIsLogged(t *testing.T) {
	l, err := listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	out, in := io.Pipe()
	go listenUntil(t.Context(), l, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("oops") }), slog.New(slog.NewTextHandler(in, nil)))
	go func() {
		if answer, err := http.Get("http://" + l.Addr().String()); err == nil {
			answer.Body.Close()
		}
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.Contains(line, "panic serving a client: oops") || strings.Contains(line, "127.0.0.1") {
		t.Errorf("%s, %v", line, err)
	}
}
