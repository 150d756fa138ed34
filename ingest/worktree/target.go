package worktree

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"balie/content/gitfs"
	"balie/content/gitfs/git"
	"balie/ingest/commit"
)

// target is where a commit goes.
type target struct {
	branch     string         // refs/heads/main
	tip        gitfs.Revision // "" before the first commit
	checkedOut bool           // in this work tree
	common     string         // git's directory of branches
}

// target finds the branch, and refuses where somebody's work on it is under way.
func (c *Committer) target(ctx context.Context) (target, error) {
	branch, err := c.branch(ctx)
	if err != nil {
		return target{}, err
	}
	if err := c.underWay(); err != nil {
		return target{}, err
	}
	if err := c.elsewhere(branch); err != nil {
		return target{}, err
	}
	tip, err := c.repo.Resolve(ctx, branch)
	if err != nil && !errors.Is(err, gitfs.ErrNoRevision) {
		return target{}, err
	}
	return target{branch: branch, tip: tip, checkedOut: !c.repo.Bare(), common: c.repo.CommonDir()}, nil
}

// branch is what HEAD names. Where branches are files its own file says it; git is asked only where it does not.
func (c *Committer) branch(ctx context.Context) (string, error) {
	if branch := headOf(c.repo.GitDir()); branch != "" {
		return branch, nil
	}
	out, err := c.git.Output(ctx, "symbolic-ref", "--quiet", "HEAD")
	if failed := new(git.Error); errors.As(err, &failed) && failed.Code == 1 {
		return "", fmt.Errorf("%w: HEAD is detached; check out a branch with git switch", commit.ErrBusy)
	}
	return strings.TrimSpace(string(out)), err
}

// headOf reads the branch from a HEAD file; "" where it names none, or is only there for show.
func headOf(gitDir string) string {
	data, err := os.ReadFile(filepath.Join(gitDir, "HEAD"))
	branch, ok := strings.CutPrefix(strings.TrimSpace(string(data)), "ref: ")
	if err != nil || !ok || !strings.HasPrefix(branch, "refs/heads/") || strings.HasSuffix(branch, "/.invalid") {
		return ""
	}
	return branch
}

// underWay refuses while a merge or the like waits for a person to end it.
func (c *Committer) underWay() error {
	if c.repo.Bare() {
		return nil
	}
	for _, state := range []struct{ file, what string }{
		{"MERGE_HEAD", "merge"}, {"CHERRY_PICK_HEAD", "cherry-pick"}, {"REVERT_HEAD", "revert"}, {"rebase-merge", "rebase"}, {"rebase-apply", "rebase"},
	} {
		if _, err := os.Lstat(filepath.Join(c.repo.GitDir(), state.file)); err == nil {
			return fmt.Errorf("%w: a %s is under way; end it, or give it up with git %s --abort", commit.ErrBusy, state.what, state.what)
		}
	}
	return nil
}

// elsewhere refuses a branch that another work tree has checked out: that one's index would lack the new files, and its next commit would remove them.
func (c *Committer) elsewhere(branch string) error {
	linked, _ := filepath.Glob(filepath.Join(c.repo.CommonDir(), "worktrees", "*"))
	for _, gitDir := range append(linked, c.main()...) {
		if gitDir == c.repo.GitDir() || headOf(gitDir) != branch {
			continue
		}
		dir, err := os.ReadFile(filepath.Join(gitDir, "gitdir")) // the path of the work tree's .git
		if err != nil {
			dir = []byte(gitDir)
		}
		if _, err := os.Stat(strings.TrimSpace(string(dir))); err == nil {
			return fmt.Errorf("%w: %s is checked out in %s; commit there, or check out another branch there", commit.ErrBusy,
				strings.TrimPrefix(branch, "refs/heads/"), filepath.Dir(strings.TrimSpace(string(dir))))
		}
	}
	return nil
}

// main is the git directory of the main work tree, when this one is linked to it.
func (c *Committer) main() []string {
	if common := c.repo.CommonDir(); common != c.repo.GitDir() && filepath.Base(common) == ".git" {
		return []string{common}
	}
	return nil
}

// sync makes the branch's new place durable: git syncs the file, but not the directory that names it.
func (t target) sync() error {
	dir, err := os.Open(filepath.Dir(filepath.Join(t.common, filepath.FromSlash(t.branch))))
	if err != nil {
		return nil // the branch is no file
	}
	defer dir.Close()
	dir.Sync() // not every system can
	return nil
}
