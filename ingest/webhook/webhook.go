// Package webhook reads what other programs post to /hooks/<name>. It is pure: a hook of
// hooks.yaml, its secrets, headers, bytes and an instant in; plain values out.
//
//	Request ─► Verify ─► Kept ─► Parse ─► Delivery: an id, and Actions
//	           (proven)  (headers to keep)           (Ticket, Paid, Fetch, Alert, Mail)
//
// Verify proves who sent a request. Parse says what it asks for; it needs no secret and no clock,
// so that a request that was kept can be read again, also after its hook was changed. What an
// action leads to is decided by whoever takes it: whether a service, a form or a ticket is there,
// and whether an alert is news.
//
// # Proofs
//
// Secrets are compared in constant time, all that hold are tried, and an empty one proves nothing.
// A header that proves something and comes twice proves nothing either.
//   - alertmanager, email: Authorization: Bearer (RFC 6750), the secret itself.
//   - stripe: Stripe-Signature with t and one v1 that is right; t at most 5 minutes away.
//   - github: X-Hub-Signature-256.
//   - standard: Standard Webhooks 1.0.0, symmetric (v1), at most 5 minutes away. A secret is
//     whsec_ and base64. Without whsec_ it is taken as base64, and as the bytes that it is.
//   - json: an HMAC-SHA256 of the body in hexadecimal digits, or the secret itself, in the header
//     that the hook names; else Authorization: Bearer.
//
// # Bodies
//
// A body is one JSON value (RFC 8259) in UTF-8, nested at most 100 deep, without a key that comes
// twice in an object. Anything else is malformed. Names are compared exactly. Of email the body is
// a raw mail, which package mail reads.
//
// All texts but [Ticket] answers come out as plain text without controls and bidirectional
// formatting, by the rules of package form. They are not Markdown: whoever writes them into
// Markdown escapes them. A value in a template has at most 500 characters, a title 200, a text
// 10,000. What a template makes is cut; what a sender words is malformed if it is longer.
package webhook

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"time"

	"balie/content"
	"balie/ingest/form"
)

// Request is what was posted: the headers and the raw body.
type Request struct {
	Header http.Header
	Body   []byte
}

// Delivery is what a proven request says. Without actions, one of Ignored, Unusable and Challenge
// says why.
type Delivery struct {
	ID       string   // by which a repetition is known, of any length and unclean: as the sender has it, or a hash
	Actions  []Action // in order
	Ignored  string   // why there is nothing to do, in plain words: a ping, an event of no interest
	Unusable string   // why what was meant can't be done, in plain words: for a person to look at

	// Challenge is what the answer must have: the sender asks whether it may go on.
	Challenge string
}

// Action is one of Ticket, Paid, Fetch, Alert and Mail.
type Action interface{ action() }

// Ticket is a ticket by the hook's form. Its answers are as they were sent, before any rule.
type Ticket struct{ Answers form.Answers }

// Paid is a payment for a ticket.
type Paid struct {
	Number    string // valid by itself; whether there is such a ticket, the caller must see
	Reference string // the payment's
	Amount    content.Money
}

// Fetch says that something was pushed to a ref of the repository, such as refs/heads/main.
type Fetch struct{ Ref string }

// Alert is what a machine says of one incident.
type Alert struct {
	Key  string       // tells one incident of a hook from another; of any length, unclean
	At   time.Time    // the payload's own time, UTC, in the years 1970 to 9999; zero: none
	Kind content.Kind // of standard: the event named; else "", and Open says it
	Open bool         // firing; of standard: the kind is not resolved
	// Services are those that are touched now, and their states. Names are services.yaml's where
	// the hook's mapping has them, else as they were sent.
	Services map[string]content.ComponentState
	// Title (one line) and Text are by language. The language "" is the site's source language:
	// the sender named none. Nil is the default.
	Title, Text content.Text
	Facts       []Fact // for staff alone, in a stable order
}

// Fact is a named value that the sender gave.
type Fact struct{ Name, Value string }

// Mail is a raw mail as it came in.
type Mail struct{ Raw []byte }

func (Mail) action()   {}
func (Ticket) action() {}
func (Paid) action()   {}
func (Fetch) action()  {}
func (Alert) action()  {}

// The errors that a caller decides on.
var (
	// ErrUnproven: no proof, a wrong one or an old one. Nothing says which.
	ErrUnproven = errors.New("the request proves nothing")
	// ErrMalformed: the request is not what its hook's kind says.
	ErrMalformed = errors.New("the request is not what its kind says")
	// ErrKind: no adapter reads this kind of hook.
	ErrKind = errors.New("no hook of this kind is read here")
)

// adapter is how one kind of hook is proven and read.
type adapter struct {
	verify func(h *content.Hook, secret string, r Request, now time.Time) bool
	parse  func(h *content.Hook, r Request) (Delivery, error)
	keeps  []string // the headers that parse reads
}

var adapters = map[content.HookKind]adapter{
	content.AlertmanagerHook: {verify: verifyBearer, parse: parseAlertmanager},
	content.StripeHook:       {verify: verifyStripe, parse: parseStripe},
	content.GitHubHook:       {verify: verifyGitHub, parse: parseGitHub, keeps: []string{gitHubEvent, gitHubDelivery}},
	content.StandardHook:     {verify: verifyStandard, parse: parseStandard, keeps: []string{standardID}},
	content.JSONHook:         {verify: verifyJSON, parse: parseJSON},
	content.EmailHook:        {verify: verifyBearer, parse: parseEmail},
}

// Verify proves a request by one of the hook's secrets at an instant, and returns the index of the
// one that proved it. The errors wrap ErrUnproven or ErrKind.
func Verify(h *content.Hook, secrets []string, r Request, now time.Time) (used int, err error) {
	a, ok := adapters[h.Kind]
	if !ok {
		return -1, fmt.Errorf("%w: %s", ErrKind, h.Kind)
	}
	for i, secret := range secrets {
		if secret != "" && a.verify(h, secret, r, now) {
			return i, nil
		}
	}
	return -1, ErrUnproven
}

// Parse reads a request that was proven. The errors wrap ErrMalformed or ErrKind.
func Parse(h *content.Hook, r Request) (Delivery, error) {
	a, ok := adapters[h.Kind]
	if !ok {
		return Delivery{}, fmt.Errorf("%w: %s", ErrKind, h.Kind)
	}
	d, err := a.parse(h, r)
	if err != nil {
		return Delivery{}, err
	}
	if d.ID == "" {
		d.ID = hashOf(h.Name, string(r.Body))
	}
	return d, nil
}

// Kept returns the headers that Parse reads for the hook's kind, and no others.
func Kept(h *content.Hook, header http.Header) http.Header {
	kept := http.Header{}
	for _, name := range adapters[h.Kind].keeps {
		if values := header.Values(name); len(values) > 0 {
			kept[http.CanonicalHeaderKey(name)] = values
		}
	}
	return kept
}

// malformed says what is wrong with a request. It never repeats what was sent.
func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrMalformed, fmt.Sprintf(format, args...))
}

// hashOf returns the SHA-256 of some texts, each with its length, in hexadecimal digits.
func hashOf(texts ...string) string {
	sum := sha256.New()
	for _, t := range texts {
		fmt.Fprintf(sum, "%d:%s", len(t), t)
	}
	return hex.EncodeToString(sum.Sum(nil))
}
