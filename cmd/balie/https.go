package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
	"golang.org/x/net/idna"
)

// https is https by balie itself, with certificates by ACME (RFC 8555). Without a domain there is
// none.
type https struct {
	domain    string // --acme
	directory string // --acme-directory
	httpAddr  string // --acme-http
	manager   *autocert.Manager
	plain     net.Listener // the port for http
	handler   http.Handler // of that port
}

func (s *server) httpsFlags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&s.https.domain, "acme", "", "serve https for this `DOMAIN`, with a certificate that is asked for and renewed by itself; --addr is then :443 by default. It accepts the terms of the authority")
	f.StringVar(&s.https.directory, "acme-directory", acme.LetsEncryptURL, "the authority's directory, a `URL`")
	f.StringVar(&s.https.httpAddr, "acme-http", ":80", "where the authority looks, and http is redirected to https; it must be reached as port 80")
}

// checkHTTPS refuses a domain that no authority gives a certificate for, and chooses the port.
func (s *server) checkHTTPS(addrGiven bool) error {
	if s.https.domain == "" {
		return nil
	}
	ascii, err := idna.Lookup.ToASCII(s.https.domain)
	if err != nil || net.ParseIP(ascii) != nil {
		return usagef("--acme %s is no domain: write it as in help.example", s.https.domain)
	}
	s.https.domain = ascii
	if !addrGiven {
		s.addr = ":443"
	}
	return checkAddress("--acme-http", s.https.httpAddr)
}

// openHTTPS returns the listener that speaks TLS on the public port, and opens the one for http.
// Keys and certificates are kept in the state directory. Without --acme the port stays as it is.
func (s *server) openHTTPS(public net.Listener) (net.Listener, error) {
	h := &s.https
	if h.domain == "" {
		return public, nil
	}
	var err error
	if h.plain, err = listen(h.httpAddr); err != nil {
		return nil, err
	}
	h.httpAddr = h.plain.Addr().String()
	h.manager = &autocert.Manager{
		Prompt:     autocert.AcceptTOS,
		Cache:      autocert.DirCache(filepath.Join(s.state, "acme")),
		HostPolicy: h.checkHost,
		Client:     &acme.Client{DirectoryURL: h.directory, UserAgent: "balie"},
	}
	h.handler = h.httpHandler() // before a certificate is asked for: it says that there is such a port
	return tls.NewListener(public, h.manager.TLSConfig()), nil
}

// checkHost refuses all names but the domain, with a port or without one.
func (h *https) checkHost(_ context.Context, host string) error {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if !strings.EqualFold(host, h.domain) {
		return errors.New("another name was asked for") // which one is the sender's to say
	}
	return nil
}

// httpHandler answers the authority's challenge (RFC 8555, 8.3), and sends everybody else to https.
func (h *https) httpHandler() http.Handler {
	return h.manager.HTTPHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "this address wants https", http.StatusBadRequest)
			return
		}
		w.Header().Set("Location", "https://"+h.domain+r.URL.RequestURI()) // whatever host was asked for
		w.WriteHeader(http.StatusMovedPermanently)
	}))
}

// firstCertificate gets the certificate before somebody visits, and says where that fails.
func (s *server) firstCertificate(ctx context.Context) error {
	got := make(chan error, 1)
	go func() {
		// As browsers do: the certificate's key is then an ECDSA one.
		hello := &tls.ClientHelloInfo{ServerName: s.https.domain, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}}
		_, err := s.https.manager.GetCertificate(hello)
		got <- err
	}()
	select {
	case <-ctx.Done():
	case err := <-got:
		if err != nil {
			s.report(fmt.Errorf("get a certificate for %s: %w; it is tried again when somebody visits", s.https.domain, err))
		}
	}
	return nil
}

// serveHTTPS is the work beside the public port.
func (s *server) serveHTTPS(ctx context.Context) []func() error {
	if s.https.domain == "" {
		return nil
	}
	return []func() error{
		func() error { return s.listenUntil(ctx, s.https.plain, s.https.handler) },
		func() error { return s.firstCertificate(ctx) },
	}
}

// publicAddress is the address that the public port is visited at.
func (s *server) publicAddress() string {
	if s.https.domain != "" {
		return "https://" + s.https.domain
	}
	return "http://" + s.addr
}
