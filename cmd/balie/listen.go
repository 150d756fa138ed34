package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"time"

	"balie/generator/web"
	"balie/ingest/requestid"
)

// checkAddress refuses what is no address to listen on.
func checkAddress(flag, addr string) error {
	if addr == "" {
		return nil
	}
	if _, err := net.ResolveTCPAddr("tcp", addr); err != nil {
		return usagef("%s %s is no address and port: write HOST:PORT, such as 127.0.0.1:8080, the port up to 65535", flag, addr)
	}
	return nil
}

// listen opens a port.
func listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, failf("another program may use it: name another with --addr, such as 127.0.0.1:0 for any free one", "listen on %s: %w", addr, rootCause(err))
	}
	return l, nil
}

// browserAddress returns an address that a browser on this machine can open: localhost for a port
// that listens on all addresses.
func browserAddress(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		return net.JoinHostPort("localhost", port)
	}
	return addr
}

func rootCause(err error) error {
	var op *net.OpError
	var sys *os.SyscallError
	if errors.As(err, &sys) {
		return sys.Err
	}
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}

// listenUntil serves on one of the desk's ports until ctx ends.
func (s *server) listenUntil(ctx context.Context, l net.Listener, h http.Handler) error {
	return listenUntil(ctx, l, requestid.Handler(web.Under(s.paths, h)), s.log())
}

// log is the server's log. It names the request that something is about.
func (s *server) log() *slog.Logger {
	return slog.New(requestid.Log(slog.NewTextHandler(s.err, nil)))
}

// addressless writes what package http says of a connection to a log, without the address of whoever
// is at its other end.
type addressless struct{ *slog.Logger }

var peer = regexp.MustCompile(`\b(from|serving) \S+: `)

// Write is an io.Writer's.
func (l addressless) Write(line []byte) (int, error) {
	l.Warn(peer.ReplaceAllString(strings.TrimSpace(string(line)), "$1 a client: "))
	return len(line), nil
}

// grace is how long requests may take to finish when the server stops.
const grace = 5 * time.Second

// newHTTPServer returns a server that gives up clients who are too slow, and headers that are too
// large. How fast a body must come the intake says itself (ingest/body.go).
func newHTTPServer(h http.Handler, logger *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       2 * time.Minute,
		WriteTimeout:      5 * time.Minute, // from the end of the header on: the body's time is in it
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          log.New(addressless{logger}, "", 0),
	}
}

// listenUntil serves until ctx ends, and then lets requests finish.
func listenUntil(ctx context.Context, l net.Listener, h http.Handler, logger *slog.Logger) error {
	server := newHTTPServer(h, logger)
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(ended)
		wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		if server.Shutdown(wait) != nil {
			server.Close()
		}
	})
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		stop()
		return fmt.Errorf("serve: %w", err)
	}
	<-ended // Serve returns as soon as the shutdown begins
	return nil
}
