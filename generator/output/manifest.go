package output

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"sync"
)

// The manifest is a log of lines, so that one change costs one line:
//
//	balie output 1
//	+<path><content>    this content is about to be put at this path
//	-<path>             the file was removed
//	=                   a build ended here: of each path the last line holds
//
// A path and a content are the first 16 bytes of their SHA-256 in hexadecimal: who reads the manifest can tell neither. A line stands there before its file
// does. After a crash the log does not end with `=`, and of a path that has several lines any may be what is on the disk: all of them are ours.
// It is written anew when more than half of it is out of date. It is not synced to the disk for each build: what power loss takes from it, it takes from the
// pages too, and the next build compares every byte; only a page that was in those last moments and is no more part of the site then stays.

const manifestHead = "balie output 1\n"

type (
	key [16]byte // of a path
	sum [16]byte // of a content
)

func keyOf(path string) key { return key(hash([]byte(path))) }

func sumOf(data []byte) sum { return sum(hash(data)) }

func hash(data []byte) [16]byte {
	full := sha256.Sum256(data)
	return [16]byte(full[:16])
}

// manifest knows the files that are ours. Those that this process wrote or read are in Dir.files too; the others wait in unseen.
type manifest struct {
	root *os.Root

	mu      sync.Mutex
	log     *os.File
	lines   int
	unended bool          // the log does not end with `=`
	unclean bool          // a process before us was ended in the middle
	unseen  map[key][]sum // what this process has not looked at yet
}

func openManifest(root *os.Root) (*manifest, error) {
	m := &manifest{root: root, unseen: map[key][]sum{}}
	log, err := root.OpenFile(manifestName, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o666)
	if err != nil {
		return nil, err
	}
	m.log = log
	data, err := io.ReadAll(log)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read %s: %w", manifestName, err), log.Close())
	}
	m.parse(data)
	m.unclean = m.unended
	return m, nil
}

// parse takes the log line by line; one that was torn says nothing.
func (m *manifest) parse(data []byte) {
	data = bytes.TrimPrefix(data, []byte(manifestHead))
	m.unended = len(data) > 0
	for line := range bytes.Lines(data) {
		m.lines++
		m.unended = !m.line(bytes.TrimSuffix(line, []byte("\n")))
	}
}

// line takes one line, and reports whether a build ended with it.
func (m *manifest) line(line []byte) bool {
	var k key
	switch {
	case len(line) == 1 && line[0] == '=':
		for k, sums := range m.unseen {
			m.unseen[k] = sums[len(sums)-1:]
		}
		return true
	case len(line) == 65 && line[0] == '+':
		var s sum
		if unhex(k[:], line[1:33]) && unhex(s[:], line[33:]) {
			m.unseen[k] = append(m.unseen[k], s)
		}
	case len(line) == 33 && line[0] == '-':
		if unhex(k[:], line[1:]) {
			delete(m.unseen, k)
		}
	}
	return false
}

func unhex(to, from []byte) bool {
	_, err := hex.Decode(to, from)
	return err == nil
}

// seen takes a path out of those not looked at, and returns what may be there.
func (m *manifest) seen(k key) []sum {
	m.mu.Lock()
	defer m.mu.Unlock()
	sums := m.unseen[k]
	delete(m.unseen, k)
	return sums
}

// unread puts a path back.
func (m *manifest) unread(k key, sums ...sum) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.unseen[k] = sums
}

// will notes what is about to be put at a path.
func (m *manifest) will(k key, s sum) error {
	return m.append(appendLine(nil, k, s))
}

// willAll is will of many.
func (m *manifest) willAll(files map[string]*file) error {
	return m.append(linesOf(files))
}

// linesOf are the lines of what is there, in an order that tells nothing and is always the same.
func linesOf(files map[string]*file) []byte {
	lines := make([][]byte, 0, len(files))
	for path, f := range files {
		lines = append(lines, appendLine(nil, keyOf(path), f.sum))
	}
	slices.SortFunc(lines, bytes.Compare)
	return bytes.Join(lines, nil)
}

func appendLine(to []byte, k key, s sum) []byte {
	to = hex.AppendEncode(append(to, '+'), k[:])
	return append(hex.AppendEncode(to, s[:]), '\n')
}

func (m *manifest) append(lines []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.lines == 0 {
		lines = append([]byte(manifestHead), lines...)
	}
	m.lines += bytes.Count(lines, []byte("\n"))
	m.unended = true
	if _, err := m.log.Write(lines); err != nil {
		return fmt.Errorf("write %s: %w", manifestName, err)
	}
	return nil
}

// gone notes what was removed.
func (m *manifest) gone(keys []key) error {
	if len(keys) == 0 {
		return nil
	}
	var lines []byte
	for _, k := range keys {
		lines = append(hex.AppendEncode(append(lines, '-'), k[:]), '\n')
	}
	return m.append(lines)
}

// end notes that a build ended. Where nothing was noted since the last end, nothing is.
func (m *manifest) end(files map[string]*file) error {
	lost := m.lost()
	if lost || m.unclean || m.lines > 2*len(files)+100 {
		return m.rewrite(files)
	}
	if !m.unended {
		return nil
	}
	err := m.append([]byte("=\n"))
	m.unended = err != nil
	return err
}

// lost reports whether somebody removed the file.
func (m *manifest) lost() bool {
	now, err := m.root.Lstat(manifestName)
	then, err2 := m.log.Stat()
	return err != nil || err2 != nil || !os.SameFile(now, then)
}

// rewrite puts a new log in the place of the old one: only what is there now.
func (m *manifest) rewrite(files map[string]*file) error {
	const temp = manifestName + ".tmp"
	next, err := m.root.OpenFile(temp, os.O_CREATE|os.O_TRUNC|os.O_RDWR|os.O_APPEND, 0o666)
	if err != nil {
		return fmt.Errorf("write %s: %w", manifestName, err)
	}
	err = writeLog(next, files)
	if err == nil {
		err = m.replace(temp)
	}
	if err != nil {
		m.root.Remove(temp)
		return errors.Join(fmt.Errorf("write %s: %w", manifestName, err), next.Close())
	}
	m.log, m.lines, m.unended, m.unclean = next, len(files)+2, false, false
	return nil
}

// replace closes the old log first: not every system renames over an open file.
func (m *manifest) replace(temp string) error {
	if err := m.log.Close(); err != nil && !errors.Is(err, fs.ErrClosed) {
		return err
	}
	return m.root.Rename(temp, manifestName)
}

func writeLog(to io.Writer, files map[string]*file) error {
	_, err := to.Write(slices.Concat([]byte(manifestHead), linesOf(files), []byte("=\n")))
	return err
}

func (m *manifest) close() error { return m.log.Close() }
