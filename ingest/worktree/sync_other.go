//go:build !unix

package worktree

// syncDisk does nothing: git syncs its files, and names can't be synced here.
func syncDisk(string) error { return nil }
