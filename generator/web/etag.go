package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"sync"
)

// etags are the marks of files by their content. A time of change has whole seconds in HTTP: a feed
// that changes twice in one would be taken for unchanged.
//
// What is compressed has other bytes than the file: for whoever takes that the mark is a weak one
// (RFC 9110, section 8.8.3.3), which revalidates as well.
type etags struct {
	mu    sync.Mutex
	known map[string]tagged // by name
}

// tagged is a file as it was when it was read.
type tagged struct {
	info fs.FileInfo
	tag  string
}

// tagsKept bounds what is remembered; a file beyond it is read once more.
const tagsKept = 4096

func (e *etags) of(name string, f *os.File, info fs.FileInfo) (string, error) {
	e.mu.Lock()
	was, ok := e.known[name]
	e.mu.Unlock()
	if ok && os.SameFile(was.info, info) && was.info.Size() == info.Size() && was.info.ModTime().Equal(info.ModTime()) {
		return was.tag, nil
	}
	tag, err := tagOf(f)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", name, err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.known == nil || len(e.known) >= tagsKept {
		e.known = map[string]tagged{}
	}
	e.known[name] = tagged{info, tag}
	return tag, nil
}

func tagOf(f *os.File) (string, error) {
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	_, err := f.Seek(0, io.SeekStart)
	return `"` + hex.EncodeToString(sum.Sum(nil)[:16]) + `"`, err
}

// tag sets a file's mark.
func (s *site) tag(w http.ResponseWriter, r *http.Request, name string, f *os.File, info fs.FileInfo) error {
	tag, err := s.tags.of(name, f, info)
	if err != nil {
		return err
	}
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		tag = "W/" + tag
	}
	w.Header().Set("ETag", tag)
	return nil
}
