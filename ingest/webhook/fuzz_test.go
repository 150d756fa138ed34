package webhook

import (
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"balie/content"
)

// parseAny parses a request, and holds what comes out to what the package promises.
func parseAny(t *testing.T, h *content.Hook, header http.Header, body []byte) {
	t.Helper()
	r := Request{header, body}
	d, err := Parse(h, r)
	again, _ := Parse(h, Request{Kept(h, header), body})
	if !reflect.DeepEqual(d, again) {
		t.Errorf("%+v, and by what is kept %+v", d, again)
	}
	if err != nil {
		if !errors.Is(err, ErrMalformed) || !reflect.DeepEqual(d, Delivery{}) || !isPlain(err.Error()) {
			t.Errorf("%+v beside %q", d, err)
		}
		return
	}
	says := 0
	for _, said := range []bool{len(d.Actions) > 0, d.Ignored != "", d.Unusable != ""} {
		if said {
			says++
		}
	}
	if d.ID == "" || says != 1 || !isPlain(d.Ignored) || !isPlain(d.Unusable) {
		t.Errorf("%+v", d)
	}
	for _, a := range d.Actions {
		checkAction(t, a)
	}
}

func checkAction(t *testing.T, a Action) {
	t.Helper()
	switch a := a.(type) {
	case Alert:
		checkAlert(t, a)
	case Paid:
		number, ok := content.ParseNumber(a.Number)
		amount, err := content.ParseMoney(a.Amount.String())
		if !ok || number != a.Number || err != nil || amount != a.Amount || a.Reference == "" || !isPlain(a.Reference) {
			t.Errorf("%+v", a)
		}
	case Fetch:
		if !strings.HasPrefix(a.Ref, "refs/") || !isPlain(a.Ref) {
			t.Errorf("%+v", a)
		}
	case Ticket: // package form judges its answers
	default:
		t.Errorf("%T", a)
	}
}

func checkAlert(t *testing.T, a Alert) {
	t.Helper()
	if a.Key == "" || !a.At.IsZero() && (a.At.Year() < 1970 || a.At.Year() > 9999 || a.At.Location().String() != "UTC") {
		t.Errorf("%+v", a)
	}
	for name, state := range a.Services {
		if name == "" || !isPlain(name) || !slices.Contains(state.Words(), string(state)) {
			t.Errorf("service %q is %q", name, state)
		}
	}
	for _, title := range a.Title {
		if title == "" || !isPlain(title) || utf8.RuneCountInString(title) > maxTitle {
			t.Errorf("title %q", title)
		}
	}
	for _, text := range a.Text {
		if text == "" || !isPlain(strings.NewReplacer("\n", "", "\t", "").Replace(text)) || utf8.RuneCountInString(text) > maxText {
			t.Errorf("text %q", text)
		}
	}
	for _, f := range a.Facts {
		if f.Name == "" || f.Value == "" || !isPlain(f.Name+f.Value) || utf8.RuneCountInString(f.Value) > maxValue {
			t.Errorf("fact %+v", f)
		}
	}
	if len(a.Facts) > maxFacts {
		t.Errorf("%d facts", len(a.Facts))
	}
}

// isPlain reports whether a text is one line without controls and without characters that change the direction of others.
func isPlain(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
	})
}

// verifyAny verifies a request that nobody signed.
func verifyAny(t *testing.T, h *content.Hook, header http.Header, body []byte) {
	t.Helper()
	if used, err := Verify(h, []string{secret, next}, Request{header, body}, now); used != -1 || !errors.Is(err, ErrUnproven) {
		t.Errorf("%v proves %d, %v", header, used, err)
	}
}

func FuzzAlertmanager(f *testing.F) {
	f.Add("Bearer x", "{service}: {alertname}", []byte(firingTwo))
	f.Add("", "{}{{a}}", []byte(`{"version":"4","groupKey":"g","status":"resolved","alerts":[{"status":"resolved","labels":{"service":"\u202e\u0000","a":"\ud800"},"endsAt":"9999-12-31T23:59:59.999-23:59"}]}`))
	f.Add("Bearer", "", []byte(`{"version":"4","groupKey":"g","status":"firing","alerts":[{"status":"firing","labels":[],"annotations":{"":"x","\n":"y"}}],"truncatedAlerts":1e3}`))
	f.Fuzz(func(t *testing.T, authorization, template string, body []byte) {
		h := *alertsHook
		h.Title, h.Text = content.Text{"nl": template}, content.Text{"nl": template, "en": "{summary}" + template}
		parseAny(t, &h, nil, body)
		verifyAny(t, &h, headers("Authorization", authorization), body)
	})
}

