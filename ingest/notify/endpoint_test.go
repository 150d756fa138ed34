package notify

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"testing"

	"code.dny.dev/ssrf"
	"golang.org/x/net/dns/dnsmessage"

	"balie/content"
	"balie/ingest/store"
)

func TestParseURL(t *testing.T) {
	for address, want := range map[string]string{
		"https://Hooks.Example/a?b=c":                          "https://hooks.example/a?b=c",
		"https://hooks.example:443/":                           "https://hooks.example/",
		"https://hooks.example:8443/x":                         "https://hooks.example:8443/x",
		"https://büro.example/":                                "https://xn--bro-hoa.example/",
		"http://hooks.example/":                                "",
		"ftp://hooks.example/":                                 "",
		"https://user@hooks.example/":                          "",
		"https://user:pw@hooks.example/":                       "",
		"https://hooks.example:80/":                            "",
		"https://hooks.example:22/":                            "",
		"https://hooks.example:/":                              "",
		"https://hooks.example/#x":                             "",
		"https://hooks.example./":                              "",
		"https://localhost/":                                   "",
		"https://2130706433/":                                  "",
		"https://127.0.0.1/":                                   "",
		"https://8.8.8.8/":                                     "",
		"https://[::1]/":                                       "",
		"https://[::ffff:10.0.0.1]:8443/":                      "",
		"https://１２７.０.０.１/":                                   "",
		"https:hooks.example":                                  "",
		"//hooks.example/":                                     "",
		"https:///x":                                           "",
		"https://hooks example/":                               "",
		"https://hooks.example/" + strings.Repeat("x", maxURL): "",
	} {
		u, err := parseURL(address)
		switch {
		case want == "" && !errors.Is(err, ErrURL):
			t.Errorf("%s: %v, %v", address, u, err)
		case want != "" && (err != nil || u.String() != want):
			t.Errorf("%s: %v, %v", address, u, err)
		}
	}
}

// Whatever a name leads to, only public addresses are connected to, at two ports.
func TestOnlyPublicAddresses(t *testing.T) {
	dialer := newDialer(nil)
	for _, address := range []string{
		"127.0.0.1", "127.1.2.3", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.8",
		"198.18.0.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
		"::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::7f00:1", "fe80::1", "fec0::1", "fd00::1", "fc00::1", "ff02::1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2001::1", "2001:db8::1",
	} {
		network := "tcp4"
		if netip.MustParseAddr(address).Is6() {
			network = "tcp6"
		}
		if err := dialer.Control(network, net.JoinHostPort(address, "443"), nil); !errors.Is(err, ssrf.ErrProhibitedIP) {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, address := range []string{"9.9.9.9:443", "9.9.9.9:8443", "[2620:fe::fe]:443"} {
		network := "tcp4"
		if address[0] == '[' {
			network = "tcp6"
		}
		if err := dialer.Control(network, address, nil); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
	if err := dialer.Control("tcp4", "9.9.9.9:25", nil); !errors.Is(err, ssrf.ErrProhibitedPort) {
		t.Errorf("port 25: %v", err)
	}
}

// A name that leads into the private network is not connected to, and the answer does not say why.
func TestANameOfAPrivateAddress(t *testing.T) {
	resolver := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go answerLoopback(server)
		return client, nil
	}}
	if all, err := resolver.LookupHost(t.Context(), "internal.example"); err != nil || len(all) != 1 || all[0] != "127.0.0.1" {
		t.Fatalf("the name leads to %v, %v", all, err)
	}
	b := newBench(t)
	_, port, _ := net.SplitHostPort(b.server.Listener.Addr().String())
	b.notifier.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
		connection, err := newDialer(resolver).DialContext(ctx, network, "internal.example:443")
		if !errors.Is(err, ssrf.ErrProhibitedIP) {
			t.Errorf("dialled internal.example: %v", err)
		}
		if _, err := newDialer(resolver).DialContext(ctx, network, "internal.example:"+port); !errors.Is(err, ssrf.ErrProhibitedPort) {
			t.Errorf("dialled internal.example:%s: %v", port, err)
		}
		return connection, err
	}
	b.notifier.start()
	a := b.notifier.post(t.Context(), store.Follower{Address: "https://internal.example/"}, "msg_1", []byte("{}"))
	if a.status != 0 || a.reason != "it can't be reached" {
		t.Errorf("%+v", a)
	}
}

// answerLoopback answers questions of DNS over TCP (RFC 1035, 4.2.2): each name is 127.0.0.1.
func answerLoopback(connection net.Conn) {
	defer connection.Close()
	for {
		var size [2]byte
		if _, err := io.ReadFull(connection, size[:]); err != nil {
			return
		}
		question := make([]byte, int(size[0])<<8|int(size[1]))
		if _, err := io.ReadFull(connection, question); err != nil {
			return
		}
		var m dnsmessage.Message
		if m.Unpack(question) != nil {
			return
		}
		m.Response, m.RecursionAvailable, m.Additionals = true, true, nil
		if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
			m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1}, Body: &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}}}}
		}
		packed, err := m.Pack()
		if err != nil {
			return
		}
		connection.Write(append([]byte{byte(len(packed) >> 8), byte(len(packed))}, packed...))
	}
}

// TestVendor: the vendor's own library takes what is signed here, and nothing that was changed. It
// needs BALIE_NODE_MODULES.
func TestVendor(t *testing.T) {
	dir := os.Getenv("BALIE_NODE_MODULES")
	if dir == "" {
		t.Skip("BALIE_NODE_MODULES does not name a directory with the vendor's library")
	}
	b := newBench(t)
	f := b.follow("/hook", content.FollowsAll, "nl")
	b.update("investigating", "")
	b.same("at once", b.run(), "incident.investigating /hook")
	c := b.calls[0]
	message := map[string]any{"secret": Secret(f), "body": string(c.Body), "now": b.now.UnixMilli(), "headers": map[string]string{
		"webhook-id": c.Header.Get("Webhook-Id"), "webhook-timestamp": c.Header.Get("Webhook-Timestamp"), "webhook-signature": c.Header.Get("Webhook-Signature"),
	}}
	text, err := json.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	const script = `import { Webhook } from "standardwebhooks";
const m = JSON.parse(process.argv[2]);
Date.now = () => m.now;
const wh = new Webhook(m.secret);
console.log(wh.verify(m.body, m.headers).type);
try { wh.verify(m.body + " ", m.headers); console.log("changed"); } catch (e) { console.log(e.constructor.name); }`
	// What comes from standard input finds the packages of the working directory.
	node := exec.Command("node", "--input-type=module", "-", string(text))
	node.Dir, node.Stdin, node.Stderr = dir, strings.NewReader(script), os.Stderr
	out, err := node.Output()
	if want := "incident.investigating\nWebhookVerificationError\n"; err != nil || string(out) != want {
		t.Errorf("%q, %v; want %q", out, err, want)
	}
}
