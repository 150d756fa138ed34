package webhook

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"balie/content"
	"balie/ingest/form"
)

// The hooks of programs that post JSON of their own, as FORMAT.md would have them written.
var (
	kumaHook = &content.Hook{Name: "kuma", Kind: content.JSONHook, At: "/heartbeat/time", Incident: &content.HookIncident{
		Key: "/monitor/id", Open: content.HookOpen{Pointer: "/heartbeat/status", Is: content.JSONValues{"0"}}, ServiceLabel: "/monitor/name",
		Services: content.Map[string]{{Key: "Shop", Value: "checkout"}}, Title: content.Text{"nl": "{/monitor/name} ligt eruit"}, Text: content.Text{"nl": "{/heartbeat/msg}"},
	}}
	grafanaHook = &content.Hook{Name: "grafana", Kind: content.JSONHook, Signature: &content.HookSignature{Header: "X-Grafana-Alerting-Signature"}, Incident: &content.HookIncident{
		Key: "/groupKey", Open: content.HookOpen{Pointer: "/status", Is: content.JSONValues{"firing"}}, ServiceLabel: "/commonLabels/service", Text: content.Text{"en": "{/title}\n\n{/commonAnnotations/summary}"},
	}}
	healthchecksHook = &content.Hook{Name: "checks", Kind: content.JSONHook, ID: "/event", At: "/at", Incident: &content.HookIncident{
		Key: "/check", Open: content.HookOpen{Pointer: "/status", Is: content.JSONValues{"down"}}, ServiceLabel: "/tags",
	}}
	gitLabHook = &content.Hook{Name: "gitlab", Kind: content.JSONHook, Token: &content.HookToken{Header: "X-Gitlab-Token"}, Form: "contact", Fields: content.Map[content.Pointer]{
		{Key: "subject", Value: "/object_attributes/title"}, {Key: "message", Value: "/object_attributes/description"}, {Key: "number", Value: "/object_attributes/iid"},
		{Key: "confidential", Value: "/object_attributes/confidential"}, {Key: "name", Value: "/user/name"}, {Key: "due", Value: "/object_attributes/due_date"}, {Key: "labels", Value: "/labels"}, {Key: "none", Value: "/none/0/x"},
	}}
)

func TestMappedAlert(t *testing.T) {
	degraded := func(services ...string) map[string]content.ComponentState {
		m := map[string]content.ComponentState{}
		for _, s := range services {
			m[s] = content.DegradedPerformance
		}
		return m
	}
	for _, tt := range []struct {
		name string
		hook *content.Hook
		body string
		want Alert
	}{
		{"Uptime Kuma, down", kumaHook, `{"heartbeat":{"monitorID":7,"status":0,"time":"2026-11-20 13:05:00.123","msg":"connect ECONNREFUSED\n10.0.0.1:443\u202e","important":true,"duration":60,"ping":null},"monitor":{"id":7,"name":"Shop","url":"https://shop.example","type":"http","tags":[]},"msg":"[Shop] [Down] connect ECONNREFUSED"}`,
			Alert{Key: "7", At: instant("2026-11-20T13:05:00.123Z"), Open: true, Services: degraded("checkout"), Title: content.Text{"nl": "Shop ligt eruit"}, Text: content.Text{"nl": "connect ECONNREFUSED\n10.0.0.1:443"}}},
		{"Uptime Kuma, up", kumaHook, `{"heartbeat":{"status":1,"time":"2026-11-20 13:06:00","msg":"200 - OK"},"monitor":{"id":7,"name":"Blog"},"msg":"up"}`,
			Alert{Key: "7", At: instant("2026-11-20T13:06:00Z"), Services: degraded("Blog"), Title: content.Text{"nl": "Blog ligt eruit"}, Text: content.Text{"nl": "200 - OK"}}},
		{"Grafana", grafanaHook, `{"receiver":"balie","status":"firing","orgId":1,"version":"1","groupKey":"{}/{}:{alertname=\"Slow\"}","truncatedAlerts":0,"title":"[FIRING:1] Slow","state":"alerting","message":"**Firing**","groupLabels":{"alertname":"Slow"},"commonLabels":{"alertname":"Slow","service":"search"},"commonAnnotations":{"summary":"p99 above 2 s"},
			"alerts":[{"status":"firing","labels":{"service":"search"},"annotations":{},"startsAt":"2026-11-20T13:05:00Z","endsAt":"0001-01-01T00:00:00Z","values":{"B":44.2},"fingerprint":"c6"}]}`,
			Alert{Key: `{}/{}:{alertname="Slow"}`, Open: true, Services: degraded("search"), Text: content.Text{"en": "[FIRING:1] Slow\n\np99 above 2 s"}}},
		{"Healthchecks.io", healthchecksHook, `{"check":"5a2b","name":"nightly backup","status":"down","at":"2026-11-20T13:05:00+00:00","tags":["search","","mail",3],"event":"5a2b-down-1"}`,
			Alert{Key: "5a2b", At: instant("2026-11-20T13:05:00Z"), Open: true, Services: degraded("search", "mail")}},
	} {
		d, err := Parse(tt.hook, Request{Body: []byte(tt.body)})
		if err != nil || !reflect.DeepEqual(d.Actions, []Action{tt.want}) {
			t.Errorf("%s:\n%+v, %v\nwant\n%+v", tt.name, d, err, tt.want)
		}
	}
}

