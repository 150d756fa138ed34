// Package lost finds what the intake wrote and a rewritten history no longer has.
//
//	the tip last read ─┐
//	                   ├─► Find ─► pieces to file again, numbers that were given, files of staff
//	the reading now  ──┘
//
// It is for a branch whose new tip does not descend from the tip that was read last: a force push,
// a rewind, or commits that were made again on top of others.
//
// # What is lost
//
// An event is ours where it has an id. It is lost where the reading has that id nowhere, and no
// ordinary commit took it out: it came after the two histories parted, and no commit of the new one
// has removed its file since. A Piece is
// what one commit files again, with the same bytes and paths. Where the case itself is gone, or
// another case has its directory, a piece is the whole directory, with what staff wrote into it;
// else it is the events of one id and their attachments.
//
// The numbers of erased.txt are left out. While that file can't be read nobody knows which they are,
// and Find returns ErrErased.
//
// # Refs
//
// Kept is on the tip last read, so that git keeps its objects. Each rewriting by which something was
// lost leaves a ref below Refs on the old tip.
package lost

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"balie/content"
	"balie/content/gitfs"
	"balie/content/load"
	"balie/content/repository"
	"balie/ingest/commit"
)

// ErrErased says that erased.txt can't be read.
var ErrErased = errors.New("erased.txt can't be read, so nothing is filed again")

// Found is what a reading lacks of an older commit.
type Found struct {
	Pieces  []Piece  // by the time of their first events
	Numbers []string // of all tickets that are gone, those in erased.txt too
	Staff   []string // paths of files that are gone and in no piece; events by rule left out
}

// Piece is what one commit files again.
type Piece struct {
	ID     string    // of its first event with an id
	Dir    string    // of its case
	Token  string    // of the follow page, where it is a whole ticket; else ""
	At     time.Time // of its newest event with an id
	Change commit.Change
}

// Split parts the pieces into those with an event since an instant, and the others.
func (f Found) Split(since time.Time) (newer, older []Piece) {
	for _, p := range f.Pieces {
		if p.At.Before(since) {
			older = append(older, p)
		} else {
			newer = append(newer, p)
		}
	}
	return newer, older
}

// finder compares a commit with a reading.
type finder struct {
	before  fs.FS
	now     *repository.Reading
	ids     map[content.Hex]bool     // that the reading has
	added   map[string]bool          // paths that the old history changed since the two parted
	touched map[string]gitfs.Changed // and those that the new one changed
	found   Found
	filed   map[string]bool // paths of pieces, and of events by rule
}

// Find returns what a reading lacks of a commit. It reads what differs between the two.
func Find(ctx context.Context, repo *gitfs.Repo, old gitfs.Revision, now *repository.Reading) (Found, error) {
	if !canReadErased(now) {
		return Found{}, ErrErased
	}
	paths, err := repo.Diff(ctx, old, gitfs.Revision(now.Revision))
	if err != nil {
		return Found{}, err
	}
	before, err := repo.At(ctx, old)
	if err != nil {
		return Found{}, err
	}
	f := &finder{before: before, now: now, ids: idsOf(now.Tree), added: map[string]bool{}, filed: map[string]bool{}}
	if err := f.readHistory(ctx, repo, old); err != nil {
		return Found{}, err
	}
	paths = slices.DeleteFunc(paths, func(p string) bool { return !f.isDropped(p) })
	var cases []string
	for _, p := range paths {
		if dir := CaseOf(p); dir != "" {
			cases = append(cases, dir)
		}
	}
	slices.Sort(cases)
	for _, dir := range slices.Compact(cases) {
		if err := f.compareCase(dir); err != nil {
			return Found{}, fmt.Errorf("read what was lost of %s: %w", dir, err)
		}
	}
	for _, p := range paths {
		if !isFile(now.Files, p) && !f.filed[p] {
			f.found.Staff = append(f.found.Staff, p)
		}
	}
	slices.SortStableFunc(f.found.Pieces, func(a, b Piece) int { return cmp.Or(a.Change.At.Compare(b.Change.At), strings.Compare(a.Dir, b.Dir)) })
	return f.found, nil
}

