package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestStaffFind: staff search where their pages are served, and nobody else does; no query is in
// the log.
func TestStaffFind(t *testing.T) {
	r := serveSample(t, "plugins")
	staff := "http://" + r.staffAddr
	ask := func(address, accept string) (*http.Response, string) {
		t.Helper()
		request, err := http.NewRequest(http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept", accept)
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer, string(body)
	}
	find := func(query string) string { return staff + "/find/?" + url.Values{"q": {query}}.Encode() }
	first := r.live.Current().Tree.Tickets[0]

	answer, body := ask(find(first.Number), "application/json")
	var list []struct{ Number, Subject, State, At, Excerpt string }
	if err := json.Unmarshal([]byte(body), &list); err != nil || len(list) != 1 || list[0].Number != first.Number || list[0].Subject != first.Subject || list[0].State == "" || !strings.HasSuffix(list[0].At, "Z") {
		t.Errorf("%v: %s", err, body)
	}
	if h := answer.Header; h.Get("Cache-Control") != "no-store" || h.Get("Referrer-Policy") != "no-referrer" || h.Get("X-Robots-Tag") != "noindex" || h.Get("Content-Security-Policy") == "" {
		t.Errorf("headers: %v", h)
	}
	if _, body := ask(find(first.Number), "text/html"); !strings.Contains(body, `<a href="/tickets/`+first.Number+`/">`) {
		t.Errorf("the page lacks the ticket: %s", body)
	}
	if _, body := ask(staff+"/", "text/html"); !strings.Contains(body, `action="/find/"`) {
		t.Error("the queue has no box to search in")
	}
	for _, hostile := range []string{"<script>alert(1)</script>", strings.Repeat("é", 10_000), "\x00\xff\u202e", strings.Repeat("a ", 5_000), `"><b>`} {
		for _, accept := range []string{"text/html", "application/json"} {
			if answer, body := ask(find(hostile), accept); answer.StatusCode != http.StatusOK || strings.Contains(body, "<script>alert") || strings.Contains(body, `"><b>`) || len(body) > 100_000 {
				t.Errorf("%.20q: %d, %.300s", hostile, answer.StatusCode, body)
			}
		}
	}
	for _, page := range []string{"0", "-1", "99999999999999999999", "2", "x"} {
		if answer, _ := ask(find("a")+"&page="+page, "text/html"); answer.StatusCode != http.StatusOK {
			t.Errorf("page %s: %d", page, answer.StatusCode)
		}
	}
	for _, path := range []string{"/find/", "/find/?q=a", "/tickets/" + first.Number + "/", "/closed/"} {
		if answer, _ := ask("http://"+r.addr+path, "text/html"); answer.StatusCode != http.StatusNotFound {
			t.Errorf("in public %s: %d", path, answer.StatusCode)
		}
	}
}
