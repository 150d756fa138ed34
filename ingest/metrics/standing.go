package metrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Standing is what is so at one moment.
type Standing struct {
	Waiting          int           // rows that wait for git
	Oldest           time.Duration // for how long the oldest of them has waited
	Deliveries       int           // that wait to be worked off
	SetAside         int
	WaitingMails     int // in the outbox
	FailedMails      int // that were given up
	WaitingCalls     int // to programs that follow
	GivenUp          int // of these programs
	Errors, Warnings int // in the content
}

// scrapeTimeout is how long it may take to find out how things stand.
const scrapeTimeout = 5 * time.Second

var (
	waitingRows   = prometheus.NewDesc("balie_waiting_rows", "Submissions that wait for git.", nil, nil)
	waitingOldest = prometheus.NewDesc("balie_waiting_oldest_age_seconds", "For how long the oldest of them has waited.", nil, nil)
	deliveries    = prometheus.NewDesc("balie_waiting_deliveries", "Deliveries of hooks that wait to be worked off.", nil, nil)
	setAside      = prometheus.NewDesc("balie_set_aside", "What was accepted and can't be used.", nil, nil)
	waitingMails  = prometheus.NewDesc("balie_waiting_mails", "Mails that are to be sent or tried again.", nil, nil)
	failedMails   = prometheus.NewDesc("balie_failed_mails", "Mails that were given up.", nil, nil)
	waitingCalls  = prometheus.NewDesc("balie_waiting_calls", "Calls to programs that follow which are to be sent or tried again.", nil, nil)
	givenUp       = prometheus.NewDesc("balie_given_up_followers", "Programs that follow and took no call for days.", nil, nil)
	problems      = prometheus.NewDesc("balie_problems", "What is wrong with the content.", []string{"severity"}, nil)
)

// standingCollector asks how things stand at each scrape.
type standingCollector func(context.Context) (Standing, error)

// Describe is a prometheus.Collector's.
func (standingCollector) Describe(descs chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{waitingRows, waitingOldest, deliveries, setAside, waitingMails, failedMails, waitingCalls, givenUp, problems} {
		descs <- d
	}
}

// Collect is a prometheus.Collector's.
func (standing standingCollector) Collect(metrics chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	now, err := standing(ctx)
	if err != nil {
		metrics <- prometheus.NewInvalidMetric(waitingRows, err)
		return
	}
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		metrics <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	gauge(waitingRows, float64(now.Waiting))
	gauge(waitingOldest, max(0, now.Oldest).Seconds())
	gauge(deliveries, float64(now.Deliveries))
	gauge(setAside, float64(now.SetAside))
	gauge(waitingMails, float64(now.WaitingMails))
	gauge(failedMails, float64(now.FailedMails))
	gauge(waitingCalls, float64(now.WaitingCalls))
	gauge(givenUp, float64(now.GivenUp))
	gauge(problems, float64(now.Errors), "error")
	gauge(problems, float64(now.Warnings), "warning")
}
