package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"balie/content"
	"balie/content/check"
	"balie/content/load"
)

// writer writes new files into the work tree.
type writer struct {
	*draft
	dir  string
	tree *content.Tree
	now  time.Time
	in   io.Reader

	wait    func(time.Time) error // for an event's second
	made    []string              // from the repository's root, with slashes
	numbers []string              // of new tickets
}

func (w *writer) path(file string) string { return filepath.Join(w.dir, filepath.FromSlash(file)) }

// write opens the work tree, lets work write into it, and prints what was written. What turns out to be wrong is taken away again.
func (t *terminal) write(ctx context.Context, d *draft, work func(*writer) error) error {
	r, err := t.open(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	if r.Bare() {
		return failf("use a clone with a work tree", "%s has no work tree to write into", t.dir)
	}
	w := &writer{draft: d, dir: t.dir, tree: r.Tree, now: r.now, in: t.in, wait: func(at time.Time) error { return t.wait(ctx, d, at) }}
	if d.at != "" {
		if w.now, err = instant(d.at, r.Tree.Zone); err != nil {
			return err
		}
	}
	if err := w.checkAuthor(); err != nil {
		return err
	}
	if err := work(w); err != nil {
		w.undo()
		return err
	}
	return t.settle(r, w)
}

// wait waits for an instant that is at hand, unless the time is a given one: an event takes the next free second, and what is yet to come does not exist yet.
func (t *terminal) wait(ctx context.Context, d *draft, at time.Time) error {
	if d.at != "" || t.nowText != "" {
		return nil
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(at.Sub(t.clock())):
		return nil
	}
}

// settle prints what was written and what is to be said of it, or takes it away where it can't stand.
func (t *terminal) settle(r *opened, w *writer) error {
	tree := load.Load(os.DirFS(t.dir), nil)
	var wrong, odd []content.Problem
	for _, p := range check.Check(tree, r.now.Add(untold)) {
		switch {
		case !slices.Contains(w.made, p.File):
		case p.Severity == content.Error && p.Code != "no-text":
			wrong = append(wrong, p)
		default:
			odd = append(odd, p)
		}
	}
	if len(wrong) > 0 {
		w.undo()
		problemsAsText(t.err, wrong)
		return failf("", "nothing was written")
	}
	for _, file := range w.made {
		fmt.Fprintln(t.out, w.path(file))
	}
	for _, number := range w.numbers {
		fmt.Fprintf(t.err, "its number is %s\n", content.SayNumber(number))
	}
	return problemsAsText(t.err, odd)
}

// untold is how far ahead of now an event may be without a word: it may have taken a later second because others were taken.
const untold = time.Minute

// undo takes the written files away, and the directories that they leave empty.
func (w *writer) undo() {
	for _, file := range slices.Backward(w.made) {
		os.Remove(w.path(file))
		for dir := path.Dir(file); dir != "."; dir = path.Dir(dir) {
			if os.Remove(w.path(dir)) != nil {
				break
			}
		}
	}
}

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

// event writes an event into a case under its name: a ticket's in UTC, another's in the site's zone.
func (w *writer) event(dir string, e *content.Event) error {
	ofTicket := strings.HasPrefix(dir, "tickets/")
	if !ofTicket || !e.Kind.ByRequester() {
		e.Author = w.author
	}
	e.At = w.freeSecond(dir, e)
	e.Name = content.LocalEventName(e.At, w.tree.Zone, e.Kind, e.Author)
	if ofTicket {
		e.Name = content.EventName(e.At, e.Kind, e.Author)
	}
	if e.Body == "" {
		body, err := w.body()
		if err != nil {
			return err
		}
		e.Body = body
	}
	if err := w.wait(e.At); err != nil {
		return err
	}
	return w.eventFile(dir, e)
}

// freeSecond is the draft's instant, or the next second in which nothing happened to the case: within a second the order is by name, which is not that of writing.
func (w *writer) freeSecond(dir string, e *content.Event) time.Time {
	happened := map[int64]bool{}
	for _, earlier := range w.eventsOf(dir) {
		happened[earlier.At.Unix()] = true
	}
	at := w.now
	for {
		names := []string{content.EventName(at, e.Kind, e.Author), content.LocalEventName(at, w.tree.Zone, e.Kind, e.Author)}
		taken := slices.ContainsFunc(names, func(name string) bool {
			_, err := os.Stat(w.path(dir + "/" + name + ".md"))
			return err == nil
		})
		if !taken && !happened[at.Unix()] {
			return at
		}
		at = at.Add(time.Second)
	}
}

// eventsOf are the events of a case that was there already.
func (w *writer) eventsOf(dir string) []*content.Event {
	for _, i := range w.tree.Incidents {
		if i.Dir == dir {
			return i.Events
		}
	}
	for _, m := range w.tree.Maintenance {
		if m.Dir == dir {
			return m.Events
		}
	}
	if t := w.tree.Ticket(filepath.Base(dir)); t != nil && t.Dir == dir {
		return t.Events
	}
	return nil
}

// body is the message, or standard input for -. Without one the file is left to be written: whatever stood in it would be published if it was forgotten.
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

// eventFile writes an event as it is.
func (w *writer) eventFile(dir string, e *content.Event) error {
	data, err := load.EncodeEvent(e)
	if err != nil {
		return err
	}
	return w.file(dir+"/"+e.Name+".md", data)
}

func (w *writer) record(file string, record any) error {
	data, err := load.Encode(record)
	if err != nil {
		return err
	}
	return w.file(file, data)
}

// file writes a new file; one that is there is never changed.
func (w *writer) file(file string, data []byte) error {
	full := w.path(file)
	if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	f, err := os.OpenFile(full, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return failf("edit it, or give another --at", "%s is there already", file)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	w.made = append(w.made, file)
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	return nil
}

// text is a title or the like, in the source language.
func (w *writer) text(s string) content.Text { return content.Text{w.tree.Site.Source(): s} }
