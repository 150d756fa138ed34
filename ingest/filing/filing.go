// Package filing is the one way to write a case or an event. Forms, follow pages, `balie new` and
// tick file through it.
//
//	Submission ─► decide: number, directory, second, bytes ─► store ─► Receipt
//	                                                            └─► Drain ─► commit.Committer
//
// All that is decided of a submission is decided in one place (decide), within one transaction of
// the store, and is plain values from then on. It is accepted when it is durable in the store,
// whatever the repository is doing. [Filer.Drain] commits what waits there, in order. What staff
// file by `balie new` has no store before it: they see at once whether it was written.
//
// A ticket is shown with its rows until a reading has them (pending.go).
//
// # Numbers
//
// An intake's numbers have its instance and a counter, which goes on from the tree after a restart.
// Staff file under instance 0 from clones that don't know of one another, so their numbers are
// drawn at random. Where a number is taken the next is tried.
//
// # The second
//
// An event's name has its second, and the events of a case are read in order of time. An event is
// filed at its own second or, where the case has an event as late as that, a second after the last
// one. So a clock that is behind never puts an event before what it follows. What an intake accepted
// counts up to a day ahead of the clock, and staff are told that the clock is behind. What a person
// dated more than a minute ahead is taken for a mistake and does not count. Who writes so fast that
// an event would be dated more than a minute ahead is refused ([ErrTooFast]). A page that shows such
// a ticket shows it as of [Instant].
//
// # The same thing twice
//
// A submission is filed once under its id. [KeyID] makes an id from a key that the sender chose.
// The store keeps that for a day, so a repetition gets the receipt of the first submission
// ([Filer.Filed]).
//
// Where the sender chose none, [RepeatKey] makes a key from who sent it and all that was sent. It
// finds the first submission for ten minutes. After that an equal one is another, so its id is
// random: git never sees the same id again.
//
// # By rule
//
// What falls due by rule has its instant, author and text from the commit alone. [RuleChange] names
// and encodes it like every other event.
package filing

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"balie/content"
	"balie/ingest/commit"
	"balie/ingest/store"
)

// The errors that a caller decides on. After any error nothing of the submission is filed.
var (
	ErrAllTaken     = errors.New("all that was tried is taken: does another intake run under the same instance?")
	ErrNoCase       = errors.New("there is no such case")
	ErrTooFast      = errors.New("the case has events up to a minute ahead of the clock")
	ErrNotCommitted = errors.New("could not be committed")
	ErrTwice        = errors.New("two tickets have this number")
	ErrOther        = errors.New("something else was filed under the same key")
)

// maxTries is how many numbers, directories or seconds are tried.
const maxTries = 50

// Submission is what is to be filed: a new case with its first events, or events of a known case.
type Submission struct {
	ID          content.Hex          // under which it is accepted; "": a random one, or none for what staff write
	Repeat      string               // its RepeatKey, where ID is random; "": every submission is another
	Ticket      *content.Ticket      // a new ticket, without number, directory and follow token
	Incident    *content.Incident    // a new incident, without directory
	Maintenance *content.Maintenance // a new maintenance, without directory
	Dir         string               // the directory of a known case
	At          time.Time            // when the events took place; zero: now
	Events      []*content.Event     // without times, names and paths
	Files       []File               // attachments of the first event

	// May, where it is not nil, refuses a submission that was not filed before by its error. It is
	// asked within the transaction of the store. waiting lists the tickets that the tree lacks.
	May func(tree *content.Tree, waiting func() ([]*content.Ticket, error)) error
}

// File is an attachment. Name is what it is stored as, Label what its sender calls it.
type File struct {
	Name     string
	Label    string
	Body     []byte
	Withheld content.Withheld // why staff alone may have it, or ""
	AsSent   bool             // with all that a device noted in it
}

// Receipt is what was filed: the events with their times, names and paths.
type Receipt struct {
	Ticket *content.Ticket // their case, as it was before; nil for an incident or a maintenance
	Events []*content.Event
}

// Dir is the directory of their case.
func (r Receipt) Dir() string { return path.Dir(r.Events[0].Path) }

