//go:build unix

package git

import (
	"os"
	"os/exec"
	"syscall"
)

func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func end(p *os.Process) error { return p.Signal(syscall.SIGTERM) }
