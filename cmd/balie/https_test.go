package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"encoding/json"
	"encoding/pem"
	"io"
	"io/fs"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// authority is pebble, a small authority for tests.
type authority struct {
	*testing.T
	dir             string
	tls, http       *net.TCPAddr // where it looks for the challenges
	directory, root string       // URLs: of its directory, and of the root that it signs by
	trusted         *x509.CertPool
	stop            func()
}

// freeAddress is an address that nobody listens at.
func freeAddress(t *testing.T) *net.TCPAddr {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr)
}

// startAuthority starts pebble, which finds every domain on this machine.
func startAuthority(t *testing.T) *authority {
	t.Helper()
	pebble, err := exec.LookPath("pebble")
	if err != nil {
		if os.Getenv("BALIE_PEBBLE") == "required" {
			t.Fatal(err)
		}
		t.Skip("there is no pebble here: go install github.com/letsencrypt/pebble/v2/cmd/pebble@latest")
	}
	main, management := freeAddress(t).String(), freeAddress(t).String()
	a := &authority{T: t, dir: t.TempDir(), tls: freeAddress(t), http: freeAddress(t), directory: "https://" + main + "/dir", root: "https://" + management + "/roots/0"}
	a.makeCertificate()
	config, _ := json.Marshal(map[string]any{"pebble": map[string]any{
		"listenAddress": main, "managementListenAddress": management, "certificate": a.path("cert.pem"), "privateKey": a.path("key.pem"),
		"httpPort": a.http.Port, "tlsPort": a.tls.Port, "profiles": map[string]any{"default": map[string]any{"description": "for tests", "validityPeriod": 7776000}},
	}})
	a.write("config.json", config)
	c := exec.Command(pebble, "-config", a.path("config.json"), "-dnsserver", serveNames(t))
	c.Env = append(os.Environ(), "PEBBLE_VA_NOSLEEP=1")
	said := &safeBuffer{}
	c.Stdout, c.Stderr = said, said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	a.stop = func() { c.Process.Kill(); c.Wait() }
	t.Cleanup(func() {
		if a.stop(); t.Failed() {
			t.Log(said)
		}
	})
	a.trust()
	return a
}

func (a *authority) path(name string) string { return filepath.Join(a.dir, name) }

func (a *authority) write(name string, data []byte) {
	a.Helper()
	if err := os.WriteFile(a.path(name), data, 0o600); err != nil {
		a.Fatal(err)
	}
}

// makeCertificate makes the certificate that pebble itself answers with.
func (a *authority) makeCertificate() {
	a.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.Fatal(err)
	}
	self := &x509.Certificate{SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	cert, err := x509.CreateCertificate(rand.Reader, self, self, &key.PublicKey, key)
	if err != nil {
		a.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		a.Fatal(err)
	}
	a.write("cert.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}))
	a.write("key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// trust waits until pebble answers, and trusts the root that it signs by.
func (a *authority) trust() {
	a.Helper()
	pool := x509.NewCertPool()
	cert, err := os.ReadFile(a.path("cert.pem"))
	if err != nil || !pool.AppendCertsFromPEM(cert) {
		a.Fatalf("its certificate: %v", err)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	for late := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) { // between two looks at another process
		answer, err := client.Get(a.root)
		if err != nil && time.Now().Before(late) {
			continue
		}
		if err != nil {
			a.Fatal(err)
		}
		root, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if a.trusted = x509.NewCertPool(); err != nil || !a.trusted.AppendCertsFromPEM(root) {
			a.Fatalf("no root: %v %s", err, root)
		}
		return
	}
}

// serveNames is a name server over TCP (RFC 1035, 4.2.2) for which every name is this machine. It
// returns its address.
func serveNames(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go answerName(conn)
		}
	}()
	return l.Addr().String()
}

// answerName answers one question.
func answerName(conn net.Conn) {
	defer conn.Close()
	var size [2]byte
	if _, err := io.ReadFull(conn, size[:]); err != nil {
		return
	}
	packet := make([]byte, binary.BigEndian.Uint16(size[:]))
	var m dnsmessage.Message
	if _, err := io.ReadFull(conn, packet); err != nil || m.Unpack(packet) != nil || len(m.Questions) != 1 {
		return
	}
	q := m.Questions[0]
	answer := dnsmessage.Message{Header: dnsmessage.Header{ID: m.ID, Response: true, Authoritative: true}, Questions: m.Questions}
	if q.Type == dnsmessage.TypeA {
		answer.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1}, Body: &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}}}}
	}
	if packed, err := answer.Pack(); err == nil {
		conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(packed))), packed...))
	}
}

// serveHTTPS starts balie with a certificate of the authority.
func (a *authority) serveHTTPS(desk, state string, addr, httpAddr *net.TCPAddr) (stop func(), said *safeBuffer) {
	a.Helper()
	c := exec.Command("balie", "serve", "-C", desk, "--state", state, "--acme", "help.example", "--acme-directory", a.directory, "--addr", addr.String(), "--acme-http", httpAddr.String())
	c.Env = append(os.Environ(), "SSL_CERT_FILE="+a.path("cert.pem"))
	said = &safeBuffer{}
	c.Stderr = said
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		a.Fatal(err)
	}
	a.Cleanup(func() { c.Process.Kill() })
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "https://help.example/\n" {
		a.Fatalf("it printed %q, %v\n%s", line, err, said)
	}
	return func() {
		a.Helper()
		c.Process.Signal(syscall.SIGTERM)
		if err := c.Wait(); err != nil {
			a.Errorf("at its end: %v\n%s", err, said)
		}
	}, said
}

