//go:build !unix

package pgtest

import (
	"os"
	"syscall"
)

// The tests that need PostgreSQL are skipped on this system.

func binaries() string { return "" }

func attributes() *syscall.SysProcAttr { return nil }

func own(string) error { return nil }

func kill(p *os.Process) { p.Kill() }
