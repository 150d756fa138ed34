package filing

import (
	"bytes"
	"fmt"
	"iter"
	"path"
	"slices"
	"strings"
	"testing/fstest"

	"balie/content"
	"balie/content/load"
	"balie/ingest/commit"
	"balie/ingest/store"
)

// pending finds rows: those of cases that a reading does not have yet, and the one that has a key.
// It is the store, or a transaction of it.
type pending interface {
	OfCase(dir string) ([]store.Row, error)
	WithKey(key string) (*store.Row, error)
}

// none has no rows: what staff file is in their own files at once.
type none struct{}

func (none) OfCase(string) ([]store.Row, error) { return nil, nil }
func (none) WithKey(string) (*store.Row, error) { return nil, nil }

// recordOf reads the record that a row makes, or the events that it adds to one.
func recordOf(tree *content.Tree, r *store.Row) load.Record {
	files := fstest.MapFS{}
	for _, f := range r.Change.Files {
		files[f.Path] = &fstest.MapFile{Data: f.Data}
	}
	return load.ReadCase(files, r.Dir, tree.Zone)
}

// Follow returns the ticket with a follow token, with what was accepted since the tree was read, or
// nil.
func (f *Filer) Follow(token string) (*content.Ticket, error) {
	for {
		tree := f.Tree()
		t, err := f.follow(tree, token)
		if f.Tree() == tree {
			return t, err
		}
		// Rows that the new tree has may have been settled meanwhile.
	}
}

func (f *Filer) follow(tree *content.Tree, token string) (*content.Ticket, error) {
	if t := tree.Follow(token); t != nil {
		return withRows(tree, t, f.Store)
	}
	row, err := f.Store.WithToken(token)
	if row == nil || err != nil {
		return nil, err
	}
	if tree.Ticket(path.Base(row.Dir)) != nil { // under another token, which retired this one
		return nil, nil
	}
	return ticketIn(tree, row.Dir, f.Store)
}

// ticketIn returns the ticket in a directory, with the rows that the tree does not have yet, or nil.
func ticketIn(tree *content.Tree, dir string, p pending) (*content.Ticket, error) {
	if t := tree.Ticket(path.Base(dir)); t != nil && t.Dir == dir {
		return withRows(tree, t, p)
	}
	rows, err := p.OfCase(dir)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	t := recordOf(tree, &rows[0]).Ticket
	if t == nil || t.Follow == "" { // the ticket itself is gone
		return nil, nil
	}
	return withRows(tree, t, p)
}

// newTickets returns the tickets that were accepted since a tree was read.
func newTickets(tree *content.Tree, tx *store.Tx) ([]*content.Ticket, error) {
	rows, err := tx.NewTickets()
	var all []*content.Ticket
	for i := range rows {
		if t := recordOf(tree, &rows[i]).Ticket; t != nil && tree.Ticket(t.Number) == nil {
			all = append(all, t)
		}
	}
	return all, err
}

// NewFollowUps returns the tickets that name a number, as one that follows it does, and were
// accepted since the tree was read.
func (f *Filer) NewFollowUps(number string) ([]*content.Ticket, error) {
	tree := f.Tree()
	rows, err := f.Store.NewTickets()
	var all []*content.Ticket
	for i := range rows {
		names := func(file commit.File) bool { return bytes.Contains(file.Data, []byte(number)) }
		if !slices.ContainsFunc(rows[i].Change.Files, names) {
			continue
		}
		if t := recordOf(tree, &rows[i]).Ticket; t != nil && tree.Ticket(t.Number) == nil {
			all = append(all, t)
		}
	}
	return all, err
}

