package gitfs

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// entry is one file or symbolic link.
type entry struct {
	path string
	id   string // of the blob
	mode fs.FileMode
	size int64 // -1 if not known
}

// list is the files of a commit in order of paths. The files of a directory follow one another, so
// directories need no entries.
type list []entry

// parseTree reads the output of `git ls-tree -r -z --long`:
// <mode> <type> <id> <size, padded>\t<path>\0.
func parseTree(out []byte) (list, error) {
	l := make(list, 0, bytes.Count(out, []byte{0}))
	for _, line := range fields(out) {
		head, path, ok := strings.Cut(line, "\t")
		words := strings.Fields(head)
		if !ok || len(words) != 4 {
			return nil, fmt.Errorf("read git ls-tree: unexpected line %q", line)
		}
		if words[1] != "blob" {
			continue
		}
		size, err := strconv.ParseInt(words[3], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("read git ls-tree: unexpected size in %q", line)
		}
		l = append(l, entry{path: path, id: words[2], mode: fileMode(words[0]), size: size})
	}
	return l, nil
}

// parseDiff reads the output of `git diff-tree -r -z`: :<mode> <mode> <id> <id> <status>\0<path>\0.
// A path that was removed, or is no longer a file, gets no id.
func parseDiff(out []byte) (list, error) {
	words := fields(out)
	l := make(list, 0, len(words)/2)
	for pair := range slices.Chunk(words, 2) {
		head := strings.Fields(pair[0])
		if len(pair) != 2 || len(head) != 5 {
			return nil, fmt.Errorf("read git diff-tree: unexpected line %q", pair[0])
		}
		e := entry{path: pair[1], size: -1}
		if mode := head[1]; mode != "000000" && mode != "160000" {
			e.id, e.mode = head[3], fileMode(mode)
		}
		l = append(l, e)
	}
	slices.SortFunc(l, func(a, b entry) int { return strings.Compare(a.path, b.path) })
	return l, nil
}

func fileMode(git string) fs.FileMode {
	switch git {
	case "120000":
		return fs.ModeSymlink | 0o777
	case "100755":
		return 0o755
	}
	return 0o644
}

// merge returns the list after a difference.
func (l list) merge(diff list) list {
	out := make(list, 0, len(l)+len(diff))
	for _, d := range diff {
		n := l.from(d.path)
		out = append(out, l[:n]...)
		l = l[n:]
		if len(l) > 0 && l[0].path == d.path {
			l = l[1:]
		}
		if d.id != "" {
			out = append(out, d)
		}
	}
	return append(out, l...)
}

// from returns the index of the first entry that is not before path.
func (l list) from(path string) int {
	return sort.Search(len(l), func(i int) bool { return l[i].path >= path })
}

// file returns the entry of a path.
func (l list) file(path string) (entry, bool) {
	if i := l.from(path); i < len(l) && l[i].path == path {
		return l[i], true
	}
	return entry{}, false
}

// under returns the entries below a directory, all for ".".
func (l list) under(dir string) list {
	if dir == "." {
		return l
	}
	return l[l.from(dir+"/"):l.from(dir+"0")] // '0' is what follows '/'
}

// children returns the entries of a directory in order of names. The path of each is its name
// alone; a subdirectory has mode fs.ModeDir.
func (l list) children(dir string) list {
	skip := 0
	if dir != "." {
		skip = len(dir) + 1
	}
	var out list
	for l = l.under(dir); len(l) > 0; {
		e := l[0]
		e.path = e.path[skip:]
		name, _, deeper := strings.Cut(e.path, "/")
		if !deeper {
			out = append(out, e)
			l = l[1:]
			continue
		}
		out = append(out, entry{path: name, mode: fs.ModeDir | 0o755})
		l = l[l.from(l[0].path[:skip]+name+"0"):]
	}
	slices.SortFunc(out, func(a, b entry) int { return strings.Compare(a.path, b.path) })
	return out
}
