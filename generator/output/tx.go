package output

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// Tx is one build's writing. Write and Keep may be called from several goroutines.
type Tx struct {
	ctx     context.Context
	dir     *Dir
	folders *folders
	first   *os.Root // where a first build is made; else nil
	moves   bool     // of it something may be at its place

	mu        sync.Mutex
	result    Result
	late      []late // files in the place of a directory, or below one that is a file
	failed    error
	committed bool
	ended     bool
}

type late struct {
	path string
	data []byte
}

// Write puts a file at a path (slash-separated, within the directory), unless it is there already with these bytes. A path is written or kept once a build.
// The bytes are the caller's again when it returns.
func (tx *Tx) Write(name string, data []byte) error {
	err := tx.write(name, data, true)
	if err != nil {
		tx.mu.Lock()
		defer tx.mu.Unlock()
		tx.failed = errors.Join(tx.failed, err)
	}
	return err
}

func (tx *Tx) write(name string, data []byte, first bool) error {
	if err := tx.ctx.Err(); err != nil {
		return fmt.Errorf("write %s: %w", name, context.Cause(tx.ctx))
	}
	if err := check(name); err != nil {
		return err
	}
	var f *file
	if first {
		var err error
		if f, err = tx.claim(name); err != nil {
			return err
		}
	}
	wrote, err := tx.put(name, data, f)
	switch {
	case err != nil && first && tx.inTheWay(name):
		tx.mu.Lock()
		defer tx.mu.Unlock()
		tx.late = append(tx.late, late{name, bytes.Clone(data)})
		return nil
	case err != nil:
		return fmt.Errorf("write %s: %w", filepath.Join(tx.dir.path, filepath.FromSlash(name)), err)
	}
	tx.count(name, wrote)
	return nil
}

// check refuses what is no path within the directory, and our own files.
func check(name string) error {
	if _, err := filepath.Localize(name); err != nil || name == "." {
		return fmt.Errorf("write %q: not a path within the output directory", name)
	}
	if strings.HasPrefix(path.Base(name), ownPrefix) {
		return fmt.Errorf("write %q: such names are balie's own", name)
	}
	return nil
}

// inTheWay reports whether a file stands where a directory must be, or a directory where the file must be.
func (tx *Tx) inTheWay(name string) bool {
	if info, err := tx.dir.root.Lstat(name); err == nil && info.IsDir() {
		return true
	}
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if info, err := tx.dir.root.Lstat(dir); err == nil {
			return info.Mode().IsRegular()
		}
	}
	return false
}

// claim makes a path this build's, and returns what is remembered of it, or nil.
func (tx *Tx) claim(name string) (*file, error) {
	d := tx.dir
	d.mu.Lock()
	defer d.mu.Unlock()
	f := d.files[name]
	if f == nil {
		d.files[name] = &file{build: d.build}
		return nil, nil
	}
	if f.build == d.build {
		return nil, fmt.Errorf("write %q: this build wrote it already", name)
	}
	f.build = d.build
	return f, nil
}

func (tx *Tx) count(name string, wrote bool) {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if wrote {
		tx.result.Written = append(tx.result.Written, name)
	} else {
		tx.result.Unchanged++
	}
}

// put writes a file where it differs; known is what is remembered of it. It reports whether it wrote.
func (tx *Tx) put(name string, data []byte, known *file) (wrote bool, err error) {
	if tx.first != nil {
		return true, tx.putFirst(name, data)
	}
	s := sumOf(data)
	same := known != nil && known.sum == s
	if same && tx.dir.asLeft(name, known) {
		return false, nil
	}
	folder, err := tx.folders.use(path.Dir(name))
	if err != nil {
		return false, err
	}
	defer tx.folders.give(folder)
	p := &putting{tx: tx, name: name, key: keyOf(name), sum: s, before: tx.dir.manifest.seen(keyOf(name))}
	if known != nil {
		p.before = []sum{known.sum}
	}
	if (known == nil || same) && !folder.made {
		if info := equal(folder, path.Base(name), data); info != nil {
			return false, p.done(info)
		}
	}
	return true, p.replace(folder, data)
}

