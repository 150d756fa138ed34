package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
)

// impatient serves as balie does, and waits a thousandth of the time.
func impatient(t *testing.T, h http.HandlerFunc) (addr string) {
	t.Helper()
	l, err := listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := newHTTPServer(h, slog.New(slog.DiscardHandler))
	for _, limit := range []*int64{(*int64)(&server.ReadHeaderTimeout), (*int64)(&server.ReadTimeout), (*int64)(&server.WriteTimeout), (*int64)(&server.IdleTimeout)} {
		if *limit == 0 {
			t.Error("something is waited for for ever")
		}
		*limit /= 1000
	}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return l.Addr().String()
}

func dial(t *testing.T, addr string) *net.TCPConn {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn.(*net.TCPConn)
}

// TestSlowClients: who stops in the middle of anything is not waited for. Each case waits until the
// server ends it.
func TestSlowClients(t *testing.T) {
	ended := make(chan error, 1) // what the handler came to
	addr := impatient(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/body":
			_, err := io.Copy(io.Discard, r.Body)
			ended <- err
		case "/answer":
			var err error
			for piece := make([]byte, 1<<20); err == nil; {
				_, err = w.Write(piece)
			}
			ended <- err
		}
	})
	for name, sent := range map[string]string{
		"nothing":                "",
		"half a request line":    "GET / HT",
		"a header without end":   "GET / HTTP/1.1\r\nHost: a\r\nX-",
		"a request and no other": "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
	} {
		conn := dial(t, addr)
		io.WriteString(conn, sent)
		if _, err := io.Copy(io.Discard, conn); err != nil { // returns at the end of the connection
			t.Errorf("%s: %v", name, err)
		}
	}
	conn := dial(t, addr)
	io.WriteString(conn, "POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf")
	if err := <-ended; !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("half a body: %v", err)
	}
	conn = dial(t, addr)
	io.WriteString(conn, "GET /answer HTTP/1.1\r\nHost: a\r\n\r\n")
	if err := <-ended; !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("an answer that is not read: %v", err)
	}
}

// TestHeaderFlood: a header without end is refused, and so is one of 128 kB.
func TestHeaderFlood(t *testing.T) {
	l, err := listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	handled := make(chan struct{}, 10)
	go listenUntil(t.Context(), l, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { handled <- struct{}{} }), slog.New(slog.DiscardHandler))
	for name, line := range map[string]string{
		"many headers":       "X-A: b\r\n",
		"one long header":    strings.Repeat("a", 1000),
		"many of one name":   "Cookie: a=b\r\n",
		"continuation lines": "\r\n a",
	} {
		conn := dial(t, l.Addr().String())
		go func() {
			fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: a\r\nX-Flood: a")
			if !strings.HasPrefix(line, "a") && !strings.HasPrefix(line, "\r") {
				io.WriteString(conn, "\r\n")
			}
			for piece, sent := strings.Repeat(line, 100), 0; sent < 1<<30; { // ends where nobody reads any more
				n, err := io.WriteString(conn, piece)
				if sent += n; err != nil {
					return
				}
			}
			t.Errorf("%s: a gigabyte was read", name)
		}()
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusRequestHeaderFieldsTooLarge && answer.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: answer %s", name, answer.Status)
		}
	}
	conn := dial(t, l.Addr().String())
	go fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: a\r\nX-Long: %s\r\n\r\n", strings.Repeat("a", 128<<10))
	if answer, err := http.ReadResponse(bufio.NewReader(conn), nil); err != nil || answer.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a header of 128 kB: %v, %v", answer, err)
	}
	if len(handled) > 0 {
		t.Error("a flood came through")
	}
}
