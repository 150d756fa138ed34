package filing

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"balie/content"
	"balie/content/load"
	"balie/ingest/commit"
	"balie/ingest/store"
)

// maxGroup is how many rows are committed at once. The index of a work tree is written once for a
// group, which takes over a second where there are 100,000 tickets.
const maxGroup = 1024

// maxPause is the longest time between two tries to commit, maxWait where the committer asks for a
// longer one.
const (
	maxPause = 10 * time.Second
	maxWait  = time.Hour
)

// pauseAfter returns how long to wait after an error, and after how long a pause before it.
func pauseAfter(err error, last time.Duration) time.Duration {
	pause := min(max(100*time.Millisecond, 2*last), maxPause)
	if busy := new(commit.Busy); errors.As(err, &busy) {
		pause = max(pause, min(busy.After, maxWait))
	}
	return pause
}

// Drain commits what waits in the store until ctx ends. Report is told once why nothing can be
// committed, and with nil when that is over.
func (f *Filer) Drain(ctx context.Context, report func(error)) error {
	pause := time.Duration(0)
	failing := false
	for {
		wake, again := f.Store.Wake(), (<-chan time.Time)(nil)
		if failing { // what comes meanwhile waits with the rest
			wake, again = nil, time.After(pause)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-wake:
		case <-again:
		}
		err := f.DrainOnce(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			pause = pauseAfter(err, pause)
		default:
			pause = 0
		}
		if (err != nil) != failing {
			failing = err != nil
			report(err)
		}
	}
}

// DrainOnce commits what waits, in order and in groups, and stops at the first row that can't be
// committed now.
//
// Rows that a commit had when the process was killed before it was noted are not committed again,
// whatever became of their files since. That can be so of the first rows after a start, or after an
// error.
func (f *Filer) DrainOnce(ctx context.Context) error {
	moves := map[int64]int{} // by row
	for {
		term, ok, err := f.Store.Lead(ctx)
		if err != nil || !ok { // another intake commits
			return err
		}
		if term != f.term {
			f.term, f.noted = term, false
		}
		rows, err := f.Store.Waiting(ctx, maxGroup)
		if err != nil || len(rows) == 0 {
			return err
		}
		if !f.noted {
			if rows, err = f.noteCommitted(ctx, rows); err != nil {
				return fmt.Errorf("what was handed in waits for git: %w", err)
			}
			f.noted = true
		}
		if err := f.commitRows(ctx, rows, moves); err != nil {
			return fmt.Errorf("what was handed in waits for git: %w", err)
		}
	}
}

// commitRows commits rows up to the first that can't be. Where one of that one's paths is taken by
// something else it is given the next number or second, and waits. What can never be committed is
// set aside.
func (f *Filer) commitRows(ctx context.Context, rows []store.Row, moves map[int64]int) error {
	changes := make([]commit.Change, len(rows))
	for i := range rows {
		changes[i] = rows[i].Change
	}
	revisions, err := f.Committer.CommitAll(ctx, changes)
	if noted := f.Store.Filed(ctx, rows[:len(revisions)], revisions); noted != nil {
		f.noted = false
		return noted
	}
	if err == nil {
		return nil
	}
	if len(revisions) == len(rows) {
		return err
	}
	r := &rows[len(revisions)]
	var taken *commit.Taken
	switch {
	case errors.As(err, &taken) && taken.Same && taken.Revision != "":
		return f.Store.Filed(ctx, []store.Row{*r}, []string{taken.Revision})
	case errors.Is(err, commit.ErrWrong), errors.Is(err, commit.ErrGone):
		return f.setAside(ctx, r, err)
	case !errors.Is(err, commit.ErrTaken):
		f.noted = f.noted && errors.Is(err, commit.ErrBusy) // after any other error the commit may be there
		return err
	}
	if moves[r.Seq]++; moves[r.Seq] > maxTries {
		return f.setAside(ctx, r, ErrAllTaken)
	}
	return f.move(ctx, r)
}

// noteCommitted notes which rows git has already, and returns the others.
func (f *Filer) noteCommitted(ctx context.Context, rows []store.Row) (others []store.Row, err error) {
	since, err := f.Store.LastRevision(ctx)
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, r := range rows {
		for _, file := range r.Change.Files {
			if path.Ext(file.Path) == ".md" {
				paths = append(paths, file.Path)
			}
		}
	}
	versions, err := f.Committer.Versions(ctx, paths, since)
	if err != nil {
		return nil, err
	}
	var committed []store.Row
	var revisions []string
	for _, r := range rows {
		if revision := committedBefore(f.Tree(), &r, versions); revision != "" {
			committed, revisions = append(committed, r), append(revisions, revision)
		} else {
			others = append(others, r)
		}
	}
	return others, f.Store.Filed(ctx, committed, revisions)
}

func (f *Filer) setAside(ctx context.Context, r *store.Row, why error) error {
	f.Log.Error("a submission was set aside", "row", r.Seq, "case", r.Dir, "error", why)
	return f.Store.SetAside(ctx, r.Seq, why.Error())
}

// committedBefore returns the commit that has a row's event, by the versions of files, or "". The
// event is known by its id.
func committedBefore(tree *content.Tree, r *store.Row, versions map[string][]commit.Version) string {
	for _, file := range r.Change.Files {
		for _, v := range slices.Backward(versions[file.Path]) {
			was := store.Row{Dir: r.Dir, Change: commit.Change{Files: []commit.File{{Path: file.Path, Data: v.Data}}}}
			for _, e := range recordOf(tree, &was).Events() {
				if string(e.Data().ID) == r.ID {
					return v.Revision
				}
			}
		}
	}
	return ""
}

