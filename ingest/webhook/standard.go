package webhook

import (
	"bytes"
	"crypto/hmac"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"balie/content"
	"balie/ingest/form"
)

// The headers of Standard Webhooks.
const (
	standardID        = "Webhook-Id"
	standardTimestamp = "Webhook-Timestamp"
	standardSignature = "Webhook-Signature"
)

// verifyStandard proves a request by Standard Webhooks 1.0.0, "Verifying webhook authenticity". An
// id with a full stop is refused: it could be taken for an id and a time.
func verifyStandard(_ *content.Hook, secret string, r Request, now time.Time) bool {
	id, at := onlyHeader(r.Header, standardID), onlyHeader(r.Header, standardTimestamp)
	if id == "" || strings.Contains(id, ".") || !isNear(at, now) {
		return false
	}
	proven := false
	for _, key := range standardKeys(secret) {
		want := base64.StdEncoding.EncodeToString(signature(key, []byte(id+"."+at+"."), r.Body))
		for sent := range strings.SplitSeq(onlyHeader(r.Header, standardSignature), " ") {
			encoded, ok := strings.CutPrefix(sent, "v1,")
			proven = proven || ok && hmac.Equal([]byte(encoded), []byte(want))
		}
	}
	return proven
}

// standardKeys returns the keys that a secret may be. The libraries take a secret without the prefix
// as base64 too, and with their option "raw" as its bytes.
func standardKeys(secret string) [][]byte {
	encoded, prefixed := strings.CutPrefix(secret, "whsec_")
	var keys [][]byte
	if key, err := base64.StdEncoding.DecodeString(encoded); err == nil && len(key) > 0 {
		keys = append(keys, key)
	}
	if !prefixed {
		keys = append(keys, []byte(secret))
	}
	return keys
}

// parseStandard reads {"type", "timestamp", "data"}. The type incident.<kind> is an event of an
// incident. What else package notify sends asks for nothing but, with endpoint.verify, for its
// challenge. Any other is a ticket whose data are answers by the ids of the form's fields.
func parseStandard(_ *content.Hook, r Request) (Delivery, error) {
	body, err := readJSON(r.Body)
	if err != nil {
		return Delivery{}, err
	}
	d := Delivery{ID: onlyHeader(r.Header, standardID)}
	kind := body.at("type").text()
	if _, ok := body.at("data").of.(object); !ok || kind == "" {
		return Delivery{}, malformed("no type, or no object data")
	}
	if d.Challenge = challengeOf(kind, body); d.Challenge != "" {
		return d, nil
	}
	if isTold(kind, body) {
		d.Ignored = "another desk's people told it: it is theirs to tell"
		return d, nil
	}
	var action Action
	if kind, ok := strings.CutPrefix(kind, "incident."); ok {
		action, err = standardAlert(content.Kind(kind), body)
	} else {
		action, err = standardTicket(r.Body)
	}
	d.Actions = []Action{action}
	return d, err
}

// maxChallenge is how long a challenge is at most.
const maxChallenge = 200

// challengeOf returns the challenge of the call by which another balie asks whether it may go on,
// or "".
func challengeOf(kind string, body value) string {
	challenge := line(body.at("data").at("challenge").text())
	if kind != "endpoint.verify" || len(challenge) > maxChallenge {
		return ""
	}
	return challenge
}

// isTold reports whether another balie tells what no machine may: of its maintenance, or of how an
// incident came about.
func isTold(kind string, body value) bool {
	key := body.at("data").at("key").text()
	return kind == "incident."+string(content.Postmortem) || strings.HasPrefix(kind, "maintenance.") && strings.HasPrefix(key, "maintenance/")
}

// standardTicket reads data as a form is read that is posted as JSON.
func standardTicket(body []byte) (Action, error) {
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(body, &parts); err != nil {
		return nil, malformed("not JSON")
	}
	answers, err := form.Decode("application/json", bytes.NewReader(parts["data"]), form.Limits{})
	if err != nil {
		return nil, malformed("more data than a form takes")
	}
	return Ticket{answers}, nil
}

// standardAlert reads an event of an incident: data has key, and where the sender has them services
// (by id, with their states), title and text (a string, or strings by language).
func standardAlert(kind content.Kind, body value) (Action, error) {
	data := body.at("data")
	a := Alert{Key: data.at("key").text(), Kind: kind, Open: kind != content.Resolved}
	if !slices.Contains(standardKinds, kind) {
		return nil, malformed("an incident has no such event")
	}
	if a.Key == "" {
		return nil, malformed("data.key: no text")
	}
	if at := body.at("timestamp"); !at.isNull() {
		t, ok := readTime(at.text(), time.RFC3339)
		if !ok {
			return nil, malformed("timestamp: not a time of RFC 3339")
		}
		a.At = t
	}
	var err error
	if a.Services, err = standardServices(data.at("services")); err != nil {
		return nil, err
	}
	if a.Title, err = wordedText("data.title", data.at("title"), form.CleanLine, maxTitle); err != nil {
		return nil, err
	}
	a.Text, err = wordedText("data.text", data.at("text"), form.Clean, maxText)
	return a, err
}

// standardKinds are the events that a machine may tell of. A postmortem and its waiver are people's.
var standardKinds = []content.Kind{content.Investigating, content.Confirmed, content.Identified, content.Update, content.Monitoring, content.Resolved}

func standardServices(v value) (map[string]content.ComponentState, error) {
	if _, ok := v.of.(object); !ok && !v.isNull() {
		return nil, malformed("data.services: not an object of services and their states")
	}
	services := map[string]content.ComponentState{}
	for _, name := range v.keys() {
		state := content.ComponentState(v.at(name).text())
		if !slices.Contains(state.Words(), string(state)) {
			return nil, malformed("data.services: a state that is none of %s", strings.Join(state.Words(), ", "))
		}
		addService(services, line(name), state)
	}
	return services, nil
}

// wordedText reads a text that the sender words: a string in the site's source language, or an
// object of languages and strings. Nothing, or nothing that can be seen, is nil.
func wordedText(key string, v value, clean func(string) (string, bool), most int) (content.Text, error) {
	if v.isNull() {
		return nil, nil
	}
	words := object{"": v}
	if o, ok := v.of.(object); ok {
		words = o
	}
	var text content.Text
	for lang, v := range words {
		s, ok := v.of.(string)
		if !ok || lang != "" && !content.IsLanguage(lang) {
			return nil, malformed("%s: neither a text nor an object of languages and texts", key)
		}
		s, _ = clean(s)
		if utf8.RuneCountInString(s) > most {
			return nil, malformed("%s: more than %d characters", key, most)
		}
		if s != "" {
			if text == nil {
				text = content.Text{}
			}
			text[lang] = s
		}
	}
	return text, nil
}
