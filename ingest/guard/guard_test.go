package guard

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/altcha-org/altcha-lib-go"

	"balie/content"
)

var friday = time.Date(2026, 11, 20, 14, 5, 9, 0, time.UTC)

var key = Key("0123456789abcdef0123456789abcdef")

func TestAddress(t *testing.T) {
	proxies := []string{"127.0.0.1/32", "198.51.100.0/24", "2001:db8:ffff::/48"}
	for _, tt := range []struct {
		peer, forwarded string
		address         string
		certain         bool
	}{
		{"192.0.2.1:99", "", "192.0.2.1", true},
		{"[2001:db8::1]:99", "", "2001:db8::/64", true},
		{"[::ffff:192.0.2.1]:99", "", "192.0.2.1", true},
		{"192.0.2.1:99", "203.0.113.9", "192.0.2.1", false}, // nobody's word
		{"127.0.0.1:99", "203.0.113.9", "203.0.113.9", true},
		{"127.0.0.1:99", "10.0.0.1, 203.0.113.9, 198.51.100.7", "203.0.113.9", true},
		{"127.0.0.1:99", "203.0.113.9, 10.0.0.1", "10.0.0.1", false}, // what stands before it may be made up
		{"127.0.0.1:99", "[2001:db8:1:2:3::4]:1234", "2001:db8:1:2::/64", true},
		{"127.0.0.1:99", "203.0.113.9:1234", "203.0.113.9", true},
		{"[2001:db8:ffff::1]:99", "203.0.113.9", "203.0.113.9", true},
		{"127.0.0.1:99", "203.0.113.9, unknown", "", false},
		{"127.0.0.1:99", "", "", false},
		{"127.0.0.1:99", "198.51.100.7", "", false},
		{"10.0.0.1:99", "", "10.0.0.1", false},
		{"10.0.0.1:99", "203.0.113.9", "", false}, // a proxy that nobody named
		{"@", "", "", false},
	} {
		r := httptest.NewRequest("POST", "/", nil)
		r.RemoteAddr = tt.peer
		if tt.forwarded != "" {
			r.Header.Set("X-Forwarded-For", tt.forwarded)
		}
		if address, certain := Address(r, proxies); address != tt.address || certain != tt.certain {
			t.Errorf("%s for %q: %q, certain %t", tt.peer, tt.forwarded, address, certain)
		}
	}
	r := httptest.NewRequest("POST", "/", nil)
	r.RemoteAddr = "127.0.0.1:99"
	r.Header["X-Forwarded-For"] = []string{"10.0.0.1", "203.0.113.9"}
	if address, _ := Address(r, proxies); address != "203.0.113.9" {
		t.Errorf("of two headers: %q", address)
	}
}

// count is how many of n requests may go on at an instant.
func count(l *Limiter, g *content.Guard, r Request, n int, now time.Time) (passed int) {
	for range n {
		if l.Wait(g, r, now) == 0 {
			passed++
		}
	}
	return passed
}

