package mail

import (
	"fmt"
	"io"
	netmail "net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Message is a mail that goes out. Its HTML is turned into the plain text that goes with it.
type Message struct {
	ID        string          // Message-ID with its brackets
	From      netmail.Address // whom it is from, as its reader sees it
	Envelope  string          // where what can't be delivered is returned to; "" for From's address
	To        netmail.Address
	ReplyTo   string // "": From's address
	Subject   string
	Lang      string
	Parent    string   // the Message-ID of the mail before it; "" for none
	Thread    []string // the Message-IDs that it belongs to, the first one first
	Date      time.Time
	HTML      []byte
	Stop      string // an address that ends mails of this sort by one POST (RFC 8058); "": none
	List      string // of which list it is (RFC 2919), without brackets; "": of none
	IsReceipt bool   // it answers what somebody sent
}

// message returns the message as the library sends it.
func (m *Message) message() (*gomail.Msg, error) {
	text, err := PlainText(m.HTML)
	if err != nil {
		return nil, err
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(&m.From)
	msg.ToMailAddress(&m.To)
	envelope := m.Envelope
	if envelope == "" {
		envelope = m.From.Address
	}
	if err := msg.EnvelopeFrom(envelope); err != nil {
		return nil, fmt.Errorf("address a mail: %w", err)
	}
	if m.ReplyTo != "" {
		if err := msg.ReplyTo(m.ReplyTo); err != nil {
			return nil, fmt.Errorf("address a mail: %w", err)
		}
	}
	msg.Subject(oneLine(m.Subject))
	msg.SetDateWithValue(m.Date)
	msg.SetMessageIDWithValue(strings.Trim(m.ID, "<>"))
	if m.Parent != "" {
		msg.SetGenHeaderPreformatted(gomail.HeaderInReplyTo, m.Parent)
		msg.SetGenHeaderPreformatted(gomail.HeaderReferences, strings.Join(m.Thread, "\r\n "))
	}
	msg.SetGenHeader(gomail.HeaderContentLang, m.Lang)
	msg.SetGenHeader("Auto-Submitted", m.autoSubmitted())
	msg.SetGenHeader(gomail.HeaderXAutoResponseSuppress, "All")
	if m.Stop != "" {
		msg.SetGenHeaderPreformatted(gomail.HeaderListUnsubscribe, "<"+m.Stop+">")
		msg.SetGenHeader(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	if m.List != "" {
		msg.SetGenHeaderPreformatted("List-Id", "<"+m.List+">")
	}
	msg.SetBodyString(gomail.TypeTextPlain, text)
	msg.AddAlternativeString(gomail.TypeTextHTML, string(m.HTML))
	return msg, nil
}

// autoSubmitted says how the mail came about (RFC 3834), so that no machine answers it.
func (m *Message) autoSubmitted() string {
	if m.IsReceipt {
		return "auto-replied"
	}
	return "auto-generated"
}

// WriteTo writes the message as it is sent (RFC 5322).
func (m *Message) WriteTo(w io.Writer) (int64, error) {
	msg, err := m.message()
	if err != nil {
		return 0, err
	}
	return msg.WriteTo(w)
}

// oneLine replaces line ends and other control characters, so that a header stays one.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }), " ")
}
