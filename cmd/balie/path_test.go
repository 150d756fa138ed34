package main

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// TestBelowAPath serves a desk whose address has a path: every link of its pages leads somewhere, and what is handed in is answered.
func TestBelowAPath(t *testing.T) {
	r := serveSampleWith(t, "plugins", func(s *server) { s.baseURL = "https://help.example/status" })
	site, staff := "http://"+r.addr, "http://"+r.staffAddr
	links := regexp.MustCompile(`(?:href|src|action)="(/[^"#?]*)`)
	for _, page := range []string{site + "/status/", site + "/status/contact/", staff + "/"} { // the staff's pages are at home where they are served
		found := links.FindAllStringSubmatch(r.get(page), -1)
		if len(found) < 5 {
			t.Errorf("%s has %d links", page, len(found))
		}
		for _, l := range found {
			if strings.HasPrefix(page, site) && !strings.HasPrefix(l[1], "/status/") {
				t.Errorf("%s links to %s", page, l[1])
			}
			r.get(page[:strings.Index(page[8:], "/")+8] + l[1])
		}
	}

	values := url.Values{"subject": {"Hallo"}, "message": {"Het knopje doet niets."}, "email": {"mila@post.example"}, "name": {"Mila"}}
	for _, f := range r.live.Current().Tree.Forms[0].Fields {
		if f.Required && values.Get(f.ID) == "" {
			values.Set(f.ID, example(f))
		}
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	req, err := http.NewRequest("POST", site+"/status/forms/contact/", strings.NewReader(values.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "text/html")
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	to, err := url.Parse(resp.Header.Get("Location"))
	if err != nil || resp.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to.Path, "/status/t/") {
		t.Fatalf("%d to %q, %v", resp.StatusCode, resp.Header.Get("Location"), err)
	}
	if body := r.get(site + to.Path); !strings.Contains(body, "Het knopje doet niets.") {
		t.Error(body)
	}
	r.get(site + "/") // as behind a proxy that takes the path off
	if csp := headerOf(t, site+"/status/", "Content-Security-Policy"); csp == "" || csp != headerOf(t, site+"/", "Content-Security-Policy") {
		t.Errorf("policy: %q", csp)
	}
}

func headerOf(t *testing.T, address, name string) string {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.Header.Get(name)
}
