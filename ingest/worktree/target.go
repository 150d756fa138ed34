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
	tip        gitfs.Revision // its last commit
	checkedOut bool           // in this work tree
}

// Ready returns why no commit could be made now, or nil. It makes none.
func (c *Committer) Ready(ctx context.Context) error {
	_, err := c.target(ctx)
	return err
}

// target finds the branch. It refuses one that has no commit, or that a merge or a rebase is at
// work on.
func (c *Committer) target(ctx context.Context) (target, error) {
	to := target{branch: c.Branch}
	head, err := c.headBranch(ctx)
	switch {
	case err != nil:
		return target{}, err
	case to.branch == "" && head == "":
		return target{}, fmt.Errorf("%w: HEAD is detached; check out a branch with git switch", commit.ErrBusy)
	case to.branch == "":
		to.branch = head
	}
	to.checkedOut = !c.repo.Bare() && head == to.branch
	if err := c.checkUnderWay(to); err != nil {
		return target{}, err
	}
	if err := c.checkOtherWorkTrees(to.branch); err != nil {
		return target{}, err
	}
	to.tip, err = c.repo.Resolve(ctx, to.branch)
	if errors.Is(err, gitfs.ErrNoRevision) { // a first commit of ours would be a branch without the desk
		return target{}, fmt.Errorf("%w: there is no commit on the branch %s", commit.ErrBusy, short(to.branch))
	}
	return to, err
}

func short(branch string) string { return strings.TrimPrefix(branch, "refs/heads/") }

// headBranch returns the branch that HEAD names, or "" where HEAD is detached. It asks git only
// where the file HEAD does not name one.
func (c *Committer) headBranch(ctx context.Context) (string, error) {
	if branch := readHead(c.repo.GitDir()); branch != "" {
		return branch, nil
	}
	out, err := c.git.Output(ctx, "symbolic-ref", "--quiet", "HEAD")
	if failed := new(git.Error); errors.As(err, &failed) && failed.Code == 1 {
		return "", nil
	}
	return strings.TrimSpace(string(out)), err
}

// readHead reads the branch from a HEAD file, or "" where it names none.
func readHead(gitDir string) string {
	data, err := os.ReadFile(filepath.Join(gitDir, "HEAD"))
	branch, ok := strings.CutPrefix(strings.TrimSpace(string(data)), "ref: ")
	if err != nil || !ok || !strings.HasPrefix(branch, "refs/heads/") || strings.HasSuffix(branch, "/.invalid") {
		return ""
	}
	return branch
}

// checkUnderWay refuses while a merge, a rebase or the like of the branch is unfinished.
func (c *Committer) checkUnderWay(to target) error {
	if c.repo.Bare() {
		return nil
	}
	for _, state := range []struct{ file, what, of string }{
		{"MERGE_HEAD", "merge", ""}, {"CHERRY_PICK_HEAD", "cherry-pick", ""}, {"REVERT_HEAD", "revert", ""},
		{"rebase-merge", "rebase", "rebase-merge/head-name"}, {"rebase-apply", "rebase", "rebase-apply/head-name"},
	} {
		if _, err := os.Lstat(filepath.Join(c.repo.GitDir(), state.file)); err != nil {
			continue
		}
		of, err := os.ReadFile(filepath.Join(c.repo.GitDir(), filepath.FromSlash(state.of))) // a rebase takes HEAD off the branch
		if to.checkedOut || state.of != "" && (err != nil || strings.TrimSpace(string(of)) == to.branch) {
			return fmt.Errorf("%w: a %s is under way; end it, or give it up with git %s --abort", commit.ErrBusy, state.what, state.what)
		}
	}
	return nil
}

// checkOtherWorkTrees refuses a branch that another work tree has checked out. The index there
// would lack the new files, and its next commit would remove them.
func (c *Committer) checkOtherWorkTrees(branch string) error {
	linked, _ := filepath.Glob(filepath.Join(c.repo.CommonDir(), "worktrees", "*"))
	for _, gitDir := range append(linked, c.mainGitDir()...) {
		if gitDir == c.repo.GitDir() || readHead(gitDir) != branch {
			continue
		}
		dir, err := os.ReadFile(filepath.Join(gitDir, "gitdir")) // the path of the work tree's .git
		if err != nil {
			dir = []byte(gitDir)
		}
		if _, err := os.Stat(strings.TrimSpace(string(dir))); err == nil {
			return fmt.Errorf("%w: %s is checked out in %s; commit there, or check out another branch there", commit.ErrBusy,
				short(branch), filepath.Dir(strings.TrimSpace(string(dir))))
		}
	}
	return nil
}

// mainGitDir is the git directory of the main work tree, where this one is linked to it.
func (c *Committer) mainGitDir() []string {
	if common := c.repo.CommonDir(); common != c.repo.GitDir() && filepath.Base(common) == ".git" {
		return []string{common}
	}
	return nil
}
