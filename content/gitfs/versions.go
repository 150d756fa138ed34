package gitfs

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Commit names a commit and says when it was made.
type Commit struct {
	Revision Revision
	Time     time.Time // the committer's
}

// Version is what a path held from a commit on.
type Version struct {
	Commit
	Exists bool   // false where the path was removed, or is no regular file
	Data   []byte // the file's content
}

// commitMark begins a commit's line in the output of git log. No path begins with it.
const commitMark = "//"

// Changes returns the newest commits, at most limit, that changed one of the paths, newest first.
// It follows first parents only. A path is a file or a directory, which may be gone by now; given
// none, it looks at all.
// Where history was cut off, the oldest commit that is there counts as a change of all it has.
func (r *Repo) Changes(ctx context.Context, rev Revision, limit int, paths ...string) ([]Commit, error) {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	out, err := r.firstParents(ctx, rev, limit, paths, "--no-patch")
	if err != nil {
		return nil, fmt.Errorf("read changes: %w", err)
	}
	var commits []Commit
	for _, field := range fields(out) {
		commits = append(commits, parseCommit(field))
	}
	return commits, nil
}

// Versions returns what a path held after each of its newest changes, newest first.
// It looks at no more than limit commits along first parents that touched the path, and follows no
// renames. A version in which the path does not exist is one too. A file's mode is no part of it.
func (r *Repo) Versions(ctx context.Context, rev Revision, path string, limit int) ([]Version, error) {
	versions, err := r.VersionsOf(ctx, rev, []string{path}, limit)
	return versions[path], err
}

// maxPaths is how many paths git is asked about at once: the length of a command is limited.
const maxPaths = 100

// VersionsOf is Versions for many paths, by path. It looks at limit commits for each of them.
func (r *Repo) VersionsOf(ctx context.Context, rev Revision, paths []string, limit int) (map[string][]Version, error) {
	versions := map[string][]Version{}
	for some := range slices.Chunk(paths, maxPaths) {
		out, err := r.firstParents(ctx, rev, limit*len(some), some, "--raw", "--no-abbrev")
		if err != nil {
			return nil, fmt.Errorf("read versions of %s: %w", some[0], err)
		}
		changes, err := parseRaw(out, some)
		if err != nil {
			return nil, fmt.Errorf("read versions of %s: %w", some[0], err)
		}
		for _, c := range changes {
			v := Version{Commit: c.Commit, Exists: c.blob != ""}
			if v.Exists {
				o, err := r.objects.read(ctx, c.blob)
				if err != nil {
					return nil, fmt.Errorf("read versions of %s: %w", c.path, err)
				}
				v.Data = o.data
			}
			versions[c.path] = append(versions[c.path], v)
		}
	}
	return versions, nil
}

// firstParents lists the newest commits along first parents that changed one of the paths.
func (r *Repo) firstParents(ctx context.Context, rev Revision, limit int, paths []string, options ...string) ([]byte, error) {
	for _, p := range paths {
		if !validPath(p) {
			return nil, fmt.Errorf("%q is no path", p)
		}
	}
	if rev == "" {
		return nil, nil
	}
	args := []string{"log", "-z", "--first-parent", "--diff-merges=first-parent", "--no-renames", "--relative",
		"--format=tformat:" + commitMark + "%H %ct", "--max-count=" + strconv.Itoa(limit)}
	args = append(append(args, options...), string(rev), "--")
	return r.git.Output(ctx, append(args, paths...)...)
}

// parseCommit reads `//<id> <unix time>`.
func parseCommit(line string) Commit {
	id, seconds, _ := strings.Cut(strings.TrimPrefix(line, commitMark), " ")
	return Commit{Revision(id), unixTime(seconds)}
}

// blobChange is a commit after which a path held another blob.
type blobChange struct {
	Commit
	path string
	blob string // "" where the path is no regular file
}

// parseRaw reads `//<id> <unix time>` and, after a line end, what `git log --raw -z` says of the
// files that commit changed. It returns the commits in which one of paths got another content.
func parseRaw(out []byte, paths []string) ([]blobChange, error) {
	var changes []blobChange
	var at Commit
	for words := fields(out); len(words) > 0; words = words[1:] {
		if strings.HasPrefix(words[0], commitMark) {
			at = parseCommit(words[0])
			continue
		}
		raw := strings.Fields(words[0]) // :<mode> <mode> <id> <id> <status>
		if len(raw) != 5 || len(words) == 1 {
			return nil, fmt.Errorf("unexpected line %q of git log", words[0])
		}
		words = words[1:]
		before, after := blobOf(raw[0][1:], raw[2]), blobOf(raw[1], raw[3])
		if before != after && slices.Contains(paths, words[0]) {
			changes = append(changes, blobChange{at, words[0], after})
		}
	}
	return changes, nil
}

// blobOf returns the blob of a regular file, "" for anything else.
func blobOf(mode, id string) string {
	if strings.HasPrefix(mode, "100") {
		return id
	}
	return ""
}
