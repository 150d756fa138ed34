// Package requestid names each request, so that who reports an answer and who reads the log speak of
// the same one.
//
//	Handler: X-Request-Id on every answer, random     Log: the same as the attribute request
//
// What a sender calls a request is not taken over: it would let them write into the log.
package requestid

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
)

// Header is the header of an answer that has the request's id.
const Header = "X-Request-Id"

// key is where a request's context has the id.
type key struct{}

// Handler gives each request an id of 26 characters before next answers it.
func Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := rand.Text()
		w.Header().Set(Header, id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), key{}, id)))
	})
}

// Log returns a handler that adds the id of the request to what is logged with a request's context.
func Log(h slog.Handler) slog.Handler { return log{h} }

type log struct{ slog.Handler }

// Handle is a slog.Handler's.
func (l log) Handle(ctx context.Context, r slog.Record) error {
	if id, ok := ctx.Value(key{}).(string); ok {
		r = r.Clone()
		r.AddAttrs(slog.String("request", id))
	}
	return l.Handler.Handle(ctx, r)
}

// WithAttrs is a slog.Handler's.
func (l log) WithAttrs(attrs []slog.Attr) slog.Handler { return log{l.Handler.WithAttrs(attrs)} }

// WithGroup is a slog.Handler's. The id is then in the group.
func (l log) WithGroup(name string) slog.Handler { return log{l.Handler.WithGroup(name)} }