// putting is one file on its way to its place.
type putting struct {
	tx     *Tx
	name   string
	key    key
	sum    sum
	before []sum // what the manifest says may be there
}

// replace writes the file. Where that fails, what may be at its place stays ours.
func (p *putting) replace(in *folder, data []byte) error {
	info, err := p.write(in, data)
	if err != nil {
		p.tx.dir.manifest.unread(p.key, append(p.before, p.sum)...)
		p.tx.dir.drop(p.name)
		return err
	}
	p.tx.remember(p.name, p.sum, info)
	return nil
}

// write notes in the manifest what will be there, writes it beside its place and renames.
func (p *putting) write(in *folder, data []byte) (fs.FileInfo, error) {
	if err := p.note(); err != nil {
		return nil, err
	}
	temp := ownPrefix + strconv.FormatUint(p.tx.dir.temp.Add(1), 36) + ".tmp"
	info, err := create(in, temp, data)
	if err == nil {
		err = in.Rename(temp, path.Base(p.name))
	}
	if err != nil {
		in.Remove(temp)
	}
	return info, err
}

// done takes a file as it is.
func (p *putting) done(info fs.FileInfo) error {
	p.tx.remember(p.name, p.sum, info)
	return p.note()
}

func (p *putting) note() error {
	if len(p.before) == 1 && p.before[0] == p.sum {
		return nil
	}
	return p.tx.dir.manifest.will(p.key, p.sum)
}

func (tx *Tx) remember(name string, s sum, info fs.FileInfo) {
	d := tx.dir
	d.mu.Lock()
	defer d.mu.Unlock()
	d.files[name] = &file{sum: s, size: info.Size(), mtime: info.ModTime().UnixNano(), build: d.build}
}

// equal describes a file that holds just these bytes, or returns nil.
func equal(in *folder, name string, data []byte) fs.FileInfo {
	info, got := read(in.Root, name, int64(len(data)))
	if info == nil || !bytes.Equal(got, data) {
		return nil
	}
	return info
}

// read returns a regular file, of a size where that is not negative; nil where there is none.
func read(in *os.Root, name string, size int64) (fs.FileInfo, []byte) {
	if info, err := in.Lstat(name); err != nil || !info.Mode().IsRegular() || size >= 0 && info.Size() != size {
		return nil, nil
	}
	f, err := in.Open(name)
	if err != nil {
		return nil, nil
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil
	}
	data := make([]byte, info.Size())
	if _, err := io.ReadFull(f, data); err != nil {
		return nil, nil
	}
	return info, data
}

func create(in *folder, name string, data []byte) (fs.FileInfo, error) {
	f, err := in.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY|syscall.O_NONBLOCK, 0o666) // without: four more calls that ask whether it could wait
	if err != nil {
		return nil, err
	}
	_, err = f.Write(data)
	info, err2 := f.Stat()
	return info, errors.Join(err, err2, f.Close())
}

// Keep leaves a file as the build before wrote it, and reports whether it could: where it reports false, the file must be written.
// Of a file that this process wrote or read it looks at nothing; any other it reads once, and compares with the manifest.
func (tx *Tx) Keep(name string) bool {
	d := tx.dir
	d.mu.Lock()
	f := d.files[name]
	if f != nil {
		kept := f.build != d.build
		f.build = d.build
		d.mu.Unlock()
		if kept {
			tx.count(name, false)
		}
		return kept
	}
	d.mu.Unlock()
	return tx.adopt(name)
}

// adopt takes over a file that a process before us wrote.
func (tx *Tx) adopt(name string) bool {
	if check(name) != nil {
		return false
	}
	sums := tx.dir.manifest.seen(keyOf(name))
	if len(sums) == 0 {
		return false
	}
	info, data := read(tx.dir.root, name, -1)
	if s := sumOf(data); info != nil && s == sums[len(sums)-1] {
		tx.remember(name, s, info)
		tx.count(name, false)
		return true
	}
	tx.dir.manifest.unread(keyOf(name), sums...)
	return false
}
