package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"

	"balie/ingest/commit"
	"balie/ingest/githubapi"
)

// committer makes commits, and says why it could make none.
type committer interface {
	commit.Committer
	Ready(context.Context) error
}

// github is the repository at GitHub that an intake serves, and its clone.
type github struct {
	client *githubapi.Client
	clone  *githubapi.Clone
	away   atomic.Bool   // the last fetch failed
	pushed chan struct{} // holds a token while somebody is known to have pushed
}

// openGitHub opens the clone of --github in the state directory, or makes it. A clone that can't be
// brought up to date now is served as it is.
func (s *server) openGitHub(ctx context.Context) error {
	credential, err := gitHubCredential()
	if err != nil {
		return err
	}
	client, err := githubapi.New(githubapi.Config{Repository: s.gitHubName, BaseURL: os.Getenv("GITHUB_API_URL"), Credential: credential})
	if err != nil {
		return usage{err}
	}
	s.github = &github{client: client, pushed: make(chan struct{}, 1)}
	if s.github.clone, err = client.OpenClone(ctx, filepath.Join(s.state, "repository.git")); err != nil {
		return err
	}
	s.dir = s.github.clone.Dir
	if err := s.github.clone.Fetch(ctx); err != nil {
		s.github.away.Store(true)
		s.report(fmt.Errorf("%w; what was fetched before is served, and it is tried again", err))
	}
	return nil
}

// gitHubCredential reads the credential that the environment names.
func gitHubCredential() (githubapi.Credential, error) {
	token, file, id := os.Getenv("GITHUB_TOKEN"), os.Getenv("GITHUB_TOKEN_FILE"), os.Getenv("GITHUB_APP_ID")
	switch {
	case token != "" && file == "" && id == "":
		return githubapi.Token(token), nil
	case file != "" && token == "" && id == "":
		return githubapi.TokenFile(file), nil
	case id != "" && token == "" && file == "":
		pem, err := os.ReadFile(os.Getenv("GITHUB_APP_PRIVATE_KEY_FILE"))
		if err != nil {
			return nil, failf("name it in GITHUB_APP_PRIVATE_KEY_FILE", "read the App's key: %w", err)
		}
		return githubapi.NewApp(id, os.Getenv("GITHUB_APP_INSTALLATION_ID"), pem)
	}
	return nil, failf("set GITHUB_TOKEN, or GITHUB_TOKEN_FILE, or GITHUB_APP_ID with GITHUB_APP_PRIVATE_KEY_FILE",
		"--github wants one credential: %s", cmp.Or(map[bool]string{true: "there is none"}[token+file+id == ""], "there are several"))
}

// fetchNow brings the branch to what it is at GitHub.
func (s *server) fetchNow(ctx context.Context) error {
	err := s.github.clone.Fetch(ctx, s.repo.Ref)
	if err == nil {
		s.noteFetch()
	}
	return err
}

// keepFetching fetches once a minute and when somebody pushed, and tells once that it fails.
func (s *server) keepFetching(ctx context.Context) error {
	return eachMinute(ctx, s.github.pushed, func() {
		err := s.fetchNow(ctx)
		if ctx.Err() == nil && s.github.away.Swap(err != nil) != (err != nil) {
			s.report(cmp.Or(err, errors.New("fetching works again")))
		}
	})
}

// committer returns the committer of what is served: GitHub's API or, here, git.
func (s *server) committer() (committer, error) {
	if s.github == nil {
		return committerOf(s.repo)
	}
	return githubapi.NewCommitter(s.github.client, s.repo.Git, s.repo.Ref, s.fetchNow), nil
}
