//go:build unix

package pgtest

import (
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
)

// attributes are those of PostgreSQL's processes: a group of their own, and not root.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Credential: owner()}
}

// own gives a directory to whom the server runs as.
func own(dir string) error {
	id := owner()
	if id == nil {
		return nil
	}
	return os.Chown(dir, int(id.Uid), int(id.Gid))
}

// kill ends a process and its group.
func kill(p *os.Process) { syscall.Kill(-p.Pid, syscall.SIGKILL) }

// owner is whom the server runs as where the tests run as root; nil: as the tests.
func owner() *syscall.Credential {
	if os.Getuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil
	}
	uid, _ := strconv.ParseUint(u.Uid, 10, 32)
	gid, _ := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

// binaries finds the directory of PostgreSQL's programs, "" where there is none.
func binaries() string {
	all, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	slices.Sort(all)
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			all = append(all, filepath.Dir(path))
		}
	}
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}
