package main

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// disk is a directory as its file system was told to make it. What was not synced does not outlive a
// power loss: a file has the bytes of its last sync, and a directory the names of its own.
type disk struct {
	dir string // its path
	top *inode
}

// inode is a directory or a file.
type inode struct {
	names, syncedNames map[string]*inode // of a directory; nil: it is a file
	data, syncedData   []byte            // of a file
}

func newDirectory() *inode {
	return &inode{names: map[string]*inode{}, syncedNames: map[string]*inode{}}
}

// readDisk reads a directory, all of which is synced.
func readDisk(dir string) (*disk, error) {
	d := &disk{dir, newDirectory()}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		node := newDirectory()
		if !e.IsDir() {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			node = &inode{data: data}
		}
		parent, name := d.parent(path)
		parent.names[name] = node
		return nil
	})
	d.top.syncAll()
	return d, err
}

// has reports whether a path is in the directory.
func (d *disk) has(path string) bool { return path == d.dir || strings.HasPrefix(path, d.dir+"/") }

// at returns what is at a path, or nil.
func (d *disk) at(path string) *inode {
	node := d.top
	for name := range strings.SplitSeq(strings.TrimPrefix(path[len(d.dir):], "/"), "/") {
		if node != nil && name != "" {
			node = node.names[name]
		}
	}
	return node
}

// parent returns the directory that a path is in, and the path's last name.
func (d *disk) parent(path string) (*inode, string) {
	return d.at(filepath.Dir(path)), filepath.Base(path)
}

// link gives a node the name at a path, and unlink takes the name away.
func (d *disk) link(node *inode, path string) {
	parent, name := d.parent(path)
	parent.names[name] = node
}

func (d *disk) unlink(path string) {
	parent, name := d.parent(path)
	delete(parent.names, name)
}

// sync makes what a node has durable: the bytes of a file, or the names of a directory.
func (n *inode) sync() {
	n.syncedData, n.syncedNames = slices.Clone(n.data), maps.Clone(n.names)
}

func (n *inode) syncAll() {
	n.sync()
	for _, child := range n.names {
		child.syncAll()
	}
}

func (n *inode) writeAt(data []byte, at int) {
	n.truncate(max(len(n.data), at+len(data)))
	copy(n.data[at:], data)
}

func (n *inode) truncate(size int) {
	if size <= len(n.data) {
		n.data = n.data[:size]
		return
	}
	n.data = append(n.data, make([]byte, size-len(n.data))...)
}

// losePower writes what outlives a power loss to another directory. Where the file system's journal
// kept the names, so do those that were not synced; their files' bytes do not.
func (d *disk) losePower(to string, journal bool) error { return d.top.writeSurvivors(to, journal) }

func (n *inode) writeSurvivors(to string, journal bool) error {
	if n.names == nil {
		return os.WriteFile(to, n.syncedData, 0o666)
	}
	if err := os.Mkdir(to, 0o777); err != nil {
		return err
	}
	names := n.syncedNames
	if journal {
		names = n.names
	}
	for name, child := range names {
		if err := child.writeSurvivors(filepath.Join(to, name), journal); err != nil {
			return err
		}
	}
	return nil
}

// apply carries out a system call that succeeded. It returns an error for one that changes the
// directory in a way that it does not know.
func (d *disk) apply(c *call) error {
	for _, path := range c.paths {
		if !d.has(path) {
			return nil
		}
	}
	switch c.name {
	case "openat", "open", "creat":
		d.open(c)
	case "mkdir", "mkdirat":
		d.link(newDirectory(), c.paths[0])
	case "rename", "renameat", "renameat2":
		node := d.at(c.paths[0])
		d.unlink(c.paths[0])
		d.link(node, c.paths[1])
	case "link", "linkat":
		d.link(d.at(c.paths[0]), c.paths[1])
	case "unlink", "unlinkat", "rmdir":
		d.unlink(c.paths[0])
	case "syncfs":
		d.top.syncAll()
	default:
		return d.change(c)
	}
	return nil
}

func (d *disk) open(c *call) {
	path := c.paths[0]
	if d.at(path) == nil {
		d.link(&inode{}, path)
	}
	if c.flag("O_TRUNC") {
		d.at(path).truncate(0)
	}
}

// change carries out what is done to an open file.
func (d *disk) change(c *call) error {
	node := d.at(c.paths[0])
	if node == nil {
		return fmt.Errorf("nothing is at %s: %s", c.paths[0], c.text)
	}
	switch c.name {
	case "write", "pwrite64":
		if c.at < 0 { // where appended is written to
			c.at = len(node.data)
		}
		node.writeAt(c.data, c.at)
	case "ftruncate":
		node.truncate(c.at)
	case "fsync", "fdatasync":
		node.sync()
	default:
		return fmt.Errorf("no power loss is known of %s", c.text)
	}
	return nil
}
