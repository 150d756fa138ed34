package main

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"testing"
)

// A server that is told to stop answers what it has begun to: what is being handed in at that moment is not lost.
func TestWhatIsUnderWayIsFinished(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	begun, goOn := make(chan struct{}), make(chan struct{})
	served, answered := make(chan error, 1), make(chan error, 1)
	go func() {
		served <- listenUntil(ctx, l, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			close(begun)
			<-goOn
		}), slog.New(slog.DiscardHandler))
	}()
	go func() {
		resp, err := http.Get("http://" + l.Addr().String())
		if err == nil {
			err = resp.Body.Close()
		}
		answered <- err
	}()
	<-begun
	stop()
	for refused := 0; refused < 100; { // nobody listens any more: the shutdown has begun, and had its time to be mistaken for the end
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			refused++
			continue
		}
		conn.Close()
	}
	select {
	case err := <-served:
		t.Fatalf("it ended (%v) before the answer", err)
	default:
	}
	close(goOn)
	if err := <-answered; err != nil {
		t.Errorf("no answer: %v", err)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}