// TestMappedTicket reads an issue of GitLab's: its numbers and truth values are answers in text, a list is none that a form takes.
func TestMappedTicket(t *testing.T) {
	body := `{"object_kind":"issue","event_type":"issue","user":{"id":1,"name":"Anna","username":"anna","email":"[REDACTED]"},"project":{"id":1,"path_with_namespace":"web/shop"},
		"object_attributes":{"id":301,"iid":23,"title":"Afrekenen geeft fout","description":"Stap 1\r\nStap 2","confidential":false,"due_date":null,"created_at":"2026-11-20 13:05:00 UTC","action":"open","state":"opened"},"labels":[{"title":"bug"}]}`
	want := Ticket{form.Answers{Values: []form.Answer{
		{Name: "subject", Value: "Afrekenen geeft fout"}, {Name: "message", Value: "Stap 1\r\nStap 2"}, {Name: "number", Value: "23"}, {Name: "confidential", Value: "false"}, {Name: "name", Value: "Anna"}, {Name: "labels", Type: form.JSONOther},
	}}}
	d, err := Parse(gitLabHook, Request{Body: []byte(body)})
	if err != nil || !reflect.DeepEqual(d.Actions, []Action{want}) {
		t.Errorf("%+v, %v", d, err)
	}
}

// TestMappedID: an id is what its pointer leads to, else made of the body and the hook's name.
func TestMappedID(t *testing.T) {
	const body = `{"check":"c","status":"up","event":"e-1"}`
	if id := idOf(t, healthchecksHook, body); id != "e-1" {
		t.Errorf("id %q", id)
	}
	if id := idOf(t, healthchecksHook, strings.Replace(body, `"e-1"`, "17", 1)); id != "17" {
		t.Errorf("a number: id %q", id)
	}
	other := *healthchecksHook
	other.Name = "other"
	seen := map[string]string{}
	for name, id := range map[string]string{
		"none":         idOf(t, healthchecksHook, `{"check":"c","status":"up"}`),
		"null":         idOf(t, healthchecksHook, `{"check":"c","status":"up","event":null}`),
		"empty":        idOf(t, healthchecksHook, `{"check":"c","status":"up","event":""}`),
		"an object":    idOf(t, healthchecksHook, `{"check":"c","status":"up","event":{}}`),
		"another hook": idOf(t, &other, `{"check":"c","status":"up"}`),
	} {
		if len(id) != 64 || seen[id] != "" {
			t.Errorf("%s has the id %q, as %q", name, id, seen[id])
		}
		seen[id] = name
	}
	if id := idOf(t, healthchecksHook, `{"check":"c","status":"up"}`); seen[id] != "none" {
		t.Error("the same body, another id")
	}
}

