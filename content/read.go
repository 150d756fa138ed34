package content

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"unicode/utf8"
)

// Limits on what is read. What is larger is a problem, never read in part.
const (
	maxYAML  = 1 << 20 // bytes of a YAML file
	maxProse = 1 << 20 // bytes of an event or an article
	maxLogo  = 1 << 18
)

// lister lists directories and reads files, and keeps what is wrong with them as problems. Nothing is followed: a symbolic link is a problem.
type lister struct {
	fsys     fs.FS
	problems []Problem
}

func (l *lister) problem(file, code, hint, format string, args ...any) {
	l.problems = append(l.problems, Problem{File: file, Severity: Error, Code: code, Message: fmt.Sprintf(format, args...), Hint: hint})
}

// list returns the files and directories of a directory, by name; none where it is absent. Dotfiles are nobody's business here.
func (l *lister) list(dir string) (files, dirs []string) {
	entries, err := fs.ReadDir(l.fsys, dir)
	if err != nil {
		if !isNotExist(err) {
			l.problem(dir, "unreadable", "", "can't be listed: %v", cause(err))
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
		case e.Type()&fs.ModeSymlink != 0:
			l.problem(path.Join(dir, name), "symlink", "put the file itself here", "a symbolic link; links are not followed, they may lead out of the repository")
		default:
			l.problem(path.Join(dir, name), "unreadable", "", "neither a file nor a directory")
		}
	}
	return files, dirs
}

// text reads a file as UTF-8 with LF line ends and no byte order mark.
func (l *lister) text(file string, limit int64) (string, bool) {
	data, ok := l.bytes(file, limit)
	if !ok {
		return "", false
	}
	if !utf8.Valid(data) {
		line, column := invalidAt(data)
		l.problems = append(l.problems, Problem{File: file, Line: line, Column: column, Severity: Error, Code: "encoding",
			Message: "this is not UTF-8", Hint: "save the file as UTF-8"})
		return "", false
	}
	s := strings.TrimPrefix(string(data), "\ufeff")
	if strings.Contains(s, "\r") {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	if i := strings.IndexByte(s, 0); i >= 0 {
		l.problem(file, "encoding", "take the zero byte out", "a zero byte on line %d", 1+strings.Count(s[:i], "\n"))
		return "", false
	}
	return s, true
}

func (l *lister) bytes(file string, limit int64) ([]byte, bool) {
	f, err := l.fsys.Open(file)
	if err != nil {
		l.problem(file, "unreadable", "", "can't be read: %v", cause(err))
		return nil, false
	}
	defer f.Close()
	info, err := f.Stat()
	if err == nil && info.Size() > limit {
		l.problem(file, "too-large", fmt.Sprintf("at most %d kB", limit>>10), "%d kB: too large", info.Size()>>10)
		return nil, false
	}
	if err == nil {
		data := make([]byte, info.Size())
		var n int
		if n, err = io.ReadFull(f, data); err == nil || err == io.EOF && n == 0 {
			return data, true
		}
	}
	l.problem(file, "unreadable", "", "can't be read: %v", cause(err))
	return nil, false
}

// invalidAt finds the first byte that is no UTF-8.
func invalidAt(data []byte) (line, column int) {
	line, column = 1, 1
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		if r == utf8.RuneError && size == 1 {
			break
		}
		column++
		if r == '\n' {
			line, column = line+1, 1
		}
		data = data[size:]
	}
	return line, column
}

func isNotExist(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// cause leaves the machine's paths out of an error.
func cause(err error) error {
	if pe, ok := err.(*fs.PathError); ok {
		return pe.Err
	}
	return err
}
