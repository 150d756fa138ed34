// Package mail makes the messages that go out, hands them to a server, and reads those that come
// in.
//
// # Addresses
//
// People answer at an address of their own, which has the ticket's number and a proof of it
// (address.go). It finds the ticket and grants nothing.
package mail

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ReplyKey makes the addresses to which people answer, and knows them again. Its zero value is no
// key: the store keeps one (store.Secret).
type ReplyKey []byte

// macSize is how many bytes of an HMAC stand in an address: a local part has 64 octets at most (RFC
// 5321, 4.5.3.1.1).
const macSize = 10

var tokenEncoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// mac is the proof of what an address says, in lower case, since mail programs and servers may
// change the case of a local part.
func (k ReplyKey) mac(parts ...string) string {
	h := hmac.New(sha256.New, k)
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return strings.ToLower(tokenEncoding.EncodeToString(h.Sum(nil)[:macSize]))
}

// Address returns the address at which a ticket's requester answers: mail.from with the ticket's
// number and its proof, such as help+2611204216-k7…@desk.example. It only finds the ticket: who
// sends must be its requester all the same.
func (k ReplyKey) Address(from, number string) string {
	return withToken(from, number+"-"+k.mac("requester", number))
}

// Ticket returns the number in an address that Address made.
func (k ReplyKey) Ticket(address string) (number string, ok bool) {
	parts := tokenOf(address)
	if len(parts) != 2 || !hmac.Equal([]byte(parts[1]), []byte(k.mac("requester", parts[0]))) {
		return "", false
	}
	return parts[0], true
}

// FollowerAddress returns the address to which is returned what can't be delivered to one who
// follows by mail: mail.from with their number and its proof.
func (k ReplyKey) FollowerAddress(from string, recipient int64) string {
	number := strconv.FormatInt(recipient, 10)
	return withToken(from, strings.Join([]string{"follow", number, k.mac("follower", number)}, "-"))
}

// Follower returns the number in an address that FollowerAddress made.
func (k ReplyKey) Follower(address string) (recipient int64, ok bool) {
	parts := tokenOf(address)
	if len(parts) != 3 || parts[0] != "follow" || !hmac.Equal([]byte(parts[2]), []byte(k.mac("follower", parts[1]))) {
		return 0, false
	}
	recipient, err := strconv.ParseInt(parts[1], 10, 64)
	return recipient, err == nil
}

// StaffToken says what somebody of the staff answers by mail.
type StaffToken struct {
	Number string
	Read   time.Time // of the requester's last message that the notice showed, to the second
	Made   time.Time // to the second
}

// StaffTokenAge is for how long an answer by mail counts after its notice.
const StaffTokenAge = 7 * 24 * time.Hour

// StaffAddress returns the address at which a person answers a notice. It is bound to person,
// ticket and the last message that the notice showed.
func (k ReplyKey) StaffAddress(from, person string, t StaffToken) string {
	read, made := strconv.FormatInt(t.Read.Unix(), 36), strconv.FormatInt(t.Made.Unix(), 36)
	return withToken(from, strings.Join([]string{t.Number, read, made, k.mac("staff", person, t.Number, read, made)}, "-"))
}

// Staff returns what an address says that StaffAddress made for a person. That it was made lately
// and was not used before is for the caller to check.
func (k ReplyKey) Staff(address, person string) (t StaffToken, ok bool) {
	parts := tokenOf(address)
	if len(parts) != 4 || !hmac.Equal([]byte(parts[3]), []byte(k.mac("staff", person, parts[0], parts[1], parts[2]))) {
		return StaffToken{}, false
	}
	read, readErr := strconv.ParseInt(parts[1], 36, 64)
	made, madeErr := strconv.ParseInt(parts[2], 36, 64)
	if readErr != nil || madeErr != nil {
		return StaffToken{}, false
	}
	return StaffToken{parts[0], time.Unix(read, 0).UTC(), time.Unix(made, 0).UTC()}, true
}

// withToken puts a token behind the local part of an address (RFC 5233).
func withToken(address, token string) string {
	local, domain, _ := strings.Cut(address, "@")
	return local + "+" + token + "@" + domain
}

// tokenOf returns the parts of an address's token, in lower case; none where it has none.
func tokenOf(address string) []string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return nil
	}
	plus := strings.LastIndexByte(address[:at], '+')
	if plus < 0 {
		return nil
	}
	return strings.Split(strings.ToLower(address[plus+1:at]), "-")
}