// TestMappedUnusable: what a mapping does not find is for a person to look at, and has its id.
func TestMappedUnusable(t *testing.T) {
	for name, tt := range map[string]struct{ body, why string }{
		"Uptime Kuma's test": {`{"heartbeat":null,"monitor":null,"msg":"test"}`, "there is no text and no number at /monitor/id"},
		"a key that is true": {`{"heartbeat":{"status":0},"monitor":{"id":true}}`, "there is no text and no number at /monitor/id"},
		"no state":           {`{"monitor":{"id":7}}`, "there is nothing at /heartbeat/status that says whether the incident is open"},
		"a state of null":    {`{"heartbeat":{"status":null},"monitor":{"id":7}}`, "there is nothing at /heartbeat/status that says whether the incident is open"},
		"a list for a state": {`{"heartbeat":{"status":[0]},"monitor":{"id":7}}`, "there is nothing at /heartbeat/status that says whether the incident is open"},
		"no time":            {`{"heartbeat":{"status":0,"time":"yesterday"},"monitor":{"id":7}}`, "there is no time at /heartbeat/time"},
		"an object of time":  {`{"heartbeat":{"status":0,"time":{}},"monitor":{"id":7}}`, "there is no time at /heartbeat/time"},
	} {
		d, err := Parse(kumaHook, Request{Body: []byte(tt.body)})
		if err != nil || len(d.Actions) > 0 || d.Unusable != tt.why || d.ID == "" {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
	}
	if d, err := Parse(&content.Hook{Kind: content.JSONHook}, Request{Body: []byte(`{}`)}); err != nil || d.Unusable == "" {
		t.Errorf("no mapping: %+v, %v", d, err)
	}
	if _, err := Parse(kumaHook, Request{Body: []byte(`heartbeat=1`)}); !errors.Is(err, ErrMalformed) {
		t.Errorf("a form: %v", err)
	}
}

// TestMappedOpen: null opens an incident where the hook names it, also where nothing is there at all.
func TestMappedOpen(t *testing.T) {
	for _, tt := range []struct {
		is       content.JSONValues
		closed   string
		open, ok bool
	}{
		{content.JSONValues{"null"}, `"closed":null`, true, true},
		{content.JSONValues{"null"}, `"other":1`, true, true},
		{content.JSONValues{"null"}, `"closed":"2026-11-20"`, false, true},
		{content.JSONValues{"false"}, `"closed":false`, true, true},
		{content.JSONValues{"false"}, `"closed":true`, false, true},
		{content.JSONValues{"0", "1"}, `"closed":1`, true, true},
		{content.JSONValues{"0"}, `"closed":"0"`, true, true},
		{content.JSONValues{"0"}, `"closed":0.0`, false, true},
		{content.JSONValues{"0"}, `"other":0`, false, false},
	} {
		body, err := readJSON([]byte("{" + tt.closed + "}"))
		if err != nil {
			t.Fatal(err)
		}
		if open, ok := isOpen(content.HookOpen{Pointer: "/closed", Is: tt.is}, body); open != tt.open || ok != tt.ok {
			t.Errorf("%s is %v: %v, %v", tt.closed, tt.is, open, ok)
		}
	}
}

func TestMappedTime(t *testing.T) {
	for in, want := range map[string]string{
		`"2026-11-20T14:05:00+01:00"`: "2026-11-20T13:05:00Z",
		`"2026-11-20 13:05:00"`:       "2026-11-20T13:05:00Z",
		`"2026-11-20 13:05:00 UTC"`:   "2026-11-20T13:05:00Z",
		`1795525500`:                  "2026-11-24T13:05:00Z",
		`1795525500.5`:                "2026-11-24T13:05:00.5Z",
		`1795525500250`:               "2026-11-24T13:05:00.25Z",
		`0`:                           "1970-01-01T00:00:00Z",
		`99999999999`:                 "5138-11-16T09:46:39Z",
		`100000000000`:                "1973-03-03T09:46:40Z",
		`-0.0001`:                     "",
		`"1795525500"`:                "",
		`-1`:                          "",
		`1e15`:                        "",
		`1e999`:                       "",
		`999999999999999`:             "",
		`"9999-12-31T23:59:59-01:00"`: "",
		`"1969-12-31T23:59:59Z"`:      "",
		`"2026-11-20"`:                "",
		`true`:                        "",
	} {
		v, err := readJSON([]byte(`{"at":` + in + `}`))
		if err != nil {
			t.Fatal(err)
		}
		at, ok := mappedTime(v.at("at"))
		if ok != (want != "") || ok && !at.Equal(instant(want)) {
			t.Errorf("%s is %v, %v; want %q", in, at, ok, want)
		}
	}
}
