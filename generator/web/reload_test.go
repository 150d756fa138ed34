package web_test

import (
	"bufio"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"balie/generator/web"
)

// TestListeningOutlivesTheDeadline: a page that listens is told of a change also where that comes
// later than an answer may take.
func TestListeningOutlivesTheDeadline(t *testing.T) {
	ended := make(chan struct{})
	defer close(ended)
	reload := web.NewReload(ended)
	pages, err := web.Handler(web.Config{Root: t.TempDir(), Reload: reload})
	if err != nil {
		t.Fatal(err)
	}
	late := make(chan struct{})
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/late" {
			pages.ServeHTTP(w, r)
			return
		}
		for piece := make([]byte, 1<<20); ; {
			if _, err := w.Write(piece); err != nil { // nobody reads: the deadline has passed
				close(late)
				return
			}
		}
	}))
	s.Config.WriteTimeout = 50 * time.Millisecond
	s.Start()
	defer s.Close()
	events, err := http.Get(s.URL + "/_balie/changes")
	if err != nil {
		t.Fatal(err)
	}
	defer events.Body.Close()
	lines := bufio.NewReader(events.Body)
	if first, err := lines.ReadString('\n'); err != nil || !strings.HasPrefix(first, "retry:") {
		t.Fatalf("%q, %v", first, err)
	}
	answer, err := http.Get(s.URL + "/late")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	<-late
	reload.Changed()
	if rest, err := io.ReadAll(lines); err != nil || !strings.Contains(string(rest), "event: changed") {
		t.Errorf("%q, %v", rest, err)
	}
}
