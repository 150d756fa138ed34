package load

import (
	"io/fs"
	"iter"

	"balie/content"
)

// fileReader reads files of which each stands for itself: where one has an error, an older version
// of it is shown.
type fileReader struct {
	*reading
	lister
	versions func(file string) iter.Seq[Version] // nil where there is no history
	shown    []Older                             // files that are shown in an older version
	broken   []string                            // files with an error
}

func (l *Loaded) files(fsys fs.FS, r *reading) fileReader {
	return fileReader{reading: r, lister: lister{fsys: fsys}, versions: l.history.Versions}
}

// readShown reads a file as it is written now, and as it is to be shown: the same where it has no
// error, else the newest older version without one, else zero. Only what is wrong with the file as
// it is written is kept as a problem.
func readShown[T any](r *fileReader, file string, read func(file string) T) (written, shown T) {
	before := len(r.problems)
	written = read(file)
	if !content.HasErrors(r.problems[before:]) {
		return written, written
	}
	r.broken = append(r.broken, file)
	if r.versions == nil {
		return written, shown
	}
	problems := r.problems
	defer func() { r.older, r.problems = nil, problems }()
	for v := range r.versions(file) {
		if v.Data == nil { // it was not there
			continue
		}
		r.older, r.problems = v.Data, nil
		if got := read(file); !content.HasErrors(r.problems) {
			r.shown = append(r.shown, Older{file, v.Commit, v.At})
			return written, got
		}
	}
	return written, shown
}
