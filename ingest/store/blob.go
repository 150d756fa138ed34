package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// maxInline is up to which size a file is kept in its row. Larger ones are files of their own.
const maxInline = 32 << 10

// errBlob says that a large file is not there, or not what was kept.
var errBlob = errors.New("a file that belongs to it is damaged")

func (s *sqlite) blobPath(hash string) string { return filepath.Join(s.dir, "files", hash) }

// keepBlob keeps the bytes of a large file, and returns their hash.
func (s *Store) keepBlob(q querier, data []byte) (hash string, err error) {
	sum := sha256.Sum256(data)
	hash = hex.EncodeToString(sum[:])
	if err := s.engine.keepBlob(q, hash, data); err != nil {
		return "", fmt.Errorf("%w: %w", ErrNotKept, err)
	}
	return hash, nil
}

// blob reads a large file, and checks it.
func (s *Store) blob(q querier, hash string) ([]byte, error) {
	data, err := s.readBlob(q, hash)
	if sum := sha256.Sum256(data); err == nil && hex.EncodeToString(sum[:]) != hash {
		return nil, errBlob
	}
	return data, err
}

// keepBlob writes a file that is named by its hash, and syncs it and its directory.
func (s *sqlite) keepBlob(_ querier, hash string, data []byte) error {
	if had, err := s.readBlob(nil, hash); err != nil || !bytes.Equal(had, data) {
		temp := s.blobPath(hash) + ".tmp"
		if err := writeSynced(temp, data); err != nil {
			os.Remove(temp)
			return err
		}
		if err := os.Rename(temp, s.blobPath(hash)); err != nil {
			return err
		}
	}
	return syncDir(s.blobPath("")) // one that is there may be what a kill left before this
}

func (s *sqlite) readBlob(_ querier, hash string) ([]byte, error) {
	data, err := os.ReadFile(s.blobPath(hash))
	if errors.Is(err, fs.ErrNotExist) {
		err = errBlob
	}
	return data, err
}

func writeSynced(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

// syncDir makes a directory's names durable. Where a system can't sync directories it says so by an
// error of the path, which is none of ours.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil
}

// syncAbove makes the name of a directory durable, and the names of those above it: any of them may
// have been made just now. One that may not be read was not.
func syncAbove(dir string) error {
	dir, err := filepath.Abs(dir)
	for err == nil && filepath.Dir(dir) != dir {
		dir = filepath.Dir(dir)
		if err = syncDir(dir); errors.Is(err, fs.ErrPermission) {
			err = nil
		}
	}
	return err
}

// unusedBlobs lists the large files that belong to no row.
func (s *sqlite) unusedBlobs(tx *Tx) (unused []string, err error) {
	entries, err := os.ReadDir(s.blobPath(""))
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		var n int
		if err := tx.one("SELECT COUNT(*) FROM blobs WHERE hash = ?", []any{e.Name()}, &n); err != nil {
			return nil, err
		}
		if n == 0 {
			unused = append(unused, e.Name())
		}
	}
	return unused, nil
}

func (s *sqlite) dropBlobs(tx *Tx) error {
	unused, err := s.unusedBlobs(tx)
	tx.after = append(tx.after, func() {
		for _, hash := range unused {
			os.Remove(s.blobPath(hash)) // it is only disk: the next time tries again
		}
	})
	return err
}
