package githubapi_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"balie/ingest/commit"
	"balie/ingest/githubapi"
	"balie/ingest/githubapi/githubtest"
)

// TestApp: the token of an App is made once, and again before its end and when it is refused.
func TestApp(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC)
	s := githubtest.New(t, map[string]string{"site.yaml": "name: Muntplein\n"})
	s.Token, s.AppKey, s.Expires = "", &key.PublicKey, now.Add(time.Hour)
	app, err := githubapi.NewApp("12345", "", pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
	if err != nil {
		t.Fatal(err)
	}
	client, err := githubapi.New(githubapi.Config{Repository: githubtest.Repository, BaseURL: s.URL, Credential: app, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	made := func() (n int) {
		for _, r := range s.Requests() {
			if strings.HasSuffix(r, "/access_tokens") {
				n++
			}
		}
		return n
	}
	for _, step := range []struct {
		after time.Duration
		made  int
	}{{0, 1}, {54 * time.Minute, 1}, {56 * time.Minute, 2}, {57 * time.Minute, 2}} {
		now = time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC).Add(step.after)
		s.Expires = now.Add(time.Hour)
		if _, err := client.CloneURL(t.Context()); err != nil || made() != step.made {
			t.Errorf("after %v: %v, %d tokens", step.after, err, made())
		}
	}
	s.Fail(githubtest.Fault{On: "GET " + githubtest.Repository, Status: http.StatusUnauthorized})
	if _, err := client.CloneURL(t.Context()); !errors.Is(err, commit.ErrBusy) {
		t.Error(err)
	}
	if _, err := client.OpenClone(t.Context(), filepath.Join(t.TempDir(), "clone.git")); err != nil || made() != 3 {
		t.Errorf("after it was refused: %v, %d tokens", err, made())
	}
	s.AppKey = nil
	now = now.Add(2 * time.Hour)
	if _, err := client.CloneURL(t.Context()); !errors.Is(err, commit.ErrBusy) || !strings.Contains(err.Error(), "key is still valid") {
		t.Error(err)
	}
}

func TestTokens(t *testing.T) {
	s := githubtest.New(t, map[string]string{"site.yaml": "name: Muntplein\n"})
	file := filepath.Join(t.TempDir(), "token")
	client, err := githubapi.New(githubapi.Config{Repository: githubtest.Repository, BaseURL: s.URL, Credential: githubapi.TokenFile(file)})
	if err != nil {
		t.Fatal(err)
	}
	for content, good := range map[string]bool{s.Token + "\n": true, "": false, "two\nlines of secret": false, "another_secret": false} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := client.CloneURL(t.Context())
		if (err == nil) != good || err != nil && (!errors.Is(err, commit.ErrBusy) || strings.Contains(err.Error(), "secret")) {
			t.Errorf("%q: %v", content, err)
		}
	}
	os.Remove(file)
	if _, err := client.CloneURL(t.Context()); !errors.Is(err, githubapi.ErrCredential) {
		t.Error(err)
	}
}

// TestATokenGoesNowhereElse: neither a redirect nor an address that can be listened to gets it.
func TestATokenGoesNowhereElse(t *testing.T) {
	got := make(chan string, 1)
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got <- r.Header.Get("Authorization")
		w.Write([]byte("{}"))
	}))
	defer other.Close()
	api := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusFound))
	defer api.Close()
	client, err := githubapi.New(githubapi.Config{Repository: githubtest.Repository, BaseURL: api.URL, Credential: githubapi.Token("secret")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.CloneURL(t.Context()); err != nil {
		t.Fatal(err)
	}
	if header := <-got; header != "" {
		t.Errorf("the other host got %q", header)
	}
	for _, address := range []string{"http://api.example", "ftp://api.example", "api.example", "https://me:secret@api.example", "https://"} {
		if _, err := githubapi.New(githubapi.Config{Repository: githubtest.Repository, BaseURL: address}); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, name := range []string{"", "owner", "owner/", "/name", "owner/..", "owner/name/more", "-o/name", "owner/na me", "o?x/name"} {
		if _, err := githubapi.New(githubapi.Config{Repository: name}); err == nil {
			t.Errorf("%q is taken for a repository", name)
		}
	}
}

// TestClone: the clone has no token in its files, and belongs to one repository.
func TestClone(t *testing.T) {
	d := newDesk(t)
	d.Push(map[string]string{"more": "x"})
	if err := d.clone.Fetch(t.Context()); err != nil || string(resolve(t, d)) != d.Git("", "rev-parse", branch) {
		t.Errorf("it has not followed: %v", err)
	}
	err := filepath.WalkDir(d.clone.Dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if strings.Contains(string(data), d.Token) || strings.Contains(string(data), "Authorization") {
			t.Errorf("%s has the token", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	d.SetToken("another")
	if err := d.clone.Fetch(t.Context()); err == nil || strings.Contains(err.Error(), "github_pat") {
		t.Errorf("a refused fetch: %v", err)
	}
	other, err := githubapi.New(githubapi.Config{Repository: "klant/other", BaseURL: d.URL, Credential: githubapi.Token("x")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.OpenClone(t.Context(), d.clone.Dir); !errors.Is(err, githubapi.ErrOther) {
		t.Error(err)
	}
}
