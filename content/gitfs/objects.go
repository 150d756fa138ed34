package gitfs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"balie/content/gitfs/git"
)

// Objects are read by `git cat-file --batch` processes that stay: a process started for each object would cost a thousand times the reading.
// One process answers one question at a time; there are at most four, each started when all others are busy.

var (
	errMissing = errors.New("no such object")
	errClosed  = errors.New("the repository was closed")
)

// object is an answer.
type object struct {
	id   string
	kind string // blob, tree, commit, tag
	data []byte
}

// process is one of the pool; broken is closed when it is of no use any more.
type process struct {
	*git.Process
	broken chan struct{}
}

// objects is the pool.
type objects struct {
	ctx  context.Context
	end  context.CancelFunc
	git  git.Git
	idle chan *process
	more chan struct{} // a place for each process that may still be started
	all  sync.WaitGroup
}

func newObjects(ctx context.Context, g git.Git) *objects {
	most := min(4, runtime.GOMAXPROCS(0))
	o := &objects{git: g, idle: make(chan *process, most), more: make(chan struct{}, most)}
	o.ctx, o.end = context.WithCancel(ctx)
	for range most {
		o.more <- struct{}{}
	}
	return o
}

// close ends the processes and waits for them.
func (o *objects) close() {
	o.end()
	o.all.Wait()
}

// read returns an object by its name.
func (o *objects) read(ctx context.Context, name string) (object, error) {
	found, err := o.readAll(ctx, []string{name})
	if err != nil {
		return object{}, err
	}
	return found[0], nil
}

// readAll returns objects by their names, at most a hundred: all their names must fit in a pipe. A process that somebody killed is replaced once.
func (o *objects) readAll(ctx context.Context, names []string) ([]object, error) {
	found, err := o.try(ctx, names)
	if err != nil && !errors.Is(err, errMissing) && o.ctx.Err() == nil && ctx.Err() == nil {
		found, err = o.try(ctx, names)
	}
	if err != nil {
		return nil, fmt.Errorf("read object: %w", err)
	}
	return found, nil
}

func (o *objects) try(ctx context.Context, names []string) ([]object, error) {
	p, err := o.take(ctx)
	if err != nil {
		return nil, err
	}
	found, err := ask(p, names)
	if err != nil && !errors.Is(err, errMissing) {
		close(p.broken)
		o.more <- struct{}{}
		return nil, err
	}
	o.idle <- p
	return found, err
}

// take returns a process that has nothing to do: an old one before a new one.
func (o *objects) take(ctx context.Context) (*process, error) {
	if o.ctx.Err() != nil {
		return nil, errClosed
	}
	select {
	case p := <-o.idle:
		return p, nil
	default:
	}
	select {
	case p := <-o.idle:
		return p, nil
	case <-o.more:
		return o.start()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case <-o.ctx.Done():
		return nil, errClosed
	}
}

func (o *objects) start() (*process, error) {
	started, err := o.git.Start(o.ctx, "cat-file", "--batch")
	if err != nil {
		o.more <- struct{}{}
		return nil, err
	}
	p := &process{started, make(chan struct{})}
	o.all.Go(func() {
		select {
		case <-o.ctx.Done():
		case <-p.broken:
		}
		p.Wait()
	})
	return p, nil
}

// ask writes objects' names and reads all the answers. One that is missing is an error, after all were read.
func ask(p *process, names []string) ([]object, error) {
	if _, err := io.WriteString(p.In, strings.Join(names, "\n")+"\n"); err != nil {
		return nil, err
	}
	var missing error
	found := make([]object, len(names))
	for i, name := range names {
		var err error
		found[i], err = answer(p)
		if errors.Is(err, errMissing) {
			missing = fmt.Errorf("%s: %w", name, err)
		} else if err != nil {
			return nil, err
		}
	}
	return found, missing
}

// answer reads `<id> <kind> <size>` and the content, or `<name> missing`.
func answer(p *process) (object, error) {
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
