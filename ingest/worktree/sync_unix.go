//go:build unix && !linux

package worktree

import "golang.org/x/sys/unix"

// syncDisk has what was written to all file systems written to the disk. Some systems return before
// that has ended.
func syncDisk(string) error { return unix.Sync() }