// Filer files submissions. Its fields are set before the first use. It is then safe for use by many
// at once.
type Filer struct {
	Tree      func() *content.Tree // the current reading
	Store     *store.Store         // nil: what is filed is committed at once
	Committer commit.Committer
	Now       func() time.Time
	Random    io.Reader
	Instance  int          // the giver of numbers: 1 to 9 for intakes, 0 for staff
	Log       *slog.Logger // of what staff should know; only with a store

	drawing sync.Mutex      // held while Random is read
	dropped map[string]bool // numbers of erased.txt of which nothing is in the store
	term    int             // in which noted was found out
	noted   bool            // what git has of the store's rows is noted there
}

// File files a submission, or returns the receipt of the one that was filed before under its key.
func (f *Filer) File(ctx context.Context, s Submission) (receipt Receipt, err error) {
	p, err := f.prepare(s)
	if err != nil {
		return Receipt{}, err
	}
	if f.Store == nil {
		return f.commitNow(ctx, p)
	}
	err = f.Store.Write(ctx, func(tx *store.Tx) error {
		receipt, err = f.accept(tx, p)
		return err
	})
	return receipt, err
}

// FileIn is File within a transaction of the store.
func (f *Filer) FileIn(tx *store.Tx, s Submission) (Receipt, error) {
	p, err := f.prepare(s)
	if err != nil {
		return Receipt{}, err
	}
	return f.accept(tx, p)
}

// accept puts a submission into the store.
func (f *Filer) accept(tx *store.Tx, s *prepared) (Receipt, error) {
	tree := f.Tree()
	if receipt, found, err := filed(tree, tx, s.Submission, f.Now()); found || err != nil {
		return receipt, err
	}
	if s.May != nil {
		if err := s.May(tree, func() ([]*content.Ticket, error) { return newTickets(tree, tx) }); err != nil {
			return Receipt{}, err
		}
	}
	if s.Repeat != "" {
		if err := tx.FreeKey(s.Repeat); err != nil {
			return Receipt{}, err
		}
	}
	receipt, change, err := f.decide(view{tree, tx, f.counter(tx, tree)}, s, 0)
	if err != nil {
		return Receipt{}, err
	}
	row := store.Row{ID: string(s.ID), Key: s.key(), Dir: path.Dir(receipt.Events[0].Path), Accepted: f.Now(), Change: change}
	if s.Ticket != nil {
		row.Token = s.Ticket.Follow
	}
	return receipt, tx.Put(row)
}

// counter gives an intake's numbers. They go on from the tree where the store knows none of the day,
// and where one was taken.
func (f *Filer) counter(tx *store.Tx, tree *content.Tree) func(content.Date) (n, instance int, err error) {
	tries := 0
	return func(day content.Date) (int, int, error) {
		name := counterName(day, f.Instance)
		inTree := func() int64 { return int64(lastCount(tree, day, f.Instance)) }
		if tries++; tries == 2 {
			if err := tx.Raise(name, inTree()); err != nil {
				return 0, 0, err
			}
		}
		n, err := tx.Next(name, inTree)
		return int(n), f.Instance, err
	}
}

// commitNow commits a submission of staff. Where something is taken it tries the next.
func (f *Filer) commitNow(ctx context.Context, s *prepared) (Receipt, error) {
	for try := range maxTries {
		receipt, change, err := f.decide(view{f.Tree(), none{}, f.draw}, s, try)
		if err != nil {
			return Receipt{}, err
		}
		_, err = f.Committer.Commit(ctx, change)
		var taken *commit.Taken
		switch {
		case err == nil, errors.As(err, &taken) && taken.Same:
			return receipt, nil
		case !errors.Is(err, commit.ErrTaken):
			return Receipt{}, fmt.Errorf("%s %w: %w", change.Message, ErrNotCommitted, err)
		}
	}
	return Receipt{}, ErrAllTaken
}

// view is what a submission is decided by: a reading, the rows that it does not have yet, and the
// giver of a day's numbers.
type view struct {
	tree    *content.Tree
	rows    pending
	counted func(content.Date) (n, instance int, err error)
}

