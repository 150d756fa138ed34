package identity

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"balie/content"
)

const key = "0123456789abcdef0123456789abcdef"

var now = time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC)

func site(algorithm content.Algorithm) *content.Identity {
	return &content.Identity{Algorithm: algorithm, Audience: "balie", Claims: content.Map[string]{
		{Key: "name", Value: "name"}, {Key: "email", Value: "email"}, {Key: "phone", Value: "tel"}, {Key: "organisation", Value: "shop"},
	}}
}

type object = map[string]any

// claims are right ones, with changes; nil takes one out.
func claims(change object) object {
	all := object{"aud": "balie", "exp": now.Add(time.Minute).Unix(), "sub": "shop-4411", "name": "Jo Claes", "email": "jo@klant.example", "tel": "0470 12 34 56", "shop": "0042"}
	maps.Copy(all, change)
	maps.DeleteFunc(all, func(_ string, v any) bool { return v == nil })
	return all
}

func segment(v any) string {
	data, _ := json.Marshal(v)
	return base64.RawURLEncoding.EncodeToString(data)
}

func signed(header, claims object, sign func(string) []byte) string {
	said := segment(header) + "." + segment(claims)
	return said + "." + base64.RawURLEncoding.EncodeToString(sign(said))
}

func hs256(key string) func(string) []byte {
	return func(said string) []byte {
		mac := hmac.New(sha256.New, []byte(key))
		mac.Write([]byte(said))
		return mac.Sum(nil)
	}
}