// readHistory reads what both histories changed since they parted.
func (f *finder) readHistory(ctx context.Context, repo *gitfs.Repo, old gitfs.Revision) error {
	now := gitfs.Revision(f.now.Revision)
	base, err := repo.MergeBase(ctx, old, now)
	if err != nil {
		return err
	}
	added, err := repo.Diff(ctx, base, old)
	if err != nil {
		return err
	}
	for _, p := range added {
		f.added[p] = true
	}
	f.touched, err = repo.History(ctx, now, base)
	return err
}

// isDropped reports whether a file of the old history is not in the new one as it was, and no
// ordinary commit did that.
func (f *finder) isDropped(p string) bool {
	return isFile(f.before, p) && f.added[p] && !f.isRemoved(p)
}

// isRemoved reports whether a commit of the new history took a file out.
func (f *finder) isRemoved(p string) bool {
	_, touched := f.touched[p]
	return touched && !isFile(f.now.Files, p)
}

// canReadErased reports whether the numbers of erased.txt are known.
func canReadErased(now *repository.Reading) bool {
	return !slices.ContainsFunc(now.Loaded.Problems(), func(p content.Problem) bool {
		return p.File == "erased.txt" && p.Code != content.CodeNumber
	})
}

// idsOf returns the ids of a tree's events.
func idsOf(tree *content.Tree) map[content.Hex]bool {
	ids := map[content.Hex]bool{}
	addIDs := func(events []*content.Event) {
		for _, e := range events {
			ids[e.Data().ID] = true
		}
	}
	for _, t := range tree.Tickets {
		addIDs(t.Events)
	}
	for _, i := range tree.Incidents {
		addIDs(i.Events)
	}
	for _, m := range tree.Maintenance {
		addIDs(m.Events)
	}
	delete(ids, "")
	return ids
}

// IDs returns the ids of the events that a reading has.
func IDs(now *repository.Reading) map[content.Hex]bool { return idsOf(now.Tree) }

// compareCase adds what is lost of one case.
func (f *finder) compareCase(dir string) error {
	record := load.ReadCase(f.before, dir, f.now.Tree.Zone)
	there := load.ReadCase(f.now.Files, dir, f.now.Tree.Zone) // also where the case does not read
	for _, e := range there.Events() {
		f.ids[e.Data().ID] = true
	}
	delete(f.ids, "")
	own := dir + "/" + RecordFile(dir)
	gone := !isFile(f.now.Files, own) || !f.isSame(dir, record, there)
	number := path.Base(dir)
	if strings.HasPrefix(dir, "tickets/") {
		if gone {
			f.found.Numbers = append(f.found.Numbers, number)
		}
		if slices.Contains(f.now.Tree.Erased, number) {
			return f.leaveOut(dir)
		}
	}
	var lost []*content.Event
	for _, e := range record.Events() {
		switch {
		case e.Data().ID != "" && !f.ids[e.Data().ID] && f.isDropped(e.Path):
			lost = append(lost, e)
		case e.Data().ID == "" && e.Author == content.Balie:
			f.filed[e.Path] = true // it falls due again
		}
	}
	switch {
	case len(lost) == 0:
		return nil
	case gone && !f.isRemoved(own):
		return f.addWhole(dir, record, lost)
	case gone && !strings.HasPrefix(dir, "tickets/"):
		return nil // a person took the incident out
	}
	return f.addEvents(dir, lost)
}

// isSame reports whether a directory has the same case as before: its own file is the same or has
// the same follow token, or one of its events is there. Else somebody else took the directory.
func (f *finder) isSame(dir string, before, now load.Record) bool {
	was, err1 := fs.ReadFile(f.before, dir+"/"+RecordFile(dir))
	is, err2 := fs.ReadFile(f.now.Files, dir+"/"+RecordFile(dir))
	if err1 == nil && err2 == nil && bytes.Equal(was, is) {
		return true
	}
	if before.Ticket != nil && now.Ticket != nil && before.Ticket.Follow != "" && before.Ticket.Follow == now.Ticket.Follow {
		return true
	}
	return slices.ContainsFunc(before.Events(), func(e *content.Event) bool { return isFile(f.now.Files, e.Path) || f.ids[e.Data().ID] })
}

