package ingest

import (
	"context"
	"errors"
	"net/http"
	"path"
	"slices"
	"time"

	"balie/content"
	"balie/ingest/attachment"
	"balie/ingest/filing"
	"balie/ingest/form"
	"balie/ingest/store"
	"balie/themes/view"
)

// fileLimit is the error of files beyond a total: of their ticket, or of a day.
type fileLimit struct {
	view.Mistake
	retry time.Duration // of a day: until it ends
}

func (l *fileLimit) Error() string { return "the limit " + l.Code + " is reached" }

// storeFiles returns the files of a submission as they are stored. They are of a known ticket, or
// of a new one (nil). It takes its time: nothing is locked meanwhile. The error is a fileLimit
// where they are too many.
func (c *call) storeFiles(sub filing.Submission, t *content.Ticket, files []form.File) ([]filing.File, error) {
	if len(files) == 0 {
		return nil, nil
	}
	if _, found, err := c.filer.Filed(sub); found || err != nil {
		return nil, nil // filing it gives the first answer again, or the error
	}
	if err := c.checkTotals(t, files); err != nil {
		return nil, err
	}
	var list []filing.File
	for _, f := range files {
		stored, err := c.storeFile(c.r.Context(), f)
		if err != nil {
			return nil, notFiled(err)
		}
		if !slices.ContainsFunc(list, func(had filing.File) bool { return had.Name == stored.Name }) {
			list = append(list, stored)
		}
	}
	return list, nil
}

// storeFile returns a file as it is stored: without the place where a picture was taken, and for
// staff alone where the scanner refuses it.
func (h *Handler) storeFile(ctx context.Context, f form.File) (filing.File, error) {
	sent := attachment.Sent{Type: f.Type, Ending: path.Ext(f.Name), Body: f.Body}
	s, err := h.storer.Store(ctx, sent, h.Tree().Site.Attachments.Scan)
	return filing.File{Name: s.Name, Label: f.Label, Body: s.Body, Withheld: s.Withheld, AsSent: s.AsSent}, err
}

// checkTotals refuses files that are more than is left of their ticket's total, or of today's. It
// counts them to today's.
func (c *call) checkTotals(t *content.Ticket, files []form.File) error {
	var size int64
	for _, f := range files {
		size += int64(len(f.Body))
	}
	if limit := c.tree.Setup.FilesLimit(); t != nil && c.storedSize(t)+size > int64(limit) {
		return &fileLimit{Mistake: view.Mistake{Code: form.FilesOfTicket, Args: map[string]string{"max": limit.String()}}}
	}
	perDay := int64(c.tree.Site.Attachments.PerDay)
	if perDay == 0 {
		return nil
	}
	var full bool
	err := c.filer.Store.Write(c.r.Context(), func(tx *store.Tx) error {
		total, err := tx.Add("attachments/"+content.DateOf(c.now).String(), size)
		if full = total > perDay; full && err == nil {
			err = errors.New("the day's total is reached")
		}
		return err
	})
	switch {
	case full:
		year, month, day := c.now.Date()
		midnight := time.Date(year, month, day+1, 0, 0, 0, 0, c.now.Location())
		return &fileLimit{Mistake: view.Mistake{Code: form.FilesToday}, retry: midnight.Sub(c.now)}
	case err != nil:
		return notFiled(err)
	}
	return nil
}

// storedSize is how many bytes of files a ticket has.
func (c *call) storedSize(t *content.Ticket) (n int64) {
	counted := map[string]bool{}
	for _, e := range t.Events {
		for _, a := range e.Data().Attachments {
			if !counted[a.File] {
				counted[a.File] = true
				n += c.fileSize(t.Dir + "/attachments/" + a.File)
			}
		}
	}
	return n
}

// notStored returns the answer to files that were not stored. Beyond a limit the page comes back
// as it was typed: it can be sent without files.
func notStored(err error, typed string, comeBack func(wrong ...view.Mistake) error) error {
	var limit *fileLimit
	if !errors.As(err, &limit) {
		return keepTyped(err, typed)
	}
	r := refusalOf(comeBack(limit.Mistake))
	if limit.retry > 0 {
		r.status, r.retry, r.cause = http.StatusServiceUnavailable, limit.retry, limit
	}
	return r
}
