package web

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Reload makes open pages load again when a build has changed them, for whoever is writing the
// site: it adds one script to each page as it is served, which listens for server-sent events
// (HTML, section 9.2) and looks whether its page is another: who reads one is not disturbed by what
// changes elsewhere. Nothing of it is in the built files.
//
// A page says which build it was served from, so that one that changed before it could listen is
// not missed.
type Reload struct {
	ended   <-chan struct{}
	mu      sync.Mutex
	build   int
	changed chan struct{}
}

const (
	scriptPath = "/_balie/reload.js"
	eventsPath = "/_balie/changes"
	// The build, and a hash of the page.
	scriptTag = `<script src="` + scriptPath + `?served=%d.%x" defer></script>`

	script = `const [served, page] = new URL(document.currentScript.src).searchParams.get("served").split(".");
const listen = (build) => {
	const events = new EventSource("` + eventsPath + `?build=" + build);
	events.addEventListener("changed", async (changed) => {
		events.close();
		const html = await fetch(location.href, {cache: "no-store"}).then((answer) => answer.text(), () => "");
		const now = html.match(/reload\.js\?served=\d+\.(\w+)/);
		if (!now) setTimeout(listen, 500, build);
		else if (now[1] === page) listen(changed.data);
		else location.reload();
	});
};
listen(served);
`
)

// NewReload returns one to which pages may listen until ended is closed: a server that is to stop
// would wait for them.
func NewReload(ended <-chan struct{}) *Reload {
	return &Reload{ended: ended, changed: make(chan struct{})}
}

// Changed tells every open page to look again.
func (l *Reload) Changed() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.build++
	close(l.changed)
	l.changed = make(chan struct{})
}

// next is what the next change closes, and the number of the build that stands.
func (l *Reload) next() (changed <-chan struct{}, build int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.changed, l.build
}

// around adds the script to the pages of a handler, and answers for its own two paths.
func (l *Reload) around(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case scriptPath:
			w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
			fmt.Fprint(w, script)
		case eventsPath:
			l.events(w, r)
		default:
			for _, name := range []string{"Range", "If-None-Match", "If-Modified-Since"} {
				// The script can't be added to a part of a page, and it changes the page's bytes.
				r.Header.Del(name)
			}
			_, build := l.next()
			page := &withScript{ResponseWriter: w, build: build}
			h.ServeHTTP(page, r)
			page.finish()
		}
	})
}

func (l *Reload) events(w http.ResponseWriter, r *http.Request) {
	changed, build := l.next()
	if seen := r.FormValue("build"); seen != "" && seen != strconv.Itoa(build) {
		now := make(chan struct{})
		close(now)
		changed = now
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	fmt.Fprint(w, "retry: 500\n\n")
	control := http.NewResponseController(w)
	control.SetWriteDeadline(time.Time{}) // what has none, such as a test's recorder, needs none
	flush := control.Flush
	flush()
	select {
	case <-changed:
		_, build := l.next()
		fmt.Fprintf(w, "event: changed\ndata: %d\n\n", build)
		flush()
	case <-r.Context().Done():
	case <-l.ended:
	}
}

// withScript holds a page back until the script has been added; other files go straight through.
type withScript struct {
	http.ResponseWriter
	build  int
	status int
	page   *bytes.Buffer
}

func (w *withScript) WriteHeader(status int) {
	if w.status != 0 {
		return
	}
	w.status = status
	if strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") && status != http.StatusNotModified {
		w.page = &bytes.Buffer{}
		for _, name := range []string{"Content-Length", "ETag", "Last-Modified"} {
			w.Header().Del(name)
		}
		return
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *withScript) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if w.page != nil {
		return w.page.Write(b)
	}
	return w.ResponseWriter.Write(b)
}

func (w *withScript) finish() {
	if w.page == nil {
		return
	}
	mark := sha256.Sum256(w.page.Bytes())
	page := bytes.Replace(w.page.Bytes(), []byte("</body>"), fmt.Appendf(nil, scriptTag+"</body>", w.build, mark[:8]), 1)
	w.ResponseWriter.WriteHeader(w.status)
	w.ResponseWriter.Write(page)
}
