package webhook

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"balie/content"
)

var now = instant("2026-11-20T13:05:00Z")

// The secrets of the tests: the one that holds, the one that takes its place, and another's.
var (
	secret  = "whsec_" + base64.StdEncoding.EncodeToString([]byte("a key of the tests, 24 bytes"))
	next    = "whsec_" + base64.StdEncoding.EncodeToString([]byte("the key that comes after it."))
	foreign = "whsec_" + base64.StdEncoding.EncodeToString([]byte("a key of somebody else's"))
)

// proofs are the ways in which a request proves itself: a hook, and how a sender makes the headers of a body at an instant.
var proofs = []struct {
	name  string
	hook  *content.Hook
	sign  func(secret string, body []byte, at time.Time) http.Header
	timed bool
}{
	{"alertmanager", &content.Hook{Kind: content.AlertmanagerHook}, signBearer, false},
	{"stripe", &content.Hook{Kind: content.StripeHook}, signStripe, true},
	{"github", &content.Hook{Kind: content.GitHubHook}, func(secret string, body []byte, _ time.Time) http.Header {
		return headers("X-Hub-Signature-256", "sha256="+hexSignature(secret, body))
	}, false},
	{"standard", &content.Hook{Kind: content.StandardHook}, signStandard, true},
	{"json, a signature", &content.Hook{Kind: content.JSONHook, Signature: &content.HookSignature{Header: "x-signature-256", Prefix: "hmac "}}, func(secret string, body []byte, _ time.Time) http.Header {
		return headers("X-Signature-256", "hmac "+strings.ToUpper(hexSignature(secret, body)))
	}, false},
	{"json, a token", &content.Hook{Kind: content.JSONHook, Token: &content.HookToken{Header: "X-GitLab-token"}}, func(secret string, _ []byte, _ time.Time) http.Header {
		return headers("X-Gitlab-Token", secret)
	}, false},
	{"json, bearer", &content.Hook{Kind: content.JSONHook}, signBearer, false},
}

// headers makes a header of names and values in turn.
func headers(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Add(pairs[i], pairs[i+1])
	}
	return h
}

func hexSignature(secret string, texts ...[]byte) string {
	return hex.EncodeToString(signature([]byte(secret), texts...))
}

func signBearer(secret string, _ []byte, _ time.Time) http.Header {
	return headers("Authorization", "bearer "+secret)
}

func signStripe(secret string, body []byte, at time.Time) http.Header {
	t := strconv.FormatInt(at.Unix(), 10)
	return headers("Stripe-Signature", fmt.Sprintf("t=%s,v0=6ffbb59b,v1=%s,v1=%s", t, hexSignature("a secret that goes", []byte(t+"."), body), hexSignature(secret, []byte(t+"."), body)))
}

func signStandard(secret string, body []byte, at time.Time) http.Header {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		panic(err)
	}
	t := strconv.FormatInt(at.Unix(), 10)
	sum := base64.StdEncoding.EncodeToString(signature(key, []byte("msg_1."+t+"."), body))
	return headers("webhook-id", "msg_1", "webhook-timestamp", t, "webhook-signature", "v1a,bm9uZQ== v1,bm9uZQ== v1,"+sum)
}

func TestVerify(t *testing.T) {
	body := []byte(`{"a": 1}`)
	for _, p := range proofs {
		t.Run(p.name, func(t *testing.T) {
			verify := func(header http.Header, body []byte, secrets ...string) (int, error) {
				return Verify(p.hook, secrets, Request{header, body}, now)
			}
			signed := p.sign(secret, body, now)
			if used, err := verify(signed, body, secret); used != 0 || err != nil {
				t.Errorf("signed: %d, %v", used, err)
			}
			if used, err := verify(p.sign(next, body, now), body, "", secret, next); used != 2 || err != nil {
				t.Errorf("by the second secret: %d, %v", used, err)
			}
			for name, refused := range map[string]func() (int, error){
				"no header":         func() (int, error) { return verify(http.Header{}, body, secret) },
				"another secret":    func() (int, error) { return verify(p.sign(foreign, body, now), body, secret, next) },
				"no secret":         func() (int, error) { return verify(signed, body) },
				"a secret in front": func() (int, error) { return verify(p.sign(secret, body, now), body, secret+"x") },
				"an empty secret":   func() (int, error) { return verify(p.sign("", body, now), body, "", "") },
				"headers twice":     func() (int, error) { return verify(twice(signed), body, secret) },
				"empty headers":     func() (int, error) { return verify(emptied(signed), body, secret) },
				"cut off":           func() (int, error) { return verify(cutOff(signed), body, secret) },
			} {
				if used, err := refused(); used != -1 || !errors.Is(err, ErrUnproven) || err.Error() != ErrUnproven.Error() {
					t.Errorf("%s: %d, %v", name, used, err)
				}
			}
			_, err := verify(signed, []byte(`{"a": 2}`), secret)
			if isSigned := p.timed || strings.Contains(strings.Join(headerNames(signed), " "), "Signature"); (err != nil) != isSigned {
				t.Errorf("another body: %v", err)
			}
		})
	}
}

