package mail

import (
	"crypto/sha256"
	"regexp"
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

// NumberIn returns the number in a Message-ID that looks like one of MessageID's. It proves
// nothing: anybody can write one.
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

// digits are a ticket's number as people write it, or something else.
var digits = regexp.MustCompile(`\d(?:[\s\p{Pd}]?\d){9,60}`)

// NumbersIn returns the ticket numbers in a text, in order.
func NumbersIn(text string) (numbers []string) {
	for _, run := range digits.FindAllString(text, 10) {
		groups := strings.FieldsFunc(run, func(r rune) bool { return r < '0' || r > '9' })
		for i := range groups {
			for j := i + 1; j <= len(groups); j++ {
				number, ok := content.ParseNumber(strings.Join(groups[i:j], ""))
				if ok && content.Dated(number) {
					numbers = append(numbers, number)
				}
			}
		}
	}
	return numbers
}

// StaffNumber returns the ticket's number in an address that looks like one of StaffAddress's,
// whoever it was made for. It proves nothing.
func StaffNumber(address string) (number string, ok bool) {
	parts := tokenOf(address)
	if len(parts) != 4 {
		return "", false
	}
	number, ok = content.ParseNumber(parts[0])
	return number, ok && number == parts[0] && content.Dated(number)
}
