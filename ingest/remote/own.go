package remote

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing/fstest"
	"time"

	"balie/content"
	"balie/content/gitfs"
	"balie/content/load"
	"balie/ingest/commit"
	"balie/ingest/lost"
)

// Foreign are commits that are not pushed and are not balie's own, the oldest first.
type Foreign struct {
	Remote  string
	Commits []string // ten digits and the subject of each
}

// Error lists the commits.
func (f *Foreign) Error() string {
	return fmt.Sprintf("commits that balie did not make are not pushed to %s: %s", f.Remote, strings.Join(f.Commits, "; "))
}

// ownCommit is a commit of balie's own.
type ownCommit struct {
	change commit.Change
	dirs   []string        // of the cases that it adds to
	begins map[string]bool // those whose own file it adds
}

// unpushed returns our commits that the remote never had, the oldest first.
func (r *Remote) unpushed(ctx context.Context, s state) ([]ownCommit, error) {
	args := []string{"log", "-z", "--topo-order", "--reverse", "--name-status", "--no-renames", "--date=raw",
		"--format=tformat:" + commitMark + "%H%x1f%an%x1f%ae%x1f%ad%x1f%B", string(s.ours), "^" + string(s.theirs)}
	for _, known := range []gitfs.Revision{s.base, s.pushed} {
		if known != "" {
			args = append(args, "^"+string(known))
		}
	}
	out, err := r.git.Output(ctx, args...)
	if err != nil {
		return nil, fmt.Errorf("list what is not pushed: %w", err)
	}
	var own []ownCommit
	foreign := &Foreign{Remote: r.Name}
	for _, l := range parseLog(out) {
		c, ok, err := r.readOwn(ctx, l)
		if err != nil {
			return nil, err
		}
		if !ok {
			subject, _, _ := strings.Cut(l.change.Message, "\n")
			foreign.Commits = append(foreign.Commits, l.revision.Short()+" "+subject)
			continue
		}
		if len(c.dirs) == 1 && !c.begins[c.dirs[0]] {
			c.change.Needs = c.dirs[0] + "/" + lost.RecordFile(c.dirs[0])
		}
		own = append(own, c)
	}
	if len(foreign.Commits) > 0 {
		return nil, foreign
	}
	return own, nil
}

// commitMark begins a commit's line in the output of git log.
const commitMark = "//"

// logged is a commit as git log tells it.
type logged struct {
	revision gitfs.Revision
	change   commit.Change // without files
	added    []string
	others   bool // it changes or removes files too
}

// parseLog reads the output of git log -z --name-status: a commit's line, then a status and a path
// of each file. Git puts a line end before the first status.
func parseLog(out []byte) (all []logged) {
	fields := strings.Split(string(out), "\x00")
	for i := 0; i < len(fields); i++ {
		if line, ok := strings.CutPrefix(fields[i], commitMark); ok {
			all = append(all, parseCommit(line))
			continue
		}
		status := strings.TrimPrefix(fields[i], "\n")
		if status == "" || len(all) == 0 || i+1 == len(fields) {
			continue
		}
		i++
		if l := &all[len(all)-1]; status == "A" {
			l.added = append(l.added, fields[i])
		} else {
			l.others = true
		}
	}
	return all
}

// parseCommit reads `<id> <author> <address> <time> <message>`, with unit separators.
func parseCommit(line string) logged {
	words := append(strings.SplitN(line, "\x1f", 5), "", "", "", "")
	return logged{revision: gitfs.Revision(words[0]),
		change: commit.Change{Author: words[1], AuthorEmail: words[2], At: parseTime(words[3]), Message: words[4]}}
}

// parseTime reads git's raw time: seconds and an offset.
func parseTime(raw string) time.Time {
	seconds, offset, _ := strings.Cut(raw, " ")
	n, _ := strconv.ParseInt(seconds, 10, 64)
	zone, err := time.Parse("-0700", offset)
	if err != nil {
		return time.Unix(n, 0).UTC()
	}
	return time.Unix(n, 0).In(zone.Location())
}

// readOwn reads a commit's files. It reports false where the commit is not balie's own.
func (r *Remote) readOwn(ctx context.Context, l logged) (c ownCommit, ok bool, err error) {
	if l.others || len(l.added) == 0 {
		return c, false, nil
	}
	c = ownCommit{change: l.change, begins: map[string]bool{}}
	files := fstest.MapFS{}
	for _, full := range l.added {
		name, within := strings.CutPrefix(full, r.repo.Prefix())
		dir := lost.CaseOf(name)
		if !within || dir == "" {
			return c, false, nil
		}
		data, err := r.repo.ReadFile(ctx, l.revision, name)
		if err != nil {
			return c, false, err
		}
		c.change.Files = append(c.change.Files, commit.File{Path: name, Data: data})
		files[name] = &fstest.MapFile{Data: data}
		if name == dir+"/"+lost.RecordFile(dir) {
			c.begins[dir] = true
		}
		if len(c.dirs) == 0 || c.dirs[len(c.dirs)-1] != dir {
			c.dirs = append(c.dirs, dir)
		}
	}
	return c, isOwn(files, c.dirs, l.added), nil
}

// isOwn reports whether each case gets an event, and each event has an id or is by rule.
func isOwn(files fstest.MapFS, dirs, added []string) bool {
	events := 0
	for _, dir := range dirs {
		list := load.ReadCase(files, dir, time.UTC).Events()
		if len(list) == 0 {
			return false
		}
		for _, e := range list {
			if e.Data().ID == "" && e.Author != content.Balie {
				return false
			}
		}
		events += len(list)
	}
	for _, name := range added {
		if strings.HasSuffix(name, ".md") {
			events--
		}
	}
	return events == 0 // else one of them does not read
}
