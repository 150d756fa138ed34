package ingest

import (
	"context"
	"net/http"
	"strings"
	"time"
)

// readyTimeout is how long it may take to find out whether something could be kept.
const readyTimeout = 5 * time.Second

// healthy says that the process runs.
func (h *Handler) healthy(w http.ResponseWriter, _ *http.Request) { state(w, http.StatusOK, "ok") }

// ready says whether what is handed in now could be kept. Why not is ours to know, and is logged.
// What else is not as it should be is named and no reason to send customers away.
func (h *Handler) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	if err := h.Store.Ready(ctx); err != nil {
		h.Log.ErrorContext(ctx, "not ready", "error", err)
		w.Header().Set("Retry-After", "30")
		state(w, http.StatusServiceUnavailable, "What is handed in can't be kept now.")
		return
	}
	lines := []string{"ok"}
	if h.Warnings != nil {
		for _, name := range h.Warnings(ctx) {
			lines = append(lines, "warning: "+name)
		}
	}
	state(w, http.StatusOK, strings.Join(lines, "\n"))
}

// state answers a machine that watches.
func state(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	write(w, status, []byte(text+"\n")) // whoever asked may have gone
}
