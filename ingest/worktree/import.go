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
	"balie/ingest/commit/base"
)

// fastImport is a `git fast-import` that has read changes and has moved no branch yet.
type fastImport struct {
	process   *git.Process
	gitDir    string
	files     []commit.File // of all changes
	blobs     []string      // the names of the files' contents, in their order
	revisions []string      // of the changes, in their order
	ended     bool
}

// keepMemory lets glibc's malloc keep what fast-import frees. By default it is given back to the
// system and taken again some thirty times a commit, which can take nine tenths of the time. Other
// systems ignore it.
const keepMemory = "MALLOC_TRIM_THRESHOLD_=67108864"

// begin starts fast-import and gives it changes.
func (c *Committer) begin(ctx context.Context, to target, changes []commit.Change) (*fastImport, error) {
	g := git.Git{Dir: c.git.Dir, Env: []string{keepMemory}}
	p, err := g.Start(ctx, "fast-import", "--quiet", "--done", "--date-format=raw")
	if err != nil {
		return nil, err
	}
	i := &fastImport{process: p, gitDir: c.repo.GitDir()}
	var commits []int // their marks
	mark := 0
	from := string(to.tip)
	for _, change := range changes {
		if err := i.give(stream(to, c.repo.Prefix(), change, *c.identity, from, mark)); err != nil {
			return nil, i.withReason(err)
		}
		i.files = append(i.files, change.Files...)
		mark += len(change.Files) + 1
		commits = append(commits, mark)
		from = fmt.Sprint(":", mark)
	}
	for n := range mark {
		name, err := i.nameOf(n + 1)
		if err != nil {
			return nil, i.withReason(err)
		}
		if len(commits) > len(i.revisions) && commits[len(i.revisions)] == n+1 {
			i.revisions = append(i.revisions, name)
		} else {
			i.blobs = append(i.blobs, name)
		}
	}
	return i, nil
}

func (i *fastImport) give(data []byte) error {
	_, err := i.process.In.Write(data)
	return err
}

// nameOf asks fast-import for the name of the nth object.
func (i *fastImport) nameOf(n int) (string, error) {
	if err := i.give(fmt.Appendf(nil, "get-mark :%d\n", n)); err != nil {
		return "", err
	}
	line, err := i.process.Out.ReadString('\n')
	return strings.TrimSpace(line), err
}

// withReason returns what git said on standard error, or err where it said nothing.
func (i *fastImport) withReason(err error) error {
	if said := i.wait(); said != nil {
		return said
	}
	return fmt.Errorf("git fast-import: %w", err)
}

// finish moves the branch. It fails where somebody else has moved it.
func (i *fastImport) finish() error {
	if err := i.give([]byte("done\n")); err != nil {
		return i.withReason(err)
	}
	err := i.wait()
	if failed := new(git.Error); errors.As(err, &failed) && isMoved(failed.Text) {
		return fmt.Errorf("%w: %w", errAgain, err)
	}
	return err
}

// isMoved reports whether git refused because somebody else moves the branch.
func isMoved(said string) bool {
	return strings.Contains(said, "Not updating refs/") || strings.Contains(said, "cannot lock ref")
}

// abandon ends git without a commit. git gc removes the objects that it made.
func (i *fastImport) abandon() {
	if !i.ended {
		i.wait()
	}
}

// wait waits for the process, and removes the crash report that git leaves after a failure.
func (i *fastImport) wait() error {
	i.ended = true
	i.process.In.Close()
	io.Copy(io.Discard, i.process.Out)
	err := i.process.Wait()
	if err != nil {
		os.Remove(filepath.Join(i.gitDir, fmt.Sprintf("fast_import_crash_%d", i.process.PID())))
	}
	return err
}

// stream returns a change in fast-import's language, whose marks follow after mark, without the
// final `done`.
func stream(to target, prefix string, change commit.Change, me base.Person, from string, mark int) []byte {
	var b bytes.Buffer
	for n, f := range change.Files {
		fmt.Fprintf(&b, "blob\nmark :%d\ndata %d\n%s\n", mark+n+1, len(f.Data), f.Data)
	}
	author := me.Author(change)
	when := gitTime(change.At)
	message := strings.TrimSpace(strings.ReplaceAll(change.Message, "\x00", "")) + "\n"
	fmt.Fprintf(&b, "commit %s\nmark :%d\nauthor %s %s\ncommitter %s %s\ndata %d\n%s", to.branch, mark+len(change.Files)+1, author, when, me, when, len(message), message)
	fmt.Fprintf(&b, "from %s\n", from)
	for n, f := range change.Files {
		fmt.Fprintf(&b, "M 100644 :%d %s\n", mark+n+1, prefix+f.Path)
	}
	b.WriteString("\n")
	return b.Bytes()
}

// gitTime formats a time as git does: seconds and an offset.
func gitTime(t time.Time) string {
	if t.IsZero() {
		t = time.Now()
	}
	return fmt.Sprintf("%d %s", max(0, t.Unix()), t.Format("-0700"))
}

// readIdentity finds out, once, as whom to commit.
func (c *Committer) readIdentity(ctx context.Context) (err error) {
	if c.identity == nil {
		c.identity, err = base.Identity(ctx, c.git)
	}
	return err
}