// visitor is a browser that trusts the authority, and finds help.example at an address.
func (a *authority) visitor(addr *net.TCPAddr) *http.Client {
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: a.trusted}, DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, addr.String())
		}},
	}
}

// TestACME gets a certificate by each of the two challenges, and serves by it after a restart
// without the authority.
func TestACME(t *testing.T) {
	desk := filepath.Join(t.TempDir(), "plugins")
	if err := os.Mkdir(desk, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := writeSample(t.Context(), desk, "plugins", time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	for _, challenge := range []string{"tls-alpn-01", "http-01"} {
		t.Run(challenge, func(t *testing.T) {
			a := startAuthority(t)
			addr, httpAddr := a.tls, freeAddress(t)
			if challenge == "http-01" { // the authority sees only the port for http
				addr, httpAddr = freeAddress(t), a.http
			}
			state := filepath.Join(t.TempDir(), "state")
			stop, said := a.serveHTTPS(desk, state, addr, httpAddr)
			visit := func() {
				t.Helper()
				answer, err := a.visitor(addr).Get("https://help.example/")
				if err != nil {
					t.Fatalf("%v\n%s", err, said)
				}
				answer.Body.Close()
				if answer.StatusCode != http.StatusOK || answer.ProtoMajor != 2 || answer.Header.Get("X-Request-Id") == "" {
					t.Errorf("answer %s %s %v", answer.Proto, answer.Status, answer.Header)
				}
			}
			visit()
			a.redirects(httpAddr)
			a.refusesOtherNames(addr)
			a.keepsSecrets(state)
			stop()
			a.stop()
			stop, said = a.serveHTTPS(desk, state, addr, httpAddr)
			visit()
			stop()
		})
	}
}

// redirects says that http leads to https, at the domain alone.
func (a *authority) redirects(httpAddr *net.TCPAddr) {
	a.Helper()
	for _, host := range []string{"help.example", "elsewhere.example"} {
		answer, err := a.visitor(httpAddr).Get("http://" + host + "/forms/contact/?lang=en")
		if err != nil {
			a.Fatal(err)
		}
		answer.Body.Close()
		if got := answer.Header.Get("Location"); answer.StatusCode != http.StatusMovedPermanently || got != "https://help.example/forms/contact/?lang=en" {
			a.Errorf("%s is redirected to %q with %s", host, got, answer.Status)
		}
	}
	answer, err := a.visitor(httpAddr).Post("http://help.example/forms/contact", "text/plain", strings.NewReader("x"))
	if err != nil {
		a.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusBadRequest {
		a.Errorf("what is posted by http is answered %s", answer.Status)
	}
}

// refusesOtherNames says that no certificate is asked for a name that a visitor makes up.
func (a *authority) refusesOtherNames(addr *net.TCPAddr) {
	a.Helper()
	if answer, err := a.visitor(addr).Get("https://made-up.example/"); err == nil {
		answer.Body.Close()
		a.Error("another name is served")
	}
}

// keepsSecrets says that nobody else may read the keys.
func (a *authority) keepsSecrets(state string) {
	a.Helper()
	var files []fs.DirEntry
	var err error
	// A certificate is served a moment before it is kept.
	for late := time.Now().Add(patience); len(files) < 2; time.Sleep(50 * time.Millisecond) {
		if files, err = os.ReadDir(filepath.Join(state, "acme")); err != nil || time.Now().After(late) {
			a.Fatalf("%d files, %v", len(files), err)
		}
	}
	for _, f := range files {
		if info, err := f.Info(); err != nil || info.Mode().Perm() != 0o600 {
			a.Errorf("%s: %v, %v", f.Name(), info.Mode(), err)
		}
	}
}

// TestNoAuthority: where no certificate can be had, that is said, and the rest goes on.
func TestNoAuthority(t *testing.T) {
	var out safeBuffer
	s := &server{terminal: &terminal{err: &out}, storeFlags: storeFlags{state: t.TempDir()}}
	s.https = https{domain: "help.example", directory: "https://" + freeAddress(t).String() + "/dir", httpAddr: "127.0.0.1:0"}
	public, err := listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer public.Close()
	if _, err := s.openHTTPS(public); err != nil {
		t.Fatal(err)
	}
	defer s.https.plain.Close()
	if err := s.firstCertificate(t.Context()); err != nil {
		t.Error(err)
	}
	if said := out.String(); !strings.Contains(said, "get a certificate for help.example: ") || !strings.Contains(said, "connection refused") {
		t.Errorf("it said %q", said)
	}
}

// TestACMEFlags: a domain that no certificate is for is a wrong call.
func TestACMEFlags(t *testing.T) {
	for _, domain := range []string{"127.0.0.1", "https://help.example", "help.example:443", "*.help.example", "a b"} {
		var out bytes.Buffer
		if status := run([]string{"serve", "--acme", domain}, strings.NewReader(""), io.Discard, &out); status != 2 || !strings.Contains(out.String(), "is no domain") {
			t.Errorf("%s: %d %s", domain, status, out.String())
		}
	}
	s := &server{}
	s.https = https{domain: "bücher.example", httpAddr: ":80"}
	if err := s.checkHTTPS(false); err != nil || s.addr != ":443" || s.https.domain != "xn--bcher-kva.example" {
		t.Errorf("%v %s %s", err, s.addr, s.https.domain)
	}
}
