//go:build !unix

package git

import (
	"os"
	"os/exec"
)

func ownGroup(*exec.Cmd) {}

func end(p *os.Process) error { return p.Kill() }
