package gitfs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
)

// Lacking returns those of some commits that the history of rev does not have, in their order. A
// commit that is not there is lacking.
func (r *Repo) Lacking(ctx context.Context, rev Revision, commits []string) ([]string, error) {
	lacking := map[string]bool{}
	var ask bytes.Buffer
	fmt.Fprintf(&ask, "^%s\n", rev)
	for _, c := range commits {
		switch _, err := r.Resolve(ctx, c); {
		case errors.Is(err, ErrNoRevision):
			lacking[c] = true
		case err != nil:
			return nil, err
		default:
			fmt.Fprintln(&ask, c)
		}
	}
	out, err := r.git.Feed(ctx, &ask, "rev-list", "--stdin")
	if err != nil {
		return nil, fmt.Errorf("compare commits with %s: %w", rev.Short(), err)
	}
	for line := range strings.Lines(string(out)) {
		lacking[strings.TrimSpace(line)] = true
	}
	var list []string
	for _, c := range commits {
		if lacking[c] {
			list = append(list, c)
		}
	}
	return list, nil
}