// find returns the events of a case, with those that the tree does not have yet, and the case where
// it is a ticket.
func find(tree *content.Tree, dir string, p pending) (*content.Ticket, []*content.Event, error) {
	if strings.HasPrefix(dir, "tickets/") {
		t, err := ticketIn(tree, dir, p)
		if err != nil {
			return nil, nil, err
		}
		if t != nil {
			return t, t.Events, nil
		}
		return nil, nil, fmt.Errorf("%s: %w", dir, ErrNoCase)
	}
	rows, err := p.OfCase(dir)
	if err != nil {
		return nil, nil, err
	}
	for d, events := range publicCases(tree) {
		if d == dir {
			return nil, merged(tree, events, rows), nil
		}
	}
	if len(rows) == 0 {
		return nil, nil, fmt.Errorf("%s: %w", dir, ErrNoCase)
	}
	return nil, merged(tree, nil, rows), nil
}

// TicketIn returns the ticket with a number, with what was accepted since the tree was read, or nil.
// Where two tickets have the number it is ErrTwice.
func (f *Filer) TicketIn(tx *store.Tx, number string) (*content.Ticket, error) {
	tree := f.Tree()
	switch all := tree.Numbered(number); len(all) {
	case 0:
		return ticketIn(tree, content.TicketDir(number), tx)
	case 1:
		return withRows(tree, all[0], tx)
	}
	return nil, ErrTwice
}

// IncidentIn returns the incident in a directory, with what was accepted since the tree was read, or
// nil.
func (f *Filer) IncidentIn(tx *store.Tx, dir string) (*content.Incident, error) {
	tree := f.Tree()
	rows, err := tx.OfCase(dir)
	if err != nil {
		return nil, err
	}
	i := tree.Incident(strings.TrimPrefix(dir, "incidents/"))
	if i == nil && len(rows) > 0 {
		i = recordOf(tree, &rows[0]).Incident
		if i != nil && len(i.Title) == 0 { // the incident itself is gone
			i = nil
		}
	}
	if i == nil {
		return nil, nil
	}
	shown := *i
	shown.Events = merged(tree, i.Events, rows)
	return &shown, nil
}

// publicCases yields the directories and events of a tree's incidents and maintenances.
func publicCases(tree *content.Tree) iter.Seq2[string, []*content.Event] {
	return func(yield func(string, []*content.Event) bool) {
		for _, i := range tree.Incidents {
			if !yield(i.Dir, i.Events) {
				return
			}
		}
		for _, m := range tree.Maintenance {
			if !yield(m.Dir, m.Events) {
				return
			}
		}
	}
}

// withRows returns a ticket with the events of the rows that it lacks.
func withRows(tree *content.Tree, t *content.Ticket, p pending) (*content.Ticket, error) {
	rows, err := p.OfCase(t.Dir)
	if err != nil || len(rows) == 0 {
		return t, err
	}
	shown := *t
	shown.Events = merged(tree, t.Events, rows)
	return &shown, nil
}

// merged returns a case's events with those of its rows that it lacks, in order.
func merged(tree *content.Tree, events []*content.Event, rows []store.Row) []*content.Event {
	all := slices.Clone(events)
	for i := range rows {
		for _, e := range recordOf(tree, &rows[i]).Events() {
			if !hasPath(all, e.Path) {
				all = append(all, e)
			}
		}
	}
	if len(rows) > 0 {
		root, _, _ := strings.Cut(rows[0].Dir, "/")
		slices.SortFunc(all, func(a, b *content.Event) int { return content.InOrder(content.CaseType(root), a, b) })
	}
	return all
}

func hasPath(events []*content.Event, path string) bool {
	return slices.ContainsFunc(events, func(e *content.Event) bool { return e.Path == path })
}

// Attachment returns the bytes of a file that was accepted and that a reading may not have yet, by
// its path; nil where there is none.
func (f *Filer) Attachment(path string) ([]byte, error) {
	dir, _, ok := strings.Cut(path, "/attachments/")
	if !ok {
		return nil, nil
	}
	rows, err := f.Store.OfCase(dir)
	for _, r := range rows {
		for _, file := range r.Change.Files {
			if file.Path == path {
				return file.Data, nil
			}
		}
	}
	return nil, err
}
