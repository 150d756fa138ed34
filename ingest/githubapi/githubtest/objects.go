package githubtest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Git runs git in the bare repository and returns what it printed.
func (s *Server) Git(in string, args ...string) string {
	s.t.Helper()
	out, err := s.git(in, nil, args...)
	if err != nil {
		s.t.Errorf("git %s: %v", strings.Join(args, " "), err)
	}
	return out
}

func (s *Server) git(in string, env []string, args ...string) (string, error) {
	c := exec.Command("git", args...)
	c.Dir, c.Stdin = s.Dir, strings.NewReader(in)
	c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull,
		"GIT_AUTHOR_NAME=Anna", "GIT_AUTHOR_EMAIL=anna@example.org", "GIT_COMMITTER_NAME=Anna", "GIT_COMMITTER_EMAIL=anna@example.org")
	c.Env = append(c.Env, env...)
	out, err := c.Output()
	return strings.TrimSuffix(string(out), "\n"), err
}

// Push commits files to main, as somebody else who pushes.
func (s *Server) Push(files map[string]string) {
	s.t.Helper()
	var entries []entry
	for path, text := range files {
		entries = append(entries, entry{Path: path, Mode: "100644", Content: &text})
	}
	base, _ := s.git("", nil, "rev-parse", "--verify", "--quiet", "refs/heads/main")
	tree, err := s.writeTree(base, entries)
	if err != nil {
		s.t.Fatal(err)
	}
	args := []string{"commit-tree", "-m", "pushed", tree}
	if base != "" {
		args = append(args, "-p", base)
	}
	s.Git("", "update-ref", "refs/heads/main", s.Git("", args...), base)
}

// Read returns a file as the last commit on main has it.
func (s *Server) Read(path string) ([]byte, bool) {
	c := exec.Command("git", "cat-file", "blob", "refs/heads/main:"+path)
	c.Dir = s.Dir
	out, err := c.Output()
	return out, err == nil
}

// Commits counts the commits on main.
func (s *Server) Commits() int {
	return len(strings.Split(s.Git("", "rev-list", "refs/heads/main"), "\n"))
}

func (s *Server) repository(r *http.Request) (int, any) {
	if r.PathValue("owner")+"/"+r.PathValue("repo") != Repository {
		return http.StatusNotFound, message("Not Found")
	}
	return http.StatusOK, map[string]any{"full_name": Repository, "default_branch": "main", "clone_url": s.URL + "/clone/" + filepath.Base(s.Dir)}
}

func (s *Server) installation(*http.Request) (int, any) {
	return http.StatusOK, map[string]any{"id": 7}
}

func (s *Server) accessToken(r *http.Request) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.PathValue("id") != "7" {
		return http.StatusNotFound, message("Not Found")
	}
	token := fmt.Sprintf("ghs_example%d", len(s.tokens)+1)
	s.tokens = append(s.tokens, token)
	return http.StatusCreated, map[string]any{"token": token, "expires_at": s.Expires.UTC().Format(time.RFC3339)}
}

func (s *Server) ref(r *http.Request) (int, any) {
	tip, err := s.git("", nil, "rev-parse", "--verify", "--quiet", "refs/heads/"+r.PathValue("branch"))
	if err != nil {
		return http.StatusNotFound, message("Not Found")
	}
	return http.StatusOK, refOf(r.PathValue("branch"), tip)
}

func refOf(branch, sha string) any {
	return map[string]any{"ref": "refs/heads/" + branch, "object": map[string]string{"type": "commit", "sha": sha}}
}

func (s *Server) blob(r *http.Request) (int, any) {
	var b struct{ Content, Encoding string }
	if err := json.NewDecoder(r.Body).Decode(&b); err != nil {
		return http.StatusBadRequest, message("Problems parsing JSON")
	}
	data, err := base64.StdEncoding.DecodeString(b.Content)
	if b.Encoding != "base64" || err != nil {
		return http.StatusUnprocessableEntity, message("content is not valid Base64")
	}
	return http.StatusCreated, map[string]string{"sha": s.Git(string(data), "hash-object", "-w", "--stdin")}
}

// entry is one of a tree's in a request.
type entry struct {
	Path, Mode, Type, SHA string
	Content               *string
}

func (s *Server) tree(r *http.Request) (int, any) {
	var t struct {
		BaseTree string `json:"base_tree"`
		Tree     []entry
	}
	if err := json.NewDecoder(r.Body).Decode(&t); err != nil {
		return http.StatusBadRequest, message("Problems parsing JSON")
	}
	sha, err := s.writeTree(t.BaseTree, t.Tree)
	if err != nil {
		return http.StatusUnprocessableEntity, message("Invalid tree info")
	}
	return http.StatusCreated, map[string]string{"sha": sha}
}

// writeTree makes a tree of another and entries.
func (s *Server) writeTree(base string, entries []entry) (string, error) {
	dir, err := os.MkdirTemp(filepath.Dir(s.Dir), "index")
	if err != nil {
		return "", err
	}
	env := []string{"GIT_INDEX_FILE=" + filepath.Join(dir, "index")}
	if base != "" {
		if _, err := s.git("", env, "read-tree", base); err != nil {
			return "", err
		}
	}
	var lines strings.Builder
	for _, e := range entries {
		if e.Content != nil {
			e.SHA = s.Git(*e.Content, "hash-object", "-w", "--stdin")
		}
		fmt.Fprintf(&lines, "%s %s\t%s\x00", e.Mode, e.SHA, e.Path)
	}
	if _, err := s.git(lines.String(), env, "update-index", "--add", "--replace", "-z", "--index-info"); err != nil {
		return "", err
	}
	return s.git("", env, "write-tree")
}

func (s *Server) commit(r *http.Request) (int, any) {
	type person struct {
		Name, Email string
		Date        time.Time
	}
	var c struct {
		Message, Tree     string
		Parents           []string
		Author, Committer person
	}
	if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
		return http.StatusBadRequest, message("Problems parsing JSON")
	}
	raw := "tree " + c.Tree + "\n"
	for _, p := range c.Parents {
		raw += "parent " + p + "\n"
	}
	for _, by := range []struct {
		role string
		person
	}{{"author", c.Author}, {"committer", c.Committer}} {
		raw += fmt.Sprintf("%s %s <%s> %d %s\n", by.role, by.Name, by.Email, by.Date.Unix(), by.Date.Format("-0700"))
	}
	sha, err := s.git(raw+"\n"+c.Message, nil, "hash-object", "-t", "commit", "-w", "--stdin")
	if err != nil {
		return http.StatusUnprocessableEntity, message("Tree SHA does not exist")
	}
	return http.StatusCreated, map[string]string{"sha": sha}
}

func (s *Server) updateRef(r *http.Request) (int, any) {
	var u struct {
		SHA   string
		Force bool
	}
	if err := json.NewDecoder(r.Body).Decode(&u); err != nil {
		return http.StatusBadRequest, message("Problems parsing JSON")
	}
	ref := "refs/heads/" + r.PathValue("name")
	old, err := s.git("", nil, "rev-parse", "--verify", "--quiet", ref)
	if err != nil {
		return http.StatusUnprocessableEntity, message("Reference does not exist")
	}
	if _, err := s.git("", nil, "merge-base", "--is-ancestor", old, u.SHA); err != nil && !u.Force {
		return http.StatusUnprocessableEntity, message("Update is not a fast forward")
	}
	if _, err := s.git("", nil, "update-ref", ref, u.SHA, old); err != nil {
		return http.StatusConflict, message("Reference cannot be updated")
	}
	return http.StatusOK, refOf(r.PathValue("name"), u.SHA)
}