// move gives a row another number or second, since somebody else has taken its path. A ticket keeps
// the number that its requester was told as `given`, and takes along what waits of it.
func (f *Filer) move(ctx context.Context, r *store.Row) error {
	tree := f.Tree()
	record := recordOf(tree, r)
	t := record.Ticket
	if i := record.Incident; i != nil && len(i.Title) > 0 {
		return f.moveIncident(ctx, tree, r, *i)
	}
	if t == nil || t.Follow == "" {
		change, err := moveTo(tree, r, r.Dir, time.Second)
		if err != nil {
			return err
		}
		r.Change = change
		return f.Store.Write(ctx, func(tx *store.Tx) error { return tx.Replace(*r) })
	}
	f.Log.Warn("a number was taken: do two intakes run under one instance?", "number", t.Number)
	return f.Store.Write(ctx, func(tx *store.Tx) error {
		to, err := f.renumber(tx, tree, *t)
		if err != nil {
			return err
		}
		return moveRows(tx, tree, r, to.Dir, "ticket.yaml", &to)
	})
}

// moveIncident gives a new incident another directory, since somebody else has taken its first one.
// What waits of it goes along.
func (f *Filer) moveIncident(ctx context.Context, tree *content.Tree, r *store.Row, i content.Incident) error {
	return f.Store.Write(ctx, func(tx *store.Tx) error {
		dir, err := f.caseDir(view{tree: tree, rows: tx}, "incidents", r.Change.At, i.Title[tree.Site.Source()], 0)
		if err != nil {
			return err
		}
		if err := moveRows(tx, tree, r, dir, "incident.yaml", &i); err != nil {
			return err
		}
		return tx.MoveAlert(r.Dir, dir)
	})
}

// moveRows gives a new case, and what waits of it, another directory. File is the name of the case's
// own file, whose record goes there.
func moveRows(tx *store.Tx, tree *content.Tree, r *store.Row, dir, file string, record any) error {
	data, err := load.Encode(record)
	if err != nil {
		return err
	}
	rows, err := tx.OfCase(r.Dir)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.Seq < r.Seq {
			continue // of the case that has the directory, whose rows git has
		}
		if row.Change, err = moveTo(tree, &row, dir, 0); err != nil {
			return err
		}
		if row.Seq == r.Seq {
			row.Change.Files = append(row.Change.Files, commit.File{Path: dir + "/" + file, Data: data})
		}
		row.Dir = dir
		if err := tx.Replace(row); err != nil {
			return err
		}
	}
	return nil
}

// moveTo returns a row's change in another directory or so much later. A new ticket's record is left
// out.
func moveTo(tree *content.Tree, r *store.Row, dir string, later time.Duration) (commit.Change, error) {
	change := commit.Change{At: r.Change.At, Message: strings.ReplaceAll(r.Change.Message, path.Base(r.Dir), path.Base(dir)), Files: attachments(r.Change.Files)}
	if r.Change.Needs != "" {
		change.Needs = dir + "/ticket.yaml"
	}
	for i, file := range change.Files {
		change.Files[i].Path = dir + strings.TrimPrefix(file.Path, r.Dir)
	}
	for _, e := range recordOf(tree, r).Events() {
		moved := *e
		moved.At = e.At.Add(later)
		texts, err := encodeEvent(&moved)
		if err != nil {
			return change, err
		}
		addEvent(&change, tree.Zone, dir, &moved, texts)
	}
	return change, nil
}

// attachments returns the files that are no record and no event.
func attachments(files []commit.File) []commit.File {
	return slices.DeleteFunc(slices.Clone(files), func(f commit.File) bool { return path.Base(path.Dir(f.Path)) != "attachments" })
}

// renumber gives a ticket the next number of its day.
func (f *Filer) renumber(tx *store.Tx, tree *content.Tree, t content.Ticket) (content.Ticket, error) {
	day, ok := content.DayOf(t.Number)
	if !ok {
		return t, fmt.Errorf("the number %s begins with no day", t.Number)
	}
	if t.Given == "" {
		t.Given = t.Number
	}
	var err error
	t.Number, t.Dir, err = number(view{tree, tx, f.counter(tx, tree)}, day)
	return t, err
}

// Settle tells the store which commits the reading has, and what was erased. HasCommit reports
// whether the reading has a commit.
func (f *Filer) Settle(ctx context.Context, hasCommit func(revision string) (bool, error)) error {
	if err := f.dropErased(ctx); err != nil {
		return err
	}
	revisions, err := f.Store.Revisions(ctx, f.Now())
	if err != nil || len(revisions) == 0 {
		return err
	}
	var had []string
	for _, revision := range revisions {
		has, err := hasCommit(revision)
		if err != nil {
			return err
		}
		if has { // a rewritten history may lack those before it
			had = append(had, revision)
		}
	}
	if len(had) == 0 {
		return nil
	}
	return f.Store.Settle(ctx, had, f.Now())
}

// dropErased forgets the tickets whose numbers are in erased.txt, once for each number. What of
// them is being committed at that moment staff take out again.
func (f *Filer) dropErased(ctx context.Context) error {
	var dirs []string
	for _, number := range f.Tree().Erased {
		if !f.dropped[number] {
			dirs = append(dirs, content.TicketDir(number))
		}
	}
	if len(dirs) == 0 {
		return nil
	}
	if err := f.Store.Drop(ctx, dirs); err != nil {
		return err
	}
	f.dropped = map[string]bool{}
	for _, number := range f.Tree().Erased {
		f.dropped[number] = true
	}
	return nil
}
