// Package git runs the git command, and is the only package that does.
//
// Every run is hardened, so that it means the same wherever balie is started:
//   - of the caller's GIT_* variables it gets only those that say where git's own programs and the
//     user's settings are, so that a GIT_DIR left over from a hook can't lead it elsewhere;
//   - it speaks English (LC_ALL=C), never prompts, pages or colours, and takes no optional locks;
//   - it runs none of the repository's hooks and no file system monitor;
//   - a path is a path: no pattern, no magic;
//   - the bytes of the objects and refs that it writes are synced before they get their names.
//
// On Unix it runs in a process group of its own, so that an interrupt typed at the terminal reaches
// balie alone, which ends its work in order. What git says when it fails becomes one sentence in an
// Error; the failures that callers tell apart are sentinels.
//
// Git 2.31 or later is needed.
package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// Reasons why git can't be used at all.
var (
	ErrNoGit         = errors.New("git 2.31 or later was not found")
	ErrNotRepository = errors.New("no git repository")
	ErrUnsafe        = errors.New("git does not trust the repository, because somebody else owns it")
)

// Git runs git in one directory.
type Git struct {
	Dir string
	Env []string // added to the environment: NAME=value
}

// Error is a run of git that failed.
type Error struct {
	Verb string // git's command, such as log
	Code int    // git's exit status, -1 when a signal ended it
	Text string // what git wrote to standard error
	kind error  // the sentinel, or nil
}

// Error returns one sentence: the command and what went wrong.
func (e *Error) Error() string {
	if e.kind != nil {
		return e.kind.Error()
	}
	return "git " + e.Verb + ": " + firstSentence(e.Text, e.Code)
}

// Unwrap returns the sentinel, or nil.
func (e *Error) Unwrap() error { return e.kind }

// Output runs git and returns what it printed.
func (g Git) Output(ctx context.Context, args ...string) ([]byte, error) {
	return g.Feed(ctx, nil, args...)
}

// Feed runs git with an input and returns what it printed.
func (g Git) Feed(ctx context.Context, in io.Reader, args ...string) ([]byte, error) {
	var out, stderr bytes.Buffer
	cmd := g.command(ctx, args)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, &out, &stderr
	if err := g.explain(ctx, cmd.Run(), args, stderr.String()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func (g Git) command(ctx context.Context, args []string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "git", append(slices.Clone(globalOptions), args...)...)
	cmd.Dir = g.Dir
	cmd.Env = append(environ(os.Environ()), g.Env...)
	cmd.Cancel = func() error { return terminate(cmd.Process) } // so that git removes its lock files
	cmd.WaitDelay = 5 * time.Second
	setProcessGroup(cmd)
	return cmd
}

// globalOptions stand before every command.
var globalOptions = []string{
	"--no-pager", "--no-optional-locks", "--literal-pathspecs",
	"-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "color.ui=false", "-c", "log.showSignature=false", "-c", "log.showRoot=true",
	"-c", "log.follow=false", "-c", "core.fsync=committed,reference",
}

// keptVariables say where git and the user's settings are, and how git reaches a remote. None leads
// to another repository.
var keptVariables = []string{"GIT_EXEC_PATH", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_SSH", "GIT_SSH_COMMAND"}

// environ returns the caller's environment without what would redirect git or change its language.
func environ(caller []string) []string {
	env := slices.DeleteFunc(caller, func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return strings.HasPrefix(name, "GIT_") && !slices.Contains(keptVariables, name) || name == "LC_ALL" || name == "LANGUAGE"
	})
	return append(env, "LC_ALL=C", "GIT_TERMINAL_PROMPT=0")
}

// explain turns the error of a run into an Error or a sentinel. It returns nil for nil.
func (g Git) explain(ctx context.Context, err error, args []string, stderr string) error {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("git %s: %w", verb(args), context.Cause(ctx))
	case errors.Is(err, exec.ErrNotFound):
		return ErrNoGit
	case errors.As(err, &exit):
		return &Error{Verb: verb(args), Code: exit.ExitCode(), Text: stderr, kind: g.kind(stderr)}
	}
	return fmt.Errorf("run git %s: %w", verb(args), err)
}

func (g Git) kind(stderr string) error {
	switch {
	case strings.Contains(stderr, "dubious ownership"), strings.Contains(stderr, "unsafe repository"):
		return fmt.Errorf("%s: %w; if you trust it: git config --global --add safe.directory %s", g.Dir, ErrUnsafe, g.Dir)
	case strings.Contains(stderr, "not a git repository"):
		return fmt.Errorf("%s: %w", g.Dir, ErrNotRepository)
	}
	return nil
}

// verb returns git's command: the first argument that is neither an option nor an option's value.
func verb(args []string) string {
	for i := 0; i < len(args); i++ {
		if args[i] == "-c" {
			i++
		} else if !strings.HasPrefix(args[i], "-") {
			return args[i]
		}
	}
	return ""
}

// firstSentence returns the first line in which git names an error, without its prefix.
func firstSentence(stderr string, code int) string {
	for _, prefix := range []string{"fatal: ", "error: ", "warning: "} {
		for line := range strings.Lines(stderr) {
			if rest, ok := strings.CutPrefix(strings.TrimSpace(line), prefix); ok {
				return rest
			}
		}
	}
	if line, _, _ := strings.Cut(strings.TrimSpace(stderr), "\n"); line != "" {
		return line
	}
	return fmt.Sprintf("ended with status %d", code)
}
