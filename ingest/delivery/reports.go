package delivery

import (
	"context"
	"errors"
	"fmt"

	"balie/content"
	"balie/ingest/filing"
	"balie/ingest/store"
)

// fileReports files how many more have an incident too.
func (w *Worker) fileReports(ctx context.Context) error {
	all, err := w.Store.Reported(ctx)
	for _, r := range all {
		if i := w.Tree().Incident(r.Incident); i != nil && w.isOpen(i) && !w.isDue(r) {
			continue
		}
		inTx := w.Store.Write(ctx, func(tx *store.Tx) error { return w.fileReportsIn(tx, r.Incident) })
		if inTx != nil && !errors.Is(inTx, filing.ErrTooFast) {
			err = errors.Join(err, fmt.Errorf("file the reports of incidents/%s: %w", r.Incident, inTx))
		}
	}
	return err
}

// fileReportsIn files those of one incident. Where it is over, so are they: the rest is filed, and
// who they were is forgotten.
func (w *Worker) fileReportsIn(tx *store.Tx, id string) error {
	r, err := tx.Reported(id)
	if err != nil {
		return err
	}
	i, err := w.Filer.IncidentIn(tx, "incidents/"+id)
	if err != nil {
		return err
	}
	if i == nil { // another intake may have a newer reading, which has it
		if w.Now().Before(r.Due) {
			return nil
		}
		return tx.ForgetReports(id)
	}
	isOver := !w.isOpen(i)
	if r.Waiting > 0 && (isOver || w.isDue(r)) {
		e := &content.Event{Kind: content.Reports, Author: content.Balie, Front: &content.Front{Count: r.Waiting}}
		if _, err := w.Filer.FileIn(tx, filing.Submission{Dir: i.Dir, Events: []*content.Event{e}}); err != nil {
			return err
		}
		if err := tx.ReportsFiled(id, w.Now()); err != nil {
			return err
		}
	}
	if isOver {
		return tx.ForgetReports(id)
	}
	return nil
}

// isDue reports whether there are reports that have been gathered for long enough.
func (w *Worker) isDue(r store.Reported) bool { return r.Waiting > 0 && !w.Now().Before(r.Due) }

func (w *Worker) isOpen(i *content.Incident) bool {
	return i.At(filing.InstantOf(i.Events, w.Now())).Open
}
