package gitfs

import "sync"

// Who reads one file of a listing mostly goes on to its neighbours. Asking git for one object at a time costs a round trip between two processes, several
// times what the reading costs; so the second file that is read of a run of 64 brings the rest of the run along. What was brought is kept until it is taken,
// and of a few runs only. A single read brings nothing.

const (
	runLength = 64
	runsKept  = 32
	aheadMost = 32 << 10 // bytes: larger files are read when they are asked for
)

// ahead holds what was read before it was asked for.
type ahead struct {
	mu   sync.Mutex
	runs map[int]*run
	full []int // the runs that hold something, oldest first
}

// run is a stretch of the listing. Its first read only makes it known.
type run struct {
	begun bool
	ready chan struct{}     // closed when it has been read
	data  [runLength][]byte // nil where it was taken, or could not be read
}

// blob returns the content of an entry.
func (f *FS) blob(e entry) ([]byte, error) {
	data, err := f.fetch(e)
	if err != nil {
		return nil, pathError("read", e.path, err)
	}
	return data, nil
}

func (f *FS) fetch(e entry) ([]byte, error) {
	if !soon(e) {
		return f.alone(e)
	}
	i := f.list.from(e.path)
	r := f.ahead.run(i / runLength)
	if r == nil {
		return f.alone(e)
	}
	f.fill(r, i/runLength)
	if data := f.ahead.take(r, i%runLength); data != nil {
		return data, nil
	}
	return f.alone(e)
}

func (f *FS) alone(e entry) ([]byte, error) {
	o, err := f.repo.objects.read(f.repo.objects.ctx, e.id)
	return o.data, err
}

// soon reports whether an entry is worth bringing along.
func soon(e entry) bool { return e.size > 0 && e.size <= aheadMost }

// fill reads a run, or waits for who does.
func (f *FS) fill(r *run, n int) {
	f.ahead.mu.Lock()
	begun := r.begun
	r.begun = true
	f.ahead.mu.Unlock()
	if begun {
		<-r.ready
		return
	}
	defer close(r.ready)
	part := f.list[n*runLength : min(len(f.list), (n+1)*runLength)]
	var ids []string
	var places []int
	for i, e := range part {
		if soon(e) {
			ids, places = append(ids, e.id), append(places, i)
		}
	}
	found, _ := f.repo.objects.readAll(f.repo.objects.ctx, ids) // what is wrong is said of the file that is asked for
	for i, o := range found {
		r.data[places[i]] = o.data
	}
}

// run returns the nth run, or nil where nobody read of it before.
func (a *ahead) run(n int) *run {
	a.mu.Lock()
	defer a.mu.Unlock()
	r, known := a.runs[n]
	if !known {
		if a.runs == nil {
			a.runs = map[int]*run{}
		}
		a.runs[n] = nil
		return nil
	}
	if r == nil {
		r = &run{ready: make(chan struct{})}
		a.runs[n] = r
		a.keep(n)
	}
	return r
}

// keep drops the oldest run where there are too many.
func (a *ahead) keep(n int) {
	if a.full = append(a.full, n); len(a.full) > runsKept {
		delete(a.runs, a.full[0])
		a.full = a.full[1:]
	}
}

// take hands out what a run holds, once: the bytes are the caller's.
func (a *ahead) take(r *run, i int) []byte {
	a.mu.Lock()
	defer a.mu.Unlock()
	data := r.data[i]
	r.data[i] = nil
	return data
}
