package web_test

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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
	"feed.json":           "{}",
	"assets/style.ab.css": "a{}",
	".balie-manifest":     "secret",
	"help/.hidden/x":      "secret",
}

func TestAnswers(t *testing.T) {
	s := site(t, web.Config{Languages: func() []string { return []string{"en"} }}, files)
	for _, c := range []struct {
		method, path   string
		status         int
		header, value  string
		body, location string
	}{
		{"GET", "/", 200, "Content-Type", "text/html; charset=utf-8", "home", ""},
		{"GET", "/en/", 200, "Cache-Control", "no-cache", "English", ""},
		{"GET", "/en?a=b", 301, "", "", "", "./en/?a=b"},
		{"GET", "/feed.atom", 200, "Content-Type", "application/xml; charset=utf-8", "<feed/>", ""},
		{"GET", "/feed.atom", 200, "Access-Control-Allow-Origin", "*", "", ""},
		{"GET", "/feed.json", 200, "Content-Type", "application/feed+json; charset=utf-8", "{}", ""},
		{"GET", "/assets/none.css", 404, "Cache-Control", "no-cache", "niet gevonden", ""},
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

// TestChangedTwiceInASecond: what a reader has is told from what there is now by content, also where size and second are the same.
func TestChangedTwiceInASecond(t *testing.T) {
	dir := t.TempDir()
	at := time.Now().Truncate(time.Second)
	put := func(data string) {
		t.Helper()
		name := filepath.Join(dir, "feed.atom")
		if err := errors.Join(os.WriteFile(name+".tmp", []byte(data), 0o666), os.Chtimes(name+".tmp", at, at), os.Rename(name+".tmp", name)); err != nil {
			t.Fatal(err)
		}
	}
	put("<feed>1" + strings.Repeat(" ", 4000))
	h, err := web.Handler(web.Config{Root: dir})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(encoding, tag string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", "/feed.atom", nil)
		r.Header.Set("Accept-Encoding", encoding)
		if tag != "" {
			r.Header.Set("If-None-Match", tag)
			r.Header.Set("If-Modified-Since", at.UTC().Format(http.TimeFormat))
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	plain, packed := ask("identity", ""), ask("gzip", "")
	tag, weak := plain.Header().Get("ETag"), packed.Header().Get("ETag")
	if !strings.HasPrefix(tag, `"`) || weak != "W/"+tag || packed.Header().Get("Content-Encoding") != "gzip" {
		t.Errorf("ETag %s, compressed %s", tag, weak)
	}
	for encoding, tag := range map[string]string{"identity": tag, "gzip": weak} {
		if w := ask(encoding, tag); w.Code != http.StatusNotModified || w.Header().Get("ETag") != tag {
			t.Errorf("%s, unchanged: %d %s", encoding, w.Code, w.Header().Get("ETag"))
		}
	}
	put("<feed>2" + strings.Repeat(" ", 4000))
	for encoding, tag := range map[string]string{"identity": tag, "gzip": weak} {
		if w := ask(encoding, tag); w.Code != http.StatusOK || w.Header().Get("ETag") == tag {
			t.Errorf("%s, changed: %d", encoding, w.Code)
		}
	}
}

func TestUnder(t *testing.T) {
	root := t.TempDir()
	for name, data := range files {
		os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o777)
		os.WriteFile(filepath.Join(root, name), []byte(data), 0o666)
	}
	h, err := web.Handler(web.Config{Root: root})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(web.Under(func() []string { return []string{"", "/help", "/help/st%C3%A4tus"} }, h))
	t.Cleanup(s.Close)
	for _, c := range []struct {
		path     string
		status   int
		location string
	}{
		{"/help/st%C3%A4tus", 301, "/help/st%C3%A4tus/"},
		{"/help/st%C3%A4tus/", 200, ""},
		{"/help/st%c3%a4tus/en/", 200, ""},
		{"/help/st%C3%A4tus/en?q=1", 301, "./en/?q=1"},
		{"/help/st%C3%A4tus/f%65ed.atom", 200, ""},
		{"/help/st%C3%A4tus/.balie-manifest", 404, ""},
		{"/help/st%C3%A4tusen/", 404, ""},
		{"/en/", 200, ""},
		{"/help/", 200, ""},
		{"/help", 301, "/help/"},
		{"/helpen/", 404, ""},
	} {
		if resp, _ := get(t, "GET", s.URL+c.path); resp.StatusCode != c.status || resp.Header.Get("Location") != c.location {
			t.Errorf("%s: %d %q", c.path, resp.StatusCode, resp.Header.Get("Location"))
		}
	}
}

func TestReload(t *testing.T) {
	ended := make(chan struct{})
	reload := web.NewReload(ended)
	s := site(t, web.Config{Reload: reload}, files)
	if _, body := get(t, "GET", s.URL+"/"); !strings.Contains(body, `<script src="/_balie/reload.js?served=0.`) {
		t.Errorf("a page without the script: %s", body)
	}
	if resp, _ := get(t, "GET", s.URL+"/"); resp.Header.Get("ETag")+resp.Header.Get("Last-Modified") != "" {
		t.Errorf("a page that is kept would name a build that is gone: %v", resp.Header)
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
	if err != nil || !strings.Contains(string(rest), "event: changed\ndata: 1\n") {
		t.Errorf("%q, %v", rest, err)
	}
	if _, body := get(t, "GET", s.URL+"/_balie/changes?build=0"); !strings.Contains(body, "event: changed\n") {
		t.Errorf("a page of the build before is not told: %q", body)
	}
	close(ended)
	if _, body := get(t, "GET", s.URL+"/_balie/changes?build=1"); body != "retry: 500\n\n" {
		t.Errorf("when the server stops a page is told: %q", body)
	}
}
