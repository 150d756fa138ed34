package githubapi

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"balie/ingest/identity"
)

// ErrCredential: the credential can't be read or used, whatever GitHub says of it.
var ErrCredential = errors.New("no credential for GitHub")

// Credential gives tokens.
type Credential interface {
	token(context.Context, *Client) (string, error)
}

func (c *Client) token(ctx context.Context) (string, error) { return c.credential.token(ctx, c) }

// Token is a token that was made by hand, such as a fine-grained one.
type Token string

func (t Token) token(context.Context, *Client) (string, error) { return checkToken(string(t)) }

// TokenFile is a file with a token. It is read for each request, so that it can be replaced.
type TokenFile string

func (f TokenFile) token(context.Context, *Client) (string, error) {
	data, err := os.ReadFile(string(f))
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrCredential, err)
	}
	return checkToken(string(data))
}

// checkToken refuses what can be no token. The error does not tell it.
func checkToken(s string) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return "", fmt.Errorf("%w: the token is empty, or has characters that no token has", ErrCredential)
	}
	return s, nil
}

// App is a GitHub App that is installed where the repository is
// (https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app).
type App struct {
	id           string
	installation int64 // 0: looked up by the repository
	key          crypto.Signer

	mu      sync.Mutex // held while a token is made
	current string
	renew   time.Time // when current is made anew
}

// NewApp returns the App with an id or a client id and its key, in PEM. The installation is its
// number, or "": it is looked up.
func NewApp(id, installation string, pem []byte) (*App, error) {
	a := &App{id: id}
	var err error
	if installation != "" {
		if a.installation, err = strconv.ParseInt(installation, 10, 64); err != nil {
			return nil, fmt.Errorf("%w: %q is no number of an installation", ErrCredential, installation)
		}
	}
	if a.key, err = identity.ParseAppKey(pem); err != nil {
		return nil, fmt.Errorf("%w: the App's key is no RSA key in PEM", ErrCredential)
	}
	return a, nil
}

// beforeEnd is how long before its end a token of an installation is renewed.
const beforeEnd = 5 * time.Minute

func (a *App) token(ctx context.Context, c *Client) (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.current != "" && c.now().Before(a.renew) {
		return a.current, nil
	}
	api := c.apiWith(func(context.Context) (string, error) { return identity.SignApp(a.id, a.key, c.now()) }, func() {})
	if a.installation == 0 {
		found, _, err := api.Apps.FindRepositoryInstallation(ctx, c.owner, c.name)
		if err != nil {
			return "", c.explain(ctx, "look up where the App is installed", err)
		}
		a.installation = found.GetID()
	}
	made, _, err := api.Apps.CreateInstallationToken(ctx, a.installation, nil)
	if err != nil {
		return "", c.explain(ctx, "make a token of the App", err)
	}
	a.current, a.renew = made.GetToken(), made.GetExpiresAt().Add(-beforeEnd)
	return a.current, nil
}

// forget lets the next request make a new token of an App: GitHub refused the current one.
func (c *Client) forget() {
	if a, ok := c.credential.(*App); ok {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.current = ""
	}
}
