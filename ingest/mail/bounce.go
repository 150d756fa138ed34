package mail

import (
	"regexp"
	"slices"
	"strings"

	"balie/ingest/form"
)

// Bounce is what a server says of a mail that did not arrive.
type Bounce struct {
	Address string // to which it was sent, or ""
	Reason  string // the status code, if any, and what the server says; at most 200 characters
	ID      string // the Message-ID of the mail that did not arrive, or ""
}

// maxReason is how many characters of what a server says are kept.
const maxReason = 200

// bounce reads a mail that a server wrote about another one. Either it says that one did not arrive
// for good, or why there is nothing to do, or neither: the mail is none of a server's.
func bounce(h header, parts *reading, body []byte, text string, from []Address) (*Bounce, string) {
	kind, params := h.mediaType()
	report := strings.ToLower(params["report-type"])
	switch {
	case kind == "multipart/report" && report != "delivery-status" && parts.report == nil:
		return nil, "a report of a mail server or program (" + form.CleanLabel(report) + ")"
	case parts.report != nil:
		return reported(parts)
	case isServer(h, from):
		return worded(h, parts, body, text)
	}
	return nil, ""
}

// reported reads a delivery status notification (RFC 3464).
func reported(parts *reading) (*Bounce, string) {
	about := append(readHeader(parts.about), field{})
	for _, block := range blocks(parts.report) {
		h := readHeader(block)
		address := recipientOf(h)
		if !strings.EqualFold(h.first("action"), "failed") {
			continue
		}
		b := &Bounce{Address: address, Reason: reason(h.first("status"), withoutType(h.first("diagnostic-code")))}
		if ids := messageIDs(about.first("message-id")); len(ids) > 0 {
			b.ID = ids[0]
		}
		return b, ""
	}
	return nil, "a mail server's notice that a mail was delayed, or has arrived"
}

// blocks cuts a delivery status into its groups of fields.
func blocks(report []byte) (all [][]byte) {
	for len(report) > 0 && len(all) < 100 {
		head, rest := splitHeader(report)
		if len(head) > 0 {
			all = append(all, head)
		}
		report = rest
	}
	return all
}

// recipientOf returns the address that a group of fields is about: where the mail was sent first.
func recipientOf(h header) string {
	for _, name := range []string{"original-recipient", "final-recipient"} {
		if list := addresses(withoutType(h.first(name))); len(list) == 1 {
			return list[0].Address
		}
	}
	return ""
}

// withoutType takes off what kind of value follows, such as "rfc822;".
func withoutType(value string) string {
	if _, rest, ok := strings.Cut(value, ";"); ok {
		value = rest
	}
	return strings.TrimSpace(value)
}

// isServer reports whether a mail server wrote a mail in its own name.
func isServer(h header, from []Address) bool {
	if h.has("x-failed-recipients") {
		return true
	}
	return len(from) == 1 && slices.ContainsFunc([]string{"mailer-daemon@", "postmaster@"}, func(prefix string) bool {
		return strings.HasPrefix(strings.ToLower(from[0].Address), prefix)
	})
}

var (
	status     = regexp.MustCompile(`\b[245]\.\d{1,3}\.\d{1,3}\b`)
	permanent  = regexp.MustCompile(`\b5(?:\d\d[ -]|\.\d{1,3}\.\d{1,3}\b)`)
	codes      = regexp.MustCompile(`^(?:\d{3}[ -])?(?:\d\.\d{1,3}\.\d{1,3})?\s*`)
	returnedID = regexp.MustCompile(`(?im)^message-id:\s*(<[^<>\s]{1,500}>)`)
)

// worded reads what a server wrote in its own words. Only what it calls permanent is a bounce.
func worded(h header, parts *reading, body []byte, text string) (*Bounce, string) {
	const unclear = "a mail server's own mail, which does not say clearly that a mail did not arrive"
	failed := h.first("x-failed-recipients")
	if !permanent.MatchString(text) {
		return nil, unclear
	}
	if failed == "" {
		failed = loose.FindString(text)
	}
	list := addresses(failed)
	if len(list) == 0 {
		return nil, unclear
	}
	said := permanent.FindStringIndex(text)
	line, _ := lineAt([]byte(text), said[0])
	b := &Bounce{Address: list[0].Address, Reason: reason(status.FindString(text), string(line))}
	if m := returnedID.FindSubmatch(append(slices.Clip(parts.about), body...)); m != nil {
		b.ID = string(m[1])
	}
	return b, ""
}

// reason says why a mail did not arrive: the code (RFC 3463) and the beginning of the server's
// words.
func reason(code, words string) string {
	code = status.FindString(code)
	words = codes.ReplaceAllString(decodeLine(words), "")
	if words == "" {
		words = "it could not be delivered"
	}
	if code != "" {
		words = code + " " + words
	}
	if runes := []rune(words); len(runes) > maxReason {
		words = string(runes[:maxReason-1]) + "…"
	}
	return words
}
