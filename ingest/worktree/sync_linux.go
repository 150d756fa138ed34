package worktree

import (
	"os"

	"golang.org/x/sys/unix"
)

// syncDisk makes durable what was written to the file system of a directory.
func syncDisk(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return unix.Syncfs(int(d.Fd()))
}
