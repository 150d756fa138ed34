package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"balie/content"
)

// Server is an SMTP server that mail is handed to.
type Server struct {
	Host     string
	Port     int // 0: by TLS
	TLS      content.TLSMode
	Username string // "": without signing in
	Password string
	Roots    *x509.CertPool // whose certificates are trusted; nil: the system's
}

// timeout is how long one step of a conversation with a server may take.
const timeout = 30 * time.Second

// Connection is a connection to a server. It is for use by one at a time.
type Connection struct{ client *gomail.Client }

// Connect opens a connection. An error has no secret.
func (s Server) Connect(ctx context.Context) (*Connection, error) {
	// A connection is asked for nothing between two mails: the longer it takes until it is noted
	// that one was taken, the more are sent twice by a kill.
	options := []gomail.Option{gomail.WithTimeout(timeout), gomail.WithoutNoop(), gomail.WithTLSConfig(&tls.Config{ServerName: s.Host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12})}
	switch s.TLS {
	case "none":
		options = append(options, gomail.WithTLSPortPolicy(gomail.NoTLS))
	case "tls":
		options = append(options, gomail.WithSSLPort(false))
	default:
		options = append(options, gomail.WithTLSPortPolicy(gomail.TLSMandatory))
	}
	if s.Port != 0 {
		options = append(options, gomail.WithPort(s.Port))
	}
	if s.Username != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(s.Username), gomail.WithPassword(s.Password))
	}
	client, err := gomail.NewClient(s.Host, options...)
	if err == nil {
		err = client.DialWithContext(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("connect to the mail server %s: %w", s.Host, err)
	}
	return &Connection{client}, nil
}

// Close ends the connection.
func (c *Connection) Close() error { return c.client.Close() }

// Send hands a message over. When it returns nil the server has taken it. An error is *Refused
// where the server refused the message; after any other the connection is of no use.
func (c *Connection) Send(m *Message) error {
	msg, err := m.message()
	if err != nil {
		return &Refused{Permanent: true, Reason: err.Error()}
	}
	err = c.client.Send(msg)
	if err == nil || msg.IsDelivered() { // what failed came after the server took it
		return nil
	}
	var sent *gomail.SendError
	if errors.As(err, &sent) && sent.ErrorCode() >= 400 {
		return refusalOf(sent)
	}
	return fmt.Errorf("send a mail: %w", err)
}

// Refused is why a server does not take a message.
type Refused struct {
	Permanent bool   // the address can't be written to: there is no use in trying again
	Reason    string // the server's codes: its words often have the address
}

func (r *Refused) Error() string { return r.Reason }

// refusalOf says what a server's refusal means. Only what is wrong with the recipient's address is
// for good (RFC 3463: X.1 and X.2): a server that does not let us send does not say that an address
// is wrong, and may let us once it is set up.
func refusalOf(err *gomail.SendError) *Refused {
	code, status := err.ErrorCode(), err.EnhancedStatusCode()
	r := &Refused{Reason: strings.TrimSpace(fmt.Sprintf("%d %s", code, status))}
	ofAddress := strings.HasPrefix(status, "5.1.") && status != "5.1.7" && status != "5.1.8" || strings.HasPrefix(status, "5.2.")
	if status == "" || status == "5.0.0" {
		ofAddress = err.Reason == gomail.ErrSMTPRcptTo && slices.Contains([]int{550, 551, 552, 553}, code)
	}
	r.Permanent = code >= 500 && ofAddress
	return r
}
