package metrics_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"balie/ingest/metrics"
)

// scrape returns what Prometheus reads.
func scrape(t *testing.T, m *metrics.Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return w.Body.String()
}

func standing(context.Context) (metrics.Standing, error) {
	return metrics.Standing{Waiting: 3, Oldest: 90 * time.Second, Deliveries: 4, SetAside: 2, WaitingMails: 5, FailedMails: 6, WaitingCalls: 7, GivenUp: 8, Errors: 1, Warnings: 4}, nil
}

func TestMetrics(t *testing.T) {
	m := metrics.New(standing)
	if text := scrape(t, m); strings.Contains(text, "balie_remote") {
		t.Errorf("a time that is not known is shown:\n%s", text)
	}
	m.Accepted("form", "")
	m.Accepted("hook", "alerts")
	m.Refused("hook", "alerts", "unproven")
	m.Refused("hook", "alerts", "unproven")
	m.SecretUsed("alerts", 1)
	m.Searched(true)
	m.Called(false)
	m.Searched(false)
	m.Searched(false)
	m.Written(3*time.Millisecond, true)
	m.Committed(300*time.Millisecond, false)
	m.Fetched()
	m.Pushed()
	text := scrape(t, m)
	for _, want := range []string{
		`balie_accepted_total{hook="",kind="form"} 1`,
		`balie_accepted_total{hook="alerts",kind="hook"} 1`,
		`balie_refused_total{hook="alerts",kind="hook",reason="unproven"} 2`,
		`balie_hook_secret_last_used_timestamp_seconds{hook="alerts",secret="1"} 1.`,
		`balie_searches_total{result="found"} 1`,
		`balie_searches_total{result="nothing"} 2`,
		`balie_store_write_duration_seconds_bucket{result="ok",le="0.0025"} 0`,
		`balie_store_write_duration_seconds_bucket{result="ok",le="0.005"} 1`,
		`balie_commit_duration_seconds_count{result="failed"} 1`,
		"balie_waiting_rows 3", "balie_waiting_deliveries 4", "balie_waiting_oldest_age_seconds 90", "balie_set_aside 2", "balie_waiting_mails 5", "balie_failed_mails 6", "balie_waiting_calls 7", "balie_given_up_followers 8", `balie_calls_total{result="failed"} 1`,
		`balie_problems{severity="error"} 1`, `balie_problems{severity="warning"} 4`,
		"balie_remote_last_fetch_timestamp_seconds 1.", "balie_remote_last_push_timestamp_seconds 1.",
		"go_goroutines ", "process_open_fds ",
	} {
		if !strings.Contains(text, "\n"+want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, "balie_") {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
}

// Where the store can't be read the other numbers are there, and the reason is not.
func TestTheStoreCantBeRead(t *testing.T) {
	m := metrics.New(func(context.Context) (metrics.Standing, error) {
		return metrics.Standing{}, errors.New("a secret address")
	})
	m.Accepted("form", "")
	text := scrape(t, m)
	if !strings.Contains(text, "balie_accepted_total") || strings.Contains(text, "balie_waiting_rows ") || strings.Contains(text, "secret address") {
		t.Error(text)
	}
}
