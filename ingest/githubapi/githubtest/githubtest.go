// Package githubtest is a fake of the part of GitHub's REST API that makes commits, as
// https://docs.github.com/rest documents it, over a bare repository on the disk. So blobs, trees,
// commits and branches are git's own. It also serves the repository by git's smart HTTP.
//
// Faults can be switched on for the next request of a kind.
package githubtest

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// Repository is the name of the fake's only repository.
const Repository = "klant/balie"

// Server is the fake.
type Server struct {
	URL   string
	Dir   string // the bare repository
	Token string // what requests must bring, or one that an App got

	AppKey  *rsa.PublicKey // nil: no App
	Expires time.Time      // of the next token of an App

	t        testing.TB
	mu       sync.Mutex
	faults   []*Fault
	requests []string
	tokens   []string // of the App
}

// Fault is what goes wrong with one request.
type Fault struct {
	On     string // the request: its method and the end of its path, such as `PATCH refs/heads/main`
	Status int    // the answer; 0: as always
	Header http.Header
	Lost   bool   // the connection ends instead of the answer
	Before func() // what happens before the effect
	After  func() // what happens after it
}

// New returns a fake with a bare repository that has one commit with files on the branch main.
func New(t testing.TB, files map[string]string) *Server {
	s := &Server{t: t, Dir: filepath.Join(t.TempDir(), "balie.git"), Token: "github_pat_example"}
	if err := os.Mkdir(s.Dir, 0o777); err != nil {
		t.Fatal(err)
	}
	s.Git("", "init", "-q", "--bare", "-b", "main")
	s.Push(files)
	mux := http.NewServeMux()
	for pattern, answer := range map[string]func(*http.Request) (int, any){
		"GET /repos/{owner}/{repo}":                         s.repository,
		"GET /repos/{owner}/{repo}/installation":            s.installation,
		"POST /app/installations/{id}/access_tokens":        s.accessToken,
		"GET /repos/{owner}/{repo}/git/ref/heads/{branch}":  s.ref,
		"POST /repos/{owner}/{repo}/git/blobs":              s.blob,
		"POST /repos/{owner}/{repo}/git/trees":              s.tree,
		"POST /repos/{owner}/{repo}/git/commits":            s.commit,
		"PATCH /repos/{owner}/{repo}/git/refs/heads/{name}": s.updateRef,
	} {
		mux.HandleFunc(pattern, s.handler(answer))
	}
	mux.Handle("/clone/", s.smart())
	server := httptest.NewUnstartedServer(mux)
	s.URL = "http://" + server.Listener.Addr().String()
	server.Start()
	t.Cleanup(server.Close)
	return s
}

// SetToken changes what requests must bring.
func (s *Server) SetToken(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Token = token
}

// Fail lets something go wrong with the next request that fits, after those named before.
func (s *Server) Fail(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// Requests are the requests up to now: method and path.
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.requests...)
}

// fault notes a request and returns what goes wrong with it.
func (s *Server) fault(r *http.Request) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, r.Method+" "+r.URL.Path)
	for i, f := range s.faults {
		method, end, _ := strings.Cut(f.On, " ")
		if r.Method == method && strings.HasSuffix(r.URL.Path, end) {
			s.faults = append(s.faults[:i:i], s.faults[i+1:]...)
			return f
		}
	}
	return &Fault{}
}

// handler answers in JSON, or goes wrong.
func (s *Server) handler(answer func(*http.Request) (int, any)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f := s.fault(r)
		if f.Before != nil {
			f.Before()
		}
		for name, values := range f.Header {
			w.Header()[name] = values
		}
		status, body := f.Status, any(message("it goes wrong"))
		if status == 0 {
			status, body = http.StatusUnauthorized, message("Bad credentials")
			if s.isAllowed(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), r.URL.Path) {
				status, body = answer(r)
			}
		}
		if f.After != nil {
			f.After()
		}
		if f.Lost {
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		json.NewEncoder(w).Encode(body)
	}
}

func message(format string, args ...any) map[string]string {
	return map[string]string{"message": fmt.Sprintf(format, args...)}
}

// isAllowed reports whether a token opens a path: an App's own what is about Apps, others the rest.
func (s *Server) isAllowed(token, path string) bool {
	if strings.HasPrefix(path, "/app/") || strings.HasSuffix(path, "/installation") {
		return s.AppKey != nil && isSigned(token, s.AppKey)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range append(s.tokens, s.Token) {
		if t != "" && t == token {
			return true
		}
	}
	return false
}

// isSigned reports whether a JSON Web Token is signed by RS256 (RFC 7519, RFC 7518 section 3.3).
func isSigned(token string, key *rsa.PublicKey) bool {
	dot := strings.LastIndexByte(token, '.')
	if dot < 0 {
		return false
	}
	signature, err := base64.RawURLEncoding.DecodeString(token[dot+1:])
	sum := sha256.Sum256([]byte(token[:dot]))
	return err == nil && rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature) == nil
}

// smart serves the repository by git http-backend, to those who bring a token.
func (s *Server) smart() http.Handler {
	path, err := exec.Command("git", "--exec-path").Output()
	if err != nil {
		s.t.Fatal(err)
	}
	backend := &cgi.Handler{
		Path: filepath.Join(strings.TrimSpace(string(path)), "git-http-backend"), Root: "/clone",
		Env: []string{"GIT_PROJECT_ROOT=" + filepath.Dir(s.Dir), "GIT_HTTP_EXPORT_ALL=1"},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f := s.fault(r)
		_, token, _ := r.BasicAuth()
		switch {
		case f.Status != 0:
			w.WriteHeader(f.Status)
		case !s.isAllowed(token, r.URL.Path):
			w.Header().Set("WWW-Authenticate", `Basic realm="GitHub"`)
			w.WriteHeader(http.StatusUnauthorized)
		default:
			backend.ServeHTTP(w, r)
		}
	})
}
