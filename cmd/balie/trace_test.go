package main

import (
	"bufio"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// tracedCalls are the system calls that change files or make them durable, and those that are needed
// to know which file is meant. disk refuses those of the last line.
const tracedCalls = "open,openat,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,unlink,unlinkat,rmdir," +
	"read,write,pwrite64,ftruncate,fsync,fdatasync,syncfs,lseek,chdir,clone,clone3,fork,vfork," +
	"sync,truncate,fallocate,writev,pwritev,pwritev2,copy_file_range,sendfile,splice,symlink,symlinkat,sync_file_range"

// strace is the command that others run under, so that what they do is written to a file.
func strace(to string) []string {
	return []string{"strace", "-D", "-f", "--seccomp-bpf", "-y", "-xx", "-s", strconv.Itoa(64 << 20), "-o", to, "-e", "trace=" + tracedCalls, "--"}
}

// call is a system call that succeeded.
type call struct {
	name  string
	paths []string // absolute
	data  []byte   // what is written
	at    int      // where to, or a size; -1: at the end
	began int      // the line of the trace in which it began
	ended int      // and in which it ended
	text  string   // the beginning of the trace's line
	args  []string
}

func (c *call) flag(name string) bool {
	return slices.ContainsFunc(c.args, func(arg string) bool { return slices.Contains(strings.Split(arg, "|"), name) })
}

// descriptor is an open file of a process.
type descriptor struct{ process, fd string }

// tracer reads strace's output.
type tracer struct {
	process    map[string]string // of each thread
	parent     map[string]string // of each process
	dir        map[string]string // in which each process is
	positions  map[descriptor]int
	unfinished map[string]string // of each thread: the call that it is in
	began      map[string]int
}

// readTrace reads the calls of a trace, in the order in which they ended. Dir is where the first
// process began.
func readTrace(trace io.Reader, dir string) (calls []*call, err error) {
	t := &tracer{map[string]string{}, map[string]string{}, map[string]string{}, map[descriptor]int{}, map[string]string{}, map[string]int{}}
	var lines []string
	for in := bufio.NewReader(trace); ; {
		line, err := in.ReadString('\n')
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		lines = append(lines, strings.TrimSuffix(line, "\n"))
	}
	whole := make([]string, len(lines)) // each call in the line in which it ends
	began := make([]int, len(lines))
	for n, line := range lines {
		thread, text, _ := strings.Cut(line, " ")
		text = strings.TrimLeft(text, " ")
		if head, ok := strings.CutSuffix(text, " <unfinished ...>"); ok {
			t.unfinished[thread], t.began[thread] = head, n
			continue
		}
		began[n] = n
		if _, tail, ok := strings.Cut(text, " resumed>"); ok && strings.HasPrefix(text, "<... ") {
			text, began[n] = t.unfinished[thread]+tail, t.began[thread]
		}
		whole[n] = text
		t.noteChild(thread, text)
	}
	first, _, _ := strings.Cut(lines[0], " ")
	t.dir[first] = dir
	for n, text := range whole {
		thread, _, _ := strings.Cut(lines[n], " ")
		c, err := t.parse(thread, text)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n+1, err)
		}
		if c != nil {
			c.began, c.ended = began[n], n
			calls = append(calls, c)
		}
	}
	return calls, nil
}

// noteChild notes whose child a thread or a process is.
func (t *tracer) noteChild(thread, text string) {
	if !strings.HasPrefix(text, "clone") && !strings.HasPrefix(text, "fork") && !strings.HasPrefix(text, "vfork") {
		return
	}
	child := text[strings.LastIndex(text, " ")+1:]
	if strings.Contains(text, "CLONE_THREAD") {
		t.process[child] = t.processOf(thread)
	} else {
		t.parent[child] = t.processOf(thread)
	}
}

func (t *tracer) processOf(thread string) string {
	if p := t.process[thread]; p != "" {
		return p
	}
	return thread
}

func (t *tracer) dirOf(process string) string {
	if _, ok := t.dir[process]; !ok && t.parent[process] != "" {
		t.dir[process] = t.dirOf(t.parent[process])
	}
	return t.dir[process]
}

