package ingest

import (
	"context"
	"net/http"
	"time"
)

// readyTimeout is how long it may take to find out whether a commit could be made.
const readyTimeout = 5 * time.Second

// healthy says that the process runs.
func (h *Handler) healthy(w http.ResponseWriter, _ *http.Request) { state(w, http.StatusOK, "ok") }

// ready says whether what is handed in now could be kept. Why not is ours to know, and is logged.
func (h *Handler) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	if err := h.able(ctx); err != nil {
		h.Log.Error("not ready", "error", err)
		w.Header().Set("Retry-After", "30")
		state(w, http.StatusServiceUnavailable, "The content repository can't be read, or takes no commit now.")
		return
	}
	state(w, http.StatusOK, "ok")
}

func (h *Handler) able(ctx context.Context) error {
	if h.Ready == nil {
		return nil
	}
	return h.Ready(ctx)
}

// state answers a machine that watches.
func state(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	write(w, status, []byte(text+"\n")) // whoever asked may have gone
}
