package githubapi_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"balie/content/gitfs"
	"balie/ingest/commit"
	"balie/ingest/commit/committest"
	"balie/ingest/githubapi"
	"balie/ingest/githubapi/githubtest"
)

const branch = "refs/heads/main"

// desk is a repository at the fake GitHub, its clone and a committer.
type desk struct {
	*githubtest.Server
	*githubapi.Committer
	clone *githubapi.Clone
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_SYSTEM", os.DevNull)
	s := githubtest.New(t, map[string]string{"site.yaml": "name: Muntplein\n"})
	return openDesk(t, s, githubapi.Token(s.Token))
}

func openDesk(t *testing.T, s *githubtest.Server, credential githubapi.Credential) *desk {
	t.Helper()
	client, err := githubapi.New(githubapi.Config{Repository: githubtest.Repository, BaseURL: s.URL, Credential: credential})
	if err != nil {
		t.Fatal(err)
	}
	clone, err := client.OpenClone(t.Context(), filepath.Join(t.TempDir(), "clone.git"))
	if err != nil {
		t.Fatal(err)
	}
	repo, err := gitfs.Open(context.Background(), clone.Dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { repo.Close() })
	fetch := func(ctx context.Context) error { return clone.Fetch(ctx, branch) }
	return &desk{s, githubapi.NewCommitter(client, repo, branch, fetch), clone}
}

func change(message string, files ...string) commit.Change {
	c := commit.Change{Message: message, At: time.Date(2026, 11, 20, 14, 5, 9, 0, time.FixedZone("", 3600))}
	for i := 0; i < len(files); i += 2 {
		c.Files = append(c.Files, commit.File{Path: files[i], Data: []byte(files[i+1])})
	}
	return c
}

func TestSuite(t *testing.T) {
	committest.Run(t, func(t *testing.T) committest.Subject {
		d := newDesk(t)
		return committest.Subject{
			Committer: d.Committer,
			Read:      func(_ *testing.T, path string) ([]byte, bool) { return d.Read(path) },
			Commits:   func(*testing.T) int { return d.Server.Commits() },
		}
	})
}

