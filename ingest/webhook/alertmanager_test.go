package webhook

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"balie/content"
)

var alertsHook = &content.Hook{
	Name: "alerts", Kind: content.AlertmanagerHook, ServiceLabel: "service",
	States: content.Map[content.ComponentState]{{Key: "critical", Value: content.MajorOutage}, {Key: "warning", Value: content.PartialOutage}},
	Title:  content.Text{"nl": "{service}: {alertname}", "en": "{service} is down"},
	Text:   content.Text{"nl": "Op {instance}. {unknown}{", "en": "On {instance}."},
}

// firingTwo is a group of three alerts: two fire, one of them on a service that has a second, and one is resolved.
const firingTwo = `{
	"version": "4", "groupKey": "{}:{alertname=\"HighErrorRate\"}", "truncatedAlerts": 3, "status": "firing", "receiver": "balie",
	"groupLabels": {"alertname": "HighErrorRate"}, "commonLabels": {"alertname": "HighErrorRate", "team": "web"}, "commonAnnotations": {}, "externalURL": "http://alerts.example:9093",
	"alerts": [
		{"status": "firing", "labels": {"alertname": "HighErrorRate", "service": "checkout", "severity": "warning", "instance": "b:9100"}, "annotations": {"summary": "5xx above 2 %"},
		 "startsAt": "2026-11-20T13:05:00.5Z", "endsAt": "2026-11-20T19:00:00Z", "generatorURL": "http://prom.example/graph", "fingerprint": "a1"},
		{"status": "firing", "labels": {"alertname": "HighErrorRate", "service": "checkout", "severity": "critical", "instance": "a:9100"}, "annotations": {"summary": "5xx above 2 %", "runbook": "https://runbook.example/5xx"},
		 "startsAt": "2026-11-20T14:06:00+01:00", "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "", "fingerprint": "b2"},
		{"status": "firing", "labels": {"alertname": "HighErrorRate", "service": "search", "severity": "page", "instance": "a:9100"}, "annotations": {},
		 "startsAt": "2026-11-20T13:01:00Z", "endsAt": "0001-01-01T00:00:00Z", "fingerprint": "c3"},
		{"status": "resolved", "labels": {"alertname": "HighErrorRate", "service": "mail", "severity": "critical", "instance": "z:9100"}, "annotations": {"summary": "gone"},
		 "startsAt": "2026-11-20T12:00:00Z", "endsAt": "2026-11-20T13:10:00Z", "fingerprint": "d4"}
	]}`

func TestAlertmanager(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		want       Alert
	}{
		{"firing", firingTwo, Alert{
			Key: `{}:{alertname="HighErrorRate"}`, At: instant("2026-11-20T13:10:00Z"), Open: true,
			Services: map[string]content.ComponentState{"checkout": content.MajorOutage, "search": content.DegradedPerformance},
			Title:    content.Text{"nl": "checkout, search: HighErrorRate", "en": "checkout, search is down"},
			Text:     content.Text{"nl": "Op a:9100, b:9100. {", "en": "On a:9100, b:9100."},
			Facts: []Fact{
				{"truncatedAlerts", "3"}, {"runbook", "https://runbook.example/5xx"}, {"summary", "5xx above 2 %"},
				{"alertname", "HighErrorRate"}, {"instance", "a:9100, b:9100"}, {"service", "checkout, search"}, {"severity", "critical, page, warning"},
			},
		}},
		{"resolved", `{"version":"4","groupKey":"g","status":"resolved","alerts":[{"status":"resolved","labels":{"service":"checkout","instance":"a"},"startsAt":"2026-11-20T13:05:00Z","endsAt":"2026-11-20T13:20:00Z"}]}`, Alert{
			Key: "g", At: instant("2026-11-20T13:20:00Z"), Services: map[string]content.ComponentState{},
			Title: content.Text{"nl": "checkout:", "en": "checkout is down"}, Text: content.Text{"nl": "Op a. {", "en": "On a."},
			Facts: []Fact{{"instance", "a"}, {"service", "checkout"}},
		}},
		{"hostile labels", `{"version":"4","groupKey":"g\u0000\u202e","status":"firing","groupLabels":{"alertname":"x\ny\u202e\u0007"},
			"alerts":[{"status":"firing","labels":{"service":"check\u0000out\n","instance":"` + strings.Repeat("é", 600) + `"},"startsAt":"never"}]}`, Alert{
			Key: "g\x00\u202e", Open: true, Services: map[string]content.ComponentState{"checkout": content.DegradedPerformance},
			Title: content.Text{"nl": "checkout: x y", "en": "checkout is down"},
			Text:  content.Text{"nl": "Op " + strings.Repeat("é", 499) + "…. {", "en": "On " + strings.Repeat("é", 499) + "…."},
			Facts: []Fact{{"instance", strings.Repeat("é", 499) + "…"}, {"service", "checkout"}},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, err := Parse(alertsHook, Request{Body: []byte(tt.body)})
			if err != nil || len(d.Actions) != 1 || d.ID == "" {
				t.Fatalf("%+v, %v", d, err)
			}
			if got := d.Actions[0]; !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got\n%+v\nwant\n%+v", got, tt.want)
			}
		})
	}
}