// decide gives a submission its number or directory, and its second. try counts the decisions that
// failed because somebody else had taken a path.
func (f *Filer) decide(v view, s *prepared, try int) (r Receipt, change commit.Change, err error) {
	at, atPresent := s.At, s.At.IsZero()
	if atPresent {
		at = f.Now()
	}
	dir := s.Dir
	var before []*content.Event
	if dir == "" {
		dir, err = f.addCase(&change, v, s, at, try)
		r.Ticket = s.Ticket
	} else {
		r.Ticket, before, err = find(v.tree, dir, v.rows)
		at = at.Add(time.Duration(try) * time.Second)
	}
	if err != nil {
		return r, change, err
	}
	if r.Ticket != nil && s.Ticket == nil {
		change.Needs = dir + "/ticket.yaml"
	}
	if change.At, err = secondAfter(before, at, atPresent); err != nil {
		return r, change, err
	}
	if f.Log != nil && change.At.After(at.Add(maxSkew)) {
		f.Log.Warn("the clock is behind what was accepted before", "case", dir, "clock", at.UTC(), "filed", change.At)
	}
	for i, e := range s.Events {
		filed := *e
		filed.At = change.At
		if i == 0 {
			addFiles(&change, dir, r.Ticket, s.Files)
		}
		addEvent(&change, v.tree.Zone, dir, &filed, s.texts[i])
		r.Events = append(r.Events, &filed)
	}
	change.Message = fmt.Sprintf("%s: %s", dir, s.Events[0].Kind)
	if r.Ticket != nil {
		change.Message = fmt.Sprintf("ticket %s: %s", r.Ticket.Number, s.Events[0].Kind)
	}
	return r, change, nil
}

// addCase gives a new case its directory, and adds its record to a change.
func (f *Filer) addCase(change *commit.Change, v view, s *prepared, at time.Time, try int) (dir string, err error) {
	source := v.tree.Site.Source()
	switch {
	case s.Ticket != nil:
		s.Ticket.Number, s.Ticket.Dir, err = number(v, content.DateOf(at.In(v.tree.Zone)))
		dir = s.Ticket.Dir
	case s.Incident != nil:
		dir, err = f.caseDir(v, "incidents", at, s.Incident.Title[source], try)
	default:
		dir, err = f.caseDir(v, "maintenance", s.Maintenance.Planned.Start, s.Maintenance.Title[source], try)
	}
	change.Files = append(change.Files, commit.File{Path: dir + "/" + s.name, Data: s.record})
	return dir, err
}

// addEvent names an event by its time and adds its files. The events of tickets and those by rule
// are named in UTC, all others in the site's zone.
func addEvent(change *commit.Change, zone *time.Location, dir string, e *content.Event, texts []text) {
	e.Name = content.LocalEventName(e.At, zone, e.Kind, e.Author)
	if strings.HasPrefix(dir, "tickets/") || e.Author == content.Balie {
		e.Name = content.EventName(e.At, e.Kind, e.Author)
	}
	e.Path = dir + "/" + e.Name + ".md"
	for _, t := range texts {
		change.Files = append(change.Files, commit.File{Path: dir + "/" + e.Name + t.lang + ".md", Data: t.data})
	}
}

// addFiles adds attachments to a change. A file that the ticket has already is not stored again.
func addFiles(change *commit.Change, dir string, t *content.Ticket, files []File) {
	for _, f := range files {
		if t == nil || !isStored(t, f.Name) {
			change.Files = append(change.Files, commit.File{Path: dir + "/attachments/" + f.Name, Data: f.Body})
		}
	}
}

// isStored reports whether a ticket has a stored file, or an event that names it.
func isStored(t *content.Ticket, file string) bool {
	return slices.Contains(t.Stored, file) || slices.ContainsFunc(t.Events, func(e *content.Event) bool {
		return slices.ContainsFunc(e.Data().Attachments, func(a content.Attachment) bool { return a.File == file })
	})
}

// RuleEvent is an event that fell due by rule, with its instant, author and text.
type RuleEvent struct {
	Dir   string // its case
	Event *content.Event
}

// RuleChange returns the change that files events by rule. Its bytes depend on the events alone.
func RuleChange(events []RuleEvent) (commit.Change, error) {
	var change commit.Change
	for _, r := range events {
		texts, err := encodeEvent(r.Event)
		if err != nil {
			return commit.Change{}, err
		}
		addEvent(&change, time.UTC, r.Dir, r.Event, texts)
	}
	change.Message = fmt.Sprintf("by rule: %d events", len(events))
	if len(events) == 1 {
		change.Message = fmt.Sprintf("by rule: %s in %s", events[0].Event.Kind, events[0].Dir)
	}
	return change, nil
}
