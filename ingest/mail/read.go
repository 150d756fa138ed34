package mail

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// ErrMalformed says that something is no mail, or one of which not even the header is read.
var ErrMalformed = errors.New("it is no mail")

// Incoming is a mail that came in, as it says of itself. Nothing in it is proven.
type Incoming struct {
	From       []Address // of all From fields; one, where the mail is as it should be
	Sender     Address   // of the field Sender, where it has one address
	To         []string  // every address that it was sent to, as far as its header says
	ID         string    // its Message-ID with its angle brackets, or ""
	Answers    []string  // of In-Reply-To, then of References, the last first
	Subject    string    // in one line
	Language   string    // of Content-Language, the first one; "" where there is none
	Above      string    // its text above what is quoted
	Below      string    // the rest of its text, with the words that introduce it
	Files      []File
	Automatic  string   // why nobody wrote it, in plain words; "" where somebody did
	Bounce     *Bounce  // what it says of a mail that did not arrive
	Results    []string // the Authentication-Results, the topmost first
	Incomplete string   // why parts of it are not here, in plain words; "": all are
}

// Address is an address with the name that its owner gives it.
type Address struct{ Name, Address string }

// Writer returns the one address that wrote a mail. A mail by several names its sender in the field
// Sender (RFC 5322, 3.6.2). ok is false where nothing says who wrote.
func (in *Incoming) Writer() (a Address, ok bool) {
	if len(in.From) == 1 {
		return in.From[0], true
	}
	isSender := func(a Address) bool { return strings.EqualFold(a.Address, in.Sender.Address) }
	if i := slices.IndexFunc(in.From, isSender); i >= 0 && in.Sender.Address != "" {
		return in.From[i], true
	}
	return Address{}, false
}

// Read reads a mail. Lines are the theme's lines above which people answer. What is wrong with a
// mail is mended or said in Incomplete; the error, which wraps ErrMalformed, is for one whose
// header can't be read.
func Read(raw []byte, lines []string) (*Incoming, error) {
	raw = withoutEnvelope(raw)
	head, body := splitHeader(raw)
	if len(head) > maxHeader {
		return nil, fmt.Errorf("%w that is read here: its header has more than %d bytes", ErrMalformed, maxHeader)
	}
	h := readHeader(head)
	if !isMail(h) {
		return nil, fmt.Errorf("%w: its header names no sender, date or subject", ErrMalformed)
	}
	in := &Incoming{
		From: addressesIn(h, "from"), To: recipients(h), Subject: h.text("subject"), Language: language(h),
		Answers: answered(h), Results: h.all("authentication-results"),
	}
	if senders := addressesIn(h, "sender"); len(senders) == 1 {
		in.Sender = senders[0]
	}
	if ids := messageIDs(h.first("message-id")); len(ids) > 0 {
		in.ID = ids[0]
	}
	in.addParts(raw, h, body, lines)
	return in, nil
}

// addParts adds what a mail says below its header.
func (in *Incoming) addParts(raw []byte, h header, body []byte, lines []string) {
	root, why := split(raw)
	if why != "" {
		in.Incomplete, in.Automatic = why, automatic(h)
		return
	}
	parts, text, err := takeApart(root)
	if err != nil {
		in.Incomplete, in.Automatic = "its parts can't be read", automatic(h)
		return
	}
	if parts.damaged {
		in.Incomplete = "a part of it could not be decoded"
	}
	in.Files = parts.files
	if in.Bounce, in.Automatic = bounce(h, parts, body, text, in.From); in.Bounce == nil && in.Automatic == "" {
		in.Automatic = automatic(h)
	}
	in.Above, in.Below = Cut(text, lines)
}

// withoutEnvelope takes off the line that a local mail server puts before a mail ("From …").
func withoutEnvelope(raw []byte) []byte {
	if line, next := lineAt(raw, 0); strings.HasPrefix(string(line), "From ") {
		return raw[next:]
	}
	return raw
}

// isMail reports whether a header is a mail's.
func isMail(h header) bool {
	return len(h.all("from", "date", "subject", "message-id")) > 0
}

// ID returns by what a mail is known when it comes again: all that its writer wrote, and nothing
// that a server added on the way. A Message-ID alone is not enough, since some programs give all
// their mails the same one.
func ID(raw []byte) (id string, err error) {
	head, body := splitHeader(withoutEnvelope(raw))
	h := readHeader(head[:min(len(head), maxHeader)])
	if !isMail(h) {
		return "", fmt.Errorf("%w: its header names no sender, date or subject", ErrMalformed)
	}
	sum := sha256.New()
	for _, name := range []string{"message-id", "date", "from", "subject", "in-reply-to"} {
		fmt.Fprintf(sum, "%q\n", h.all(name))
	}
	sum.Write(body)
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// maxIDs is how many Message-IDs of a field are read.
const maxIDs = 100

var messageID = regexp.MustCompile(`<[^<>\s]{1,500}>`)

func messageIDs(value string) []string { return messageID.FindAllString(value, maxIDs) }

// answered returns the Message-IDs that a mail answers, the likeliest first.
func answered(h header) []string {
	ids := messageIDs(strings.Join(h.all("in-reply-to"), " "))
	references := messageIDs(strings.Join(h.all("references"), " "))
	slices.Reverse(references)
	return append(ids, references...)
}

// language returns the first language of Content-Language (RFC 3282), without its region.
func language(h header) string {
	first, _, _ := strings.Cut(h.first("content-language"), ",")
	lang, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(first)), "-")
	return lang
}