// TestAlertmanagerWorst: of the states of a service's alerts the worst holds, in whatever order they come.
func TestAlertmanagerWorst(t *testing.T) {
	for _, severities := range [][]string{{"warning", "critical", "none"}, {"critical", "none", "warning"}, {"none", "warning", "critical"}} {
		var alerts []string
		for _, s := range severities {
			alerts = append(alerts, `{"status":"firing","labels":{"service":"checkout","severity":"`+s+`"}}`)
		}
		d, err := Parse(alertsHook, Request{Body: []byte(`{"version":"4","groupKey":"g","status":"firing","alerts":[` + strings.Join(alerts, ",") + `]}`)})
		if err != nil {
			t.Fatal(err)
		}
		if state := d.Actions[0].(Alert).Services["checkout"]; state != content.MajorOutage {
			t.Errorf("%v: %s", severities, state)
		}
	}
}

// TestAlertmanagerDefaults: a hook that names nothing gives neither services nor texts.
func TestAlertmanagerDefaults(t *testing.T) {
	d, err := Parse(&content.Hook{Kind: content.AlertmanagerHook}, Request{Body: []byte(firingTwo)})
	if err != nil {
		t.Fatal(err)
	}
	if a := d.Actions[0].(Alert); a.Title != nil || a.Text != nil || len(a.Services) != 0 {
		t.Errorf("%+v", a)
	}
}

// TestAlertmanagerID: a notification that is repeated has the id it had, in whatever order its alerts come; any change has another.
func TestAlertmanagerID(t *testing.T) {
	body := func(alerts ...string) string {
		return `{"version":"4","groupKey":"g","status":"firing","alerts":[` + strings.Join(alerts, ",") + `]}`
	}
	const a, b = `{"status":"firing","fingerprint":"a","startsAt":"2026-11-20T13:05:00Z"}`, `{"status":"firing","fingerprint":"b","startsAt":"2026-11-20T13:05:00Z"}`
	first := idOf(t, alertsHook, body(a, b))
	if again := idOf(t, alertsHook, body(b, a)); again != first {
		t.Error("another order, another id")
	}
	if later := idOf(t, alertsHook, strings.Replace(body(a, b), `"fingerprint":"a"`, `"fingerprint":"a","endsAt":"2026-11-20T13:15:00Z"`, 1)); later != first {
		t.Error("the guessed end of an alert that fires, another id")
	}
	const gone = `{"status":"resolved","fingerprint":"a","startsAt":"2026-11-20T13:05:00Z","endsAt":"2026-11-20T13:15:00Z"}`
	if idOf(t, alertsHook, body(gone, b)) == idOf(t, alertsHook, body(strings.Replace(gone, ":15", ":16", 1), b)) {
		t.Error("another end, the same id")
	}
	for name, other := range map[string]string{
		"one less":      body(a),
		"another alert": body(a, strings.Replace(b, `"b"`, `"c"`, 1)),
		"another start": body(a, strings.Replace(b, ":05", ":06", 1)),
		"one resolved":  body(a, strings.Replace(b, "firing", "resolved", 1)),
		"another group": strings.Replace(body(a, b), `"g"`, `"h"`, 1),
		"another state": strings.Replace(body(a, b), `"status":"firing","alerts"`, `"status":"resolved","alerts"`, 1),
	} {
		if idOf(t, alertsHook, other) == first {
			t.Errorf("%s: the same id", name)
		}
	}
}

func TestAlertmanagerMalformed(t *testing.T) {
	const alert = `{"status":"firing"}`
	for name, body := range map[string]string{
		"another version":      `{"version":"3","groupKey":"g","status":"firing","alerts":[` + alert + `]}`,
		"a number for version": `{"version":4,"groupKey":"g","status":"firing","alerts":[` + alert + `]}`,
		"no key":               `{"version":"4","status":"firing","alerts":[` + alert + `]}`,
		"no alerts":            `{"version":"4","groupKey":"g","status":"firing","alerts":[]}`,
		"a status":             `{"version":"4","groupKey":"g","status":"pending","alerts":[` + alert + `]}`,
		"a status of an alert": `{"version":"4","groupKey":"g","status":"firing","alerts":[{}]}`,
		"a list":               `[]`,
	} {
		if _, err := Parse(alertsHook, Request{Body: []byte(body)}); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAlertmanagerManyFacts: what a group of many labels says is cut, and stays in order.
func TestAlertmanagerManyFacts(t *testing.T) {
	var labels []string
	for i := range 3 * maxFacts {
		labels = append(labels, fmt.Sprintf(`"l%03d":"v"`, i))
	}
	d, err := Parse(alertsHook, Request{Body: []byte(`{"version":"4","groupKey":"g","status":"firing","alerts":[{"status":"firing","labels":{` + strings.Join(labels, ",") + `,"` + strings.Repeat("a", 600) + `":"v"}}]}`)})
	if err != nil {
		t.Fatal(err)
	}
	facts := d.Actions[0].(Alert).Facts
	if len(facts) != maxFacts || facts[0].Name != strings.Repeat("a", maxValue-1)+"…" || facts[maxFacts-1].Name != "l098" {
		t.Errorf("%d facts, from %+v to %+v", len(facts), facts[0], facts[len(facts)-1])
	}
}
