package output

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
)

// Tx is one build. Write and Keep may be called from several goroutines.
type Tx struct {
	ctx context.Context
	dir *Dir

	mu     sync.Mutex
	files  map[hash]hash   // path to content: what the site holds after this build
	staged map[string]bool // paths of what is staged, since it is not on disk yet
	result Result
	failed error // of Write
	ended  bool
}

// Write makes a file part of the site, at a slash-separated path within the directory. Unless these
// bytes are there already, it stages them. A path is written or kept once a build. The bytes are
// the caller's again when it returns.
func (tx *Tx) Write(name string, data []byte) error {
	err := tx.write(name, data)
	if err != nil {
		tx.mu.Lock()
		defer tx.mu.Unlock()
		tx.failed = errors.Join(tx.failed, err)
	}
	return err
}

func (tx *Tx) write(name string, data []byte) error {
	if err := tx.ctx.Err(); err != nil {
		return fmt.Errorf("write %s: %w", name, context.Cause(tx.ctx))
	}
	if err := checkName(name); err != nil {
		return err
	}
	if !tx.add(hashOfPath(name), hashOf(data)) {
		return fmt.Errorf("write %q: this build wrote it already", name)
	}
	same, err := tx.dir.holds(name, data)
	if same {
		tx.countUnchanged()
		return nil
	}
	if err == nil || tx.isFirst() { // a first build lists all that is in its way in a ForeignError
		err = tx.stage(name, data)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", filepath.Join(tx.dir.path, filepath.FromSlash(name)), err)
	}
	return nil
}

// checkName refuses what is no path within the directory, and names that are ours.
func checkName(name string) error {
	if _, err := filepath.Localize(name); err != nil || name == "." {
		return fmt.Errorf("write %q: not a path within the output directory", name)
	}
	if strings.HasPrefix(path.Base(name), reserved) {
		return fmt.Errorf("write %q: such names are balie's own", name)
	}
	return nil
}

// isFirst reports whether nothing in the directory is ours yet.
func (tx *Tx) isFirst() bool { return len(tx.dir.manifest) == 0 }

// add makes a path part of the site. It reports false if this build did so before.
func (tx *Tx) add(path, content hash) bool {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if _, ok := tx.files[path]; ok {
		return false
	}
	tx.files[path] = content
	return true
}

func (tx *Tx) countUnchanged() {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	tx.result.Unchanged++
}

// holds reports whether a regular file holds just these bytes. The error is one that would also
// keep the file from being replaced.
func (d *Dir) holds(name string, data []byte) (bool, error) {
	if d.created && !d.committed {
		return false, nil // it was made for this build
	}
	info, err := d.root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return false, nil
	case err != nil:
		return false, err
	case !info.Mode().IsRegular() || info.Size() != int64(len(data)):
		return false, nil
	}
	onDisk, err := d.root.ReadFile(name)
	return err == nil && bytes.Equal(onDisk, data), nil
}

// stage writes a file into the staging directory, at the path that it has in the site. That
// directory is new, ours alone and holds no links, so its files are opened by their whole paths:
// os.Root would open each directory on the way, for each file.
func (tx *Tx) stage(name string, data []byte) error {
	temp := filepath.Join(tx.dir.path, stageName, filepath.FromSlash(name))
	err := os.WriteFile(temp, data, 0o666)
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(filepath.Dir(temp), 0o777); err != nil {
			return err
		}
		err = os.WriteFile(temp, data, 0o666)
	}
	tx.mu.Lock()
	defer tx.mu.Unlock()
	tx.staged[name] = true
	return err
}

// Keep makes a file part of the site as an earlier build wrote it, and reports whether it could.
// Where it reports false, the file must be written. It looks at no file that this process left as
// it should be; of any other it sees that there is one.
func (tx *Tx) Keep(name string) bool {
	key := hashOfPath(name)
	contents := tx.dir.manifest[key]
	if len(contents) != 1 || !tx.dir.committed && !tx.dir.isFile(name) || !tx.add(key, contents[0]) {
		return false
	}
	tx.countUnchanged()
	return true
}

func (d *Dir) isFile(name string) bool {
	info, err := d.root.Lstat(name)
	return err == nil && info.Mode().IsRegular()
}
