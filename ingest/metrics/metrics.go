// Package metrics shows in numbers how the intake is doing, as Prometheus reads them
// (https://prometheus.io/docs/instrumenting/exposition_formats/).
//
//	balie_accepted_total{kind,hook}                          submissions kept, or known from before
//	balie_refused_total{kind,hook,reason}                    submissions that were not
//	balie_hook_secret_last_used_timestamp_seconds{hook,secret}  secret: its place in hooks.yaml, from 0
//	balie_store_write_duration_seconds{result}               until a submission is durable
//	balie_commit_duration_seconds{result}                    of a group of submissions, or of one
//	balie_waiting_rows                                       submissions that wait for git
//	balie_waiting_oldest_age_seconds                         0 where none waits
//	balie_waiting_deliveries                                 of hooks, to be worked off
//	balie_set_aside                                          what was accepted and can't be used
//	balie_calls_total{result}                                to programs that follow
//	balie_waiting_calls                                      that are to be sent or tried again
//	balie_given_up_followers                                 programs that took no call for days
//	balie_searches_total{result}                             result is found or nothing
//	balie_problems{severity}                                 in the content, as check finds them
//	balie_remote_last_fetch_timestamp_seconds
//	balie_remote_last_push_timestamp_seconds                 when the remote had all that was committed
//
// Kind is form, me_too, follow or hook, result is ok or failed. Reason is a word of the intake's
// own (package ingest). Hook is a name of hooks.yaml, or "". So no label has what was sent, and a
// sender makes no series. What Go and the process use is there too, under the names of the client
// library.
//
// A time that is not known yet has no series. Where the store can't be read, neither have the numbers
// that come from it.
package metrics

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics is the numbers of one intake. It is safe for use by many at once.
type Metrics struct {
	registry   *prometheus.Registry
	accepted   *prometheus.CounterVec
	refused    *prometheus.CounterVec
	secretUsed *prometheus.GaugeVec
	written    *prometheus.HistogramVec
	committed  *prometheus.HistogramVec
	searches   *prometheus.CounterVec
	calls      *prometheus.CounterVec
	fetched    *prometheus.GaugeVec // without labels: it has no series before it is set
	pushed     *prometheus.GaugeVec
}

// latencies are the upper bounds of what is timed, in seconds: a commit waits for the disk, or for
// GitHub.
var latencies = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}

// New returns metrics without any count. Standing is asked at each scrape.
func New(standing func(context.Context) (Standing, error)) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		accepted: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "balie_accepted_total", Help: "Submissions that were kept, or known from before."}, []string{"kind", "hook"}),
		refused:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "balie_refused_total", Help: "Submissions that were refused."}, []string{"kind", "hook", "reason"}),
		searches: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "balie_searches_total", Help: "Searches that the server answered."}, []string{"result"}),
		calls:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "balie_calls_total", Help: "Calls to programs that follow, each try."}, []string{"result"}),
		secretUsed: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "balie_hook_secret_last_used_timestamp_seconds",
			Help: "When a secret of a hook, by its place in hooks.yaml from 0, last proved a delivery."}, []string{"hook", "secret"}),
		written: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "balie_store_write_duration_seconds",
			Help: "Until something is durable in the store.", Buckets: latencies}, []string{"result"}),
		committed: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "balie_commit_duration_seconds",
			Help: "Until one submission, or a group of them, is committed.", Buckets: latencies}, []string{"result"}),
		fetched: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "balie_remote_last_fetch_timestamp_seconds", Help: "When the branch was last fetched."}, nil),
		pushed:  prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "balie_remote_last_push_timestamp_seconds", Help: "When the remote last had all that was committed."}, nil),
	}
	m.registry.MustRegister(m.accepted, m.refused, m.secretUsed, m.written, m.committed, m.searches, m.calls, m.fetched, m.pushed, standingCollector(standing),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Handler serves the metrics. Whoever can reach it may read them.
func (m *Metrics) Handler() http.Handler {
	h := promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry, ErrorHandling: promhttp.ContinueOnError})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		h.ServeHTTP(w, r)
	})
}

// Accepted counts a submission that was kept.
func (m *Metrics) Accepted(kind, hook string) { m.accepted.WithLabelValues(kind, hook).Inc() }

// Refused counts a submission that was not.
func (m *Metrics) Refused(kind, hook, reason string) {
	m.refused.WithLabelValues(kind, hook, reason).Inc()
}

// Searched counts a search, and nothing else of it.
func (m *Metrics) Searched(found bool) {
	result := "nothing"
	if found {
		result = "found"
	}
	m.searches.WithLabelValues(result).Inc()
}

// Called counts one try of a call to a program that follows.
func (m *Metrics) Called(taken bool) {
	result := "ok"
	if !taken {
		result = "failed"
	}
	m.calls.WithLabelValues(result).Inc()
}

// SecretUsed notes by which of a hook's secrets a delivery was proven. Secret is its index.
func (m *Metrics) SecretUsed(hook string, secret int) {
	m.secretUsed.WithLabelValues(hook, strconv.Itoa(secret)).SetToCurrentTime()
}

// Written notes how long the store took for one write.
func (m *Metrics) Written(took time.Duration, ok bool) { observe(m.written, took, ok) }

// Committed notes how long git, or GitHub, took for one group.
func (m *Metrics) Committed(took time.Duration, ok bool) { observe(m.committed, took, ok) }

func observe(h *prometheus.HistogramVec, took time.Duration, ok bool) {
	result := "ok"
	if !ok {
		result = "failed"
	}
	h.WithLabelValues(result).Observe(took.Seconds())
}

// Fetched notes that the branch was fetched.
func (m *Metrics) Fetched() { m.fetched.WithLabelValues().SetToCurrentTime() }

// Pushed notes that the remote has all that was committed.
func (m *Metrics) Pushed() { m.pushed.WithLabelValues().SetToCurrentTime() }
