// Package generator makes a site of a reading: plan → render → write.
//
// Every build goes through every stage; there is no graph of dependencies. A page's view holds all
// that it shows, so within one process a page whose view has the hash it had is kept as it lies on
// disk. The same commit and the same instant give the same bytes.
package generator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"balie/content"
	"balie/content/check"
	"balie/content/live"
	"balie/generator/markdown"
	"balie/generator/output"
	"balie/generator/render"
	"balie/generator/report"
	"balie/generator/site"
	"balie/themes"
)

// Config says what is built, from what, and into which directories; an empty one is not built.
type Config struct {
	Out     string // the public site
	Follow  string // the pages behind customers' private links
	Staff   string // the staff's pages
	BaseURL string // default site.yaml's base_url
	Finds   bool   // the staff's pages are served with FindTickets
}

// Directories are those that are written.
func (c Config) Directories() []string {
	return slices.DeleteFunc([]string{c.Out, c.Follow, c.Staff}, func(dir string) bool { return dir == "" })
}

// Result says what a build did, and what is wrong with the content. With errors among the problems
// nothing was written.
type Result struct {
	Revision  string            `json:"revision"`
	Now       time.Time         `json:"now"`
	Pages     int               `json:"pages"`
	Written   int               `json:"written"`
	Unchanged int               `json:"unchanged"`
	Removed   int               `json:"removed"`
	Problems  []content.Problem `json:"problems"`
	Duration  int64             `json:"duration_ms"`
}

// String is the result in a line for people.
func (r *Result) String() string {
	return fmt.Sprintf("%d files: %d written, %d as they were, %d removed, in %d ms", r.Pages, r.Written, r.Unchanged, r.Removed, r.Duration)
}

// Build builds once.
func Build(ctx context.Context, c Config, r *live.Reading, now time.Time, problems []content.Problem) (*Result, error) {
	g, err := New(c)
	if err != nil {
		return nil, err
	}
	defer g.Close()
	for _, t := range g.trees {
		t.made = nil
	}
	return g.Build(ctx, r, now, problems)
}

// Generator builds again and again, and remembers what it may.
type Generator struct {
	Config
	// Backlog is what waits for git, for staff; nil: nothing that they should look at.
	Backlog  *site.Backlog
	Mails    *site.Mails      // what waits to be mailed, for staff; nil: there is no page of it
	Hooks    *site.Hooks      // what waits for programs that follow, likewise
	Aside    []site.Aside     // what was accepted and can't be used, for staff
	Lost     []string         // the refs that keep what a rewritten history lost, for staff
	Searched func(found bool) // told of each search that was answered; nil: nobody is
	theme    *themes.Theme    // that the renderer was made with
	renderer *render.Renderer
	prose    *markdown.Converter
	planner  site.Planner
	counted  report.Cache
	trees    []*tree
	answers  atomic.Pointer[answers]
	finder   finder
	lacking  check.Translations
}

// tree is one directory that is written, and the pages it has.
type tree struct {
	dir   *output.Dir
	pages func(*site.Plan) []site.Page
	made  map[string]made // by file; nil where it is written once
}

// made is what a page was last made from.
type made struct {
	sources site.Sources
	hash    render.Hash
}

// New opens the directories, making them where they are not there.
func New(c Config) (*Generator, error) {
	g := &Generator{Config: c, prose: markdown.New()}
	for _, t := range []struct {
		path  string
		pages func(*site.Plan) []site.Page
	}{{c.Out, (*site.Plan).Public}, {c.Follow, (*site.Plan).Follow}, {c.Staff, (*site.Plan).Staff}} {
		if t.path == "" {
			continue
		}
		dir, err := output.Open(t.path)
		if err != nil {
			g.Close()
			return nil, fmt.Errorf("open %s: %w", t.path, err)
		}
		g.trees = append(g.trees, &tree{dir: dir, pages: t.pages, made: map[string]made{}})
	}
	return g, nil
}

// Close lets go of the directories.
func (g *Generator) Close() error {
	var all []error
	for _, t := range g.trees {
		all = append(all, t.dir.Close())
	}
	return errors.Join(all...)
}

// NextChange is the first instant after now at which the site changes although nothing in the
// repository does. It is not for use during a build.
func (g *Generator) NextChange(now time.Time) time.Time { return g.planner.NextChange(now) }

