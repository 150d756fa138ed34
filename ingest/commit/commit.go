// Package commit says what is to become one commit, and how that can fail: the words that the intake and every committer share.
//
// A Change only ever adds files. What stands in the repository already is never changed: each event is a file of its own, so nothing else is needed, and no
// message from outside can touch what somebody else wrote.
package commit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"
)

// The ways to fail that a caller decides on. After any error nothing of the change is in the repository.
var (
	ErrTaken = errors.New("the path is taken")                  // see Taken
	ErrBusy  = errors.New("the repository takes no commit now") // somebody else's work is under way; later it will
	ErrWrong = errors.New("not a change that can be committed") // it would never be
)

// Committer turns changes into commits. It is safe for use by many at once.
type Committer interface {
	// Commit adds the files in one commit, and returns the commit's name when that is durable.
	Commit(ctx context.Context, c Change) (revision string, err error)
}

// Change is one commit.
type Change struct {
	Files       []File // at least one
	Message     string // plain sentences; nothing that a customer typed
	Author      string // a name; "": the committer's own
	AuthorEmail string
	At          time.Time // when it was written; zero: now
}

// File is a file that does not exist yet.
type File struct {
	Path string // slash-separated, within the content repository
	Data []byte
}

// Taken is the error of a Change one of whose paths exists.
type Taken struct {
	Path string // the first that differs, or simply the first where none does
	Same bool   // every file of the change exists, with the very same bytes: the change was made already, by this process or another
}

// Error names the path.
func (t *Taken) Error() string {
	if t.Same {
		return fmt.Sprintf("%s is there already, with the same content", t.Path)
	}
	return fmt.Sprintf("%s is there already", t.Path)
}

// Is makes it ErrTaken.
func (t *Taken) Is(target error) bool { return target == ErrTaken }

// Check refuses a change that no repository should hold: no files, one twice, a path that leaves the repository or that git or some system takes for something else.
func (c Change) Check() error {
	if len(c.Files) == 0 {
		return fmt.Errorf("%w: it has no files", ErrWrong)
	}
	seen := map[string]bool{}
	for _, f := range c.Files {
		if !plain(f.Path) {
			return fmt.Errorf("%w: %q is no path for a file", ErrWrong, f.Path)
		}
		if seen[f.Path] {
			return fmt.Errorf("%w: %q comes twice", ErrWrong, f.Path)
		}
		seen[f.Path] = true
	}
	return c.nested(seen)
}

// nested refuses a file in the place of another one's directory.
func (c Change) nested(seen map[string]bool) error {
	for _, f := range c.Files {
		for dir := path.Dir(f.Path); dir != "."; dir = path.Dir(dir) {
			if seen[dir] {
				return fmt.Errorf("%w: %q is a file and a directory", ErrWrong, dir)
			}
		}
	}
	return nil
}

func plain(name string) bool {
	if !fs.ValidPath(name) || name == "." || strings.ContainsFunc(name, odd) {
		return false
	}
	for part := range strings.SplitSeq(strings.ToLower(name), "/") {
		if part == ".git" || part == "git~1" || strings.HasSuffix(part, ".") || strings.HasSuffix(part, " ") {
			return false
		}
	}
	return true
}

func odd(r rune) bool { return r < ' ' || r == 0x7f || strings.ContainsRune(`\:*?"<>|`, r) }
