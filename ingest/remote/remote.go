// Package remote keeps a branch and the same branch of a git remote together: what others pushed is
// fetched, and what balie committed is pushed.
//
//	fetch ─► their tip ─┬─ ours has it: push
//	                    ├─ it has ours: the branch moves to it
//	                    └─ neither: our commits are made again on top of it and pushed, the branch follows
//
// # Commits of balie's own
//
// A commit is balie's own where it only adds files of cases, and each event that it adds has an id
// or is by rule. No other is ever pushed: a person decides when to push. While there is one that is
// not pushed, [Remote.Sync] returns a [Foreign], and what balie commits stays where it is.
//
// # On top
//
// A commit that is made again has the same files, bytes, author and date. One whose files their tip
// has already is left out. So is one whose path somebody else took, and what follows of that case:
// the branch then lacks an event that it had, which is how package lost finds what is to be filed
// again, under another number or second. Events by rule fall due again.
//
// What was in the remote once and is there no longer was taken out there, by a rewind or a force
// push. It is not pushed again; package lost decides what is filed again.
//
// # Order
//
// Their tip gets our commits before the branch moves. A process that is killed between the two finds
// its commits in the remote the next time, and leaves them out. Two refs remember what a sync came
// to: base, their tip that was agreed with; pushed, our tip whose commits are all in the remote.
// Whatever is reachable from these is pushed already.
//
// Git asks for no password, each run ends with a timeout, and errors have no credentials.
package remote

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"balie/content/gitfs"
	"balie/content/gitfs/git"
	"balie/ingest/worktree"
)

// ErrNoRemote says that the repository knows no remote by that name.
var ErrNoRemote = errors.New("no such remote")

// maxTries is how often a push is tried that others are quicker than.
const maxTries = 5

// errAgain says that somebody else moved the remote's branch or ours.
var errAgain = errors.New("others keep moving the branch")

// Remote is a branch of a git remote. Sync is for one caller at a time.
type Remote struct {
	Name    string        // as in git remote
	Branch  string        // refs/heads/…, here and there
	Timeout time.Duration // of each run of git that goes over the network
	Step    func(string)  // told of each step, fetched and pushed; nil: nobody

	repo   *gitfs.Repo
	git    git.Git
	branch *worktree.Committer
	ontop  *worktree.Committer
}

// New returns a branch of one of a repository's remotes.
func New(ctx context.Context, repo *gitfs.Repo, name, branch string) (*Remote, error) {
	r := &Remote{Name: name, Branch: branch, Timeout: time.Minute, repo: repo, git: git.Git{Dir: repo.Dir()}}
	out, err := r.git.Output(ctx, "remote")
	if err != nil {
		return nil, err
	}
	if !strings.Contains("\n"+string(out), "\n"+name+"\n") || name == "" {
		return nil, fmt.Errorf("%q: %w", name, ErrNoRemote)
	}
	if r.branch, err = worktree.New(repo); err != nil {
		return nil, err
	}
	r.branch.Branch = branch
	if r.ontop, err = worktree.New(repo); err != nil {
		return nil, err
	}
	r.ontop.Branch = r.ref("ontop")
	return r, nil
}

// ref names a ref of balie's own for this branch of this remote.
func (r *Remote) ref(what string) string {
	return "refs/balie/remote/" + r.Name + "/" + what + "/" + strings.TrimPrefix(r.Branch, "refs/heads/")
}

// tracking is the ref on the remote's tip as it was fetched last.
func (r *Remote) tracking() string {
	return "refs/remotes/" + r.Name + "/" + strings.TrimPrefix(r.Branch, "refs/heads/")
}

// Sync fetches, lets the branch follow, and pushes. What can't be done now is done by the next one.
func (r *Remote) Sync(ctx context.Context) error {
	var err error
	for range maxTries {
		if err = r.once(ctx); !errors.Is(err, errAgain) && !errors.Is(err, worktree.ErrMoved) {
			return err
		}
	}
	return fmt.Errorf("sync with %s: %w", r.Name, err)
}

// state is where the branch stands, here and there.
type state struct {
	ours, theirs gitfs.Revision
	base, pushed gitfs.Revision // "" where nothing was agreed yet
}

