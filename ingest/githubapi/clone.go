package githubapi

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"balie/content/gitfs/git"
)

// fetchTimeout is how long a fetch may take, cloneTimeout the first clone.
const (
	fetchTimeout = time.Minute
	cloneTimeout = time.Hour
)

// ErrOther: the directory has a clone of another repository.
var ErrOther = errors.New("it has a clone of another repository")

// Clone is a bare clone of the repository, in a directory of its own.
type Clone struct {
	Dir string

	client *Client
	url    string
	mu     sync.Mutex // held while git fetches
}

// repositoryKey is where a clone's settings keep the repository's name.
const repositoryKey = "balie.github"

// OpenClone opens the clone in a directory, or makes it. It is moved there when it is complete.
func (c *Client) OpenClone(ctx context.Context, dir string) (*Clone, error) {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		if err := c.clone(ctx, dir); err != nil {
			return nil, err
		}
	} else if err != nil {
		return nil, err
	}
	g := git.Git{Dir: dir}
	is, err := g.Output(ctx, "config", "--get", repositoryKey)
	if name := strings.TrimSpace(string(is)); err != nil || !strings.EqualFold(name, c.owner+"/"+c.name) {
		return nil, fmt.Errorf("%s: %w (%s)", dir, ErrOther, name)
	}
	address, err := g.Output(ctx, "config", "--get", "remote.origin.url")
	if err != nil {
		return nil, err
	}
	return &Clone{Dir: dir, client: c, url: strings.TrimSpace(string(address))}, nil
}

// clone clones the repository.
func (c *Client) clone(ctx context.Context, dir string) error {
	address, err := c.CloneURL(ctx)
	if err != nil {
		return err
	}
	env, err := c.gitEnv(ctx, address)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, cloneTimeout)
	defer cancel()
	part := dir + ".part" // left by a process that was killed
	if err := os.RemoveAll(part); err != nil {
		return err
	}
	if err := os.MkdirAll(part, 0o777); err != nil {
		return err
	}
	g := git.Git{Dir: part, Env: env}
	if _, err := g.Output(ctx, "clone", "--quiet", "--bare", "--config", repositoryKey+"="+c.owner+"/"+c.name, "--", address, "."); err != nil {
		return fmt.Errorf("clone %s/%s: %w", c.owner, c.name, err)
	}
	return os.Rename(part, dir)
}

// Fetch brings branches to what they are at GitHub, also where they were moved back; none: all. What
// was removed there stays.
func (c *Clone) Fetch(ctx context.Context, branches ...string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	env, err := c.client.gitEnv(ctx, c.url)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	args := []string{"fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "origin"}
	if len(branches) == 0 {
		branches = []string{"refs/heads/*"}
	}
	for _, branch := range branches {
		args = append(args, "+"+branch+":"+branch)
	}
	if _, err := (git.Git{Dir: c.Dir, Env: env}).Output(ctx, args...); err != nil {
		return fmt.Errorf("fetch from %s/%s: %w", c.client.owner, c.client.name, err)
	}
	return nil
}

// gitEnv is the environment by which git gets the credential, for requests to the host of an address
// alone (gitenvironment: GIT_CONFIG_COUNT in git-config(1)). Where the address is no https one git
// gets none.
func (c *Client) gitEnv(ctx context.Context, address string) ([]string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || !isSafe(u) {
		return nil, nil
	}
	token, err := c.token(ctx)
	if err != nil {
		return nil, c.explain(ctx, "fetch", err)
	}
	login := base64.StdEncoding.EncodeToString([]byte("x-access-token:" + token))
	return []string{
		"GIT_CONFIG_COUNT=2",
		"GIT_CONFIG_KEY_0=http." + u.Scheme + "://" + u.Host + "/.extraHeader", "GIT_CONFIG_VALUE_0=Authorization: Basic " + login,
		"GIT_CONFIG_KEY_1=credential.helper", "GIT_CONFIG_VALUE_1=", // none of the user's is asked
	}, nil
}
