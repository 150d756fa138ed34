package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"balie/content/gitfs"
	"balie/content/live"
	"balie/content/repository"
	"balie/ingest/commit"
	"balie/ingest/lost"
)

func (t *terminal) intakeRefile() *cobra.Command {
	c := &cobra.Command{
		Use:   "refile",
		Short: "file again what a rewritten history lost",
		Long: `Files again, on the branch that is checked out or named by --ref, what the refs below refs/balie/lost/ have of customers and the branch lacks.
What is in erased.txt stays out. The refs stay until a person deletes them.

It commits by git alone, so it may run beside serve, which reads and pushes its commits as anybody's.
It does not commit at GitHub: for ingest --github run it in a clone that has fetched the refs from the one in --state, and push.`,
		Args: argCount(0, 0),
		RunE: runE(func(ctx context.Context, _ []string) error { return t.runRefile(ctx) }),
	}
	c.Flags().StringVar(&t.ref, "ref", "", "the branch to compare with and to commit to (default: HEAD's)")
	return c
}

func (t *terminal) runRefile(ctx context.Context) error {
	if t.ref != "" {
		t.ref = branches + strings.TrimPrefix(t.ref, branches)
	}
	repo, err := t.repository(ctx)
	if err != nil {
		return err
	}
	defer repo.Close()
	if err := inGit(repo, "what was lost is in its history"); err != nil {
		return err
	}
	refs, err := lost.ListRefs(ctx, repo.Git)
	if err != nil {
		return err
	}
	if len(refs) == 0 {
		fmt.Fprintln(t.err, "balie: nothing was lost")
		return nil
	}
	left := 0
	for _, ref := range refs {
		n, err := t.refile(ctx, repo, ref)
		if err != nil {
			return explain(err)
		}
		left += n
	}
	if left > 0 {
		return failf("see above why", "%d were not filed again", left)
	}
	return nil
}

// refile files again what the branch lacks of a ref, and returns how many could not be filed.
func (t *terminal) refile(ctx context.Context, repo *repository.Repository, ref lost.Ref) (left int, err error) {
	branch := *repo
	branch.Ref = cmp.Or(repo.Ref, "HEAD")
	reading, err := live.NewReader(&branch).Read(ctx, nil)
	if errors.Is(err, gitfs.ErrNoRevision) {
		return 0, failf("git add -A, git commit", "nothing is committed yet in %s", repo.Dir)
	}
	if err != nil {
		return 0, err
	}
	found, err := lost.Find(ctx, repo.Git, ref.Revision, reading.Reading)
	if err != nil {
		return 0, err
	}
	committer, err := committerOf(repo)
	if err != nil {
		return 0, err
	}
	for _, p := range found.Pieces {
		_, err := committer.Commit(ctx, p.Change)
		switch {
		case err == nil:
			fmt.Fprintf(t.out, "%s filed again\n", p.Dir)
		case errors.Is(err, commit.ErrTaken), errors.Is(err, commit.ErrGone), errors.Is(err, commit.ErrWrong):
			left++
			fmt.Fprintf(t.out, "%s not filed: %v\n", p.Dir, err)
		default:
			return left, err
		}
	}
	for _, p := range found.Staff {
		fmt.Fprintf(t.out, "%s not filed: it is staff's\n", p)
	}
	if left == 0 {
		fmt.Fprintf(t.err, "balie: the branch has all that customers handed in of %s; git update-ref -d %s deletes it\n", ref.Name, ref.Name)
	}
	return left, nil
}
