package gitfs

// A round trip to git costs several times what reading a small file does, and who reads one file
// mostly goes on to those beside it. So a read brings the small files around it in the listing
// along. Without it, loading 10,000 incidents from a commit takes a third more processor time and
// half as long again.

const (
	aheadFiles = 64       // read at once
	aheadKept  = 1024     // files that wait to be asked for
	aheadSize  = 32 << 10 // bytes: a larger file is read when it is asked for
)

// blob returns the content of an entry. The bytes are the caller's.
func (f *FS) blob(e entry) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if data, ok := f.ahead[e.path]; ok {
		delete(f.ahead, e.path)
		return data, nil
	}
	batch := f.neighbours(e)
	ids := make([]string, len(batch))
	for i, b := range batch {
		ids[i] = b.id
	}
	found, err := f.repo.objects.readAll(f.repo.objects.ctx, ids)
	if err != nil { // of whichever file
		found, err = f.repo.objects.readAll(f.repo.objects.ctx, ids[:1])
	}
	if err != nil {
		return nil, pathError("read", e.path, err)
	}
	if f.ahead == nil || len(f.ahead) > aheadKept {
		f.ahead = map[string][]byte{}
	}
	for i, o := range found[1:] {
		f.ahead[batch[i+1].path] = o.data
	}
	return found[0].data, nil
}

// neighbours returns an entry, and the small files around it in the listing.
func (f *FS) neighbours(e entry) []entry {
	batch := []entry{e}
	start := f.list.from(e.path) / aheadFiles * aheadFiles
	for _, other := range f.list[start:min(len(f.list), start+aheadFiles)] {
		if other.path != e.path && other.size >= 0 && other.size <= aheadSize {
			batch = append(batch, other)
		}
	}
	return batch
}