func (r *Remote) once(ctx context.Context) error {
	s, err := r.fetch(ctx)
	if err != nil {
		return err
	}
	r.tell("fetched")
	if s.ours == s.theirs {
		return r.agree(ctx, s, s.theirs)
	}
	own, err := r.unpushed(ctx, s)
	if err != nil {
		return err
	}
	next, err := r.together(ctx, s, own)
	if err != nil {
		return err
	}
	if next != s.theirs {
		if err := r.push(ctx, next); err != nil {
			return err
		}
	}
	r.tell("pushed")
	if err := r.agree(ctx, s, next); err != nil || next == s.ours {
		return err
	}
	return r.branch.Move(ctx, s.ours, next)
}

// fetch fetches their tip and reads ours.
func (r *Remote) fetch(ctx context.Context) (s state, err error) {
	if _, err := r.run(ctx, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", r.Name, "+"+r.Branch+":"+r.tracking()); err != nil {
		return s, fmt.Errorf("fetch from %s: %w", r.Name, err)
	}
	for _, named := range []struct {
		name string
		into *gitfs.Revision
		must bool
	}{{r.tracking(), &s.theirs, true}, {r.Branch, &s.ours, true}, {r.ref("base"), &s.base, false}, {r.ref("pushed"), &s.pushed, false}} {
		*named.into, err = r.repo.Resolve(ctx, named.name)
		if err != nil && (named.must || !errors.Is(err, gitfs.ErrNoRevision)) {
			return s, err
		}
	}
	return s, nil
}

// together returns the commit in which both branches are together: one of the two where it has the
// other, else our commits on top of theirs.
func (r *Remote) together(ctx context.Context, s state, own []ownCommit) (gitfs.Revision, error) {
	behind, err := r.repo.Contains(ctx, s.theirs, s.ours)
	if err != nil || behind {
		return s.theirs, err
	}
	ahead, err := r.repo.Contains(ctx, s.ours, s.theirs)
	if err != nil {
		return "", err
	}
	rewound := false
	if s.base != "" {
		agreed, err := r.repo.Contains(ctx, s.theirs, s.base)
		if err != nil {
			return "", err
		}
		rewound = !agreed
	}
	if ahead && !rewound {
		return s.ours, nil
	}
	return r.putOnTop(ctx, s.theirs, own)
}

// push pushes a commit as the remote's tip, which it must descend from.
func (r *Remote) push(ctx context.Context, tip gitfs.Revision) error {
	_, err := r.run(ctx, "push", "--quiet", "--no-verify", "--no-follow-tags", "--recurse-submodules=no", r.Name, string(tip)+":"+r.Branch)
	if err == nil {
		return nil
	}
	if failed := new(git.Error); errors.As(err, &failed) && isRace(failed.Text) {
		return fmt.Errorf("%w (%w)", errAgain, err)
	}
	return fmt.Errorf("push to %s: %w", r.Name, err)
}

// isRace reports whether git refused a push because the remote's branch has other commits by now.
func isRace(said string) bool {
	for _, s := range []string{"(fetch first)", "(non-fast-forward)", "(needs force)", "(stale info)", "cannot lock ref", "failed to update ref", "(incorrect old value provided)"} {
		if strings.Contains(said, s) {
			return true
		}
	}
	return false
}

// agree remembers that the remote has a commit and all that ours has.
func (r *Remote) agree(ctx context.Context, s state, theirs gitfs.Revision) error {
	for _, named := range []struct {
		name     string
		was, now gitfs.Revision
	}{{r.tracking(), s.theirs, theirs}, {r.ref("base"), s.base, theirs}, {r.ref("pushed"), s.pushed, s.ours}} {
		if named.was == named.now {
			continue
		}
		if _, err := r.git.Output(ctx, "update-ref", named.name, string(named.now)); err != nil {
			return err
		}
	}
	return nil
}

func (r *Remote) tell(step string) {
	if r.Step != nil {
		r.Step(step)
	}
}

// run runs a command of git that goes over the network.
func (r *Remote) run(ctx context.Context, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, r.Timeout, fmt.Errorf("no answer within %v", r.Timeout))
	defer cancel()
	out, err := r.git.Output(ctx, args...)
	if failed := new(git.Error); errors.As(err, &failed) {
		failed.Text = withoutCredentials(failed.Text)
	}
	return out, err
}

var userInfo = regexp.MustCompile(`://[^/\s'"]*@`)

// withoutCredentials takes the user's part out of URLs.
func withoutCredentials(text string) string { return userInfo.ReplaceAllString(text, "://") }
