package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"balie/content"
	"balie/content/check"
	"balie/content/load"
	"balie/ingest/filing"
	"balie/themes"
)

// writer files what the flags of `balie new` say, into the work tree.
type writer struct {
	*draft
	ctx   context.Context
	tree  *content.Tree
	repo  fs.FS // the files as they are in the work tree
	theme *themes.Theme
	now   time.Time
	at    time.Time // the instant that was given; zero: now
	in    io.Reader
	err   io.Writer
	files *newFiles
	filer *filing.Filer
	notes []string // printed after the names of the files
}

// write opens the work tree, lets work write into it, and prints what was written. Where work
// fails, its files are removed again.
func (t *terminal) write(ctx context.Context, d *draft, work func(*writer) error) error {
	r, err := t.open(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	if r.Bare() {
		return failf("use a clone with a work tree", "%s has no work tree to write into", t.dir)
	}
	w := &writer{draft: d, ctx: ctx, tree: r.Tree, repo: os.DirFS(t.dir), theme: r.Theme, now: r.now, in: t.in, err: t.err, files: &newFiles{dir: t.dir}}
	if d.at != "" {
		if w.at, err = instant(d.at, r.Tree.Zone); err != nil {
			return err
		}
		w.now = w.at
	}
	w.filer = &filing.Filer{Tree: func() *content.Tree { return w.tree }, Committer: w.files, Now: func() time.Time { return w.now }, Random: rand.Reader}
	if err := w.checkAuthor(); err != nil {
		return err
	}
	if err := t.sayErrors(r, r.errors()); err != nil {
		return err
	}
	if err := work(w); err != nil {
		w.files.undo()
		return err
	}
	return t.settle(r, w)
}

// settle checks what was written. It prints the names of the files and the warnings about them, or
// removes the files where one has an error.
func (t *terminal) settle(r *openedRepository, w *writer) error {
	tree := load.Load(os.DirFS(t.dir), nil)
	var wrong, odd []content.Problem
	for _, p := range check.Check(tree, r.now.Add(maxClockSkew)) {
		switch {
		case !slices.Contains(w.files.made, p.File):
		case p.Severity == content.Error && p.Code != "no-text":
			wrong = append(wrong, p)
		case p.Code != content.CodeNoEffect: // that was said before
			odd = append(odd, p)
		}
	}
	if len(wrong) > 0 {
		w.files.undo()
		problemsAsText(t.err, wrong)
		return failf("", "nothing was written")
	}
	for _, file := range w.files.made {
		fmt.Fprintln(t.out, w.files.path(file))
	}
	for _, note := range w.notes {
		fmt.Fprintln(t.err, note)
	}
	return problemsAsText(t.err, odd)
}

// maxAhead is how far ahead of now an event may be without a warning, because it took a later
// second.
const maxClockSkew = time.Minute

var authorName = regexp.MustCompile(`^[a-z0-9_]{1,64}$`)

func (w *writer) checkAuthor() error {
	switch _, known := w.tree.People.Get(w.author); {
	case w.author == "" || known:
		return nil
	case w.author == content.Balie:
		return failf("name a person: what balie wrote is no answer by one", "balie writes by itself")
	case len(w.tree.People) > 0:
		return failf(content.Nearest(w.author, w.tree.People.Keys(), "people.yaml has "), "unknown author %q", w.author)
	case !authorName.MatchString(w.author):
		return failf("write small letters, digits and _", "%q is no name for an author", w.author)
	}
	return nil
}

// file files a submission, and explains why it could not be filed.
func (w *writer) file(s filing.Submission) (filing.Receipt, error) {
	receipt, err := w.filer.File(w.ctx, s)
	switch {
	case errors.Is(err, filing.ErrAllTaken):
		err = failf("give another --at; balie serve gives numbers of its own", "there is hardly a number or a second left at that time")
	case errors.Is(err, filing.ErrTooFast):
		err = failf("wait a minute, or give another --at", "%s has events up to a minute ahead of the clock", s.Dir)
	case err == nil && s.Ticket != nil:
		w.notes = append(w.notes, "its number is "+content.SayNumber(receipt.Ticket.Number), "its requester's page is "+w.followURL(receipt.Ticket))
	}
	return receipt, err
}

// followURL returns the address of a ticket's follow page.
func (w *writer) followURL(t *content.Ticket) string {
	return strings.TrimSuffix(cmp.Or(w.tree.Site.IntakeURL, w.tree.Site.BaseURL), "/") + "/t/" + t.Follow + "/"
}

// event files an event by the author, in a known case or in the new one of s, and others with it.
// Its text is the message where it has none yet.
func (w *writer) event(s filing.Submission, e *content.Event, others ...*content.Event) error {
	s.At, s.Events = w.at, append([]*content.Event{e}, others...)
	ofTicket := s.Ticket != nil || strings.HasPrefix(s.Dir, "tickets/")
	for _, one := range s.Events {
		if !ofTicket || !one.Kind.ByRequester() {
			one.Author = w.author
		}
	}
	if e.Body == "" {
		body, err := w.body()
		if err != nil {
			return err
		}
		e.Body = body
	}
	_, err := w.file(s)
	return err
}

// body returns the message, or standard input for -. Without a message the text is left empty, and
// check asks for it: a placeholder might be published.
func (w *writer) body() (string, error) {
	if w.message != "-" {
		return w.message, nil
	}
	text, err := io.ReadAll(io.LimitReader(w.in, 1<<20))
	if err != nil {
		return "", fmt.Errorf("read standard input: %w", err)
	}
	return string(text), nil
}

// title returns a title or the like, in the source language.
func (w *writer) title(s string) content.Text { return content.Text{w.tree.Site.Source(): s} }
