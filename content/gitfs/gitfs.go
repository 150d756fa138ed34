// Package gitfs reads a git repository: a commit's files as an fs.FS, what differs between two commits, when a file first and last changed,
// and what is not yet committed. It asks the git command (package git beneath it); it never writes.
//
// A Repo is the content repository as seen from one directory: a work tree, a directory within one (then all paths are relative to it, and nothing
// outside it is seen), a linked work tree, or a bare repository. SHA-1 and SHA-256 repositories are alike.
//
// Paths are slash-separated, and every list of them is in order of bytes. A symbolic link is an entry of type fs.ModeSymlink that is never followed;
// a submodule is not there at all.
//
// A Repo is for many goroutines at once. It keeps one `git cat-file` process, which ends with Close,
// with the context given to Open, or with balie.
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

// What may be wrong with a repository, for callers who decide on it.
var (
	ErrNoGit         = git.ErrNoGit
	ErrNotRepository = git.ErrNotRepository
	ErrUnsafe        = git.ErrUnsafe                          // owned by somebody else: git's safe.directory
	ErrNoRevision    = errors.New("no such commit")           // of Resolve
	ErrNotAncestor   = errors.New("not part of that history") // of History: since is no ancestor, it was rewritten
	ErrIsDirectory   = errors.New("is a directory")           // of ReadFile
)

// Revision is a commit's full name: 40 hexadecimal digits, or 64 in a SHA-256 repository. "" is no commit: the state before the first one.
type Revision string

// Short returns the first ten digits, for people.
func (r Revision) Short() string { return string(r[:min(10, len(r))]) }

// Repo is a git repository.
type Repo struct {
	git    git.Git
	dir    string // the directory it is seen from
	gitDir string
	common string // gitDir but in a linked work tree
	prefix string // of dir within the work tree: "" or desk/
	format string // sha1, sha256
	bare   bool

	objects *objects
	mu      sync.Mutex
	last    *FS // the commit that At read last: the next differs in little
}

// Open opens the repository that a directory is in or is. The processes it starts end at the latest with ctx.
func Open(ctx context.Context, dir string) (*Repo, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("open repository: %w", err)
	}
	if info, err := os.Stat(abs); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("%s: %w: no such directory", abs, ErrNotRepository)
	}
	r := &Repo{dir: abs, git: git.Git{Dir: abs}}
	if err := r.ask(ctx); err != nil {
		return nil, err
	}
	r.objects = newObjects(ctx, r.git)
	return r, nil
}

// ask fills in what git knows of the place.
func (r *Repo) ask(ctx context.Context) error {
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

// Dir is the directory that the repository is seen from: absolute; of a bare repository its git directory.
func (r *Repo) Dir() string { return r.dir }

// GitDir is where git keeps this work tree's own state: HEAD, the index, a merge under way.
func (r *Repo) GitDir() string { return r.gitDir }

// CommonDir is where git keeps what linked work trees share: refs and objects. Mostly it is GitDir.
func (r *Repo) CommonDir() string { return r.common }

// Prefix is Dir's path within the work tree, with a slash at its end: "" at the top.
func (r *Repo) Prefix() string { return r.prefix }

// Bare reports whether there is no work tree.
func (r *Repo) Bare() bool { return r.bare }

// Shallow reports whether history was cut off when the repository was cloned, so that nobody knows when a file changed.
func (r *Repo) Shallow() bool {
	_, err := os.Stat(filepath.Join(r.common, "shallow"))
	return err == nil
}

// Resolve finds the commit that a name stands for now: a branch, a tag, HEAD (also ""), the beginning of a commit's name. ErrNoRevision where there is none,
// as for HEAD before the first commit.
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

// ReadFile reads one file of a commit, without listing the others; fs.ErrNotExist where the commit has no such file.
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

// fields are the parts of an answer that NUL separates.
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