// parse reads a call that succeeded; nil: it did not, or changes no file.
func (t *tracer) parse(thread, text string) (*call, error) {
	name, rest, ok := strings.Cut(text, "(")
	end := strings.LastIndex(rest, ") ")
	if !ok || end < 0 {
		return nil, nil
	}
	result := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(rest[end+1:]), "="))
	if strings.HasPrefix(result, "-") || strings.HasPrefix(result, "?") {
		return nil, nil
	}
	process := t.processOf(thread)
	c := &call{name: name, args: strings.Split(strings.TrimSpace(rest[:end]), ", "), text: text[:min(len(text), 300)]}
	number, _, _ := strings.Cut(result, "<")
	value, err := strconv.Atoi(strings.TrimSpace(number))
	if err != nil {
		return nil, fmt.Errorf("result %q of %s", result, c.text)
	}
	fd := descriptor{process, strings.Split(c.args[0], "<")[0]}
	switch name {
	case "clone", "clone3", "fork", "vfork":
		return nil, nil
	case "chdir":
		t.dir[process] = t.path(process, c.args[0])
		return nil, nil
	case "open", "openat", "creat":
		c.paths = []string{pathIn(result)}
		opened := descriptor{process, strconv.Itoa(value)}
		t.positions[opened] = 0
		if c.flag("O_APPEND") {
			t.positions[opened] = -1
		}
		if name == "creat" {
			c.args = append(c.args, "O_CREAT|O_TRUNC")
		}
		if !c.flag("O_CREAT") && !c.flag("O_TRUNC") {
			return nil, nil
		}
	case "rename", "link":
		c.paths = []string{t.path(process, c.args[0]), t.path(process, c.args[1])}
	case "renameat", "renameat2", "linkat":
		c.paths = []string{t.path(process, c.args[0], c.args[1]), t.path(process, c.args[2], c.args[3])}
	case "unlink", "rmdir", "mkdir", "truncate":
		c.paths = []string{t.path(process, c.args[0])}
	case "unlinkat", "mkdirat":
		c.paths = []string{t.path(process, c.args[0], c.args[1])}
	case "symlink":
		c.paths = []string{t.path(process, c.args[1])}
	case "symlinkat":
		c.paths = []string{t.path(process, c.args[1], c.args[2])}
	default:
		if strings.HasSuffix(strings.TrimSpace(c.args[0]), ">(deleted)") {
			return nil, nil
		}
		c.paths = []string{pathIn(c.args[0])}
	}
	switch name {
	case "write":
		c.data = unhex(c.args[1])[:value]
		position, known := t.positions[fd]
		if !known {
			position = -1
		}
		if c.at = position; position >= 0 {
			t.positions[fd] += value
		}
	case "pwrite64":
		c.data = unhex(c.args[1])[:value]
		c.at, err = strconv.Atoi(c.args[3])
	case "ftruncate":
		c.at, err = strconv.Atoi(c.args[1])
	case "read":
		if t.positions[fd] >= 0 {
			t.positions[fd] += value
		}
		return nil, nil
	case "lseek":
		if t.positions[fd] >= 0 {
			t.positions[fd] = value
		}
		return nil, nil
	}
	return c, err
}

// path returns the absolute path of a name, which may be relative to a directory that is open.
func (t *tracer) path(process string, args ...string) string {
	name := string(unhex(args[len(args)-1]))
	switch {
	case filepath.IsAbs(name):
		return filepath.Clean(name)
	case len(args) == 2:
		return filepath.Join(pathIn(args[0]), name)
	}
	return filepath.Join(t.dirOf(process), name)
}

// pathIn returns the path that strace shows beside a file descriptor, or "".
func pathIn(arg string) string {
	_, path, _ := strings.Cut(arg, "<")
	path, _, _ = strings.Cut(path, ">")
	return string(unhex(path))
}

// unhex reads what strace shows as \x and two digits for each byte.
func unhex(s string) []byte {
	s = strings.Trim(s, `"`)
	all := make([]byte, 0, len(s)/4)
	for len(s) >= 4 && s[0] == '\\' && s[1] == 'x' {
		b, err := strconv.ParseUint(s[2:4], 16, 8)
		if err != nil {
			break
		}
		all, s = append(all, byte(b)), s[4:]
	}
	return all
}
