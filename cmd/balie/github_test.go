package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"balie/generator"
	"balie/ingest/githubapi/githubtest"
)

// sampleAtGitHub is a repository at GitHub with a sample desk and more files, and how staff commit
// files and push them there.
func sampleAtGitHub(t *testing.T, now time.Time, more map[string]string) (*githubtest.Server, func(files map[string]string)) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "plugins")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := writeSample(t.Context(), dir, "plugins", now); err != nil {
		t.Fatal(err)
	}
	fake := githubtest.New(t, map[string]string{"README.md": "x\n"})
	git := func(args ...string) {
		t.Helper()
		args = append([]string{"-C", dir, "-c", "user.name=x", "-c", "user.email=x@y.example"}, args...)
		if out, err := exec.Command("git", args...).CombinedOutput(); err != nil {
			t.Fatalf("%v %s", err, out)
		}
	}
	git("push", "-q", "--force", fake.Dir, "HEAD:refs/heads/main")
	commit := func(files map[string]string) {
		t.Helper()
		git("pull", "-q", "--rebase", fake.Dir, "main")
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		git("add", "-A")
		git("commit", "-qm", "by staff")
		git("push", "-q", fake.Dir, "HEAD:refs/heads/main")
	}
	if more != nil {
		commit(more)
	}
	t.Setenv("GITHUB_API_URL", fake.URL)
	t.Setenv("GITHUB_TOKEN", fake.Token)
	return fake, commit
}

// serveGitHub runs the intake of the repository at GitHub.
func serveGitHub(t *testing.T, clock func() time.Time) *running {
	r := &running{T: t, builds: make(chan *generator.Result, 100), stderr: &safeBuffer{}}
	r.serve(&terminal{in: strings.NewReader(""), out: io.Discard, err: r.stderr, clock: clock}, func(s *server) {
		s.draft, s.intakeOnly, s.gitHubName, s.staffAddr = false, true, githubtest.Repository, ""
	})
	return r
}

// TestGitHub hands something in to an intake whose repository is at GitHub: it is committed there by
// the API, and the follow page shows it from the clone.
func TestGitHub(t *testing.T) {
	clock := clockFrom(time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC))
	fake, _ := sampleAtGitHub(t, clock(), nil)
	before := handedInTo(fake)
	r := serveGitHub(t, clock)
	req, _ := http.NewRequest("POST", "http://"+r.addr+"/forms/contact", strings.NewReader(
		`{"subject":"Crash","message":"Het knopje doet niets.","email":"jo@klant.example","product":"kwast","version":"1.2.3"}`))
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusCreated {
		t.Fatalf("%d %s", resp.StatusCode, body)
	}
	tip := func() string { return fake.Git("", "rev-parse", "refs/heads/main") }
	r.until("the commit in the reading", func() bool { return handedInTo(fake) == before+1 && r.live.Current().Revision == tip() })
	if said := fake.Git("", "log", "-1", "-p", "--grep=: received", "--format=%s", "main"); !strings.Contains(said, "Het knopje doet niets.") || !strings.Contains(said, ": received") {
		t.Errorf("the commit: %s", said)
	}
}

// TestGitHubKilled kills an intake when GitHub has its commit and it has no answer yet. Started again
// it files nothing twice.
func TestGitHubKilled(t *testing.T) {
	fake, _ := sampleAtGitHub(t, time.Now(), nil)
	before, state := handedInTo(fake), t.TempDir()
	k := &killed{T: t, handed: &handed{}, command: []string{"ingest", "--github", githubtest.Repository, "--state", state}}
	p := k.start()
	moved := make(chan struct{})
	fake.Fail(githubtest.Fault{On: "PATCH refs/heads/main", Lost: true, After: func() { p.Process.Kill(); close(moved) }})
	first, second := &handedIn{key: "one", text: "question 1."}, &handedIn{key: "two", text: "question 2."}
	k.handIn(first)
	<-moved
	p.Wait()
	p = k.start()
	k.handIn(second)
	p.Process.Signal(os.Interrupt)
	if err := p.Wait(); err != nil {
		t.Error(err)
	}
	if n := handedInTo(fake) - before; n != 2 || first.number == "" {
		t.Errorf("%d commits of two that were handed in (%s, %s)", n, first.number, second.number)
	}
}

// handedInTo counts the commits of what was handed in.
func handedInTo(fake *githubtest.Server) int {
	return len(strings.Fields(fake.Git("", "log", "--grep=: received", "--format=%h", "main")))
}

// TestGitHubHook pushes to the repository at GitHub: its hook lets the push be fetched and read at
// once.
func TestGitHubHook(t *testing.T) {
	const secret = "a-secret"
	t.Setenv("BALIE_HOOK_TEST", secret)
	clock := clockFrom(time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC))
	fake, commit := sampleAtGitHub(t, clock(), map[string]string{"hooks.yaml": "- {name: github, kind: github, secret: {env: BALIE_HOOK_TEST}}\n"})
	r := serveGitHub(t, clock)
	commit(map[string]string{"erased.txt": "# nobody\n"})
	body := `{"ref":"refs/heads/main"}`
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	req, _ := http.NewRequest("POST", "http://"+r.addr+"/hooks/github", strings.NewReader(body))
	req.Header.Set("X-GitHub-Event", "push")
	req.Header.Set("X-GitHub-Delivery", "one")
	req.Header.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	resp, err := http.DefaultClient.Do(req)
	if err != nil || resp.StatusCode != http.StatusAccepted {
		t.Fatalf("%v %v", resp, err)
	}
	resp.Body.Close()
	tip := fake.Git("", "rev-parse", "refs/heads/main")
	r.soon("the push is read", func() bool { return r.live.Current().Revision == tip })
}
