package store

import (
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

func (s *Store) blobPath(hash string) string { return filepath.Join(s.dir, "files", hash) }

// keepBlob writes a file that is named by its hash, and syncs it and its directory.
func (s *Store) keepBlob(data []byte) (hash string, err error) {
	sum := sha256.Sum256(data)
	hash = hex.EncodeToString(sum[:])
	if _, err := s.blob(hash); err == nil {
		return hash, nil
	}
	temp := s.blobPath(hash) + ".tmp"
	if err := writeSynced(temp, data); err != nil {
		os.Remove(temp)
		return "", fmt.Errorf("%w: %w", ErrNotKept, err)
	}
	if err := errors.Join(os.Rename(temp, s.blobPath(hash)), syncDir(filepath.Dir(temp))); err != nil {
		return "", fmt.Errorf("%w: %w", ErrNotKept, err)
	}
	return hash, nil
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

// blob reads a large file.
func (s *Store) blob(hash string) ([]byte, error) {
	data, err := os.ReadFile(s.blobPath(hash))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errBlob
	}
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != hash {
		return nil, errBlob
	}
	return data, nil
}