func TestWhatACommitSays(t *testing.T) {
	d := newDesk(t)
	c := change("ticket 2611204216: received", "a", "1")
	revision, err := d.Commit(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	c = change("ticket 2611204216: message", "b", "2")
	c.Author, c.AuthorEmail = "Mila", "mila@example.org"
	if _, err := d.Commit(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	got := d.Git("", "log", "-2", "--reverse", "--format=%an <%ae> %cn <%ce> %ad %cd %s", "--date=iso-strict", branch)
	want := "balie <balie@localhost> balie <balie@localhost> 2026-11-20T14:05:09+01:00 2026-11-20T14:05:09+01:00 ticket 2611204216: received\n" +
		"Mila <mila@example.org> balie <balie@localhost> 2026-11-20T14:05:09+01:00 2026-11-20T14:05:09+01:00 ticket 2611204216: message"
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if has, err := d.Repo.Contains(t.Context(), resolve(t, d), gitfs.Revision(revision)); !has || err != nil {
		t.Errorf("the clone has it: %v, %v", has, err)
	}
	if out := d.Git("", "fsck", "--strict", "--no-dangling"); out != "" {
		t.Error(out)
	}
}

func resolve(t *testing.T, d *desk) gitfs.Revision {
	t.Helper()
	tip, err := d.Repo.Resolve(t.Context(), branch)
	if err != nil {
		t.Fatal(err)
	}
	return tip
}

// TestGroups: up to five changes get a commit each and one move of the branch, up to 64 get one
// commit, and those after them are a group of their own.
func TestGroups(t *testing.T) {
	for n, commits := range map[int]int{5: 5, 6: 1, 64: 1, 65: 2} {
		d := newDesk(t)
		before, asked := d.Server.Commits(), len(d.Requests())
		var changes []commit.Change
		for i := range n {
			changes = append(changes, change(fmt.Sprintf("ticket %d: received\n\nmore", i), fmt.Sprintf("t/%d/x", i), "x"))
		}
		refused := append(slices.Clone(changes), change("taken", "t/0/x", "other"), change("after it", "z", "z"))
		revisions, err := d.CommitAll(t.Context(), refused)
		if !errors.Is(err, commit.ErrTaken) || len(revisions) != n || d.Server.Commits()-before != commits {
			t.Errorf("%d changes: %d commits, %d revisions, %v", n, d.Server.Commits()-before, len(revisions), err)
		}
		moves := 0
		for _, r := range d.Requests()[asked:] {
			if strings.HasPrefix(r, "PATCH ") {
				moves++
			}
		}
		if _, ok := d.Read("z"); ok || moves != 1+(n-1)/64 {
			t.Errorf("%d changes: the branch was moved %d times, what comes after the refused is there: %v", n, moves, ok)
		}
		says := d.Git("", "log", "-1", "--format=%B", branch)
		for i := range n {
			if commits == 1 && (!strings.Contains(says+"\n", fmt.Sprintf("\nticket %d: received\n", i)) || revisions[i] != revisions[0]) {
				t.Errorf("%d changes: %d is %s, in %q", n, i, revisions[i], says)
			}
		}
	}
}

// TestFaults: whatever goes wrong, a change that is tried until it is acknowledged is committed once.
func TestFaults(t *testing.T) {
	const move, tree, look = "PATCH refs/heads/main", "POST git/trees", "GET ref/heads/main"
	limited := http.Header{"Date": {"Mon, 06 Jan 2020 10:00:00 GMT"}, "X-Ratelimit-Limit": {"5000"}, "X-Ratelimit-Remaining": {"0"},
		"X-Ratelimit-Reset": {strconv.FormatInt(time.Date(2020, 1, 6, 10, 1, 30, 0, time.UTC).Unix(), 10)}}
	for name, test := range map[string]struct {
		faults []githubtest.Fault
		is     error         // of the first try; nil: it succeeds
		after  time.Duration // that it says
		says   string
	}{
		"nothing":                               {},
		"it fails at the tree":                  {faults: []githubtest.Fault{{On: tree, Status: 502}}, is: commit.ErrBusy, says: "it fails now (502)"},
		"it is gone at the tree":                {faults: []githubtest.Fault{{On: tree, Lost: true}}, is: commit.ErrBusy, says: "could not be reached"},
		"it fails at the move":                  {faults: []githubtest.Fault{{On: move, Status: 500}}, is: commit.ErrUnknown},
		"the move is made, the answer lost":     {faults: []githubtest.Fault{{On: move, Lost: true}}},
		"lost, and it can't be looked up":       {faults: []githubtest.Fault{{On: move, Lost: true}, {On: look}, {On: look, Status: 503}}, is: commit.ErrUnknown},
		"lost, and git is away":                 {faults: []githubtest.Fault{{On: move, Lost: true}, {On: "GET /info/refs", Status: 503}}, is: commit.ErrUnknown},
		"primary limit":                         {faults: []githubtest.Fault{{On: tree, Status: 403, Header: limited}}, is: commit.ErrBusy, after: 90 * time.Second, says: "1m30s"},
		"primary limit by 429":                  {faults: []githubtest.Fault{{On: tree, Status: 429, Header: limited}}, is: commit.ErrBusy, after: 90 * time.Second},
		"secondary limit":                       {faults: []githubtest.Fault{{On: tree, Status: 403, Header: http.Header{"Retry-After": {"17"}}}}, is: commit.ErrBusy, after: 17 * time.Second},
		"secondary limit at the move":           {faults: []githubtest.Fault{{On: move, Status: 429, Header: http.Header{"Retry-After": {"17"}}}}, is: commit.ErrBusy, after: 17 * time.Second},
		"secondary limit of which no end known": {faults: []githubtest.Fault{{On: tree, Status: 429}}, is: commit.ErrBusy, after: time.Minute},
		"a wrong token":                         {faults: []githubtest.Fault{{On: tree, Status: 401}}, is: commit.ErrBusy, after: time.Minute, says: "make a new token"},
		"no permission":                         {faults: []githubtest.Fault{{On: tree, Status: 403}}, is: commit.ErrBusy, after: time.Minute, says: "Contents: read and write"},
		"not visible":                           {faults: []githubtest.Fault{{On: look, Status: 404}}, is: commit.ErrBusy, after: time.Minute, says: "look at the name"},
		"a protected branch":                    {faults: []githubtest.Fault{{On: move, Status: 422}}, is: commit.ErrBusy, after: time.Minute, says: "it refuses (422)"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			before := d.Server.Commits()
			for _, f := range test.faults {
				d.Fail(f)
			}
			c := change("ticket 2611204216: received", "t/x", "1", "t/y", "2")
			revision, err := d.Commit(t.Context(), c)
			if !errors.Is(err, test.is) {
				t.Fatalf("%v, want %v", err, test.is)
			}
			if errors.Is(err, commit.ErrUnknown) && errors.Is(err, commit.ErrBusy) {
				t.Error("it is called busy, and may be committed")
			}
			busy := new(commit.Busy)
			if errors.As(err, &busy); busy.After != test.after {
				t.Errorf("try again after %v, want %v", busy.After, test.after)
			}
			if err != nil && (!strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), d.Token) || d.Ready(t.Context()) == nil) {
				t.Errorf("it says %q; ready: %v", err, d.Ready(t.Context()))
			}
			if err != nil {
				revision = committed(t, d, c)
			}
			if got, ok := d.Read("t/x"); !ok || string(got) != "1" || d.Server.Commits()-before != 1 || d.Ready(t.Context()) != nil {
				t.Errorf("%q, %v; %d commits; ready: %v", got, ok, d.Server.Commits()-before, d.Ready(t.Context()))
			}
			if versions, err := d.Versions(t.Context(), []string{"t/x"}, ""); err != nil || len(versions["t/x"]) != 1 || versions["t/x"][0].Revision != revision {
				t.Errorf("%s is not %+v, %v", revision, versions, err)
			}
		})
	}
}

