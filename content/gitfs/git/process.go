package git

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os/exec"
)

// Process is a git that goes on running and is talked to.
type Process struct {
	In  io.WriteCloser // closing it asks most of git's commands to end
	Out *bufio.Reader

	ctx  context.Context
	git  Git
	args []string
	cmd  *exec.Cmd
	said start
}

// start keeps the beginning of what a process says: one that runs for months must not fill the memory with warnings.
type start struct{ bytes.Buffer }

const startMost = 16 << 10

func (s *start) Write(p []byte) (int, error) {
	s.Buffer.Write(p[:min(len(p), max(0, startMost-s.Len()))])
	return len(p), nil
}

// Start starts git; Wait must be called in the end. When ctx ends, so does the process.
func (g Git) Start(ctx context.Context, args ...string) (*Process, error) {
	p := &Process{ctx: ctx, git: g, args: args, cmd: g.command(ctx, args)}
	p.cmd.Stderr = &p.said
	in, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, g.explain(ctx, err, args, "")
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, g.explain(ctx, err, args, "")
	}
	p.In, p.Out = in, bufio.NewReaderSize(out, 64<<10)
	return p, g.explain(ctx, p.cmd.Start(), args, "")
}

// PID is the process's number.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Wait closes In, waits for the end, and says how it went. All of Out must have been read, or be of no interest any more.
func (p *Process) Wait() error {
	p.In.Close()
	return p.git.explain(p.ctx, p.cmd.Wait(), p.args, p.said.String())
}