// Build brings the directories to a reading at an instant: it writes what differs. Problems are
// those of the reading, which the staff's pages show. It is not for use by two at once.
func (g *Generator) Build(ctx context.Context, r *live.Reading, now time.Time, problems []content.Problem) (*Result, error) {
	began := time.Now()
	result := &Result{Revision: r.Revision, Now: now.UTC(), Problems: problems}
	if err := g.prepare(r); err != nil {
		return nil, err
	}
	facts := g.facts(r, now)
	in := g.input(facts)
	if g.Staff != "" {
		in.Untranslated = g.untranslated(r, now)
	}
	in.Mistakes, in.Backlog, in.Mails, in.Hooks, in.Aside, in.Lost = mistakesOf(r, problems), g.Backlog, g.Mails, g.Hooks, g.Aside, g.Lost
	plan := g.planner.Plan(in)
	defer g.renderer.Forget()
	for _, t := range g.trees {
		if err := g.sync(ctx, t, t.pages(plan), result); err != nil {
			return nil, err
		}
	}
	if g.Out != "" {
		g.keepAnswers(plan)
	}
	if g.Finds {
		g.keepFinder(facts)
	}
	result.Duration = time.Since(began).Milliseconds()
	return result, nil
}

// prepare makes what depends on the theme and the setup alone.
func (g *Generator) prepare(r *live.Reading) error {
	if g.theme != r.Theme {
		g.theme, g.renderer = r.Theme, render.New(r.Theme, g.prose)
	}
	return g.renderer.Setup(r.Tree.Setup, themes.Site{BaseURL: g.BaseURL, Logo: r.Tree.Logo, Finds: g.Finds})
}

// input is all that a plan depends on.
func (g *Generator) input(f facts) site.Input {
	in := site.Input{Tree: f.Tree, Now: f.now, BaseURL: g.BaseURL, Look: g.renderer.Look(), Prose: g.prose, Committed: f.Committed, Owed: f.owed, TicketNow: f.ticketNow, Rules: f.rules, Rule: g.renderer.Rule, Word: g.renderer.Word, Size: f.size, Read: f.read, Desk: f.queue, Clocks: f.clocks, Unreached: f.unreached}
	f.figures(&in, &g.counted, g.Staff != "")
	return in
}

// sync renders what differs, on all cores, and writes it.
func (g *Generator) sync(ctx context.Context, t *tree, pages []site.Page, result *Result) error {
	tx, err := t.dir.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.End()
	for _, a := range g.renderer.Assets() {
		pages = append(pages, site.Page{File: a.Path, View: func() (any, error) { return a.Data, nil }})
	}
	now, err := g.renderAll(ctx, t, tx, pages)
	// If anything fails from here on, some pages are newer than what is known of them. Then the next
	// build makes all of them again.
	clear(t.made)
	if err != nil {
		return err
	}
	done, err := tx.Commit()
	if err != nil {
		return err
	}
	for i := range pages {
		if t.made != nil {
			t.made[pages[i].File] = now[i]
		}
	}
	result.Pages += len(pages)
	result.Written += len(done.Written)
	result.Unchanged += done.Unchanged
	result.Removed += len(done.Removed)
	return nil
}

// renderAll keeps or renders and writes each page, on all cores, and returns what each is made
// from.
func (g *Generator) renderAll(ctx context.Context, t *tree, tx *output.Tx, pages []site.Page) ([]made, error) {
	var wait sync.WaitGroup
	var next atomic.Int64
	workers := 4 * runtime.GOMAXPROCS(0) // some wait for the disk while others render
	failed := make([]error, workers)
	now := make([]made, len(pages))
	for w := range workers {
		wait.Go(func() {
			var buffer bytes.Buffer
			for failed[w] == nil && ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(pages) {
					return
				}
				now[i], failed[w] = t.page(tx, g.renderer, &pages[i], &buffer)
			}
		})
	}
	wait.Wait()
	return now, errors.Join(append(failed, ctx.Err())...)
}

// page keeps a page that is made from what it was made from, or renders and writes it.
func (t *tree) page(tx *output.Tx, renderer *render.Renderer, p *site.Page, buffer *bytes.Buffer) (made, error) {
	last, known := t.made[p.File]
	if known && p.Sources != "" && p.Sources == last.sources && tx.Keep(p.File) {
		return last, nil
	}
	view, err := p.View()
	if err != nil {
		return made{}, fmt.Errorf("make %s: %w", p.File, err)
	}
	now := made{sources: p.Sources}
	if t.made != nil {
		if now.hash, err = renderer.Hash(p, view); err != nil {
			return made{}, err
		}
	}
	if known && now.hash == last.hash && tx.Keep(p.File) {
		return now, nil
	}
	buffer.Reset()
	if err := renderer.Page(buffer, p, view); err != nil {
		return made{}, err
	}
	return now, tx.Write(p.File, buffer.Bytes())
}
