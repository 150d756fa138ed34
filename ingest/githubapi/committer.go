package githubapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/google/go-github/v60/github"

	"balie/content/gitfs"
	"balie/content/gitfs/git"
	"balie/ingest/commit"
	"balie/ingest/commit/base"
)

const (
	maxChain = 5  // changes that get a commit each
	maxGroup = 64 // changes that share one
	maxRaces = 5  // tries on top of what others committed meanwhile
)

// Committer makes commits on one branch, one call at a time.
type Committer struct {
	Client *Client
	Repo   *gitfs.Repo                 // the clone
	Branch string                      // refs/heads/…
	Fetch  func(context.Context) error // brings what the branch is at GitHub into the clone

	turn    chan struct{} // holds one token
	current bool          // the clone was fetched since an answer was lost; held with the turn
	failure atomic.Pointer[error]
}

// NewCommitter returns a committer to a branch, refs/heads/…, which reads from a clone.
func NewCommitter(client *Client, repo *gitfs.Repo, branch string, fetch func(context.Context) error) *Committer {
	c := &Committer{Client: client, Repo: repo, Branch: branch, Fetch: fetch, turn: make(chan struct{}, 1)}
	c.turn <- struct{}{}
	return c
}

// take waits for the turn. It returns how to give it back.
func (c *Committer) take(ctx context.Context) (done func(), err error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	select {
	case <-c.turn:
		return func() { c.turn <- struct{}{} }, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// Ready returns why the last try to commit failed, or nil. It asks nothing.
func (c *Committer) Ready(context.Context) error {
	if err := c.failure.Load(); err != nil {
		return *err
	}
	return nil
}

// Commit makes one commit and returns its name.
func (c *Committer) Commit(ctx context.Context, change commit.Change) (string, error) {
	revisions, err := c.CommitAll(ctx, []commit.Change{change})
	if err != nil {
		return "", err
	}
	return revisions[0], nil
}

// CommitAll makes one commit of each change, or one of up to 64 where there are more than five. It
// ends before the first change that can't be committed. It can be cancelled until a branch is moved.
func (c *Committer) CommitAll(ctx context.Context, changes []commit.Change) ([]string, error) {
	changes, wrong := commit.CheckAll(changes)
	if len(changes) == 0 {
		return nil, wrong
	}
	done, err := c.take(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	var revisions []string
	for group := range slices.Chunk(dated(changes, c.Client.now()), maxGroup) {
		made, failed := c.retry(ctx, group)
		revisions, err = append(revisions, made...), failed
		if err != nil {
			break
		}
	}
	c.noteFailure(err)
	if err != nil {
		return revisions, fmt.Errorf("commit to %s/%s: %w", c.Client.owner, c.Client.name, err)
	}
	return revisions, wrong
}

// dated gives changes without a time the present one. A commit that is made again is then the same.
func dated(changes []commit.Change, now time.Time) []commit.Change {
	all := make([]commit.Change, len(changes))
	for i, change := range changes {
		if change.At.IsZero() {
			change.At = now
		}
		change.At = change.At.Truncate(time.Second)
		all[i] = change
	}
	return all
}

// noteFailure keeps an error for Ready, unless it is about a change.
func (c *Committer) noteFailure(err error) {
	if errors.Is(err, commit.ErrTaken) || errors.Is(err, commit.ErrGone) || errors.Is(err, context.Canceled) {
		err = nil
	}
	if err == nil {
		c.failure.Store(nil)
		return
	}
	c.failure.Store(&err)
}

// errMoved: somebody else moved the branch.
var errMoved = fmt.Errorf("%w: somebody else moves the branch", commit.ErrBusy)

// retry makes the commits again on top of what others committed meanwhile.
func (c *Committer) retry(ctx context.Context, changes []commit.Change) ([]string, error) {
	for range maxRaces {
		revisions, err := c.once(ctx, changes)
		if !errors.Is(err, errMoved) {
			return revisions, err
		}
	}
	return nil, fmt.Errorf("%w: others keep moving the branch", commit.ErrBusy)
}

// once makes the commits on top of the branch's tip and moves the branch to the last.
func (c *Committer) once(ctx context.Context, changes []commit.Change) ([]string, error) {
	tip, err := c.tip(ctx)
	if err != nil {
		return nil, err
	}
	changes, refused := base.Possible(ctx, c.Repo, tip, changes)
	if len(changes) == 0 {
		return nil, refused
	}
	me, err := base.Identity(ctx, git.Git{Dir: c.Repo.Dir()})
	if err != nil {
		return nil, err
	}
	tree, err := c.Repo.TreeOf(ctx, tip)
	if err != nil {
		return nil, err
	}
	last := made{string(tip), tree}
	var revisions []string
	for _, change := range commitsOf(changes) {
		if last, err = c.create(ctx, last, change, *me); err != nil {
			return nil, err
		}
		revisions = append(revisions, last.commit)
	}
	if err := c.moveBranch(context.WithoutCancel(ctx), tip, gitfs.Revision(last.commit)); err != nil {
		return nil, err
	}
	c.Fetch(ctx) // whoever fetches each minute tells of a failure
	for len(revisions) < len(changes) {
		revisions = append(revisions, last.commit)
	}
	return revisions, refused
}

// tip is the branch's last commit at GitHub, which the clone has. A branch that was moved back there
// must not be moved on from where it was.
func (c *Committer) tip(ctx context.Context) (gitfs.Revision, error) {
	ref, _, err := c.Client.api.Git.GetRef(ctx, c.Client.owner, c.Client.name, c.Branch)
	if err != nil {
		return "", c.Client.explain(ctx, "look up the branch", err)
	}
	tip := gitfs.Revision(ref.GetObject().GetSHA())
	if has, err := c.Repo.Resolve(ctx, c.Branch); err == nil && has == tip {
		return tip, nil
	}
	if err := c.Fetch(ctx); err != nil {
		return "", busy(ctx, err)
	}
	has, err := c.Repo.Resolve(ctx, c.Branch)
	if err == nil && has != tip { // it moved meanwhile, or git is told of it later than the API
		err = errMoved
	}
	return has, err
}

// moveBranch moves the branch from a commit to one that was made on top of it.
func (c *Committer) moveBranch(ctx context.Context, from, to gitfs.Revision) error {
	ref := &github.Reference{Ref: github.String(c.Branch), Object: &github.GitObject{SHA: github.String(string(to))}}
	_, answer, err := c.Client.api.Git.UpdateRef(ctx, c.Client.owner, c.Client.name, ref, false)
	if err == nil {
		return nil
	}
	why := c.Client.explain(ctx, "move the branch", err)
	conflict := answer != nil && (answer.StatusCode == http.StatusConflict || answer.StatusCode == http.StatusUnprocessableEntity)
	if !conflict && answer != nil && answer.StatusCode < http.StatusInternalServerError && answer.StatusCode >= 300 {
		return why // GitHub refused it
	}
	tip, err := c.tip(ctx)
	if conflict {
		switch {
		case err != nil:
			return err
		case tip != from:
			return errMoved
		}
		return why
	}
	if err == nil {
		if there, err := c.Repo.Contains(ctx, tip, to); there && err == nil {
			return nil
		}
	}
	c.current = false
	return fmt.Errorf("%w: %w", commit.ErrUnknown, unwrapBusy(why))
}

// unwrapBusy returns why a repository is busy, which is not known to be so.
func unwrapBusy(err error) error {
	if busy := new(commit.Busy); errors.As(err, &busy) {
		return busy.Why
	}
	return err
}

// busy makes an error of the clone an ErrBusy.
func busy(ctx context.Context, err error) error {
	if ctx.Err() != nil || errors.Is(err, commit.ErrBusy) {
		return err
	}
	return &commit.Busy{Why: err}
}

// Versions returns what commits of the branch made of some files, as the clone has them. It brings
// the clone up to date first where an answer was lost, or nothing was asked before.
func (c *Committer) Versions(ctx context.Context, paths []string, since string) (map[string][]commit.Version, error) {
	done, err := c.take(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	if !c.current {
		if _, err := c.tip(ctx); err != nil {
			c.noteFailure(err)
			return nil, err
		}
		c.current = true
	}
	tip, err := c.Repo.Resolve(ctx, c.Branch)
	if err != nil {
		return nil, err
	}
	return base.Versions(ctx, c.Repo, tip, paths, since)
}
