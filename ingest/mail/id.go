package mail

import (
	"crypto/sha256"
	"strings"

	"balie/content"
)

// idHashSize is how many bytes of an event's hash stand in a Message-ID.
const idHashSize = 15

// MessageID returns the Message-ID of the mail that tells of an event. The event is named by its
// path without ".md"; host is base_url's.
func MessageID(event, number, host string) string {
	sum := sha256.Sum256([]byte(event))
	return "<" + strings.ToLower(tokenEncoding.EncodeToString(sum[:idHashSize])) + "." + number + "@" + host + ">"
}

// NumberIn returns the number in a Message-ID that looks like one of MessageID's. It proves nothing:
// anybody can write one.
func NumberIn(messageID, host string) (number string, ok bool) {
	local, domain, _ := strings.Cut(strings.Trim(strings.TrimSpace(messageID), "<>"), "@")
	hash, number, found := strings.Cut(local, ".")
	if !found || !strings.EqualFold(domain, host) || len(hash) != tokenEncoding.EncodedLen(idHashSize) {
		return "", false
	}
	if parsed, ok := content.ParseNumber(number); !ok || parsed != number {
		return "", false
	}
	return number, true
}