func verifier(t *testing.T, algorithm content.Algorithm, key string) *Verifier {
	t.Helper()
	v, err := NewVerifier(site(algorithm), key)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestVerify(t *testing.T) {
	v := verifier(t, "HS256", key)
	head := object{"alg": "HS256", "typ": "JWT"}
	for name, c := range map[string]struct {
		token string
		want  error
	}{
		"right":                      {signed(head, claims(nil), hs256(key)), nil},
		"several audiences":          {signed(head, claims(object{"aud": []string{"shop", "balie"}}), hs256(key)), nil},
		"just expired":               {signed(head, claims(object{"exp": now.Add(-29 * time.Second).Unix()}), hs256(key)), nil},
		"expired":                    {signed(head, claims(object{"exp": now.Add(-31 * time.Second).Unix()}), hs256(key)), ErrExpired},
		"without an end":             {signed(head, claims(object{"exp": nil}), hs256(key)), ErrClaims},
		"an end that is a text":      {signed(head, claims(object{"exp": "tomorrow"}), hs256(key)), ErrClaims},
		"not yet":                    {signed(head, claims(object{"nbf": now.Add(time.Hour).Unix()}), hs256(key)), ErrNotYet},
		"from the future":            {signed(head, claims(object{"iat": now.Add(time.Hour).Unix()}), hs256(key)), ErrNotYet},
		"another audience":           {signed(head, claims(object{"aud": "shop"}), hs256(key)), ErrAudience},
		"no audience":                {signed(head, claims(object{"aud": nil}), hs256(key)), ErrClaims},
		"another key":                {signed(head, claims(nil), hs256(key+"x")), ErrUnproven},
		"another key, expired":       {signed(head, claims(object{"exp": 1}), hs256(key+"x")), ErrUnproven},
		"unsigned":                   {signed(object{"alg": "none"}, claims(nil), func(string) []byte { return nil }), ErrUnproven},
		"unsigned by another name":   {signed(object{"alg": "nOnE"}, claims(nil), hs256(key)), ErrUnproven},
		"HS384":                      {signed(object{"alg": "HS384"}, claims(nil), hs256(key)), ErrUnproven},
		"no algorithm":               {signed(object{}, claims(nil), hs256(key)), ErrUnproven},
		"what must be understood":    {signed(object{"alg": "HS256", "crit": []string{"exp"}}, claims(nil), hs256(key)), ErrUnproven},
		"changed":                    {strings.Replace(signed(head, claims(nil), hs256(key)), segment(claims(nil)), segment(claims(object{"sub": "shop-1"})), 1), ErrUnproven},
		"no token":                   {"session", ErrUnproven},
		"nothing":                    {"", ErrUnproven},
		"two points":                 {"..", ErrUnproven},
		"far too long":               {signed(head, claims(object{"x": strings.Repeat("x", 8<<10)}), hs256(key)), ErrUnproven},
		"nobody":                     {signed(head, claims(object{"sub": nil}), hs256(key)), ErrClaims},
		"a blank id":                 {signed(head, claims(object{"sub": " \u202e\n"}), hs256(key)), ErrClaims},
		"an id that is a number":     {signed(head, claims(object{"sub": 4411}), hs256(key)), ErrClaims},
		"a shop that is a number":    {signed(head, claims(object{"shop": 42}), hs256(key)), ErrClaims},
		"a name that is a list":      {signed(head, claims(object{"name": []string{"Jo"}}), hs256(key)), ErrClaims},
		"a name that is too long":    {signed(head, claims(object{"name": strings.Repeat("é", 121)}), hs256(key)), ErrClaims},
		"claims that are not ours":   {signed(head, claims(object{"roles": []int{1}, "phone": 3}), hs256(key)), nil},
		"claims that are not object": {signed(head, nil, hs256(key)), ErrClaims},
	} {
		got, err := v.Verify(c.token, now)
		if !errors.Is(err, c.want) || (err == nil) != (got != nil) {
			t.Errorf("%s: %v, %v, want %v", name, got, err, c.want)
		}
		if err != nil && c.token != "" && (strings.Contains(err.Error(), c.token) || strings.Contains(err.Error(), key) || strings.Contains(err.Error(), "4411")) {
			t.Errorf("%s: the error tells of it: %v", name, err)
		}
	}
}

// Claims are cleaned as answers are; what is no address is left out.
func TestClaims(t *testing.T) {
	v := verifier(t, "HS256", key)
	got, err := v.Verify(signed(object{"alg": "HS256"}, claims(object{"name": "Jo\u202e\x00\nClaes ", "email": "jo at home", "tel": "call me", "shop": nil}), hs256(key)), now)
	if want := (Customer{ID: "shop-4411", Name: "Jo Claes"}); err != nil || *got != want {
		t.Errorf("%+v, %v", got, err)
	}
	v.of.Claims = content.Map[string]{{Key: "id", Value: "shop"}}
	got, err = v.Verify(signed(object{"alg": "HS256"}, claims(nil), hs256(key)), now)
	if want := (Customer{ID: "0042"}); err != nil || *got != want {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestVerifyByPublicKey(t *testing.T) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	text := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	v := verifier(t, "EdDSA", text)
	if _, err := v.Verify(signed(object{"alg": "EdDSA"}, claims(nil), func(said string) []byte { return ed25519.Sign(private, []byte(said)) }), now); err != nil {
		t.Error(err)
	}
	// The public key is known to all: it must not count as a shared one.
	if _, err := v.Verify(signed(object{"alg": "HS256"}, claims(nil), hs256(text)), now); !errors.Is(err, ErrUnproven) {
		t.Error(err)
	}
}

func TestKeysThatAreNone(t *testing.T) {
	for algorithm, keys := range map[content.Algorithm][]string{"HS256": {"", key[1:]}, "EdDSA": {"", key, "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----"}, "none": {key}} {
		for _, key := range keys {
			if _, err := NewVerifier(site(algorithm), key); err == nil || len(key) > 3 && strings.Contains(err.Error(), key) {
				t.Errorf("%s %q: %v", algorithm, key, err)
			}
		}
	}
}

func TestSession(t *testing.T) {
	s := NewSession([]byte("secret"), key, "balie")
	jo := &Customer{ID: "shop-4411", Name: "Jo Claes", Organisation: "0042"}
	value, err := s.Seal(jo, now)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Open(value, now.Add(time.Hour-time.Second)); got == nil || *got != *jo {
		t.Errorf("opened %+v", got)
	}
	said, sum, _ := strings.Cut(value, ".")
	for name, got := range map[string]*Customer{
		"after an hour":     s.Open(value, now.Add(time.Hour)),
		"changed":           s.Open("x"+said[1:]+"."+sum, now),
		"without a sum":     s.Open(said, now),
		"nothing":           s.Open("", now),
		"another secret":    NewSession([]byte("other"), key, "balie").Open(value, now),
		"another key":       NewSession([]byte("secret"), key+"x", "balie").Open(value, now),
		"another audience":  NewSession([]byte("secret"), key, "shop").Open(value, now),
		"of a longer value": s.Open(value+"A", now),
	} {
		if got != nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
	longest := &Customer{strings.Repeat("é", 128), strings.Repeat("é", 120), strings.Repeat("a", 254), strings.Repeat("1", 40), strings.Repeat("é", 128)}
	if value, err = s.Seal(longest, now); err != nil || len(value) > 3900 {
		t.Errorf("a cookie of %d bytes, %v", len(value), err)
	}
}

func FuzzVerify(f *testing.F) {
	f.Add(signed(object{"alg": "HS256"}, claims(nil), hs256("another key")))
	f.Add("a.b.c")
	v, err := NewVerifier(site("HS256"), key)
	if err != nil {
		f.Fatal(err)
	}
	s := NewSession([]byte("secret"), key, "balie")
	f.Fuzz(func(t *testing.T, token string) {
		if c, err := v.Verify(token, now); err == nil || c != nil {
			t.Errorf("%q vouches for %+v", token, c)
		}
		if c := s.Open(token, now); c != nil {
			t.Errorf("%q opens %+v", token, c)
		}
	})
}
