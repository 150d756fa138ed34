package ingest

import (
	"regexp"

	"balie/content"
	"balie/ingest/filing"
	"balie/ingest/form"
	"balie/ingest/guard"
)

// A double click or a reload sends the same once more, and is answered with the same follow link.
// So the second sender must be the first one. Either both have the nonce of one page that the
// intake served, which only its reader knows, or both have one network address and one e-mail
// address, or are one customer of the platform.
//
// Behind a proxy that is not trusted the connection has the proxy's address, and what a header says
// of the sender's can be made up. There only the nonce counts.

// wellFormedNonce is what filing.Filer.NewNonce makes. Anything shorter could be somebody else's
// too.
var wellFormedNonce = regexp.MustCompile("^[0-9a-f]{32}$")

// nonceOf returns the nonce that was sent, or "".
func nonceOf(a form.Answers) string {
	if n := a.Get(form.Nonce); wellFormedNonce.MatchString(n) {
		return n
	}
	return ""
}

// nonce returns the nonce of a page: the one that was sent, where a form comes back, or a new one.
func (c *call) nonce(sent form.Answers) (string, error) {
	if n := nonceOf(sent); n != "" {
		return n, nil
	}
	return c.filer.NewNonce()
}

// repeatKey returns the filing.RepeatKey of a submission that has no Idempotency-Key. It is ""
// where nothing tells that an equal one comes from the same sender, and for the buttons of the
// follow page, which carryOut compares with the ticket.
func (c *call) repeatKey(scope string, a form.Answers, s *form.Submission) string {
	if s.Form.Field("action") != nil {
		return ""
	}
	if n := nonceOf(a); n != "" {
		return filing.RepeatKey("nonce/"+scope, n, append(contentOf(s), c.vouchedParts()...)...)
	}
	address, certain := c.address()
	if !certain || s.Role(content.EmailRole) == "" && c.customer == nil {
		return ""
	}
	return filing.RepeatKey("address/"+scope, address, append(contentOf(s), c.vouchedParts()...)...)
}

// address returns the address that a request comes from, as guard.Address does.
func (c *call) address() (address string, certain bool) {
	var proxies []string
	if c.tree.Site.Guard != nil {
		proxies = c.tree.Site.Guard.TrustedProxies
	}
	return guard.Address(c.r, proxies)
}

// contentOf lists all that is filed of a submission. An empty part stands between answers and
// files.
func contentOf(s *form.Submission) [][]byte {
	parts := [][]byte{[]byte(s.Language), []byte(s.Incident)}
	for _, v := range s.Values {
		parts = append(parts, []byte(v.Key), []byte(v.Value))
	}
	parts = append(parts, nil)
	for _, f := range s.Files {
		parts = append(parts, []byte(f.Name), []byte(f.Label), f.Body)
	}
	return parts
}