func FuzzStripe(f *testing.F) {
	f.Add("t=1795525500,v1=00", []byte(checkout("checkout.session.completed", `"client_reference_id":"2611 2042 16"`)))
	f.Add("t=,v1=,t=1,,=", []byte(checkout("checkout.session.async_payment_succeeded", `"metadata":{"ticket":"2611204216"},"livemode":true`)))
	f.Add("", []byte(strings.Replace(checkout("checkout.session.completed", `"client_reference_id":"2611204216"`), `"eur"`, `"jpy"`, 1)))
	f.Fuzz(func(t *testing.T, header string, body []byte) {
		parseAny(t, paidHook, nil, body)
		verifyAny(t, paidHook, headers("Stripe-Signature", header), body)
	})
}

func FuzzGitHub(f *testing.F) {
	f.Add("push", "72d3162e", "sha256=00", []byte(push))
	f.Add("ping", "", "sha1=00", []byte(`{"zen":"x"}`))
	f.Add("is\u202es\xffues", "\x00", "", []byte(`{"ref":"refs/"}`))
	f.Fuzz(func(t *testing.T, event, id, sum string, body []byte) {
		header := headers(gitHubEvent, event, gitHubDelivery, id, "X-Hub-Signature-256", sum)
		parseAny(t, gitHubHook, header, body)
		verifyAny(t, gitHubHook, header, body)
	})
}

func FuzzStandard(f *testing.F) {
	f.Add("msg_1", "1795525500", "v1,bm9uZQ== v1a,x", []byte(`{"type":"incident.update","timestamp":"2026-11-20T13:05:00Z","data":{"key":"k","services":{"checkout":"major_outage"},"title":{"nl":"a","en":"b"},"text":"c\r\nd"}}`))
	f.Add("", "-1", " v1, ,", []byte(`{"type":"order.question","data":{"message":"x","a":[{}],"b":null,"c":1e9}}`))
	f.Add("a.b", "99999999999999999999", "v1,", []byte(`{"type":"incident.resolved","data":{"key":"k","title":{"":"x"}}}`))
	f.Fuzz(func(t *testing.T, id, at, sums string, body []byte) {
		header := headers(standardID, id, standardTimestamp, at, standardSignature, sums)
		parseAny(t, shopHook, header, body)
		verifyAny(t, shopHook, header, body)
	})
}

func FuzzJSON(f *testing.F) {
	f.Add("/monitor/id", "/heartbeat/status", "0", "{/heartbeat/msg}", "sha256=00", []byte(`{"heartbeat":{"status":0,"time":"2026-11-20 13:05:00","msg":"x"},"monitor":{"id":7,"name":["Shop",1]}}`))
	f.Add("/a~1b~0/0", "/x", "null", "{/}{//}{/a", "", []byte(`{"a/b~":[1e9],"":{"":"\u2028"},"heartbeat":{"time":99999999999}}`))
	f.Add("/a", "/a", "true", "{/a}{{/a}}", "zz", []byte(`{"a":"\ud800\u0000","heartbeat":{"time":-0.5}}`))
	f.Fuzz(func(t *testing.T, key, open, is, template, sum string, body []byte) {
		k, err1 := content.ParsePointer(key)
		o, err2 := content.ParsePointer(open)
		if err1 != nil || err2 != nil {
			return
		}
		m := *kumaHook.Incident
		m.Key, m.Open = k, content.HookOpen{Pointer: o, Is: content.JSONValues{is}}
		m.Title, m.Text = content.Text{"nl": template}, content.Text{"nl": template}
		alerts := *kumaHook
		alerts.ID, alerts.Incident = k, &m
		parseAny(t, &alerts, nil, body)
		tickets := content.Hook{Kind: content.JSONHook, Form: "contact", Fields: content.Map[content.Pointer]{{Key: "a", Value: k}, {Key: "b", Value: o}}}
		parseAny(t, &tickets, nil, body)
		signed := content.Hook{Kind: content.JSONHook, Signature: &content.HookSignature{Header: "X-Sum", Prefix: "sha256="}}
		verifyAny(t, &signed, headers("X-Sum", sum), body)
	})
}
