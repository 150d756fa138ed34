package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"balie/content"
	"balie/ingest/attachment"
	"balie/ingest/filing"
	"balie/ingest/form"
)

// attachments reads the files of --attach as they are stored: pictures without what their device
// noted in them. The desk's scanner is not asked, since it runs where the intake does.
func (w *writer) attachments(ticket *content.Ticket) ([]filing.File, error) {
	limit := w.tree.Setup.FilesLimit()
	total := w.storedSize(ticket)
	storer := attachment.NewStorer()
	var files []filing.File
	for _, name := range w.attach {
		sent, err := readAttachment(name, limit)
		if err != nil {
			return nil, err
		}
		stored, err := storer.Store(w.ctx, attachment.Sent{Type: sent.Type, Ending: path.Ext(sent.Name), Body: sent.Body}, nil)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(files, func(f filing.File) bool { return f.Name == stored.Name }) {
			continue
		}
		if total += int64(len(stored.Body)); total > int64(limit) {
			return nil, failf("attachments.per_ticket in site.yaml is "+limit.String(), "%s: with it the ticket would have more files than it may", name)
		}
		if stored.AsSent {
			fmt.Fprintf(w.err, "balie: %s is stored as it is: it may say where and with what it was made\n", name)
		}
		files = append(files, filing.File{Name: stored.Name, Label: sent.Label, Body: stored.Body, AsSent: stored.AsSent})
	}
	return files, nil
}

// readAttachment reads a file of this machine. Nothing is read of one that is too large.
func readAttachment(name string, limit content.Size) (form.File, error) {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return form.File{}, failf("--attach names a file from here, not from the repository's root", "attach %s: there is no such file", name)
	case err != nil:
		return form.File{}, fmt.Errorf("attach: %w", err)
	case !info.Mode().IsRegular():
		return form.File{}, failf("pack a directory into one file first", "attach %s: it is no file", name)
	case info.Size() == 0:
		return form.File{}, failf("", "attach %s: it is empty", name)
	case info.Size() > int64(limit):
		return form.File{}, failf("attachments.per_ticket in site.yaml is "+limit.String(), "attach %s: it is too large", name)
	}
	body, err := os.ReadFile(name)
	if err != nil {
		return form.File{}, fmt.Errorf("attach: %w", err)
	}
	return form.FileOf(strings.ToValidUTF8(printable(filepath.Base(name)), "\ufffd"), body), nil
}

// storedSize is how many bytes of files a ticket has.
func (w *writer) storedSize(ticket *content.Ticket) (size int64) {
	for _, name := range ticket.Stored {
		if info, err := os.Stat(w.files.path(ticket.Dir + "/attachments/" + name)); err == nil {
			size += info.Size()
		}
	}
	return size
}
