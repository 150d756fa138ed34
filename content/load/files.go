package load

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"unicode/utf8"

	"balie/content"
)

// Limits on what is read. What is larger is a problem, never read in part.
const (
	MaxYAML  = 1 << 20 // bytes of a YAML file
	MaxProse = 1 << 20 // bytes of an event or an article
	MaxLogo  = 1 << 18
)

// lister lists directories and reads files, and keeps what is wrong with them as problems. Nothing
// is followed: a symbolic link is a problem.
type lister struct {
	fsys     fs.FS
	older    []byte // what is read in the place of a file; nil: the file
	problems []content.Problem
}

func (l *lister) problem(file, code, hint, format string, args ...any) {
	l.problems = append(l.problems, content.Problem{File: file, Severity: content.Error, Code: code, Message: fmt.Sprintf(format, args...), Hint: hint})
}

// modeOf says what stands at a path; there is nothing below what is not a directory itself.
func (l *lister) modeOf(p string) (mode fs.FileMode, there bool) {
	for at := 0; at >= 0; {
		next := strings.IndexByte(p[at:], '/')
		part := p
		if next >= 0 {
			part = p[:at+next]
		}
		info, err := fs.Lstat(l.fsys, part)
		if err != nil || next >= 0 && !info.IsDir() {
			return 0, false
		}
		if mode = info.Mode().Type(); next < 0 {
			break
		}
		at += next + 1
	}
	return mode, true
}

// refuseMode says what is wrong with something that is neither a file nor a directory.
func (l *lister) refuseMode(p string, mode fs.FileMode) {
	if mode&fs.ModeSymlink != 0 {
		l.problem(p, content.CodeSymlink, "put the file itself here", "a symbolic link; links are not followed, they may lead out of the repository")
		return
	}
	l.problem(p, content.CodeUnreadable, "take it out", "neither a file nor a directory")
}

// hasFile reports whether there is a file; anything else in its place is a problem.
func (l *lister) hasFile(file string) bool {
	mode, there := l.modeOf(file)
	switch {
	case !there:
		return false
	case mode.IsDir():
		l.problem(file, content.CodeUnknownFile, "rename or move it", "a directory where a file is meant")
		return false
	case !mode.IsRegular():
		l.refuseMode(file, mode)
		return false
	}
	return true
}

// list returns the files and directories of a directory, by name; none where it is absent. Dotfiles
// are nobody's business here.
func (l *lister) list(dir string) (files, dirs []string) {
	entries, err := fs.ReadDir(l.fsys, dir)
	if err != nil {
		if !isNotExist(err) {
			l.problem(dir, content.CodeUnreadable, "see that it can be read", "can't be listed: %v", cause(err))
		}
		return nil, nil
	}
	for _, e := range entries {
		name := e.Name()
		switch {
		case strings.HasPrefix(name, "."):
		case e.IsDir():
			dirs = append(dirs, name)
		case e.Type().IsRegular():
			files = append(files, name)
		default:
			l.refuseMode(path.Join(dir, name), e.Type())
		}
	}
	return files, dirs
}

// top is list for a directory at the root, which nobody has looked at yet.
func (l *lister) top(dir string) (files, dirs []string) {
	mode, there := l.modeOf(dir)
	switch {
	case !there:
		return nil, nil
	case mode.IsRegular():
		l.problem(dir, content.CodeUnknownFile, "rename or move it", "a file where a directory is meant")
		return nil, nil
	case !mode.IsDir():
		l.refuseMode(dir, mode)
		return nil, nil
	}
	return l.list(dir)
}

// text reads a file as UTF-8 with LF line ends and no byte order mark.
func (l *lister) text(file string, limit int64) (string, bool) {
	data, ok := l.bytes(file, limit)
	if !ok {
		return "", false
	}
	s := string(data)
	if i := badByte(s); i >= 0 {
		what, hint := "this is not UTF-8", "save the file as UTF-8"
		if s[i] == 0 {
			what, hint = "a zero byte", "take it out; if the file is full of them, save it as UTF-8"
		}
		line, column := positionOf(s, i)
		l.problems = append(l.problems, content.Problem{File: file, Line: line, Column: column, Severity: content.Error, Code: content.CodeEncoding, Message: what, Hint: hint})
		return "", false
	}
	return lineEnds(strings.TrimPrefix(s, "\ufeff")), true
}