// leaveOut keeps the files of an erased ticket from being listed.
func (f *finder) leaveOut(dir string) error {
	return fs.WalkDir(f.before, dir, func(p string, _ fs.DirEntry, err error) error {
		f.filed[p] = true
		return err
	})
}

// addWhole adds a case's whole directory.
func (f *finder) addWhole(dir string, record load.Record, lost []*content.Event) error {
	p := Piece{ID: string(lost[0].Data().ID), Dir: dir, At: newest(lost)}
	if t := record.Ticket; t != nil {
		p.Token = t.Follow
	}
	err := fs.WalkDir(f.before, dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		return f.addFile(&p, file)
	})
	f.add(p, record.Events()[0].At)
	return err
}

// addEvents adds a piece for each id.
func (f *finder) addEvents(dir string, lost []*content.Event) error {
	for len(lost) > 0 {
		id := lost[0].Data().ID
		var same, others []*content.Event
		for _, e := range lost {
			if e.Data().ID == id {
				same = append(same, e)
			} else {
				others = append(others, e)
			}
		}
		p := Piece{ID: string(id), Dir: dir, At: newest(same)}
		if strings.HasPrefix(dir, "tickets/") {
			p.Change.Needs = dir + "/ticket.yaml"
		}
		for _, e := range same {
			if err := f.addEvent(&p, e); err != nil {
				return err
			}
		}
		f.add(p, same[0].At)
		lost = others
	}
	return nil
}

// addEvent adds an event's file and those of its attachments that the reading lacks.
func (f *finder) addEvent(p *Piece, e *content.Event) error {
	if err := f.addFile(p, e.Path); err != nil {
		return err
	}
	for _, a := range e.Data().Attachments {
		file := p.Dir + "/attachments/" + a.File
		if f.filed[file] || isFile(f.now.Files, file) || !isFile(f.before, file) {
			continue
		}
		if err := f.addFile(p, file); err != nil {
			return err
		}
	}
	return nil
}

func (f *finder) addFile(p *Piece, file string) error {
	data, err := fs.ReadFile(f.before, file)
	if err != nil {
		return err
	}
	f.filed[file] = true
	p.Change.Files = append(p.Change.Files, commit.File{Path: file, Data: data})
	return nil
}

// add adds a piece whose commit is dated as its first event.
func (f *finder) add(p Piece, at time.Time) {
	p.Change.At = at
	p.Change.Message = fmt.Sprintf("%s: filed again", p.Dir)
	if strings.HasPrefix(p.Dir, "tickets/") {
		p.Change.Message = fmt.Sprintf("ticket %s: filed again", path.Base(p.Dir))
	}
	f.found.Pieces = append(f.found.Pieces, p)
}

func newest(events []*content.Event) (at time.Time) {
	for _, e := range events {
		if e.At.After(at) {
			at = e.At
		}
	}
	return at
}

// caseDepth is how many parts the path of a case's directory has.
var caseDepth = map[string]int{"incidents": 3, "maintenance": 3, "tickets": 5}

// CaseOf returns the directory of the case that a file belongs to, or "".
func CaseOf(file string) string {
	parts := strings.Split(file, "/")
	n := caseDepth[parts[0]]
	if n == 0 || len(parts) <= n {
		return ""
	}
	return path.Join(parts[:n]...)
}

// RecordFile returns the name of a case's own file.
func RecordFile(dir string) string {
	switch root, _, _ := strings.Cut(dir, "/"); root {
	case "tickets":
		return "ticket.yaml"
	case "incidents":
		return "incident.yaml"
	}
	return "maintenance.yaml"
}

func isFile(fsys fs.FS, name string) bool {
	info, err := fs.Stat(fsys, name)
	return err == nil && info.Mode().IsRegular()
}
