package git

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os/exec"
)

// Process is a git that runs on and answers questions.
type Process struct {
	In  io.WriteCloser // most of git's commands end when it is closed
	Out *bufio.Reader

	ctx    context.Context
	git    Git
	args   []string
	cmd    *exec.Cmd
	stderr boundedBuffer
}

// boundedBuffer keeps the beginning of what is written to it. A process that runs for months must
// not fill the memory with warnings.
type boundedBuffer struct{ bytes.Buffer }

const maxBuffer = 16 << 10

func (b *boundedBuffer) Write(p []byte) (int, error) {
	b.Buffer.Write(p[:min(len(p), max(0, maxBuffer-b.Len()))])
	return len(p), nil
}

// Start starts git. When ctx ends, so does the process. Wait must be called in the end.
func (g Git) Start(ctx context.Context, args ...string) (*Process, error) {
	p := &Process{ctx: ctx, git: g, args: args, cmd: g.command(ctx, args)}
	p.cmd.Stderr = &p.stderr
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

// Wait closes In, waits for the process to end and returns its error. What is left of Out is lost.
func (p *Process) Wait() error {
	p.In.Close()
	return p.git.explain(p.ctx, p.cmd.Wait(), p.args, p.stderr.String())
}
