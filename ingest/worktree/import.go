package worktree

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"balie/content/gitfs/git"
	"balie/ingest/commit"
)

// imported is a `git fast-import` that has taken a change and knows the names of everything, but has moved no branch yet.
type imported struct {
	process  *git.Process
	gitDir   string
	blobs    []string // the names of the files' contents, in their order
	revision string
	ended    bool
}

// begin hands a change to git.
func (c *Committer) begin(ctx context.Context, to target, change commit.Change) (*imported, error) {
	args := []string{"-c", "core.fsync=committed", "fast-import", "--quiet", "--done"}
	if change.At.IsZero() {
		args = append(args, "--date-format=now")
	}
	p, err := c.git.Start(ctx, args...)
	if err != nil {
		return nil, err
	}
	i := &imported{process: p, gitDir: c.repo.GitDir()}
	if err := i.give(stream(to, c.repo.Prefix(), change, *c.me)); err != nil {
		return nil, i.failed(err)
	}
	for n := range len(change.Files) + 1 {
		name, err := i.mark(n + 1)
		if err != nil {
			return nil, i.failed(err)
		}
		i.blobs = append(i.blobs, name)
	}
	i.revision, i.blobs = i.blobs[len(change.Files)], i.blobs[:len(change.Files)]
	return i, nil
}

func (i *imported) give(data []byte) error {
	_, err := i.process.In.Write(data)
	return err
}

// mark asks for the name of the nth thing.
func (i *imported) mark(n int) (string, error) {
	if err := i.give(fmt.Appendf(nil, "get-mark :%d\n", n)); err != nil {
		return "", err
	}
	line, err := i.process.Out.ReadString('\n')
	return strings.TrimSpace(line), err
}

// failed prefers what git says to what its pipes say.
func (i *imported) failed(err error) error {
	if said := i.wait(); said != nil {
		return said
	}
	return fmt.Errorf("git fast-import: %w", err)
}

// finish moves the branch, if it is where it was.
func (i *imported) finish() error {
	if err := i.give([]byte("done\n")); err != nil {
		return i.failed(err)
	}
	err := i.wait()
	if failed := new(git.Error); errors.As(err, &failed) && moved(failed.Text) {
		return fmt.Errorf("%w: %w", errAgain, err)
	}
	return err
}

// moved reports whether git's complaint is that somebody else moved the branch, or is about to.
func moved(said string) bool {
	return strings.Contains(said, "Not updating refs/") || strings.Contains(said, "cannot lock ref")
}

// abandon ends git without a commit; the objects that it made are swept up by git one day.
func (i *imported) abandon() {
	if !i.ended {
		i.wait()
	}
}

// wait ends the process. Git leaves a report of each failure among its files, which nobody will read.
func (i *imported) wait() error {
	i.ended = true
	i.process.In.Close()
	io.Copy(io.Discard, i.process.Out)
	err := i.process.Wait()
	if err != nil {
		os.Remove(filepath.Join(i.gitDir, fmt.Sprintf("fast_import_crash_%d", i.process.PID())))
	}
	return err
}

// stream is the change in fast-import's language, without the `done` that makes it hold. Every text is preceded by its length.
func stream(to target, prefix string, change commit.Change, me person) []byte {
	var b bytes.Buffer
	for n, f := range change.Files {
		fmt.Fprintf(&b, "blob\nmark :%d\ndata %d\n%s\n", n+1, len(f.Data), f.Data)
	}
	author := person{orElse(change.Author, me.name), orElse(change.AuthorEmail, me.email)}
	when := stamp(change.At)
	message := strings.TrimSpace(strings.ReplaceAll(change.Message, "\x00", "")) + "\n"
	fmt.Fprintf(&b, "commit %s\nmark :%d\nauthor %s %s\ncommitter %s %s\ndata %d\n%s", to.branch, len(change.Files)+1, author, when, me, when, len(message), message)
	fmt.Fprintf(&b, "from %s\n", to.tip)
	for n, f := range change.Files {
		fmt.Fprintf(&b, "M 100644 :%d %s\n", n+1, prefix+f.Path)
	}
	b.WriteString("\n")
	return b.Bytes()
}

// stamp is a time as git writes it: seconds and an offset.
func stamp(t time.Time) string {
	if t.IsZero() {
		return "now"
	}
	return fmt.Sprintf("%d %s", max(0, t.Unix()), t.Format("-0700"))
}

// person is an author or a committer.
type person struct{ name, email string }

func (p person) String() string { return fmt.Sprintf("%s <%s>", bare(p.name), bare(p.email)) }

// bare is a name without what git's format of names can't hold.
func bare(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '<' || r == '>' {
			return -1
		}
		return r
	}, s))
}

func orElse(s, otherwise string) string {
	if bare(s) == "" {
		return otherwise
	}
	return s
}

// know finds out, once, as whom to commit.
func (c *Committer) know(ctx context.Context) error {
	if c.me != nil {
		return nil
	}
	out, err := c.git.Output(ctx, "config", "-z", "--get-regexp", `^(user|committer)\.(name|email)$`)
	if failed := new(git.Error); err != nil && !(errors.As(err, &failed) && failed.Code == 1) {
		return err
	}
	set := map[string]string{}
	for line := range strings.SplitSeq(string(out), "\x00") {
		key, value, _ := strings.Cut(line, "\n")
		set[key] = value
	}
	c.me = &person{
		name:  orElse(set["committer.name"], orElse(set["user.name"], "balie")),
		email: orElse(set["committer.email"], orElse(set["user.email"], "balie@localhost")),
	}
	return nil
}
