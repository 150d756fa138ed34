package ingest

import "sync"

// room is how much memory is left for bodies. A request that finds none is asked to come back, so that a crowd with large files costs time and not the machine.
type room struct {
	mu   sync.Mutex
	left int64
}

// take reserves n bytes, and reports whether they were there.
func (r *room) take(n int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.left < n {
		return false
	}
	r.left -= n
	return true
}

// give returns them.
func (r *room) give(n int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.left += n
}