// TestVerifyTime: a signed time is at most five minutes away, and what has none is good at any time.
func TestVerifyTime(t *testing.T) {
	body := []byte(`{}`)
	for _, p := range proofs {
		for _, tt := range []struct {
			away time.Duration
			ok   bool
		}{
			{-5 * time.Minute, true}, {5 * time.Minute, true}, {-5*time.Minute - time.Second, false}, {5*time.Minute + time.Second, false}, {-8760 * time.Hour, false}, {87600 * time.Hour, false},
		} {
			_, err := Verify(p.hook, []string{secret}, Request{p.sign(secret, body, now.Add(tt.away)), body}, now)
			if ok := err == nil; ok != (tt.ok || !p.timed) {
				t.Errorf("%s: %v away: %v", p.name, tt.away, err)
			}
		}
	}
}

func headerNames(h http.Header) (names []string) {
	for name := range h {
		names = append(names, name)
	}
	return names
}

func twice(h http.Header) http.Header {
	h = h.Clone()
	for name, values := range h {
		h[name] = append(values, values...)
	}
	return h
}

func emptied(h http.Header) http.Header {
	h = h.Clone()
	for name := range h {
		h.Set(name, "")
	}
	return h
}

// cutOff takes the last character of each header away.
func cutOff(h http.Header) http.Header {
	h = h.Clone()
	for name := range h {
		v := h.Get(name)
		h.Set(name, v[:len(v)-1])
	}
	return h
}

func TestVerifyBearerHeader(t *testing.T) {
	for header, ok := range map[string]bool{
		"Bearer " + secret: true, "BEARER  " + secret + " ": true,
		"Basic " + secret: false, secret: false, "Bearer": false, "Bearer ": false, "Bearer" + secret: false, "Bearer " + secret + "," + secret: false, "Bearer " + strings.ToUpper(secret): false,
	} {
		if _, err := Verify(alertsHook, []string{secret}, Request{Header: headers("Authorization", header)}, now); (err == nil) != ok {
			t.Errorf("%.10s…: %v", header, err)
		}
	}
}

func TestVerifyStripeHeader(t *testing.T) {
	body := []byte(`{}`)
	stamp, millis := strconv.FormatInt(now.Unix(), 10), strconv.FormatInt(now.UnixMilli(), 10)
	good := hexSignature(secret, []byte(stamp+"."), body)
	for header, ok := range map[string]bool{
		"t=" + stamp + ", v1=" + good:                            true,
		"v1=" + good + ",t=" + stamp:                             true,
		"t=" + stamp + ",v1=,v1=zz,v1=" + good + "00,v1=" + good: true,
		"t=" + stamp + ",v0=" + good:                             false,
		"t=" + stamp + ",V1=" + good:                             false,
		"v1=" + good:                                             false,
		"t=" + stamp + ",t=" + stamp + ",v1=" + good:             false,
		"t=+" + stamp + ",v1=" + hexSignature(secret, []byte("+"+stamp+"."), body):                 false,
		"t=" + stamp + "0,v1=" + hexSignature(secret, []byte(stamp+"0."), body):                    false,
		"t=99999999999999999999,v1=" + hexSignature(secret, []byte("99999999999999999999."), body): false,
		"t=-1,v1=" + hexSignature(secret, []byte("-1."), body):                                     false,
		"t=,v1=" + hexSignature(secret, []byte("."), body):                                         false,
		"t=" + stamp + ".,v1=" + good:                                                              false,
		"t=" + stamp + "v1=" + good:                                                                false,
		"t=" + stamp + ",v1=" + good[:62]:                                                          false,
		"t=" + stamp + ",v1=" + hexSignature(secret, body):                                         false,
		"t=" + stamp + ",v1=" + strings.Repeat("0", 64):                                            false,
		"t=" + millis + ",v1=" + hexSignature(secret, []byte(millis+"."), body):                    false,
	} {
		_, err := Verify(paidHook, []string{secret}, Request{headers("Stripe-Signature", header), body}, now)
		if (err == nil) != ok {
			t.Errorf("%s: %v", header, err)
		}
	}
}

