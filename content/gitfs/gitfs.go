// Package gitfs reads a git repository: the files of a commit as an fs.FS, what differs between two
// commits, when a file first and last changed, its versions, and what is not committed yet. It runs
// the git command (package git) and never writes.
//
// A Repo is the repository as seen from one directory: a work tree, a linked work tree, a directory
// within a work tree, or a bare repository. Seen from a directory within, all paths are relative to
// it and nothing outside it is seen. SHA-1 and SHA-256 repositories are alike.
//
// Paths are slash-separated, and every list of them is in order of bytes. A symbolic link is an
// entry of type fs.ModeSymlink that is never followed; a submodule does not appear.
//
// A Repo is for many goroutines at once. It keeps one `git cat-file` process, which ends with
// Close, with the context given to Open, or with balie.
package gitfs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"balie/content/gitfs/git"
)

// Errors that callers decide on.
var (
	ErrNoGit         = git.ErrNoGit
	ErrNotRepository = git.ErrNotRepository
	ErrUnsafe        = git.ErrUnsafe
	ErrNoRevision    = errors.New("no such commit")
	ErrNotAncestor   = errors.New("not part of that history")
	ErrIsDirectory   = errors.New("is a directory")
)

// Revision is a commit's full name: 40 hexadecimal digits, or 64 in a SHA-256 repository. "" is the
// state before the first commit.
type Revision string

// Short returns the first ten digits, for people.
func (r Revision) Short() string { return string(r[:min(10, len(r))]) }

// Repo is a git repository.
type Repo struct {
	git    git.Git
	dir    string // the directory it is seen from
	gitDir string
	common string // differs from gitDir in a linked work tree
	prefix string // dir's path within the work tree: "" or desk/
	format string // sha1, sha256
	bare   bool

	objects *objects
	mu      sync.Mutex
	last    *FS // the commit that At listed last
}

// Open opens the repository that a directory is or lies in. Its processes end with ctx at the
// latest.
func Open(ctx context.Context, dir string) (*Repo, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("open repository: %w", err)
	}
	if info, err := os.Stat(abs); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("%s: %w: no such directory", abs, ErrNotRepository)
	}
	r := &Repo{dir: abs, git: git.Git{Dir: abs}}
	if err := r.inspect(ctx); err != nil {
		return nil, err
	}
	r.objects = newObjects(ctx, r.git)
	return r, nil
}

// inspect asks git what kind of repository this is and where its directories are.
func (r *Repo) inspect(ctx context.Context) error {
	out, err := r.git.Output(ctx, "rev-parse", "--is-bare-repository", "--is-inside-work-tree", "--show-object-format",
		"--path-format=absolute", "--git-dir", "--git-common-dir", "--show-prefix")
	if err != nil {
		return err
	}
	lines := strings.Split(string(out), "\n")
	if len(lines) < 6 || lines[3] == "--path-format=absolute" {
		return fmt.Errorf("%w: the one found is older", ErrNoGit)
	}
	r.bare, r.format = lines[0] == "true", lines[2]
	r.gitDir, r.common, r.prefix = filepath.FromSlash(lines[3]), filepath.FromSlash(lines[4]), lines[5]
	if !r.bare && lines[1] != "true" {
		return fmt.Errorf("%s: %w: it is the inside of one; name the directory above it", r.dir, ErrNotRepository)
	}
	if r.bare {
		r.dir, r.prefix = r.gitDir, ""
		r.git.Dir = r.gitDir
	}
	return nil
}

// Close ends the repository's processes. Reading fails from then on.
func (r *Repo) Close() error {
	r.objects.close()
	return nil
}

// Dir is the absolute path of the directory that the repository is seen from. Of a bare repository
// it is the git directory.
func (r *Repo) Dir() string { return r.dir }

// GitDir is where git keeps this work tree's own state: HEAD, the index, a merge under way.
func (r *Repo) GitDir() string { return r.gitDir }

// CommonDir is where git keeps what linked work trees share: refs and objects. Without linked work
// trees it is GitDir.
func (r *Repo) CommonDir() string { return r.common }

// Prefix is Dir's path within the work tree, with a slash at its end: "" at the top.
func (r *Repo) Prefix() string { return r.prefix }

// Bare reports whether there is no work tree.
func (r *Repo) Bare() bool { return r.bare }

// Shallow reports whether history was cut off when the repository was cloned, so that it is not
// known when a file changed.
func (r *Repo) Shallow() bool {
	_, err := os.Stat(filepath.Join(r.common, "shallow"))
	return err == nil
}

// Resolve returns the commit that a name stands for now: a branch, a tag, HEAD or "", the beginning
// of a commit's name. It returns ErrNoRevision if there is none, as for HEAD before the first
// commit.
func (r *Repo) Resolve(ctx context.Context, ref string) (Revision, error) {
	if ref == "" {
		ref = "HEAD"
	}
	if strings.ContainsAny(ref, "\n\x00") {
		return "", fmt.Errorf("%w: %q", ErrNoRevision, ref)
	}
	o, err := r.objects.read(ctx, ref+"^{commit}")
	if errors.Is(err, errMissing) {
		return "", fmt.Errorf("%w: %q", ErrNoRevision, ref)
	}
	return Revision(o.id), err
}

// ReadFile reads one file of a commit without listing the others. It returns fs.ErrNotExist if the
// commit has no such file, ErrIsDirectory if it is a directory.
func (r *Repo) ReadFile(ctx context.Context, rev Revision, name string) ([]byte, error) {
	if !validPath(name) || rev == "" {
		return nil, pathError("read", name, errNotExist(rev))
	}
	o, err := r.objects.read(ctx, string(rev)+":"+r.prefix+name)
	switch {
	case errors.Is(err, errMissing):
		return nil, pathError("read", name, errNotExist(rev))
	case err == nil && o.kind != "blob":
		return nil, pathError("read", name, ErrIsDirectory)
	}
	return o.data, err
}

// fields splits git's output at NUL.
func fields(out []byte) []string {
	if len(out) == 0 {
		return nil
	}
	return strings.Split(string(bytes.TrimSuffix(out, []byte{0})), "\x00")
}

// Branch returns the branch that HEAD names, refs/heads/main; "" where HEAD is on none.
func (r *Repo) Branch(ctx context.Context) (string, error) {
	out, err := r.git.Output(ctx, "symbolic-ref", "--quiet", "HEAD")
	if failed := new(git.Error); errors.As(err, &failed) && failed.Code == 1 {
		return "", nil
	}
	return strings.TrimSpace(string(out)), err
}

// TreeOf returns the name of a commit's tree.
func (r *Repo) TreeOf(ctx context.Context, rev Revision) (string, error) {
	o, err := r.objects.read(ctx, string(rev)+"^{tree}")
	if errors.Is(err, errMissing) {
		return "", fmt.Errorf("%w: %q", ErrNoRevision, rev)
	}
	return o.id, err
}
