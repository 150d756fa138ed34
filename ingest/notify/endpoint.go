package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"code.dny.dev/ssrf"
	"golang.org/x/net/idna"

	"balie/ingest/store"
)

const (
	maxURL     = 1000             // bytes of an address
	timeout    = 10 * time.Second // of a call, from the name to the end of the answer
	maxAnswer  = 64 << 10         // bytes of an answer that are read
	maxHeaders = 16 << 10         // bytes of its headers
)

// ports are those that an address may name.
var ports = []uint16{443, 8443}

// parseURL reads the address of an endpoint, and returns it with its host in lower case and ASCII.
// The error is ErrURL.
func parseURL(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || len(address) > maxURL || u.Scheme != "https" || u.User != nil || u.Opaque != "" || u.Fragment != "" {
		return nil, ErrURL
	}
	host, err := idna.Lookup.ToASCII(u.Hostname())
	if err != nil || !strings.Contains(host, ".") || strings.HasSuffix(host, ".") {
		return nil, ErrURL
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return nil, ErrURL
	}
	switch port := u.Port(); {
	case port == "443", port == "" && !strings.HasSuffix(u.Host, ":"):
		u.Host = host
	case port == "8443":
		u.Host = net.JoinHostPort(host, port)
	default:
		return nil, ErrURL
	}
	return u, nil
}

// newClient returns what calls endpoints. Each call makes its own connection, so each is judged.
func (n *Notifier) newClient() *http.Client {
	dial := n.Dial
	if dial == nil {
		dial = newDialer(nil).DialContext
	}
	return &http.Client{
		Transport: &http.Transport{
			DialContext: dial, DisableKeepAlives: true, DisableCompression: true, MaxResponseHeaderBytes: maxHeaders,
			TLSClientConfig: &tls.Config{RootCAs: n.Roots, MinVersion: tls.VersionTLS12},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// newDialer returns what connects to public addresses alone. It judges the address that a name led
// to, so no second answer of the name's server can come between. Nil is the system's resolver.
func newDialer(resolver *net.Resolver) *net.Dialer {
	return &net.Dialer{Timeout: timeout, Resolver: resolver, Control: ssrf.New(ssrf.WithPorts(ports...)).Safe}
}

// answer is what an endpoint said to a call.
type answer struct {
	status int           // 0: there was no answer
	body   []byte        // up to maxAnswer bytes
	after  time.Duration // it wants to be left alone for so long
	reason string        // why the call was not taken
}

func (a answer) isTaken() bool { return a.status/100 == 2 }

// post signs a message and sends it to a follower.
func (n *Notifier) post(ctx context.Context, f store.Follower, id string, body []byte) answer {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, f.Address, bytes.NewReader(body))
	if err != nil {
		return answer{reason: "its address can't be read"}
	}
	at := strconv.FormatInt(n.Now().Unix(), 10)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "balie")
	r.Header.Set("Webhook-Id", id)
	r.Header.Set("Webhook-Timestamp", at)
	r.Header.Set("Webhook-Signature", signature(f.Secret, id, at, body))
	res, err := n.client.Do(r)
	if err != nil {
		return n.failed(ctx, f, err)
	}
	defer res.Body.Close()
	a := answer{status: res.StatusCode, after: n.retryAfter(res.Header.Get("Retry-After"))}
	a.body, err = io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	switch {
	case !a.isTaken():
		a.reason = "it answered " + strconv.Itoa(a.status)
	case err != nil: // the status was there: that counts
		a.body = nil
	}
	return a
}

// signature is the header Webhook-Signature of a message ("Signature scheme", symmetric).
func signature(key []byte, id, at string, body []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + at + "."))
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// messageID is the header Webhook-Id of a call: of one follower and one event for good. It has no
// full stop, which ends it in what is signed.
func messageID(f store.Follower, event string) string {
	sum := sha256.Sum256([]byte(f.Token + " " + event))
	return "msg_" + hex.EncodeToString(sum[:16])
}

// failed says in fixed words why there was no answer. That an address is not public is for the log
// alone.
func (n *Notifier) failed(ctx context.Context, f store.Follower, err error) answer {
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return answer{reason: "it did not answer in ten seconds"}
	case errors.As(err, &certificate):
		return answer{reason: "its certificate is not right"}
	case errors.Is(err, ssrf.ErrProhibitedIP), errors.Is(err, ssrf.ErrProhibitedPort):
		n.Log.Warn("a follower's name leads to an address that is not public: it is not called", "follower", f.Seq)
	}
	return answer{reason: "it can't be reached"}
}

// maxRetryAfter is how long an endpoint is left alone at most because it wants to be.
const maxRetryAfter = 24 * time.Hour

// retryAfter reads the header of that name (RFC 9110, 10.2.3): seconds, or a date.
func (n *Notifier) retryAfter(header string) time.Duration {
	if seconds, err := strconv.ParseUint(header, 10, 32); err == nil {
		return min(time.Duration(seconds)*time.Second, maxRetryAfter)
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(0, min(at.Sub(n.Now()), maxRetryAfter))
	}
	return 0
}