// TestVerifyStandardSecrets: a secret without whsec_ is taken as base64, and as the bytes that it is.
func TestVerifyStandardSecrets(t *testing.T) {
	h, body := &content.Hook{Kind: content.StandardHook}, []byte(`{}`)
	stamp := strconv.FormatInt(now.Unix(), 10)
	by := func(key, id string) http.Header {
		sum := base64.StdEncoding.EncodeToString(signature([]byte(key), []byte(id+"."+stamp+"."), body))
		return headers("webhook-id", id, "webhook-timestamp", stamp, "webhook-signature", "v1,"+sum)
	}
	encoded := base64.StdEncoding.EncodeToString([]byte("the key"))
	for _, tt := range []struct {
		name, secret string
		header       http.Header
		ok           bool
	}{
		{"prefixed", "whsec_" + encoded, by("the key", "m"), true},
		{"base64", encoded, by("the key", "m"), true},
		{"raw, though it is base64", encoded, by(encoded, "m"), true},
		{"raw", "the key", by("the key", "m"), true},
		{"prefixed, as bytes", "whsec_" + encoded, by("whsec_"+encoded, "m"), false},
		{"prefixed, not base64", "whsec_the key", by("the key", "m"), false},
		{"prefixed, nothing", "whsec_", by("", "m"), false},
		{"an id with a full stop", "the key", by("the key", "m.1"), false},
		{"no id", "the key", by("the key", ""), false},
		{"another version", "the key", headers("webhook-id", "m", "webhook-timestamp", stamp, "webhook-signature", strings.Replace(by("the key", "m").Get("webhook-signature"), "v1,", "v2,", 1)), false},
	} {
		if _, err := Verify(h, []string{tt.secret}, Request{tt.header, body}, now); (err == nil) != tt.ok {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// TestNoAdapter: a kind that nothing reads is told apart.
func TestNoAdapter(t *testing.T) {
	h := &content.Hook{Kind: content.HookKind("pigeon")}
	if used, err := Verify(h, []string{secret}, Request{}, now); used != -1 || !errors.Is(err, ErrKind) {
		t.Errorf("verify: %d, %v", used, err)
	}
	if _, err := Parse(h, Request{}); !errors.Is(err, ErrKind) {
		t.Errorf("parse: %v", err)
	}
	if kept := Kept(h, headers("Authorization", "Bearer x")); len(kept) != 0 {
		t.Errorf("kept %v", kept)
	}
}

// TestKept: what proves a request is not kept, and what is kept gives the same delivery.
func TestKept(t *testing.T) {
	body := []byte(`{"version":"4","groupKey":"g","status":"firing","alerts":[{"status":"firing"}],"id":"evt_1","type":"incident.resolved","data":{"key":"k"},"ref":"refs/heads/main"}`)
	for _, p := range proofs {
		h := *p.hook
		h.Form = "contact"
		signed := p.sign(secret, body, now)
		signed.Set("X-GitHub-Event", "push")
		signed.Set("X-GitHub-Delivery", "d-1")
		kept := Kept(&h, signed)
		for name, values := range kept {
			if text := strings.Join(values, ""); strings.Contains(text, secret) || strings.Contains(name, "Sign") || strings.Contains(name, "Auth") {
				t.Errorf("%s: kept %s", p.name, name)
			}
		}
		whole, err1 := Parse(&h, Request{signed, body})
		again, err2 := Parse(&h, Request{kept, body})
		if err1 != nil || err2 != nil || fmt.Sprint(whole) != fmt.Sprint(again) {
			t.Errorf("%s: %+v, %v\n and by what is kept %+v, %v", p.name, whole, err1, again, err2)
		}
	}
}
