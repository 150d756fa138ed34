// Package guard judges what is posted, by who sends it and how. It reads site.yaml's `guard`, and
// is off where that is absent.
//
//	request ─► Address ─► Limiter.Wait ─► 429, or on
//	answers ─► Judge ─► Accepted, Held, Spam
//
// # Rates
//
// Posts are limited by address, by form and altogether (limiter.go). The counts are in memory: each
// process has its own, and a restart begins anew.
//
// # Addresses
//
// The address of a request is that of its connection. Only where that is a trusted proxy's is
// X-Forwarded-For read, from the right, up to the first address that is no trusted proxy's
// (address.go). IPv6 goes by /64: what one customer is given.
//
// # Three verdicts
//
// Nothing is thrown away. What is held is a ticket as any other, and a person lets it through. Spam
// is a ticket outside the queue, on a list for staff.
//
//   - the honeypot is filled in: spam. People do not see that field.
//   - the form came back sooner than a person fills it in: held. That is only known of a page that the
//     intake served, with its signed time (served.go). A time that is wrongly signed is none.
//   - proof of work is wanted, and there is none: held (proof.go). Who has no script has none.
package guard

import (
	"time"

	"balie/content"
)

// Verdict is what becomes of a submission.
type Verdict int

// The verdicts.
const (
	Accepted Verdict = iota
	Held             // a ticket that waits for a look
	Spam             // a ticket outside the queue
)

// Sent is what a submission says of how it came.
type Sent struct {
	Form     string
	Honeypot string // the field that people do not see
	Served   string // the signed time of its page, or ""
	Proof    string // of work, or ""
	Vouched  bool   // the platform vouches for its sender
}

// Judge judges a submission. Where a proof counted it is returned: it is good once, and the caller
// must spend it.
func Judge(g *content.Guard, k Key, s Sent, now time.Time) (Verdict, Proof) {
	if g == nil {
		return Accepted, Proof{}
	}
	if s.Honeypot != "" {
		return Spam, Proof{}
	}
	served, isServed := k.servedAt(s.Form, s.Served)
	if isServed && now.Sub(served) < time.Duration(g.Hold) {
		return Held, Proof{}
	}
	if !g.ProofOfWork || s.Vouched {
		return Accepted, Proof{}
	}
	proof, ok := k.check(s.Proof, now)
	if !ok {
		return Held, Proof{}
	}
	return Accepted, proof
}