// committed does as the drain does after an error: it looks whether the change is there, else makes
// it, and returns its commit.
func committed(t *testing.T, d *desk, c commit.Change) string {
	t.Helper()
	all, err := d.Versions(t.Context(), []string{c.Files[0].Path}, "")
	if err != nil {
		t.Fatal(err)
	}
	if versions := all[c.Files[0].Path]; len(versions) > 0 {
		d.Commit(t.Context(), change("next", "next", "1")) // so that Ready goes by a later try
		d.Git("", "update-ref", branch, versions[0].Revision)
		return versions[0].Revision
	}
	revision, err := d.Commit(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return revision
}

// TestRaces: somebody else pushes between, something else or a file at the same path.
func TestRaces(t *testing.T) {
	d := newDesk(t)
	push := func(path string) func() { return func() { d.Push(map[string]string{path: "theirs"}) } }
	d.Fail(githubtest.Fault{On: "PATCH refs/heads/main", Before: push("one")})
	d.Fail(githubtest.Fault{On: "PATCH refs/heads/main", Status: 409, Before: push("two")})
	if _, err := d.Commit(t.Context(), change("mine", "three", "3")); err != nil {
		t.Fatal(err)
	}
	if got := d.Server.Commits(); got != 4 {
		t.Errorf("%d commits", got)
	}
	d.Fail(githubtest.Fault{On: "PATCH refs/heads/main", Before: push("four")})
	if _, err := d.Commit(t.Context(), change("mine", "four", "4")); !errors.Is(err, commit.ErrTaken) {
		t.Errorf("taken meanwhile: %v", err)
	}
	if got, _ := d.Read("four"); string(got) != "theirs" || d.Server.Commits() != 5 {
		t.Errorf("%q, %d commits", got, d.Server.Commits())
	}
	for i := range 9 {
		d.Fail(githubtest.Fault{On: "PATCH refs/heads/main", Before: push(fmt.Sprint("more/", i))})
	}
	if _, err := d.Commit(t.Context(), change("mine", "five", "5")); !errors.Is(err, commit.ErrBusy) {
		t.Errorf("others keep moving it: %v", err)
	}
}

// TestRewound: a branch that was moved back at GitHub, as when something is erased, stays so.
func TestRewound(t *testing.T) {
	d := newDesk(t)
	first := d.Git("", "rev-parse", branch)
	if _, err := d.Commit(t.Context(), change("secret", "secret", "x")); err != nil {
		t.Fatal(err)
	}
	d.Git("", "update-ref", branch, first)
	if _, err := d.Commit(t.Context(), change("mine", "mine", "y")); err != nil {
		t.Fatal(err)
	}
	if _, ok := d.Read("secret"); ok || d.Server.Commits() != 2 {
		t.Errorf("it is back: %v, %d commits", ok, d.Server.Commits())
	}
}

// TestGivenUpInBetween: a call that is given up while GitHub is slow leaves nothing behind.
func TestGivenUpInBetween(t *testing.T) {
	d := newDesk(t)
	ctx, stop := context.WithCancel(t.Context())
	d.Fail(githubtest.Fault{On: "POST git/commits", Before: stop})
	if _, err := d.Commit(ctx, change("", "a", "1")); !errors.Is(err, context.Canceled) || d.Server.Commits() != 1 {
		t.Errorf("%v, %d commits", err, d.Server.Commits())
	}
	ctx, stop = context.WithCancel(t.Context())
	d.Fail(githubtest.Fault{On: "PATCH refs/heads/main", Before: stop})
	if _, err := d.Commit(ctx, change("", "b", "1")); err != nil || d.Server.Commits() != 2 {
		t.Errorf("when it is too late: %v, %d commits", err, d.Server.Commits())
	}
}
