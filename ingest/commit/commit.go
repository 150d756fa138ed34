// Package commit has the words that the intake and every committer share: what a commit is made of,
// and how it can fail.
//
// A Change only ever adds files. Each event is a file of its own, so nothing else is needed, and no
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

// The errors that a caller decides on. After any but ErrUnknown nothing of the change is in the
// repository.
var (
	ErrTaken = errors.New("the path is taken")                  // see Taken
	ErrBusy  = errors.New("the repository takes no commit now") // later it will
	ErrGone  = errors.New("its case is gone")                   // the file that Needs names is not there
	ErrWrong = errors.New("not a change that can be committed")

	// ErrUnknown: an answer was lost, so the commit may be there. Versions tells whether it is.
	ErrUnknown = errors.New("whether it was committed is not known yet")
)

// Committer turns changes into commits. It is safe for use by many at once.
type Committer interface {
	// Commit adds the files in one commit, and returns the commit's name when that is durable.
	Commit(ctx context.Context, c Change) (revision string, err error)
	// CommitAll adds the files of each change in order, one commit each or several in one. It ends
	// before the first change that can't be committed: revisions has the commit of each before it, and
	// err says why.
	CommitAll(ctx context.Context, changes []Change) (revisions []string, err error)
	// Versions returns what commits of the branch made of some files, by path and the newest first:
	// those after a commit, or all where since is "" or gone.
	Versions(ctx context.Context, paths []string, since string) (map[string][]Version, error)
}

// OneByOne is CommitAll for a committer that knows no better way.
func OneByOne(ctx context.Context, c Committer, changes []Change) (revisions []string, err error) {
	for _, change := range changes {
		revision, err := c.Commit(ctx, change)
		if err != nil {
			return revisions, err
		}
		revisions = append(revisions, revision)
	}
	return revisions, nil
}

// Version is a file as a commit of the branch made it.
type Version struct {
	Revision string
	Data     []byte // nil: the commit took the file out
}

// Change is one commit.
type Change struct {
	Files       []File // at least one
	Needs       string // the path of a file without which there is no commit; "": none
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
	Path     string // the first that differs, or the first where none does
	Same     bool   // all files exist with the same bytes: the change was made before
	Revision string // the commit that has them
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

// Busy is an ErrBusy that says how long a new try makes no sense.
type Busy struct {
	Why   error
	After time.Duration // from now; 0: not known
}

// Error says why.
func (b *Busy) Error() string { return b.Why.Error() }

// Unwrap makes it ErrBusy, and what it is because of.
func (b *Busy) Unwrap() []error { return []error{ErrBusy, b.Why} }

// CheckAll returns the changes up to the first that Check refuses, and why.
func CheckAll(changes []Change) ([]Change, error) {
	for i, change := range changes {
		if err := change.Check(); err != nil {
			return changes[:i], err
		}
	}
	return changes, nil
}

// Check refuses a change without files, with a file twice, or with a path that leaves the
// repository or means something else to git or to some system.
func (c Change) Check() error {
	if len(c.Files) == 0 {
		return fmt.Errorf("%w: it has no files", ErrWrong)
	}
	seen := map[string]bool{}
	for _, f := range c.Files {
		if !isPlain(f.Path) {
			return fmt.Errorf("%w: %q is no path for a file", ErrWrong, f.Path)
		}
		if seen[f.Path] {
			return fmt.Errorf("%w: %q comes twice", ErrWrong, f.Path)
		}
		seen[f.Path] = true
	}
	return c.checkNested(seen)
}

// checkNested refuses a path that is a file and a directory.
func (c Change) checkNested(seen map[string]bool) error {
	for _, f := range c.Files {
		for dir := path.Dir(f.Path); dir != "."; dir = path.Dir(dir) {
			if seen[dir] {
				return fmt.Errorf("%w: %q is a file and a directory", ErrWrong, dir)
			}
		}
	}
	return nil
}

// isPlain reports whether a path means the same on every system.
func isPlain(name string) bool {
	if !fs.ValidPath(name) || name == "." || strings.ContainsFunc(name, isOdd) {
		return false
	}
	for part := range strings.SplitSeq(strings.ToLower(name), "/") {
		if part == ".git" || part == "git~1" || strings.HasSuffix(part, ".") || strings.HasSuffix(part, " ") {
			return false
		}
	}
	return true
}

func isOdd(r rune) bool { return r < ' ' || r == 0x7f || strings.ContainsRune(`\:*?"<>|`, r) }
