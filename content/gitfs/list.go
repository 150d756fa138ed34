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

// A commit's listing is one slice in order of paths, which is git's own order of a recursive listing: a directory is the run of entries that begin with its
// name. It costs 50 bytes an entry beside git's text, no map, and is read off `git ls-tree` in one pass; the next commit's is made from it and the difference.

// entry is one file or symbolic link.
type entry struct {
	path string
	id   string // of the blob
	mode fs.FileMode
	size int64 // -1 where it was not asked
}

type list []entry

// parseTree reads `git ls-tree -r -z --long`: <mode> <type> <id> <size, padded>\t<path>\0.
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

// parseDiff reads `git diff-tree -r -z`: ":<mode> <mode> <id> <id> <status>\0<path>\0". What is gone, or is no file any more, has no id.
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

// merge returns the listing after a difference; both are in order.
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

// from is the index of the first entry that is not before path.
func (l list) from(path string) int {
	return sort.Search(len(l), func(i int) bool { return l[i].path >= path })
}

// file finds an entry.
func (l list) file(path string) (entry, bool) {
	if i := l.from(path); i < len(l) && l[i].path == path {
		return l[i], true
	}
	return entry{}, false
}

// under is the run of entries within a directory, "." for all.
func (l list) under(dir string) list {
	if dir == "." {
		return l
	}
	return l[l.from(dir+"/"):l.from(dir+"0")] // '0' is what follows '/'
}

// children lists a directory, its subdirectories as entries of mode fs.ModeDir with their names as path, in order of names.
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
