package githubapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/google/go-github/v60/github"

	"balie/ingest/commit"
)

// slowly is when to try again after an answer that a person must do something about, or a limit
// whose end GitHub does not tell.
const slowly = time.Minute

// explain returns an error of a request as commit.Busy: one sentence with the next step, and how
// long a new try makes no sense. Verb says what was asked for.
func (c *Client) explain(ctx context.Context, verb string, err error) error {
	limit, secondary := new(github.RateLimitError), new(github.AbuseRateLimitError)
	refused := new(github.ErrorResponse)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.As(err, new(*commit.Busy)): // of the request by which an App's token is made
		return err
	case errors.Is(err, ErrCredential):
		return &commit.Busy{Why: fmt.Errorf("%s at GitHub: %w", verb, err), After: slowly}
	case errors.As(err, &limit):
		return c.limited(verb, limit.Rate.Reset.Sub(c.dateOf(limit.Response)))
	case errors.As(err, &secondary):
		after := slowly
		if secondary.RetryAfter != nil {
			after = *secondary.RetryAfter
		}
		return c.limited(verb, after)
	case errors.As(err, &refused):
		return c.explainAnswer(verb, refused)
	}
	return &commit.Busy{Why: fmt.Errorf("%s at GitHub: it could not be reached: %w", verb, err)}
}

// explainAnswer explains an answer that is no success.
func (c *Client) explainAnswer(verb string, r *github.ErrorResponse) error {
	status, header := r.Response.StatusCode, r.Response.Header
	busy := func(after time.Duration, text string, args ...any) error {
		return &commit.Busy{Why: fmt.Errorf("%s at GitHub: "+text, append([]any{verb}, args...)...), After: after}
	}
	retryAfter, hasRetryAfter := seconds(header.Get("Retry-After"))
	switch {
	case hasRetryAfter && status < http.StatusInternalServerError:
		return c.limited(verb, retryAfter)
	case status == http.StatusTooManyRequests:
		reset, ok := seconds(header.Get("X-RateLimit-Reset"))
		if !ok || header.Get("X-RateLimit-Remaining") != "0" {
			return c.limited(verb, slowly)
		}
		return c.limited(verb, time.Unix(int64(reset/time.Second), 0).Sub(c.dateOf(r.Response)))
	case status == http.StatusUnauthorized:
		return busy(slowly, "it does not accept the credential (401); make a new token, or look whether the App's key is still valid")
	case status == http.StatusForbidden:
		return busy(slowly, "the credential may not do that (403); give it the permission Contents: read and write on %s/%s", c.owner, c.name)
	case status == http.StatusNotFound:
		return busy(slowly, "there is no repository %s/%s or no such branch, or the credential may not see it (404); look at the name, and at which repositories the token or the App has", c.owner, c.name)
	case status >= http.StatusInternalServerError:
		return busy(retryAfter, "it fails now (%d)", status)
	}
	return busy(slowly, "it refuses (%d): %.200q", status, r.Message)
}

func (c *Client) limited(verb string, after time.Duration) error {
	after = max(after, 0).Round(time.Second)
	return &commit.Busy{Why: fmt.Errorf("%s at GitHub: its limit of requests is reached; it takes more in %v", verb, after), After: after}
}

// dateOf is when an answer was made, by GitHub's own clock where it tells it.
func (c *Client) dateOf(r *http.Response) time.Time {
	if at, err := http.ParseTime(r.Header.Get("Date")); err == nil {
		return at
	}
	return c.now()
}

// seconds reads a header that is a number of seconds.
func seconds(s string) (time.Duration, bool) {
	d, err := time.ParseDuration(s + "s")
	return d, err == nil && d >= 0
}
