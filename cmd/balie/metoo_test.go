package main

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"balie/content"
)

// TestMeToo: who has an incident too follows the page's button and says so in one step. Two
// browsers of which one clicks twice are two on the page a minute later.
func TestMeToo(t *testing.T) {
	var ahead atomic.Int64
	r := serveSampleWith(t, "plugins", func(s *server) {
		clock := s.clock
		s.clock = func() time.Time { return clock().Add(time.Duration(ahead.Load())) }
	})
	tree := r.live.Current().Tree
	var open *content.Incident
	for _, i := range tree.Incidents {
		if i.Public() && i.At(r.clock()).Open {
			open = i
		}
	}
	if open == nil {
		t.Fatal("no incident is open")
	}
	site := "http://" + r.addr
	page := site + "/" + open.Dir + "/"
	for _, from := range []string{page, site + "/"} {
		button := regexp.MustCompile(`<a class="button" href="(/[^"]*` + open.ID + `/me-too)"`).FindStringSubmatch(r.get(from))
		if button == nil || !strings.Contains(r.get(site+button[1]), `action="`+button[1]+`"`) {
			t.Fatalf("%s leads to no such page: %q", from, button)
		}
	}
	for _, browser := range []string{"Phone/1", "Desk/1", "Phone/1"} {
		req, err := http.NewRequest("POST", page+"me-too", strings.NewReader("message=&email="))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Accept", "text/html")
		req.Header.Set("User-Agent", browser)
		resp, err := http.DefaultClient.Do(req) // which follows to the thanks
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK || !strings.HasSuffix(resp.Request.URL.Path, "/me-too/thanks") {
			t.Fatalf("%d at %s", resp.StatusCode, resp.Request.URL)
		}
	}
	ahead.Store(int64(time.Minute))
	want := fmt.Sprintf("van %d klanten", len(tree.Linked(open.ID))+open.At(r.clock()).Reports+2)
	r.until(want, func() bool { return strings.Contains(strings.ReplaceAll(r.get(page), "\u00a0", " "), want) })
	metrics := r.get("http://" + r.staffAddr + "/metrics")
	if !strings.Contains(metrics, `balie_accepted_total{hook="",kind="me_too"} 3`) {
		t.Error("not counted: " + metrics)
	}
}
