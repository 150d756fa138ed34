package generator_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"balie/content"
	"balie/content/repository"
	"balie/content/sample"
)

// gitDesk is a sample desk in a git repository, with its whole history in a few commits.
type gitDesk struct {
	t      *testing.T
	dir    string
	random *rand.Rand
	clock  time.Time // of the next commit
	edits  int
}

func newGitDesk(t *testing.T, name string, random *rand.Rand) *gitDesk {
	t.Helper()
	now, _ := at(nil)
	history, err := sample.History(name, now)
	if err != nil {
		t.Fatal(err)
	}
	d := &gitDesk{t: t, dir: t.TempDir(), random: random, clock: now.AddDate(0, 0, -3)}
	d.git("init", "-q", "-b", "main")
	for i, commit := range history {
		for _, f := range commit.Files {
			d.write(f.Path, string(f.Data))
		}
		if i%(len(history)/3) == 0 || i == len(history)-1 {
			d.commit()
		}
	}
	return d
}

// git runs a command in the repository, at a time of its own.
func (d *gitDesk) git(args ...string) string {
	d.t.Helper()
	d.clock = d.clock.Add(17 * time.Minute)
	cmd := exec.Command("git", args...)
	cmd.Dir = d.dir
	at := d.clock.Format(time.RFC3339)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "GIT_EDITOR=true", "GIT_AUTHOR_DATE="+at, "GIT_COMMITTER_DATE="+at,
		"GIT_AUTHOR_NAME=Anna", "GIT_AUTHOR_EMAIL=anna@desk.example", "GIT_COMMITTER_NAME=Anna", "GIT_COMMITTER_EMAIL=anna@desk.example")
	out, err := cmd.CombinedOutput()
	if err != nil {
		d.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

func (d *gitDesk) write(name, text string) {
	d.t.Helper()
	full := filepath.Join(d.dir, name)
	if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(text), 0o666); err != nil {
		d.t.Fatal(err)
	}
}

func (d *gitDesk) commit() {
	d.t.Helper()
	d.git("add", "-A")
	d.git("commit", "-q", "--allow-empty", "-m", "Work")
}

// edit rewrites the text of an update and of a message, and commits that.
func (d *gitDesk) edit() {
	d.t.Helper()
	d.edits++
	for _, pattern := range []string{"incidents/*/*/*-investigating*.md", "incidents/*/*/*-resolved*.md", "articles/*/*.md", "tickets/*/*/*/*/*-reply-*.md"} {
		found, err := filepath.Glob(filepath.Join(d.dir, pattern))
		if err != nil || len(found) == 0 {
			d.t.Fatal(pattern, err)
		}
		name, _ := filepath.Rel(d.dir, found[d.random.IntN(len(found))])
		text, err := os.ReadFile(filepath.Join(d.dir, name))
		if err != nil {
			d.t.Fatal(err)
		}
		d.write(name, fmt.Sprintf("%s\nPut right, %d.\n", text, d.edits))
	}
	d.commit()
}

// rewrites are what people do to a branch. Only the first changes no history.
var rewrites = []struct {
	name string
	do   func(d *gitDesk)
}{
	{"a commit", (*gitDesk).edit},
	{"another date of the last commit", func(d *gitDesk) { d.git("commit", "-q", "--amend", "--no-edit", "--date=now", "--allow-empty") }},
	{"the last commit with more in it", func(d *gitDesk) {
		d.edit()
		d.git("reset", "-q", "--soft", "HEAD~1")
		d.git("commit", "-q", "--amend", "--no-edit", "--allow-empty")
	}},
	{"the last commits on another base", func(d *gitDesk) {
		d.edit()
		d.edit()
		d.git("rebase", "-q", "--force-rebase", "HEAD~2")
	}},
	{"a commit taken back", func(d *gitDesk) {
		d.edit()
		d.git("reset", "-q", "--hard", "HEAD~2")
	}},
	{"the same files in one commit", func(d *gitDesk) {
		d.git("update-ref", "refs/heads/main", d.git("commit-tree", "-m", "All", "HEAD^{tree}"))
		d.edit()
	}},
	{"the same files and messages, in commits of other dates", func(d *gitDesk) {
		d.git("rebase", "-q", "--root", "--force-rebase", "--ignore-date")
	}},
	{"the ref of a while ago", func(d *gitDesk) {
		old := d.git("rev-parse", "HEAD")
		d.edit()
		d.git("update-ref", "refs/heads/main", old)
		d.git("reset", "-q", "--hard")
	}},
}

