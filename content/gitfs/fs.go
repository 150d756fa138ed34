package gitfs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

// FS is the files of one commit, which never change. It implements fs.FS, fs.ReadDirFS,
// fs.ReadFileFS, fs.StatFS and fs.ReadLinkFS.
//
// Every modification time is the commit's. A symbolic link can be opened and described; reading it
// is an error.
type FS struct {
	repo *Repo
	rev  Revision
	time time.Time
	list list

	mu    sync.Mutex
	ahead map[string][]byte // files that were read before they were asked for, by path
}

var errIsLink = errors.New("is a symbolic link, which is not followed")

// At lists a commit's files. It starts from the commit that was listed last and asks git only for
// the difference.
func (r *Repo) At(ctx context.Context, rev Revision) (*FS, error) {
	r.mu.Lock()
	last := r.last
	r.mu.Unlock()
	if last != nil && last.rev == rev {
		return last, nil
	}
	f, err := r.listCommit(ctx, rev, last)
	if err != nil {
		return nil, fmt.Errorf("list commit %s: %w", rev.Short(), err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = f
	return f, nil
}

func (r *Repo) listCommit(ctx context.Context, rev Revision, last *FS) (*FS, error) {
	commit, err := r.objects.read(ctx, string(rev)+"^{commit}")
	if errors.Is(err, errMissing) {
		return nil, ErrNoRevision
	}
	if err != nil {
		return nil, err
	}
	f := &FS{repo: r, rev: Revision(commit.id), time: commitTime(commit.data)}
	if last == nil {
		f.list, err = r.listAll(ctx, f.rev)
		return f, err
	}
	f.list, err = r.listChanged(ctx, f.rev, last)
	return f, err
}

func (r *Repo) listAll(ctx context.Context, rev Revision) (list, error) {
	out, err := r.git.Output(ctx, "ls-tree", "-r", "-z", "--long", string(rev))
	if err != nil {
		return nil, err
	}
	return parseTree(out)
}

func (r *Repo) listChanged(ctx context.Context, rev Revision, last *FS) (list, error) {
	out, err := r.git.Output(ctx, "diff-tree", "-r", "-z", "--no-renames", "--relative", string(last.rev), string(rev))
	if err != nil {
		return nil, err
	}
	diff, err := parseDiff(out)
	if err != nil || len(diff) == 0 {
		return last.list, err
	}
	return last.list.merge(diff), nil
}

// commitTime returns the committer's time of a commit object: the second-last word of the line.
func commitTime(data []byte) time.Time {
	for line := range bytes.Lines(data) {
		if rest, ok := bytes.CutPrefix(line, []byte("committer ")); ok {
			words := strings.Fields(string(rest[bytes.LastIndexByte(rest, '>')+1:]))
			if len(words) > 0 {
				return unixTime(words[0])
			}
		}
	}
	return time.Time{}
}

func unixTime(seconds string) time.Time {
	s, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(s, 0).UTC()
}

// Open implements fs.FS. A file's content is read when it is first asked for.
func (f *FS) Open(name string) (fs.File, error) {
	e, err := f.find("open", name)
	if err != nil {
		return nil, err
	}
	if e.mode.IsDir() {
		return &dir{info: f.info(e), entries: f.entries(name)}, nil
	}
	return &file{fsys: f, entry: e}, nil
}

// ReadFile implements fs.ReadFileFS.
func (f *FS) ReadFile(name string) ([]byte, error) {
	e, err := f.find("read", name)
	if err != nil {
		return nil, err
	}
	return f.read(e)
}

// ReadDir implements fs.ReadDirFS.
func (f *FS) ReadDir(name string) ([]fs.DirEntry, error) {
	e, err := f.find("readdir", name)
	if err != nil {
		return nil, err
	}
	if !e.mode.IsDir() {
		return nil, pathError("readdir", name, errors.New("is not a directory"))
	}
	return f.entries(name), nil
}

// Stat implements fs.StatFS. Of a symbolic link it describes the link.
func (f *FS) Stat(name string) (fs.FileInfo, error) {
	e, err := f.find("stat", name)
	if err != nil {
		return nil, err
	}
	return f.infoWithSize(e)
}

// Lstat is Stat.
func (f *FS) Lstat(name string) (fs.FileInfo, error) { return f.Stat(name) }

// ReadLink implements fs.ReadLinkFS. It returns the link's text, wherever that leads.
func (f *FS) ReadLink(name string) (string, error) {
	e, err := f.find("readlink", name)
	if err != nil {
		return "", err
	}
	if e.mode&fs.ModeSymlink == 0 {
		return "", pathError("readlink", name, fs.ErrInvalid)
	}
	data, err := f.blob(e)
	return string(data), err
}

// find looks up a file, a link or a directory.
func (f *FS) find(op, name string) (entry, error) {
	if !validPath(name) {
		return entry{}, pathError(op, name, fs.ErrInvalid)
	}
	if e, ok := f.list.file(name); ok {
		return e, nil
	}
	if name == "." || len(f.list.under(name)) > 0 {
		return entry{path: name, mode: fs.ModeDir | 0o755}, nil
	}
	return entry{}, pathError(op, name, errNotExist(f.rev))
}

func (f *FS) read(e entry) ([]byte, error) {
	switch {
	case e.mode.IsDir():
		return nil, pathError("read", e.path, ErrIsDirectory)
	case e.mode&fs.ModeSymlink != 0:
		return nil, pathError("read", e.path, errIsLink)
	}
	return f.blob(e)
}

// infoWithSize describes an entry. One that was listed by a difference is read for its size.
func (f *FS) infoWithSize(e entry) (fs.FileInfo, error) {
	if e.size < 0 {
		data, err := f.blob(e)
		if err != nil {
			return nil, err
		}
		e.size = int64(len(data))
	}
	return f.info(e), nil
}

func (f *FS) info(e entry) info { return info{entry: e, time: f.time} }

func (f *FS) entries(name string) []fs.DirEntry {
	children := f.list.children(name)
	out := make([]fs.DirEntry, len(children))
	for i, e := range children {
		out[i] = dirEntry{fsys: f, entry: e}
	}
	return out
}

func validPath(name string) bool { return fs.ValidPath(name) && !strings.ContainsAny(name, "\n\x00") }

func pathError(op, name string, err error) error {
	return &fs.PathError{Op: op, Path: name, Err: err}
}

// errNotExist returns an fs.ErrNotExist that names the commit.
func errNotExist(rev Revision) error {
	return fmt.Errorf("%w in commit %s", fs.ErrNotExist, rev.Short())
}

// info implements fs.FileInfo.
type info struct {
	entry
	time time.Time
}

func (i info) Name() string       { return path.Base(i.path) }
func (i info) Size() int64        { return max(0, i.size) }
func (i info) Mode() fs.FileMode  { return i.mode }
func (i info) ModTime() time.Time { return i.time }
func (i info) IsDir() bool        { return i.mode.IsDir() }
func (i info) Sys() any           { return nil }

// dirEntry implements fs.DirEntry.
type dirEntry struct {
	fsys *FS
	entry
}

func (d dirEntry) Name() string               { return d.path }
func (d dirEntry) IsDir() bool                { return d.mode.IsDir() }
func (d dirEntry) Type() fs.FileMode          { return d.mode.Type() }
func (d dirEntry) Info() (fs.FileInfo, error) { return d.fsys.infoWithSize(d.entry) }
func (d dirEntry) String() string             { return fs.FormatDirEntry(d) }

// dir implements fs.ReadDirFile.
type dir struct {
	info
	entries []fs.DirEntry
}

func (d *dir) Stat() (fs.FileInfo, error) { return d.info, nil }
func (d *dir) Close() error               { return nil }
func (d *dir) Read([]byte) (int, error)   { return 0, pathError("read", d.path, ErrIsDirectory) }

func (d *dir) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		n = len(d.entries)
	} else if len(d.entries) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(d.entries))
	out := d.entries[:n:n]
	d.entries = d.entries[n:]
	return out, nil
}

// file implements fs.File.
type file struct {
	fsys  *FS
	entry entry
	body  *bytes.Reader // nil until read
}

func (f *file) Stat() (fs.FileInfo, error) { return f.fsys.infoWithSize(f.entry) }
func (f *file) Close() error               { return nil }

func (f *file) Read(p []byte) (int, error) {
	if f.body == nil {
		data, err := f.fsys.read(f.entry)
		if err != nil {
			return 0, err
		}
		f.body = bytes.NewReader(data)
	}
	return f.body.Read(p)
}
