package web_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"balie/generator/headers"
	"balie/generator/web"
)

// TestHostsAreToldWhatIsSent reads /_headers as a static host does, and compares with what this package sends.
func TestHostsAreToldWhatIsSent(t *testing.T) {
	intake := headers.Origins("https://balie.example/")
	file := string(headers.File("", slices.Concat([]headers.Rule{headers.Everywhere(intake, true)}, headers.Files(), headers.Framed([]string{"en"}))...))
	s := site(t, web.Config{FormsGo: func() []string { return intake }, Proof: func() bool { return true }, Languages: func() []string { return []string{"en"} }}, map[string]string{
		"index.html": "home", "en/index.html": "home", "404.html": "not found", "feed.atom": "a", "en/services/pay/feed.rss": "r", "feed.json": "{}", "services/pay/feed.json": "{}",
		"maintenance.ics": "i", "api/v2/summary.json": "{}", "assets/style.ab.css": "a{}", "badges/pay.svg": "<svg/>",
		"embed.js": "1", "embed.json": "{}", "en/embed.json": "{}", "embed/index.html": "e", "en/embed/index.html": "e", "help/embed/index.html": "an article",
	})
	for _, path := range []string{"/", "/en/", "/nowhere", "/feed.atom", "/en/services/pay/feed.rss", "/feed.json", "/services/pay/feed.json", "/maintenance.ics", "/api/v2/summary.json", "/assets/style.ab.css", "/badges/pay.svg", "/embed.js", "/embed.json", "/en/embed.json", "/embed/", "/en/embed/", "/help/embed/"} {
		resp, _ := get(t, "GET", s.URL+path)
		told := asHost(file, path)
		for name, values := range told {
			policies := resp.Header.Values(name)
			if name == "Content-Security-Policy" && slices.Equal(values, policies) {
				continue
			}
			if len(values) > 1 || len(policies) > 1 {
				t.Errorf("%s: %s twice: %q", path, name, values)
			}
			if told.Get(name) != resp.Header.Get(name) {
				t.Errorf("%s: told %s: %q, sent %q", path, name, told.Get(name), resp.Header.Get(name))
			}
		}
		for name, values := range resp.Header {
			// Hosts revalidate of themselves, and know the types of pages.
			known := []string{"Content-Type", "Content-Length", "Etag", "Last-Modified", "Date", "Vary", "Accept-Ranges"}
			if !slices.Contains(known, name) && values[0] != "no-cache" && told.Get(name) == "" {
				t.Errorf("%s: sent %s: %q, not told", path, name, values)
			}
		}
	}
}

func asHost(file, path string) http.Header {
	h := http.Header{}
	applies := false
	for line := range strings.Lines(file) {
		if name, value, ok := strings.Cut(line, ": "); ok && strings.HasPrefix(line, "  ") {
			if applies {
				h.Add(strings.TrimSpace(name), strings.TrimSpace(value))
			}
			continue
		}
		pattern := strings.ReplaceAll(regexp.QuoteMeta(strings.TrimSpace(line)), `\*`, ".*")
		applies = regexp.MustCompile("^" + pattern + "$").MatchString(path)
	}
	return h
}

// TestWhatCustomersSentIsSaved: in the staff's tree too, whatever it is, by a host that reads /_headers and by this package.
func TestWhatCustomersSentIsSaved(t *testing.T) {
	file := string(headers.File("", headers.Staff()...))
	sent := "attachments/2611201008/0011223344556677.html"
	s := site(t, web.Config{Private: true}, map[string]string{"index.html": "queue", sent: "<script>alert(1)</script>"})
	resp, _ := get(t, "GET", s.URL+"/"+sent)
	told := asHost(file, "/"+sent)
	for name, want := range map[string]string{
		"Content-Disposition": "attachment", "Content-Type": "application/octet-stream", "Content-Security-Policy": "sandbox; default-src 'none'",
		"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex",
	} {
		if !slices.Contains(resp.Header.Values(name), want) {
			t.Errorf("sent %s: %q, want %q", name, resp.Header.Get(name), want)
		}
		if !slices.Contains(told[http.CanonicalHeaderKey(name)], want) {
			t.Errorf("told %s: %q, want %q", name, told[http.CanonicalHeaderKey(name)], want)
		}
	}
	if resp, _ := get(t, "GET", s.URL+"/"); resp.Header.Get("Content-Disposition") != "" || asHost(file, "/").Get("Content-Disposition") != "" {
		t.Error("the queue is saved, and not shown")
	}
}

// TestOnlyOnePageIsFramed: other sites may show the page that is made for it, in each language, and
// no other.
func TestOnlyOnePageIsFramed(t *testing.T) {
	files := map[string]string{"404.html": "not found"}
	for _, page := range []string{"", "embed/", "en/embed/", "help/embed/", "en/", "fr/embed/"} {
		files[page+"index.html"] = "page"
	}
	s := site(t, web.Config{Languages: func() []string { return []string{"en"} }}, files)
	for path, framed := range map[string]bool{"/": false, "/embed/": true, "/en/embed/": true, "/help/embed/": false, "/en/": false, "/fr/embed/": false, "/nowhere/embed/": false, "/embed/x": false} {
		resp, _ := get(t, "GET", s.URL+path)
		policies := strings.Join(resp.Header.Values("Content-Security-Policy"), "\n")
		if resp.Header.Get("X-Frame-Options") != "DENY" || strings.Contains(policies, "frame-ancestors *") != framed || strings.Contains(policies, "frame-ancestors 'none'") {
			t.Errorf("%s: %v", path, resp.Header)
		}
	}
}
