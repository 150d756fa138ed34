package ingest

import (
	"errors"
	"io"
	"net/http"
	"sync"
	"time"
)

// bodyBudget is how much memory is left for bodies. Bytes are taken as they arrive, whatever was
// announced. A request that finds none left is answered 503.
type bodyBudget struct {
	mu      sync.Mutex
	left    int64
	forText int64 // files leave this much to what is typed
}

func newBodyBudget(bytes int64) bodyBudget { return bodyBudget{left: bytes, forText: bytes / 4} }

// take reserves n bytes, and reports whether they were there.
func (b *bodyBudget) take(n int64, ofFile bool) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.left < n || ofFile && b.left-n < b.forText {
		return false
	}
	b.left -= n
	return true
}

// give returns them.
func (b *bodyBudget) give(n int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.left += n
}

// How fast a body must arrive: so many bytes in each span, and all of it before its end.
const (
	leastBytes = 32 << 10
	leastSpan  = 20 * time.Second
	longest    = 2 * time.Minute
)

// pacedBody is a request's body that must arrive fast enough. The connection's read deadline ends
// it otherwise.
type pacedBody struct {
	io.ReadCloser
	setDeadline func(time.Time) error
	end         time.Time // by which all of it must be there
	missing     int       // bytes to come before the deadline moves on
	read        int64
}

// pace makes a request's body a paced one. A connection that has no deadlines, such as a test's
// recorder, never ends it.
func pace(w http.ResponseWriter, r *http.Request) {
	r.Body = &pacedBody{ReadCloser: r.Body, setDeadline: http.NewResponseController(w).SetReadDeadline, end: time.Now().Add(longest)}
}

func (b *pacedBody) Read(p []byte) (int, error) {
	if b.missing <= 0 {
		b.missing = leastBytes
		deadline := time.Now().Add(leastSpan)
		if deadline.After(b.end) {
			deadline = b.end
		}
		b.setDeadline(deadline)
	}
	n, err := b.ReadCloser.Read(p)
	b.missing -= n
	b.read += int64(n)
	if errors.Is(err, io.EOF) {
		b.setDeadline(time.Time{})
	}
	return n, err
}
