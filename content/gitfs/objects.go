package gitfs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"

	"balie/content/gitfs/git"
)

var (
	errMissing = errors.New("no such object")
	errClosed  = errors.New("the repository was closed")
)

// object is a git object as cat-file prints it.
type object struct {
	id   string
	kind string // blob, tree, commit, tag
	data []byte
}

// objects reads objects through one `git cat-file --batch` process, which stays for the next
// question. Starting one for each object would cost a thousand times the reading.
type objects struct {
	ctx context.Context // ends with close
	end context.CancelFunc
	git git.Git

	mu      sync.Mutex   // held from a question to its answer
	process *git.Process // nil until the first question, and after it failed
}

func newObjects(ctx context.Context, g git.Git) *objects {
	o := &objects{git: g}
	o.ctx, o.end = context.WithCancel(ctx)
	return o
}

// close ends the process and waits for it.
func (o *objects) close() {
	o.end()
	o.mu.Lock()
	defer o.mu.Unlock()
	o.stop()
}

func (o *objects) stop() {
	if o.process != nil {
		o.process.Wait()
		o.process = nil
	}
}

// read returns an object by its name.
func (o *objects) read(ctx context.Context, name string) (object, error) {
	found, err := o.readAll(ctx, []string{name})
	if err != nil {
		return object{}, err
	}
	return found[0], nil
}

// readAll returns objects by their names, at most a hundred, since all names must fit in a pipe.
// A process that somebody killed is replaced once.
func (o *objects) readAll(ctx context.Context, names []string) ([]object, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	found, err := o.ask(ctx, names)
	if err != nil && !errors.Is(err, errMissing) {
		found, err = o.ask(ctx, names)
	}
	if err != nil {
		return nil, fmt.Errorf("read object: %w", err)
	}
	return found, nil
}

func (o *objects) ask(ctx context.Context, names []string) ([]object, error) {
	if o.ctx.Err() != nil {
		return nil, errClosed
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err := o.start(); err != nil {
		return nil, err
	}
	found, err := exchange(o.process, names)
	if err != nil && !errors.Is(err, errMissing) {
		o.stop()
	}
	return found, err
}

func (o *objects) start() (err error) {
	if o.process == nil {
		o.process, err = o.git.Start(o.ctx, "cat-file", "--batch")
	}
	return err
}

// exchange writes objects' names to the process and reads all the answers. A missing object is an
// error only after the last answer, so that the process can be asked again.
func exchange(p *git.Process, names []string) ([]object, error) {
	if _, err := io.WriteString(p.In, strings.Join(names, "\n")+"\n"); err != nil {
		return nil, err
	}
	var missing error
	found := make([]object, len(names))
	for i, name := range names {
		var err error
		found[i], err = readObject(p)
		if errors.Is(err, errMissing) {
			missing = fmt.Errorf("%s: %w", name, err)
		} else if err != nil {
			return nil, err
		}
	}
	return found, missing
}

// readObject reads `<id> <kind> <size>` and the content, or `<name> missing`.
func readObject(p *git.Process) (object, error) {
	head, err := p.Out.ReadString('\n')
	if err != nil {
		return object{}, err
	}
	words := strings.Split(strings.TrimSuffix(head, "\n"), " ")
	if len(words) != 3 {
		return object{}, errMissing
	}
	size, err := strconv.Atoi(words[2])
	if err != nil {
		return object{}, errMissing
	}
	o := object{id: words[0], kind: words[1], data: make([]byte, size)}
	if _, err := io.ReadFull(p.Out, o.data); err != nil {
		return object{}, err
	}
	_, err = p.Out.Discard(1) // the line end after the content
	return o, err
}
