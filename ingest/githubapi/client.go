// Package githubapi makes commits on a branch of a repository at GitHub by its REST API, and keeps
// a bare clone from which all reading is done.
//
// # A commit
//
// The branch's tip is looked up (GET git/ref), fetched where the clone lacks it, and the change is
// checked against it. Then its files become a tree on top of that commit's tree (POST git/trees, the larger and the binary ones as blobs before), the tree a
// commit (POST git/commits), and the branch moves to it (PATCH git/refs, force false). The last step
// is the only one that shows, and it fails where somebody else has moved the branch: then all is made
// again on top, at most five times. After each commit the clone fetches at
// once, so that the reading has it. https://docs.github.com/rest/git
//
// CommitAll makes a chain of up to five commits and moves the branch once. More than five changes
// become one commit, whose message lists what each of them says.
//
// Author and committer are those of package base: the user of git's settings, else balie.
//
// # A lost answer
//
// Where the answer to the last step is lost, the commit is looked for in the branch by its name. Where
// it is not there yet, or that can't be found out, the error is commit.ErrUnknown: it may come to be
// there, and the caller asks Versions before it tries again. Versions brings the clone up to date
// then, and before its first answer.
//
// # When there is no commit
//
// Limits of GitHub, its failures and those of the network, and a credential that it refuses are a
// commit.Busy: nothing was done, and a later try may succeed. It says when, as GitHub does by
// Retry-After or X-RateLimit-Reset
// (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api).
//
// # Credentials
//
// A token, or the key of a GitHub App, whose tokens last an hour and are renewed five minutes before
// their end. A token is sent to the API's own host only, and by git to the host of the clone only;
// git gets it by its environment. No error and no file of the clone has it.
package githubapi

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/google/go-github/v60/github"
)

// requestTimeout is how long one request may take.
const requestTimeout = 30 * time.Second

// Config says which repository, and as whom.
type Config struct {
	Repository string // OWNER/REPO
	BaseURL    string // of the API; default https://api.github.com
	Credential Credential
	Now        func() time.Time // default time.Now
}

// Client asks the API about one repository.
type Client struct {
	owner, name string
	base        *url.URL
	credential  Credential
	api         *github.Client
	now         func() time.Time
}

var repositoryName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+$`)

// New returns a client. It asks nothing yet.
func New(c Config) (*Client, error) {
	owner, name, _ := strings.Cut(c.Repository, "/")
	if !repositoryName.MatchString(c.Repository) || name == "." || name == ".." {
		return nil, fmt.Errorf("%q is no repository of GitHub: it is OWNER/REPO", c.Repository)
	}
	if c.BaseURL == "" {
		c.BaseURL = "https://api.github.com"
	}
	base, err := url.Parse(strings.TrimSuffix(c.BaseURL, "/") + "/")
	if err != nil || base.Host == "" || !isSafe(base) || base.User != nil {
		return nil, fmt.Errorf("the address of GitHub's API is not an https address without a user: tokens are sent to no other")
	}
	client := &Client{owner: owner, name: strings.TrimSuffix(name, ".git"), base: base, credential: c.Credential, now: c.Now}
	if client.now == nil {
		client.now = time.Now
	}
	client.api = client.apiWith(client.token, client.forget)
	return client, nil
}

// isSafe reports whether a token may be sent to an address: nobody can listen on the way.
func isSafe(u *url.URL) bool {
	host := u.Hostname()
	return u.Scheme == "https" || u.Scheme == "http" && (host == "localhost" || host == "127.0.0.1" || host == "::1")
}

// apiWith returns the API as asked with the tokens that a function gives. Refused is told of one that
// GitHub does not accept.
func (c *Client) apiWith(token tokenFunc, refused func()) *github.Client {
	api := github.NewClient(&http.Client{Timeout: requestTimeout, Transport: &authorized{c.base, token, refused}})
	base := *c.base
	api.BaseURL = &base
	return api
}

// tokenFunc returns a token for one request.
type tokenFunc func(context.Context) (string, error)

// authorized adds a token to requests to the API's own host. A redirect may lead to another one.
type authorized struct {
	base    *url.URL
	token   tokenFunc
	refused func()
}

// RoundTrip sends a request.
func (a *authorized) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host == a.base.Host && r.URL.Scheme == a.base.Scheme {
		token, err := a.token(r.Context())
		if err != nil {
			return nil, err
		}
		r = r.Clone(r.Context())
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err == nil && answer.StatusCode == http.StatusUnauthorized {
		a.refused()
	}
	return answer, err
}

// CloneURL is the address from which git clones the repository, and tells whether there is one that
// the credential may read.
func (c *Client) CloneURL(ctx context.Context) (string, error) {
	repo, _, err := c.api.Repositories.Get(ctx, c.owner, c.name)
	if err != nil {
		return "", c.explain(ctx, "look up the repository", err)
	}
	return repo.GetCloneURL(), nil
}
