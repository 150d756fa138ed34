package lost

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"balie/content"
	"balie/content/gitfs"
	"balie/content/gitfs/git"
)

const (
	// Kept is the ref on the tip that the intake read last.
	Kept = "refs/balie/intake"
	// Refs is the directory of the refs on tips of which something was lost.
	Refs = "refs/balie/lost/"
)

// Ref is a ref on a tip of which something was lost.
type Ref struct {
	Name     string
	Revision gitfs.Revision
}

// SetRef lets a ref stand for a commit.
func SetRef(ctx context.Context, repo *gitfs.Repo, name string, revision gitfs.Revision) error {
	_, err := git.Git{Dir: repo.Dir()}.Output(ctx, "update-ref", name, string(revision))
	return err
}

// ListRefs returns the refs on tips of which something was lost, in order of time.
func ListRefs(ctx context.Context, repo *gitfs.Repo) ([]Ref, error) {
	out, err := git.Git{Dir: repo.Dir()}.Output(ctx, "for-each-ref", "--format=%(objectname) %(refname)", Refs)
	if err != nil {
		return nil, err
	}
	var refs []Ref
	for line := range strings.Lines(string(out)) {
		revision, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		refs = append(refs, Ref{name, gitfs.Revision(revision)})
	}
	return refs, nil
}

// KeepRef makes a ref on an old tip, named by an instant, and returns its name. Where the tip has
// one it returns that.
func KeepRef(ctx context.Context, repo *gitfs.Repo, old gitfs.Revision, at time.Time) (string, error) {
	refs, err := ListRefs(ctx, repo)
	if err != nil {
		return "", err
	}
	taken := map[string]bool{}
	for _, r := range refs {
		if r.Revision == old {
			return r.Name, nil
		}
		taken[r.Name] = true
	}
	name := Refs + at.UTC().Format("2006-01-02T150405Z")
	for n := 2; taken[name]; n++ {
		name = fmt.Sprintf("%s%s-%d", Refs, at.UTC().Format("2006-01-02T150405Z"), n)
	}
	return name, SetRef(ctx, repo, name, old)
}

// DropRef deletes a ref, unless somebody moved it.
func DropRef(ctx context.Context, repo *gitfs.Repo, r Ref) error {
	_, err := git.Git{Dir: repo.Dir()}.Output(ctx, "update-ref", "-d", r.Name, string(r.Revision))
	return err
}

// HasErased reports whether a commit has a ticket whose number was erased.
func HasErased(ctx context.Context, repo *gitfs.Repo, revision gitfs.Revision, erased []string) bool {
	return slices.ContainsFunc(erased, func(number string) bool {
		_, err := repo.ReadFile(ctx, revision, content.TicketDir(number)+"/ticket.yaml")
		return err == nil
	})
}
