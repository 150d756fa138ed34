package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"
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

// grace is how long requests may take to finish when the server stops.
const grace = 5 * time.Second

// listenUntil serves until ctx ends, and then lets requests finish.
func listenUntil(ctx context.Context, l net.Listener, h http.Handler) error {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
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
