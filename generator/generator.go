// Package generator makes a site of a content repository: load → plan → render → write.
//
// Every build goes through every stage; there is no graph of dependencies. A page is planned with a key that holds the identity of all it depends on,
// so within one process a page whose key is as it was is kept as it lies on disk, and a change costs the cases it touched and the pages that list them.
// Nothing is written while the content has errors: the last good site stays. The same commit and the same instant give the same bytes.
package generator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"balie/content"
	"balie/content/check"
	"balie/content/desk"
	"balie/content/repository"
	"balie/generator/markdown"
	"balie/generator/output"
	"balie/generator/render"
	"balie/generator/site"
	"balie/themes"
)

// Config says what is built, from what, and into which directories; an empty one is not built.
type Config struct {
	Repository *repository.Repository
	Theme      *themes.Theme
	Out        string // the public site
	Follow     string // the pages behind customers' private links
	Staff      string // the staff's pages
	BaseURL    string // default site.yaml's base_url
}

// Result says what a build did, and what is wrong with the content. With errors among the problems nothing was written.
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

// Clock says what time it is for a desk in a zone. The zone is known only when the desk has been read.
type Clock func(zone *time.Location) (time.Time, error)

// Build builds once.
func Build(ctx context.Context, c Config, now Clock) (*Result, error) {
	g, err := New(c)
	if err != nil {
		return nil, err
	}
	defer g.Close()
	return g.Build(ctx, nil, now)
}

// Generator builds again and again, and remembers what it may.
type Generator struct {
	Config
	current  atomic.Pointer[Current]
	reading  *repository.Reading // the last one, with errors or without
	desk     *desk.Desk
	renderer *render.Renderer
	prose    *markdown.Converter
	planner  site.Planner
	trees    []*tree
	checks   check.Checker
	checker  desk.Checker
}

// Current is the content of the last good site.
type Current struct {
	*repository.Reading
	Desk *desk.Desk
}

// tree is one directory that is written, and the pages it has.
type tree struct {
	dir  *output.Dir
	plan func(*site.Planner, site.Input) []site.Page
	keys map[string]any // of each path, as it was last written
}

// New opens the directories, making them where they are not there.
func New(c Config) (*Generator, error) {
	prose := markdown.New()
	g := &Generator{Config: c, prose: prose, renderer: render.New(c.Theme, prose)}
	for _, t := range []struct {
		path string
		plan func(*site.Planner, site.Input) []site.Page
	}{{c.Out, (*site.Planner).Plan}, {c.Follow, (*site.Planner).Follow}, {c.Staff, (*site.Planner).Staff}} {
		if t.path == "" {
			continue
		}
		dir, err := output.Open(t.path)
		if err != nil {
			g.Close()
			return nil, fmt.Errorf("open %s: %w", t.path, err)
		}
		g.trees = append(g.trees, &tree{dir: dir, plan: t.plan, keys: map[string]any{}})
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

// Current returns the content of the last good build, or nil before the first.
func (g *Generator) Current() *Current { return g.current.Load() }

// NextChange is the first instant after now at which the site changes although nothing in the repository does. It is not for use during a build.
func (g *Generator) NextChange(now time.Time) time.Time { return g.planner.NextChange(now) }

// Build reads what changed and writes what differs. Changed are paths in the work tree; for a repository read by a ref, and at the first build, they don't matter.
// It is not for use by two at once.
func (g *Generator) Build(ctx context.Context, changed []string, clock Clock) (*Result, error) {
	began := time.Now()
	reading, err := g.Repository.Again(ctx, g.reading, changed)
	if err != nil {
		return nil, err
	}
	g.reading = reading
	now, err := clock(reading.Tree.Zone)
	if err != nil {
		return nil, err
	}
	result := &Result{Revision: reading.Revision, Now: now.UTC(), Problems: content.SortProblems(append(g.checks.Check(reading.Loaded, now), check.Unspoken(reading.Loaded, g.Theme.Speaks)...))}
	if result.Problems == nil {
		result.Problems = []content.Problem{}
	}
	if !content.HasErrors(result.Problems) {
		if err := g.write(ctx, reading, now, result); err != nil {
			return nil, err
		}
	}
	result.Duration = time.Since(began).Milliseconds()
	return result, nil
}

// write plans and writes every tree, then makes the reading the current one.
func (g *Generator) write(ctx context.Context, reading *repository.Reading, now time.Time, result *Result) error {
	if last := g.Current(); last == nil || last.Tree.Setup != reading.Tree.Setup {
		if err := g.prepare(reading.Tree.Setup); err != nil {
			return err
		}
	}
	f := g.facts(reading, now)
	var late []content.Problem
	var checking sync.WaitGroup
	checking.Go(func() { late = g.checker.Check(g.desk, reading.Tree, f.committed, now) })
	defer checking.Wait()
	in := g.input(f)
	for _, t := range g.trees {
		if err := g.sync(ctx, t, t.plan(&g.planner, in), result); err != nil {
			return err
		}
	}
	checking.Wait()
	result.Problems = content.SortProblems(append(result.Problems, late...))
	g.current.Store(&Current{reading, g.desk})
	return nil
}

// prepare makes what depends on the setup alone.
func (g *Generator) prepare(setup *content.Setup) (err error) {
	if g.desk, err = desk.New(setup); err != nil {
		return fmt.Errorf("compile the promises: %w", err)
	}
	return g.renderer.Setup(setup, themes.Site{BaseURL: g.BaseURL, Logo: setup.Logo})
}

// input is all that a plan depends on.
func (g *Generator) input(f facts) site.Input {
	in := site.Input{Tree: f.Tree, Now: f.now, BaseURL: g.BaseURL, Look: g.renderer.Look(), Prose: g.prose, Committed: f.committed, Owed: f.owed, Stands: f.stands, Rules: f.rules, Size: f.size, Desk: f.queue, Clocks: f.clocks}
	f.figures(&in, g.Staff != "")
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
		pages = append(pages, site.Page{File: a.Path, View: func() any { return a.Data }})
	}
	var wait sync.WaitGroup
	var next atomic.Int64
	workers := 4 * runtime.GOMAXPROCS(0) // some wait for the disk while others render
	failed := make([]error, workers)
	for w := range workers {
		wait.Go(func() {
			var buffer bytes.Buffer
			for failed[w] == nil && ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(pages) {
					return
				}
				failed[w] = t.page(tx, g.renderer, &pages[i], &buffer)
			}
		})
	}
	wait.Wait()
	clear(t.keys) // should anything fail from here on, some pages are newer than their keys: all are made again
	if err := errors.Join(append(failed, ctx.Err())...); err != nil {
		return err
	}
	done, err := tx.Commit()
	if err != nil {
		return err
	}
	for i := range pages {
		t.keys[pages[i].File] = pages[i].Key
	}
	result.Pages += len(pages)
	result.Written += len(done.Written)
	result.Unchanged += done.Unchanged
	result.Removed += len(done.Removed)
	return nil
}

// page keeps a page whose key is as it was, or renders and writes it.
func (t *tree) page(tx *output.Tx, renderer *render.Renderer, p *site.Page, buffer *bytes.Buffer) error {
	if key, ok := t.keys[p.File]; ok && p.Key != nil && key == p.Key && tx.Keep(p.File) {
		return nil
	}
	buffer.Reset()
	if err := renderer.Page(buffer, p); err != nil {
		return err
	}
	return tx.Write(p.File, buffer.Bytes())
}
