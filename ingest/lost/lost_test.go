package lost_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"balie/content/gitfs"
	"balie/content/repository"
	"balie/ingest/lost"
)

// history is a repository whose history a test rewrites.
type history struct {
	t    *testing.T
	dir  string
	repo *repository.Repository
}

func newHistory(t *testing.T) *history {
	t.Helper()
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	h := &history{t: t, dir: t.TempDir()}
	h.git("init", "-q", "-b", "main")
	h.commit(map[string]string{"site.yaml": "title: {nl: Desk}\nlanguages: [nl]\nzone: UTC\n"})
	repo, err := repository.Open(t.Context(), h.dir, "refs/heads/main")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { repo.Close() })
	h.repo = repo
	return h
}

func (h *history) git(args ...string) string {
	h.t.Helper()
	cmd := exec.Command("git", append([]string{"-C", h.dir, "-c", "user.name=Anna", "-c", "user.email=anna@example.org"}, args...)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		h.t.Fatalf("git %s: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// commit writes files, or removes those without a text, and returns the commit.
func (h *history) commit(files map[string]string) gitfs.Revision {
	h.t.Helper()
	for name, text := range files {
		file := filepath.Join(h.dir, filepath.FromSlash(name))
		if text == "" {
			h.git("rm", "-rq", name)
			continue
		}
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			h.t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			h.t.Fatal(err)
		}
		h.git("add", name)
	}
	h.git("commit", "-qm", "edit", "--allow-empty")
	return gitfs.Revision(h.git("rev-parse", "HEAD"))
}

// find rewinds to a commit, commits files, and returns what is lost of the tip before.
func (h *history) find(to gitfs.Revision, files map[string]string) lost.Found {
	h.t.Helper()
	old := gitfs.Revision(h.git("rev-parse", "HEAD"))
	h.git("reset", "-q", "--hard", string(to))
	h.commit(files)
	now, err := h.repo.Read(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	found, err := lost.Find(h.t.Context(), h.repo.Git, old, now)
	if err != nil {
		h.t.Fatal(err)
	}
	return found
}

const dir = "tickets/2026/11/20/2611201012"

func ticket() map[string]string {
	return map[string]string{
		dir + "/ticket.yaml":                      "subject: Help\nform: contact\nlane: standard\nfollow: " + strings.Repeat("a", 32) + "\n",
		dir + "/2026-11-20T140000Z-received.md":   "---\nid: 0123456789abcdef\nattachments:\n  - {file: 00112233445566aa.png, label: a.png}\n---\nHelp\n",
		dir + "/attachments/00112233445566aa.png": "PNG",
		dir + "/2026-11-20T150000Z-reply-anna.md": "Hello\n",
	}
}

func pathsOf(p lost.Piece) (paths []string) {
	for _, f := range p.Change.Files {
		paths = append(paths, strings.TrimPrefix(f.Path, dir+"/"))
	}
	slices.Sort(paths)
	return paths
}

func same(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

// A ticket that is gone comes back whole, with its attachment and staff's answer.
func TestAWholeTicket(t *testing.T) {
	h := newHistory(t)
	base := h.commit(nil)
	h.commit(ticket())
	h.commit(map[string]string{"articles/a.md": "staff's\n"})
	found := h.find(base, nil)
	if len(found.Pieces) != 1 {
		t.Fatalf("%+v", found)
	}
	p := found.Pieces[0]
	same(t, "files", pathsOf(p), "2026-11-20T140000Z-received.md", "2026-11-20T150000Z-reply-anna.md", "attachments/00112233445566aa.png", "ticket.yaml")
	same(t, "numbers", found.Numbers, "2611201012")
	same(t, "staff", found.Staff, "articles/a.md")
	if at := time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC); p.ID != "0123456789abcdef" || p.Token != strings.Repeat("a", 32) || !p.At.Equal(at) || !p.Change.At.Equal(at) || p.Change.Needs != "" {
		t.Errorf("%+v", p)
	}
}

// Of a ticket that is there, each id comes back by itself; what staff wrote is listed, and what is by
// rule falls due again.
func TestSingleEvents(t *testing.T) {
	h := newHistory(t)
	base := h.commit(ticket())
	h.commit(map[string]string{
		dir + "/2026-11-20T160000Z-message.md":        "---\nid: aaaaaaaaaaaaaaaa\nattachments:\n  - {file: 00112233445566bb.png, label: b.png}\n---\nMore\n",
		dir + "/attachments/00112233445566bb.png":     "PNG2",
		dir + "/2026-11-20T160001Z-solved.md":         "---\nid: aaaaaaaaaaaaaaaa\n---\n",
		dir + "/2026-11-20T170000Z-message.md":        "---\nid: bbbbbbbbbbbbbbbb\n---\nAnd more\n",
		dir + "/2026-11-20T180000Z-reminder-balie.md": "Reminder\n",
		dir + "/2026-11-20T190000Z-reply-anna.md":     "Hello again\n",
	})
	found := h.find(base, nil)
	if len(found.Pieces) != 2 {
		t.Fatalf("%+v", found)
	}
	same(t, "the first", pathsOf(found.Pieces[0]), "2026-11-20T160000Z-message.md", "2026-11-20T160001Z-solved.md", "attachments/00112233445566bb.png")
	same(t, "the second", pathsOf(found.Pieces[1]), "2026-11-20T170000Z-message.md")
	same(t, "staff", found.Staff, dir+"/2026-11-20T190000Z-reply-anna.md")
	same(t, "numbers", found.Numbers)
	if p := found.Pieces[1]; p.Change.Needs != dir+"/ticket.yaml" || p.Token != "" {
		t.Errorf("%+v", p)
	}
	newer, older := found.Split(time.Date(2026, 11, 20, 16, 30, 0, 0, time.UTC))
	if len(newer) != 1 || len(older) != 1 || newer[0].ID != "bbbbbbbbbbbbbbbb" {
		t.Errorf("newer %+v, older %+v", newer, older)
	}
}

// Nothing is lost that is there under another path, that a person took out or changed, or that is
// erased.
func TestWhatIsNotLost(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"moved":    {dir + "/2026-11-20T160500Z-message.md": "---\nid: aaaaaaaaaaaaaaaa\n---\nMore\n"},
		"redacted": {dir + "/2026-11-20T160000Z-message.md": "---\nid: aaaaaaaaaaaaaaaa\n---\nTaken out\n"},
		"erased":   {"erased.txt": "2611201012\n"},
	} {
		h := newHistory(t)
		base := h.commit(ticket())
		h.commit(map[string]string{dir + "/2026-11-20T160000Z-message.md": "---\nid: aaaaaaaaaaaaaaaa\n---\nMore\n"})
		if found := h.find(base, files); len(found.Pieces) != 0 {
			t.Errorf("%s: %+v", name, found)
		}
	}
	h := newHistory(t)
	h.commit(ticket())
	base := h.commit(map[string]string{dir + "/2026-11-20T160000Z-message.md": "---\nid: aaaaaaaaaaaaaaaa\n---\nMore\n"})
	h.commit(nil)
	if found := h.find(base, map[string]string{dir + "/2026-11-20T160000Z-message.md": ""}); len(found.Pieces) != 0 || len(found.Staff) != 0 {
		t.Errorf("taken out: %+v", found)
	}
}

// Another ticket in the directory does not get the messages of the one that was there.
func TestADirectoryThatIsTaken(t *testing.T) {
	h := newHistory(t)
	base := h.commit(nil)
	h.commit(ticket())
	found := h.find(base, map[string]string{
		dir + "/ticket.yaml":                    "subject: Other\nform: contact\nlane: standard\nfollow: " + strings.Repeat("b", 32) + "\n",
		dir + "/2026-11-20T130000Z-received.md": "---\nid: cccccccccccccccc\n---\nOther\n",
	})
	if len(found.Pieces) != 1 || found.Pieces[0].Token != strings.Repeat("a", 32) || len(found.Pieces[0].Change.Files) != 4 {
		t.Errorf("%+v", found)
	}
}

// A history that shares nothing with the one before lacks all of it.
func TestAnotherHistory(t *testing.T) {
	h := newHistory(t)
	h.commit(ticket())
	old := h.git("rev-parse", "HEAD")
	h.git("checkout", "-q", "--orphan", "other")
	h.git("rm", "-rq", "--cached", "tickets")
	h.git("commit", "-qm", "other")
	h.git("update-ref", "refs/heads/main", "HEAD")
	now, err := h.repo.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found, err := lost.Find(t.Context(), h.repo.Git, gitfs.Revision(old), now)
	if err != nil || len(found.Pieces) != 1 {
		t.Errorf("%+v, %v", found, err)
	}
}

func TestCaseOf(t *testing.T) {
	for file, want := range map[string]string{
		dir + "/ticket.yaml":                       dir,
		dir + "/attachments/a.png":                 dir,
		"incidents/2026/1120-x/incident.yaml":      "incidents/2026/1120-x",
		"maintenance/2026/1120-x/maintenance.yaml": "maintenance/2026/1120-x",
		"tickets/2026/11/20/readme.md":             "",
		"site.yaml":                                "",
	} {
		if got := lost.CaseOf(file); got != want {
			t.Errorf("%s: %q", file, got)
		}
	}
}

func TestRefs(t *testing.T) {
	h := newHistory(t)
	first, second := h.commit(nil), h.commit(map[string]string{"a": "b\n"})
	at := time.Date(2026, 11, 20, 15, 0, 0, 0, time.FixedZone("", 3600))
	for _, r := range []struct {
		on   gitfs.Revision
		want string
	}{{first, "refs/balie/lost/2026-11-20T140000Z"}, {second, "refs/balie/lost/2026-11-20T140000Z-2"}, {first, "refs/balie/lost/2026-11-20T140000Z"}} {
		if name, err := lost.KeepRef(t.Context(), h.repo.Git, r.on, at); name != r.want || err != nil {
			t.Errorf("%s, %v", name, err)
		}
	}
	refs, err := lost.ListRefs(t.Context(), h.repo.Git)
	if err != nil || len(refs) != 2 || refs[0].Revision != first {
		t.Fatalf("%v, %v", refs, err)
	}
	if err := lost.DropRef(t.Context(), h.repo.Git, lost.Ref{Name: refs[0].Name, Revision: second}); err == nil {
		t.Error("a ref that somebody moved is deleted")
	}
	if err := lost.DropRef(t.Context(), h.repo.Git, refs[0]); err != nil {
		t.Error(err)
	}
}