// readChecked reads a text file and rejects it if it still has merge conflict markers.
func (l *lister) readChecked(file string, limit int64) (string, bool) {
	text, ok := l.text(file, limit)
	line := conflict(text)
	if !ok || line == 0 {
		return text, ok
	}
	l.problems = append(l.problems, unmerged(file, line))
	return "", false
}

func unmerged(file string, line int) content.Problem {
	return content.Problem{File: file, Line: line, Column: 1, Severity: content.Error, Code: content.CodeConflict, Message: "this file has a merge that nobody ended",
		Hint: "keep what is right of the two, and take the lines of <<<<<<<, ======= and >>>>>>> out; where they are meant as text, indent them"}
}

// leftover returns the first line with a merge conflict marker in a text that is no YAML, or 0.
func leftover(text string) int {
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		n++
		if strings.HasPrefix(line, "<<<<<<< ") || strings.HasPrefix(line, ">>>>>>> ") || line == "=======" {
			return n
		}
	}
	return 0
}

// conflict returns the line on which a merge conflict begins, or 0. All three markers must be
// there.
func conflict(text string) int {
	if !strings.Contains(text, "<<<<<<<") {
		return 0
	}
	began, divided, n := 0, false, 0
	for line := range strings.SplitSeq(text, "\n") {
		n++
		switch mark, _, _ := strings.Cut(line, " "); {
		case mark == "<<<<<<<":
			began, divided = n, false
		case line == "=======":
			divided = began > 0
		case mark == ">>>>>>>" && divided:
			return began
		}
	}
	return 0
}

// lineEnds makes every line end LF.
func lineEnds(s string) string {
	if strings.Contains(s, "\r") {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	return s
}

// badByte finds the first byte that is no UTF-8, or zero; -1 where there is none.
func badByte(s string) int {
	zero := strings.IndexByte(s, 0)
	if zero < 0 && utf8.ValidString(s) {
		return -1
	}
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == 0 || r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return zero
}

// positionOf counts lines and characters up to a byte.
func positionOf(s string, i int) (line, column int) {
	before := lineEnds(strings.TrimPrefix(s[:i], "\ufeff"))
	last := strings.LastIndexByte(before, '\n') + 1
	return 1 + strings.Count(before, "\n"), 1 + utf8.RuneCountInString(before[last:])
}

func (l *lister) bytes(file string, limit int64) ([]byte, bool) {
	data, size, err := l.older, int64(len(l.older)), error(nil)
	if data == nil {
		data, size, err = readFile(l.fsys, file, limit)
	}
	switch {
	case err != nil:
		l.problem(file, content.CodeUnreadable, "see that it can be read", "can't be read: %v", cause(err))
		return nil, false
	case size > limit:
		l.problem(file, content.CodeTooLarge, fmt.Sprintf("write at most %d kB, and put the rest elsewhere", limit>>10), "too large: %d kB", (size+1023)>>10)
		return nil, false
	}
	return data, true
}

// readFile reads a file that is not over a limit; size says how large it is.
func readFile(fsys fs.FS, file string, limit int64) (data []byte, size int64, err error) {
	f, err := fsys.Open(file)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	if info.Size() > limit {
		return nil, info.Size(), nil
	}
	data = make([]byte, info.Size())
	if _, err = io.ReadFull(f, data); err != nil {
		return nil, 0, err
	}
	return data, info.Size(), nil
}

func isNotExist(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// cause leaves the machine's paths out of an error.
func cause(err error) error {
	if pe, ok := err.(*fs.PathError); ok {
		return pe.Err
	}
	return err
}
