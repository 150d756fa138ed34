package requestid_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"balie/ingest/requestid"
)

func TestTheLogHasTheAnswersID(t *testing.T) {
	var out bytes.Buffer
	logger := slog.New(requestid.Log(slog.NewTextHandler(&out, nil))).With("part", "test")
	h := requestid.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		logger.ErrorContext(r.Context(), "failed")
	}))
	seen := map[string]bool{}
	for range 2 {
		out.Reset()
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set(requestid.Header, "of-the-sender")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		id := w.Header().Get(requestid.Header)
		if len(id) != 26 || seen[id] {
			t.Errorf("the id is %q", id)
		}
		seen[id] = true
		if !strings.Contains(out.String(), "part=test request="+id) || strings.Contains(out.String(), "of-the-sender") {
			t.Errorf("the log: %s", out.String())
		}
	}
	out.Reset()
	logger.Error("by nobody's request")
	if strings.Contains(out.String(), "request=") {
		t.Errorf("the log: %s", out.String())
	}
}
