// Package mailtest is an SMTP server for tests, which keeps what it is sent.
package mailtest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	netmail "net/mail"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Message is what the server took.
type Message struct {
	From, To string // of the envelope
	Data     []byte
	*netmail.Message
}

// Server is an SMTP server on a port of this machine.
type Server struct {
	Port  int
	Roots *x509.CertPool // who signed its certificate; nil without TLS

	mu       sync.Mutex
	messages []Message
	refuse   func(to string) error
	password string
}

// Start starts a server without TLS that takes everything, until the test ends.
func Start(t testing.TB) *Server { return start(t, &Server{}, nil) }

// StartTLS starts a server that wants STARTTLS and a password of the user balie.
func StartTLS(t testing.TB, password string) *Server {
	certificate, roots := selfSigned(t)
	return start(t, &Server{Roots: roots, password: password}, &tls.Config{Certificates: []tls.Certificate{certificate}})
}

func start(t testing.TB, s *Server, config *tls.Config) *Server {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{server: s, conn: c}, nil }))
	server.Domain, server.TLSConfig = "localhost", config
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	s.Port = listener.Addr().(*net.TCPAddr).Port
	return s
}

// Refuse lets the server ask before it takes mail for an address; nil: it takes everything.
func (s *Server) Refuse(refuse func(to string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = refuse
}

// Refusal is an SMTP server's answer, such as 550 5.1.1.
func Refusal(code int, status [3]int, words string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: status, Message: words}
}

// ErrHangUp lets Refuse end the connection.
var ErrHangUp = errors.New("hang up")

// Messages returns what was taken, in order.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

type session struct {
	server   *Server
	conn     *smtp.Conn
	from, to string
	signedIn bool
}

func (s *session) AuthMechanisms() []string {
	if s.server.password == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, username, password string) error {
		if username != "balie" || password != s.server.password {
			return smtp.ErrAuthFailed
		}
		s.signedIn = true
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.server.password != "" && !s.signedIn {
		return smtp.ErrAuthRequired
	}
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.server.mu.Lock()
	refuse := s.server.refuse
	s.server.mu.Unlock()
	if refuse != nil {
		err := refuse(to)
		if err == ErrHangUp {
			s.conn.Conn().Close()
		}
		if err != nil {
			return err
		}
	}
	s.to = to
	return nil
}

func (s *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	parsed, err := netmail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		return Refusal(554, [3]int{5, 6, 0}, err.Error())
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.messages = append(s.server.messages, Message{From: s.from, To: s.to, Data: data, Message: parsed})
	return nil
}

func (s *session) Reset()        { s.from, s.to = "", "" }
func (s *session) Logout() error { return nil }

// selfSigned makes a certificate of localhost, which signs itself.
func selfSigned(t testing.TB) (tls.Certificate, *x509.CertPool) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(certificate)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}