func rateOf(t *testing.T, s string) content.Rate {
	t.Helper()
	r, err := content.ParseRate(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRates(t *testing.T) {
	g := &content.Guard{PerAddress: rateOf(t, "4/h"), Whole: rateOf(t, "20/h")}
	var l Limiter
	one, other := Request{Address: "192.0.2.1", Scope: "contact"}, Request{Address: "192.0.2.2", Scope: "contact"}
	if n := count(&l, g, one, 9, friday); n != 4 {
		t.Errorf("%d of one address, want 4", n)
	}
	if wait := l.Wait(g, one, friday); wait != 15*time.Minute {
		t.Errorf("it waits %s, want a quarter of an hour", wait)
	}
	if n := count(&l, g, other, 4, friday); n != 4 {
		t.Errorf("%d of another address, want 4", n)
	}
	if n := count(&l, g, Request{Address: "192.0.2.3", Scope: "contact", Challenge: true}, 50, friday); n != 40 {
		t.Errorf("%d challenges, want 40", n)
	}
	unknown := Request{Scope: "contact"}
	if n := count(&l, g, unknown, 20, friday); n != 2 { // half of the whole: 10, of which 8 were sent
		t.Errorf("%d more at one form, want 2", n)
	}
	if n := count(&l, g, Request{Scope: "quote"}, 20, friday); n != 10 {
		t.Errorf("%d at another form, want 10", n)
	}
	if n := count(&l, g, Request{Scope: "third"}, 20, friday); n != 0 {
		t.Errorf("%d beyond the whole", n)
	}
	if n := count(&l, g, one, 2, friday.Add(15*time.Minute)); n != 1 {
		t.Errorf("%d after a quarter of an hour, want 1", n)
	}
	off := &content.Guard{PerAddress: rateOf(t, "0"), Whole: rateOf(t, "0")}
	if n := count(&l, off, one, 10_000, friday) + count(&l, nil, one, 10_000, friday); n != 20_000 {
		t.Errorf("%d without limits", n)
	}
	if n := count(&l, &content.Guard{}, one, 100, friday); n != defaultPerAddress.Count {
		t.Errorf("%d where no rate is named", n)
	}
}

// However many addresses come, few are remembered, and those that must wait go on waiting as long
// as there is room.
func TestAddressesAreForgotten(t *testing.T) {
	var l Limiter
	g := &content.Guard{PerAddress: rateOf(t, "1/h"), Whole: rateOf(t, "0")}
	for i := range maxAddresses + 10 {
		l.Wait(g, Request{Address: fmt.Sprint(i)}, friday)
	}
	if n := len(l.addresses); n > maxAddresses {
		t.Errorf("%d addresses are remembered", n)
	}
	later := friday.Add(2 * time.Hour)
	for i := range maxAddresses {
		l.Wait(g, Request{Address: fmt.Sprint("later ", i)}, later)
	}
	waits := count(&l, g, Request{Address: fmt.Sprint("later ", maxAddresses-1)}, 1, later)
	if len(l.addresses) > maxAddresses || waits != 0 {
		t.Errorf("%d addresses are remembered, one that must wait passed: %d", len(l.addresses), waits)
	}
}

// solve solves a challenge as the page's script does.
func solve(t *testing.T, c altcha.Challenge) string {
	t.Helper()
	s, err := altcha.SolveChallenge(c.Challenge, c.Salt, altcha.SHA256, int(c.MaxNumber), 0, nil)
	if err != nil || s == nil {
		t.Fatal(s, err)
	}
	return payload(t, altcha.Payload{Algorithm: c.Algorithm, Challenge: c.Challenge, Number: int64(s.Number), Salt: c.Salt, Signature: c.Signature})
}

func payload(t *testing.T, p altcha.Payload) string {
	t.Helper()
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(data)
}

func TestVerdicts(t *testing.T) {
	challenge, err := key.Challenge(friday)
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := Key("another").Challenge(friday)
	if err != nil {
		t.Fatal(err)
	}
	proof, ten := solve(t, challenge), 10*time.Second
	work, hold := &content.Guard{ProofOfWork: true}, &content.Guard{Hold: content.Duration(ten)}
	served := key.Served("contact", friday)
	for name, tt := range map[string]struct {
		g     *content.Guard
		sent  Sent
		after time.Duration
		want  Verdict
	}{
		"no guard":                        {nil, Sent{Honeypot: "x"}, 0, Accepted},
		"nothing asked":                   {&content.Guard{}, Sent{}, 0, Accepted},
		"the honeypot":                    {&content.Guard{}, Sent{Honeypot: "x"}, 0, Spam},
		"the honeypot, with proof":        {work, Sent{Honeypot: "x", Proof: proof, Vouched: true}, 0, Spam},
		"too soon":                        {hold, Sent{Served: served}, ten - time.Second, Held},
		"in time":                         {hold, Sent{Served: served}, ten, Accepted},
		"days later":                      {hold, Sent{Served: served}, 240 * time.Hour, Accepted},
		"a page that was built ahead":     {hold, Sent{}, 0, Accepted},
		"another form's page":             {hold, Sent{Form: "quote", Served: served}, 0, Accepted},
		"a time that is wrongly signed":   {hold, Sent{Served: served + "0"}, 0, Accepted},
		"a time that is none":             {hold, Sent{Served: "x." + key.sign("served", "contact", "x")}, 0, Accepted},
		"proof":                           {work, Sent{Proof: proof}, 0, Accepted},
		"late proof":                      {work, Sent{Proof: proof}, challengeFor + time.Second, Held},
		"no proof":                        {work, Sent{}, 0, Held},
		"no proof, vouched":               {work, Sent{Vouched: true}, 0, Accepted},
		"another intake's proof":          {work, Sent{Proof: solve(t, foreign)}, 0, Held},
		"a challenge that was not solved": {work, Sent{Proof: payload(t, altcha.Payload{Algorithm: "SHA-256", Challenge: challenge.Challenge, Number: -1, Salt: challenge.Salt, Signature: challenge.Signature})}, 0, Held},
		"another algorithm":               {work, Sent{Proof: payload(t, altcha.Payload{Algorithm: "SHA-1", Challenge: challenge.Challenge, Salt: challenge.Salt, Signature: challenge.Signature})}, 0, Held},
		"no base64":                       {work, Sent{Proof: "{}"}, 0, Held},
		"no JSON":                         {work, Sent{Proof: "AAAA"}, 0, Held},
	} {
		if tt.sent.Form == "" {
			tt.sent.Form = "contact"
		}
		got, spent := Judge(tt.g, key, tt.sent, friday.Add(tt.after))
		if got != tt.want || (spent.Name != "") != (name == "proof") {
			t.Errorf("%s: %v, spends %q", name, got, spent.Name)
		}
	}
}
