package web_test

import (
	"bufio"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"balie/generator/web"
)

func site(t *testing.T, c web.Config, files map[string]string) *httptest.Server {
	c.Root = t.TempDir()
	for name, data := range files {
		full := filepath.Join(c.Root, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(data), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	h, err := web.Handler(c)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

func get(t *testing.T, method, url string) (*http.Response, string) {
	req, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

var files = map[string]string{
	"index.html":          "<html><body>home</body></html>",
	"en/index.html":       "home in English",
	"404.html":            "<body>niet gevonden</body>",
	"en/404.html":         "not found, in English",
	"feed.atom":           "<feed/>",
	"assets/style.ab.css": "a{}",
	".balie-manifest":     "secret",
	"help/.hidden/x":      "secret",
}

func TestAnswers(t *testing.T) {
	s := site(t, web.Config{Languages: []string{"en"}}, files)
	for _, c := range []struct {
		method, path   string
		status         int
		header, value  string
		body, location string
	}{
		{"GET", "/", 200, "Content-Type", "text/html; charset=utf-8", "home", ""},
		{"GET", "/en/", 200, "Cache-Control", "no-cache", "English", ""},
		{"GET", "/en?a=b", 301, "", "", "", "/en/?a=b"},
		{"GET", "/feed.atom", 200, "Content-Type", "application/atom+xml; charset=utf-8", "<feed/>", ""},
		{"GET", "/feed.atom", 200, "Access-Control-Allow-Origin", "*", "", ""},
		{"GET", "/assets/style.ab.css", 200, "Cache-Control", "public, max-age=31536000, immutable", "a{}", ""},
		{"GET", "/nothing/", 404, "", "", "niet gevonden", ""},
		{"GET", "/en/nothing", 404, "", "", "not found, in English", ""},
		{"GET", "/assets/", 404, "", "", "niet gevonden", ""},
		{"GET", "/.balie-manifest", 404, "", "", "niet gevonden", ""},
		{"GET", "/help/.hidden/x", 404, "", "", "niet gevonden", ""},
		{"GET", "/..%2f..%2fetc/passwd", 404, "", "", "niet gevonden", ""},
		{"POST", "/", 405, "Allow", "GET, HEAD", "", ""},
	} {
		resp, body := get(t, c.method, s.URL+c.path)
		if resp.StatusCode != c.status || c.header != "" && resp.Header.Get(c.header) != c.value || !strings.Contains(body, c.body) || resp.Header.Get("Location") != c.location {
			t.Errorf("%s %s: %d %q %q, body %q", c.method, c.path, resp.StatusCode, resp.Header.Get(c.header), resp.Header.Get("Location"), body)
		}
		if strings.Contains(body, "secret") {
			t.Errorf("%s %s gives away what is hidden", c.method, c.path)
		}
		if !strings.HasPrefix(resp.Header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s %s: policy %q", c.method, c.path, resp.Header.Get("Content-Security-Policy"))
		}
	}
}

func TestReload(t *testing.T) {
	reload := web.NewReload()
	s := site(t, web.Config{Reload: reload}, files)
	if _, body := get(t, "GET", s.URL+"/"); !strings.Contains(body, `<script src="/_balie/reload.js?build=`) {
		t.Errorf("a page without the script: %s", body)
	}
	if _, body := get(t, "GET", s.URL+"/feed.atom"); body != "<feed/>" {
		t.Errorf("a feed with a script: %s", body)
	}
	resp, err := http.Get(s.URL + "/_balie/changes")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewReader(resp.Body)
	if first, err := lines.ReadString('\n'); err != nil || first != "retry: 500\n" {
		t.Fatalf("%q, %v", first, err)
	}
	reload.Changed()
	rest, err := io.ReadAll(lines)
	if err != nil || !strings.Contains(string(rest), "event: changed\n") {
		t.Errorf("%q, %v", rest, err)
	}
	if _, body := get(t, "GET", s.URL+"/_balie/changes?build=0"); !strings.Contains(body, "event: changed\n") {
		t.Errorf("a page of the build before is not told: %q", body)
	}
}
