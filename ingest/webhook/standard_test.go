package webhook

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"balie/content"
	"balie/ingest/form"
)

var shopHook = &content.Hook{Name: "shop", Kind: content.StandardHook, Form: "contact"}

func TestStandardTicket(t *testing.T) {
	body := `{"type":"order.question","timestamp":"2026-11-20T13:05:00.344522Z","data":{"message":"Waar blijft het?\u0000","count":2,"agree":true,"no":false,"none":null,"list":[1],"email":"a@x.example"},"extra":{"data":1}}`
	want := Ticket{form.Answers{Values: []form.Answer{
		{Name: "message", Value: "Waar blijft het?\x00"}, {Name: "count", Value: "2", Type: form.JSONNumber}, {Name: "agree", Value: "true", Type: form.JSONBool}, {Name: "no", Type: form.JSONBool},
		{Name: "none"}, {Name: "list", Type: form.JSONOther}, {Name: "email", Value: "a@x.example"},
	}}}
	d, err := Parse(shopHook, Request{headers("webhook-id", "msg_1"), []byte(body)})
	if err != nil || d.ID != "msg_1" || !reflect.DeepEqual(d.Actions, []Action{want}) {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestStandardAlert(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		want       Alert
	}{
		{"all", `{"type":"incident.identified","timestamp":"2026-11-20T14:05:00.25+01:00","data":{"key":"pay-7","services":{"checkout":"major_outage","sea\u0000rch":"operational"},"title":"Betalen\nlukt niet","text":{"nl":"Bij de bank.\r\n\r\nWij wachten.","en":"At the bank.","de":"\u202e"}}}`, Alert{
			Key: "pay-7", At: instant("2026-11-20T13:05:00.25Z"), Kind: content.Identified, Open: true,
			Services: map[string]content.ComponentState{"checkout": content.MajorOutage, "search": content.Operational},
			Title:    content.Text{"": "Betalen lukt niet"}, Text: content.Text{"nl": "Bij de bank.\n\nWij wachten.", "en": "At the bank."},
		}},
		{"little", `{"type":"incident.resolved","data":{"key":"pay-7","title":"","services":null}}`, Alert{Key: "pay-7", Kind: content.Resolved, Services: map[string]content.ComponentState{}}},
	} {
		d, err := Parse(shopHook, Request{headers("webhook-id", "msg_1"), []byte(tt.body)})
		if err != nil || !reflect.DeepEqual(d.Actions, []Action{tt.want}) {
			t.Errorf("%s:\n%+v, %v\nwant\n%+v", tt.name, d, err, tt.want)
		}
	}
}

// What another balie sends besides asks for nothing, or for its challenge.
func TestStandardOfAnotherBalie(t *testing.T) {
	for body, want := range map[string]Delivery{
		`{"type":"endpoint.verify","data":{"challenge":"c0ffee","follows":"all"}}`:                {ID: "msg_1", Challenge: "c0ffee"},
		`{"type":"incident.postmortem","data":{"key":"k"}}`:                                       {ID: "msg_1", Ignored: "another desk's people told it: it is theirs to tell"},
		`{"type":"maintenance.scheduled","data":{"key":"maintenance/2026/1121-db","planned":{}}}`: {ID: "msg_1", Ignored: "another desk's people told it: it is theirs to tell"},
	} {
		if d, err := Parse(shopHook, Request{headers("webhook-id", "msg_1"), []byte(body)}); err != nil || !reflect.DeepEqual(d, want) {
			t.Errorf("%s: %+v, %v", body, d, err)
		}
	}
	if d, err := Parse(shopHook, Request{headers("webhook-id", "msg_1"), []byte(`{"type":"maintenance.wanted","data":{"message":"x"}}`)}); err != nil || len(d.Actions) != 1 {
		t.Errorf("a customer's own type: %+v, %v", d, err)
	}
}

func TestStandardMalformed(t *testing.T) {
	for name, body := range map[string]string{
		"no type":                  `{"data":{}}`,
		"no data":                  `{"type":"order.question"}`,
		"data that is a list":      `{"type":"order.question","data":[]}`,
		"too many answers":         `{"type":"order.question","data":{"a0":1` + manyKeys(form.MaxParts) + `}}`,
		"no key":                   `{"type":"incident.update","data":{}}`,
		"a key that is a number":   `{"type":"incident.update","data":{"key":7}}`,
		"a kind of tickets":        `{"type":"incident.reply","data":{"key":"k"}}`,
		"no kind":                  `{"type":"incident.","data":{"key":"k"}}`,
		"a time that is none":      `{"type":"incident.update","timestamp":"today","data":{"key":"k"}}`,
		"a time before 1970":       `{"type":"incident.update","timestamp":"0001-01-01T00:00:00Z","data":{"key":"k"}}`,
		"a time after 9999":        `{"type":"incident.update","timestamp":"9999-12-31T23:59:59-12:00","data":{"key":"k"}}`,
		"a number for a time":      `{"type":"incident.update","timestamp":1795525500,"data":{"key":"k"}}`,
		"a list of services":       `{"type":"incident.update","data":{"key":"k","services":["checkout"]}}`,
		"a state that is none":     `{"type":"incident.update","data":{"key":"k","services":{"checkout":"broken"}}}`,
		"a number for a title":     `{"type":"incident.update","data":{"key":"k","title":7}}`,
		"a language that is none":  `{"type":"incident.update","data":{"key":"k","text":{"dutch!":"x"}}}`,
		"a text that is too long":  `{"type":"incident.update","data":{"key":"k","text":"` + strings.Repeat("é", maxText+1) + `"}}`,
		"a title that is too long": `{"type":"incident.update","data":{"key":"k","title":"` + strings.Repeat("é", maxTitle+1) + `"}}`,
	} {
		if _, err := Parse(shopHook, Request{headers("webhook-id", "msg_1"), []byte(body)}); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// manyKeys returns n more keys of an object.
func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(`,"b` + strings.Repeat("x", i) + `":1`)
	}
	return b.String()
}