// TestRewrittenHistory: whatever becomes of a branch, what a generator has kept is byte for byte what a clean build of it makes.
func TestRewrittenHistory(t *testing.T) {
	for i, name := range sample.Names() {
		if testing.Short() && i > 1 {
			break
		}
		for _, ref := range []string{"", "main"} {
			t.Run(name+" "+ref, func(t *testing.T) {
				t.Parallel()
				random := rand.New(rand.NewPCG(uint64(i), uint64(len(ref))))
				d := newGitDesk(t, name, random)
				kept := configAt(t, d.dir, ref)
				g := follow(t, kept)
				defer g.Close()
				buildAgain(t, g, nil)
				order := random.Perm(len(rewrites))[:4]
				if testing.Short() {
					order = order[:2]
				}
				for step, which := range order {
					before := d.git("rev-parse", "HEAD")
					rewrites[which].do(d)
					var changed []string
					if files := d.git("diff", "--name-only", before, "HEAD"); ref == "" && files != "" {
						changed = strings.Split(files, "\n")
					}
					buildAgain(t, g, changed)
					clean := configAt(t, d.dir, ref)
					if _, err := buildOnce(t, clean, at); err != nil {
						t.Fatal(err)
					}
					for _, pair := range [][2]string{{kept.Out, clean.Out}, {kept.Follow, clean.Follow}, {kept.Staff, clean.Staff}} {
						same(t, step, pair[0], pair[1])
					}
					if t.Failed() {
						t.Fatal("after ", rewrites[which].name)
					}
				}
			})
		}
	}
}

func buildAgain(t *testing.T, g *following, changed []string) {
	t.Helper()
	result, err := g.build(changed, at)
	if err != nil || content.HasErrors(result.Problems) {
		t.Fatal(err, result)
	}
}

// configAt is a desk that is read at a ref, or from the work tree where it is "".
func configAt(t *testing.T, dir, ref string) outputs {
	t.Helper()
	c := config(t, dir)
	if ref == "" {
		return c
	}
	repo, err := repository.Open(context.Background(), dir, ref)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { repo.Close() })
	c.repo = repo
	return c
}

// TestAnAttachmentThatCannotBeRead fails the build that is to publish it. The next build tries again.
func TestAnAttachmentThatCannotBeRead(t *testing.T) {
	dir := desk(t, "marketplace")
	stored, err := filepath.Glob(filepath.Join(dir, "tickets", "*", "*", "*", "*", "attachments", "*"))
	if err != nil || len(stored) == 0 {
		t.Fatal("no attachment in the sample", err)
	}
	file := stored[0]
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c := config(t, dir)
	g := follow(t, c)
	defer g.Close()
	// The clock is asked when the records have been read and nothing has been written.
	_, err = g.build(nil, func(zone *time.Location) (time.Time, error) {
		if err := errors.Join(os.Remove(file), os.Mkdir(file, 0o777)); err != nil {
			t.Fatal(err)
		}
		return at(zone)
	})
	if err == nil || !strings.Contains(err.Error(), filepath.Base(file)) {
		t.Errorf("an attachment could not be read, and the build says %v", err)
	}
	d := gitDesk{t: t, dir: dir}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	name, _ := filepath.Rel(dir, file)
	d.write(name, string(data))
	buildAgain(t, g, nil)
	published, err := os.ReadFile(filepath.Join(c.Staff, "attachments", filepath.Base(filepath.Dir(filepath.Dir(file))), filepath.Base(file)))
	if err != nil || string(published) != string(data) {
		t.Errorf("the attachment has %d bytes, %v; %d were stored", len(published), err, len(data))
	}
}
