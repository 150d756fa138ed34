package headers_test

import (
	"net/http"
	"strings"
	"testing"

	"balie/generator/headers"
)

func TestApply(t *testing.T) {
	for path, want := range map[string][2]string{
		"/":                        {"", ""},
		"/feed.json":               {"application/feed+json; charset=utf-8", "*"},
		"/services/pay/feed.json":  {"application/feed+json; charset=utf-8", "*"},
		"/my-feed.json":            {"", ""},
		"/it/history.atom":         {"application/xml; charset=utf-8", "*"},
		"/maintenance.ics":         {"text/calendar; charset=utf-8", "*"},
		"/embed.json":              {"", "*"},
		"/en/embed.json":           {"", "*"},
		"/services/pay/embed.json": {"", "*"},
		"/embed.js":                {"", "*"},
		"/api/v2/summary.json":     {"application/json; charset=utf-8", "*"},
		"/incidents/ab12.json":     {"application/json; charset=utf-8", "*"},
		"/assets/style.abcdef.css": {"", ""},
	} {
		h := http.Header{}
		headers.Apply(h, path, headers.Files()...)
		if h.Get("Content-Type") != want[0] || h.Get("Access-Control-Allow-Origin") != want[1] || (h.Get("Cache-Control") != "") != strings.HasPrefix(path, "/assets/") {
			t.Errorf("%s: %v", path, h)
		}
	}
}

// Hosts join the values of two rules that match: so of each header only one may.
func TestNoHeaderTwice(t *testing.T) {
	rules := append([]headers.Rule{headers.Everywhere(nil, false)}, headers.Files()...)
	for _, path := range []string{"/", "/feed.json", "/x/feed.json", "/feed.atom", "/a/b/feed.rss", "/maintenance.ics", "/api/v2/summary.json", "/api/v2/incidents/ab12.json", "/incidents/ab12.json", "/incidents/2026/1120-pay/feed.atom", "/assets/a.css", "/assets/logo.svg", "/badges/overall.svg", "/embed.js", "/embed.json", "/en/services/pay/embed.json"} {
		seen := map[string]string{}
		for _, r := range rules {
			h := http.Header{}
			headers.Apply(h, path, r)
			for name := range h {
				if seen[name] != "" {
					t.Errorf("%s: %s by %s and %s", path, name, seen[name], r.Path)
				}
				seen[name] = r.Path
			}
		}
	}
}

func TestFile(t *testing.T) {
	got := string(headers.File("/status", headers.Everywhere(headers.Origins("", "https://in.example/desk", "x", "https://a;b/"), false), headers.Files()[0]))
	want := `/status/*
  Content-Security-Policy: default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'self' https://in.example; script-src 'self'; connect-src 'self'
  X-Frame-Options: DENY
  X-Content-Type-Options: nosniff
  Referrer-Policy: strict-origin-when-cross-origin
/status/assets/*
  Cache-Control: public, max-age=31536000, immutable
`
	if got != want {
		t.Errorf("got\n%s", got)
	}
}
